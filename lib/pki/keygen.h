/* SPDX-License-Identifier: MIT */
/* Making keys, writing them, and signing what a CA or a requester signs. */
#ifndef DCMSEC_PKI_KEYGEN_H
#define DCMSEC_PKI_KEYGEN_H

#include "pki/key.h"

/* Makes an EC key on P-256, or an RSA key of that many bits (2048 to 4096) when rsa_bits is not 0. The
 * generator gives as much as is asked for; whether it failed is the caller's to ask. */
bool keygen(struct key *k, unsigned rsa_bits, const br_prng_class **random, struct err *e);

/* Writes a key that keygen made, or an EC key, as PKCS#8 (RFC 5958 2). False: an RSA key of another
 * origin, whose private exponent cannot be told. The caller wipes what was written. */
bool key_write(const struct key *k, struct buf *out);

/* Appends the AlgorithmIdentifier of the signatures that this key makes: PKCS#1 with SHA-256, ECDSA with
 * the hash of the curve's size. */
void key_sign_alg(const struct key *k, struct buf *out);

/* Appends the signature of data under that algorithm. False: the key is damaged. */
bool key_sign(const struct key *k, struct span data, struct buf *out);

#endif
