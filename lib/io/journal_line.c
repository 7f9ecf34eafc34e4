/* SPDX-License-Identifier: MIT */
/* A line is: sent SIZE SECONDS.NANOSECONDS UID PEER TITLE PATH CHECK. Bytes that would end a word or
 * a line, and '%', are written as %XX, so that there is one way to write a key and lines compare as
 * bytes. */
#include "io/journal_line.h"

#include "base/fnv.h"

#include <inttypes.h>
#include <stdio.h>

enum { WORDS = 8, CHECK_DIGITS = 16 };

static void put_word(struct buf *b, const char *text)
{
	static const char digits[] = "0123456789ABCDEF";
	struct span s = span_str(text);
	buf_u8(b, ' ');
	for (uint8_t c; span_u8(&s, &c);) {
		if (c > ' ' && c != '%' && c != 0x7f) {
			buf_u8(b, c);
			continue;
		}
		buf_u8(b, '%');
		buf_u8(b, (uint8_t)digits[c >> 4]);
		buf_u8(b, (uint8_t)digits[c & 15]);
	}
}

uint64_t journal_put(struct buf *b, const struct journal_key *key)
{
	char text[80];
	const size_t before = b->n;
	snprintf(text, sizeof text, "sent %" PRIu64 " %" PRId64 ".%09" PRIu32, key->mark.size,
		key->mark.seconds, key->mark.nanoseconds);
	buf_str(b, text);
	put_word(b, key->instance);
	put_word(b, key->peer);
	put_word(b, key->called);
	put_word(b, key->path);
	const uint64_t hash = fnv_of(span_at(buf_span(b), before, b->n));
	snprintf(text, sizeof text, " %016" PRIx64 "\n", hash);
	buf_str(b, text);
	return hash;
}

bool journal_next(struct span *in, struct span *line)
{
	size_t end;
	return span_find(*in, '\n', &end) && span_take(in, end + 1, line);
}

static bool hex_digit(uint8_t c, uint64_t *value)
{
	if (c >= '0' && c <= '9')
		*value = (uint64_t)(c - '0');
	else if (c >= 'a' && c <= 'f')
		*value = (uint64_t)(c - 'a' + 10);
	else
		return false;
	return true;
}

bool journal_good(struct span line, uint64_t *hash)
{
	const size_t tail = 1 + CHECK_DIGITS + 1; /* blank, digits, newline */
	struct span text, word = line;
	size_t blanks = 0;
	uint64_t said = 0, digit;
	if (line.n > JOURNAL_LINE || line.n <= tail || !span_take(&line, line.n - tail, &text))
		return false;
	for (uint8_t c; span_u8(&word, &c);)
		blanks += c == ' ';
	if (!span_eq_str(span_at(text, 0, 5), "sent ") || blanks != WORDS - 1)
		return false;
	uint8_t c;
	if (!span_u8(&line, &c) || c != ' ')
		return false;
	for (int i = 0; i < CHECK_DIGITS; i++) {
		if (!span_u8(&line, &c) || !hex_digit(c, &digit))
			return false;
		said = said << 4 | digit;
	}
	*hash = fnv_of(text);
	return said == *hash && span_eq_str(line, "\n");
}
