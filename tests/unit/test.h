/* SPDX-License-Identifier: MIT */
/* The frame of a unit test program: main() calls test("the claim", function) for each claim and
 * ends in test_end(). A claim is lost when one CHECK in its function fails. */
#ifndef DCMSEC_TEST_H
#define DCMSEC_TEST_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static struct {
	int failed;      /* claims lost */
	bool bad;        /* the present claim is */
	char first[400]; /* why */
} test_state;

#define CHECK(condition) test_check((condition), __FILE__, __LINE__, #condition)
#define CHECK_INT(got, want) test_int((long long)(got), (long long)(want), __FILE__, __LINE__, #got)
#define CHECK_STR(got, want) test_str((got), (want), __FILE__, __LINE__, #got)
#define CHECK_MEM(got, want, n) test_mem((got), (want), (n), __FILE__, __LINE__, #got)
/* As CHECK, and leaves the test function when it fails. */
#define REQUIRE(condition)             \
	do {                           \
		if (!CHECK(condition)) \
			return;        \
	} while (0)

#define TEST_NOTE(...) test_note(__VA_ARGS__)

__attribute__((format(printf, 1, 2))) static inline void test_note(const char *format, ...)
{
	if (!test_state.bad) {
		va_list args;
		va_start(args, format);
		vsnprintf(test_state.first, sizeof test_state.first, format, args);
		va_end(args);
	}
	test_state.bad = true;
}

static inline bool test_check(bool ok, const char *file, int line, const char *what)
{
	if (!ok)
		TEST_NOTE("%s:%d: %s", file, line, what);
	return ok;
}

static inline bool test_int(
	long long got, long long want, const char *file, int line, const char *what)
{
	if (got != want)
		TEST_NOTE("%s:%d: %s is %lld, not %lld", file, line, what, got, want);
	return got == want;
}

static inline bool test_str(
	const char *got, const char *want, const char *file, int line, const char *what)
{
	const bool same = got && want ? strcmp(got, want) == 0 : got == want;
	if (!same)
		TEST_NOTE("%s:%d: %s is \"%s\", not \"%s\"", file, line, what, got ? got : "(null)",
			want ? want : "(null)");
	return same;
}

static inline bool test_mem(
	const void *got, const void *want, size_t n, const char *file, int line, const char *what)
{
	const uint8_t *a = got, *b = want;
	for (size_t i = 0; i < n; i++)
		if (a[i] != b[i]) {
			TEST_NOTE("%s:%d: %s[%zu] is %02x, not %02x", file, line, what, i, a[i],
				b[i]);
			return false;
		}
	return true;
}

static inline void test(const char *claim, void (*function)(void))
{
	test_state.bad = false;
	function();
	if (test_state.bad) {
		printf("not ok - %s\n# %s\n", claim, test_state.first);
		test_state.failed++;
	} else {
		printf("ok - %s\n", claim);
	}
	fflush(stdout);
}

/* For what this host cannot show: counted and shown as skipped. */
static inline void test_skip(const char *claim, const char *why)
{
	printf("skip - %s: %s\n", claim, why);
}

static inline int test_end(void)
{
	return test_state.failed ? 1 : 0;
}

#endif
