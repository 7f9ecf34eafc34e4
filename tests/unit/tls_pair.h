/* SPDX-License-Identifier: MIT */
/* A client and a server of ours, back to back through two memory rings of a few bytes. For the TLS
 * tests and fuzz targets: keys, judge and randomness are fixed. */
#ifndef DCMSEC_TLS_PAIR_H
#define DCMSEC_TLS_PAIR_H

#include "tls/engine.h"
#include "tls/ops.h"
#include "tls/profile.h"
#include "tls_keys_table.h"
#include <stdlib.h>
#include <string.h>

#define PAIR_SPAN(a)        \
	{                   \
		a, sizeof a \
	}

/* ---- fixed material */

struct pair_key {
	struct span chain[2];
	br_skey_decoder_context decoder;
};

static inline void pair_key_load(struct pair_key *k, struct span key, struct span cert)
{
	br_skey_decoder_init(&k->decoder);
	br_skey_decoder_push(&k->decoder, key.p, key.n);
	k->chain[0] = cert;
	k->chain[1] = span_of(ca_between, sizeof ca_between);
}

enum pair_key_name { PAIR_NONE, PAIR_RSA, PAIR_EC, PAIR_EC384 };

static inline void pair_identity(struct tls_config *c, struct pair_key *k, enum pair_key_name name)
{
	static const struct {
		struct span key, cert;
	} known[] = {
		[PAIR_RSA] = { PAIR_SPAN(key_rsa), PAIR_SPAN(cert_rsa) },
		[PAIR_EC] = { PAIR_SPAN(key_ec), PAIR_SPAN(cert_ec) },
		[PAIR_EC384] = { PAIR_SPAN(key_ec384), PAIR_SPAN(cert_ec384) },
	};
	c->chain_n = 0;
	c->rsa = NULL;
	c->ec = NULL;
	if (name == PAIR_NONE)
		return;
	pair_key_load(k, known[name].key, known[name].cert);
	c->chain = k->chain;
	c->chain_n = 2;
	c->rsa = br_skey_decoder_get_rsa(&k->decoder);
	c->ec = br_skey_decoder_get_ec(&k->decoder);
	c->issuer_key = BR_KEYTYPE_EC;
}

/* A judge that trusts one root: BearSSL's small validator, enough for these certificates. */
struct pair_judge {
	br_x509_minimal_context minimal;
	br_x509_trust_anchor anchor;
	br_x509_decoder_context decoder;
	uint8_t dn[128];
	size_t dn_n;
	struct err verdict;
};

static inline void pair_dn(void *ctx, const void *bytes, size_t n)
{
	struct pair_judge *j = ctx;
	if (n <= sizeof j->dn - j->dn_n)
		memcpy(j->dn + j->dn_n, bytes, n);
	j->dn_n += n;
}

static inline void pair_judge_init(struct pair_judge *j, struct span root)
{
	memset(j, 0, sizeof *j);
	br_x509_decoder_init(&j->decoder, pair_dn, j);
	br_x509_decoder_push(&j->decoder, root.p, root.n);
	j->anchor.dn.data = j->dn;
	j->anchor.dn.len = j->dn_n;
	j->anchor.flags = BR_X509_TA_CA;
	j->anchor.pkey = *br_x509_decoder_get_pkey(&j->decoder);
	br_x509_minimal_init_full(&j->minimal, &j->anchor, 1);
	br_x509_minimal_set_time(&j->minimal, 719528 + 20636, 0); /* July 2026 */
}

/* ---- the pair */

struct pair_side {
	struct tls_config config;
	struct pair_key key;
	struct pair_judge judge;
	struct tls_link link;
	struct tls *tls;
	struct err open_error;
	br_hmac_drbg_context random; /* the same in every run */
	uint8_t in[TLS_IN_SIZE], out[TLS_OUT_SIZE], leaf[2048];
	struct mspan more_in, more_out; /* used in their place when not empty */
	size_t sent;                    /* bytes put on the way to the other side */
	void (*record)(struct pair_side *from, const void *bytes, size_t n); /* when not NULL */
	size_t damage;     /* number, from 1, of the byte to flip on the way; 0 for none */
	struct span send;  /* plaintext still to go */
	uint8_t *received; /* what came, up to received_cap */
	size_t received_n, received_cap;
};

struct pair {
	struct pair_side client, server;
	size_t step;     /* bytes of a ring */
	size_t out_size; /* of the server's outgoing buffer */
};

