/* SPDX-License-Identifier: MIT */
/* Deflated data sets (PS3.5 A.5: a raw RFC 1951 stream, padded to even length with one NUL) in fixed
 * memory: zlib gets its tables and window from the structs themselves. However much a stream
 * inflates to, it comes out in pieces of one size; who reads them may stop at any.
 *
 * zlib keeps pointers into the structs: once begun, neither may be moved or copied. There is
 * nothing to release; _init begins anew at any time. Neither needs zeroing before. */
#ifndef DCMSEC_DICOM_DEFLATE_H
#define DCMSEC_DICOM_DEFLATE_H

#include "base/buf.h"
#include "base/err.h"

#define INFLATE_ARENA (44 * 1024)
#define INFLATE_PIECE 8192

struct inflate {
	struct err err; /* ERR_INPUT or ERR_LIMIT once it failed */
	uint64_t eaten; /* deflated bytes so far */
	uint64_t given; /* inflated bytes so far */
	uint64_t limit; /* most that may be given; 0: any. Set it after inflate_init. */

	/* private */
	bool ended;
	bool more;        /* zlib may hold output without further input */
	uint8_t tail[10]; /* what follows the end */
	size_t tail_n;
	size_t used;
	uint64_t arena[INFLATE_ARENA / 8];
	uint8_t piece[INFLATE_PIECE];
};

void inflate_init(struct inflate *z);

/* Eats from in. True: *out is the next piece, borrowed until the next call. False: in is all eaten,
 * or it failed: z->err tells. After the stream's end one NUL may follow, or the 8 bytes with which
 * gzip ends (RFC 1952 2.3.1): there are writers that leave them, and they do no harm. */
bool inflate_next(struct inflate *z, struct span *in, struct span *out);

/* The input is over. False, with z->err: the stream has no end, or failed before. */
bool inflate_end(struct inflate *z);

#define DEFLATE_ARENA (80 * 1024)

struct deflate {
	uint64_t given; /* deflated bytes so far */

	/* private */
	bool ended;
	size_t used;
	uint64_t arena[DEFLATE_ARENA / 8];
};

void deflate_init(struct deflate *z);

/* Right after deflate_init: 0 stores, 1 is fast, 9 takes the least room; 6 unless said. */
void deflate_level(struct deflate *z, int level);

/* Eats from in until in is empty or out has no room left. */
void deflate_push(struct deflate *z, struct span *in, struct buf *out);

/* The input is over. True: all is in out, with its padding. False: out is full; empty it and call
 * again. */
bool deflate_end(struct deflate *z, struct buf *out);

#endif
