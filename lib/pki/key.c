/* SPDX-License-Identifier: MIT */
/* Plain private keys. Each form is read by its own grammar; what is kept lies in the key's store. */
#include "pki/key.h"

#include "pki/rsa.h"

#include "base/wipe.h"
#include "pki/curves.h"
#include "pki/der.h"
#include "pki/derw.h"
#include "pki/oid.h"

#include <string.h>

enum {
	FACTOR = 260, /* octets of p and q at most: BearSSL's limit, with 4096 bits in all */
	RSA_SIGNATURE = 512
};

static bool bad(struct err *e, const char *why)
{
	return err_set(e, ERR_INPUT, 0, "the private key cannot be used: %s", why);
}

/* Copies to the store and tells where; BearSSL wants pointers it could write through. */
static uint8_t *keep(struct buf *store, struct span s)
{
	uint8_t *at = buf_room(store).p;
	buf_bytes(store, s);
	return at;
}

/* RSAPrivateKey (RFC 8017 A.1.2), two primes. */
static bool read_pkcs1(struct span body, struct key *k, struct err *e)
{
	enum { N, E, D, P, Q, DP, DQ, IQ, PARTS };
	struct span part[PARTS];
	uint64_t version;
	if (!der_uint(&body, &version) || version != 0)
		return bad(e, "it is not a two-prime RSA key (RFC 8017 A.1.2)");
	for (int i = 0; i < PARTS; i++)
		if (!der_unsigned(&body, &part[i]))
			return bad(e,
				"its RSA numbers are malformed or not all there (RFC 8017 A.1.2)");
	if (body.n)
		return bad(e, "something follows its RSA numbers (RFC 8017 A.1.2)");
	if (part[P].n == 0 || part[Q].n == 0 || part[DP].n == 0 || part[DQ].n == 0 ||
		part[IQ].n == 0)
		return bad(e, "it has no CRT parts: convert it with a tool that computes them");
	if (part[N].n < 64 || part[N].n > 512 || part[E].n == 0 || part[E].n > 4)
		return bad(e, "RSA keys of 512 to 4096 bits with a small exponent are supported");
	for (int i = P; i < PARTS; i++)
		if (part[i].n > FACTOR)
			return bad(e, "its RSA primes are of very different size");

	struct buf store = buf_on(k->store, sizeof k->store);
	k->n = span_of(keep(&store, part[N]), part[N].n);
	k->e = span_of(keep(&store, part[E]), part[E].n);
	k->bits = (unsigned)part[N].n * 8;
	for (unsigned mask = 0x80; !(k->n.p[0] & mask); mask >>= 1)
		k->bits--;
	k->rsa = (br_rsa_private_key){ .n_bitlen = k->bits,
		.p = keep(&store, part[P]),
		.plen = part[P].n,
		.q = keep(&store, part[Q]),
		.qlen = part[Q].n,
		.dp = keep(&store, part[DP]),
		.dplen = part[DP].n,
		.dq = keep(&store, part[DQ]),
		.dqlen = part[DQ].n,
		.iq = keep(&store, part[IQ]),
		.iqlen = part[IQ].n };
	if (!buf_ok(&store) || !(part[P].p[part[P].n - 1] & part[Q].p[part[Q].n - 1] & 1))
		return bad(e, "its RSA primes are even or too large");
	k->type = KEY_RSA;
	return true;
}

static const struct curve *curve_of(struct span parameters, struct err *e)
{
	struct span oid;
	if (!der_oid(&parameters, &oid) || parameters.n) {
		bad(e,
			"its curve is given by explicit parameters (RFC 5480 2.1.1): convert it to "
			"a "
			"named curve");
		return NULL;
	}
	const struct curve *curve = curve_by_oid(oid);
	if (!curve)
		bad(e, "its curve is none of P-256, P-384 and P-521");
	return curve;
}

/* ECPrivateKey (RFC 5915 3); outer are the parameters of PKCS#8, empty for a bare key. */
static bool read_sec1(struct span body, struct span outer, struct key *k, struct err *e)
{
	struct span scalar, inner, point;
	uint64_t version;
	bool parameters, there;
	if (!der_uint(&body, &version) || version != 1 || !der_take(&body, DER_OCTETS, &scalar) ||
		!der_maybe(&body, DER_CONTEXT_CONS + 0, &inner, &parameters) ||
		!der_maybe(&body, DER_CONTEXT_CONS + 1, &point, &there) || body.n)
		return bad(e, "it is not an EC private key (RFC 5915 3)");
	if (!outer.n && !parameters)
		return bad(e, "it names no curve (RFC 5915 3)");
	const struct curve *curve = curve_of(outer.n ? outer : inner, e);
	if (!curve)
		return false;
	if (outer.n && parameters && curve_of(inner, e) != curve)
		return bad(e, "it names two curves (RFC 5915 3)");

	while (scalar.n > curve->scalar && scalar.p[0] == 0)
		span_skip(&scalar, 1);
	if (scalar.n == 0 || scalar.n > curve->scalar)
		return bad(e, "its number does not fit its curve (RFC 5915 3)");
	memset(k->store, 0, curve->scalar);
	memcpy(k->store + curve->scalar - scalar.n, scalar.p, scalar.n);
	k->ec = (br_ec_private_key){ curve->id, k->store, curve->scalar };
	k->bits = curve->bits;
	k->type = KEY_EC;
	return true;
}

