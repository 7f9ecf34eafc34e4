/* SPDX-License-Identifier: MIT */
#include "tls/modern_sign.h"
#include "base/buf.h"
#include "pki/curves.h"
#include "pki/sig.h"
#include "tls/ops.h"
#include "tls/suites.h"
#include <string.h>

/* In the order in which they are offered. */
static const struct sign_scheme schemes[] = {
	{ 0x0403, "ecdsa_secp256r1_sha256", SIGN_ECDSA, 23, br_sha256_ID },
	{ 0x0503, "ecdsa_secp384r1_sha384", SIGN_ECDSA, 24, br_sha384_ID },
	{ 0x0603, "ecdsa_secp521r1_sha512", SIGN_ECDSA, 25, br_sha512_ID },
	{ 0x0804, "rsa_pss_rsae_sha256", SIGN_PSS, 0, br_sha256_ID },
	{ 0x0805, "rsa_pss_rsae_sha384", SIGN_PSS, 0, br_sha384_ID },
	{ 0x0806, "rsa_pss_rsae_sha512", SIGN_PSS, 0, br_sha512_ID },
	{ 0x0401, "rsa_pkcs1_sha256", SIGN_PKCS1, 0, br_sha256_ID },
	{ 0x0501, "rsa_pkcs1_sha384", SIGN_PKCS1, 0, br_sha384_ID },
	{ 0x0601, "rsa_pkcs1_sha512", SIGN_PKCS1, 0, br_sha512_ID },
};

const struct sign_scheme *sign_scheme(uint16_t code)
{
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (schemes[i].code == code)
			return &schemes[i];
	return NULL;
}

void sign_offer(struct buf *out, bool small)
{
	const size_t list = buf_open(out, 2);
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (!small || schemes[i].hash != br_sha512_ID)
			buf_u16be(out, schemes[i].code);
	buf_close_be(out, list, 2);
}

static size_t hash_bytes(const struct sign_scheme *s)
{
	return sig_hash_class(s->hash)->desc >> BR_HASHDESC_OUT_OFF & BR_HASHDESC_OUT_MASK;
}

const struct sign_scheme *sign_choose(struct span list, uint16_t version, bool small,
	const br_rsa_private_key *rsa, const br_ec_private_key *ec)
{
	uint16_t code;
	while (span_u16be(&list, &code)) {
		const struct sign_scheme *s = sign_scheme(code);
		if (!s || (small && s->hash == br_sha512_ID))
			continue;
		/* PSS needs room for hash, salt and two bytes (RFC 8017 9.1.1). */
		if (s->kind == SIGN_PSS && rsa && rsa->n_bitlen >= 16 * hash_bytes(s) + 16)
			return s;
		if (s->kind == SIGN_PKCS1 && rsa && version == TLS_1_2)
			return s;
		if (s->kind == SIGN_ECDSA && ec && (version == TLS_1_2 || ec->curve == s->curve))
			return s;
	}
	return NULL;
}

void sign_hash(const struct sign_scheme *s, const struct span *pieces, size_t n, uint8_t hash[64])
{
	const br_hash_class *class = sig_hash_class(s->hash);
	br_hash_compat_context h;
	class->init(&h.vtable);
	for (size_t i = 0; i < n; i++)
		class->update(&h.vtable, pieces[i].p, pieces[i].n);
	class->out(&h.vtable, hash);
}

void sign_hash13(const struct sign_scheme *s, bool server, struct span transcript, uint8_t hash[64])
{
	const char *context =
		server ? "TLS 1.3, server CertificateVerify" : "TLS 1.3, client CertificateVerify";
	uint8_t spaces[64];
	memset(spaces, ' ', sizeof spaces);
	const struct span pieces[] = { { spaces, sizeof spaces },
		span_of(context, strlen(context) + 1), /* with the NUL */
		transcript };
	sign_hash(s, pieces, 3, hash);
}

/* MGF1 (RFC 8017 B.2.1), laid over data. */
static void mask(const br_hash_class *class, const uint8_t *seed, size_t h, uint8_t *data, size_t n)
{
	for (size_t at = 0; at < n; at += h) {
		br_hash_compat_context ctx;
		uint8_t block[64], counter[4] = { 0, 0, 0, (uint8_t)(at / h) };
		class->init(&ctx.vtable);
		class->update(&ctx.vtable, seed, h);
		class->update(&ctx.vtable, counter, sizeof counter);
		class->out(&ctx.vtable, block);
		for (size_t i = 0; i < h && at + i < n; i++)
			data[at + i] ^= block[i];
	}
}

