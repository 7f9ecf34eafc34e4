/* SPDX-License-Identifier: MIT */
/* A peer of our own engine that has the keys: arbitrary records, properly sealed, at any point of a
 * handshake or behind it. So what is under the protection of records is reached without forging it.
 * Input: a byte of modes, a byte that says how far the handshake goes before, then records of a type,
 * two bytes of length and content. */
#include "../unit/test.h"
#include "../unit/tls_mitm.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

enum {
	TO_SERVER = 1,
	TLS12 = 2,
	RSA_KEYS = 4,
	ASKS_NOT = 8,
	LIMITED = 16,
	CCM = 32,
	BARE_FIRST = 64
};

static struct pair *prepared(uint8_t mode)
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

static void drain(struct pair_side *s)
{
	for (bool moved = true; moved;) {
		const size_t out = tls_out(s->tls).n, plain = tls_plain(s->tls).n;
		tls_out_done(s->tls, out);
		tls_plain_done(s->tls, plain);
		moved = out + plain > 0;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct span in = span_of(bytes, n), content;
	uint8_t mode, moves, type;
	uint16_t length;
	if (!span_u8(&in, &mode) || !span_u8(&in, &moves))
		return 0;
	struct pair *p = prepared(mode);
	struct pair_side *victim = mode & TO_SERVER ? &p->server : &p->client;
	if (!pair_open(p))
		abort();
	for (unsigned i = 0; i < moves % 16u; i++) {
		pair_move(&p->client, &p->server, p->step);
		pair_move(&p->server, &p->client, p->step);
	}
	bool bare = mode & BARE_FIRST;
	while (span_u8(&in, &type) && span_u16be(&in, &length)) {
		length &= 0x1fff;
		if (!span_take(&in, length < in.n ? length : in.n, &content))
			break;
		send_record(victim, type, content, bare);
		drain(victim);
		bare = false;
	}
	tls_in_end(victim->tls);
	if (tls_state(victim->tls) == TLS_FAILED && !tls_error(victim->tls)->text[0])
		abort(); /* a failure without a word */
	pair_free(p);
	return 0;
}
