/* SPDX-License-Identifier: MIT */
/* Montgomery's way with limbs of 64 bits and the remainders of both factors (RFC 8017 5.1.2, 2b). A
 * number has the same count of limbs for both factors, a multiple of four, so that R, the next power of
 * 2^64, is larger than either, and the block is smaller than a factor times R. */
#include "pki/rsa.h"

#include "base/wipe.h"

#include <string.h>

#ifdef __SIZEOF_INT128__
typedef uint64_t limb;
__extension__ typedef unsigned __int128 pair;

/* LEADING: of so many bytes of a factor one is not zero. */
enum { LIMBS = RSA_FACTOR / 8, WINDOW = 16, LEADING = 8, USUAL_EXPONENT = 65537 };

struct field {
	size_t n;
	limb m[LIMBS];        /* the factor */
	limb minus;           /* -1/m mod 2^64 */
	limb square[LIMBS];   /* R^2 mod m */
	limb cube[LIMBS];     /* R^3 mod m */
	limb wide[2 * LIMBS]; /* a product */
	limb power[WINDOW][LIMBS];
};

/* ---- rows of limbs */

/* *t += a * w + carry; what is carried out of it. Compilers keep the zeros of widened numbers, which
 * makes it twice as long. */
static inline limb add_one(limb *t, limb a, limb w, limb carry)
{
#ifdef __x86_64__
	limb high;
	__asm__("mulq %[w]\n\taddq %[carry], %%rax\n\tadcq $0, %%rdx\n\t"
		"addq %%rax, %[t]\n\tadcq $0, %%rdx"
		: "+a"(a), "=&d"(high), [t] "+m"(*t)
		: [w] "r"(w), [carry] "r"(carry)
		: "cc");
	return high;
#else
	const pair s = (pair)a * w + *t + carry;
	*t = (limb)s;
	return (limb)(s >> 64);
#endif
}

/* t += a * w; what is carried out of it. */
static inline limb add_row(limb *t, const limb *a, size_t n, limb w)
{
	limb carry = 0;
	for (; n % 4; n--)
		carry = add_one(t++, *a++, w, carry);
	for (; n; n -= 4, t += 4, a += 4) {
		carry = add_one(t, a[0], w, carry);
		carry = add_one(t + 1, a[1], w, carry);
		carry = add_one(t + 2, a[2], w, carry);
		carry = add_one(t + 3, a[3], w, carry);
	}
	return carry;
}

/* r = a - b; 1 when that borrowed. */
static limb subtract(limb *r, const limb *a, const limb *b, size_t n)
{
	limb borrow = 0;
	for (size_t i = 0; i < n; i++) {
		const pair s = (pair)a[i] - b[i] - borrow;
		r[i] = (limb)s;
		borrow = (limb)(s >> 64) & 1;
	}
	return borrow;
}

/* r += a where yes is 1. */
static limb add_if(limb *r, const limb *a, size_t n, limb yes)
{
	limb carry = 0;
	for (size_t i = 0; i < n; i++) {
		const pair s = (pair)r[i] + (a[i] & (0 - yes)) + carry;
		r[i] = (limb)s;
		carry = (limb)(s >> 64);
	}
	return carry;
}

/* r, with a bit above it, less m when it is not smaller. */
static void reduce_once(limb *r, limb above, const limb *m, size_t n)
{
	const limb borrow = subtract(r, r, m, n);
	add_if(r, m, n, borrow & (above ^ 1));
}

static void multiply(limb *wide, const limb *a, const limb *b, size_t n)
{
	memset(wide, 0, 2 * n * sizeof *wide);
	for (size_t i = 0; i < n; i++)
		wide[i + n] = add_row(wide + i, a, n, b[i]);
}

/* Each product of two limbs once, all twice, and the squares of limbs. */
static void square(limb *wide, const limb *a, size_t n)
{
	limb above = 0, carry = 0;
	memset(wide, 0, 2 * n * sizeof *wide);
	for (size_t i = 0; i + 1 < n; i++)
		wide[i + n] = add_row(wide + 2 * i + 1, a + i + 1, n - i - 1, a[i]);
	for (size_t i = 0; i < n; i++) {
		const limb low = wide[2 * i], high = wide[2 * i + 1];
		wide[2 * i] = low << 1 | above;
		wide[2 * i + 1] = high << 1 | low >> 63;
		above = high >> 63;
		const pair s = (pair)wide[2 * i + 1] + add_one(wide + 2 * i, a[i], a[i], carry);
		wide[2 * i + 1] = (limb)s;
		carry = (limb)(s >> 64);
	}
}

