/* SPDX-License-Identifier: MIT */
#include "pki/curves.h"

#include "base/wipe.h"
#include "pki/x25519.h"

#include <string.h>

#ifdef __SIZEOF_INT128__
static const br_ec_impl *nist(int curve)
{
	return curve == BR_EC_secp256r1 ? &br_ec_p256_m31 : &br_ec_prime_i31;
}

static const unsigned char base[X25519_SIZE] = { 9 };

static const unsigned char *generator(int curve, size_t *len)
{
	if (curve != BR_EC_curve25519)
		return nist(curve)->generator(curve, len);
	*len = sizeof base;
	return base;
}

/* Of X25519 that is what BearSSL's engine makes a key by: any 32 bytes that begin with a bit of 0. */
static const unsigned char *order(int curve, size_t *len)
{
	static const unsigned char most[X25519_SIZE] = { 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	if (curve != BR_EC_curve25519)
		return nist(curve)->order(curve, len);
	*len = sizeof most;
	return most;
}

static size_t xoff(int curve, size_t *len)
{
	if (curve != BR_EC_curve25519)
		return nist(curve)->xoff(curve, len);
	*len = X25519_SIZE;
	return 0;
}

static uint32_t mul(unsigned char *point, size_t n, const unsigned char *x, size_t x_n, int curve)
{
	uint8_t scalar[X25519_SIZE] = { 0 };
	if (curve != BR_EC_curve25519)
		return nist(curve)->mul(point, n, x, x_n, curve);
	if (n != X25519_SIZE || x_n > sizeof scalar)
		return 0;
	memcpy(scalar, x, x_n);
	const bool good = x25519(point, scalar, point);
	wipe(scalar, sizeof scalar);
	return good;
}

static size_t mulgen(unsigned char *point, const unsigned char *x, size_t x_n, int curve)
{
	if (curve != BR_EC_curve25519)
		return nist(curve)->mulgen(point, x, x_n, curve);
	memcpy(point, base, sizeof base);
	mul(point, sizeof base, x, x_n, curve);
	return sizeof base;
}

static uint32_t muladd(unsigned char *a, const unsigned char *b, size_t n, const unsigned char *x,
	size_t x_n, const unsigned char *y, size_t y_n, int curve)
{
	return curve != BR_EC_curve25519 ? nist(curve)->muladd(a, b, n, x, x_n, y, y_n, curve) : 0;
}

const br_ec_impl *curves(void)
{
	static const br_ec_impl all = {
		.supported_curves = 1u << BR_EC_secp256r1 | 1u << BR_EC_secp384r1 |
			1u << BR_EC_secp521r1 | 1u << BR_EC_curve25519,
		.generator = generator,
		.order = order,
		.xoff = xoff,
		.mul = mul,
		.mulgen = mulgen,
		.muladd = muladd,
	};
	return &all;
}
#else
const br_ec_impl *curves(void)
{
	return br_ec_get_default();
}
#endif
