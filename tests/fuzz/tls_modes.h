/* SPDX-License-Identifier: MIT */
/* What the first byte of an input means to the fuzz targets that have the keys of their victim. */
#ifndef DCMSEC_TLS_MODES_H
#define DCMSEC_TLS_MODES_H

#include "../unit/tls_again.h"

enum { TO_SERVER = 1, TLS12 = 2 };

/* ---- tls_inside */

enum { RSA_KEYS = 4, ASKS_NOT = 8, LIMITED = 16, CCM = 32, BARE_FIRST = 64 };

static inline struct pair *inside_pair(uint8_t mode)
{
	struct pair *p = mode & TLS12 ? pair_new12() : pair_new13();
	const enum pair_key_name key = mode & RSA_KEYS ? PAIR_RSA : PAIR_EC;
	pair_engine = PAIR_MODERN;
	pair_identity(&p->client.config, &p->client.key, key);
	pair_identity(&p->server.config, &p->server.key, key);
	if (mode & ASKS_NOT)
		p->server.config.trust = TLS_TRUST_IGNORE;
	if (mode & LIMITED)
		p->server.config.record_limit = p->client.config.record_limit = 512;
	if (mode & CCM && !(mode & TLS12))
		p->client.config.suites[0] = p->server.config.suites[0] = 0x1304;
	return p;
}

/* ---- tls_resume */

enum { RETRY = 4, SHA384 = 8, RESUME_MODES = 16 };

static inline struct pair *resume_pair(struct again *a, uint8_t mode)
{
	struct pair *p = again_pair(a);
	if (mode & RETRY)
		p->server.config.curves = 1u << 24;
	if (mode & SHA384)
		p->client.config.suites[0] = mode & TLS12 ? 0xC02C : 0x1302;
	p->client.config.suites_n = 1;
	return p;
}

/* Those who have met once in this mode. */
static inline struct again *resume_met(uint8_t mode)
{
	struct again *a = again_new(mode & TLS12 ? TLS_1_2 : TLS_1_3);
	struct pair *p = resume_pair(a, mode);
	if (!again_run(p) || a->sessions.count == 0)
		abort();
	pair_free(p);
	return a;
}

/* What the victim has to say, taken from it and dropped. */
static inline void modes_drain(struct pair_side *s)
{
	for (bool moved = true; moved;) {
		const size_t out = tls_out(s->tls).n, plain = tls_plain(s->tls).n;
		tls_out_done(s->tls, out);
		tls_plain_done(s->tls, plain);
		moved = out + plain > 0;
	}
}

#endif
