/* SPDX-License-Identifier: MIT */
#include "pki/kdf.h"

#include "base/buf.h"
#include "base/wipe.h"

#include <string.h>

enum { HASH = 64, BLOCK = 128 };

static size_t hash_size(const br_hash_class *h)
{
	return h->desc >> BR_HASHDESC_OUT_OFF & BR_HASHDESC_OUT_MASK;
}

static size_t block_size(const br_hash_class *h)
{
	return (size_t)1 << (h->desc >> BR_HASHDESC_LBLEN_OFF & BR_HASHDESC_LBLEN_MASK);
}

void kdf_pbkdf2(const br_hash_class *hash, struct span password, struct span salt,
	uint64_t iterations, struct mspan out)
{
	br_hmac_key_context key;
	br_hmac_context mac;
	const size_t h = hash_size(hash);
	br_hmac_key_init(&key, hash, password.p, password.n);
	for (uint32_t block = 1; out.n; block++) {
		uint8_t u[HASH], sum[HASH];
		const uint8_t number[4] = { (uint8_t)(block >> 24), (uint8_t)(block >> 16),
			(uint8_t)(block >> 8), (uint8_t)block };
		br_hmac_init(&mac, &key, 0);
		br_hmac_update(&mac, salt.p, salt.n);
		br_hmac_update(&mac, number, sizeof number);
		br_hmac_out(&mac, u);
		memcpy(sum, u, h);
		for (uint64_t i = 1; i < iterations; i++) {
			br_hmac_init(&mac, &key, 0);
			br_hmac_update(&mac, u, h);
			br_hmac_out(&mac, u);
			for (size_t k = 0; k < h; k++)
				sum[k] ^= u[k];
		}
		const size_t n = out.n < h ? out.n : h;
		memcpy(out.p, sum, n);
		out = (struct mspan){ out.p + n, out.n - n };
		wipe(u, sizeof u);
		wipe(sum, sizeof sum);
	}
	wipe(&key, sizeof key);
	wipe(&mac, sizeof mac);
}

/* ---- scrypt */

static uint32_t rotate(uint32_t v, unsigned n)
{
	return v << n | v >> (32 - n);
}

/* RFC 7914 3. */
static void salsa20_8(uint32_t b[16])
{
	static const uint8_t steps[32][4] = {
		{ 4, 0, 12, 7 },
		{ 8, 4, 0, 9 },
		{ 12, 8, 4, 13 },
		{ 0, 12, 8, 18 },
		{ 9, 5, 1, 7 },
		{ 13, 9, 5, 9 },
		{ 1, 13, 9, 13 },
		{ 5, 1, 13, 18 },
		{ 14, 10, 6, 7 },
		{ 2, 14, 10, 9 },
		{ 6, 2, 14, 13 },
		{ 10, 6, 2, 18 },
		{ 3, 15, 11, 7 },
		{ 7, 3, 15, 9 },
		{ 11, 7, 3, 13 },
		{ 15, 11, 7, 18 },
		{ 1, 0, 3, 7 },
		{ 2, 1, 0, 9 },
		{ 3, 2, 1, 13 },
		{ 0, 3, 2, 18 },
		{ 6, 5, 4, 7 },
		{ 7, 6, 5, 9 },
		{ 4, 7, 6, 13 },
		{ 5, 4, 7, 18 },
		{ 11, 10, 9, 7 },
		{ 8, 11, 10, 9 },
		{ 9, 8, 11, 13 },
		{ 10, 9, 8, 18 },
		{ 12, 15, 14, 7 },
		{ 13, 12, 15, 9 },
		{ 14, 13, 12, 13 },
		{ 15, 14, 13, 18 },
	};
	uint32_t x[16];
	memcpy(x, b, sizeof x);
	for (int round = 0; round < 8; round += 2)
		for (int i = 0; i < 32; i++)
			x[steps[i][0]] ^= rotate(x[steps[i][1]] + x[steps[i][2]], steps[i][3]);
	for (int i = 0; i < 16; i++)
		b[i] += x[i];
}

/* RFC 7914 4, from b to y: even blocks first. */
static void block_mix(const uint32_t *b, uint32_t *y, size_t r)
{
	uint32_t x[16];
	memcpy(x, b + (2 * r - 1) * 16, sizeof x);
	for (size_t i = 0; i < 2 * r; i++) {
		for (size_t k = 0; k < 16; k++)
			x[k] ^= b[i * 16 + k];
		salsa20_8(x);
		memcpy(y + (i / 2 + (i & 1) * r) * 16, x, sizeof x);
	}
}

/* RFC 7914 5: x has r * 32 words, v n times as many, y as many as x. */
static void ro_mix(uint32_t *x, uint32_t *v, uint32_t *y, uint64_t n, size_t r)
{
	const size_t words = r * 32;
	for (size_t i = 0; i < n; i++) {
		memcpy(v + i * words, x, words * sizeof *x);
		block_mix(x, y, r);
		memcpy(x, y, words * sizeof *x);
	}
	for (size_t i = 0; i < n; i++) {
		const size_t j = (size_t)(x[words - 16] & (n - 1));
		for (size_t k = 0; k < words; k++)
			x[k] ^= v[j * words + k];
		block_mix(x, y, r);
		memcpy(x, y, words * sizeof *x);
	}
}