/* EMSA-PSS-ENCODE (RFC 8017 9.1.1): em has all bytes of the modulus, bits of them are used. */
static bool pss_encode(const br_hash_class *class, size_t h, const uint8_t *hash,
	const uint8_t *salt, uint8_t *em, size_t modulus, unsigned bits)
{
	static const uint8_t zeros[8];
	br_hash_compat_context ctx;
	const size_t n = (bits + 7) / 8;
	memset(em, 0, modulus);
	em += modulus - n; /* one byte shorter when the modulus has 8k + 1 bits */
	if (n < 2 * h + 2)
		return false;
	uint8_t *check = em + n - h - 1;
	class->init(&ctx.vtable);
	class->update(&ctx.vtable, zeros, sizeof zeros);
	class->update(&ctx.vtable, hash, h);
	class->update(&ctx.vtable, salt, h);
	class->out(&ctx.vtable, check);
	em[n - 2 * h - 2] = 1;
	memcpy(em + n - 2 * h - 1, salt, h);
	mask(class, check, h, em, n - h - 1);
	em[0] &= (uint8_t)(0xff >> (8 * n - bits));
	em[n - 1] = 0xbc;
	return true;
}

static size_t rsa_sign(const struct sign_scheme *s, const uint8_t *hash, const struct tls_config *c,
	uint8_t *signature)
{
	const br_rsa_private_key *key = c->rsa;
	const size_t h = hash_bytes(s), n = (key->n_bitlen + 7) / 8;
	uint8_t salt[64];
	if (n > SIGN_MAX)
		return 0;
	(*c->rand_private)->generate(c->rand_private, salt, h);
	if (!pss_encode(sig_hash_class(s->hash), h, hash, salt, signature, n, key->n_bitlen - 1))
		return 0;
	/* Its answer, 0 or 1, depends on the key: no branch. */
	return n * own_key_uses(c).rsa_private(signature, key);
}

static const unsigned char *hash_oid(const struct sign_scheme *s)
{
	return s->hash == br_sha256_ID    ? BR_HASH_OID_SHA256
		: s->hash == br_sha384_ID ? BR_HASH_OID_SHA384
					  : BR_HASH_OID_SHA512;
}

size_t sign_make(const struct sign_scheme *s, const uint8_t *hash, const struct tls_config *c,
	uint8_t *signature)
{
	const struct key_uses use = own_key_uses(c);
	if (s->kind == SIGN_ECDSA)
		return c->ec
			? use.ec_sign(curves(), sig_hash_class(s->hash), hash, c->ec, signature)
			: 0;
	const size_t n = c->rsa ? (c->rsa->n_bitlen + 7) / 8 : 0;
	if (n == 0 || n > SIGN_MAX)
		return 0;
	if (s->kind == SIGN_PSS)
		return rsa_sign(s, hash, c, signature);
	return n * use.rsa_sign(hash_oid(s), hash, hash_bytes(s), c->rsa, signature);
}

bool sign_fits(const struct sign_scheme *s, uint16_t version, const br_x509_pkey *key)
{
	if (s->kind != SIGN_ECDSA)
		return key->key_type == BR_KEYTYPE_RSA &&
			(s->kind == SIGN_PSS || version == TLS_1_2);
	return key->key_type == BR_KEYTYPE_EC &&
		(version == TLS_1_2 || key->key.ec.curve == s->curve);
}

bool sign_check(const struct sign_scheme *s, const uint8_t *hash, const br_x509_pkey *key,
	struct span signature)
{
	uint8_t got[64];
	const size_t n = hash_bytes(s);
	if (s->kind == SIGN_PSS)
		return pss_verify(&key->key.rsa, sig_hash_class(s->hash), hash, n, signature);
	if (s->kind == SIGN_PKCS1)
		return br_rsa_pkcs1_vrfy_get_default()(
			       signature.p, signature.n, hash_oid(s), n, &key->key.rsa, got) &&
			memcmp(got, hash, n) == 0;
	return br_ecdsa_vrfy_asn1_get_default()(
		curves(), hash, n, &key->key.ec, signature.p, signature.n);
}
