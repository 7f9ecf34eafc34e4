/* SPDX-License-Identifier: MIT */
/* The one place that writes through a moving pointer. */
#include "base/buf.h"

#include <assert.h>
#include <string.h>

struct buf buf_on(void *storage, size_t cap)
{
	return (struct buf){ .p = storage, .cap = cap };
}

bool buf_ok(const struct buf *b)
{
	return !b->full;
}

struct span buf_span(const struct buf *b)
{
	return (struct span){ b->p, b->n };
}

/* The place for n more bytes, or NULL with the flag set. */
static uint8_t *grow(struct buf *b, size_t n)
{
	if (b->full || n > b->cap - b->n) {
		b->full = true;
		return NULL;
	}
	uint8_t *at = b->p + b->n;
	b->n += n;
	return at;
}

void buf_bytes(struct buf *b, struct span s)
{
	if (s.n == 0)
		return;
	uint8_t *to = grow(b, s.n);
	if (to)
		memcpy(to, s.p, s.n);
}

void buf_str(struct buf *b, const char *s)
{
	buf_bytes(b, span_str(s));
}

void buf_fill(struct buf *b, uint8_t byte, size_t n)
{
	if (n == 0)
		return;
	uint8_t *to = grow(b, n);
	if (to)
		memset(to, byte, n);
}

static void store_be(uint8_t *to, uint64_t v, unsigned width)
{
	for (unsigned i = 0; i < width; i++)
		to[i] = (uint8_t)(v >> (8 * (width - 1 - i)));
}

static void store_le(uint8_t *to, uint64_t v, unsigned width)
{
	for (unsigned i = 0; i < width; i++)
		to[i] = (uint8_t)(v >> (8 * i));
}

static void big_endian(struct buf *b, uint64_t v, unsigned width)
{
	uint8_t *to = grow(b, width);
	if (to)
		store_be(to, v, width);
}

static void little_endian(struct buf *b, uint64_t v, unsigned width)
{
	uint8_t *to = grow(b, width);
	if (to)
		store_le(to, v, width);
}

void buf_u8(struct buf *b, uint8_t v)
{
	big_endian(b, v, 1);
}

void buf_u16be(struct buf *b, uint16_t v)
{
	big_endian(b, v, 2);
}

void buf_u16le(struct buf *b, uint16_t v)
{
	little_endian(b, v, 2);
}

void buf_u24be(struct buf *b, uint32_t v)
{
	big_endian(b, v, 3);
}

void buf_u32be(struct buf *b, uint32_t v)
{
	big_endian(b, v, 4);
}

void buf_u32le(struct buf *b, uint32_t v)
{
	little_endian(b, v, 4);
}

void buf_u64be(struct buf *b, uint64_t v)
{
	big_endian(b, v, 8);
}

size_t buf_open(struct buf *b, unsigned width)
{
	buf_fill(b, 0, width);
	return b->n;
}

/* How many bytes followed the mark, or the flag where width cannot say it. */
static bool closing(struct buf *b, size_t mark, unsigned width, uint64_t *count)
{
	if (b->full)
		return false;
	assert(width >= 1 && width <= 4 && mark >= width && mark <= b->n);
	*count = b->n - mark;
	if (*count >> (8 * width))
		b->full = true;
	return !b->full;
}

void buf_close_be(struct buf *b, size_t mark, unsigned width)
{
	uint64_t count;
	if (closing(b, mark, width, &count))
		store_be(b->p + mark - width, count, width);
}

void buf_close_le(struct buf *b, size_t mark, unsigned width)
{
	uint64_t count;
	if (closing(b, mark, width, &count))
		store_le(b->p + mark - width, count, width);
}

void buf_eat(struct buf *b, size_t n)
{
	assert(n <= b->n);
	b->n -= n;
	if (n && b->n)
		memmove(b->p, b->p + n, b->n);
}

struct mspan buf_room(const struct buf *b)
{
	return (struct mspan){ b->cap > b->n ? b->p + b->n : NULL, b->cap - b->n };
}

void buf_filled(struct buf *b, size_t n)
{
	assert(n <= b->cap - b->n);
	b->n += n;
}
