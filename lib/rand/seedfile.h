/* SPDX-License-Identifier: MIT */
/* What a seed file is worth. A seed file has no format: it is bytes, 1024 of them when dcmsec wrote it,
 * and nothing in it can prove that nobody knows them. They are taken on trust, as OpenSSL takes them,
 * unless they are plainly no seed. */
#ifndef DCMSEC_RAND_SEEDFILE_H
#define DCMSEC_RAND_SEEDFILE_H

#include "rand/health.h"
#include "rand/plain.h"
#include "rand/pool.h"

enum {
	SEEDFILE_SIZE = 1024,   /* what we write */
	SEEDFILE_LEAST = 48,    /* shorter ones are mixed in and credited with nothing */
	SEEDFILE_MOST = 1 << 20 /* what is read of one; the rest is left alone */
};

struct seedfile {
	struct pool pool;
	struct health health;
	struct plain plain;
	uint64_t size; /* bytes */
};

void seedfile_init(struct seedfile *s);
void seedfile_add(struct seedfile *s, struct span bytes);

/* The whole file condensed, and the bits it is credited with: 8 a byte, at most 512; 0 with *why (one
 * phrase) when it is short, text, or fails a health test. Ends and wipes s. */
unsigned seedfile_end(struct seedfile *s, uint8_t out[POOL_OUT], const char **why);

#endif
