/* SPDX-License-Identifier: MIT */
/* What the applets that call a peer share: who is called, and an association driven to its end. */
#ifndef DCMSEC_APP_CALLER_H
#define DCMSEC_APP_CALLER_H

#include "app/node.h"
#include "io/net.h"
#include "io/scu.h"

struct caller {
	struct node *node;
	const char *called; /* AE title */
	/* Acts on what happened. False: the association is over, with why in *e unless it was released. */
	bool (*act)(void *who, const struct scu_news *news, struct err *e);
	void (*turn)(void *who); /* after what happened in one turn; may be NULL */
	void *who;

	struct scu_config
		wishes; /* what is to be beyond the options of nodes: identity, prefer, max_send */
	char host[NET_HOST], port[NET_PORT];
	char peer[NET_PEER]; /* both, for messages */
	struct scu *scu;     /* while an association is open */
	bool again;          /* a second connection is to be tried (conn_falls_back) */
};

/* Takes the peer from the first operand, or under a DCMTK name from the first two. */
bool caller_find(struct caller *c, const struct call *call, struct err *e);

/* An association on a connected socket, for who drives it himself; the socket is taken over, also when it
 * fails (NULL, with *e). */
struct scu *caller_scu(const struct caller *c, int fd, bool fallback,
	const struct pdu_offer *offers, unsigned n_offers, struct err *e);

/* Whether an association that ended is to be tried again with fallback, which is told. */
bool caller_falls_back(const struct caller *c, const struct conn *conn);

/* Whether the one at the other end may bear the title that we call: to be asked when the link is secure,
 * or, for a plain one (peer NULL), before it is made. False: *e, and it is to be aborted. */
bool caller_allows(const struct caller *c, const struct pki_peer *peer, struct err *e);

/* Connects, proposes the offers and drives the association to its end. False with *e when it did not
 * come to be, or ended otherwise than by release. */
bool caller_associate(
	struct caller *c, const struct pdu_offer *offers, unsigned n_offers, struct err *e);

#endif
