/* SPDX-License-Identifier: MIT */
/* Files that arrive whole or not at all. What is on the disk is looked at by other means than the code
 * under test. */
#define _GNU_SOURCE
#include "outdir_frame.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* The body begins behind the first newline. */
static bool body_of(void *arg, int fd, uint64_t *body)
{
	(void)arg;
	char text[100];
	const ssize_t n = pread(fd, text, sizeof text, 0);
	const char *end = n > 0 ? memchr(text, '\n', (size_t)n) : NULL;
	*body = end ? (uint64_t)(end - text) + 1 : 0;
	return true;
}

static const struct outfile_like same = { body_of, NULL };

static enum outfile_placed place(const char *name, const char *head, const char *body)
{
	err_clear(&e);
	if (!outfile_open(&d, &f, &e) || !outfile_write(&f, span_str(head), &e))
		return OUTFILE_FAILED;
	f.body = f.size;
	if (!outfile_write(&f, span_str(body), &e))
		return OUTFILE_FAILED;
	const enum outfile_placed result = outfile_place(&d, &f, name, &same, placed, &e);
	CHECK_INT(f.fd, -1);
	return result;
}

/* In place of libc's: which parts of a file the disk was told to begin with. */
static uint64_t told;

int sync_file_range(int fd, off_t from, off_t n, unsigned flags)
{
	CHECK_INT(fd, f.fd);
	CHECK_INT(from, told);
	CHECK_INT(flags, SYNC_FILE_RANGE_WRITE);
	told += (uint64_t)n;
	errno = EIO; /* not its matter: the sync at the end tells */
	return -1;
}

static void large_files_begin_early(void)
{
	static const char piece[100000];
	for (int i = 0; i < 2; i++) {
		begin();
		d.sync = i == 0;
		told = 0;
		REQUIRE(outfile_open(&d, &f, &e));
		for (size_t n = 0; n < 20000000; n += sizeof piece) {
			CHECK(outfile_write(&f, span_of(piece, sizeof piece), &e));
			CHECK(told <= f.size);
		}
		CHECK_INT(told, i == 0 ? 16 << 20 : 0);
		outfile_drop(&d, &f);
		finish();
	}
}

static void new_file(void)
{
	begin();
	CHECK_INT(place("a.dcm", "head\n", "body"), OUTFILE_NEW);
	CHECK_STR(placed, "a.dcm");
	CHECK_STR(content("a.dcm"), "head\nbody");
	CHECK_INT(entries(""), 1);
	CHECK(outdir_settle(&d, &e));
	CHECK_INT(d.n_unsettled, 0);
	finish();
}

static void not_before_it_is_whole(void)
{
	begin();
	REQUIRE(outfile_open(&d, &f, &e));
	CHECK(outfile_write(&f, span_str("some"), &e));
	CHECK_INT(entries(""), 1);
	CHECK_STR(content(f.temp), "some");
	CHECK(f.temp[0] == '.');
	outfile_drop(&d, &f);
	CHECK_INT(entries(""), 0);
	CHECK_INT(f.fd, -1);
	outfile_drop(&d, &f);
	finish();
}

static void same_body_once(void)
{
	begin();
	CHECK_INT(place("a.dcm", "head\n", "body"), OUTFILE_NEW);
	CHECK_INT(place("a.dcm", "another head\n", "body"), OUTFILE_SAME);
	CHECK_STR(placed, "a.dcm");
	CHECK_STR(content("a.dcm"), "head\nbody");
	CHECK_INT(entries(""), 1);
	CHECK(outdir_settle(&d, &e));
	finish();
}

