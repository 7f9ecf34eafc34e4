/* SPDX-License-Identifier: MIT */
#include "pki/memo.h"

#include <string.h>

/* With its length before it, so that no octet can move from one part to the next. */
static void add(br_sha256_context *ctx, const void *p, size_t n)
{
	const uint8_t length[4] = { (uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8),
		(uint8_t)n };
	br_sha256_update(ctx, length, sizeof length);
	br_sha256_update(ctx, p, n);
}

/* Over every field that sig_verify_hash reads. */
static void digest(const struct sig_alg *a, const struct pubkey *key, const void *hash,
	struct span signature, uint8_t out[32])
{
	const uint32_t numbers[] = { (uint32_t)a->type, a->pss, (uint32_t)a->hash,
		(uint32_t)a->salt, (uint32_t)key->type, key->pss, (uint32_t)key->pss_hash,
		(uint32_t)key->pss_salt, (uint32_t)key->curve };
	br_sha256_context ctx;
	br_sha256_init(&ctx);
	add(&ctx, numbers, sizeof numbers);
	add(&ctx, key->n.p, key->n.n);
	add(&ctx, key->e.p, key->e.n);
	add(&ctx, key->q.p, key->q.n);
	add(&ctx, hash, sig_hash_size(a->hash));
	add(&ctx, signature.p, signature.n);
	br_sha256_out(&ctx, out);
}

bool memo_verify(struct sig_memo *memo, const struct sig_alg *a, const struct pubkey *key,
	const void *hash, struct span signature)
{
	uint8_t id[32];
	if (!memo)
		return sig_verify_hash(a, key, hash, signature);
	digest(a, key, hash, signature, id);
	const unsigned n = memo->next < SIG_MEMO ? memo->next : SIG_MEMO;
	for (unsigned i = 0; i < n; i++)
		if (memcmp(memo->known[i], id, sizeof id) == 0)
			return true;
	if (!sig_verify_hash(a, key, hash, signature))
		return false;
	/* Counts on by SIG_MEMO at most before it starts over, so that n stays true. */
	memcpy(memo->known[memo->next % SIG_MEMO], id, sizeof id);
	memo->next = memo->next + 1 < 2 * SIG_MEMO ? memo->next + 1 : SIG_MEMO;
	return true;
}
