/* SPDX-License-Identifier: MIT */
/* A name that is taken, and what receivers leave that were killed. What is on the disk is looked at by
 * other means than the code under test. */
#define _GNU_SOURCE
#include "outdir_frame.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void put(const char *name, const char *text)
{
	FILE *file = fopen(path(name), "w");
	CHECK(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

/* The first letter is of the head, and tells the kind. */
static bool like(void *arg, int there, uint64_t *body)
{
	char kind = 0;
	*body = 1;
	return pread(there, &kind, 1, 0) == 1 && kind == *(const char *)arg;
}

static enum outfile_placed place_on(const char *name, const char *text)
{
	const struct outfile_like same = { like, (void *)(uintptr_t)text };
	return outfile_place(&d, &f, name, &same, placed, &e);
}

static enum outfile_placed place(const char *name, const char *text)
{
	err_clear(&e);
	if (!outfile_open(&d, &f, &e) || !outfile_write(&f, span_str(text), &e))
		return OUTFILE_FAILED;
	f.body = 1;
	return place_on(name, text);
}

static void kinds(void)
{
	begin();
	CHECK_INT(place("a", "xbody"), OUTFILE_NEW);
	CHECK_INT(place("a", "xbody"), OUTFILE_SAME);
	CHECK_INT(place("a", "ybody"), OUTFILE_DIFFERENT);
	CHECK_STR(placed, "a~2");
	CHECK_INT(place("a", "ybody"), OUTFILE_SAME);
	CHECK_STR(placed, "a~2");
	CHECK_STR(content("a"), "xbody");
	CHECK_STR(content("a~2"), "ybody");
	CHECK_INT(entries(""), 2);
	finish();
}

static void replaced(void)
{
	begin();
	d.duplicates = OUTDIR_REPLACE;
	CHECK_INT(place("a", "xone"), OUTFILE_NEW);
	const int before = open(path("a"), O_RDONLY);
	CHECK_INT(place("a", "xtwo"), OUTFILE_REPLACED);
	CHECK_STR(placed, "a");
	CHECK_STR(content("a"), "xtwo");
	char text[10] = "";
	CHECK_INT(pread(before, text, 4, 0), 4);
	CHECK_STR(text, "xone"); /* another file: nobody sees a mixture */
	close(before);
	CHECK_INT(entries(""), 1);
	CHECK(mkdir(path("folder"), 0777) == 0);
	CHECK_INT(place("folder", "xone"), OUTFILE_FAILED);
	CHECK_INT(entries(""), 2);
	finish();
}

static void rejected(void)
{
	begin();
	d.duplicates = OUTDIR_REJECT;
	CHECK_INT(place("a", "xone"), OUTFILE_NEW);
	CHECK_INT(place("a", "xtwo"), OUTFILE_REJECTED);
	CHECK_INT(f.fd, -1);
	CHECK_INT(place("a", "xone"), OUTFILE_REJECTED);
	CHECK_STR(content("a"), "xone");
	CHECK_INT(entries(""), 1);
	finish();
}

enum { LARGE = 3 << 20 };

static bool write_large(char last)
{
	static uint8_t block[LARGE];
	memset(block, 'x', sizeof block);
	block[LARGE - 1] = (uint8_t)last;
	err_clear(&e);
	const bool ok = outfile_open(&d, &f, &e) && outfile_write(&f, span_of(block, LARGE), &e);
	f.body = 1;
	return ok;
}

/* Places it in as many calls as it takes; others come between them. */
static enum outfile_placed place_slowly(int *calls)
{
	enum outfile_placed result = OUTFILE_COMPARING;
	for (*calls = 0; result == OUTFILE_COMPARING && *calls < 100; ++*calls)
		result = place_on("a", "x");
	return result;
}

static void slices(void)
{
	int calls;
	begin();
	CHECK(write_large('1'));
	CHECK_INT(place_slowly(&calls), OUTFILE_NEW);
	CHECK_INT(calls, 1);
	CHECK(write_large('1'));
	CHECK_INT(place_slowly(&calls), OUTFILE_SAME);
	CHECK(calls > 3);
	CHECK(write_large('2'));
	CHECK_INT(place_slowly(&calls), OUTFILE_DIFFERENT);
	CHECK(calls > 3);
	CHECK(write_large('2'));
	CHECK_INT(place_slowly(&calls), OUTFILE_SAME);
	CHECK_STR(placed, "a~2");
	CHECK(write_large('2')); /* given up half-way */
	CHECK_INT(place_on("a", "x"), OUTFILE_COMPARING);
	outfile_drop(&d, &f);
	CHECK_INT(entries(""), 2);
	CHECK(write_large('1')); /* the file that it is compared with goes away */
	CHECK_INT(place_on("a", "x"), OUTFILE_COMPARING);
	CHECK(unlink(path("a")) == 0);
	CHECK_INT(place_slowly(&calls), OUTFILE_SAME); /* and had been there when it came */
	finish();
}

/* More files of one name than are looked at in one call. */
static void many(void)
{
	char text[20];
	int calls = 0;
	begin();
	for (int i = 0; i < 150; i++) {
		snprintf(text, sizeof text, "x%d", i + 1000);
		CHECK(place("a", text) != OUTFILE_FAILED);
		while (f.fd >= 0 && calls++ < 1000)
			place_on("a", text);
	}
	CHECK_INT(entries(""), 150);
	CHECK_STR(placed, "a~150");
	CHECK(calls > 0);
	finish();
}

static char told[400];

static void tell(void *arg, const char *name, uint64_t size, const char *why)
{
	(void)arg;
	const size_t n = strlen(told);
	snprintf(told + n, sizeof told - n, "%s %d%s;", name, (int)size, why ? " stays" : "");
}

static void cleaned(void)
{
	begin();
	put(".dcmsec-1-2.part", "half an");
	told[0] = '\0';
	outdir_clean(&d, tell, NULL);
	CHECK_STR(told, ".dcmsec-1-2.part 7;");
	CHECK_INT(entries(""), 0);
	/* None of these is one of ours. */
	static const char *const others[] = { ".dcmsec-1-2.parts", ".dcmsec-1.part",
		".dcmsec--1.part", ".dcmsec-x-1.part", "dcmsec-1-2.part", "1.2.3.dcm",
		".dcmsec-1-2", ".dcmsec-1-.part" };
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		put(others[i], "x");
	CHECK(symlink("1.2.3.dcm", path(".dcmsec-3-4.part")) == 0);
	CHECK(mkdir(path(".dcmsec-5-6.part"), 0777) == 0);
	CHECK(mkfifo(path(".dcmsec-7-8.part"), 0666) == 0);
	told[0] = '\0';
	outdir_clean(&d, tell, NULL);
	CHECK_INT(entries(""), (int)(sizeof others / sizeof *others) + 3);
	CHECK(strstr(told, ".dcmsec-3-4.part 0 stays") &&
		strstr(told, ".dcmsec-5-6.part 0 stays") &&
		strstr(told, ".dcmsec-7-8.part 0 stays"));
	finish();
}

static void living(void)
{
	begin();
	CHECK(outfile_open(&d, &f, &e));
	CHECK(outfile_write(&f, span_str("on its way"), &e));
	told[0] = '\0';
	const pid_t other = fork(); /* another receiver looks at the same folder */
	if (other == 0) {
		struct outdir same;
		close(f.fd);
		outdir_open(&same, base, true, &e);
		outdir_clean(&same, tell, NULL);
		_exit(strstr(told, "stays") ? 0 : 1);
	}
	int status = 1;
	CHECK(waitpid(other, &status, 0) == other && status == 0);
	CHECK_INT(entries(""), 1);
	f.body = 1;
	CHECK_INT(place_on("a", "x"), OUTFILE_NEW);
	CHECK_STR(content("a"), "on its way");
	finish();
}

static void killed(void)
{
	begin();
	const pid_t writer = fork();
	if (writer == 0) {
		if (!outfile_open(&d, &f, &e) || !outfile_write(&f, span_str("half"), &e))
			_exit(1);
		raise(9);
	}
	int status = 0;
	CHECK(waitpid(writer, &status, 0) == writer && WIFSIGNALED(status));
	CHECK_INT(entries(""), 1);
	told[0] = '\0';
	outdir_clean(&d, tell, NULL);
	CHECK(strstr(told, ".part 4;") != NULL);
	CHECK_INT(entries(""), 0);
	finish();
}

static void kept_free(void)
{
	begin();
	d.keep_free = (uint64_t)1 << 62;
	CHECK(!outfile_open(&d, &f, &e));
	CHECK(e.kind == ERR_SYSTEM && e.code == ENOSPC && strstr(e.text, "kept free"));
	CHECK_INT(entries(""), 0);
	err_clear(&e);
	d.keep_free = 1;
	CHECK(outfile_open(&d, &f, &e));
	static uint8_t block[1 << 20];
	for (int i = 0; i < 7; i++)
		CHECK(outfile_write(&f, span_of(block, sizeof block), &e));
	d.keep_free = (uint64_t)1 << 62; /* it gets full meanwhile */
	CHECK(!outfile_write(&f, span_of(block, sizeof block), &e));
	CHECK_INT(e.code, ENOSPC);
	outfile_drop(&d, &f);
	CHECK_INT(entries(""), 0);
	d.keep_free = OUTDIR_FREE_DEFAULT;
	err_clear(&e);
	CHECK_INT(place("a", "x"), OUTFILE_NEW);
	finish();
}

int main(void)
{
	test("equal bytes of another kind are another object", kinds);
	test("replaced, the old file gives way to a new one in one step", replaced);
	test("rejected, the old file stays alone", rejected);
	test("large files are compared in parts, between which others get their turn", slices);
	test("so are files with many of their name", many);
	test("what dead receivers left is removed, and nothing else", cleaned);
	test("what a living one writes stays, and gets its name", living);
	test("a lock ends with its process, however that ends", killed);
	test("the part of the disk that is kept free is not written", kept_free);
	return test_end();
}
