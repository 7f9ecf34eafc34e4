/* SPDX-License-Identifier: MIT */
#include "pki/keyuse.h"

#include "base/wipe.h"
#include "pki/curves.h"
#include "pki/rsa.h"

#include <stddef.h>
#include <string.h>

/* A request is one of these, then for RSA the block, for EC the hash's number and the hash. An answer
 * to RSA is BearSSL's verdict and the block, to EC the signature. */
enum { ASK_RSA = 'R', ASK_EC = 'E' };

void key_far_of(struct key_far *f, const struct key *k)
{
	*f = (struct key_far){ .type = k->type };
	if (k->type == KEY_RSA)
		f->rsa.n_bitlen = k->rsa.n_bitlen;
	else
		f->ec.curve = k->ec.curve;
}

static size_t rsa_bytes(const br_rsa_private_key *k)
{
	return (k->n_bitlen + 7) / 8;
}

static uint32_t far_rsa(unsigned char *x, const br_rsa_private_key *key)
{
	const struct key_far *f = (const struct key_far *)(const void *)((const char *)key -
		offsetof(struct key_far, rsa));
	const size_t n = rsa_bytes(key);
	uint8_t request[KEY_REQUEST] = { ASK_RSA }, answer[KEY_ANSWER] = { 0 };
	if (n > KEY_ANSWER - 1)
		return 0;
	memcpy(request + 1, x, n);
	uint32_t good =
		f->ask(f->arg, span_of(request, 1 + n), (struct mspan){ answer, 1 + n }) == 1 + n;
	memcpy(x, answer + 1, n);
	good &= answer[0]; /* what that says may depend on the key: no branch */
	wipe(answer, sizeof answer);
	return good;
}

/* EMSA-PKCS1-v1_5 (RFC 8017 9.2). oid as BearSSL has it: its length, then its octets; NULL for the
 * bare MD5 and SHA-1 of TLS 1.0 and 1.1 (RFC 4346 7.4.3). */
static bool pkcs1_encode(
	const unsigned char *oid, const unsigned char *hash, size_t hash_n, uint8_t *x, size_t n)
{
	const size_t oid_n = oid ? oid[0] : 0;
	const size_t info = oid ? oid_n + 10 + hash_n : hash_n;
	if (hash_n > 64 || oid_n > 32 || n < info + 11)
		return false;
	memset(x, 0xff, n);
	x[0] = 0;
	x[1] = 1;
	uint8_t *p = x + n - info;
	p[-1] = 0;
	if (oid) {
		const uint8_t head[] = { 0x30, (uint8_t)(info - 2), 0x30, (uint8_t)(oid_n + 4),
			0x06, (uint8_t)oid_n };
		const uint8_t middle[] = { 0x05, 0x00, 0x04, (uint8_t)hash_n };
		memcpy(p, head, sizeof head);
		memcpy(p + sizeof head, oid + 1, oid_n);
		memcpy(p + sizeof head + oid_n, middle, sizeof middle);
	}
	memcpy(x + n - hash_n, hash, hash_n);
	return true;
}

static uint32_t near_rsa_sign(const unsigned char *oid, const unsigned char *hash, size_t hash_n,
	const br_rsa_private_key *key, unsigned char *x)
{
	return pkcs1_encode(oid, hash, hash_n, x, rsa_bytes(key)) ? rsa_private(x, key) : 0;
}

struct key_uses key_uses_here(void)
{
	return (struct key_uses){ .rsa_private = rsa_private,
		.rsa_sign = near_rsa_sign,
		.ec_sign = br_ecdsa_sign_asn1_get_default() };
}

static uint32_t far_rsa_sign(const unsigned char *oid, const unsigned char *hash, size_t hash_n,
	const br_rsa_private_key *key, unsigned char *x)
{
	return pkcs1_encode(oid, hash, hash_n, x, rsa_bytes(key)) ? far_rsa(x, key) : 0;
}

static size_t far_ec_sign(const br_ec_impl *impl, const br_hash_class *class, const void *hash,
	const br_ec_private_key *key, void *signature)
{
	const struct key_far *f = (const struct key_far *)(const void *)((const char *)key -
		offsetof(struct key_far, ec));
	const size_t n = class->desc >> BR_HASHDESC_OUT_OFF & BR_HASHDESC_OUT_MASK;
	uint8_t request[2 + 64] = { ASK_EC,
		class->desc >> BR_HASHDESC_ID_OFF & BR_HASHDESC_ID_MASK };
	(void)impl;
	memcpy(request + 2, hash, n);
	return f->ask(f->arg, span_of(request, 2 + n), (struct mspan){ signature, 139 });
}

struct key_uses key_uses_far(void)
{
	return (struct key_uses){
		.rsa_private = far_rsa, .rsa_sign = far_rsa_sign, .ec_sign = far_ec_sign
	};
}

size_t key_answer(const struct key *k, struct span request, struct mspan answer)
{
	const struct key_uses use = key_uses_here();
	uint8_t asked = 0, number = 0, signature[139];
	if (!span_u8(&request, &asked))
		return 0;
	if (k->type == KEY_RSA) {
		if (asked != ASK_RSA || request.n != rsa_bytes(&k->rsa) || answer.n < 1 + request.n)
			return 0;
		memcpy(answer.p + 1, request.p, request.n);
		answer.p[0] = (uint8_t)use.rsa_private(answer.p + 1, &k->rsa);
		return 1 + request.n;
	}
	if (asked != ASK_EC || !span_u8(&request, &number))
		return 0;
	const br_hash_class *class = sig_hash_class(number);
	if (!class || request.n != (class->desc >> BR_HASHDESC_OUT_OFF & BR_HASHDESC_OUT_MASK))
		return 0;
	const size_t n = use.ec_sign(curves(), class, request.p, &k->ec, signature);
	if (n > answer.n)
		return 0;
	memcpy(answer.p, signature, n);
	return n;
}
