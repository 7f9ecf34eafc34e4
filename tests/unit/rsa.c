/* SPDX-License-Identifier: MIT */
/* The private key's operation against BearSSL's, which is an independent one, and against the public key. */
#include "base/span.h"
#include "pki/rsa.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

enum { MOST = 512, EXPONENT = 65537 };

static br_hmac_drbg_context source;
static br_rsa_private_key sk;
static br_rsa_public_key pk;
static unsigned char store[BR_RSA_KBUF_PRIV_SIZE(4096)], public[BR_RSA_KBUF_PUB_SIZE(4096)];

static bool make(unsigned bits)
{
	return br_rsa_i31_keygen(&source.vtable, &sk, store, &pk, public, bits, EXPONENT);
}

/* A block below the modulus. */
static void make_block(unsigned char *x, size_t n)
{
	br_hmac_drbg_generate(&source, x, n);
	x[0] &= sk.n_bitlen % 8 ? 0 : 0x3f;
}

static void same_as_bearssl(void)
{
	static const unsigned sizes[] = { 512, 768, 1000, 1024, 1026, 1536, 2048, 2050, 3072 };
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		REQUIRE(make(sizes[i]));
		const size_t n = (sk.n_bitlen + 7) / 8;
		for (int k = 0; k < 4; k++) {
			unsigned char x[MOST], ours[MOST], theirs[MOST];
			make_block(x, n);
			if (k == 1)
				memset(x, 0, n);
			if (k == 2)
				memset(x, 0, n - 1), x[n - 1] = 1;
			memcpy(ours, x, n);
			memcpy(theirs, x, n);
			CHECK_INT(rsa_private(ours, &sk), 1);
			CHECK_INT(br_rsa_i31_private(theirs, &sk), 1);
			CHECK_MEM(ours, theirs, n);
			CHECK_INT(br_rsa_i31_public(ours, n, &pk), 1);
			CHECK_MEM(ours, x, n);
		}
	}
}

static void not_below(void)
{
	REQUIRE(make(1024));
	unsigned char x[128];
	memcpy(x, pk.n, 128);
	CHECK_INT(rsa_private(x, &sk), 0);
	memset(x, 0xff, sizeof x);
	CHECK_INT(rsa_private(x, &sk), 0);
	memcpy(x, pk.n, 128);
	x[127] -= 1; /* -1, which an odd power leaves alone */
	CHECK_INT(rsa_private(x, &sk), 1);
	CHECK(memcmp(x, pk.n, 127) == 0 && x[127] == pk.n[127] - 1);
}

static void uneven_factors(void)
{
	REQUIRE(make(1024));
	const br_rsa_private_key kept = sk;
	unsigned char padded[80] = { 0 }, x[128], y[128];
	for (size_t len = 64; len <= 80; len++) {
		memset(padded, 0, sizeof padded);
		memcpy(padded + len - kept.plen, kept.p, kept.plen);
		sk.p = padded;
		sk.plen = len;
		make_block(x, 128);
		memcpy(y, x, 128);
		CHECK_INT(rsa_private(x, &sk), 1);
		CHECK_INT(br_rsa_i31_private(y, &kept), 1);
		CHECK_MEM(x, y, 128);
	}
}

static void parts_fit(void)
{
	REQUIRE(make(2048));
	const struct span n = span_of(pk.n, pk.nlen);
	CHECK(rsa_takes(&sk));
	CHECK(rsa_fits(&sk, n, EXPONENT));
	CHECK(!rsa_fits(&sk, n, 3));
	CHECK(!rsa_fits(&sk, n, 0));
	CHECK(!rsa_fits(&sk, n, EXPONENT + 2));
	unsigned char *const parts[] = { sk.p, sk.q, sk.dp, sk.dq, sk.iq };
	const size_t lengths[] = { sk.plen, sk.qlen, sk.dplen, sk.dqlen, sk.iqlen };
	for (size_t i = 0; i < 5; i++) {
		const size_t at[] = { 0, lengths[i] / 2, lengths[i] - 1 };
		for (size_t k = 0; k < 3; k++) {
			parts[i][at[k]] ^= 2;
			CHECK(!rsa_fits(&sk, n, EXPONENT));
			parts[i][at[k]] ^= 2;
		}
	}
	unsigned char other[256];
	memcpy(other, pk.n, 256);
	other[100] ^= 1;
	CHECK(!rsa_fits(&sk, span_of(other, 256), EXPONENT));
	CHECK(!rsa_fits(&sk, span_of(pk.n, 255), EXPONENT));
	CHECK(rsa_fits(&sk, n, EXPONENT));
}

