/* SPDX-License-Identifier: MIT */
/* The key schedule of TLS 1.3 (RFC 8446 7) on HMAC, and the hash over the handshake (4.4.1). */
#ifndef DCMSEC_TLS_MODERN_KEYS_H
#define DCMSEC_TLS_MODERN_KEYS_H

#include "base/span.h"
#include "tls/modern_record.h"

enum { KEYS_HASH = 48 }; /* bytes of the largest hash in use */

/* Runs SHA-256 and SHA-384 side by side until transcript_choose says which is wanted, and, as the signatures of
 * TLS 1.2 have hashes of their own, there on. */
struct transcript {
	br_sha256_context sha256;
	br_sha384_context sha384;
	bool use384;
	bool alone; /* the other one stands still */
};
void transcript_init(struct transcript *t);
void transcript_add(struct transcript *t, struct span bytes);
/* TLS 1.3: nothing but the hash of the suite is asked for from here on. */
void transcript_choose(struct transcript *t, bool sha384);
size_t transcript_hash(const struct transcript *t, uint8_t hash[KEYS_HASH]); /* its size */
/* With the hash that is named, as long as both run. */
size_t transcript_hash_as(const struct transcript *t, bool sha384, uint8_t hash[KEYS_HASH]);
/* Puts message_hash in the place of all so far (4.4.1, HelloRetryRequest). */
void transcript_retry(struct transcript *t);

/* The schedule's present secret: early, handshake or master, in this order. */
struct schedule {
	const br_hash_class *hash;
	size_t n; /* bytes of a hash */
	uint8_t secret[KEYS_HASH];
	br_hmac_key_context key; /* the same, as it is used more than once */
};
void schedule_start(struct schedule *s, bool sha384, struct span psk); /* empty psk: none */
void schedule_next(struct schedule *s, struct span input);             /* empty: the zeros of 7.1 */
/* Derive-Secret with a hash of the transcript; NULL: that of no message. */
void schedule_derive(
	const struct schedule *s, const char *label, const uint8_t *hash, uint8_t *out);

/* HKDF-Expand-Label; n is at most the size of the hash. */
void keys_expand(const struct schedule *s, const uint8_t *secret, const char *label,
	struct span context, void *out, size_t n);
/* verify_data of a Finished message (4.4.4). */
void keys_finished(
	const struct schedule *s, const uint8_t *secret, const uint8_t *hash, uint8_t *out);
/* Key and iv of one direction from its traffic secret (7.3). */
void keys_protect(const struct schedule *s, const uint8_t *secret,
	const struct protect_suite *suite, struct protect *p);
void keys_update(const struct schedule *s, uint8_t *secret); /* 7.2 */

/* TLS 1.2 (RFC 5246 5, 6.3 and 7.4.9). */
enum { KEYS_MASTER = 48, KEYS_VERIFY = 12 };
/* With extended the seed is the hash of the session (RFC 7627 4), else both randoms. */
void keys12_master(const struct protect_suite *suite, struct span premaster, bool extended,
	struct span seed, uint8_t master[KEYS_MASTER]);
/* The protection of what the client (or the server) sends. randoms: the server's, then the client's. */
void keys12_protect(const struct protect_suite *suite, const uint8_t master[KEYS_MASTER],
	struct span randoms, bool client, struct protect *p);
void keys12_finished(const struct protect_suite *suite, const uint8_t master[KEYS_MASTER],
	struct span hash, bool client, uint8_t out[KEYS_VERIFY]);

#endif