/* PrivateKeyInfo (RFC 5958 2) behind its version. */
static bool read_pkcs8(struct span body, struct key *k, struct err *e)
{
	struct span algorithm, oid, inner, outer;
	if (!der_take(&body, DER_SEQUENCE, &algorithm) || !der_oid(&algorithm, &oid) ||
		!der_take(&body, DER_OCTETS, &outer) || !der_take(&outer, DER_SEQUENCE, &inner) ||
		outer.n)
		return bad(e, "it is not a PKCS#8 key of RSA or EC (RFC 5958 2)");
	if (span_eq(oid, oid_rsa) || span_eq(oid, oid_pss))
		return read_pkcs1(inner, k, e);
	if (span_eq(oid, oid_ec))
		return read_sec1(inner, algorithm, k, e);
	return bad(e, "its kind is neither RSA nor EC");
}

bool key_read(struct span der, struct key *k, struct err *e)
{
	struct span body, again;
	uint64_t version;
	memset(k, 0, sizeof *k);
	bool ok = false;
	if (!der_take(&der, DER_SEQUENCE, &body) || der.n ||
		(again = body, !der_uint(&body, &version)))
		bad(e, "it is no key (RFC 5958 2, RFC 8017 A.1.2, RFC 5915 3)");
	else if (der_is(body, DER_SEQUENCE))
		ok = version <= 1 ? read_pkcs8(body, k, e)
				  : bad(e, "its PKCS#8 version is unknown (RFC 5958 2)");
	else if (der_is(body, DER_OCTETS))
		ok = read_sec1(again, (struct span){ 0 }, k, e);
	else
		ok = read_pkcs1(again, k, e);
	if (!ok)
		key_wipe(k);
	return ok;
}

void key_wipe(struct key *k)
{
	wipe(k, sizeof *k);
}

/* ---- the public half */

static bool rsa_matches(const struct key *k, const struct pubkey *pub)
{
	struct span e = pub->e;
	uint32_t exponent = 0;
	for (uint8_t byte; e.n <= 4 && span_u8(&e, &byte);)
		exponent = exponent << 8 | byte;
	if (e.n == 0 && rsa_takes(&k->rsa))
		return pub->bits == k->bits && rsa_fits(&k->rsa, pub->n, exponent);
	static const struct sig_alg alg = { .type = KEY_RSA, .hash = br_sha256_ID };
	uint8_t signature[RSA_SIGNATURE], hash[32];
	struct pubkey plain = *pub;
	plain.pss = false; /* the trial signature leaves this function nowhere */
	memset(hash, 0x5a, sizeof hash);
	const size_t n = (k->bits + 7) / 8;
	return pub->bits == k->bits &&
		br_rsa_pkcs1_sign_get_default()(
			BR_HASH_OID_SHA256, hash, sizeof hash, &k->rsa, signature) &&
		sig_verify_hash(&alg, &plain, hash, span_of(signature, n));
}

static bool ec_point(const struct key *k, uint8_t point[BR_EC_KBUF_PUB_MAX_SIZE], size_t *n)
{
	br_ec_public_key pk;
	*n = br_ec_compute_pub(curves(), &pk, point, &k->ec);
	return *n != 0;
}

bool key_matches(const struct key *k, const struct pubkey *pub)
{
	uint8_t point[BR_EC_KBUF_PUB_MAX_SIZE];
	size_t n;
	if (k->type == KEY_NONE || k->type != pub->type)
		return false;
	if (k->type == KEY_RSA)
		return rsa_matches(k, pub);
	return k->ec.curve == pub->curve && ec_point(k, point, &n) &&
		span_eq(span_of(point, n), pub->q);
}

bool key_spki(const struct key *k, struct buf *out)
{
	uint8_t point[BR_EC_KBUF_PUB_MAX_SIZE], inner[640];
	struct buf b = buf_on(inner, sizeof inner);
	size_t n = 0;
	if (k->type == KEY_NONE || (k->type == KEY_EC && !ec_point(k, point, &n)))
		return false;
	const size_t spki = derw_open(out), algorithm = derw_open(out);
	derw_oid(out, k->type == KEY_RSA ? oid_rsa : oid_ec);
	if (k->type == KEY_RSA) {
		derw_null(out);
		const size_t key = derw_open(&b);
		derw_unsigned(&b, k->n);
		derw_unsigned(&b, k->e);
		derw_close(&b, key, DER_SEQUENCE);
	} else {
		derw_oid(out, curve_by_id(k->ec.curve)->oid);
		buf_bytes(&b, span_of(point, n));
	}
	derw_close(out, algorithm, DER_SEQUENCE);
	derw_octet_bits(out, buf_span(&b));
	derw_close(out, spki, DER_SEQUENCE);
	return buf_ok(&b) && buf_ok(out);
}
