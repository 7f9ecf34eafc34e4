/* SPDX-License-Identifier: MIT */
/* SubjectPublicKeyInfo and the AlgorithmIdentifiers of signatures (RFC 3279, 4055, 5480, 5758). */
#include "pki/der.h"
#include "pki/oid.h"
#include "pki/sig.h"

enum { BAD_CERTIFICATE = 42, UNSUPPORTED = 43 };

static const struct span oid_mgf1 = OID(OID_PKCS1 "\x08");

static const struct {
	struct span oid;
	int id;
} hashes[] = {
	{ OID("\x2b\x0e\x03\x02\x1a"), br_sha1_ID },
	{ OID("\x60\x86\x48\x01\x65\x03\x04\x02\x04"), br_sha224_ID },
	{ OID("\x60\x86\x48\x01\x65\x03\x04\x02\x01"), br_sha256_ID },
	{ OID("\x60\x86\x48\x01\x65\x03\x04\x02\x02"), br_sha384_ID },
	{ OID("\x60\x86\x48\x01\x65\x03\x04\x02\x03"), br_sha512_ID },
};

#define ECDSA "\x2a\x86\x48\xce\x3d\x04"
static const struct {
	struct span oid;
	enum key_type type;
	int hash;
	const char *name;
} signatures[] = {
	{ OID(OID_PKCS1 "\x05"), KEY_RSA, br_sha1_ID, "RSA with SHA-1" },
	{ OID("\x2b\x0e\x03\x02\x1d"), KEY_RSA, br_sha1_ID, "RSA with SHA-1" },
	{ OID(OID_PKCS1 "\x0e"), KEY_RSA, br_sha224_ID, "RSA with SHA-224" },
	{ OID(OID_PKCS1 "\x0b"), KEY_RSA, br_sha256_ID, "RSA with SHA-256" },
	{ OID(OID_PKCS1 "\x0c"), KEY_RSA, br_sha384_ID, "RSA with SHA-384" },
	{ OID(OID_PKCS1 "\x0d"), KEY_RSA, br_sha512_ID, "RSA with SHA-512" },
	{ OID(ECDSA "\x01"), KEY_EC, br_sha1_ID, "ECDSA with SHA-1" },
	{ OID(ECDSA "\x03\x01"), KEY_EC, br_sha224_ID, "ECDSA with SHA-224" },
	{ OID(ECDSA "\x03\x02"), KEY_EC, br_sha256_ID, "ECDSA with SHA-256" },
	{ OID(ECDSA "\x03\x03"), KEY_EC, br_sha384_ID, "ECDSA with SHA-384" },
	{ OID(ECDSA "\x03\x04"), KEY_EC, br_sha512_ID, "ECDSA with SHA-512" },
};

/* Algorithms that are known and refused, so that the refusal can name them. */
static const struct {
	struct span oid;
	const char *name;
} refused[] = {
	{ OID(OID_PKCS1 "\x02"), "RSA with MD2, which is broken" },
	{ OID(OID_PKCS1 "\x03"), "RSA with MD4, which is broken" },
	{ OID(OID_PKCS1 "\x04"), "RSA with MD5, which is broken" },
	{ OID("\x2a\x86\x48\xce\x38\x04\x01"), "a DSA key" },
	{ OID("\x2a\x86\x48\xce\x38\x04\x03"), "DSA with SHA-1" },
	{ OID("\x60\x86\x48\x01\x65\x03\x04\x03\x02"), "DSA with SHA-256" },
	{ OID("\x2b\x65\x70"), "Ed25519" },
	{ OID("\x2b\x65\x71"), "Ed448" },
};

#define COUNT(a) (sizeof(a) / sizeof *(a))

static bool unsupported(struct err *e, const char *what, struct span oid)
{
	char text[80];
	for (size_t i = 0; i < COUNT(refused); i++)
		if (span_eq(oid, refused[i].oid))
			return err_set(e, ERR_TRUST, UNSUPPORTED,
				"%s is %s: use RSA or ECDSA with SHA-256 or more", what,
				refused[i].name);
	return err_set(e, ERR_TRUST, UNSUPPORTED,
		"%s (%s) is not supported: use RSA, or ECDSA on P-256, P-384 or P-521", what,
		der_oid_text(oid, text, sizeof text));
}

