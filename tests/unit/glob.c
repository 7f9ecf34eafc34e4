/* SPDX-License-Identifier: MIT */
/* Patterns for file names, against libc's fnmatch. */
#include "base/glob.h"

#include <fnmatch.h>
#include <string.h>

#include "test.h"

static const char *const names[] = { "", "a", "b", "ab", "abc", "abab", "abcb", "CT.1.2.dcm",
	".dcm", "dcm", "image07", "image7", "IMAGE07", "a]b", "a-b", "-", "]", "[", "[a", "a*b",
	"a\\b", "!", "^", "x y", "1", "aXbXc", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "/a/b", "a/b",
	"\t" };

static unsigned wrong;

static void compare(const char *pattern)
{
#ifndef __GLIBC__
	/* For musl an escaped bracket ends a set, for POSIX it does not. */
	if (strstr(pattern, "\\]"))
		return;
#endif
	for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
		const bool ours = glob_match(pattern, names[n]);
		if (ours != (fnmatch(pattern, names[n], 0) == 0) && wrong++ < 10)
			TEST_NOTE("\"%s\" and \"%s\": %d", pattern, names[n], ours);
	}
}

static void as_libc(void)
{
	static const char *const patterns[] = { "", "*", "**", "?", "a", "a*", "*a", "*b", "a*b",
		"*a*b", "a?c", "*.dcm", "*.[dD][cC][mM]", "CT.*", "image[0-9]", "image[0-9][0-9]",
		"image??", "[!a]*", "[^a]*", "[]]", "[!]]", "[]a]*", "[a-]*", "[-a]", "a[]-]b",
		"a[-]b", "[", "[a", "[a*", "\\[a", "\\*", "a\\*b", "a\\\\b", "[\\]]", "a[\\]]b",
		"[[:alpha:]]", "[[:alpha:]]*", "*[[:digit:]]", "*[[:digit:][:upper:]]",
		"[![:digit:]]", "x[[:space:]]y", "[[:blank:]]", "[[:punct:]]", "[!!]", "*X*X*",
		"*a*a*a*a*a*a*a*a*a*a*c", "a*a*a*a*b", "*/b", "/*", "??", "[a-c][a-c]", "[\\a-c]b",
		"[a-\\c]b", "*?*" };
	for (size_t p = 0; p < sizeof patterns / sizeof *patterns; p++)
		compare(patterns[p]);
	CHECK_INT(wrong, 0);
}

/* What nobody writes on purpose: every pattern of four of the letters that mean something. */
static void all_short_ones(void)
{
	static const char letters[] = "ab*?[]-!\\";
	char pattern[5] = "";
	for (unsigned i = 0; i < 9 * 9 * 9 * 9; i++) {
		for (unsigned k = 0, v = i; k < 4; k++, v /= 9)
			pattern[k] = letters[v % 9];
		if (pattern[3] != '\\') /* with nothing behind it, unspecified */
			compare(pattern);
	}
	CHECK_INT(wrong, 0);
}

int main(void)
{
	test("patterns match what libc's fnmatch matches", as_libc);
	test("so does every pattern of four characters that mean something", all_short_ones);
	return test_end();
}
