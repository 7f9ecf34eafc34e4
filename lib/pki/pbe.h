/* SPDX-License-Identifier: MIT */
/* Password-based encryption: PBES2 (RFC 8018 6.2) with PBKDF2 or scrypt and AES or 3DES in CBC mode, the
 * 3DES scheme of PKCS#12 (RFC 7292 C), and OpenSSL's encrypted PEM. */
#ifndef DCMSEC_PKI_PBE_H
#define DCMSEC_PKI_PBE_H

#include "base/buf.h"
#include "base/err.h"

#include <bearssl.h>

/* What a file may cost: a hostile one asks for years. */
enum {
	PBE_ITERATIONS = 1000000,    /* of one file, all its parts together */
	PBE_SCRYPT_COST = 1 << 19,   /* N * r * p; OpenSSL writes 2^17 */
	PBE_SCRYPT_BLOCKS = 1 << 12, /* r * p: each costs without N too */
	PBE_PASSWORD = 255           /* octets */
};

struct pbe {
	struct span password;
	struct mspan work;   /* for scrypt; may be empty */
	uint64_t iterations; /* left */
};

void pbe_init(struct pbe *p, struct span password, struct mspan work);

/* Decrypts to the end of out and takes the padding off. A wrong password shows in the padding, or only
 * in what is then read: false with code KEY_WRONG_PASSWORD in the first case. */
bool pbe_decrypt(
	struct pbe *p, struct span algorithm, struct span cipher, struct buf *out, struct err *e);

/* The same for a PEM object with DEK-Info. */
bool pbe_decrypt_pem(struct pbe *p, struct span cipher_name, struct span iv_hex, struct span cipher,
	struct buf *out, struct err *e);

/* Counts against the file's iterations. */
bool pbe_afford(struct pbe *p, uint64_t iterations, struct err *e);

/* The password as PKCS#12 wants it: BMPString with two zero octets (RFC 7292 B.1). out has room for
 * 2 * PBE_PASSWORD + 2. */
struct span pbe_bmp(struct span password, struct buf *out);

/* Writes EncryptedPrivateKeyInfo or any EncryptedContent's algorithm and octets: PBES2 with PBKDF2, HMAC
 * with SHA-256, AES-256. random is 32 octets of fresh randomness: salt, then IV. */
void pbe_encrypt(struct span password, uint64_t iterations, const uint8_t random[32],
	struct span plain, struct buf *algorithm, struct buf *cipher);

#endif
