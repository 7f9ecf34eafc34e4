/* SPDX-License-Identifier: MIT */
/* zlib without malloc. The stream object itself stands at the arena's begin, so that no header of
 * ours needs zlib's. */
#include "dicom/deflate.h"

#include <assert.h>
#include <string.h>
#include <zlib.h>

/* zlib asks for all it needs while it begins, and for its window at the first use: nothing comes
 * back before the end, so handing out in order is enough. */
struct arena {
	uint64_t *words;
	size_t *used;
	size_t cap;
};

/* A raw stream has no checksum (RFC 1951); zlib's functions for those of the two other wrappings, with
 * 15 KB of tables, stay out of the program because it finds these. One call there is: for the value
 * that a sum begins with. */
uLong crc32(uLong sum, const Bytef *bytes, uInt n)
{
	(void)sum, (void)bytes, (void)n;
	assert(0 && "reached for a raw stream");
	return 0;
}

uLong adler32(uLong sum, const Bytef *bytes, uInt n)
{
	(void)sum, (void)n;
	assert(!bytes);
	return 1;
}

struct head {
	z_stream stream;
	struct arena arena;
};
#define HEAD_WORDS ((sizeof(struct head) + 7) / 8)

static voidpf arena_take(voidpf opaque, uInt items, uInt size)
{
	struct arena *a = opaque;
	const size_t words = ((size_t)items * size + 7) / 8;
	if (words > a->cap - *a->used)
		return Z_NULL;
	uint64_t *at = a->words + *a->used;
	*a->used += words;
	return at;
}

static void arena_give(voidpf opaque, voidpf address)
{
	(void)opaque;
	(void)address;
}

static z_stream *begin(uint64_t *words, size_t cap, size_t *used)
{
	*used = HEAD_WORDS;
	struct head *h = memset(words, 0, sizeof *h);
	h->arena = (struct arena){ words, used, cap };
	h->stream.zalloc = arena_take;
	h->stream.zfree = arena_give;
	h->stream.opaque = &h->arena;
	return &h->stream;
}

static z_stream *stream(uint64_t *words)
{
	return &((struct head *)(void *)words)->stream;
}

/* zlib counts in unsigned int and takes its input without const. */
static void feed(z_stream *z, struct span in)
{
	z->next_in = (z_const Bytef *)(uintptr_t)in.p;
	z->avail_in = in.n < UINT32_MAX / 2 ? (uInt)in.n : UINT32_MAX / 2;
}

static void offer(z_stream *z, struct mspan out)
{
	z->next_out = out.p;
	z->avail_out = out.n < UINT32_MAX / 2 ? (uInt)out.n : UINT32_MAX / 2;
}

/* ---- inflate */

void inflate_init(struct inflate *z)
{
	err_clear(&z->err);
	z->eaten = z->given = z->limit = 0;
	z->ended = z->more = false;
	z->tail_n = 0;
	z_stream *s = begin(z->arena, sizeof z->arena / sizeof *z->arena, &z->used);
	const int result = inflateInit2(s, -MAX_WBITS); /* negative: raw, without zlib's header */
	assert(result == Z_OK);
}

static bool surplus(struct inflate *z)
{
	return err_set(&z->err, ERR_INPUT, 0,
		"bytes follow the end of the deflated data set, %llu bytes into it (PS3.5 A.5 "
		"allows "
		"one NUL)",
		(unsigned long long)(z->eaten - z->tail_n));
}

/* Keeps what follows the end of the stream for inflate_end to judge. */
static bool trail(struct inflate *z, struct span *in)
{
	const size_t free = sizeof z->tail - z->tail_n, n = in->n < free ? in->n : free;
	span_copy(in, z->tail + z->tail_n, n);
	z->tail_n += n;
	z->eaten += n;
	return z->tail_n == sizeof z->tail && surplus(z);
}

