/* SPDX-License-Identifier: MIT */
/* The protection of TLS records with AEAD ciphers, for TLS 1.3 (RFC 8446 5.2) and TLS 1.2 (RFC 5288,
 * 6655, 7905): one direction of one epoch. Records are sealed and opened in place. */
#ifndef DCMSEC_TLS_MODERN_RECORD_H
#define DCMSEC_TLS_MODERN_RECORD_H

#include "base/span.h"
#include "tls/gcm.h"

enum record_type { RECORD_CCS = 20, RECORD_ALERT = 21, RECORD_HANDSHAKE = 22, RECORD_DATA = 23 };

enum {
	RECORD_HEADER = 5,
	RECORD_PLAIN = 16384,               /* content of one record at most (RFC 8446 5.1) */
	RECORD_SEALED = RECORD_PLAIN + 256, /* and its protected form (5.2) */
	RECORD_SPARE = RECORD_HEADER + 8 + 1 + 16, /* what protection adds, at most */
};

enum protect_kind { PROTECT_NONE, PROTECT_GCM, PROTECT_CHACHA, PROTECT_CCM };

/* What a suite needs: key bytes and tag bytes. False for a suite that is not one of ours. */
struct protect_suite {
	uint16_t code, version; /* IANA code; TLS_1_2 or TLS_1_3 */
	enum protect_kind kind;
	size_t key, tag;
	bool sha384; /* hash of the key schedule; else SHA-256 */
};
const struct protect_suite *protect_suite(uint16_t code); /* NULL when it is not one of ours */

/* Records that may be sealed under one key: AES-GCM 2^24.5 (RFC 8446 5.5), AES-CCM 2^23 (RFC 9147 4.5.3).
 * ChaCha20 has no such limit, and is held to the former. */
uint64_t protect_records(const struct protect_suite *s);

/* Zeros at first, or what protect_set or protect_clear left. */
struct protect {
	const struct protect_suite *suite; /* NULL: records pass as they are */
	const struct gcm_way *way; /* NULL: the processor is asked when it is needed, and once */
	uint64_t count;            /* records so far */
	uint8_t iv[12];
	union {
		struct gcm gcm;
		br_aes_gen_ctrcbc_keys ccm;
		uint8_t chacha[32];
	} key;
};

/* From now on with this key (suite->key bytes) and iv (12 bytes; TLS 1.2 with AES: 4), from count 0. */
void protect_set(
	struct protect *p, const struct protect_suite *suite, const void *key, const void *iv);
void protect_clear(struct protect *p); /* wipes; records pass as they are */

/* ChaCha20-Poly1305 (RFC 8439 2.8) by the fastest functions for this machine. */
void protect_chacha(const uint8_t key[32], const uint8_t nonce[12], struct mspan text,
	struct span aad, uint8_t tag[16], bool seal);

/* Bytes before and behind the content of a record, the header included. */
size_t protect_before(const struct protect *p);
size_t protect_after(const struct protect *p);

/* record starts a record whose n bytes of content lie protect_before bytes in. Writes header, type and
 * tag; returns the bytes of the whole record. The version in the header is TLS 1.2's (RFC 8446 5.1). */
size_t protect_seal(struct protect *p, enum record_type type, uint8_t *record, size_t n);

/* Opens one whole record, and puts its content to to, which lies before the record's own, or with NULL
 * leaves it where it is; *type is the inner type. False: it does not verify, or has no type inside; the
 * alert is then bad_record_mac (20), or unexpected_message (10) for a record of zeros only, or
 * record_overflow (22) for content that is too long. */
bool protect_open(struct protect *p, struct mspan record, uint8_t *to, uint8_t *type,
	struct mspan *content, int *alert);

/* Whether content gets elsewhere without a copy of its own. */
bool protect_moves(const struct protect *p);

#endif
