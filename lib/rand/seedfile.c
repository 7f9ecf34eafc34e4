/* SPDX-License-Identifier: MIT */
#include "rand/seedfile.h"

#include "base/wipe.h"

void seedfile_init(struct seedfile *s)
{
	*s = (struct seedfile){ 0 };
	pool_init(&s->pool);
	plain_init(&s->plain);
	/* 2 bits a byte: a seed is far above that, an image's black border or a log far below */
	s->health = HEALTH_OF_2;
}

void seedfile_add(struct seedfile *s, struct span bytes)
{
	pool_add(&s->pool, bytes, 0);
	health_bytes(&s->health, bytes);
	s->size += bytes.n;
	plain_add(&s->plain, bytes);
}

unsigned seedfile_end(struct seedfile *s, uint8_t out[POOL_OUT], const char **why)
{
	*why = s->size < SEEDFILE_LEAST    ? "it is shorter than 48 bytes"
		: s->health.failed         ? "its bytes repeat too often"
		: plain_is_text(&s->plain) ? "it is text"
					   : NULL;
	const unsigned bits = *why ? 0 : s->size >= POOL_OUT ? 8 * POOL_OUT : 8 * (unsigned)s->size;
	pool_out(&s->pool, out);
	wipe(s, sizeof *s);
	return bits;
}