static void different_bodies_kept(void)
{
	begin();
	CHECK_INT(place("a.dcm", "h\n", "one"), OUTFILE_NEW);
	CHECK_INT(place("a.dcm", "h\n", "two"), OUTFILE_DIFFERENT);
	CHECK_STR(placed, "a~2.dcm");
	CHECK_INT(place("a.dcm", "h\n", "three"), OUTFILE_DIFFERENT);
	CHECK_STR(placed, "a~3.dcm");
	CHECK_INT(place("a.dcm", "h\n", "two"), OUTFILE_SAME);
	CHECK_STR(placed, "a~2.dcm");
	CHECK_INT(place("a.dcm", "h\n", "one longer"), OUTFILE_DIFFERENT);
	CHECK_STR(content("a.dcm"), "h\none");
	CHECK_STR(content("a~2.dcm"), "h\ntwo");
	CHECK_STR(content("a~3.dcm"), "h\nthree");
	CHECK_INT(entries(""), 4);
	finish();
}

static void numbering(void)
{
	static const struct {
		const char *name, *second;
	} cases[] = { { "1.2.840.5", "1.2.840.5~2" }, { "x/1.2.3.dcm", "x/1.2.3~2.dcm" },
		{ "a.b/c", "a.b/c~2" }, { "name", "name~2" }, { "x.abcdef", "x.abcdef~2" },
		{ "x.", "x.~2" } };
	begin();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK_INT(place(cases[i].name, "h\n", "one"), OUTFILE_NEW);
		CHECK_INT(place(cases[i].name, "h\n", "two"), OUTFILE_DIFFERENT);
		CHECK_STR(placed, cases[i].second);
	}
	finish();
}

static void folders(void)
{
	begin();
	CHECK_INT(place("a/b/c.dcm", "h\n", "1"), OUTFILE_NEW);
	CHECK_INT(place("a/b/d.dcm", "h\n", "2"), OUTFILE_NEW);
	CHECK_INT(place("a/b/c.dcm", "h\n", "3"), OUTFILE_DIFFERENT);
	CHECK_STR(placed, "a/b/c~2.dcm");
	CHECK_STR(content("a/b/c~2.dcm"), "h\n3");
	CHECK_INT(entries(""), 1);
	CHECK(d.n_unsettled == 3);
	CHECK(outdir_settle(&d, &e));
	/* A file where a folder is wanted. */
	CHECK_INT(place("a/b/c.dcm/x", "h\n", "4"), OUTFILE_FAILED);
	CHECK_INT(e.kind, ERR_SYSTEM);
	/* A folder where a file is wanted: kept apart like any other name that is taken. */
	CHECK_INT(place("a/b", "h\n", "5"), OUTFILE_DIFFERENT);
	CHECK_STR(placed, "a/b~2");
	finish();
}

