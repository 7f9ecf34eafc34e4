/* SPDX-License-Identifier: MIT */
#include "tls/ticket.h"
#include "base/wipe.h"
#include "tls/modern_record.h"
#include <assert.h>
#include <string.h>

/* A clock that leaps further than this many lifetimes need not be followed by all processes alike. */
enum { STEPS = 4096 };

static void derive(const struct tls_tickets *t, const char *label, void *out, size_t n)
{
	br_hmac_key_context key;
	br_hmac_context h;
	uint8_t block[32];
	br_hmac_key_init(&key, &br_sha256_vtable, t->ratchet, sizeof t->ratchet);
	br_hmac_init(&h, &key, 0);
	br_hmac_update(&h, label, strlen(label));
	br_hmac_update(&h, t->binding, sizeof t->binding);
	br_hmac_out(&h, block);
	memcpy(out, block, n);
	wipe(&key, sizeof key);
	wipe(&h, sizeof h);
	wipe(block, sizeof block);
}

static void step(struct tls_tickets *t)
{
	t->keys[1] = t->keys[0];
	derive(t, "ticket name", t->keys[0].name, TICKET_NAME);
	derive(t, "ticket key", t->keys[0].key, sizeof t->keys[0].key);
	derive(t, "ticket next", t->ratchet, sizeof t->ratchet);
}

/* A clock that is set back changes nothing. */
static void turn(struct tls_tickets *t, uint64_t now)
{
	const uint64_t epoch = now / (t->lifetime * (uint64_t)1000);
	for (int i = 0; t->epoch < epoch && i < STEPS; i++, t->epoch++)
		step(t);
	if (t->epoch < epoch)
		t->epoch = epoch;
}

void tickets_init(struct tls_tickets *t, const uint8_t seed[32], const uint8_t binding[32],
	uint32_t lifetime, uint64_t now)
{
	assert(lifetime > 0);
	t->lifetime = lifetime;
	t->epoch = now / (lifetime * (uint64_t)1000);
	memcpy(t->ratchet, seed, sizeof t->ratchet);
	memcpy(t->binding, binding, sizeof t->binding);
	step(t);
	step(t); /* so that there is one before it: nobody has a ticket of that */
}

static void run(
	const struct ticket_key *k, struct span nonce, struct mspan text, uint8_t *tag, bool seal)
{
	protect_chacha(k->key, nonce.p, text, span_of(k->name, TICKET_NAME), tag, seal);
}

void tickets_seal(
	struct tls_tickets *t, uint64_t now, const br_prng_class **random, struct mspan ticket)
{
	assert(ticket.n >= TICKET_BEFORE + TICKET_TAG);
	turn(t, now);
	const struct mspan text = { ticket.p + TICKET_BEFORE,
		ticket.n - TICKET_BEFORE - TICKET_TAG };
	uint8_t *nonce = ticket.p + TICKET_NAME;
	memcpy(ticket.p, t->keys[0].name, TICKET_NAME);
	(*random)->generate(random, nonce, TICKET_NONCE);
	run(&t->keys[0], span_of(nonce, TICKET_NONCE), text, text.p + text.n, true);
}

bool tickets_open(struct tls_tickets *t, uint64_t now, struct span ticket, struct buf *plain)
{
	struct span name, nonce;
	uint8_t tag[TICKET_TAG];
	turn(t, now);
	if (!span_take(&ticket, TICKET_NAME, &name) || !span_take(&ticket, TICKET_NONCE, &nonce) ||
		ticket.n < TICKET_TAG || ticket.n - TICKET_TAG > plain->cap)
		return false;
	const struct ticket_key *k = t->keys;
	while (!span_eq(name, span_of(k->name, TICKET_NAME)))
		if (++k == t->keys + sizeof t->keys / sizeof *t->keys)
			return false;
	const struct span text = span_at(ticket, 0, ticket.n - TICKET_TAG);
	const struct span theirs = span_at(ticket, text.n, TICKET_TAG);
	plain->n = 0;
	buf_bytes(plain, text);
	run(k, nonce, (struct mspan){ plain->p, plain->n }, tag, false);
	return wipe_same(tag, theirs.p, sizeof tag);
}
