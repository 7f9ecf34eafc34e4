/* SPDX-License-Identifier: MIT */
/* What applets say: log lines, events, progress, numbers, exit codes. */
#include "cli/exit.h"
#include "cli/json.h"
#include "cli/log.h"
#include "cli/progress.h"
#include "cli/text.h"
#include "listen.h"
#include "test.h"

/* ---- log */

static struct log l;

static void one_of_each(void)
{
	static const char letters[] = "FEWNIADT";
	for (int kind = LOG_FATAL; kind <= LOG_TRACE; kind++)
		log_line(&l, (enum log_kind)kind, "%c", letters[kind]);
}

static void log_shows_kinds(int level, bool dcmtk, const char *want)
{
	l = (struct log){ .level = level, .name = "x", .dcmtk = dcmtk };
	listen_to(2, one_of_each);
	CHECK_STR(said, want);
}

static void log_levels(void)
{
	log_shows_kinds(LOG_LEVEL_QUIET, false, "dcmsec x: F\ndcmsec x: E\n");
	log_shows_kinds(0, false, "dcmsec x: F\ndcmsec x: E\ndcmsec x: W\ndcmsec x: N\n");
	log_shows_kinds(LOG_LEVEL_VERBOSE, false,
		"dcmsec x: F\ndcmsec x: E\ndcmsec x: W\ndcmsec x: N\ndcmsec x: I\ndcmsec x: A\n");
	log_shows_kinds(LOG_LEVEL_FATAL, true, "F: F\n");
	log_shows_kinds(0, true, "F: F\nE: E\nW: W\n");
	log_shows_kinds(LOG_LEVEL_VERBOSE, true, "F: F\nE: E\nW: W\nI: N\nI: I\nI: A\n");
	log_shows_kinds(LOG_LEVEL_TRACE, true, "F: F\nE: E\nW: W\nI: N\nI: I\nI: A\nD: D\nT: T\n");
}

static void hostile(void)
{
	l = (struct log){ .name = "x", .line = true };
	log_line(&l, LOG_WARN, "%s", "a\nE: b\r\x1b[2J\x7f\xc2\x9b\xc3\xa9");
}

static void log_is_printable(void)
{
	listen_to(2, hostile);
	CHECK_STR(said, "\r\033[Kdcmsec x: a?E: b??[2J???\xc3\xa9\n");
	CHECK(!l.line);
}

static void too_long(void)
{
	static char text[5000];
	memset(text, 'x', sizeof text - 1);
	l = (struct log){ .name = "x" };
	log_line(&l, LOG_WARN, "%s", text);
}

static void log_is_bounded(void)
{
	listen_to(2, too_long);
	CHECK_INT(strlen(said), 10 + 2000 + 1);
	CHECK_STR(said + 10 + 1996, "x...\n");
}

/* ---- JSON */

static struct json j;

static const char *line_of(struct span s)
{
	snprintf(said, sizeof said, "%.*s", (int)s.n, (const char *)s.p);
	return said;
}

static void json_members(void)
{
	json_begin(&j, "object");
	json_str(&j, "a", "b");
	json_str(&j, "none", NULL);
	json_int(&j, "i", INT64_MIN);
	json_uint(&j, "u", UINT64_MAX);
	json_bool(&j, "t", true);
	json_array(&j, "list");
	json_str(&j, NULL, "x");
	json_object(&j, NULL);
	json_close(&j);
	json_close(&j);
	json_object(&j, "o");
	json_bool(&j, "f", false);
	CHECK_STR(line_of(json_end(&j)),
		"{\"event\":\"object\",\"a\":\"b\",\"none\":null,\"i\":-9223372036854775808,"
		"\"u\":18446744073709551615,\"t\":true,\"list\":[\"x\",{}],\"o\":{\"f\":false}}\n");
	json_begin(&j, NULL);
	CHECK_STR(line_of(json_end(&j)), "{}\n");
}

static void escapes(const void *bytes, size_t n, const char *want)
{
	json_begin(&j, NULL);
	json_span(&j, "s", span_of(bytes, n));
	char line[300];
	snprintf(line, sizeof line, "{\"s\":\"%s\"}\n", want);
	CHECK_STR(line_of(json_end(&j)), line);
}

/* RFC 8259 7, RFC 3629 4 */
static void json_escapes(void)
{
#define ESC(TEXT, WANT) escapes("" TEXT, sizeof TEXT - 1, WANT)
	ESC("\",\"event\":\"x\\", "\\\",\\\"event\\\":\\\"x\\\\");
	ESC("a\nb\0c\x1b\x7f", "a\\u000ab\\u0000c\\u001b\\u007f");
	ESC("\xc3\xa9 \xe6\x97\xa5 \xf0\x9f\x98\x80", "\xc3\xa9 \xe6\x97\xa5 \xf0\x9f\x98\x80");
	ESC("\xc2\x85 \xe2\x80\xa8 \xe2\x80\xa9", "\\u0085 \\u2028 \\u2029");
#define BAD "\xef\xbf\xbd"
	ESC("\xff\x80", BAD BAD); /* no lead byte */
	ESC("\xc3", BAD);         /* cut off */
	ESC("\xe6\x97"
	    "a",
		BAD BAD "a");                     /* cut off within */
	ESC("\xc0\xaf", BAD BAD);                 /* overlong */
	ESC("\xe0\x80\xaf", BAD BAD BAD);         /* overlong */
	ESC("\xed\xa0\x80", BAD BAD BAD);         /* surrogate */
	ESC("\xf4\x90\x80\x80", BAD BAD BAD BAD); /* beyond Unicode */
	ESC("\xc3\"", BAD "\\\"");                /* must not swallow the quote */
}

