/* SPDX-License-Identifier: MIT */
/* Public keys and the signatures on certificates, CRLs and requests: RSA PKCS#1 v1.5 and PSS
 * (RFC 8017), ECDSA on P-256, P-384 and P-521 (RFC 5758). */
#ifndef DCMSEC_PKI_SIG_H
#define DCMSEC_PKI_SIG_H

#include "base/err.h"
#include "base/span.h"

#include <bearssl.h>

enum key_type { KEY_NONE, KEY_RSA, KEY_EC };

struct pubkey {
	enum key_type type;
	unsigned bits;    /* of the modulus, or of the curve */
	bool pss;         /* id-RSASSA-PSS: the key may make no other signatures (RFC 4055 1.2) */
	int pss_hash;     /* only with this hash; 0: any */
	size_t pss_salt;  /* and with at least this salt */
	int curve;        /* BearSSL's number */
	struct span n, e; /* RSA, without leading zeros */
	struct span q;    /* EC point, uncompressed */
};

/* Reads a whole SubjectPublicKeyInfo; the spans point into it. False with *e (ERR_TRUST,
 * unsupported_certificate or bad_certificate) when the key is malformed or not supported. */
bool pubkey_read(struct span spki, struct pubkey *k, struct err *e);

/* What an AlgorithmIdentifier of a signature says. hash is BearSSL's number (br_sha256_ID ...). */
struct sig_alg {
	enum key_type type;
	bool pss;
	int hash;
	size_t salt; /* PSS: salt length */
};

/* False with *e (unsupported_certificate) for one that is not supported; MD5 and older are not. */
bool sig_alg_read(struct span algorithm, struct sig_alg *a, struct err *e);

/* "SHA256withRSA", for people. */
const char *sig_alg_name(const struct sig_alg *a);

/* The class of a hash by BearSSL's number; NULL for a number that is none. */
const br_hash_class *sig_hash_class(int hash);
/* The octets of its digest, at most 64; 0 for a number that is none. */
size_t sig_hash_size(int hash);
/* Hashes data by BearSSL's number; false for a number that is none. */
bool sig_hash(int hash, struct span data, uint8_t digest[64]);

/* True when signature is key's signature of the octets of data under a. Tells only yes or no. */
bool sig_verify(
	const struct sig_alg *a, const struct pubkey *key, struct span data, struct span signature);

/* As sig_verify for data that was hashed already (hash_len as the hash of a says). Both TLS engines
 * use it for handshake signatures with RSA-PSS, which BearSSL 0.6 lacks. */
bool sig_verify_hash(
	const struct sig_alg *a, const struct pubkey *key, const void *hash, struct span signature);

/* EMSA-PSS verification (RFC 8017 9.1.2) with MGF1 of the same hash; salt_len must match. */
bool pss_verify(const br_rsa_public_key *key, const br_hash_class *hash_class, const void *hash,
	size_t salt_len, struct span signature);

#endif