size_t kdf_scrypt_work(uint64_t n, uint64_t r)
{
	if (n > UINT32_MAX || r > 1024 || n * r > UINT32_MAX)
		return SIZE_MAX;
	const uint64_t need = 128 * r * (n + 2) + 16;
	return need > SIZE_MAX / 2 ? SIZE_MAX : (size_t)need;
}

void kdf_scrypt(struct span password, struct span salt, uint64_t n, uint64_t r, uint64_t p,
	struct mspan work, struct mspan out)
{
	/* Words lie in work, on the first boundary of theirs: x, y, then v. p blocks are made one at a
	 * time, so each needs PBKDF2 up to its end; p is small. */
	uint32_t *x = (uint32_t *)(void *)(work.p + (16 - (uintptr_t)work.p % 16) % 16);
	const size_t words = (size_t)r * 32, octets = words * 4;
	br_hmac_key_context key;
	br_hmac_context mac;
	uint8_t block[32], sum[32];
	br_hmac_key_init(&key, &br_sha256_vtable, password.p, password.n);
	br_hmac_context last;
	br_hmac_init(&last, &key, 0);
	for (uint64_t i = 0; i < p; i++) {
		/* B[i] is octets [i * octets, ...) of PBKDF2 with one iteration: each 32 are a block. */
		for (size_t at = 0; at < octets; at += 32) {
			const uint32_t number = (uint32_t)((i * octets + at) / 32 + 1);
			struct buf b = buf_on(block, sizeof block);
			buf_u32be(&b, number);
			br_hmac_init(&mac, &key, 0);
			br_hmac_update(&mac, salt.p, salt.n);
			br_hmac_update(&mac, block, 4);
			br_hmac_out(&mac, sum);
			struct span s = span_of(sum, sizeof sum);
			for (size_t k = 0; k < 8; k++)
				span_u32le(&s, &x[at / 4 + k]);
		}
		ro_mix(x, x + 2 * words, x + words, n, (size_t)r);
		for (size_t k = 0; k < words; k++) {
			struct buf b = buf_on(block, sizeof block);
			buf_u32le(&b, x[k]);
			br_hmac_update(&last, block, 4);
		}
	}
	/* The final PBKDF2 has all of B as its salt, and out is at most one block of it. */
	const uint8_t one[4] = { 0, 0, 0, 1 };
	br_hmac_update(&last, one, sizeof one);
	br_hmac_out(&last, sum);
	memcpy(out.p, sum, out.n < sizeof sum ? out.n : sizeof sum);
	wipe(&key, sizeof key);
	wipe(sum, sizeof sum);
}

/* ---- PKCS#12 */

/* Repeats from over to until it is full. */
static void repeat(struct span from, uint8_t *to, size_t n)
{
	for (size_t i = 0; from.n && i < n; i++)
		to[i] = from.p[i % from.n];
}

/* to = to + add + 1, both numbers of v octets, modulo 2^(8 v). */
static void add_one_more(uint8_t *to, const uint8_t *add, size_t v)
{
	unsigned carry = 1;
	for (size_t i = v; i-- > 0;) {
		carry += (unsigned)to[i] + add[i];
		to[i] = (uint8_t)carry;
		carry >>= 8;
	}
}

void kdf_pkcs12(const br_hash_class *hash, uint8_t purpose, struct span password, struct span salt,
	uint64_t iterations, struct mspan out)
{
	enum { MOST = 512 + BLOCK };
	uint8_t d[BLOCK], in[2 * MOST], a[HASH], b[BLOCK];
	const size_t u = hash_size(hash), v = block_size(hash);
	const size_t s_len = (salt.n + v - 1) / v * v, p_len = (password.n + v - 1) / v * v;
	br_hash_compat_context ctx;
	memset(d, purpose, sizeof d);
	repeat(salt, in, s_len);
	repeat(password, in + s_len, p_len);
	while (out.n) {
		hash->init(&ctx.vtable);
		hash->update(&ctx.vtable, d, v);
		hash->update(&ctx.vtable, in, s_len + p_len);
		hash->out(&ctx.vtable, a);
		for (uint64_t i = 1; i < iterations; i++) {
			hash->init(&ctx.vtable);
			hash->update(&ctx.vtable, a, u);
			hash->out(&ctx.vtable, a);
		}
		const size_t n = out.n < u ? out.n : u;
		memcpy(out.p, a, n);
		out = (struct mspan){ out.p + n, out.n - n };
		repeat(span_of(a, u), b, v);
		for (size_t at = 0; at < s_len + p_len; at += v)
			add_one_more(in + at, b, v);
	}
	wipe(in, sizeof in);
	wipe(a, sizeof a);
	wipe(b, sizeof b);
	wipe(&ctx, sizeof ctx);
}

void kdf_openssl(struct span password, struct span salt, struct mspan out)
{
	uint8_t d[16];
	br_md5_context md5;
	for (bool first = true; out.n; first = false) {
		br_md5_init(&md5);
		if (!first)
			br_md5_update(&md5, d, sizeof d);
		br_md5_update(&md5, password.p, password.n);
		br_md5_update(&md5, salt.p, salt.n);
		br_md5_out(&md5, d);
		const size_t n = out.n < sizeof d ? out.n : sizeof d;
		memcpy(out.p, d, n);
		out = (struct mspan){ out.p + n, out.n - n };
	}
	wipe(d, sizeof d);
	wipe(&md5, sizeof md5);
}
