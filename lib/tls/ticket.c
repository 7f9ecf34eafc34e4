/* SPDX-License-Identifier: MIT */
#include "tls/ticket.h"
#include "base/wipe.h"
#include "tls/modern_record.h"
#include <assert.h>
#include <string.h>

/* The keys are the leaves of a binary tree, a leaf a lifetime, and each node gives both below it and is not
 * got from them. Of the tree there are only the roots of what lies ahead of the present leaf: ahead[i] is the
 * right hand where the way to it went left, i levels above it. So a clock may leap to any leaf ahead in as
 * many steps as there are levels, all processes come to the same one, whatever their way, and none back. */
static void derive(
	const struct tls_tickets *t, const uint8_t node[32], const char *label, void *out, size_t n)
{
	br_hmac_key_context key;
	br_hmac_context h;
	uint8_t block[32];
	br_hmac_key_init(&key, &br_sha256_vtable, node, 32);
	br_hmac_init(&h, &key, 0);
	br_hmac_update(&h, label, strlen(label));
	br_hmac_update(&h, t->binding, sizeof t->binding);
	br_hmac_out(&h, block);
	memcpy(out, block, n);
	wipe(&key, sizeof key);
	wipe(&h, sizeof h);
	wipe(block, sizeof block);
}

static void go(struct tls_tickets *t, uint64_t leaf)
{
	unsigned level = TICKET_LEVELS + 1;
	uint8_t node[32];
	if (leaf <= t->leaf) /* a clock that is set back changes nothing */
		return;
	/* Up to where the ways to the two part, and down on the right. */
	while (((leaf ^ t->leaf) >> --level & 1) == 0)
		;
	memcpy(node, t->ahead[level], sizeof node);
	wipe(t->ahead[level], sizeof node);
	while (level-- > 0) {
		const bool right = leaf >> level & 1;
		derive(t, node, "ticket right", t->ahead[level], sizeof node);
		derive(t, node, right ? "ticket right" : "ticket left", node, sizeof node);
		if (right)
			wipe(t->ahead[level], sizeof node);
	}
	t->leaf = leaf;
	t->keys[1] = t->keys[0];
	derive(t, node, "ticket name", t->keys[0].name, TICKET_NAME);
	derive(t, node, "ticket key", t->keys[0].key, sizeof t->keys[0].key);
	wipe(node, sizeof node);
}

/* By way of the leaf before, whose tickets are opened still. */
static void turn(struct tls_tickets *t, uint64_t now)
{
	const uint64_t lifetimes = now / (t->lifetime * (uint64_t)1000), most = TICKET_LEAVES - 2;
	const uint64_t leaf = TICKET_LEAVES + (lifetimes < most ? lifetimes : most);
	go(t, leaf);
	go(t, leaf + 1);
}

void tickets_init(struct tls_tickets *t, const uint8_t seed[32], const uint8_t binding[32],
	uint32_t lifetime, uint64_t now)
{
	assert(lifetime > 0);
	t->lifetime = lifetime;
	t->leaf = 0; /* a level above the tree: its root lies ahead of that */
	memcpy(t->ahead[TICKET_LEVELS], seed, 32);
	memcpy(t->binding, binding, sizeof t->binding);
	turn(t, now); /* nobody has a ticket of the lifetime before it */
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