static bool null_or_absent(struct span parameters)
{
	struct span body;
	return parameters.n == 0 ||
		(der_take(&parameters, DER_NULL, &body) && body.n == 0 && parameters.n == 0);
}

/* AlgorithmIdentifier { oid, NULL or nothing } of a hash. */
static bool hash_algorithm(struct span *in, int *hash)
{
	struct span body, oid;
	if (!der_take(in, DER_SEQUENCE, &body) || !der_oid(&body, &oid) || !null_or_absent(body))
		return false;
	for (size_t i = 0; i < COUNT(hashes); i++)
		if (span_eq(oid, hashes[i].oid)) {
			*hash = hashes[i].id;
			return true;
		}
	return false;
}

/* RSASSA-PSS-params (RFC 4055 3.1): each field explicit and optional, the defaults are SHA-1, MGF1
 * with SHA-1, 20 and 1. */
static bool pss_parameters(struct span in, struct sig_alg *a)
{
	struct span body, field, mgf, oid;
	int mgf_hash = br_sha1_ID;
	uint64_t salt = 20, trailer = 1;
	bool there;
	a->hash = br_sha1_ID;
	if (!der_take(&in, DER_SEQUENCE, &body) || in.n)
		return false;
	if (!der_maybe(&body, DER_CONTEXT_CONS + 0, &field, &there) ||
		(there && (!hash_algorithm(&field, &a->hash) || field.n)))
		return false;
	if (!der_maybe(&body, DER_CONTEXT_CONS + 1, &field, &there))
		return false;
	if (there &&
		(!der_take(&field, DER_SEQUENCE, &mgf) || field.n || !der_oid(&mgf, &oid) ||
			!span_eq(oid, oid_mgf1) || !hash_algorithm(&mgf, &mgf_hash) || mgf.n))
		return false;
	if (!der_maybe(&body, DER_CONTEXT_CONS + 2, &field, &there) ||
		(there && (!der_uint(&field, &salt) || field.n)))
		return false;
	if (!der_maybe(&body, DER_CONTEXT_CONS + 3, &field, &there) ||
		(there && (!der_uint(&field, &trailer) || field.n)))
		return false;
	a->salt = salt > 1024 ? 1024 : (size_t)salt;
	return body.n == 0 && mgf_hash == a->hash && trailer == 1;
}

bool sig_alg_read(struct span algorithm, struct sig_alg *a, struct err *e)
{
	struct span body, oid;
	*a = (struct sig_alg){ 0 };
	if (!der_take(&algorithm, DER_SEQUENCE, &body) || !der_oid(&body, &oid))
		return err_set(e, ERR_TRUST, BAD_CERTIFICATE,
			"the signature algorithm is malformed (RFC 5280 4.1.1.2)");
	if (span_eq(oid, oid_pss)) {
		a->type = KEY_RSA;
		a->pss = true;
		return pss_parameters(body, a) ||
			err_set(e, ERR_TRUST, UNSUPPORTED,
				"its RSA-PSS parameters are malformed or use two hashes (RFC 4055 "
				"3.1)");
	}
	for (size_t i = 0; i < COUNT(signatures); i++)
		if (span_eq(oid, signatures[i].oid)) {
			a->type = signatures[i].type;
			a->hash = signatures[i].hash;
			return null_or_absent(body) ||
				err_set(e, ERR_TRUST, BAD_CERTIFICATE,
					"the signature algorithm has parameters where none belong "
					"(RFC 4055 5, RFC 5758 3.2)");
		}
	return unsupported(e, "its signature algorithm", oid);
}

