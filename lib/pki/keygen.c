/* SPDX-License-Identifier: MIT */
#include "pki/keygen.h"

#include "base/wipe.h"
#include "pki/curves.h"
#include "pki/der.h"
#include "pki/derw.h"
#include "pki/oid.h"

#include <string.h>

enum { EXPONENT = 65537, MODULUS = 512 };

static const struct span sha256_rsa = OID(OID_PKCS1 "\x0b");
static const struct span ecdsa[] = { OID("\x2a\x86\x48\xce\x3d\x04\x03\x02"),
	OID("\x2a\x86\x48\xce\x3d\x04\x03\x03"), OID("\x2a\x86\x48\xce\x3d\x04\x03\x04") };

static bool make_rsa(struct key *k, unsigned bits, const br_prng_class **random)
{
	br_rsa_public_key pk;
	/* The private parts take the front of the store, the public ones what is behind. */
	const size_t private_size = BR_RSA_KBUF_PRIV_SIZE(bits);
	struct mspan rest = { k->store + private_size, sizeof k->store - private_size };
	if (rest.n < BR_RSA_KBUF_PUB_SIZE(bits) ||
		!br_rsa_keygen_get_default()(
			random, &k->rsa, k->store, &pk, rest.p, bits, EXPONENT))
		return false;
	k->n = span_of(pk.n, pk.nlen);
	k->e = span_of(pk.e, pk.elen);
	k->bits = bits;
	k->type = KEY_RSA;
	return true;
}

bool keygen(struct key *k, unsigned rsa_bits, const br_prng_class **random, struct err *e)
{
	memset(k, 0, sizeof *k);
	bool ok;
	if (rsa_bits) {
		ok = rsa_bits >= 2048 && rsa_bits <= MODULUS * 8 && make_rsa(k, rsa_bits, random);
	} else {
		ok = br_ec_keygen(random, curves(), &k->ec, k->store, BR_EC_secp256r1) != 0;
		k->bits = 256;
		k->type = KEY_EC;
	}
	if (ok)
		return true;
	key_wipe(k);
	return err_set(e, ERR_USAGE, 0, "keys are EC on P-256 or RSA of 2048 to 4096 bits");
}

/* RSAPrivateKey (RFC 8017 A.1.2). */
static bool put_pkcs1(const struct key *k, struct buf *b)
{
	uint8_t d[MODULUS];
	const size_t n = br_rsa_compute_privexp_get_default()(NULL, &k->rsa, EXPONENT);
	if (n == 0 || n > sizeof d ||
		br_rsa_compute_privexp_get_default()(d, &k->rsa, EXPONENT) != n)
		return false;
	const size_t key = derw_open(b);
	derw_uint(b, 0);
	derw_unsigned(b, k->n);
	derw_unsigned(b, k->e);
	derw_unsigned(b, span_of(d, n));
	derw_unsigned(b, span_of(k->rsa.p, k->rsa.plen));
	derw_unsigned(b, span_of(k->rsa.q, k->rsa.qlen));
	derw_unsigned(b, span_of(k->rsa.dp, k->rsa.dplen));
	derw_unsigned(b, span_of(k->rsa.dq, k->rsa.dqlen));
	derw_unsigned(b, span_of(k->rsa.iq, k->rsa.iqlen));
	derw_close(b, key, DER_SEQUENCE);
	wipe(d, sizeof d);
	return true;
}

/* ECPrivateKey (RFC 5915 3) without parameters, which stand in the PKCS#8 around it, and with the public
 * point, as OpenSSL writes it. */
static bool put_sec1(const struct key *k, struct buf *b)
{
	uint8_t point[BR_EC_KBUF_PUB_MAX_SIZE], scalar[66] = { 0 };
	const size_t size = curve_by_id(k->ec.curve)->scalar;
	const size_t n = br_ec_compute_pub(curves(), NULL, point, &k->ec);
	if (n == 0 || k->ec.xlen > size)
		return false;
	memcpy(scalar + size - k->ec.xlen, k->ec.x, k->ec.xlen);
	const size_t key = derw_open(b);
	derw_uint(b, 1);
	derw_put(b, DER_OCTETS, span_of(scalar, size));
	const size_t outer = derw_open(b);
	derw_octet_bits(b, span_of(point, n));
	derw_close(b, outer, DER_CONTEXT_CONS + 1);
	derw_close(b, key, DER_SEQUENCE);
	wipe(scalar, sizeof scalar);
	return true;
}

bool key_write(const struct key *k, struct buf *out)
{
	const size_t info = derw_open(out);
	derw_uint(out, 0);
	const size_t algorithm = derw_open(out);
	derw_oid(out, k->type == KEY_RSA ? oid_rsa : oid_ec);
	if (k->type == KEY_RSA)
		derw_null(out);
	else
		derw_oid(out, curve_by_id(k->ec.curve)->oid);
	derw_close(out, algorithm, DER_SEQUENCE);
	const size_t inner = derw_open(out);
	const bool ok = k->type == KEY_RSA ? put_pkcs1(k, out) : put_sec1(k, out);
	derw_close(out, inner, DER_OCTETS);
	derw_close(out, info, DER_SEQUENCE);
	return ok && buf_ok(out);
}

static const br_hash_class *hash_of(const struct key *k)
{
	return k->type == KEY_RSA || k->bits == 256 ? &br_sha256_vtable
		: k->bits == 384                    ? &br_sha384_vtable
						    : &br_sha512_vtable;
}

void key_sign_alg(const struct key *k, struct buf *out)
{
	const size_t algorithm = derw_open(out);
	if (k->type == KEY_RSA) {
		derw_oid(out, sha256_rsa);
		derw_null(out);
	} else {
		derw_oid(out, ecdsa[k->bits == 256 ? 0 : k->bits == 384 ? 1 : 2]);
	}
	derw_close(out, algorithm, DER_SEQUENCE);
}

bool key_sign(const struct key *k, struct span data, struct buf *out)
{
	const br_hash_class *class = hash_of(k);
	br_hash_compat_context ctx;
	uint8_t hash[64], signature[MODULUS];
	size_t n;
	class->init(&ctx.vtable);
	class->update(&ctx.vtable, data.p, data.n);
	class->out(&ctx.vtable, hash);
	if (k->type == KEY_RSA) {
		n = (k->bits + 7) / 8;
		if (!br_rsa_pkcs1_sign_get_default()(
			    BR_HASH_OID_SHA256, hash, 32, &k->rsa, signature))
			return false;
	} else {
		n = br_ecdsa_sign_asn1_get_default()(curves(), class, hash, &k->ec, signature);
	}
	buf_bytes(out, span_of(signature, n));
	return n && buf_ok(out);
}