static void json_overflow(void)
{
	static uint8_t noise[JSON_ROOM / 6 + 1];
	json_begin(&j, "object");
	json_span(&j, "s", span_of(noise, sizeof noise));
	json_str(&j, "more", "x");
	CHECK_STR(line_of(json_end(&j)), "{\"event\":\"object\",\"too_long\":true}\n");
}

/* ---- numbers and progress */

static void sizes(void)
{
	static const struct {
		uint64_t n;
		const char *text;
	} known[] = { { 0, "0 B" }, { 999, "999 B" }, { 1000, "1.0 kB" }, { 1049, "1.0 kB" },
		{ 1050, "1.1 kB" }, { 999949, "999.9 kB" }, { 999950, "1.0 MB" },
		{ 1000000000, "1.0 GB" }, { 1073741824, "1.1 GB" }, { UINT64_MAX, "18.4 EB" } };
	char text[TEXT_NUMBER];
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		CHECK_STR(text_size(known[i].n, text), known[i].text);
	CHECK_STR(text_rate(5000000, 500, text), "10.0 MB/s");
	CHECK_STR(text_rate(5, 0, text), "- B/s");
	CHECK_STR(text_rate(UINT64_MAX, UINT64_MAX, text), "1.0 kB/s");
}

static void durations_and_counts(void)
{
	char text[TEXT_NUMBER];
	CHECK_STR(text_duration(0, text), "0 ms");
	CHECK_STR(text_duration(999, text), "999 ms");
	CHECK_STR(text_duration(1000, text), "1.00 s");
	CHECK_STR(text_duration(4209, text), "4.20 s");
	CHECK_STR(text_duration(59999, text), "59 s");
	CHECK_STR(text_duration(200000, text), "3 min 20 s");
	CHECK_STR(text_duration(7500000, text), "2 h 05 min");
	CHECK_STR(text_duration(86400000ull * 3, text), "3 days");
	CHECK_STR(text_count(0, "object", text), "0 objects");
	CHECK_STR(text_count(1, "object", text), "1 object");
	CHECK_STR(text_count(2, "class", text), "2 classes");
}

static void progress_line(void)
{
	struct progress p = { .start = 1000,
		.objects = 12,
		.objects_all = 400,
		.bytes = 250000000,
		.bytes_all = 1000000000 };
	char text[201];
	const char *whole = "12/400 objects, 250.0 MB of 1.0 GB (25%), 25.0 MB/s, 30 s left";
	CHECK_STR(progress_text(&p, 11000, 100, text, sizeof text), whole);
	CHECK_STR(progress_text(&p, 11000, 62, text, sizeof text), whole);
	CHECK_STR(progress_text(&p, 11000, 61, text, sizeof text),
		"12/400 objects, 250.0 MB of 1.0 GB (25%), 25.0 MB/s");
	CHECK_STR(progress_text(&p, 11000, 20, text, sizeof text), "12/400 objects");
	CHECK_STR(progress_text(&p, 11000, 5, text, sizeof text), "");
	CHECK_STR(progress_text(&p, 11000, 100, text, 20), "12/400 objects");
	p = (struct progress){ .objects = 3, .bytes = 1000 };
	CHECK_STR(progress_text(&p, 0, 100, text, sizeof text), "3 objects, 1.0 kB, - B/s");
	p = (struct progress){ .objects = 3, .bytes = 2000, .bytes_all = 1000 };
	CHECK_STR(progress_text(&p, 2000, 100, text, sizeof text), "3 objects, 2.0 kB, 1.0 kB/s");
}

static struct progress bar;

static void draw_some(void)
{
	l = (struct log){ .name = "x" };
	progress_start(&bar, &l, 0);
	progress_draw(&bar, 1000);
	progress_end(&bar);
}

static void draw_forced(void)
{
	progress_start(&bar, &l, 0);
	bar.on = true;
	progress_draw(&bar, 99);
	progress_draw(&bar, 100);
	progress_draw(&bar, 199);
	log_line(&l, LOG_ERROR, "e");
	progress_draw(&bar, 200);
	progress_end(&bar);
	progress_end(&bar);
}

static void drawing(void)
{
	listen_to(2, draw_some);
	CHECK_STR(said, ""); /* a file is no terminal */
	listen_to(2, draw_forced);
	CHECK_STR(said,
		"\r0 objects, 0 B, 0 B/s\033[K\r\033[Kdcmsec x: e\n"
		"\r0 objects, 0 B, 0 B/s\033[K\r\033[K");
}

static void exit_codes(void)
{
	static const int want[] = { 0, 2, 3, 8, 4, 6, 5, 5, 7, 1 };
	for (int kind = ERR_NONE; kind <= ERR_LIMIT; kind++) {
		const struct err e = { .kind = (enum err_kind)kind };
		CHECK_INT(exit_code(&e), want[kind]);
	}
}

int main(void)
{
	test("each level shows its kinds of lines, with DCMTK's letters under its names",
		log_levels);
	test("no bytes break a log line or move the terminal", log_is_printable);
	test("a log line has a bound", log_is_bounded);
	test("events are JSON with commas in the right places", json_members);
	test("any bytes become one line of valid UTF-8 JSON", json_escapes);
	test("an event that does not fit says so and is whole", json_overflow);
	test("sizes and rates round the way people expect", sizes);
	test("durations and counts read like a sentence", durations_and_counts);
	test("the progress line drops whole parts that do not fit", progress_line);
	test("progress is drawn ten times a second at most, on terminals only", drawing);
	test("each kind of error has its exit code", exit_codes);
	return test_end();
}
