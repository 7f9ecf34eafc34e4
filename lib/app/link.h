/* SPDX-License-Identifier: MIT */
/* One of a sender's associations: from connecting to the close, and the objects that fly on it. It takes
 * them from the queue and gives back what was not answered for. */
#ifndef DCMSEC_APP_LINK_H
#define DCMSEC_APP_LINK_H

#include "app/caller.h"
#include "app/outbox.h"
#include "io/dial.h"

#include <poll.h>

enum link_state {
	LINK_SHUT,
	LINK_DIALLING,
	LINK_ASSOCIATING,
	LINK_OPEN,
	LINK_ENDING, /* released, aborted or lost: the last words */
};

enum { LINK_FLIGHTS = SCU_WINDOW }; /* objects on one association at a time */

struct flight {
	size_t at;      /* which object */
	const char *as; /* its transfer syntax on the way */
	uint64_t since; /* when it began */
	uint16_t id;    /* of its request */
};

struct link {
	enum link_state state;
	struct dial *dial;
	struct resolver_found known; /* the peer's addresses, as last found */
	struct scu *scu;
	struct queue_view view;
	struct batch_offers offers;
	struct flight flights[LINK_FLIGHTS];
	unsigned n;           /* of them */
	bool moved;           /* an object has come to its end on it */
	bool associated;      /* it stood */
	bool again, fallback; /* see caller_falls_back: to be tried once more, and that it is */
	bool releasing;       /* ENDING, and the peer has not answered that */
	uint64_t idle_since;  /* while nothing flies */
	struct err why;       /* it did not come to be */
};

/* What a turn of a link can lead to. */
enum link_news {
	LINK_NOTHING,
	LINK_UP,       /* the association stands */
	LINK_ANSWERED, /* an object: report->answer */
	LINK_DOWN,     /* it is over; report->err tells why, kind ERR_NONE after a release */
};

/* Begins to connect for the objects of a group. False with *e: it is shut. */
bool link_open(
	struct link *l, const struct caller *c, const struct batch *b, size_t group, struct err *e);

/* What it waits for, and until when. */
uint64_t link_wants(const struct link *l, struct pollfd *p);

/* Moves bytes; then link_next until it gives LINK_NOTHING. */
void link_turn(struct link *l, const struct caller *c, short revents, uint64_t now);

struct link_report {
	struct outbox_answer answer;
	struct err err;
	uint8_t rejected; /* as scu_news */
	bool unsent;      /* LINK_DOWN because the object under way could not be read */
};
enum link_news link_next(struct link *l, const struct caller *c, struct link_report *report);

/* Whether an object may begin now; ask when link_next gives nothing. */
bool link_ready(struct link *l);

/* Begins with object i. False with *e: it cannot be sent, and the association is as it was. */
bool link_send(struct link *l, const struct outbox *out, size_t i, struct err *e);

void link_release(struct link *l, bool by_abort);
void link_abort(struct link *l);
void link_free(struct link *l); /* shut, without more words */

#endif
