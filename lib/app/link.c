/* SPDX-License-Identifier: MIT */
#include "app/link.h"

#include "io/clock.h"

#include <assert.h>
#include <string.h>

/* ---- connecting */

bool link_open(
	struct link *l, const struct caller *c, const struct batch *b, size_t group, struct err *e)
{
	if (c->node->plain && !caller_allows(c, NULL, e))
		return false;
	l->view.group = group;
	l->view.pairs = b->n_pairs;
	l->view.from = 0;
	l->n = 0;
	l->moved = l->associated = l->fallback = l->again = false;
	batch_offers(b, group, &l->offers);
	l->dial = dial_new(c->host, c->port, c->node->opts->connect, &l->known, e);
	l->state = l->dial ? LINK_DIALLING : LINK_SHUT;
	return l->dial != NULL;
}

uint64_t link_wants(const struct link *l, struct pollfd *p)
{
	*p = (struct pollfd){ .fd = -1 };
	if (l->state == LINK_SHUT)
		return CLOCK_NEVER;
	if (l->state == LINK_DIALLING)
		return dial_wants(l->dial, p);
	const struct conn *conn = scu_conn(l->scu);
	*p = (struct pollfd){ .fd = conn_fd(conn), .events = conn_wants(conn) };
	return conn_deadline(conn);
}

static void dialled(
	struct link *l, const struct caller *c, short revents, uint64_t now, struct err *e)
{
	const int fd = dial_turn(l->dial, revents != 0, now, e);
	if (fd < 0)
		return;
	l->scu = caller_scu(c, fd, l->fallback, l->offers.offers, l->offers.n, e);
	dial_free(l->dial);
	l->dial = NULL;
	l->state = LINK_ASSOCIATING;
}

void link_turn(struct link *l, const struct caller *c, short revents, uint64_t now)
{
	if (l->state == LINK_DIALLING)
		dialled(l, c, revents, now, &l->why);
	else if (l->scu)
		scu_turn(l->scu, revents, now);
}

/* ---- news */

static enum link_news responded(
	struct link *l, const struct scu_news *news, struct outbox_answer *a)
{
	unsigned k = 0;
	assert(l->n > 0); /* scu gives answers only to what it was given */
	while (k + 1 < l->n && l->flights[k].id != news->id)
		k++;
	const struct flight *f = &l->flights[k];
	*a = (struct outbox_answer){
		.at = f->at, .as = f->as, .ms = clock_ms() - f->since, .status = news->status
	};
	memcpy(a->comment, news->comment, sizeof a->comment);
	memmove(&l->flights[k], &l->flights[k + 1], (l->n - k - 1) * sizeof *f);
	l->n--;
	l->moved = true;
	l->idle_since = clock_ms();
	return LINK_ANSWERED;
}

static enum link_news down(struct link *l, struct link_report *r, const struct err *why)
{
	r->err = *why;
	l->state = LINK_ENDING;
	return LINK_DOWN;
}

/* The connection did not come to be. */
static enum link_news never_up(struct link *l, struct link_report *r)
{
	r->err = l->why;
	link_free(l);
	return LINK_DOWN;
}

enum link_news link_next(struct link *l, const struct caller *c, struct link_report *r)
{
	struct scu_news news;
	*r = (struct link_report){ 0 };
	if (l->why.kind != ERR_NONE)
		return never_up(l, r);
	while (l->scu && l->state != LINK_SHUT && scu_next(l->scu, &news)) {
		if (l->state == LINK_ENDING && !l->releasing)
			continue; /* of an association that was aborted */
		switch (news.what) {
		case SCU_SECURED:
			node_tell_secured(c->node, scu_conn(l->scu), c->peer);
			if (caller_allows(c, conn_peer(scu_conn(l->scu)), &r->err))
				continue;
			scu_abort(l->scu);
			l->state = LINK_ENDING;
			return LINK_DOWN;
		case SCU_ASSOCIATED:
			l->state = LINK_OPEN;
			l->associated = true;
			l->idle_since = clock_ms();
			return LINK_UP;
		case SCU_RESPONSE:
			return responded(l, &news, &r->answer);
		case SCU_UNSENT:
			r->unsent = true;
			return down(l, r, &news.err);
		case SCU_ENDED:
			l->again = !l->fallback && caller_falls_back(c, scu_conn(l->scu));
			if (l->again) {
				l->state = LINK_ENDING;
				continue;
			}
			r->rejected = news.rejected;
			l->releasing = false;
			return down(l, r, &news.err);
		}
	}
	if (l->state != LINK_ENDING || !conn_over(scu_conn(l->scu)))
		return LINK_NOTHING;
	const bool again = l->again;
	link_free(l);
	if (!again)
		return LINK_NOTHING;
	l->fallback = true;
	l->dial = dial_new(c->host, c->port, c->node->opts->connect, &l->known, &l->why);
	l->state = LINK_DIALLING;
	return l->dial ? LINK_NOTHING : never_up(l, r);
}

/* ---- acting */

bool link_ready(struct link *l)
{
	return l->state == LINK_OPEN && l->n < LINK_FLIGHTS && scu_ready(l->scu);
}

bool link_send(struct link *l, const struct outbox *out, size_t i, struct err *e)
{
	const struct batch *b = &out->batch;
	const struct batch_object *o = &b->objects[i];
	const struct batch_pair *p = &b->pairs[o->pair];
	const struct uid_syntax *recode;
	struct object_info info;
	uint8_t context;
	const uint64_t since = clock_ms();
	batch_info(b, i, &info);
	if (!scu_choose(l->scu, p->sop_class, p->transfer_syntax, p->syntax, &context, &recode, e))
		return false;
	const struct syntax to = recode ? syntax_of(recode) : p->syntax;
	struct object_stream *stream = out->opener.open
		? out->opener.open(out->opener.arg, o->path, &info, to, e)
		: object_open(o->path, &info, to, e);
	if (!stream || !scu_store(l->scu, context, &info, stream, e))
		return false;
	l->flights[l->n++] = (struct flight){ .at = i,
		.as = recode ? recode->uid : p->transfer_syntax,
		.since = since,
		.id = scu_id(l->scu) };
	return true;
}

void link_release(struct link *l, bool by_abort)
{
	struct err e = { 0 };
	l->releasing = !by_abort && scu_release(l->scu, &e);
	if (!l->releasing)
		scu_abort(l->scu);
	l->state = LINK_ENDING;
}

void link_abort(struct link *l)
{
	if (l->state == LINK_DIALLING)
		link_free(l);
	if (l->state == LINK_SHUT || l->state == LINK_ENDING)
		return;
	scu_abort(l->scu);
	l->state = LINK_ENDING;
}

void link_free(struct link *l)
{
	dial_free(l->dial);
	scu_free(l->scu);
	l->dial = NULL;
	l->scu = NULL;
	l->state = LINK_SHUT;
	l->releasing = l->again = false;
	l->why = (struct err){ 0 };
}
