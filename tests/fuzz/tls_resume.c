/* SPDX-License-Identifier: MIT */
/* A peer of our own engine that resumes a session: arbitrary records, sealed with the keys of the moment,
 * at any point of the second handshake or behind it. Input: a byte of modes, a byte that says how far
 * that handshake goes before, then records of a type, two bytes of length and content. */
#include "../unit/test.h"
#include "../unit/tls_again.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

enum { TO_SERVER = 1, TLS12 = 2, RETRY = 4, SHA384 = 8, MODES = 16 };

static struct pair *prepared(struct again *a, uint8_t mode)
{
	struct pair *p = again_pair(a);
	if (mode & RETRY)
		p->server.config.curves = 1u << 24;
	if (mode & SHA384)
		p->client.config.suites[0] = mode & TLS12 ? 0xC02C : 0x1302;
	p->client.config.suites_n = 1;
	return p;
}

/* The first meeting is the same each time. */
static struct again *met(uint8_t mode)
{
	static struct again *known[MODES];
	struct again **a = &known[mode % MODES];
	if (!*a) {
		*a = again_new(mode & TLS12 ? TLS_1_2 : TLS_1_3);
		struct pair *p = prepared(*a, mode);
		if (!again_run(p) || (*a)->sessions.count == 0)
			abort();
		pair_free(p);
	}
	struct again *copy = malloc(sizeof *copy);
	memcpy(copy, *a, sizeof *copy);
	return copy;
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

/* Whatever was taken into the store must be good to offer. */
static void offer(struct again *a, uint8_t mode)
{
	struct pair *p = prepared(a, mode);
	if (!pair_open_side(p, &p->client))
		abort();
	pair_free(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct span in = span_of(bytes, n), content;
	uint8_t mode, moves, type;
	uint16_t length;
	if (!span_u8(&in, &mode) || !span_u8(&in, &moves))
		return 0;
	struct again *a = met(mode);
	struct pair *p = prepared(a, mode);
	struct pair_side *victim = mode & TO_SERVER ? &p->server : &p->client;
	if (!pair_open(p))
		abort();
	for (unsigned i = 0; i < moves % 16u; i++) {
		pair_move(&p->client, &p->server, p->step);
		pair_move(&p->server, &p->client, p->step);
	}
	while (span_u8(&in, &type) && span_u16be(&in, &length)) {
		length &= 0x1fff;
		if (!span_take(&in, length < in.n ? length : in.n, &content))
			break;
		send_record(victim, type, content, false);
		drain(victim);
	}
	tls_in_end(victim->tls);
	if (tls_state(victim->tls) == TLS_FAILED && !tls_error(victim->tls)->text[0])
		abort(); /* a failure without a word */
	pair_free(p);
	offer(a, mode);
	free(a);
	return 0;
}
