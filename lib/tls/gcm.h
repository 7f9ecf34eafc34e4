/* SPDX-License-Identifier: MIT */
/* AES-GCM (NIST SP 800-38D) with nonces of 96 bits and tags of 128, for whole messages: in one pass over
 * the data where the processor has instructions for AES and carry-less multiplication, else with
 * BearSSL's functions. Constant time either way. */
#ifndef DCMSEC_TLS_GCM_H
#define DCMSEC_TLS_GCM_H

#include "base/span.h"
#include <bearssl.h>

enum { GCM_BLOCK = 16, GCM_POWERS = 16 };

struct gcm {
	const struct gcm_way *way;
	br_aes_gen_ctr_keys aes;
	/* Of the hash key H, as the way wants them: H^16 down to H, and the sums of their halves. */
	_Alignas(16) uint8_t powers[GCM_POWERS][GCM_BLOCK], folds[GCM_POWERS][GCM_BLOCK];
};

/* One of the ways to do it. */
struct gcm_way {
	const struct gcm_way *lesser; /* can do with less, and is slower; NULL: there is none */
	const br_block_ctr_class *(*aes)(void);
	void (*prepare)(
		struct gcm *g); /* the last power is H: makes the others of it. May be NULL */
	/* GHASH (6.4) goes on with data, the end of which is padded with zeros to a whole block. */
	void (*hash)(const struct gcm *g, uint8_t y[GCM_BLOCK], const uint8_t *data, size_t n);
	/* Seals or opens as much of from as it likes, in whole blocks, and goes on with y over the
	 * ciphertext; returns the bytes done. May be NULL. */
	size_t (*run)(const struct gcm *g, uint8_t y[GCM_BLOCK], const uint8_t nonce[12],
		struct span from, uint8_t *to, bool seal);
};

/* The best for this processor. Asking takes some us on a virtual machine. */
const struct gcm_way *gcm_way(void);

/* key has 16, 24 or 32 bytes. The caller wipes *g in the end. */
void gcm_set(struct gcm *g, const struct gcm_way *way, const void *key, size_t n);

/* Seals or opens from into to, which is from itself or begins before it; gives the tag that belongs to
 * it. What was opened is worth nothing before the tag is compared. */
void gcm_run(const struct gcm *g, const uint8_t nonce[12], struct span aad, struct span from,
	uint8_t *to, uint8_t tag[GCM_BLOCK], bool seal);

#endif
