/* SPDX-License-Identifier: MIT */
/* Feeds arbitrary bytes to one side of TLS, as records from its peer. */
#ifndef DCMSEC_TLS_FEED_H
#define DCMSEC_TLS_FEED_H

#include "../unit/tls_pair.h"
#include "tls/modern_resume.h"

/* Both would like to meet again: the server has keys for tickets, the client a place for them. */
static inline void tls_tickets(struct pair *p)
{
	static const uint8_t seed[32] = { 7 }, binding[32] = { 9 };
	static struct tls_tickets tickets;
	static struct tls_sessions sessions;
	static uint8_t rooms[2][TLS_RESUME_SIZE];
	struct pair_side *const sides[] = { &p->client, &p->server };
	for (int i = 0; i < 2; i++) {
		sides[i]->link.resume = (struct mspan){ rooms[i], TLS_RESUME_SIZE };
		sides[i]->link.now = 1785000000000; /* ms, July 2026 */
	}
	tickets_init(&tickets, seed, binding, TICKET_LIFETIME, p->server.link.now);
	sessions_init(&sessions, binding);
	p->server.link.tickets = &tickets;
	p->client.link.sessions = &sessions;
}

/* The first byte of an input says with which keys and suite it was recorded. */
static inline void tls_mode(struct pair *p, uint8_t mode)
{
	static const uint16_t suites[] = { 0xC02B, 0xC02F, 0xCCA9, 0xC0AC, 0xC027, 0xC009, 0x003C,
		0x000A };
	const struct tls_suite *s = tls_suite_code(suites[mode / 2 % 8]);
	pair_engine = mode & 96 ? PAIR_MODERN : PAIR_LEGACY;
	tls_tickets(p);
	const bool rsa = strcmp(tls_suite_auth(s), "RSA") == 0;
	tls_profile_apply(tls_profile_name("bcp195"), suites, 8, &p->server.config, NULL);
	tls_profile_apply(tls_profile_name("bcp195"), suites, 8, &p->client.config, NULL);
	pair_identity(&p->server.config, &p->server.key, rsa ? PAIR_RSA : PAIR_EC);
	pair_identity(&p->client.config, &p->client.key, mode % 2 ? PAIR_RSA : PAIR_EC);
	p->client.config.suites[0] = s->code;
	p->client.config.suites_n = 1;
	p->client.config.max_version = mode & 16 ? s->first : TLS_1_2;
	if (mode & 64) /* TLS 1.2 in our own engine, for AEAD suites */
		p->client.config.min_version = p->server.config.min_version = TLS_1_2;
	if (mode & 32) {
		struct tls_config *const both[] = { &p->client.config, &p->server.config };
		for (size_t i = 0; i < 2; i++) {
			both[i]->min_version = both[i]->max_version = TLS_1_3;
			both[i]->suites[0] = (uint16_t)(0x1301 + mode / 2 % 5);
			both[i]->suites_n = 1;
		}
		p->server.config.curves = mode & 16 ? 1u << 24 : p->client.config.curves;
	}
	if (mode & 128) { /* a server that chooses its engine, or a client that may fall back */
		pair_engine = PAIR_CHOSEN;
		tls_profile_apply(tls_profile_name("bcp195"), NULL, 0, &p->server.config, NULL);
		p->client.link.fallback = mode & 64;
		if (!(mode & 96))
			tls_profile_apply(
				tls_profile_name("bcp195"), NULL, 0, &p->client.config, NULL);
		pair_identity(&p->server.config, &p->server.key, PAIR_RSA);
	}
}

static inline void tls_feed(struct pair_side *s, const uint8_t *bytes, size_t n)
{
	struct span left = span_of(bytes, n);
	bool moved = true;
	while (moved) {
		const struct mspan in = tls_in(s->tls);
		const size_t piece = left.n < in.n ? left.n : in.n;
		span_copy(&left, in.p, piece);
		tls_in_done(s->tls, piece);
		const size_t out = tls_out(s->tls).n;
		tls_out_done(s->tls, out);
		const size_t plain = tls_plain(s->tls).n;
		tls_plain_done(s->tls, plain);
		moved = piece + out + plain > 0;
	}
	tls_in_end(s->tls);
	struct tls_facts facts;
	tls_facts(s->tls, &facts);
	if (tls_state(s->tls) == TLS_FAILED && !tls_error(s->tls)->text[0])
		abort(); /* a failure without a word */
}

#endif