const char *sig_alg_name(const struct sig_alg *a)
{
	static const char *const pss[] = { [br_sha1_ID] = "RSA-PSS with SHA-1",
		[br_sha224_ID] = "RSA-PSS with SHA-224",
		[br_sha256_ID] = "RSA-PSS with SHA-256",
		[br_sha384_ID] = "RSA-PSS with SHA-384",
		[br_sha512_ID] = "RSA-PSS with SHA-512" };
	if (a->pss)
		return pss[a->hash];
	for (size_t i = 0; i < COUNT(signatures); i++)
		if (signatures[i].type == a->type && signatures[i].hash == a->hash)
			return signatures[i].name;
	return "unknown";
}

static unsigned bit_length(struct span magnitude)
{
	unsigned bits = (unsigned)magnitude.n * 8;
	for (unsigned mask = 0x80; magnitude.n && mask && !(magnitude.p[0] & mask); mask >>= 1)
		bits--;
	return bits;
}

/* RSAPublicKey (RFC 8017 A.1.1). A large exponent only costs the verifier time. */
static bool rsa_key(struct span bits, struct pubkey *k, struct err *e)
{
	struct span body;
	if (!der_take(&bits, DER_SEQUENCE, &body) || bits.n || !der_unsigned(&body, &k->n) ||
		!der_unsigned(&body, &k->e) || body.n)
		return err_set(
			e, ERR_TRUST, BAD_CERTIFICATE, "its RSA key is malformed (RFC 8017 A.1.1)");
	k->bits = bit_length(k->n);
	if (k->bits < 512 || k->bits > 4096 || k->e.n > 4)
		return err_set(e, ERR_TRUST, UNSUPPORTED,
			"its RSA key has %u bits and an exponent of %u octets: 512 to 4096 bits "
			"and 4 "
			"octets are supported",
			k->bits, (unsigned)k->e.n);
	if (!(k->n.p[k->n.n - 1] & 1) || bit_length(k->e) < 2 || !(k->e.p[k->e.n - 1] & 1))
		return err_set(e, ERR_TRUST, BAD_CERTIFICATE,
			"its RSA modulus or exponent is even, or the exponent 1 (RFC 8017 3.1)");
	k->type = KEY_RSA;
	return true;
}

static bool ec_key(struct span parameters, struct span bits, struct pubkey *k, struct err *e)
{
	struct span oid;
	if (!der_oid(&parameters, &oid) || parameters.n)
		return err_set(e, ERR_TRUST, UNSUPPORTED,
			"its EC key names no curve (RFC 5480 2.1.1): use P-256, P-384 or P-521");
	const struct curve *curve = curve_by_oid(oid);
	if (!curve)
		return unsupported(e, "the curve of its key", oid);
	if (bits.n != curve->point || bits.p[0] != 4)
		return err_set(e, ERR_TRUST, UNSUPPORTED,
			"its EC point is not an uncompressed one of its curve (RFC 5480 2.2)");
	*k = (struct pubkey){ .type = KEY_EC, .bits = curve->bits, .curve = curve->id, .q = bits };
	return true;
}

bool pubkey_read(struct span spki, struct pubkey *k, struct err *e)
{
	struct span body, algorithm, oid, bits;
	*k = (struct pubkey){ 0 };
	if (!der_take(&spki, DER_SEQUENCE, &body) || spki.n ||
		!der_take(&body, DER_SEQUENCE, &algorithm) || !der_oid(&algorithm, &oid) ||
		!der_octet_bits(&body, &bits) || body.n)
		return err_set(e, ERR_TRUST, BAD_CERTIFICATE,
			"its public key is malformed (RFC 5280 4.1.2.7)");
	if (span_eq(oid, oid_ec))
		return ec_key(algorithm, bits, k, e);
	if (span_eq(oid, oid_rsa))
		return rsa_key(bits, k, e);
	if (!span_eq(oid, oid_pss))
		return unsupported(e, "its public key", oid);
	k->pss = true;
	if (algorithm.n) {
		struct sig_alg a;
		if (!pss_parameters(algorithm, &a))
			return err_set(e, ERR_TRUST, UNSUPPORTED,
				"the RSA-PSS parameters of its key are malformed or use two hashes "
				"(RFC 4055 3.1)");
		k->pss_hash = a.hash;
		k->pss_salt = a.salt;
	}
	return rsa_key(bits, k, e);
}