static void nothing_leads_out(void)
{
	char outside[] = "/tmp/dcmsec-outside-XXXXXX", file[80];
	begin();
	REQUIRE(mkdtemp(outside) != NULL);
	CHECK_INT(symlink(outside, path("link")), 0);
	snprintf(file, sizeof file, "%s/target", outside);
	CHECK_INT(symlink(file, path("leaf.dcm")), 0);
	static const char *const bad[] = { "link/x.dcm", "../x.dcm", "a/../../x.dcm", "..", ".",
		"./x", "/tmp/dcmsec-x.dcm", "a//b", "a/", "" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (place(bad[i], "h\n", "x") != OUTFILE_FAILED)
			TEST_NOTE("\"%s\" was placed as %s", bad[i], placed);
	/* A link under the final name is a name that is taken, wherever it points. */
	CHECK_INT(place("leaf.dcm", "h\n", "x"), OUTFILE_DIFFERENT);
	CHECK_STR(placed, "leaf~2.dcm");
	CHECK(access(file, F_OK) != 0);
	CHECK_INT(rmdir(outside), 0); /* so it is empty */
	CHECK(access("/tmp/x.dcm", F_OK) != 0);
	finish();
}

static void long_names(void)
{
	char name[OUTDIR_NAME + 10];
	begin();
	memset(name, 'x', sizeof name);
	name[255] = '\0';
	CHECK_INT(place(name, "h\n", "1"), OUTFILE_NEW);
	CHECK_INT(place(name, "h\n", "2"), OUTFILE_FAILED); /* no room for a number */
	CHECK_INT(e.code, ENAMETOOLONG);
	name[255] = 'x';
	name[256] = '\0';
	CHECK_INT(place(name, "h\n", "1"), OUTFILE_FAILED);
	CHECK_INT(e.code, ENAMETOOLONG);
	name[256] = 'x';
	name[OUTDIR_NAME] = '\0';
	CHECK_INT(place(name, "h\n", "1"), OUTFILE_FAILED);
	CHECK_INT(entries(""), 1);
	finish();
}

static void left_over(void)
{
	begin();
	REQUIRE(outfile_open(&d, &f, &e));
	char taken[sizeof f.temp];
	strcpy(taken, f.temp);
	close(f.fd); /* as after a crash */
	d.serial = 0;
	CHECK(outfile_open(&d, &f, &e));
	CHECK(strcmp(f.temp, taken) != 0);
	outfile_drop(&d, &f);
	CHECK_INT(entries(""), 1);
	finish();
}

static void unsettled(void)
{
	begin();
	CHECK_INT(place("a.dcm", "h\n", "1"), OUTFILE_NEW);
	CHECK_INT(d.n_unsettled, 1);
	close(d.unsettled[0]);
	CHECK(!outdir_settle(&d, &e));
	CHECK_INT(e.kind, ERR_SYSTEM);
	CHECK_INT(e.code, EBADF);
	outfile_unplace(&d, placed);
	CHECK_INT(entries(""), 0);
	CHECK(outdir_settle(&d, &e)); /* the next ones are not blamed */

	/* More folders than are kept open: one that fails is remembered. */
	char name[40];
	for (int i = 0; i < 2 * OUTDIR_UNSETTLED; i++) {
		snprintf(name, sizeof name, "f%d/a.dcm", i);
		CHECK_INT(place(name, "h\n", "1"), OUTFILE_NEW);
		if (i == 3) {
			close(d.unsettled[d.n_unsettled - 1]);
			d.unsettled[d.n_unsettled - 1] = -1;
		}
	}
	CHECK(d.n_unsettled <= OUTDIR_UNSETTLED);
	err_clear(&e);
	CHECK(!outdir_settle(&d, &e));
	outfile_unplace(&d, "f3/a.dcm");
	CHECK_INT(entries("f3"), 0);
	finish();
}

static void without_sync(void)
{
	begin();
	d.sync = false;
	CHECK_INT(place("a/a.dcm", "h\n", "1"), OUTFILE_NEW);
	CHECK_INT(d.n_unsettled, 0);
	CHECK(outdir_settle(&d, &e));
	CHECK_INT(place("a/a.dcm", "h\n", "1"), OUTFILE_SAME);
	finish();
}

static void sync_fails(void)
{
	begin();
	REQUIRE(outfile_open(&d, &f, &e));
	const int kept = f.fd;
	int ends[2];
	CHECK_INT(pipe(ends), 0);
	CHECK(dup2(ends[1], kept) == kept); /* a pipe cannot be synced */
	CHECK_INT(outfile_place(&d, &f, "a.dcm", &same, placed, &e), OUTFILE_FAILED);
	CHECK_INT(e.code, EINVAL);
	CHECK_INT(entries(""), 0);
	close(ends[0]);
	close(ends[1]);

	err_clear(&e);
	REQUIRE(outfile_open(&d, &f, &e));
	const int full = open("/dev/full", O_WRONLY);
	CHECK(dup2(full, f.fd) == f.fd);
	close(full);
	CHECK(!outfile_write(&f, span_str("x"), &e));
	CHECK_INT(e.code, ENOSPC);
	outfile_drop(&d, &f);
	CHECK_INT(entries(""), 0);
	finish();
}

static void folder_gone(void)
{
	begin();
	REQUIRE(outfile_open(&d, &f, &e));
	CHECK_INT(unlinkat(d.fd, f.temp, 0), 0);
	CHECK_INT(rmdir(base), 0);
	CHECK_INT(outfile_place(&d, &f, "a.dcm", &same, placed, &e), OUTFILE_FAILED);
	CHECK_INT(place("b.dcm", "h\n", "1"), OUTFILE_FAILED);
	CHECK_INT(e.kind, ERR_SYSTEM);
	CHECK(strstr(e.text, base) != NULL);
	CHECK_INT(mkdir(base, 0700), 0);
	finish();
}

static void opening(void)
{
	struct outdir other;
	begin();
	CHECK(outdir_open(&other, path("x/y//z/"), true, &e));
	CHECK_INT(entries("x/y"), 1);
	outdir_close(&other);
	CHECK_INT(place("file", "h\n", "1"), OUTFILE_NEW);
	CHECK(!outdir_open(&other, path("file"), true, &e));
	CHECK_INT(e.code, ENOTDIR);
	err_clear(&e);
	CHECK(!outdir_open(&other, path("file/under"), true, &e));
	err_clear(&e);
	CHECK(!outdir_open(&other, "", true, &e));
	CHECK_INT(e.kind, ERR_SYSTEM);
	CHECK_INT(other.fd, -1);
	finish();
}

static void replace(void)
{
	struct stat s;
	begin();
	const mode_t mask = umask(077);
	CHECK(outfile_replace(path("key"), span_str("one"), 0640, &e));
	umask(mask);
	CHECK_STR(content("key"), "one");
	CHECK(stat(path("key"), &s) == 0 && (s.st_mode & 07777) == 0640);
	const int open_before = open(path("key"), O_RDONLY);
	CHECK(outfile_replace(path("key"), span_str("two, longer"), 0600, &e));
	CHECK_STR(content("key"), "two, longer");
	CHECK(stat(path("key"), &s) == 0 && (s.st_mode & 07777) == 0600);
	char old[10] = "";
	CHECK_INT(read(open_before, old, sizeof old - 1),
		3); /* a new file, not the old one rewritten */
	CHECK_STR(old, "one");
	close(open_before);
	CHECK_INT(entries(""), 1);

	CHECK_INT(mkdir(path("taken"), 0700), 0);
	CHECK(!outfile_replace(path("taken"), span_str("x"), 0600, &e));
	CHECK_INT(e.kind, ERR_SYSTEM);
	CHECK_INT(entries(""), 2);
	err_clear(&e);
	CHECK(!outfile_replace(path("missing/key"), span_str("x"), 0600, &e));
	CHECK_INT(e.code, ENOENT);
	CHECK(chdir(base) == 0);
	CHECK(outfile_replace("bare", span_str("x"), 0600, &e));
	CHECK_STR(content("bare"), "x");
	CHECK(chdir("/") == 0);
	finish();
}

int main(void)
{
	test("a file gets its name when it is whole", new_file);
	test("the disk begins with a large file while it comes, unless it is not to be synced",
		large_files_begin_early);
	test("until then it has a hidden name, and dropped it leaves nothing",
		not_before_it_is_whole);
	test("the same body under the same name is kept once", same_body_once);
	test("different bodies under one name are all kept", different_bodies_kept);
	test("numbers go before a suffix and not into a UID", numbering);
	test("folders are made as needed, and settled with what is in them", folders);
	test("no name and no link leads out of the folder", nothing_leads_out);
	test("names that are too long are refused and leave nothing", long_names);
	test("what a crash left behind is not in the way", left_over);
	test("a folder that cannot be synced is reported, and its file taken back", unsettled);
	test("without syncing nothing is kept to settle", without_sync);
	test("a failing write or sync leaves nothing", sync_fails);
	test("a folder that was removed is an error that names it", folder_gone);
	test("the folder is made where it is missing, and refused where it cannot be", opening);
	test("a small file is replaced as a whole, with the mode asked for", replace);
	return test_end();
}
