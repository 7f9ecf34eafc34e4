/* SPDX-License-Identifier: MIT */
/* The signatures of TLS 1.3 handshakes (RFC 8446 4.2.3 and 4.4.3): ECDSA, and RSA-PSS with a salt as
 * long as the hash. */
#ifndef DCMSEC_TLS_MODERN_SIGN_H
#define DCMSEC_TLS_MODERN_SIGN_H

#include "base/span.h"
#include <bearssl.h>

enum { SIGN_MAX = 512 }; /* bytes of the longest signature: RSA with 4096 bits */

struct sign_scheme {
	uint16_t code;
	const char *name; /* the RFC's */
	int curve;        /* IANA number; 0: RSA */
	int hash;         /* BearSSL's number */
};
const struct sign_scheme *sign_scheme(uint16_t code); /* NULL for one that is not ours */

/* Writes the list for signature_algorithms: all of them, and RSA PKCS#1 for certificates. */
struct buf;
void sign_offer(struct buf *out);

/* The first scheme in the peer's list (16-bit codes) that a key of ours can do; NULL for none. */
const struct sign_scheme *sign_choose(
	struct span list, const br_rsa_private_key *rsa, const br_ec_private_key *ec);

/* What CertificateVerify signs: a context of its own for each side, and the transcript's hash.
 * signature has SIGN_MAX bytes; the result is its length, 0 when it could not be made. */
size_t sign_make(const struct sign_scheme *s, bool server, struct span transcript,
	const br_rsa_private_key *rsa, const br_ec_private_key *ec, const br_prng_class **random,
	uint8_t *signature);
/* False for a key that cannot make signatures of this scheme. */
bool sign_fits(const struct sign_scheme *s, const br_x509_pkey *key);
bool sign_check(const struct sign_scheme *s, bool server, struct span transcript,
	const br_x509_pkey *key, struct span signature);

#endif
