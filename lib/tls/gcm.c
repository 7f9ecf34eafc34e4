/* SPDX-License-Identifier: MIT */
/* What all ways have in common, and the one that any processor can go. */
#include "tls/gcm.h"
#include <string.h>

/* ---- BearSSL's */

static const br_block_ctr_class *any_aes(void)
{
	const br_block_ctr_class *fast = br_aes_x86ni_ctr_get_vtable();
	return fast ? fast : &br_aes_ct64_ctr_vtable;
}

static void any_hash(const struct gcm *g, uint8_t y[GCM_BLOCK], const uint8_t *data, size_t n)
{
	br_ghash_ctmul64(y, g->powers[GCM_POWERS - 1], data, n);
}

const struct gcm_way gcm_any = { .aes = any_aes, .hash = any_hash };

#ifndef __x86_64__
const struct gcm_way *gcm_way(void)
{
	return &gcm_any;
}
#endif

/* ---- for all */

void gcm_set(struct gcm *g, const struct gcm_way *way, const void *key, size_t n)
{
	static const uint8_t zeros[12];
	uint8_t *h = g->powers[GCM_POWERS - 1];
	g->way = way;
	way->aes()->init(&g->aes.vtable, key, n);
	memset(h, 0, GCM_BLOCK);
	g->aes.vtable->run(&g->aes.vtable, zeros, 0, h, GCM_BLOCK);
	if (way->prepare)
		way->prepare(g);
}

static void put_bits(uint8_t to[8], size_t bytes)
{
	uint64_t bits = (uint64_t)bytes * 8;
	for (int i = 7; i >= 0; i--, bits >>= 8)
		to[i] = (uint8_t)bits;
}

void gcm_run(const struct gcm *g, const uint8_t nonce[12], struct span aad, struct span from,
	uint8_t *to, uint8_t tag[GCM_BLOCK], bool seal)
{
	const struct gcm_way *way = g->way;
	const br_block_ctr_class *const *aes = &g->aes.vtable;
	uint8_t lengths[GCM_BLOCK];
	put_bits(lengths, aad.n);
	put_bits(lengths + 8, from.n);
	memset(tag, 0, GCM_BLOCK);
	way->hash(g, tag, aad.p, aad.n);
	const size_t done = way->run ? way->run(g, tag, nonce, from, to, seal) : 0;
	const size_t rest = from.n - done;
	to += done;
	memmove(to, from.p + done, rest);
	if (!seal)
		way->hash(g, tag, to, rest);
	/* The first block of the counter is for the tag. */
	(*aes)->run(aes, nonce, (uint32_t)(2 + done / GCM_BLOCK), to, rest);
	if (seal)
		way->hash(g, tag, to, rest);
	way->hash(g, tag, lengths, sizeof lengths);
	(*aes)->run(aes, nonce, 1, tag, GCM_BLOCK);
}