static inline struct pair *pair_new(void)
{
	struct pair *p = calloc(1, sizeof *p);
	p->step = 16384;
	p->out_size = TLS_OUT_SIZE;
	struct pair_side *const sides[] = { &p->client, &p->server };
	for (uint8_t i = 0; i < 2; i++) {
		struct pair_side *s = sides[i];
		s->config.role = i ? TLS_SERVER : TLS_CLIENT;
		tls_profile_apply(&tls_profiles[0], NULL, 0, &s->config, NULL);
		pair_identity(&s->config, &s->key, PAIR_EC);
		pair_judge_init(&s->judge, span_of(ca_root, sizeof ca_root));
		br_hmac_drbg_init(&s->random, &br_sha256_vtable, &i, 1);
		s->config.rand_public = s->config.rand_private = &s->random.vtable;
	}
	return p;
}

/* Which engine: the one that the configuration asks for, BearSSL's own, or ours. */
static enum { PAIR_CHOSEN, PAIR_LEGACY, PAIR_MODERN } pair_engine;

static inline struct tls *pair_open_tls(struct pair_side *s)
{
	switch (pair_engine) {
	case PAIR_LEGACY:
		return legacy_open(&s->config, &s->link, &s->open_error);
	case PAIR_MODERN:
		return modern_open(&s->config, &s->link, &s->open_error);
	default:
		return tls_open(&s->config, &s->link, &s->open_error);
	}
}

static inline bool pair_open_side(struct pair *p, struct pair_side *s)
{
	const size_t sizes[] = { tls_size(&s->config), legacy_size(&s->config), modern_size() };
	s->link.state = calloc(1, sizes[pair_engine]);
	s->link.in = (struct mspan){ s->in, sizeof s->in };
	s->link.out = (struct mspan){ s->out, s == &p->server ? p->out_size : sizeof s->out };
	if (s->more_in.n)
		s->link.in = s->more_in;
	if (s->more_out.n)
		s->link.out = s->more_out;
	s->link.leaf = (struct mspan){ s->leaf, sizeof s->leaf };
	if (!s->link.judge &&
		(s->config.trust != TLS_TRUST_IGNORE || s->config.role == TLS_CLIENT)) {
		s->link.judge = &s->judge.minimal.vtable;
		s->link.verdict = &s->judge.verdict;
	}
	s->tls = pair_open_tls(s);
	return s->tls != NULL;
}

static inline bool pair_open(struct pair *p)
{
	return pair_open_side(p, &p->client) && pair_open_side(p, &p->server);
}

/* One way, once: at most step bytes of records, and plaintext at both ends. True when any moved. */
static inline bool pair_move(struct pair_side *from, struct pair_side *to, size_t step)
{
	bool moved = false;
	const struct span out = tls_out(from->tls);
	const struct mspan in = tls_in(to->tls);
	size_t n = out.n < step ? out.n : step;
	n = n < in.n ? n : in.n;
	if (n > 0) {
		memcpy(in.p, out.p, n);
		if (from->record)
			from->record(from, out.p, n);
		if (from->damage > from->sent && from->damage <= from->sent + n)
			in.p[from->damage - from->sent - 1] ^= 0x20;
		from->sent += n;
		tls_out_done(from->tls, n);
		tls_in_done(to->tls, n);
		moved = true;
	}
	const struct span plain = tls_plain(to->tls);
	if (plain.n > 0) {
		n = plain.n < step ? plain.n : step;
		for (size_t i = 0; i < n && to->received_n + i < to->received_cap; i++)
			to->received[to->received_n + i] = plain.p[i];
		to->received_n += n;
		tls_plain_done(to->tls, n);
		moved = true;
	}
	const struct mspan room = tls_room(from->tls);
	if (room.n > 0 && from->send.n > 0) {
		struct span piece;
		n = room.n < from->send.n ? room.n : from->send.n;
		span_take(&from->send, n, &piece);
		memcpy(room.p, piece.p, n);
		tls_room_done(from->tls, n);
		if (from->send.n == 0)
			tls_flush(from->tls);
		moved = true;
	}
	return moved;
}

/* Until nothing moves any more. */
static inline void pair_run(struct pair *p)
{
	bool moved = true;
	while (moved) {
		moved = pair_move(&p->client, &p->server, p->step);
		moved = pair_move(&p->server, &p->client, p->step) || moved;
	}
}

static inline void pair_free(struct pair *p)
{
	free(p->client.link.state);
	free(p->server.link.state);
	free(p);
}

#endif