/* r = f->wide / R mod m. */
static void reduce(struct field *f, limb *r)
{
	const size_t n = f->n;
	limb *t = f->wide, above = 0;
	for (size_t i = 0; i < n; i++) {
		const limb carry = add_row(t + i, f->m, n, t[i] * f->minus);
		const pair s = (pair)t[i + n] + carry + above;
		t[i + n] = (limb)s;
		above = (limb)(s >> 64);
	}
	reduce_once(t + n, above, f->m, n);
	memcpy(r, t + n, n * sizeof *r);
}

static void times(struct field *f, limb *r, const limb *a, const limb *b)
{
	if (a == b)
		square(f->wide, a, f->n);
	else
		multiply(f->wide, a, b, f->n);
	reduce(f, r);
}

/* ---- bytes */

/* Big-endian; false when it has more than n limbs. How long it is, is no secret. */
static bool load(limb *r, size_t n, const unsigned char *p, size_t len)
{
	memset(r, 0, n * sizeof *r);
	for (; len > 8 * n; len--)
		if (*p++)
			return false;
	for (size_t i = 0; i < len; i++)
		r[i / 8] |= (limb)p[len - 1 - i] << i % 8 * 8;
	return true;
}

static void store(unsigned char *p, size_t len, const limb *a)
{
	for (size_t i = 0; i < len; i++)
		p[len - 1 - i] = (unsigned char)(a[i / 8] >> i % 8 * 8);
}

/* ---- a factor */

/* An even one gives nonsense, and the caller says so at the end. */
static bool begin(struct field *f, size_t n, const unsigned char *p, size_t len)
{
	f->n = n;
	if (!load(f->m, n, p, len))
		return false;
	limb inverse = 1; /* each step doubles the bits that are right */
	for (int i = 0; i < 6; i++)
		inverse *= 2 - f->m[0] * inverse;
	f->minus = 0 - inverse;
	/* From a power of two below the factor to R 2^(n/4), then by squaring, R each time less, to R^2:
	 * 2^8 doubles n/4 to 64 n. */
	memset(f->square, 0, sizeof f->square);
	const size_t start = 8 * len - 8 * (LEADING + 1);
	f->square[start / 64] = (limb)1 << start % 64;
	for (size_t i = start; i < 64 * n + n / 4; i++) {
		limb above = 0;
		for (size_t k = 0; k < n; k++) {
			const limb top = f->square[k] >> 63;
			f->square[k] = f->square[k] << 1 | above;
			above = top;
		}
		reduce_once(f->square, above, f->m, n);
	}
	for (int i = 0; i < 8; i++)
		times(f, f->square, f->square, f->square);
	times(f, f->cube, f->square, f->square);
	return true;
}

/* r = one of the powers; all are read, so that memory tells nothing. */
static void look_up(const struct field *f, limb *r, unsigned which)
{
	memset(r, 0, f->n * sizeof *r);
	for (unsigned k = 0; k < WINDOW; k++) {
		const limb mask = 0 - (limb)(((k ^ which) - 1U) >> 31);
		for (size_t i = 0; i < f->n; i++)
			r[i] |= f->power[k][i] & mask;
	}
}

/* r = (x mod m) * R. */
static void enter(struct field *f, limb *r, const limb *x)
{
	memcpy(f->wide, x, 2 * f->n * sizeof *x);
	reduce(f, r);
	times(f, r, r, f->cube);
}