/* Boneh, DeMillo, Lipton 1997: of a wrong one the greatest common divisor with the modulus is a factor. */
static void none_that_is_wrong(void)
{
	static const unsigned char zeros[256];
	REQUIRE(make(2048));
	unsigned char *const parts[] = { sk.p, sk.q, sk.dp, sk.dq, sk.iq };
	const size_t lengths[] = { sk.plen, sk.qlen, sk.dplen, sk.dqlen, sk.iqlen };
	unsigned char x[256];
	for (size_t i = 0; i < 5; i++)
		for (size_t k = 1; k < lengths[i]; k += 41) {
			parts[i][k] ^= 4;
			make_block(x, sizeof x);
			CHECK_INT(rsa_private(x, &sk), 0);
			parts[i][k] ^= 4;
		}
	sk.iq[20] ^= 1;
	make_block(x, sizeof x);
	CHECK_INT(rsa_private(x, &sk), 0);
	CHECK_MEM(x, zeros, sizeof x);
	sk.iq[20] ^= 1;
	sk.dq[20] ^= 1;
	make_block(x, sizeof x);
	CHECK_INT(rsa_private(x, &sk), 0);
	CHECK_MEM(x, zeros, sizeof x);
	sk.dq[20] ^= 1;
	CHECK_INT(rsa_private(x, &sk), 1);
}

static void other_exponents(void)
{
	static const uint32_t exponents[] = { 3, 17, 65539, 4294967291U };
	for (size_t i = 0; i < sizeof exponents / sizeof *exponents; i++) {
		unsigned char x[128], y[128];
		REQUIRE(br_rsa_i31_keygen(
			&source.vtable, &sk, store, &pk, public, 1024, exponents[i]));
		make_block(x, sizeof x);
		memcpy(y, x, sizeof y);
		CHECK_INT(rsa_private(x, &sk), 1);
		CHECK_INT(br_rsa_i31_private(y, &sk), 1);
		CHECK_MEM(x, y, sizeof x);
	}
}

static void longer_than_its_factors(void)
{
	REQUIRE(make(1024));
	unsigned char x[256] = { 0 };
	sk.n_bitlen = 2048;
	CHECK_INT(rsa_private(x, &sk), 0);
}

static void large_ones(void)
{
	br_rsa_private_key large = { .n_bitlen = 8192, .plen = 512, .qlen = 512 };
	CHECK(!rsa_takes(&large));
}

int main(void)
{
	br_hmac_drbg_init(&source, &br_sha256_vtable, "dcmsec rsa", 10);
	test("the private power is BearSSL's for moduli of 512 to 3072 bits, and the public one "
	     "undoes it",
		same_as_bearssl);
	test("a block that is not below the modulus is refused", not_below);
	test("zeros before a factor change nothing", uneven_factors);
	test("a key fits when each of its parts does, and no bit of any may be another", parts_fit);
	test("a result that a wrong bit in any part of the key has spoiled is kept back",
		none_that_is_wrong);
	test("public exponents of 2 to 32 bits are found by the key's own parts", other_exponents);
	test("a block longer than both factors together is refused", longer_than_its_factors);
	test("keys over 4096 bits are left to BearSSL", large_ones);
	return test_end();
}
