/* SPDX-License-Identifier: MIT */
/* A private key that is elsewhere signs as one that is here. PKCS#1 and RFC 6979 signatures have no
 * chance in them, so BearSSL's own are the expectation; the raw operation is checked with the public key. */
#include "pki/keyuse.h"
#include "test.h"
#include "tls_keys_table.h"

static struct key rsa, ec, ec384;

static size_t carry(void *arg, struct span request, struct mspan answer)
{
	return key_answer(arg, request, answer);
}

static size_t lose(void *arg, struct span request, struct mspan answer)
{
	(void)arg;
	(void)request;
	(void)answer;
	return 0;
}

static struct key_far far_from(struct key *k)
{
	struct key_far f;
	key_far_of(&f, k);
	f.ask = carry;
	f.arg = k;
	return f;
}

static void digest(uint8_t hash[64])
{
	for (size_t i = 0; i < 64; i++)
		hash[i] = (uint8_t)(7 * i + 1);
}

static void rsa_signatures(void)
{
	static const struct {
		const unsigned char *oid;
		size_t n;
	} hashes[] = { { NULL, 36 }, { BR_HASH_OID_SHA1, 20 }, { BR_HASH_OID_SHA224, 28 },
		{ BR_HASH_OID_SHA256, 32 }, { BR_HASH_OID_SHA384, 48 },
		{ BR_HASH_OID_SHA512, 64 } };
	const struct key_far f = far_from(&rsa);
	const struct key_uses here = key_uses_here(), far = key_uses_far();
	uint8_t hash[64], want[512], got[512];
	digest(hash);
	for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++) {
		CHECK_INT(here.rsa_sign(hashes[i].oid, hash, hashes[i].n, &rsa.rsa, want), 1);
		CHECK_INT(far.rsa_sign(hashes[i].oid, hash, hashes[i].n, &f.rsa, got), 1);
		CHECK_MEM(got, want, (rsa.bits + 7) / 8);
	}
}

static void rsa_raw(void)
{
	const struct key_far f = far_from(&rsa);
	const size_t n = (rsa.bits + 7) / 8;
	uint8_t x[512], y[512];
	for (size_t i = 0; i < n; i++)
		x[i] = y[i] = (uint8_t)i;
	CHECK_INT(key_uses_far().rsa_private(x, &f.rsa), 1);
	CHECK(memcmp(x, y, n) != 0);
	br_rsa_public_key public = { (unsigned char *)(uintptr_t)rsa.n.p, rsa.n.n,
		(unsigned char *)(uintptr_t)rsa.e.p, rsa.e.n };
	CHECK_INT(br_rsa_public_get_default()(x, n, &public), 1);
	CHECK_MEM(x, y, n);
}

static void ec_signatures(void)
{
	struct key *const keys[] = { &ec, &ec384 };
	static const br_hash_class *const classes[] = { &br_sha1_vtable, &br_sha256_vtable,
		&br_sha384_vtable, &br_sha512_vtable };
	const struct key_uses here = key_uses_here(), far = key_uses_far();
	uint8_t hash[64], want[139], got[139];
	digest(hash);
	for (size_t k = 0; k < 2; k++) {
		const struct key_far f = far_from(keys[k]);
		for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
			const size_t n = here.ec_sign(
				br_ec_get_default(), classes[i], hash, &keys[k]->ec, want);
			CHECK(n > 0);
			CHECK_INT(
				far.ec_sign(br_ec_get_default(), classes[i], hash, &f.ec, got), n);
			CHECK_MEM(got, want, n);
		}
	}
}

static void nothing_secret(void)
{
	const struct key_far r = far_from(&rsa), e = far_from(&ec);
	CHECK(!r.rsa.p && !r.rsa.q && !r.rsa.dp && !r.rsa.dq && !r.rsa.iq);
	CHECK(!e.ec.x && e.ec.xlen == 0);
}

static void lost(void)
{
	struct key_far r = far_from(&rsa), e = far_from(&ec);
	uint8_t hash[64], out[512] = { 0 };
	r.ask = e.ask = lose;
	digest(hash);
	CHECK_INT(key_uses_far().rsa_sign(BR_HASH_OID_SHA256, hash, 32, &r.rsa, out), 0);
	CHECK_INT(key_uses_far().rsa_private(out, &r.rsa), 0);
	CHECK_INT(key_uses_far().ec_sign(NULL, &br_sha256_vtable, hash, &e.ec, out), 0);
}

static void too_small(void)
{
	struct key_far f = far_from(&rsa);
	uint8_t hash[64], out[512];
	f.rsa.n_bitlen = 512; /* RFC 8017 9.2: 64 octets have no room for SHA-512 and its head */
	digest(hash);
	CHECK_INT(key_uses_far().rsa_sign(BR_HASH_OID_SHA512, hash, 64, &f.rsa, out), 0);
}

static size_t asked(const struct key *k, const void *request, size_t n, size_t room)
{
	uint8_t answer[KEY_ANSWER];
	return key_answer(k, span_of(request, n), (struct mspan){ answer, room });
}

static void foreign_requests(void)
{
	uint8_t request[KEY_REQUEST + 1] = { 'R' };
	const size_t n = (rsa.bits + 7) / 8;
	CHECK_INT(asked(&rsa, request, 0, KEY_ANSWER), 0);
	CHECK_INT(asked(&rsa, request, n, KEY_ANSWER), 0); /* a byte too short */
	CHECK_INT(asked(&rsa, request, n + 2, KEY_ANSWER), 0);
	CHECK_INT(asked(&rsa, request, n + 1, n), 0);
	CHECK_INT(asked(&ec, request, n + 1, KEY_ANSWER), 0);
	request[0] = 'E';
	request[1] = br_sha256_ID;
	CHECK_INT(asked(&rsa, request, 34, KEY_ANSWER), 0);
	CHECK_INT(asked(&ec, request, 1, KEY_ANSWER), 0);
	CHECK_INT(asked(&ec, request, 33, KEY_ANSWER), 0);
	CHECK_INT(asked(&ec, request, 35, KEY_ANSWER), 0);
	CHECK_INT(asked(&ec, request, 34, 8), 0);
	CHECK(asked(&ec, request, 34, KEY_ANSWER) > 0);
	request[1] = 99;
	CHECK_INT(asked(&ec, request, 34, KEY_ANSWER), 0);
	request[0] = 'X';
	CHECK_INT(asked(&ec, request, 34, KEY_ANSWER), 0);
}

int main(void)
{
	struct err e = { 0 };
	if (!key_read(span_of(key_rsa, sizeof key_rsa), &rsa, &e) ||
		!key_read(span_of(key_ec, sizeof key_ec), &ec, &e) ||
		!key_read(span_of(key_ec384, sizeof key_ec384), &ec384, &e)) {
		printf("not ok - the fixed keys are read: %s\n", e.text);
		return 1;
	}
	test("RSA PKCS#1 signatures of a far key are those of a near one, with each hash",
		rsa_signatures);
	test("the raw RSA operation of a far key is undone by the public key", rsa_raw);
	test("ECDSA signatures of a far key are those of a near one, on two curves", ec_signatures);
	test("a far key holds nothing of the private half", nothing_secret);
	test("without an answer there is no signature", lost);
	test("a modulus too small for the hash signs nothing (RFC 8017 9.2)", too_small);
	test("requests that are none are not answered", foreign_requests);
	return test_end();
}