/* r = (x mod m)^d * R, four bits of d at a time. */
static void raise(struct field *f, limb *r, const limb *x, const unsigned char *d, size_t len)
{
	limb one[LIMBS] = { 1 }, factor[LIMBS];
	times(f, f->power[0], f->square, one);
	enter(f, f->power[1], x);
	for (unsigned k = 2; k < WINDOW; k++)
		times(f, f->power[k], f->power[k - 1], f->power[1]);
	memcpy(r, f->power[0], f->n * sizeof *r);
	for (size_t i = 0; i < 2 * len; i++) {
		for (int k = 0; k < 4; k++)
			times(f, r, r, r);
		look_up(f, factor, d[i / 2] >> (i % 2 ? 0 : 4) & 15);
		times(f, r, r, factor);
	}
	wipe(factor, sizeof factor);
}

/* ---- both together */

struct work {
	struct field p, q;
	limb x[2 * LIMBS], made[2 * LIMBS], n[2 * LIMBS];
	limb a[LIMBS], b[LIMBS], iq[LIMBS], one[LIMBS];
};

/* That a factor is as long as it looks is no secret. */
static bool usual(const unsigned char *p, size_t len)
{
	static const unsigned char zeros[LEADING];
	return len > 2 * LEADING && len <= RSA_FACTOR && !wipe_same(p, zeros, LEADING);
}

/* A number of limbs for both factors; 0: they are unusual. */
static size_t limbs(const br_rsa_private_key *sk)
{
	const size_t len = sk->plen > sk->qlen ? sk->plen : sk->qlen;
	return usual(sk->p, sk->plen) && usual(sk->q, sk->qlen) ? (len + 31) / 32 * 4 : 0;
}

static bool open_key(struct work *w, const br_rsa_private_key *sk, size_t n)
{
	if (!begin(&w->p, n, sk->p, sk->plen) || !begin(&w->q, n, sk->q, sk->qlen) ||
		!load(w->iq, n, sk->iq, sk->iqlen))
		return false;
	multiply(w->n, w->p.m, w->q.m, n);
	return true;
}

static limb differ(const limb *a, const limb *b, size_t n)
{
	limb bits = 0;
	for (size_t i = 0; i < n; i++)
		bits |= a[i] ^ b[i];
	return bits;
}

/* 0 when d e = 1 mod m - 1. The product is less than e (m - 1), so 32 conditional subtractions leave the
 * remainder of d e - 1. */
static limb no_inverse(const struct field *f, const unsigned char *d, size_t len, uint32_t e)
{
	const size_t n = f->n + 1;
	limb left[LIMBS + 1] = { 0 }, order[LIMBS + 1] = { 0 }, step[LIMBS + 1],
			  zero[LIMBS + 1] = { 0 };
	limb once[LIMBS] = { 0 };
	if (!load(once, f->n, d, len))
		return 1;
	left[f->n] = add_row(left, once, f->n, e);
	step[0] = 1;
	memset(step + 1, 0, sizeof step - sizeof *step);
	limb odd = subtract(left, left, step, n);
	memcpy(order, f->m, f->n * sizeof *order);
	order[0] &= ~(limb)1;
	for (int s = 32; s >= 0; s--) {
		for (size_t i = n; i-- > 0;)
			step[i] = order[i] << s | (s && i ? order[i - 1] >> (64 - s) : 0);
		add_if(left, step, n, subtract(left, left, step, n));
	}
	odd |= differ(left, zero, n);
	wipe(once, sizeof once);
	wipe(order, sizeof order);
	wipe(step, sizeof step);
	return odd;
}

/* The public exponent, which the key does not tell; 0: it has none of 32 bits. */
static uint32_t exponent_of(const struct work *w, const br_rsa_private_key *sk)
{
	return no_inverse(&w->p, sk->dp, sk->dplen, USUAL_EXPONENT)
		? br_rsa_compute_pubexp_get_default()(sk)
		: USUAL_EXPONENT;
}

/* 0 when made^e = x mod m. */
static limb no_root(struct field *f, const limb *made, const limb *x, uint32_t e)
{
	limb base[LIMBS], power[LIMBS], want[LIMBS];
	uint32_t bit = (uint32_t)1 << 31;
	enter(f, want, x);
	enter(f, base, made);
	memcpy(power, base, f->n * sizeof *power);
	while (!(e & bit))
		bit >>= 1;
	while (bit >>= 1) {
		times(f, power, power, power);
		if (e & bit)
			times(f, power, power, base);
	}
	const limb odd = differ(power, want, f->n);
	wipe(base, sizeof base);
	wipe(power, sizeof power);
	wipe(want, sizeof want);
	return odd;
}

