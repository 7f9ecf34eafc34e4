/* SPDX-License-Identifier: MIT */
/* What formats print, by C11 7.21.6.1. In a sanitizer build this asks glibc, which must agree. */
#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "test.h"

static char text[2000];
#define PRINTS(EXPECTED, ...)                                                          \
	do {                                                                           \
		CHECK_INT(snprintf(text, sizeof text, __VA_ARGS__), strlen(EXPECTED)); \
		CHECK_STR(text, EXPECTED);                                             \
	} while (0)

static void integers(void)
{
	PRINTS("0 -1 2147483647 -2147483648", "%d %i %d %d", 0, -1, INT_MAX, INT_MIN);
	PRINTS("0 4294967295 18446744073709551615", "%u %u %llu", 0U, UINT_MAX, ULLONG_MAX);
	PRINTS("-9223372036854775808 9223372036854775807", "%lld %ld", LLONG_MIN, LONG_MAX);
	PRINTS("18446744073709551615 -1 5", "%zu %td %ju", SIZE_MAX, (ptrdiff_t)-1, (uintmax_t)5);
	PRINTS("-1 255 -1 65535", "%hhd %hhu %hd %hu", (signed char)-1, (unsigned char)255,
		(short)-1, (unsigned short)65535);
	PRINTS("ff FF 0xff 0XFF 0 777", "%x %X %#x %#X %#x %o", 255, 255, 255, 255, 0, 0777);
	PRINTS("ffffffffffffffff 0x10", "%lx %p", ULONG_MAX, (void *)16);
}

static void widths(void)
{
	PRINTS("[    5][5    ][00005][   -5][-0005]", "[%5d][%-5d][%05d][%5d][%05d]", 5, 5, 5, -5,
		-5);
	PRINTS("[  005][005  ][  -05][][    ]", "[%5.3d][%-5.3d][%5.2d][%.0d][%4.0d]", 5, 5, -5, 0,
		0);
	PRINTS("[+5][ 5][+0005][-5]", "[%+d][% d][%+05d][%+d]", 5, 5, 5, -5);
	PRINTS("[0x0000ff][  0xff][0xff  ][00ff]", "[%#08x][%#6x][%-#6x][%04x]", 255, 255, 255,
		255);
	PRINTS("[   7][7   ][7   ][12345]", "[%*d][%-*d][%*d][%2d]", 4, 7, 4, 7, -4, 7, 12345);
}

static void strings(void)
{
	PRINTS("[abc][  abc][abc  ][ab][   ab][]", "[%s][%5s][%-5s][%.2s][%5.2s][%.0s]", "abc",
		"abc", "abc", "abc", "abc", "abc");
	PRINTS("[ab][abc][  a][a  ][%]", "[%.*s][%.*s][%3c][%-3c][%%]", 2, "abc", -1, "abc", 'a',
		'a');
	const char open[3] = { 'x', 'y',
		'z' }; /* no NUL: nothing beyond the precision is looked at */
	PRINTS("xyz", "%.3s", open);
	PRINTS("", "%s", "");
}

static void fractions(void)
{
	PRINTS("1.5000 0.1250 -2.750 8", "%.4f %.4f %.3f %.0f", 1.5, 0.125, -2.75, 8.0);
	PRINTS("2 4 2 0 1.000000", "%.0f %.0f %.0f %.0f %f", 2.5, 3.5, 1.5, 0.5, 1.0);
	PRINTS("[     7.8912][ 12][0.0001][1.000][99.996]", "[%11.4f][%3.0f][%.4f][%.3f][%.3f]",
		7.8912, 12.4, 0.0001, 0.99999, 99.9959);
	PRINTS("[0.05][0.0][1234567890.123]", "[%.2f][%.1f][%.3f]", 0.05, 0.0, 1234567890.123);
}

static void lengths(void)
{
	char small[8];
	volatile size_t room = sizeof small; /* or the compiler sees that it is too little */
	CHECK_INT(snprintf(small, room, "%s-%d", "abcdefgh", 12345), 14);
	CHECK_STR(small, "abcdefg");
	CHECK_INT(snprintf(NULL, 0, "%s", "abc"), 3);
	room = 1;
	CHECK_INT(snprintf(small, room, "%d", 7), 1);
	CHECK_STR(small, "");
	char big[1500], all[2000];
	memset(big, 'b', sizeof big - 1);
	big[sizeof big - 1] = '\0';
	for (int i = 0; i < 3; i++) { /* more than is gathered at a time */
		CHECK_INT(snprintf(all, sizeof all, "<%*s%s>", 100 * i, "", big), 1501 + 100 * i);
		CHECK(all[0] == '<' && strlen(all) == 1501U + 100U * (unsigned)i);
		CHECK_STR(strchr(all, 'b') + sizeof big - 1, ">");
	}
}

/* A stream that cannot be written to says so. */
static void failing(void)
{
	FILE *full = fopen("/dev/full", "w");
	REQUIRE(full);
	setbuf(full, NULL);
	CHECK(fprintf(full, "%d", 1) < 0);
	fclose(full);
	FILE *file = tmpfile();
	REQUIRE(file);
	CHECK_INT(fprintf(file, "%s=%d\n", "a", 1), 4);
	rewind(file);
	char line[10];
	CHECK(fgets(line, sizeof line, file) != NULL);
	CHECK_STR(line, "a=1\n");
	fclose(file);
}

int main(void)
{
	test("integers of every length and base", integers);
	test("widths, precisions and flags", widths);
	test("text and characters, never beyond the precision", strings);
	test("fractions, rounded to the even when they stand in the middle", fractions);
	test("what is returned is the length of all, whatever room there is", lengths);
	test("a stream takes it, and a stream that fails is told of", failing);
	return test_end();
}
