/* SPDX-License-Identifier: MIT */
#include "pki/sig.h"

#include "pki/curves.h"

#include <string.h>

enum { MODULUS = 512, EXPONENT = 4, POINT = 133 }; /* octets; pubkey_read allows no more */

const br_hash_class *sig_hash_class(int hash)
{
	static const br_hash_class *const classes[] = { [br_sha1_ID] = &br_sha1_vtable,
		[br_sha224_ID] = &br_sha224_vtable,
		[br_sha256_ID] = &br_sha256_vtable,
		[br_sha384_ID] = &br_sha384_vtable,
		[br_sha512_ID] = &br_sha512_vtable };
	const size_t n = sizeof classes / sizeof *classes;
	return hash > 0 && (size_t)hash < n ? classes[hash] : NULL;
}

static size_t hash_size(const br_hash_class *class)
{
	return class->desc >> BR_HASHDESC_OUT_OFF & BR_HASHDESC_OUT_MASK;
}

size_t sig_hash_size(int hash)
{
	const br_hash_class *class = sig_hash_class(hash);
	return class ? hash_size(class) : 0;
}

bool sig_hash(int hash, struct span data, uint8_t digest[64])
{
	const br_hash_class *class = sig_hash_class(hash);
	br_hash_compat_context ctx;
	if (!class)
		return false;
	class->init(&ctx.vtable);
	class->update(&ctx.vtable, data.p, data.n);
	class->out(&ctx.vtable, digest);
	return true;
}

/* The mask of MGF1 (RFC 8017 B.2.1), laid over data. */
static void mgf1_xor(
	const br_hash_class *class, const void *seed, size_t seed_len, uint8_t *data, size_t n)
{
	const size_t h = hash_size(class);
	for (uint32_t counter = 0; (size_t)counter * h < n; counter++) {
		br_hash_compat_context ctx;
		uint8_t block[64];
		const uint8_t number[4] = { (uint8_t)(counter >> 24), (uint8_t)(counter >> 16),
			(uint8_t)(counter >> 8), (uint8_t)counter };
		class->init(&ctx.vtable);
		class->update(&ctx.vtable, seed, seed_len);
		class->update(&ctx.vtable, number, sizeof number);
		class->out(&ctx.vtable, block);
		for (size_t i = 0; i < h && (size_t)counter * h + i < n; i++)
			data[(size_t)counter * h + i] ^= block[i];
	}
}

/* RFC 8017 9.1.2 from step 3 on; em has the bits of the modulus less one. */
static bool pss_encoded(const br_hash_class *class, const void *hash, size_t salt_len, uint8_t *em,
	size_t em_len, unsigned free_bits)
{
	static const uint8_t zeros[8];
	const size_t h = hash_size(class);
	if (em_len < h + salt_len + 2 || em[em_len - 1] != 0xbc)
		return false;
	const size_t db_len = em_len - h - 1;
	const uint8_t *h_value = em + db_len;
	const uint8_t mask = (uint8_t)(0xff >> free_bits);
	if (em[0] & (uint8_t)~mask)
		return false;
	mgf1_xor(class, h_value, h, em, db_len);
	em[0] &= mask;
	uint8_t differ = 0;
	const size_t zero_len = db_len - salt_len - 1;
	for (size_t i = 0; i < zero_len; i++)
		differ |= em[i];
	if (differ || em[zero_len] != 1)
		return false;
	br_hash_compat_context ctx;
	uint8_t again[64];
	class->init(&ctx.vtable);
	class->update(&ctx.vtable, zeros, sizeof zeros);
	class->update(&ctx.vtable, hash, h);
	class->update(&ctx.vtable, em + zero_len + 1, salt_len);
	class->out(&ctx.vtable, again);
	return memcmp(again, h_value, h) == 0;
}

bool pss_verify(const br_rsa_public_key *key, const br_hash_class *class, const void *hash,
	size_t salt_len, struct span signature)
{
	uint8_t em[MODULUS];
	const unsigned char *n = key->n;
	size_t n_len = key->nlen;
	for (; n_len && *n == 0; n++)
		n_len--;
	if (n_len == 0 || n_len > sizeof em || signature.n != n_len)
		return false;
	memcpy(em, signature.p, n_len);
	if (!br_rsa_public_get_default()(em, n_len, key))
		return false;
	unsigned top = 8; /* bits in use of the modulus's first octet */
	while (!(n[0] >> (top - 1) & 1))
		top--;
	if (top > 1)
		return pss_encoded(class, hash, salt_len, em, n_len, 9 - top);
	/* The encoded message is an octet shorter than the modulus (RFC 8017 8.1.2). */
	return em[0] == 0 && pss_encoded(class, hash, salt_len, em + 1, n_len - 1, 0);
}

static const unsigned char *hash_oid(int hash)
{
	switch (hash) {
	case br_sha1_ID:
		return BR_HASH_OID_SHA1;
	case br_sha224_ID:
		return BR_HASH_OID_SHA224;
	case br_sha256_ID:
		return BR_HASH_OID_SHA256;
	case br_sha384_ID:
		return BR_HASH_OID_SHA384;
	default:
		return BR_HASH_OID_SHA512;
	}
}

static bool rsa_verify(
	const struct sig_alg *a, const struct pubkey *key, const void *hash, struct span signature)
{
	uint8_t n[MODULUS], e[EXPONENT], got[64];
	if (key->n.n > sizeof n || key->e.n > sizeof e)
		return false;
	memcpy(n, key->n.p, key->n.n);
	memcpy(e, key->e.p, key->e.n);
	const br_rsa_public_key pk = { n, key->n.n, e, key->e.n };
	const br_hash_class *class = sig_hash_class(a->hash);
	if (a->pss)
		return pss_verify(&pk, class, hash, a->salt, signature);
	return br_rsa_pkcs1_vrfy_get_default()(
		       signature.p, signature.n, hash_oid(a->hash), hash_size(class), &pk, got) &&
		memcmp(got, hash, hash_size(class)) == 0;
}

static bool ec_verify(
	const struct sig_alg *a, const struct pubkey *key, const void *hash, struct span signature)
{
	uint8_t q[POINT];
	if (key->q.n > sizeof q)
		return false;
	memcpy(q, key->q.p, key->q.n);
	const br_ec_public_key pk = { key->curve, q, key->q.n };
	return br_ecdsa_vrfy_asn1_get_default()(
		curves(), hash, hash_size(sig_hash_class(a->hash)), &pk, signature.p, signature.n);
}

bool sig_verify_hash(
	const struct sig_alg *a, const struct pubkey *key, const void *hash, struct span signature)
{
	if (a->type != key->type || !sig_hash_class(a->hash) || signature.n == 0)
		return false;
	if (key->type == KEY_EC)
		return ec_verify(a, key, hash, signature);
	if (key->pss &&
		(!a->pss || (key->pss_hash && a->hash != key->pss_hash) || a->salt < key->pss_salt))
		return false;
	return rsa_verify(a, key, hash, signature);
}

bool sig_verify(
	const struct sig_alg *a, const struct pubkey *key, struct span data, struct span signature)
{
	uint8_t hash[64];
	return sig_hash(a->hash, data, hash) && sig_verify_hash(a, key, hash, signature);
}
