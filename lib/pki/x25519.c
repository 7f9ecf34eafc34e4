/* SPDX-License-Identifier: MIT */
/* The ladder of RFC 7748 5 modulo p = 2^255 - 19. A number has five limbs of 51 bits and some room above
 * them, so that sums and differences need no carries. A product's limbs are "tight", below 2^51 + 2^13, and
 * a sum or difference of two tight numbers is below 2^53; the factors of a product may go up to 2^54. */
#include "pki/x25519.h"

#include "base/wipe.h"

#include <stddef.h>

#ifdef __SIZEOF_INT128__
typedef uint64_t limb;
__extension__ typedef unsigned __int128 pair;

enum { LIMBS = 5, LIMB = 51, FOLD = 19, A24 = 121665 };
static const limb mask = ((limb)1 << LIMB) - 1;

struct number {
	limb l[LIMBS];
};

/* ---- modulo p */

/* The next limb of a sum; what is above it stays. */
static inline limb cut(pair *t)
{
	const limb low = (limb)*t & mask;
	*t >>= LIMB;
	return low;
}

/* What is above 2^255 comes back 19 times at the bottom. For factors below 2^54 it is less than 2^60, and so
 * no sum here leaves its bits. */
static inline void fold(limb *r, pair above)
{
	r[0] += FOLD * (limb)above;
	r[1] += r[0] >> LIMB;
	r[0] &= mask;
}

/* Each sum is finished before the next begins, for which the registers last. */
static void multiply(struct number *r, const struct number *x, const struct number *y)
{
	const limb *a = x->l, *b = y->l;
	const limb b1 = FOLD * b[1], b2 = FOLD * b[2], b3 = FOLD * b[3], b4 = FOLD * b[4];
	struct number s;
	pair t = (pair)a[0] * b[0];
	t += (pair)a[1] * b4 + (pair)a[2] * b3 + (pair)a[3] * b2 + (pair)a[4] * b1;
	s.l[0] = cut(&t);
	t += (pair)a[0] * b[1] + (pair)a[1] * b[0];
	t += (pair)a[2] * b4 + (pair)a[3] * b3 + (pair)a[4] * b2;
	s.l[1] = cut(&t);
	t += (pair)a[0] * b[2] + (pair)a[1] * b[1] + (pair)a[2] * b[0];
	t += (pair)a[3] * b4 + (pair)a[4] * b3;
	s.l[2] = cut(&t);
	t += (pair)a[0] * b[3] + (pair)a[1] * b[2] + (pair)a[2] * b[1] + (pair)a[3] * b[0];
	t += (pair)a[4] * b4;
	s.l[3] = cut(&t);
	t += (pair)a[0] * b[4] + (pair)a[1] * b[3] + (pair)a[2] * b[2] + (pair)a[3] * b[1];
	t += (pair)a[4] * b[0];
	s.l[4] = cut(&t);
	fold(s.l, t);
	*r = s;
}

/* The same with equal factors, where most products stand for two. */
static void square(struct number *r, const struct number *x)
{
	const limb *a = x->l;
	const limb twice0 = 2 * a[0], twice1 = 2 * a[1], twice2 = 2 * a[2], twice3 = 2 * a[3];
	const limb a3 = FOLD * a[3], a4 = FOLD * a[4];
	struct number s;
	pair t = (pair)a[0] * a[0];
	t += (pair)twice1 * a4 + (pair)twice2 * a3;
	s.l[0] = cut(&t);
	t += (pair)twice0 * a[1] + (pair)twice2 * a4 + (pair)a[3] * a3;
	s.l[1] = cut(&t);
	t += (pair)twice0 * a[2] + (pair)a[1] * a[1] + (pair)twice3 * a4;
	s.l[2] = cut(&t);
	t += (pair)twice0 * a[3] + (pair)twice1 * a[2] + (pair)a[4] * a4;
	s.l[3] = cut(&t);
	t += (pair)twice0 * a[4] + (pair)twice1 * a[3] + (pair)a[2] * a[2];
	s.l[4] = cut(&t);
	fold(s.l, t);
	*r = s;
}

/* r = a * factor + more. */
static inline void scale(
	struct number *r, const struct number *a, limb factor, const struct number *more)
{
	pair t = 0;
#pragma GCC unroll 5
	for (int i = 0; i < LIMBS; i++) {
		t += (pair)a->l[i] * factor + more->l[i];
		r->l[i] = cut(&t);
	}
	fold(r->l, t);
}

static inline void add(struct number *r, const struct number *a, const struct number *b)
{
#pragma GCC unroll 5
	for (int i = 0; i < LIMBS; i++)
		r->l[i] = a->l[i] + b->l[i];
}

/* a - b + 2 p, for a tight b: so no limb goes below zero. */
static inline void subtract(struct number *r, const struct number *a, const struct number *b)
{
#pragma GCC unroll 5
	for (int i = 0; i < LIMBS; i++)
		r->l[i] = a->l[i] + 2 * (mask - (i ? 0 : FOLD - 1)) - b->l[i];
}

/* a = a^(p - 2), which is 1/a, or 0 for 0. Each row squares a power some times and multiplies with another:
 * first to 9 and 11, then to exponents of 5 ones (22 + 9), 10, 20, 40, 50, 100, 200 and 250, then behind
 * these to the last five bits, 01011. */
