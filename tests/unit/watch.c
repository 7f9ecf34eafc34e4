/* SPDX-License-Identifier: MIT */
/* What a watched folder hands out, and what it keeps in mind of what it cannot see for a moment. The time is
 * the test's; that of files is long ago, so that they count as settled. */
#define _GNU_SOURCE
#include "io/clock.h"
#include "io/watch.h"
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NOBODY = 65534 };

static char folder[32], given[400];
static struct watch *watch;
static uint64_t now;
static struct err err;

static const char *at(const char *name)
{
	static char paths[2][160];
	static int turn;
	char *path = paths[turn ^= 1];
	snprintf(path, sizeof paths[0], "%s/%s", folder, name);
	return path;
}

static void put(const char *name, bool old)
{
	const struct timespec times[2] = { { .tv_sec = 1000 }, { .tv_sec = 1000 } };
	const int fd = open(at(name), O_WRONLY | O_CREAT | O_TRUNC, 0644);
	CHECK(fd >= 0 && write(fd, "x", 1) == 1);
	CHECK(!old || futimens(fd, times) == 0);
	close(fd);
}

static void begin(void)
{
	strcpy(folder, "/tmp/dcmsec-watch-XXXXXX");
	CHECK(mkdtemp(folder) != NULL);
	err_clear(&err);
	CHECK_INT(mkdir(at("b"), 0755) | mkdir(at("b/c"), 0755) | mkdir(at("b-"), 0755), 0);
	static const char *const names[] = { "a", "b-/1", "b/1", "b/2", "b/c/1", "b0", "d" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		put(names[i], true);
	now = 1000000;
	watch = watch_new(folder, 5000, &err);
	CHECK(watch != NULL);
}

static void finish(void)
{
	char command[120];
	watch_free(watch);
	snprintf(command, sizeof command, "chmod -R u+rwX %s; rm -rf %s", folder, folder);
	CHECK_INT(system(command), 0);
}

/* One look, a minute later; what it hands out, "a b/1 ". */
static const char *look(void)
{
	struct watch_file f;
	now += 60000;
	err_clear(&err);
	watch_look(watch, now, &err);
	given[0] = '\0';
	while (watch_next(watch, &f)) {
		strcat(given, f.path + strlen(folder) + 1);
		strcat(given, " ");
	}
	return given;
}

static void each_once(void)
{
	begin();
	CHECK_STR(look(), "a b/1 b/2 b/c/1 b-/1 b0 d ");
	CHECK_STR(look(), "");
	put("b/2", false);
	if (watch_fd(watch) < 0) /* nobody tells that it was closed, so it has to settle */
		CHECK_STR(look(), "");
	CHECK_STR(look(), "b/2 ");
	CHECK_STR(look(), "");
	CHECK_INT(unlink(at("b/1")), 0);
	CHECK_STR(look(), "");
	put("b/1", true); /* another file */
	CHECK_STR(look(), "b/1 ");
	CHECK_INT(err.kind, ERR_NONE);
	finish();
}

/* A folder that cannot be looked at, not even by root: its name leads to itself. */
static void hide(const char *name, bool hidden)
{
	char aside[sizeof folder + 8];
	snprintf(aside, sizeof aside, "%s/.aside", folder);
	if (hidden)
		CHECK_INT(rename(at(name), aside) | symlink(at(name), at(name)), 0);
	else
		CHECK_INT(unlink(at(name)) | rename(aside, at(name)), 0);
}

static void a_folder_out_of_sight(void)
{
	static const char *const names[] = { "b", "b/c", "a", "d", "b-" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		begin();
		look();
		hide(names[i], true);
		for (int k = 0; k < 3; k++) {
			CHECK_STR(look(), "");
			CHECK_INT(err.kind, ERR_INPUT);
		}
		hide(names[i], false);
		CHECK_STR(look(), "");
		CHECK_INT(err.kind, ERR_NONE);
		finish();
	}
}

static void what_was_not_handed_out_is_not_while_it_cannot_be_seen(void)
{
	begin();
	look();
	put("b/new", false);
	put("d", false);
	now += 60000;
	watch_look(watch, now, &err); /* seen, and settling */
	hide("b", true);
	CHECK_STR(look(), "d ");
	CHECK_STR(look(), "");
	hide("b", false);
	CHECK_STR(look(), "b/new ");
	finish();
}

static void what_changed_meanwhile_is_handed_out(void)
{
	begin();
	look();
	hide("b", true);
	look();
	put(".aside/2", false);
	put(".aside/3", true);
	CHECK_INT(unlink(at(".aside/1")), 0);
	CHECK_STR(look(), "");
	hide("b", false);
	CHECK_STR(look(), "b/3 ");
	CHECK_STR(look(), "b/2 ");
	put("b/1", true);
	CHECK_STR(look(), "b/1 ");
	finish();
}

static void what_is_gone_is_forgotten(void)
{
	begin();
	look();
	CHECK_INT(rename(at("b"), at(".b")), 0);
	CHECK_STR(look(), "");
	CHECK_INT(err.kind, ERR_NONE);
	CHECK_INT(rename(at(".b"), at("b")), 0);
	CHECK_STR(look(), "b/1 b/2 b/c/1 ");
	finish();
}

static void no_descriptor_for_a_folder(void)
{
	struct rlimit all, none;
	begin();
	look();
	const int next = dup(0);
	close(next);
	CHECK_INT(getrlimit(RLIMIT_NOFILE, &all), 0);
	none = all;
	none.rlim_cur = (rlim_t)next;
	CHECK_INT(setrlimit(RLIMIT_NOFILE, &none), 0);
	CHECK_STR(look(), "");
	CHECK_INT(err.code, EMFILE);
	CHECK_INT(setrlimit(RLIMIT_NOFILE, &all), 0);
	CHECK_STR(look(), "");
	finish();
}

/* As somebody whom the mode of a folder concerns. */
static void no_right_to_a_folder(void)
{
	const bool root = geteuid() == 0;
	begin();
	char command[120];
	snprintf(command, sizeof command, "chown -R %d %s", NOBODY, folder);
	CHECK(!root || (system(command) == 0 && seteuid(NOBODY) == 0));
	look();
	for (unsigned mode = 0; mode < 0700; mode += 0400) { /* not to be entered, and neither */
		CHECK_INT(chmod(at("b"), mode), 0);
		CHECK_STR(look(), "");
		CHECK_INT(err.code, EACCES);
		CHECK_INT(chmod(at("b"), 0700), 0);
		CHECK_STR(look(), "");
		CHECK_INT(err.kind, ERR_NONE);
	}
	CHECK(!root || seteuid(0) == 0);
	finish();
}

int main(void)
{
	test("watch: each file is handed out once, and again when it is another", each_once);
	test("watch: what is known of a folder or file that cannot be looked at is kept",
		a_folder_out_of_sight);
	test("watch: what was not handed out yet is not while it cannot be seen",
		what_was_not_handed_out_is_not_while_it_cannot_be_seen);
	test("watch: what changed while it could not be seen is handed out",
		what_changed_meanwhile_is_handed_out);
	test("watch: what is gone is forgotten", what_is_gone_is_forgotten);
	test("watch: without a file descriptor for a folder nothing is forgotten",
		no_descriptor_for_a_folder);
	test("watch: without the right to read or enter a folder nothing is forgotten",
		no_right_to_a_folder);
	return test_end();
}
