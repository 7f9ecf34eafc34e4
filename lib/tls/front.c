/* SPDX-License-Identifier: MIT */
/* A server whose configuration has suites of both engines reads the first record before it takes one of
 * them: ours where the ClientHello has anything that ours can agree to, BearSSL's for what is left. The
 * record stays where it is, and the chosen engine finds it there. Which engine it is follows from what
 * the client says alone, and both put all that it says under their Finished, so nobody in between can
 * change the choice and have a connection come of it. */
#include "tls/front.h"
#include "tls/modern_hello.h"
#include "tls/modern_record.h"
#include <string.h>

enum { CLIENT_HELLO = 1 };

static struct front *front_of(struct tls *t)
{
	return (struct front *)(void *)t;
}

/* ---- the choice */

static bool lists_version(const struct hello *h, uint16_t version)
{
	return hello_has(h, EXT_VERSIONS) ? hello_lists(h->ext[EXT_VERSIONS], 1, version)
					  : version <= TLS_1_2 && h->version >= version;
}

/* A suite of TLS 1.2 that is ours, suits our key, and is in the hello too. */
static bool common_suite(const struct tls_config *c, const struct hello *h)
{
	for (size_t i = 0; i < c->suites_n; i++) {
		const struct protect_suite *s = protect_suite(c->suites[i]);
		if (s && s->version == TLS_1_2 && hello_lists_suite(h, s->code) &&
			strcmp(tls_suite_auth(tls_suite_code(s->code)), c->rsa ? "RSA" : "ECDSA") ==
				0)
			return true;
	}
	return false;
}

static bool common_group(const struct tls_config *c, const struct hello *h)
{
	for (uint16_t group = 0; group < 32; group++)
		if (c->curves >> group & 1 && hello_lists(h->ext[EXT_GROUPS], 2, group))
			return true;
	return !hello_has(h, EXT_GROUPS); /* who says nothing has P-256 (RFC 8422 4) */
}

/* BearSSL's engine is for a client that asks, in so many words, for nothing that ours has. Whatever else
 * comes, strangers and broken hellos too, is for ours to answer. */
static bool wants_legacy(const struct tls_config *c, struct span record)
{
	struct hello h;
	uint8_t kind;
	uint32_t n;
	int alert;
	if (!span_skip(&record, RECORD_HEADER) || !span_u8(&record, &kind) ||
		kind != CLIENT_HELLO || !span_u24be(&record, &n) || n != record.n ||
		!hello_client(record, &h, &alert))
		return false;
	if (c->max_version >= TLS_1_3 &&
		(lists_version(&h, TLS_1_3) || hello_lists_suite(&h, FALLBACK_SCSV)))
		return false; /* ours refuses the fallback (RFC 7507 3) */
	return !(lists_version(&h, TLS_1_2) && common_suite(c, &h) && common_group(c, &h));
}

/* ---- until then */

static void choose(struct front *f)
{
	const struct tls_config *config = f->config;
	const struct tls_link link = f->link;
	struct span first = span_of(link.in.p, f->n);
	struct err e = { 0 };
	struct tls *t = wants_legacy(config, first) ? legacy_open(config, &link, &e)
						    : modern_open(config, &link, &e);
	if (!t) {
		front_open(config, &link)->err = e;
		return;
	}
	while (first.n > 0) {
		struct span piece;
		const struct mspan in = tls_in(t);
		if (!span_take(&first, in.n < first.n ? in.n : first.n, &piece) || piece.n == 0)
			return; /* it failed, and takes no more */
		memmove(in.p, piece.p, piece.n);
		tls_in_done(t, piece.n);
	}
}

/* The bytes of the first record, as far as its header is known. */
static size_t wanted(const struct front *f)
{
	struct span head = span_of(f->link.in.p, f->n);
	uint8_t type;
	uint16_t n;
	if (!span_u8(&head, &type) || !span_skip(&head, 2) || !span_u16be(&head, &n))
		return RECORD_HEADER;
	return type == RECORD_HANDSHAKE && n <= RECORD_PLAIN ? RECORD_HEADER + (size_t)n
							     : RECORD_HEADER;
}

static struct mspan in(struct tls *t)
{
	const struct front *f = front_of(t);
	if (t->err.kind != ERR_NONE)
		return (struct mspan){ NULL, 0 };
	return (struct mspan){ f->link.in.p + f->n, wanted(f) - f->n };
}

static void in_done(struct tls *t, size_t n)
{
	struct front *f = front_of(t);
	f->n += n;
	if (f->n == wanted(f)) /* asked again: the header may just have come */
		choose(f);
}

static void in_end(struct tls *t)
{
	if (t->err.kind != ERR_NONE)
		return;
	choose(front_of(t));
	tls_in_end(t);
}

static enum tls_state state(const struct tls *t)
{
	return t->err.kind == ERR_NONE ? TLS_HANDSHAKE : TLS_FAILED;
}

static struct span no_bytes(const struct tls *t)
{
	(void)t;
	return span_of(NULL, 0);
}

static struct mspan no_room(struct tls *t)
{
	(void)t;
	return (struct mspan){ NULL, 0 };
}

static void nothing_done(struct tls *t, size_t n)
{
	(void)t;
	(void)n;
}

static void nothing(struct tls *t)
{
	(void)t;
}

static bool not_closed(const struct tls *t)
{
	(void)t;
	return false;
}

static void no_facts(const struct tls *t, struct tls_facts *facts)
{
	(void)t;
	(void)facts;
}

static const struct tls_ops front_ops = {
	.in = in,
	.in_done = in_done,
	.out = no_bytes,
	.out_done = nothing_done,
	.plain = no_bytes,
	.plain_done = nothing_done,
	.room = no_room,
	.room_done = nothing_done,
	.flush = nothing,
	.close = nothing,
	.in_end = in_end,
	.state = state,
	.peer_closed = not_closed,
	.facts = no_facts,
};

struct tls *front_open(const struct tls_config *config, const struct tls_link *link)
{
	const struct tls_link kept = *link;
	struct front *f = link->state;
	*f = (struct front){
		.tls = { .ops = &front_ops, .size = sizeof *f }, .config = config, .link = kept
	};
	return &f->tls;
}
