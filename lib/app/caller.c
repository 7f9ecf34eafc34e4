/* SPDX-License-Identifier: MIT */
#include "app/caller.h"

#include "io/clock.h"
#include "io/wait.h"

bool caller_find(struct caller *c, const struct call *call, struct err *e)
{
	char *const *words = call->operands;
	const bool found = call_dcmtk(call)
		? net_host_port(words[0], words[1], c->host, c->port, e)
		: net_split(words[0], node_port(c->node), c->host, c->port, e);
	if (found)
		net_peer_text(c->host, c->port, c->peer);
	if (found)
		node_peer(c->node, c->peer);
	return found;
}

static void wait_and_turn(struct caller *c)
{
	const short revents = wait_conn(scu_conn(c->scu));
	scu_turn(c->scu, revents, clock_ms());
}

bool caller_allows(const struct caller *c, const struct pki_peer *peer, struct err *e)
{
	if (peers_allow(&c->node->peers, c->called, peer))
		return true;
	return err_set(e, ERR_TRUST, 0,
		"%s may not be %s: its certificate (%s) is none that --peer binds to this AE title",
		c->peer, c->called,
		peer && peer->known ? peer->subject : "not shown or not checked");
}

bool caller_falls_back(const struct caller *c, const struct conn *conn)
{
	if (!conn_falls_back(conn))
		return false;
	log_line(c->node->log, LOG_INFO,
		"%s has nothing newer than TLS 1.2 with AEAD: trying what else the profile has",
		c->peer);
	return true;
}

/* False: the association is over, and what becomes of it is known or in *e. */
static bool heed(struct caller *c, const struct scu_news *news, struct err *e)
{
	struct conn *conn = scu_conn(c->scu);
	c->again = news->what == SCU_ENDED && caller_falls_back(c, conn);
	if (c->again)
		return false;
	if (!c->act(c->who, news, e))
		return false;
	if (news->what != SCU_SECURED || caller_allows(c, conn_peer(conn), e))
		return true;
	scu_abort(c->scu);
	return false;
}

static void drive(struct caller *c, struct err *e)
{
	struct scu_news news;
	bool live = true;
	while (live) {
		while (live && scu_next(c->scu, &news))
			live = heed(c, &news, e);
		if (c->turn)
			c->turn(c->who);
		if (live && *wait_stop()) {
			scu_abort(c->scu);
			err_set(e, ERR_SYSTEM, 0, "interrupted before the peer answered");
			live = false;
		}
		if (live)
			wait_and_turn(c);
	}
	/* The last words go out, and the peer's close is awaited for a moment. */
	while (!conn_over(scu_conn(c->scu))) {
		wait_and_turn(c);
		while (scu_next(c->scu, &news))
			; /* of an association that was aborted */
	}
}

struct scu *caller_scu(const struct caller *c, int fd, bool fallback,
	const struct pdu_offer *offers, unsigned n_offers, struct err *e)
{
	const struct node_opts *o = c->node->opts;
	struct scu_config config = c->wishes;
	config.secure = node_secure(c->node);
	config.host = c->host;
	config.fallback = fallback;
	config.calling = o->title;
	config.called = c->called;
	config.max_pdu = (uint32_t)o->max_pdu;
	config.associate = o->associate;
	config.sending = c->node->log->dcmtk ? o->socket : o->dimse;
	config.dimse = o->dimse;
	config.artim = o->artim;
	return scu_new(fd, &config, offers, n_offers, e);
}

bool caller_associate(
	struct caller *c, const struct pdu_offer *offers, unsigned n_offers, struct err *e)
{
	if (c->node->plain && !caller_allows(c, NULL, e))
		return false;
	do {
		const bool fallback = c->again;
		c->again = false;
		const int fd =
			net_connect(c->host, c->port, c->node->opts->connect, wait_stop(), e);
		c->scu = fd < 0 ? NULL : caller_scu(c, fd, fallback, offers, n_offers, e);
		if (!c->scu)
			return false;
		drive(c, e);
		scu_free(c->scu);
		c->scu = NULL;
	} while (c->again);
	return e->kind == ERR_NONE;
}
