/* SPDX-License-Identifier: MIT */
/* Small files read whole, and memory for secrets. */
#define _GNU_SOURCE
#include "io/file.h"
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static char name[] = "/tmp/dcmsec-file-XXXXXX";

static void put(const char *text)
{
	const int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

static void whole(void)
{
	struct mspan m;
	struct err e = { 0 };
	put("0123456789");
	REQUIRE(file_load(name, 10, &m, &e));
	CHECK_INT(m.n, 10);
	CHECK_MEM(m.p, "0123456789", 10);
	file_free(&m);
	CHECK(m.p == NULL && m.n == 0);
	file_free(&m);
	put("");
	REQUIRE(file_load(name, 10, &m, &e));
	CHECK_INT(m.n, 0);
	file_free(&m);
	/* Files of /proc say that they have no bytes. */
	REQUIRE(file_load("/proc/self/status", 100000, &m, &e));
	CHECK(m.n > 100);
	file_free(&m);
}

static void refuse(const char *path, size_t max, int code, const char *text)
{
	struct mspan m;
	struct err e = { 0 };
	CHECK(!file_load(path, max, &m, &e));
	CHECK_INT(e.kind, ERR_INPUT);
	CHECK_INT(e.code, code);
	CHECK(strstr(e.text, text) && strstr(e.text, path));
	CHECK(m.p == NULL);
}

static void refused(void)
{
	put("0123456789");
	refuse(name, 9, 0, "larger than the 9 bytes");
	refuse("/proc/self/status", 20, 0, "larger");
	refuse("/tmp/dcmsec-nothing-here", 9, ENOENT, "cannot open");
	refuse("/tmp", 9, EISDIR, "cannot read");
	refuse("/dev/zero", 9, 0, "larger");
}

/* What a shell's <(command) gives. */
static void from_pipe(void)
{
	struct mspan m;
	struct err e = { 0 };
	int ends[2];
	char path[40];
	CHECK_INT(pipe(ends), 0);
	const pid_t child = fork();
	if (child == 0) {
		close(ends[0]);
		usleep(100000); /* the reader is there first */
		const bool written = write(ends[1], "secret", 6) == 6;
		_exit(written ? 0 : 1);
	}
	close(ends[1]);
	snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
	REQUIRE(file_load(path, 100, &m, &e));
	CHECK_INT(m.n, 6);
	file_free(&m);
	close(ends[0]);

	unlink(name);
	CHECK_INT(mkfifo(name, 0600), 0); /* nobody will ever write: not waited for */
	REQUIRE(file_load(name, 100, &m, &e));
	CHECK_INT(m.n, 0);
	file_free(&m);
	unlink(name);
}

static void secrets(void)
{
	uint8_t *p = secret_new(10000);
	REQUIRE(p != NULL);
	bool zero = true;
	for (size_t i = 0; i < 10000; i++)
		zero = zero && p[i] == 0;
	CHECK(zero);
	p[9999] = 1;
	secret_free(p, 10000);
	secret_free(NULL, 10);
	CHECK(secret_new(SIZE_MAX / 2) == NULL);
}

int main(void)
{
	close(mkstemp(name));
	test("a file of at most the size allowed is read whole", whole);
	test("what is larger, missing or no file is refused by name", refused);
	test("a pipe is read to its end, and one without a writer is empty", from_pipe);
	test("memory for secrets is zero at first, and NULL where there is none", secrets);
	unlink(name);
	return test_end();
}
