/* SPDX-License-Identifier: MIT */
/* Private keys: PKCS#1 (RFC 8017 A.1.2), SEC1 (RFC 5915), PKCS#8 (RFC 5958), plain and encrypted,
 * PEM and DER, and the key inside a PKCS#12 file. */
#ifndef DCMSEC_PKI_KEY_H
#define DCMSEC_PKI_KEY_H

#include "base/buf.h"
#include "pki/sig.h"

/* Memory for the key derivation of an encrypted key; scrypt is what needs it. */
enum { KEY_WORK = (16 << 20) + 65536 };

/* err.code of an ERR_INPUT error that another password could cure. */
enum { KEY_NEEDS_PASSWORD = 1, KEY_WRONG_PASSWORD = 2 };

/* A private key with its storage. The BearSSL structures point into store, so a struct key is never
 * copied or moved; who declares it puts it where secrets may lie and calls key_wipe. */
struct key {
	enum key_type type;
	unsigned bits;
	union {
		br_rsa_private_key rsa;
		br_ec_private_key ec;
	};
	struct span n, e; /* RSA: the public half, in store */
	uint8_t store[2048];
};

/* Reads one plain key, DER, of any of the three forms. False with *e (ERR_INPUT). */
bool key_read(struct span der, struct key *k, struct err *e);

/* Finds the key in the bytes of a file (PEM or DER, certificates beside it are skipped) and reads
 * it, decrypting with password when it is encrypted. password is NULL when there is none yet: then an
 * encrypted key fails with code KEY_NEEDS_PASSWORD, and a wrong one with KEY_WRONG_PASSWORD. work is
 * scratch of KEY_WORK octets, or empty: then scrypt is refused. What it decrypts it wipes. */
bool key_load(struct span file, const struct span *password, struct mspan work, struct key *k,
	struct err *e);

/* As key_load, and appends the key to pkcs8 as a plain PrivateKeyInfo, which the caller wipes. */
bool key_load_pkcs8(struct span file, const struct span *password, struct mspan work, struct key *k,
	struct buf *pkcs8, struct err *e);

/* True when the private key belongs to the public one: RSA by signing and verifying, which also
 * catches damaged CRT parts; EC by computing the point (RFC 7468 has no such check of its own). */
bool key_matches(const struct key *k, const struct pubkey *pub);

/* Writes the whole SubjectPublicKeyInfo that belongs to the key. */
bool key_spki(const struct key *k, struct buf *out);

void key_wipe(struct key *k);

#endif
