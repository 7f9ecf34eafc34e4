/* SPDX-License-Identifier: MIT */
/* The table of curves against BearSSL's default one: the same answers for each of its functions. */
#include "pki/curves.h"
#include "test.h"

static const int ids[] = { BR_EC_secp256r1, BR_EC_secp384r1, BR_EC_secp521r1, BR_EC_curve25519 };
enum { IDS = sizeof ids / sizeof *ids, POINT = 133, SCALAR = 66 };

static br_hmac_drbg_context source;

static void same_constants(void)
{
	const br_ec_impl *ours = curves(), *theirs = &br_ec_all_m31;
	CHECK_INT(ours->supported_curves, theirs->supported_curves);
	for (int i = 0; i < IDS; i++) {
		size_t n, m;
		const unsigned char *a = ours->generator(ids[i], &n),
				    *b = theirs->generator(ids[i], &m);
		CHECK_INT(n, m);
		CHECK_MEM(a, b, m);
		a = ours->order(ids[i], &n);
		b = theirs->order(ids[i], &m);
		CHECK_INT(n, m);
		CHECK_MEM(a, b, m);
		CHECK_INT(ours->xoff(ids[i], &n), theirs->xoff(ids[i], &m));
		CHECK_INT(n, m);
	}
}

static void same_points(void)
{
	const br_ec_impl *ours = curves(), *theirs = &br_ec_all_m31;
	for (int i = 0; i < IDS; i++)
		for (int k = 0; k < 10; k++) {
			unsigned char x[SCALAR], y[SCALAR], p[POINT], q[POINT];
			size_t n;
			theirs->order(ids[i], &n);
			if (k < 9 || ids[i] != BR_EC_curve25519)
				n -= (size_t)k % 3; /* shorter ones, too */
			br_hmac_drbg_generate(&source, x, n);
			br_hmac_drbg_generate(&source, y, n);
			x[0] = y[0] = k % 3 ? 0x55 : 0;
			const size_t size = ours->mulgen(p, x, n, ids[i]);
			CHECK_INT(size, theirs->mulgen(q, x, n, ids[i]));
			CHECK_MEM(p, q, size);
			CHECK_INT(ours->mul(p, size, y, n, ids[i]), 1);
			CHECK_INT(theirs->mul(q, size, y, n, ids[i]), 1);
			CHECK_MEM(p, q, size);
			const unsigned char *none = NULL;
			const uint32_t good = theirs->muladd(q, none, size, x, n, y, n, ids[i]);
			CHECK_INT(ours->muladd(p, none, size, x, n, y, n, ids[i]), good);
			CHECK_INT(good, ids[i] != BR_EC_curve25519);
			if (good)
				CHECK_MEM(p, q, size);
		}
}

static void points_that_are_none(void)
{
	const br_ec_impl *ec = curves();
	unsigned char point[POINT] = { 4, 7 }, scalar[SCALAR] = { 0, 1, 2, 3 };
	CHECK_INT(ec->mul(point, 65, scalar, 32, BR_EC_secp256r1), 0);
	CHECK_INT(ec->mul(point, 97, scalar, 48, BR_EC_secp384r1), 0);
	CHECK_INT(ec->mul(point, 133, scalar, 66, BR_EC_secp521r1), 0);
	CHECK_INT(ec->mul(point, 31, scalar, 32, BR_EC_curve25519), 0);
	CHECK_INT(ec->mul(point, 33, scalar, 32, BR_EC_curve25519), 0);
	CHECK_INT(ec->mul(point, 32, scalar, 33, BR_EC_curve25519), 0);
	CHECK_INT(ec->mul(point, 32, scalar, 32, BR_EC_curve25519), 1);
#ifdef __SIZEOF_INT128__
	memset(point, 0, sizeof point);
	CHECK_INT(ec->mul(point, 32, scalar, 32, BR_EC_curve25519), 0);
	point[0] = 1;
	CHECK_INT(ec->mul(point, 32, scalar, 32, BR_EC_curve25519), 0);
#endif
}

int main(void)
{
	br_hmac_drbg_init(&source, &br_sha256_vtable, "dcmsec curves", 13);
	test("generators, orders and sizes of the four curves are BearSSL's", same_constants);
	test("multiples and sums of points are BearSSL's on each of them", same_points);
	test("points off the curve, of small order or of another size are refused",
		points_that_are_none);
	return test_end();
}
