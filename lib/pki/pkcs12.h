/* SPDX-License-Identifier: MIT */
/* PKCS#12 files (RFC 7292), password privacy and password integrity: what OpenSSL, Windows and Java
 * write. DER only. */
#ifndef DCMSEC_PKI_PKCS12_H
#define DCMSEC_PKI_PKCS12_H

#include "pki/pbe.h"

enum { PKCS12_CERTS = 16, PKCS12_BYTES = 256 << 10 };

struct pkcs12 {
	struct span key; /* the first key, a PrivateKeyInfo; empty: none */
	struct span certs[PKCS12_CERTS];
	size_t n;
};

/* Checks the MAC and decrypts everything to room, to which the result points; as many octets as the
 * file has are enough. room then holds the key: the caller wipes it. password is NULL when there is
 * none yet. False with *e (ERR_INPUT; code KEY_NEEDS_PASSWORD or KEY_WRONG_PASSWORD). */
bool pkcs12_read(struct span der, const struct span *password, struct buf *room, struct pkcs12 *p,
	struct err *e);

/* Writes a file with a key (whole PrivateKeyInfo) and certificates, leaf first: PBES2 with AES-256, MAC
 * with SHA-256. random is 72 octets of fresh randomness; scratch is wiped by this. */
bool pkcs12_write(struct span key, const struct span *certs, size_t n, struct span password,
	const uint8_t random[72], struct mspan scratch, struct buf *out, struct err *e);

#endif
