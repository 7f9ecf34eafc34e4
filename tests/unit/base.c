/* SPDX-License-Identifier: MIT */
#include "base/buf.h"
#include "base/date.h"
#include "base/err.h"
#include "base/hex.h"
#include "base/wipe.h"
#include "test.h"

static void short_span_is_left(void)
{
	struct span s = span_of("\1\2\3", 3);
	uint32_t v = 77;
	CHECK(!span_u32be(&s, &v));
	CHECK_INT(v, 77);
	CHECK_INT(s.n, 3);
	struct span run = { 0 };
	CHECK(!span_run(&s, 2, &run));
	CHECK(!span_run(&s, 4, &run));
	CHECK_INT(s.n, 3);
	CHECK(!run.p);
}

static void byte_orders(void)
{
	struct span s = span_of("\1\2\3\4\5\6\7\x8\x9\xa\xb\xc\xd", 13);
	uint16_t a = 0, b = 0;
	uint32_t c = 0, d = 0, e = 0;
	CHECK(span_u16be(&s, &a) && span_u16le(&s, &b) && span_u24be(&s, &c) && span_u32le(&s, &d));
	CHECK_INT(a, 0x0102);
	CHECK_INT(b, 0x0403);
	CHECK_INT(c, 0x050607);
	CHECK_INT(d, 0x0b0a0908);
	CHECK(!span_u32be(&s, &e));
}

static void runs_of_each_width(void)
{
	struct span s = span_of("\1a\0\2bc\0\0\3def\0\0\0\1g\0", 18), run[5];
	CHECK(span_run(&s, 1, &run[0]) && span_run(&s, 2, &run[1]) && span_run(&s, 3, &run[2]) &&
		span_run(&s, 4, &run[3]) && span_run(&s, 1, &run[4]));
	CHECK(span_eq_str(run[0], "a") && span_eq_str(run[1], "bc") && span_eq_str(run[2], "def") &&
		span_eq_str(run[3], "g"));
	CHECK_INT(run[4].n, 0);
	CHECK_INT(s.n, 0);
}

static void text_refuses_nul(void)
{
	char text[8] = "before";
	CHECK(!span_text(span_of("a\0b", 3), text, sizeof text));
	CHECK_STR(text, "");
	CHECK(!span_text(span_str("12345678"), text, sizeof text));
	CHECK(span_text(span_str("1234567"), text, sizeof text));
	CHECK_STR(text, "1234567");
}

static void overflow_sticks(void)
{
	uint8_t room[4] = { 0 };
	struct buf b = buf_on(room, sizeof room);
	buf_u16be(&b, 0x1122);
	buf_u32be(&b, 1);
	buf_u8(&b, 3);
	CHECK(!buf_ok(&b));
	CHECK_INT(b.n, 2);
	CHECK_INT(room[2], 0);
}

static void lengths_are_patched(void)
{
	uint8_t room[300];
	struct buf b = buf_on(room, sizeof room);
	const size_t outer = buf_open(&b, 2);
	buf_str(&b, "abc");
	const size_t inner = buf_open(&b, 4);
	buf_u8(&b, 9);
	buf_close_le(&b, inner, 4);
	buf_close_be(&b, outer, 2);
	CHECK(buf_ok(&b));
	CHECK_MEM(room, "\0\10abc\1\0\0\0\11", 10);

	const size_t narrow = buf_open(&b, 1);
	buf_fill(&b, 0, 256);
	buf_close_be(&b, narrow, 1);
	CHECK(!buf_ok(&b));
}

static void first_error_stays(void)
{
	struct err e = { 0 };
	CHECK(!err_set(&e, ERR_INPUT, 5, "first %d", 1));
	err_set(&e, ERR_PEER, 6, "second");
	err_in(&e, ", in %s", "a\x1b[2Jb\n\xc2\x9b");
	CHECK_INT(e.kind, ERR_INPUT);
	CHECK_INT(e.code, 5);
	CHECK_STR(e.text, "first 1, in a?[2Jb???");
}

static void hex_both_ways(void)
{
	uint8_t out[3];
	size_t n = 0;
	char text[12];
	CHECK(hex_bytes("00:fF:a5", out, sizeof out, &n));
	CHECK_INT(n, 3);
	CHECK_STR(hex_text(span_of(out, n), text, sizeof text), "00ffa5");
	CHECK_STR(hex_colons(span_of(out, n), text, sizeof text), "00:FF:A5");
	CHECK(!hex_bytes("0", out, sizeof out, &n));
	CHECK(!hex_bytes("00:", out, sizeof out, &n));
	CHECK(!hex_bytes("0g", out, sizeof out, &n));
	CHECK(!hex_bytes("00112233", out, sizeof out, &n));
}

/* Expected values: date -u -d @N */
static void dates_match_the_calendar(void)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} known[] = {
		{ 0, "1970-01-01T00:00:00Z" },
		{ 951782400, "2000-02-29T00:00:00Z" },
		{ 4107542399, "2100-02-28T23:59:59Z" },
		{ 4107542400, "2100-03-01T00:00:00Z" },
		{ -62167219200, "0000-01-01T00:00:00Z" },
		{ 253402300799, "9999-12-31T23:59:59Z" },
		{ 1795354800, "2026-11-22T13:40:00Z" },
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		char text[DATE_TEXT];
		int64_t back = 1;
		CHECK_STR(date_text(known[i].seconds, text), known[i].text);
		CHECK(date_parse(known[i].text, &back));
		CHECK_INT(back, known[i].seconds);
	}
}

static void bad_dates_are_refused(void)
{
	static const char *const bad[] = { "", "2026", "2026-02-29", "2026-13-01", "2026-00-10",
		"2026-01-01T24:00", "2026-01-01T1:00", "2026-01-01 10:00", "@", "@-1", "@12x",
		"2026-01-01T10:00:60", "2026-01-01T10:00Zx", "20260101" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		int64_t s = 42;
		if (date_parse(bad[i], &s))
			TEST_NOTE("\"%s\" was taken", bad[i]);
		CHECK_INT(s, 42);
	}
}

static void wiping(void)
{
	uint8_t a[3] = { 1, 2, 3 }, b[3] = { 1, 2, 4 };
	CHECK(!wipe_same(a, b, 3));
	CHECK(wipe_same(a, b, 2));
	wipe(a, sizeof a);
	CHECK_MEM(a, "\0\0\0", 3);
}

int main(void)
{
	test("a reader that finds too little leaves span and result alone", short_span_is_left);
	test("integers are read in the byte order the name says", byte_orders);
	test("a run is as long as the bytes before it say, in any width", runs_of_each_width);
	test("text with a NUL inside or too long is refused and left empty", text_refuses_nul);
	test("after an overflow a buffer takes nothing more", overflow_sticks);
	test("nested lengths are patched, and one that does not fit is an overflow",
		lengths_are_patched);
	test("the first error stays, and control characters do not", first_error_stays);
	test("hexadecimal text is read and written, and malformed text refused", hex_both_ways);
	test("seconds and calendar dates agree with date(1)", dates_match_the_calendar);
	test("malformed and impossible dates are refused", bad_dates_are_refused);
	test("secrets compare by content and wipe to zero", wiping);
	return test_end();
}