static void invert(struct number *a)
{
	enum { ONE, TWO, NINE, ELEVEN, X, Y, Z, POWERS };
	static const struct {
		uint8_t to, from, squares, times;
	} rows[] = { { NINE, TWO, 2, ONE }, { ELEVEN, NINE, 0, TWO }, { X, ELEVEN, 1, NINE },
		{ Y, X, 5, X }, { X, Y, 10, Y }, { Z, X, 20, X }, { X, Z, 10, Y }, { Y, X, 50, X },
		{ Z, Y, 100, Y }, { Y, Z, 50, X }, { ONE, Y, 5, ELEVEN } };
	struct number power[POWERS], p;
	power[ONE] = *a;
	square(&power[TWO], a);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		p = power[rows[i].from];
		for (int n = rows[i].squares; n > 0; n--)
			square(&p, &p);
		multiply(&power[rows[i].to], &p, &power[rows[i].times]);
	}
	*a = power[ONE];
	wipe(power, sizeof power);
	wipe(&p, sizeof p);
}

/* ---- bytes */

/* Without the highest bit (5). Values from p to 2^255 - 1 are as good as others. */
static void load(struct number *r, const uint8_t *p)
{
	limb w[4] = { 0 };
	for (int i = 0; i < X25519_SIZE; i++)
		w[i / 8] |= (limb)p[i] << i % 8 * 8;
	r->l[0] = w[0] & mask;
	r->l[1] = (w[0] >> 51 | w[1] << 13) & mask;
	r->l[2] = (w[1] >> 38 | w[2] << 26) & mask;
	r->l[3] = (w[2] >> 25 | w[3] << 39) & mask;
	r->l[4] = w[3] >> 12 & mask;
	wipe(w, sizeof w);
}

/* The one number below p. A tight one is less than 2 p, and not below p when 19 more reach 2^255. */
static void store(uint8_t *p, struct number *a)
{
	limb more = FOLD;
	for (int i = 0; i < LIMBS; i++)
		more = (a->l[i] + more) >> LIMB;
	more *= FOLD;
	for (int i = 0; i < LIMBS; i++) {
		more += a->l[i];
		a->l[i] = more & mask;
		more >>= LIMB;
	}
	limb w[4] = { a->l[0] | a->l[1] << 51, a->l[1] >> 13 | a->l[2] << 38,
		a->l[2] >> 26 | a->l[3] << 25, a->l[3] >> 39 | a->l[4] << 12 };
	for (int i = 0; i < X25519_SIZE; i++)
		p[i] = (uint8_t)(w[i / 8] >> i % 8 * 8);
	wipe(w, sizeof w);
}

/* ---- the ladder */

/* Two points whose difference is the one that was given. */
struct ladder {
	struct number u, x2, z2, x3, z3;
	struct number a, b, c, d;
	uint8_t k[X25519_SIZE];
	bool short_u; /* it has one limb, as the base point's, which is 9; it is no secret */
};

static const struct number zero;

static inline void swap_if(struct number *a, struct number *b, limb yes)
{
#pragma GCC unroll 5
	for (int i = 0; i < LIMBS; i++) {
		const limb both = (a->l[i] ^ b->l[i]) & (0 - yes);
		a->l[i] ^= both;
		b->l[i] ^= both;
	}
}

/* The first point is doubled, and the second becomes the sum of both. */
static void step(struct ladder *s)
{
	add(&s->a, &s->x2, &s->z2);
	subtract(&s->b, &s->x2, &s->z2);
	add(&s->c, &s->x3, &s->z3);
	subtract(&s->d, &s->x3, &s->z3);
	multiply(&s->d, &s->d, &s->a); /* DA */
	multiply(&s->c, &s->c, &s->b); /* CB */
	add(&s->x3, &s->d, &s->c);
	square(&s->x3, &s->x3);
	subtract(&s->z3, &s->d, &s->c);
	square(&s->z3, &s->z3);
	if (s->short_u)
		scale(&s->z3, &s->z3, s->u.l[0], &zero);
	else
		multiply(&s->z3, &s->z3, &s->u);
	square(&s->a, &s->a); /* AA */
	square(&s->b, &s->b); /* BB */
	multiply(&s->x2, &s->a, &s->b);
	subtract(&s->b, &s->a, &s->b); /* E */
	scale(&s->a, &s->b, A24, &s->a);
	multiply(&s->z2, &s->b, &s->a);
}

bool x25519(uint8_t *out, const uint8_t *scalar, const uint8_t *u)
{
	struct ladder s = { .x2.l = { 1 }, .z3.l = { 1 } };
	limb last = 0;
	uint8_t any = 0;
	load(&s.u, u);
	s.x3 = s.u;
	s.short_u = (s.u.l[1] | s.u.l[2] | s.u.l[3] | s.u.l[4]) == 0;
	for (int i = 0; i < X25519_SIZE; i++)
		s.k[i] = scalar[i];
	s.k[0] &= 0xf8;
	s.k[31] |= 0x40; /* the bit above it is not read */
	for (int i = 254; i >= 0; i--) {
		const limb bit = s.k[i / 8] >> i % 8 & 1;
		swap_if(&s.x2, &s.x3, bit ^ last);
		swap_if(&s.z2, &s.z3, bit ^ last);
		step(&s);
		last = bit;
	}
	/* The last three bits are zeros, so the result is in its place. */
	invert(&s.z2);
	multiply(&s.x2, &s.x2, &s.z2);
	store(out, &s.x2);
	for (int i = 0; i < X25519_SIZE; i++)
		any |= out[i];
	wipe(&s, sizeof s);
	return any != 0;
}
#endif
