/* SPDX-License-Identifier: MIT */
/* X25519 against the vectors of RFC 7748, against BearSSL's, which is an independent one, and its arithmetic
 * against long division: it is included here as a source, for limbs that no point would bring about. */
#include "test.h"

#include "pki/x25519.c"

#include <bearssl.h>

#ifdef __SIZEOF_INT128__

static uint32_t state = 25519;

static uint8_t byte(void)
{
	state = state * 1664525 + 1013904223;
	return (uint8_t)(state >> 24);
}

static void fill(uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = byte();
}

static void from_hex(const char *text, uint8_t bytes[32])
{
	for (int i = 0; i < 32; i++) {
		unsigned value = 0;
		sscanf(text + 2 * i, "%2x", &value);
		bytes[i] = (uint8_t)value;
	}
}

/* ---- arithmetic, once more with digits of 32 bits and a division that shifts and subtracts */

enum { DIGITS = 18 };

struct big {
	uint32_t d[DIGITS];
};

static void big_add(struct big *r, uint64_t value, int bit)
{
	const pair wide = (pair)value << bit % 32;
	uint64_t above = 0;
	for (int i = bit / 32, k = 0; i < DIGITS; i++, k++) {
		above += (uint64_t)r->d[i] + (k < 3 ? (uint32_t)(wide >> 32 * k) : 0);
		r->d[i] = (uint32_t)above;
		above >>= 32;
	}
}

static struct big big_of(const struct number *a)
{
	struct big r = { { 0 } };
	for (int i = 0; i < LIMBS; i++)
		big_add(&r, a->l[i], LIMB * i);
	return r;
}

static struct big big_times(const struct big *a, const struct big *b)
{
	struct big r = { { 0 } };
	for (int i = 0; i < DIGITS / 2; i++)
		for (int k = 0; k < DIGITS / 2; k++)
			big_add(&r, (uint64_t)a->d[i] * b->d[k], 32 * (i + k));
	return r;
}

/* Bit by bit from the top: what is left is doubled, and less p when it reaches that. */
static void big_mod(struct big *a)
{
	static const struct big p = { { 0xffffffed, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff,
		0xffffffff, 0xffffffff, 0x7fffffff } };
	struct big left = { { 0 } }, less;
	for (int bit = 32 * DIGITS - 1; bit >= 0; bit--) {
		uint32_t above = a->d[bit / 32] >> bit % 32 & 1;
		int64_t borrow = 0;
		for (int i = 0; i < 9; i++) {
			const uint32_t digit = left.d[i];
			left.d[i] = digit << 1 | above;
			above = digit >> 31;
			borrow += (int64_t)left.d[i] - p.d[i];
			less.d[i] = (uint32_t)borrow;
			borrow >>= 32;
		}
		if (borrow == 0)
			memcpy(left.d, less.d, 9 * sizeof *left.d);
	}
	*a = left;
}

/* Whether got is want modulo p, and tight, and is written as the one number below p. */
static void check_number(const char *what, const struct number *got, struct big want)
{
	const limb most[LIMBS] = { mask, mask + (1 << 13), mask, mask, mask };
	struct number copy = *got;
	struct big value = big_of(got);
	uint8_t bytes[32], same[32];
	big_mod(&want);
	big_mod(&value);
	if (memcmp(&value, &want, sizeof want) != 0)
		TEST_NOTE("%s is another number", what);
	for (int i = 0; i < LIMBS; i++)
		if (got->l[i] > most[i])
			TEST_NOTE("%s has limb %d of %llx", what, i, (unsigned long long)got->l[i]);
	store(bytes, &copy);
	for (int i = 0; i < 32; i++)
		same[i] = (uint8_t)(want.d[i / 4] >> i % 4 * 8);
	if (memcmp(bytes, same, 32) != 0)
		TEST_NOTE("%s is not written as it is", what);
}

/* Limbs where carries begin and end; below top, which is a power of two. */
static struct number odd_number(limb top)
{
	static const limb corners[] = { 0, 1, 18, 19, 20, ((limb)1 << 51) - 20,
		((limb)1 << 51) - 19, ((limb)1 << 51) - 18, ((limb)1 << 51) - 1, (limb)1 << 51,
		((limb)1 << 51) + 8191, (limb)1 << 52, ((limb)1 << 53) - 1, (limb)1 << 53,
		((limb)1 << 54) - 1 };
	struct number r;
	for (int i = 0; i < LIMBS; i++) {
		const uint8_t which = byte();
		if (which < 32)
			fill((uint8_t *)&r.l[i], sizeof r.l[i]);
		else
			r.l[i] = corners[which % (sizeof corners / sizeof *corners)];
		r.l[i] &= top - 1;
	}
	return r;
}

