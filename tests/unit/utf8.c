/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"
#include "test.h"

static void characters(void)
{
	/* RFC 3629 7, and the ends of each length */
	static const struct {
		const char *text;
		uint32_t c;
	} known[] = { { "A", 0x41 }, { "\x7f", 0x7f }, { "\xc2\x80", 0x80 }, { "\xdf\xbf", 0x7ff },
		{ "\xe0\xa0\x80", 0x800 }, { "\xe2\x89\xa2", 0x2262 }, { "\xed\x9f\xbf", 0xd7ff },
		{ "\xee\x80\x80", 0xe000 }, { "\xef\xbf\xbf", 0xffff },
		{ "\xf0\x90\x80\x80", 0x10000 }, { "\xf0\xa3\x8e\xb4", 0x233b4 },
		{ "\xf4\x8f\xbf\xbf", 0x10ffff } };
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		struct span s = span_str(known[i].text);
		uint32_t c = 0;
		CHECK(utf8_next(&s, &c));
		CHECK_INT(c, known[i].c);
		CHECK_INT(s.n, 0);
	}
}

static void no_characters(void)
{
	static const char *const bad[] = { "\x80", "\xbf", "\xc0\xaf", "\xc1\xbf", "\xc2",
		"\xc2\x41", "\xe0\x9f\xbf", "\xe2\x89", "\xed\xa0\x80", "\xed\xbf\xbf",
		"\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xfe", "\xff" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct span s = span_str(bad[i]);
		uint32_t c = 7;
		const size_t n = s.n;
		if (utf8_next(&s, &c))
			TEST_NOTE("case %zu was taken for U+%04x", i, (unsigned)c);
		CHECK_INT(s.n, n - 1);
		CHECK_INT(c, 7);
	}
}

static void printable(void)
{
	static const struct {
		const char *before, *after;
	} known[] = { { "", "" }, { "plain \xc3\xa9 \xe6\x97\xa5", "plain \xc3\xa9 \xe6\x97\xa5" },
		{ "a\x1b[2J\r\n\x7f", "a?[2J???" },
		{ "\x9b"
		  "2J",
			"?2J" },
		{ "\xc2\x9b", "??" },
		{ "x\xe2\x80\xae"
		  "cod.exe",
			"x???cod.exe" },
		{ "\xe2\x80\xa8|\xe2\x81\xa6", "???|???" }, { "\xe6\x97", "??" },
		{ "\xff\xfe", "??" } };
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		char text[40];
		strcpy(text, known[i].before);
		utf8_make_printable(text);
		CHECK_STR(text, known[i].after);
	}
}

int main(void)
{
	test("each length of UTF-8 is read at both its ends", characters);
	test("overlong, cut, surrogate and stray bytes are no characters and cost one byte",
		no_characters);
	test("what moves a terminal becomes question marks, the rest stays", printable);
	return test_end();
}
