/* SPDX-License-Identifier: MIT */
#include "rand/pool.h"

#include "base/buf.h"
#include "base/wipe.h"

static void add_length(struct pool *p, size_t n)
{
	uint8_t text[8];
	struct buf b = buf_on(text, sizeof text);
	buf_u64be(&b, n);
	br_sha512_update(&p->hash, b.p, b.n);
}

void pool_init(struct pool *p)
{
	br_sha512_init(&p->hash);
	p->bits = 0;
}

void pool_add(struct pool *p, struct span bytes, double bits)
{
	add_length(p, bytes.n);
	br_sha512_update(&p->hash, bytes.p, bytes.n);
	p->bits += bits;
}

void pool_out(struct pool *p, uint8_t out[POOL_OUT])
{
	uint8_t secret[br_sha512_SIZE];
	br_sha512_out(&p->hash, secret);
	/* One hash for the caller, another to go on from: neither tells the other. */
	br_sha512_init(&p->hash);
	br_sha512_update(&p->hash, "out", 3);
	br_sha512_update(&p->hash, secret, sizeof secret);
	br_sha512_out(&p->hash, out);
	br_sha512_init(&p->hash);
	pool_add(p, span_of(secret, sizeof secret), 0);
	wipe(secret, sizeof secret);
}

unsigned pool_bits(const struct pool *p)
{
	return p->bits >= 8 * POOL_OUT ? 8 * POOL_OUT : p->bits > 0 ? (unsigned)p->bits : 0;
}

void pool_wipe(struct pool *p)
{
	wipe(p, sizeof *p);
}
