/* SPDX-License-Identifier: MIT */
/* Where the bytes of several sources become one seed: everything is hashed, in order, with its length,
 * so a source that is known or chosen by an attacker cannot take away what another one gave. What the
 * bytes are worth is the caller's judgement; the pool keeps the sum. */
#ifndef DCMSEC_RAND_POOL_H
#define DCMSEC_RAND_POOL_H

#include "base/span.h"

#include <bearssl_hash.h>

enum { POOL_OUT = 64 }; /* bytes, and the most that can be in it: 512 bits */

struct pool {
	br_sha512_context hash;
	double bits; /* credited, not capped */
};

void pool_init(struct pool *p);
void pool_add(struct pool *p, struct span bytes, double bits);

/* Condenses what was added so far; the pool goes on from there and never gives the same again. */
void pool_out(struct pool *p, uint8_t out[POOL_OUT]);
unsigned pool_bits(const struct pool *p); /* credited, at most 8 * POOL_OUT */
void pool_wipe(struct pool *p);

#endif
