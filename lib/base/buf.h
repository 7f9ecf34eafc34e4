/* SPDX-License-Identifier: MIT */
/* A writer into fixed storage. Overflow is sticky: write everything, test buf_ok once at the end. */
#ifndef DCMSEC_BASE_BUF_H
#define DCMSEC_BASE_BUF_H

#include "base/span.h"

struct buf {
	uint8_t *p;
	size_t n;   /* bytes written */
	size_t cap; /* bytes there are */
	bool full;  /* something did not fit; nothing is written any more */
};

struct buf buf_on(void *storage, size_t cap); /* the storage stays the caller's */
bool buf_ok(const struct buf *b);
struct span buf_span(const struct buf *b); /* what was written; borrowed until the next write */

void buf_bytes(struct buf *b, struct span s);
void buf_str(struct buf *b, const char *s); /* without the NUL */
void buf_fill(struct buf *b, uint8_t byte, size_t n);
void buf_u8(struct buf *b, uint8_t v);
void buf_u16be(struct buf *b, uint16_t v);
void buf_u16le(struct buf *b, uint16_t v);
void buf_u24be(struct buf *b, uint32_t v);
void buf_u32be(struct buf *b, uint32_t v);
void buf_u32le(struct buf *b, uint32_t v);
void buf_u64be(struct buf *b, uint64_t v);

/* Room for a length of width bytes (1 to 4) that is known later: the mark is handed to buf_close,
 * which writes, big or little endian, how many bytes followed the room. A count that does not fit
 * the width sets the overflow flag. */
size_t buf_open(struct buf *b, unsigned width);
void buf_close_be(struct buf *b, size_t mark, unsigned width);
void buf_close_le(struct buf *b, size_t mark, unsigned width);

/* Drops the first n bytes, which must be there, and moves the rest to the front. */
void buf_eat(struct buf *b, size_t n);

/* The unwritten part of the storage, and the word that n bytes of it were filled. */
struct mspan buf_room(const struct buf *b);
void buf_filled(struct buf *b, size_t n);

#endif