/* made = x^d mod n. */
static void combine(struct work *w, const br_rsa_private_key *sk, size_t n)
{
	limb h[LIMBS], below[2 * LIMBS] = { 0 };
	raise(&w->p, w->a, w->x, sk->dp, sk->dplen);
	raise(&w->q, w->b, w->x, sk->dq, sk->dqlen);
	w->one[0] = 1;
	times(&w->q, w->b, w->b, w->one);
	/* h = (a - b) / q mod p; made = b + h q. In the way that R stands in a, iq takes it out. */
	times(&w->p, h, w->b, w->p.square);
	add_if(w->a, w->p.m, n, subtract(w->a, w->a, h, n));
	times(&w->p, h, w->a, w->iq);
	multiply(w->made, h, w->q.m, n);
	memcpy(below, w->b, n * sizeof *below);
	add_if(w->made, below, 2 * n, 1);
	wipe(h, sizeof h);
	wipe(below, sizeof below);
}

/* A result that is right for one factor only, by a fault of the machine or a bit of the key that has
 * turned, gives the other factor away to whoever sees it. So none leaves before the public key has led
 * back from it to the block. */
static uint32_t private_of(struct work *w, unsigned char *x, const br_rsa_private_key *sk, size_t n)
{
	const size_t len = (sk->n_bitlen + 7) / 8;
	limb below[2 * LIMBS];
	if (len > 2 * n * sizeof(limb) || !open_key(w, sk, n) || !load(w->x, 2 * n, x, len))
		return 0;
	const uint32_t e = exponent_of(w, sk);
	if (e == 0)
		return 0;
	limb good = subtract(below, w->x, w->n, 2 * n) & w->p.m[0] & w->q.m[0] & 1;
	combine(w, sk, n);
	good &= !(no_root(&w->p, w->made, w->x, e) | no_root(&w->q, w->made, w->x, e));
	for (size_t i = 0; i < 2 * n; i++)
		w->made[i] &= 0 - good;
	store(x, len, w->made);
	wipe(below, sizeof below);
	return (uint32_t)good;
}

uint32_t rsa_private(unsigned char *x, const br_rsa_private_key *sk)
{
	struct work w;
	const size_t n = limbs(sk);
	if (n == 0)
		return br_rsa_private_get_default()(x, sk);
	memset(&w, 0, sizeof w);
	const uint32_t good = private_of(&w, x, sk, n);
	wipe(&w, sizeof w);
	return good;
}

bool rsa_takes(const br_rsa_private_key *sk)
{
	return limbs(sk) != 0;
}

static bool fits(struct work *w, const br_rsa_private_key *sk, struct span modulus, uint32_t e)
{
	const size_t n = limbs(sk);
	limb h[LIMBS];
	if (!open_key(w, sk, n) || !load(w->x, 2 * n, modulus.p, modulus.n))
		return false;
	limb odd = differ(w->x, w->n, 2 * n);
	odd |= no_inverse(&w->p, sk->dp, sk->dplen, e) | no_inverse(&w->q, sk->dq, sk->dqlen, e);
	times(&w->p, h, w->q.m, w->p.square);
	times(&w->p, h, h, w->iq);
	w->one[0] = 1;
	odd |= differ(h, w->one, n);
	return odd == 0;
}

bool rsa_fits(const br_rsa_private_key *sk, struct span n, uint32_t e)
{
	struct work w;
	memset(&w, 0, sizeof w);
	const bool ok = fits(&w, sk, n, e);
	wipe(&w, sizeof w);
	return ok;
}
#else
bool rsa_takes(const br_rsa_private_key *sk)
{
	(void)sk;
	return false;
}

bool rsa_fits(const br_rsa_private_key *sk, struct span n, uint32_t e)
{
	(void)sk;
	(void)n;
	(void)e;
	return false;
}

uint32_t rsa_private(unsigned char *x, const br_rsa_private_key *sk)
{
	return br_rsa_private_get_default()(x, sk);
}
#endif
