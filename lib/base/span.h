/* SPDX-License-Identifier: MIT */
/* A borrowed run of bytes, and the only readers of a peer's bytes: pointer arithmetic on foreign
 * data stands in span.c and buf.c and nowhere else. */
#ifndef DCMSEC_BASE_SPAN_H
#define DCMSEC_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Read-only bytes, owned by somebody else. p may be NULL when n is 0. */
struct span {
	const uint8_t *p;
	size_t n;
};

/* Bytes that may be written, owned by somebody else. */
struct mspan {
	uint8_t *p;
	size_t n;
};

struct span span_of(const void *p, size_t n);
struct span span_str(const char *s); /* without the NUL; NULL gives the empty span */

/* Each reader eats from the front of *s and returns true, or returns false and leaves *s and the
 * result as they were because *s is too short. */
bool span_take(struct span *s, size_t n, struct span *out);
bool span_skip(struct span *s, size_t n);
bool span_u8(struct span *s, uint8_t *v);
bool span_u16be(struct span *s, uint16_t *v);
bool span_u16le(struct span *s, uint16_t *v);
bool span_u24be(struct span *s, uint32_t *v);
bool span_u32be(struct span *s, uint32_t *v);
bool span_u32le(struct span *s, uint32_t *v);
bool span_copy(struct span *s, void *to, size_t n);
/* A run of bytes with its length before it, big-endian in width bytes (1 to 4). */
bool span_run(struct span *s, unsigned width, struct span *run);

/* The part of s from offset at, at most n bytes; empty when at lies behind the end. Eats nothing. */
struct span span_at(struct span s, size_t at, size_t n);

bool span_eq(struct span a, struct span b);
bool span_eq_str(struct span a, const char *s);
int span_cmp(struct span a, struct span b);                 /* as memcmp; a prefix sorts first */
bool span_find(struct span s, uint8_t byte, size_t *where); /* first place of byte */

/* Copies s into text as a C string. False when it does not fit (cap counts the NUL) or has a NUL
 * inside; text is then empty. */
bool span_text(struct span s, char *text, size_t cap);

#endif
