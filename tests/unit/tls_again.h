/* SPDX-License-Identifier: MIT */
/* Pairs of our own engine that meet more than once: the keys of tickets and the store of sessions
 * outlive them. */
#ifndef DCMSEC_TLS_AGAIN_H
#define DCMSEC_TLS_AGAIN_H

#include "base/wipe.h"
#include "tls_mitm.h"

enum { AGAIN_NOW = 1785000000 }; /* seconds; ms are what the engine counts in */

struct again {
	uint16_t version;
	struct tls_tickets tickets;
	struct tls_sessions sessions;
	uint64_t now;
	uint8_t rooms[2][TLS_RESUME_SIZE];
};

static inline struct again *again_new(uint16_t version)
{
	static const uint8_t seed[32] = { 7 }, binding[32] = { 9 };
	struct again *a = calloc(1, sizeof *a);
	a->version = version;
	a->now = AGAIN_NOW * (uint64_t)1000;
	tickets_init(&a->tickets, seed, binding, TICKET_LIFETIME, a->now);
	sessions_init(&a->sessions, binding);
	return a;
}

static inline struct pair *again_pair(struct again *a)
{
	struct pair *p = a->version == TLS_1_2 ? pair_new12() : pair_new13();
	pair_engine = PAIR_MODERN;
	struct pair_side *const sides[] = { &p->client, &p->server };
	for (int i = 0; i < 2; i++) {
		sides[i]->link.resume = (struct mspan){ a->rooms[i], TLS_RESUME_SIZE };
		sides[i]->link.now = a->now;
	}
	p->client.link.sessions = &a->sessions;
	p->server.link.tickets = &a->tickets;
	p->client.send = span_str("question");
	p->server.send = span_str("response");
	return p;
}

static inline bool again_resumed(const struct pair *p)
{
	struct tls_facts client, server;
	tls_facts(p->client.tls, &client);
	tls_facts(p->server.tls, &server);
	return client.resumed && server.resumed;
}

/* Both ends have said their word. */
static inline bool again_talked(const struct pair *p)
{
	return p->client.received_n == 8 && p->server.received_n == 8;
}

/* A pair from its opening to its words; true when it talked. */
static inline bool again_run(struct pair *p)
{
	if (!pair_open(p))
		return false;
	pair_run(p);
	return again_talked(p);
}

/* A whole meeting: 1 resumed, 0 in full, -1 they did not understand each other. */
static inline int again_meet(struct again *a)
{
	struct pair *p = again_pair(a);
	const int result = again_run(p) ? again_resumed(p) : -1;
	pair_free(p);
	return result;
}

/* A store with one session in it. */
static inline struct again *again_met(uint16_t version)
{
	struct again *a = again_new(version);
	again_meet(a);
	return a;
}

/* One hash of SHA-256, one group: so the offsets below hold. */
static inline struct pair *again_simple(struct again *a)
{
	struct pair *p = again_pair(a);
	p->client.config.curves = 1u << 29;
	p->client.config.suites_n = 1;
	return p;
}

static inline struct session_slot *again_newest(struct again *a)
{
	struct session_slot *s = a->sessions.slots;
	for (size_t i = 1; i < SESSIONS; i++)
		if (a->sessions.slots[i].number > s->number)
			s = &a->sessions.slots[i];
	return s;
}

#endif