/* One NUL that makes the length even, or gzip's checksum and size; the size tells them from chance. */
static bool tail_allowed(const struct inflate *z)
{
	struct span s = span_of(z->tail, z->tail_n);
	uint32_t size;
	if (s.n >= 8 && (!span_skip(&s, 4) || !span_u32le(&s, &size) || size != (uint32_t)z->given))
		return false;
	return s.n == 0 || span_eq(s, span_of("", 1));
}

bool inflate_next(struct inflate *z, struct span *in, struct span *out)
{
	while (z->err.kind == ERR_NONE) {
		if (z->ended)
			return trail(z, in);
		if (in->n == 0 && !z->more)
			return false;
		z_stream *s = stream(z->arena);
		feed(s, *in);
		offer(s, (struct mspan){ z->piece, sizeof z->piece });
		const uInt offered = s->avail_in;
		const int result = inflate(s, Z_NO_FLUSH);
		span_skip(in, offered - s->avail_in);
		z->eaten += offered - s->avail_in;
		const size_t n = sizeof z->piece - s->avail_out;
		z->given += n;
		z->more = s->avail_out == 0;
		if (result == Z_STREAM_END)
			z->ended = true;
		else if (result != Z_OK && result != Z_BUF_ERROR)
			return err_set(&z->err, ERR_INPUT, 0,
				"the deflated data set is garbled near byte %llu (RFC 1951)",
				(unsigned long long)z->eaten);
		if (z->limit && z->given > z->limit)
			return err_set(&z->err, ERR_LIMIT, 0,
				"the deflated data set inflates to more than the %llu bytes that "
				"are taken",
				(unsigned long long)z->limit);
		if (n) {
			*out = span_of(z->piece, n);
			return true;
		}
	}
	return false;
}

bool inflate_end(struct inflate *z)
{
	if (!z->ended)
		err_set(&z->err, ERR_INPUT, 0,
			"the deflated data set breaks off after %llu bytes (RFC 1951)",
			(unsigned long long)z->eaten);
	else if (!tail_allowed(z))
		surplus(z);
	return z->err.kind == ERR_NONE;
}

/* ---- deflate */

/* A window of 8 KB and a quarter of zlib's usual hash table: 64 KB instead of 256. */
#define WINDOW_BITS 13
#define MEMORY_LEVEL 6

void deflate_init(struct deflate *z)
{
	z->given = 0;
	z->ended = false;
	z_stream *s = begin(z->arena, sizeof z->arena / sizeof *z->arena, &z->used);
	const int result = deflateInit2(s, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -WINDOW_BITS,
		MEMORY_LEVEL, Z_DEFAULT_STRATEGY);
	assert(result == Z_OK);
}

void deflate_level(struct deflate *z, int level)
{
	const int result = deflateParams(stream(z->arena), level, Z_DEFAULT_STRATEGY);
	assert(result == Z_OK);
}

static int step(struct deflate *z, struct span *in, struct buf *out, int flush)
{
	z_stream *s = stream(z->arena);
	feed(s, *in);
	offer(s, buf_room(out));
	const uInt offered = s->avail_in, room = s->avail_out;
	const int result = deflate(s, flush);
	span_skip(in, offered - s->avail_in);
	buf_filled(out, room - s->avail_out);
	z->given += room - s->avail_out;
	return result;
}

void deflate_push(struct deflate *z, struct span *in, struct buf *out)
{
	while (in->n && buf_room(out).n)
		step(z, in, out, Z_NO_FLUSH);
}

bool deflate_end(struct deflate *z, struct buf *out)
{
	struct span none = { 0 };
	while (!z->ended) {
		if (buf_room(out).n == 0)
			return false;
		z->ended = step(z, &none, out, Z_FINISH) == Z_STREAM_END;
	}
	if (z->given % 2) {
		if (buf_room(out).n == 0)
			return false;
		buf_u8(out, 0);
		z->given++;
	}
	return true;
}
