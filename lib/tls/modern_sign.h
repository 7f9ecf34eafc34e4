/* SPDX-License-Identifier: MIT */
/* The signatures of TLS 1.3 and 1.2 handshakes (RFC 8446 4.2.3 and 4.4.3, RFC 5246 7.4.1.4.1): ECDSA,
 * RSA-PSS with a salt as long as the hash, and in TLS 1.2 RSA PKCS#1. */
#ifndef DCMSEC_TLS_MODERN_SIGN_H
#define DCMSEC_TLS_MODERN_SIGN_H

#include "base/span.h"
#include <bearssl.h>

enum { SIGN_MAX = 512 }; /* bytes of the longest signature: RSA with 4096 bits */

enum sign_kind { SIGN_ECDSA, SIGN_PSS, SIGN_PKCS1 };

struct sign_scheme {
	uint16_t code;
	const char *name; /* the RFC's */
	enum sign_kind kind;
	int curve; /* ECDSA: the one that TLS 1.3 means */
	int hash;  /* BearSSL's number */
};
const struct sign_scheme *sign_scheme(uint16_t code); /* NULL for one that is not ours */

/* Writes the list for signature_algorithms: all of them, PKCS#1 for certificates and TLS 1.2. With
 * small only those whose hash the transcript keeps: what a client of TLS 1.2 may sign with. */
struct buf;
void sign_offer(struct buf *out, bool small);

/* The first scheme in the peer's list (16-bit codes) that a key of ours can do in this version; NULL
 * for none. */
const struct sign_scheme *sign_choose(struct span list, uint16_t version, bool small,
	const br_rsa_private_key *rsa, const br_ec_private_key *ec);

/* The hash of what CertificateVerify of TLS 1.3 signs: a context for each side, and the transcript's. */
void sign_hash13(
	const struct sign_scheme *s, bool server, struct span transcript, uint8_t hash[64]);
/* The hash of the pieces, one behind the other. */
void sign_hash(const struct sign_scheme *s, const struct span *pieces, size_t n, uint8_t hash[64]);

/* With our key, and PSS's salt from the generator for secrets. signature has SIGN_MAX bytes; the result
 * is its length, 0 when it could not be made. */
struct tls_config;
size_t sign_make(const struct sign_scheme *s, const uint8_t *hash, const struct tls_config *c,
	uint8_t *signature);
/* False for a key that cannot make signatures of this scheme in this version. */
bool sign_fits(const struct sign_scheme *s, uint16_t version, const br_x509_pkey *key);
bool sign_check(const struct sign_scheme *s, const uint8_t *hash, const br_x509_pkey *key,
	struct span signature);

#endif
