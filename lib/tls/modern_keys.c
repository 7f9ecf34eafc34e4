/* SPDX-License-Identifier: MIT */
#include "tls/modern_keys.h"
#include "base/buf.h"
#include "base/wipe.h"
#include <assert.h>
#include <string.h>

void transcript_init(struct transcript *t)
{
	br_sha256_init(&t->sha256);
	br_sha384_init(&t->sha384);
	t->use384 = t->alone = false;
}

void transcript_choose(struct transcript *t, bool sha384)
{
	t->use384 = sha384;
	t->alone = true;
}

void transcript_add(struct transcript *t, struct span bytes)
{
	if (!t->alone || !t->use384)
		br_sha256_update(&t->sha256, bytes.p, bytes.n);
	if (!t->alone || t->use384)
		br_sha384_update(&t->sha384, bytes.p, bytes.n);
}

size_t transcript_hash_as(const struct transcript *t, bool sha384, uint8_t hash[KEYS_HASH])
{
	if (sha384)
		br_sha384_out(&t->sha384, hash);
	else
		br_sha256_out(&t->sha256, hash);
	return sha384 ? br_sha384_SIZE : br_sha256_SIZE;
}

size_t transcript_hash(const struct transcript *t, uint8_t hash[KEYS_HASH])
{
	return transcript_hash_as(t, t->use384, hash);
}

void transcript_retry(struct transcript *t)
{
	uint8_t hash[KEYS_HASH];
	const bool use384 = t->use384;
	const size_t n = transcript_hash(t, hash);
	const uint8_t header[4] = { 254, 0, 0, (uint8_t)n };
	transcript_init(t);
	transcript_choose(t, use384);
	transcript_add(t, span_of(header, sizeof header));
	transcript_add(t, span_of(hash, n));
}

static void hmac(const br_hmac_key_context *key, struct span data, uint8_t *out)
{
	br_hmac_context h;
	br_hmac_init(&h, key, 0);
	br_hmac_update(&h, data.p, data.n);
	br_hmac_out(&h, out);
	wipe(&h, sizeof h);
}

static const uint8_t zeros[KEYS_HASH];

/* HKDF-Extract is HMAC with the salt as key (RFC 5869 2.2). */
static void extract(struct schedule *s, struct span salt, struct span input)
{
	const struct span none = { zeros, s->n };
	br_hmac_key_init(&s->key, s->hash, salt.p, salt.n);
	hmac(&s->key, input.n ? input : none, s->secret);
	br_hmac_key_init(&s->key, s->hash, s->secret, s->n);
}

void schedule_start(struct schedule *s, bool sha384, struct span psk)
{
	s->hash = sha384 ? &br_sha384_vtable : &br_sha256_vtable;
	s->n = sha384 ? br_sha384_SIZE : br_sha256_SIZE;
	extract(s, span_of(zeros, s->n), psk);
}

void schedule_next(struct schedule *s, struct span input)
{
	uint8_t derived[KEYS_HASH];
	schedule_derive(s, "derived", NULL, derived);
	extract(s, span_of(derived, s->n), input);
	wipe(derived, sizeof derived);
}

/* HKDF-Expand-Label, at most one block of it. */
static void expand(const struct schedule *s, const br_hmac_key_context *key, const char *label,
	struct span context, void *out, size_t n)
{
	uint8_t info[2 + 1 + 18 + 1 + 255 + 1], block[KEYS_HASH];
	struct buf b = buf_on(info, sizeof info);
	assert(n <= s->n);
	buf_u16be(&b, (uint16_t)n);
	const size_t name = buf_open(&b, 1);
	buf_str(&b, "tls13 ");
	buf_str(&b, label);
	buf_close_be(&b, name, 1);
	buf_u8(&b, (uint8_t)context.n);
	buf_bytes(&b, context);
	buf_u8(&b, 1); /* the first and only block of HKDF-Expand */
	assert(buf_ok(&b));
	hmac(key, buf_span(&b), block);
	memcpy(out, block, n);
	wipe(block, sizeof block);
}

void keys_expand(const struct schedule *s, const uint8_t *secret, const char *label,
	struct span context, void *out, size_t n)
{
	br_hmac_key_context key;
	br_hmac_key_init(&key, s->hash, secret, s->n);
	expand(s, &key, label, context, out, n);
	wipe(&key, sizeof key);
}

void schedule_derive(const struct schedule *s, const char *label, const uint8_t *hash, uint8_t *out)
{
	uint8_t empty[64];
	br_hash_compat_context h;
	if (!hash) {
		s->hash->init(&h.vtable);
		s->hash->out(&h.vtable, empty);
	}
	expand(s, &s->key, label, span_of(hash ? hash : empty, s->n), out, s->n);
}

void keys_finished(
	const struct schedule *s, const uint8_t *secret, const uint8_t *hash, uint8_t *out)
{
	uint8_t key[KEYS_HASH];
	br_hmac_key_context k;
	keys_expand(s, secret, "finished", span_of(NULL, 0), key, s->n);
	br_hmac_key_init(&k, s->hash, key, s->n);
	hmac(&k, span_of(hash, s->n), out);
	wipe(&k, sizeof k);
	wipe(key, sizeof key);
}

void keys_protect(const struct schedule *s, const uint8_t *secret,
	const struct protect_suite *suite, struct protect *p)
{
	uint8_t key[32], iv[12];
	br_hmac_key_context k;
	br_hmac_key_init(&k, s->hash, secret, s->n);
	expand(s, &k, "key", span_of(NULL, 0), key, suite->key);
	expand(s, &k, "iv", span_of(NULL, 0), iv, sizeof iv);
	protect_set(p, suite, key, iv);
	wipe(&k, sizeof k);
	wipe(key, sizeof key);
	wipe(iv, sizeof iv);
}

void keys_update(const struct schedule *s, uint8_t *secret)
{
	keys_expand(s, secret, "traffic upd", span_of(NULL, 0), secret, s->n);
}

static void prf(const struct protect_suite *suite, struct span secret, const char *label,
	struct span seed, void *out, size_t n)
{
	const br_tls_prf_seed_chunk chunk = { seed.p, seed.n };
	(suite->sha384 ? br_tls12_sha384_prf : br_tls12_sha256_prf)(
		out, n, secret.p, secret.n, label, 1, &chunk);
}

void keys12_master(const struct protect_suite *suite, struct span premaster, bool extended,
	struct span seed, uint8_t master[KEYS_MASTER])
{
	prf(suite, premaster, extended ? "extended master secret" : "master secret", seed, master,
		KEYS_MASTER);
}

void keys12_protect(const struct protect_suite *suite, const uint8_t master[KEYS_MASTER],
	struct span randoms, bool client, struct protect *p)
{
	uint8_t block[2 * (32 + 12)];
	const size_t key = suite->key, iv = suite->kind == PROTECT_CHACHA ? 12 : 4;
	prf(suite, span_of(master, KEYS_MASTER), "key expansion", randoms, block, 2 * (key + iv));
	protect_set(p, suite, block + (client ? 0 : key), block + 2 * key + (client ? 0 : iv));
	wipe(block, sizeof block);
}

void keys12_finished(const struct protect_suite *suite, const uint8_t master[KEYS_MASTER],
	struct span hash, bool client, uint8_t out[KEYS_VERIFY])
{
	prf(suite, span_of(master, KEYS_MASTER), client ? "client finished" : "server finished",
		hash, out, KEYS_VERIFY);
}
