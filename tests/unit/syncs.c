/* SPDX-License-Identifier: MIT */
/* Several files synced at once: each one's own outcome, with the kernel's help and without it. */
#define _GNU_SOURCE /* pipe2 */
#include "io/syncs.h"

#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[] = "/tmp/dcmsec-syncs-XXXXXX";

static int file(int i)
{
	char path[80];
	snprintf(path, sizeof path, "%s/%d", folder, i);
	const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	CHECK(fd >= 0 && write(fd, "some", 4) == 4);
	return fd;
}

/* bad: which of n is a pipe, which knows no syncing, or closed; -1: none. */
static void sync_some(struct syncs *s, size_t n, int bad, bool closed)
{
	int fds[SYNCS_MOST], failures[SYNCS_MOST], ends[2];
	memset(failures, 0x55, sizeof failures);
	CHECK_INT(pipe2(ends, O_CLOEXEC), 0);
	for (size_t i = 0; i < n; i++)
		fds[i] = (int)i == bad ? closed ? 9999 : ends[1] : file((int)i);
	syncs_all(s, fds, failures, n);
	for (size_t i = 0; i < n; i++) {
		CHECK_INT(failures[i], (int)i != bad ? 0 : closed ? EBADF : EINVAL);
		if ((int)i != bad)
			close(fds[i]);
	}
	close(ends[0]);
	close(ends[1]);
}

static void all_of_them(struct syncs *s)
{
	for (size_t n = 0; n <= SYNCS_MOST; n++)
		sync_some(s, n, -1, false);
	for (size_t n = 1; n <= SYNCS_MOST; n += 4)
		for (int bad = 0; bad < (int)n; bad++)
			sync_some(s, n, bad, bad % 2);
}

static void with_help(void)
{
	struct syncs s;
	syncs_open(&s);
	if (!s.context)
		puts("# this kernel offers no asynchronous requests");
	all_of_them(&s);
	syncs_close(&s);
	CHECK_INT(s.context, 0);
	all_of_them(&s);
	syncs_close(&s);
}

static void without(void)
{
	struct syncs s = { 0 };
	all_of_them(&s);
}

/* A context that is of no use any more. */
static void broken(void)
{
	struct syncs s = { .context = 4096 };
	sync_some(&s, 5, -1, false);
	sync_some(&s, 5, 3, false);
}

int main(void)
{
	char command[100];
	CHECK(mkdtemp(folder) != NULL);
	test("each of many files is synced, or told why not", with_help);
	test("and so without the kernel's help", without);
	test("and where that ends", broken);
	snprintf(command, sizeof command, "rm -rf %s", folder);
	CHECK_INT(system(command), 0);
	return test_end();
}
