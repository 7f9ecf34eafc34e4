/* SPDX-License-Identifier: MIT */
/* Signatures that verified before: a peer that comes again is judged anew in everything, but for the
 * arithmetic. What is remembered is a SHA-256 over all that a verification depends on, of those that
 * succeeded only. So an entry never becomes wrong, whatever changes on disk, and tells no secret. */
#ifndef DCMSEC_PKI_MEMO_H
#define DCMSEC_PKI_MEMO_H

#include "pki/sig.h"

enum { SIG_MEMO = 64 };

/* A zeroed one is empty. The oldest gives way. */
struct sig_memo {
	unsigned next;
	uint8_t known[SIG_MEMO][32];
};

/* As sig_verify_hash. memo NULL: nothing is remembered. */
bool memo_verify(struct sig_memo *memo, const struct sig_alg *a, const struct pubkey *key,
	const void *hash, struct span signature);

#endif