static void products(void)
{
	for (int i = 0; i < 3000; i++) {
		struct number a = odd_number((limb)1 << 54), b = odd_number((limb)1 << 54), r;
		if (i == 0)
			for (int k = 0; k < LIMBS; k++)
				a.l[k] = b.l[k] = ((limb)1 << 54) - 1;
		const struct big x = big_of(&a), y = big_of(&b);
		multiply(&r, &a, &b);
		check_number("a product", &r, big_times(&x, &y));
		square(&r, &a);
		check_number("a square", &r, big_times(&x, &x));
		multiply(&a, &a, &a);
		check_number("a product in its factors' place", &a, big_times(&x, &x));
	}
}

static struct number tight_number(void)
{
	struct number r = odd_number((limb)1 << 51);
	r.l[1] += byte() % 2 ? (limb)byte() << 5 : 0;
	return r;
}

static void sums(void)
{
	static const struct number one = { { 1 } };
	for (int i = 0; i < 3000; i++) {
		struct number a = tight_number(), b = tight_number(), c = odd_number((limb)1 << 53),
			      r;
		const struct big x = big_of(&a), y = big_of(&b);
		struct big want = x;
		for (int k = 0; k < DIGITS; k++)
			big_add(&want, y.d[k], 32 * k);
		add(&r, &a, &b);
		multiply(&r, &r, &one);
		check_number("a sum", &r, want);
		subtract(&r, &a, &b);
		for (int k = 0; k < LIMBS; k++)
			if (r.l[k] >= (limb)1 << 53)
				TEST_NOTE("a difference has limb %d of %llx", k,
					(unsigned long long)r.l[k]);
		add(&r, &r, &b);
		multiply(&r, &r, &one);
		check_number("a difference and what was taken off", &r, x);
		want = x;
		const struct big z = big_of(&c);
		for (int k = 0; k < DIGITS / 2; k++)
			big_add(&want, (uint64_t)z.d[k] * A24, 32 * k);
		scale(&r, &c, A24, &a);
		check_number("a multiple and something", &r, want);
	}
}

/* All around p and 2 p, where what is written is another number than what was computed. */
static void writing(void)
{
	for (int i = -40; i <= 40; i++) {
		struct number a = { { (limb)((int64_t)mask - 18 + i), mask, mask, mask, mask } };
		if (a.l[0] <= mask)
			check_number("a number around p", &a, big_of(&a));
		a = (struct number){ { (limb)(i & 63), 0, 0, 0, 0 } };
		check_number("a small number", &a, big_of(&a));
	}
	for (int i = 0; i < 1000; i++) {
		const struct number a = tight_number();
		check_number("a tight number", &a, big_of(&a));
	}
}

static void inverses(void)
{
	const struct big one = { { 1 } };
	for (int i = 0; i < 200; i++) {
		struct number a = tight_number(), r = a;
		a.l[2] |= 1;
		r = a;
		invert(&r);
		multiply(&r, &r, &a);
		check_number("a number times its inverse", &r, one);
	}
	struct number none = { { 0 } };
	invert(&none);
	check_number("0 to a power", &none, (struct big){ { 0 } });
}

/* ---- RFC 7748 */

static void vectors(void)
{
	static const char *const rows[][3] = {
		{ "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
			"e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
			"c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552" },
		{ "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
			"e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
			"95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957" },
	};
	for (size_t i = 0; i < 2; i++) {
		uint8_t k[32], u[32], want[32], out[32];
		from_hex(rows[i][0], k);
		from_hex(rows[i][1], u);
		from_hex(rows[i][2], want);
		CHECK(x25519(out, k, u));
		CHECK_MEM(out, want, 32);
		CHECK(x25519(u, k, u));
		CHECK_MEM(u, want, 32);
	}
}

static void repeated(void)
{
	uint8_t k[32] = { 9 }, u[32] = { 9 }, out[32], want[32];
	for (int i = 1; i <= 1000; i++) {
		CHECK(x25519(out, k, u));
		memcpy(u, k, 32);
		memcpy(k, out, 32);
		if (i == 1) {
			from_hex("422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079",
				want);
			CHECK_MEM(k, want, 32);
		}
	}
	from_hex("684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51", want);
	CHECK_MEM(k, want, 32);
}

static void agreement(void)
{
	static const char *const rows[5] = {
		"77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
		"8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
		"5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
		"de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
		"4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742",
	};
	static const uint8_t base[32] = { 9 };
	uint8_t bytes[5][32], out[32];
	for (int i = 0; i < 5; i++)
		from_hex(rows[i], bytes[i]);
	for (int i = 0; i < 4; i += 2) {
		CHECK(x25519(out, bytes[i], base));
		CHECK_MEM(out, bytes[i + 1], 32);
		CHECK(x25519(out, bytes[i], bytes[3 - i]));
		CHECK_MEM(out, bytes[4], 32);
	}
}

