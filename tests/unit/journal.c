/* SPDX-License-Identifier: MIT */
/* The lines of a journal and the file of them. */
#define _GNU_SOURCE
#include "io/journal.h"
#include "test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char path[64];

static void begin(void)
{
	strcpy(path, "/tmp/dcmsec-journal-XXXXXX");
	const int fd = mkstemp(path);
	CHECK(fd >= 0);
	close(fd);
	unlink(path);
}

static struct journal_key key_of(const char *file)
{
	return (struct journal_key){ .peer = "pacs:2762",
		.called = "ARCHIVE ONE",
		.path = file,
		.instance = "1.2.3",
		.mark = { .size = 7, .seconds = 1795348800, .nanoseconds = 5 } };
}

static void a_line_is_as_it_is_documented_with_fnv_1a_at_its_end(void)
{
	uint8_t room[400];
	struct buf b = buf_on(room, sizeof room);
	const struct journal_key key = key_of("/a b%\n\xc3\xa4");
	journal_put(&b, &key);
	/* FNV-1a, 64 bits, of what stands before it, computed apart in Python */
	static const char expected[] = "sent 7 1795348800.000000005 1.2.3 pacs:2762 ARCHIVE%20ONE "
				       "/a%20b%25%0A\xc3\xa4 7362ddcd963ed3ef\n";
	CHECK_INT(b.n, sizeof expected - 1);
	CHECK(memcmp(room, expected, b.n) == 0);
	uint64_t hash;
	CHECK(journal_good(buf_span(&b), &hash));
}

static void a_line_with_any_byte_changed_is_not_good(void)
{
	uint8_t room[400];
	struct buf b = buf_on(room, sizeof room);
	const struct journal_key key = key_of("/some/path");
	uint64_t hash;
	journal_put(&b, &key);
	for (size_t i = 0; i < b.n; i++) {
		room[i] ^= 0x10;
		CHECK(!journal_good(buf_span(&b), &hash));
		room[i] ^= 0x10;
	}
	for (size_t n = 0; n < b.n; n++)
		CHECK(!journal_good(span_of(room, n), &hash));
}

static void what_was_added_is_there_after_opening_again_and_nothing_else(void)
{
	char name[40];
	struct err e = { 0 };
	size_t damaged;
	begin();
	struct journal *j = journal_open(path, &damaged, &e);
	CHECK(j != NULL);
	for (int i = 0; i < 3000; i++) { /* more than the table has at first */
		snprintf(name, sizeof name, "/data/%d", i);
		const struct journal_key key = key_of(name);
		CHECK(!journal_has(j, &key));
		CHECK(journal_add(j, &key, &e));
		CHECK(journal_has(j, &key));
	}
	CHECK(journal_sync(j, &e));
	journal_close(j);
	j = journal_open(path, &damaged, &e);
	CHECK(j != NULL);
	CHECK_INT(damaged, 0);
	for (int i = 0; i < 3001; i++) {
		snprintf(name, sizeof name, "/data/%d", i);
		const struct journal_key key = key_of(name);
		CHECK_INT(journal_has(j, &key), i < 3000);
	}
	journal_close(j);
	unlink(path);
}

static void each_part_of_a_key_tells_two_objects_apart(void)
{
	struct err e = { 0 };
	size_t damaged;
	begin();
	struct journal *j = journal_open(path, &damaged, &e);
	struct journal_key key = key_of("/data/x"), other;
	CHECK(j && journal_add(j, &key, &e));
	other = key;
	other.peer = "pacs:2763";
	CHECK(!journal_has(j, &other));
	other = key;
	other.called = "ARCHIVE";
	CHECK(!journal_has(j, &other));
	other = key;
	other.instance = "1.2.4";
	CHECK(!journal_has(j, &other));
	other = key;
	other.mark.size++;
	CHECK(!journal_has(j, &other));
	other = key;
	other.mark.seconds++;
	CHECK(!journal_has(j, &other));
	other = key;
	other.mark.nanoseconds++;
	CHECK(!journal_has(j, &other));
	other = key;
	other.mark.inode++; /* a copy that was moved into place is the same */
	CHECK(journal_has(j, &other));
	journal_close(j);
	unlink(path);
}

static void a_path_that_is_too_long_for_a_line_is_refused_and_the_file_unharmed(void)
{
	static char name[9000];
	struct err e = { 0 };
	struct stat before, after;
	size_t damaged;
	begin();
	memset(name, ' ', sizeof name - 1); /* three bytes each in the line */
	struct journal *j = journal_open(path, &damaged, &e);
	const struct journal_key key = key_of(name);
	CHECK(j && stat(path, &before) == 0);
	CHECK(!journal_add(j, &key, &e));
	CHECK_INT(e.kind, ERR_LIMIT);
	CHECK(!journal_has(j, &key));
	CHECK(stat(path, &after) == 0 && before.st_size == after.st_size);
	journal_close(j);
	unlink(path);
}

static void another_process_does_not_get_it(void)
{
	struct err e = { 0 };
	size_t damaged;
	int status = 0;
	begin();
	struct journal *j = journal_open(path, &damaged, &e);
	CHECK(j != NULL);
	const pid_t child = fork();
	if (child == 0) {
		struct err mine = { 0 };
		_exit(journal_open(path, &damaged, &mine) || mine.kind != ERR_SYSTEM);
	}
	CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status));
	CHECK_INT(WEXITSTATUS(status), 0);
	journal_close(j);
	unlink(path);
}

static void an_empty_journal_remembers_nothing(void)
{
	struct err e = { 0 };
	size_t damaged;
	const struct journal_key key = key_of("/data/x");
	begin();
	struct journal *j = journal_open(path, &damaged, &e);
	CHECK(j && !journal_has(j, &key));
	journal_close(j);
	journal_close(NULL);
	unlink(path);
}

int main(void)
{
	test("journal: a line is as it is documented with fnv 1a at its end",
		a_line_is_as_it_is_documented_with_fnv_1a_at_its_end);
	test("journal: a line with any byte changed is not good",
		a_line_with_any_byte_changed_is_not_good);
	test("journal: what was added is there after opening again and nothing else",
		what_was_added_is_there_after_opening_again_and_nothing_else);
	test("journal: each part of a key tells two objects apart",
		each_part_of_a_key_tells_two_objects_apart);
	test("journal: a path that is too long for a line is refused and the file unharmed",
		a_path_that_is_too_long_for_a_line_is_refused_and_the_file_unharmed);
	test("journal: another process does not get it", another_process_does_not_get_it);
	test("journal: an empty journal remembers nothing", an_empty_journal_remembers_nothing);
	return test_end();
}
