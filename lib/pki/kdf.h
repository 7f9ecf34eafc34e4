/* SPDX-License-Identifier: MIT */
/* From a password to a key: PBKDF2 (RFC 8018 5.2), scrypt (RFC 7914), the way of PKCS#12 (RFC 7292 B.2),
 * and the one that OpenSSL's encrypted PEM has. Callers bound the work; these do as told. */
#ifndef DCMSEC_PKI_KDF_H
#define DCMSEC_PKI_KDF_H

#include "base/span.h"

#include <bearssl.h>

void kdf_pbkdf2(const br_hash_class *hash, struct span password, struct span salt,
	uint64_t iterations, struct mspan out);

/* work has at least kdf_scrypt_work octets and is left dirty: the caller wipes it. n is a power of 2. */
size_t kdf_scrypt_work(uint64_t n, uint64_t r); /* SIZE_MAX: too large to tell */
void kdf_scrypt(struct span password, struct span salt, uint64_t n, uint64_t r, uint64_t p,
	struct mspan work, struct mspan out);

/* purpose: 1 key, 2 IV, 3 MAC key. password is a BMPString with its two zero octets; both it and salt
 * have at most 512 octets. */
void kdf_pkcs12(const br_hash_class *hash, uint8_t purpose, struct span password, struct span salt,
	uint64_t iterations, struct mspan out);

/* MD5, salt of 8 octets, one round (what `openssl rsa -aes128` and others write). */
void kdf_openssl(struct span password, struct span salt, struct mspan out);

#endif
