/* SPDX-License-Identifier: MIT */
/* What the variables mean stands in sd_listen_fds(3). */
#include "io/inherit.h"
#include "test.h"

static struct err e;

static int count(const char *pid, const char *fds)
{
	int n = -1;
	err_clear(&e);
	return inherit_count(pid, fds, 42, &n, &e) ? n : -1;
}

static void ours(void)
{
	CHECK_INT(count("42", "1"), 1);
	CHECK_INT(count("42", "0"), 0);
}

static void others(void)
{
	CHECK_INT(count(NULL, NULL), 0);
	CHECK_INT(count("42", NULL), 0);
	CHECK_INT(count(NULL, "1"), 0);
	CHECK_INT(count("41", "1"), 0);
	CHECK_INT(count("420", "1"), 0);
	CHECK_INT(count("41", "nonsense"), 0);
}

static void garbage(void)
{
	static const char *const bad[] = { "", " 1", "1 ", "+1", "-1", "1x", "x", "0x1", "1.0",
		"99999999999999999999", "2147483647" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (count("42", bad[i]) != -1 || e.kind != ERR_SYSTEM ||
			!strstr(e.text, "LISTEN_FDS"))
			TEST_NOTE("LISTEN_FDS=\"%s\" was taken: %s", bad[i], e.text);
		if (i < 9 && (count(bad[i], "1") != -1 || !strstr(e.text, "LISTEN_PID")))
			TEST_NOTE("LISTEN_PID=\"%s\" was taken: %s", bad[i], e.text);
	}
	CHECK_INT(count("42", "2"), -1);
	CHECK(strstr(e.text, "2 sockets") != NULL);
}

int main(void)
{
	test("one socket or none is taken where LISTEN_PID is this process", ours);
	test("what is for another process, or half there, is not for us", others);
	test("what is no number, or too many sockets, is refused by name", garbage);
	return test_end();
}
