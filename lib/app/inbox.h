/* SPDX-License-Identifier: MIT */
/* What a receiver tells about its associations and objects, in lines and in events, and what it counts
 * for its last words. */
#ifndef DCMSEC_APP_INBOX_H
#define DCMSEC_APP_INBOX_H

#include "app/node.h"
#include "io/guard.h"
#include "io/net.h"
#include "io/scp.h"

struct inbox {
	struct node *node;
	bool contexts;   /* tell those that were agreed */
	bool hide_names; /* those of files hold what says who a patient is: do not tell them */
	uint64_t stored, failed, bytes, associations;
	struct guard guard;       /* whose handshakes failed */
	struct guard_lines lines; /* complaints about peers */
};

/* One association with what is told about it. */
struct inbox_peer {
	struct scp *scp;
	char who[NET_ADDR];
	uint64_t origin, came;   /* see io/guard; ms */
	uint64_t objects, bytes; /* that came */
	uint64_t refused;        /* of the objects */
	bool secured, associated, ended;
	/* The porter was asked about it, with this number, and nothing happens before its answer or this
	 * time; 0: it may come in. */
	uint64_t held, held_until;
	bool nameless; /* asked once more, without names */
	bool unasked;  /* the porter had no room for the question */
};

void inbox_tell(struct inbox *in, struct inbox_peer *p, const struct scp_news *news);
/* Who knocked was not let in. */
void inbox_shut_out(struct inbox *in, const char *who, const struct err *why);
void inbox_summary(struct inbox *in);

#endif
