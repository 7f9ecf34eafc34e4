/* SPDX-License-Identifier: MIT */
#include "cli/json.h"

#include "base/utf8.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void text(struct json *j, struct span s)
{
	buf_u8(&j->b, '"');
	while (s.n) {
		const struct span before = s;
		uint32_t c;
		char escape[12];
		if (!utf8_next(&s, &c)) {
			buf_str(&j->b, "\xef\xbf\xbd"); /* U+FFFD */
		} else if (c == '"' || c == '\\') {
			buf_u8(&j->b, '\\');
			buf_u8(&j->b, (uint8_t)c);
		} else if (utf8_is_control(c)) {
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

static void open_level(struct json *j, const char *key, char opener, char closer)
{
	assert(j->depth < sizeof j->closers);
	member(j, key);
	buf_u8(&j->b, (uint8_t)opener);
	j->closers[j->depth++] = closer;
	j->more = false;
}

void json_object(struct json *j, const char *key)
{
	open_level(j, key, '{', '}');
}

void json_array(struct json *j, const char *key)
{
	open_level(j, key, '[', ']');
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
