/* SPDX-License-Identifier: MIT */
/* Bounds are tested here once, for every parser. */
#include "base/span.h"

#include <string.h>

struct span span_of(const void *p, size_t n)
{
	return (struct span){ p, n };
}

struct span span_str(const char *s)
{
	return (struct span){ (const uint8_t *)s, s ? strlen(s) : 0 };
}

bool span_take(struct span *s, size_t n, struct span *out)
{
	if (s->n < n)
		return false;
	const struct span taken = { s->p, n };
	if (n) { /* NULL + 0 is undefined */
		s->p += n;
		s->n -= n;
	}
	*out = taken;
	return true;
}

bool span_skip(struct span *s, size_t n)
{
	struct span skipped;
	return span_take(s, n, &skipped);
}

bool span_copy(struct span *s, void *to, size_t n)
{
	struct span from;
	if (!span_take(s, n, &from))
		return false;
	if (n)
		memcpy(to, from.p, n);
	return true;
}

static bool big_endian(struct span *s, size_t n, uint64_t *v)
{
	struct span from;
	if (!span_take(s, n, &from))
		return false;
	uint64_t sum = 0;
	for (size_t i = 0; i < n; i++)
		sum = sum << 8 | from.p[i];
	*v = sum;
	return true;
}

static bool little_endian(struct span *s, size_t n, uint64_t *v)
{
	struct span from;
	if (!span_take(s, n, &from))
		return false;
	uint64_t sum = 0;
	for (size_t i = n; i-- > 0;)
		sum = sum << 8 | from.p[i];
	*v = sum;
	return true;
}

bool span_u8(struct span *s, uint8_t *v)
{
	return span_copy(s, v, 1);
}

bool span_u16be(struct span *s, uint16_t *v)
{
	uint64_t wide;
	if (!big_endian(s, 2, &wide))
		return false;
	*v = (uint16_t)wide;
	return true;
}

bool span_u16le(struct span *s, uint16_t *v)
{
	uint64_t wide;
	if (!little_endian(s, 2, &wide))
		return false;
	*v = (uint16_t)wide;
	return true;
}

bool span_u24be(struct span *s, uint32_t *v)
{
	uint64_t wide;
	if (!big_endian(s, 3, &wide))
		return false;
	*v = (uint32_t)wide;
	return true;
}

bool span_u32be(struct span *s, uint32_t *v)
{
	uint64_t wide;
	if (!big_endian(s, 4, &wide))
		return false;
	*v = (uint32_t)wide;
	return true;
}

bool span_u32le(struct span *s, uint32_t *v)
{
	uint64_t wide;
	if (!little_endian(s, 4, &wide))
		return false;
	*v = (uint32_t)wide;
	return true;
}

bool span_run(struct span *s, unsigned width, struct span *run)
{
	struct span rest = *s;
	uint64_t n;
	if (!big_endian(&rest, width, &n) || !span_take(&rest, (size_t)n, run))
		return false;
	*s = rest;
	return true;
}

struct span span_at(struct span s, size_t at, size_t n)
{
	if (at >= s.n)
		return (struct span){ 0 };
	const size_t left = s.n - at;
	return (struct span){ s.p + at, n < left ? n : left };
}

bool span_eq(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool span_eq_str(struct span a, const char *s)
{
	return span_eq(a, span_str(s));
}

int span_cmp(struct span a, struct span b)
{
	const size_t n = a.n < b.n ? a.n : b.n;
	const int order = n ? memcmp(a.p, b.p, n) : 0;
	if (order)
		return order;
	return a.n < b.n ? -1 : a.n > b.n;
}

bool span_find(struct span s, uint8_t byte, size_t *where)
{
	const uint8_t *hit = s.n ? memchr(s.p, byte, s.n) : NULL;
	if (!hit)
		return false;
	*where = (size_t)(hit - s.p);
	return true;
}

bool span_text(struct span s, char *text, size_t cap)
{
	size_t nul;
	const bool fits = s.n < cap && !span_find(s, 0, &nul);
	if (fits && s.n)
		memcpy(text, s.p, s.n);
	if (cap)
		text[fits ? s.n : 0] = '\0';
	return fits;
}
