/* SPDX-License-Identifier: MIT */
/* What a walk finds in a tree that the test makes. */
#define _GNU_SOURCE
#include "io/walk.h"
#include "test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char base[64];

static char *at(const char *name)
{
	static char text[8][300];
	static unsigned next;
	char *to = text[next++ % 8];
	snprintf(to, sizeof text[0], "%s/%s", base, name);
	return to;
}

static void file(const char *name)
{
	const int fd = open(at(name), O_WRONLY | O_CREAT, 0600);
	CHECK(fd >= 0 && write(fd, "12345", 5) == 5);
	close(fd);
}

static void folder(const char *name)
{
	CHECK_INT(mkdir(at(name), 0700), 0);
}

static void begin(void)
{
	strcpy(base, "/tmp/dcmsec-walk-XXXXXX");
	CHECK(mkdtemp(base) != NULL);
}

static void finish(void)
{
	char command[200];
	snprintf(command, sizeof command, "rm -rf %s", base);
	CHECK_INT(system(command), 0);
}

/* The walk as text: paths below base, each with a ';' behind; errors have '!' before. */
static const char *walked(char *const *paths, int n)
{
	static char text[4000];
	struct walk *w = walk_new(paths, n);
	struct walk_entry entry;
	text[0] = '\0';
	while (walk_next(w, &entry)) {
		const size_t skip = strncmp(entry.path, base, strlen(base)) == 0 ? strlen(base) : 0;
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s%s;",
			entry.err.kind != ERR_NONE ? "!" : "", entry.named ? "=" : "",
			entry.path + skip);
		if (entry.err.kind == ERR_NONE)
			CHECK_INT(entry.size, 5);
	}
	walk_free(w);
	return text;
}

static void order(void)
{
	begin();
	folder("b");
	folder("a");
	folder("a/z");
	folder("empty");
	file("b/2");
	file("b/10");
	file("a/z/1");
	file("a/y");
	file("c");
	file("a.txt");
	char *paths[] = { base };
	CHECK_STR(walked(paths, 1), "/a/y;/a/z/1;/a.txt;/b/10;/b/2;/c;");
	char *two[] = { at("c"), at("b"), at("c") };
	CHECK_STR(walked(two, 3), "=/c;/b/10;/b/2;=/c;");
	char *slash[] = { at("b/") };
	CHECK_STR(walked(slash, 1), "/b/10;/b/2;");
	finish();
}

static void hidden(void)
{
	begin();
	file(".hidden");
	folder(".git");
	file(".git/x");
	file("seen");
	char *paths[] = { base, at(".hidden"), at(".git") };
	CHECK_STR(walked(paths, 3), "/seen;=/.hidden;/.git/x;");
	finish();
}

static void links(void)
{
	begin();
	folder("a");
	file("a/1");
	CHECK_INT(symlink("..", at("a/up")), 0);
	CHECK_INT(symlink(".", at("a/self")), 0);
	CHECK_INT(symlink("1", at("a/link")), 0);
	CHECK_INT(symlink("nowhere", at("a/dangling")), 0);
	CHECK_INT(symlink("round", at("a/round")), 0);
	char *paths[] = { base };
	CHECK_STR(walked(paths, 1), "/a/1;!/a/dangling;/a/link;!/a/round;!/a/self;!/a/up;");
	finish();
}

static void special(void)
{
	begin();
	file("1");
	CHECK_INT(mkfifo(at("pipe"), 0600), 0);
	char *paths[] = { base, at("pipe"), at("missing"), (char[]){ "" },
		(char[]){ "/dev/null" } };
	CHECK_STR(walked(paths, 5), "/1;!=/pipe;!=/missing;!=;!=/dev/null;");
	finish();
}

static void unreadable(void)
{
	begin();
	folder("a");
	folder("closed");
	file("closed/1");
	file("z");
	CHECK_INT(chmod(at("closed"), 0), 0);
	char *paths[] = { base };
	CHECK_STR(walked(paths, 1), "!/closed;/z;");
	CHECK_INT(chmod(at("closed"), 0700), 0);
	finish();
}

static void deep(void)
{
	begin();
	int errors = 0, files = 0;
	CHECK(chdir(base) == 0);
	for (int i = 0; i < 100; i++)
		CHECK(mkdir("d", 0700) == 0 && chdir("d") == 0);
	const int fd = open("unseen", O_WRONLY | O_CREAT, 0600);
	close(fd);
	CHECK(chdir(base) == 0);
	file("d/seen");
	char *paths[] = { base };
	struct walk *w = walk_new(paths, 1);
	struct walk_entry entry;
	while (walk_next(w, &entry)) {
		errors += entry.err.kind == ERR_LIMIT;
		files += entry.err.kind == ERR_NONE;
	}
	walk_free(w);
	CHECK_INT(errors, 1);
	CHECK_INT(files, 1);
	CHECK(chdir("/") == 0);
	finish();
}

static void long_path(void)
{
	static char name[5000];
	char part[256];
	begin();
	memset(name, 'x', sizeof name - 1);
	char *paths[] = { name };
	struct walk_entry entry;
	struct walk *w = walk_new(paths, 1);
	CHECK(walk_next(w, &entry) && entry.err.kind == ERR_LIMIT && entry.named);
	CHECK(!walk_next(w, &entry));
	walk_free(w);

	/* 17 names of 250 bytes: the path gets longer than any that a program can open. */
	memset(part, 'p', 250);
	part[250] = '\0';
	CHECK(chdir(base) == 0);
	for (int i = 0; i < 17; i++)
		CHECK(mkdir(part, 0700) == 0 && chdir(part) == 0);
	CHECK(chdir(base) == 0);
	file("z");
	char *tree[] = { base };
	w = walk_new(tree, 1);
	CHECK(walk_next(w, &entry) && entry.err.kind != ERR_NONE);
	CHECK(walk_next(w, &entry) && entry.err.kind == ERR_NONE);
	CHECK(!walk_next(w, &entry));
	walk_free(w);
	CHECK(chdir("/") == 0);
	finish();
}

static void left_early(void)
{
	begin();
	folder("a");
	file("a/1");
	file("a/2");
	char *paths[] = { base };
	struct walk *w = walk_new(paths, 1);
	struct walk_entry entry;
	CHECK(walk_next(w, &entry));
	walk_free(w); /* leaks are the sanitizer's to see */
	walk_free(NULL);
	w = walk_new(paths, 0);
	CHECK(!walk_next(w, &entry));
	CHECK(!walk_next(w, &entry));
	walk_free(w);
	finish();
}

int main(void)
{
	test("files come in the order of their names, folder by folder", order);
	test("hidden files are passed over unless named", hidden);
	test("links are followed, and those that lead nowhere or in a circle are errors", links);
	test("what is neither file nor folder is an error only where it was named", special);
	if (geteuid() == 0)
		test_skip("a closed folder is an error and the walk goes on",
			"root opens any folder");
	else
		test("a closed folder is an error and the walk goes on", unreadable);
	test("what lies too deep is an error once, and the rest is found", deep);
	test("a path that is too long is an error, and the rest is found", long_path);
	test("a walk may be left early, and one over nothing ends at once", left_early);
	return test_end();
}
