/* SPDX-License-Identifier: MIT */
#include "cli/json.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Eats one character of UTF-8 (RFC 3629 4: no overlong form, no surrogate, nothing past U+10FFFF)
 * into *c. False: the first byte begins none, and alone was eaten. */
static bool utf8(struct span *s, uint32_t *c)
{
	static const struct {
		uint8_t mask, lead, more;
		uint32_t least;
	} forms[] = { { 0x80, 0x00, 0, 0 }, { 0xe0, 0xc0, 1, 0x80 }, { 0xf0, 0xe0, 2, 0x800 },
		{ 0xf8, 0xf0, 3, 0x10000 } };
	uint8_t first = 0;
	span_u8(s, &first);
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		if ((first & forms[i].mask) != forms[i].lead)
			continue;
		uint32_t v = first & (uint8_t)~forms[i].mask;
		struct span rest = *s;
		for (unsigned more = forms[i].more; more; more--) {
			uint8_t b;
			if (!span_u8(&rest, &b) || (b & 0xc0) != 0x80)
				return false;
			v = v << 6 | (b & 0x3f);
		}
		if (v < forms[i].least || (v >= 0xd800 && v < 0xe000) || v > 0x10ffff)
			return false;
		*s = rest;
		*c = v;
		return true;
	}
	return false;
}

/* Control characters of both sets, and the separators that some readers take for line ends. */
static bool needs_escape(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == '"' || c == '\\' || c == 0x2028 ||
		c == 0x2029;
}

static void text(struct json *j, struct span s)
{
	buf_u8(&j->b, '"');
	while (s.n) {
		const struct span before = s;
		uint32_t c;
		char escape[12];
		if (!utf8(&s, &c)) {
			buf_str(&j->b, "\xef\xbf\xbd"); /* U+FFFD */
		} else if (c == '"' || c == '\\') {
			buf_u8(&j->b, '\\');
			buf_u8(&j->b, (uint8_t)c);
		} else if (needs_escape(c)) {
			snprintf(escape, sizeof escape, "\\u%04x", (unsigned)c);
			buf_str(&j->b, escape);
		} else {
			buf_bytes(&j->b, span_at(before, 0, before.n - s.n));
		}
	}
	buf_u8(&j->b, '"');
}

static void member(struct json *j, const char *key)
{
	if (j->more)
		buf_u8(&j->b, ',');
	j->more = true;
	if (key) {
		text(j, span_str(key));
		buf_u8(&j->b, ':');
	}
}

void json_begin(struct json *j, const char *event)
{
	j->b = buf_on(j->room, sizeof j->room);
	j->depth = 0;
	j->more = false;
	snprintf(j->event, sizeof j->event, "%s", event ? event : "");
	buf_u8(&j->b, '{');
	if (event)
		json_str(j, "event", j->event);
}

void json_str(struct json *j, const char *key, const char *s)
{
	if (s) {
		json_span(j, key, span_str(s));
	} else {
		member(j, key);
		buf_str(&j->b, "null");
	}
}

void json_span(struct json *j, const char *key, struct span s)
{
	member(j, key);
	text(j, s);
}

void json_int(struct json *j, const char *key, int64_t v)
{
	char digits[24];
	snprintf(digits, sizeof digits, "%lld", (long long)v);
	member(j, key);
	buf_str(&j->b, digits);
}

void json_uint(struct json *j, const char *key, uint64_t v)
{
	char digits[24];
	snprintf(digits, sizeof digits, "%llu", (unsigned long long)v);
	member(j, key);
	buf_str(&j->b, digits);
}

void json_bool(struct json *j, const char *key, bool v)
{
	member(j, key);
	buf_str(&j->b, v ? "true" : "false");
}

static void open(struct json *j, const char *key, char opener, char closer)
{
	assert(j->depth < sizeof j->closers);
	member(j, key);
	buf_u8(&j->b, (uint8_t)opener);
	j->closers[j->depth++] = closer;
	j->more = false;
}

void json_object(struct json *j, const char *key)
{
	open(j, key, '{', '}');
}

void json_array(struct json *j, const char *key)
{
	open(j, key, '[', ']');
}

void json_close(struct json *j)
{
	assert(j->depth > 0);
	buf_u8(&j->b, (uint8_t)j->closers[--j->depth]);
	j->more = true;
}

struct span json_end(struct json *j)
{
	while (j->depth)
		json_close(j);
	buf_str(&j->b, "}\n");
	if (!buf_ok(&j->b)) {
		char event[sizeof j->event];
		memcpy(event, j->event, sizeof event);
		json_begin(j, *event ? event : NULL);
		json_bool(j, "too_long", true);
		buf_str(&j->b, "}\n");
	}
	return buf_span(&j->b);
}

bool json_write(struct json *j, struct err *e)
{
	struct span line = json_end(j);
	while (line.n) {
		const ssize_t n = write(STDOUT_FILENO, line.p, line.n);
		if (n < 0 && errno != EINTR)
			return err_set(e, ERR_SYSTEM, errno, "cannot write to standard output: %s",
				strerror(errno));
		if (n > 0)
			span_skip(&line, (size_t)n);
	}
	return true;
}