/* ---- what makes no difference, and what is refused */

static void bits_that_do_not_count(void)
{
	for (int i = 0; i < 50; i++) {
		uint8_t k[32], u[32], want[32], out[32];
		fill(k, 32);
		fill(u, 32);
		CHECK(x25519(want, k, u));
		u[31] ^= 0x80;
		for (int b = 0; b < 32; b++) {
			k[0] = (uint8_t)((k[0] & 0xf8) | (b & 7));
			k[31] = (uint8_t)((k[31] & 0x3f) | (b >> 3 << 6));
			CHECK(x25519(out, k, u));
			CHECK_MEM(out, want, 32);
		}
		k[0] ^= 8;
		CHECK(x25519(out, k, u));
		CHECK(memcmp(out, want, 32) != 0);
	}
}

static void numbers_beyond_p(void)
{
	for (uint8_t i = 2; i < 19; i++) {
		uint8_t k[32], small[32] = { i }, large[32], want[32], out[32];
		fill(k, 32);
		memset(large, 0xff, 32);
		large[0] = (uint8_t)(0xed + i);
		for (int high = 0; high < 2; high++) {
			large[31] = high ? 0xff : 0x7f;
			CHECK(x25519(want, k, small));
			CHECK(x25519(out, k, large));
			CHECK_MEM(out, want, 32);
		}
	}
}

/* The points of order 1, 2, 4 and 8 on the curve and its twist, and how else they can be written. */
static void small_orders(void)
{
	static const char *const rows[] = {
		"0000000000000000000000000000000000000000000000000000000000000000",
		"0100000000000000000000000000000000000000000000000000000000000000",
		"e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
		"5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	};
	static const uint8_t zeros[32];
	for (size_t i = 0; i < 2 * sizeof rows / sizeof *rows; i++) {
		for (int n = 0; n < 20; n++) {
			uint8_t k[32], u[32], out[32];
			from_hex(rows[i / 2], u);
			u[31] = (uint8_t)(u[31] | i % 2 << 7);
			fill(k, 32);
			CHECK(!x25519(out, k, u));
			CHECK_MEM(out, zeros, 32);
			u[1] ^= 1;
			CHECK(x25519(out, k, u));
		}
	}
}

/* ---- BearSSL's, with limbs of 31 bits and Montgomery's multiplication: nothing in common with ours */

static void check_bearssl(const uint8_t k[32], const uint8_t u[32])
{
	uint8_t ours[32], theirs[32], scalar[32];
	memcpy(theirs, u, 32);
	memcpy(scalar, k, 32);
	br_ec_c25519_i31.mul(theirs, 32, scalar, 32, BR_EC_curve25519);
	x25519(ours, k, u);
	CHECK_MEM(ours, theirs, 32);
}

static void as_bearssl(void)
{
	uint8_t k[32], u[32];
	for (int i = 0; i < 3000; i++) {
		fill(k, 32);
		fill(u, 32);
		check_bearssl(k, u);
	}
}

/* Runs of ones and zeros, so that scalars have long ones and coordinates have limbs that are full or empty. */
static void runs_of_bits(void)
{
	for (int i = 0; i < 1000; i++) {
		uint8_t k[32] = { 0 }, u[32] = { 0 };
		unsigned bits = 0;
		for (int b = 0; b < 256; b++) {
			if (byte() < 12)
				bits ^= 1;
			if (byte() < 12)
				bits ^= 2;
			k[b / 8] |= (uint8_t)((bits & 1) << b % 8);
			u[b / 8] |= (uint8_t)((bits >> 1) << b % 8);
		}
		check_bearssl(k, u);
	}
}

int main(void)
{
	test("products and squares of limbs of up to 54 bits are those of long division", products);
	test("sums, differences and multiples are right at each carry", sums);
	test("numbers around 0, p and 2^255 are written as the one number below p", writing);
	test("a number times its inverse is 1, and 0 has 0 for one", inverses);
	test("X25519 has the two vectors of RFC 7748 5.2, also in its own place", vectors);
	test("repeated 1 and 1,000 times it is that of RFC 7748 5.2", repeated);
	test("both sides of the exchange of RFC 7748 6.1 agree on its secret", agreement);
	test("five bits of a scalar and one of a coordinate count for nothing",
		bits_that_do_not_count);
	test("a coordinate of p or more is the one that it is modulo p", numbers_beyond_p);
	test("points of small order give zeros, and that is told", small_orders);
	test("3,000 scalars and points give what BearSSL's gives", as_bearssl);
	test("and so do 1,000 of long runs of ones and zeros", runs_of_bits);
	return test_end();
}
#else
int main(void)
{
	test_skip("X25519 with integers of 128 bits", "this compiler has none");
	return test_end();
}
#endif
