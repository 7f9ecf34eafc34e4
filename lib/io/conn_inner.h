/* SPDX-License-Identifier: MIT */
/* What the three parts of a connection share: conn.c has its life, conn_in.c what comes, conn_out.c what
 * goes. For these alone. */
#ifndef DCMSEC_IO_CONN_INNER_H
#define DCMSEC_IO_CONN_INNER_H

#include "base/buf.h"
#include "io/conn.h"

enum phase {
	OPEN,
	ENDING,   /* nothing more is read for the upper layer; what is queued goes out */
	DRAINING, /* our side is shut down; waiting for the peer's, so that it reads our last words */
	OVER,
};

/* Needed until the association stands. */
struct setup {
	uint8_t scratch[PKI_SCRATCH];
	uint8_t resume[TLS_RESUME_SIZE]; /* acceptor; a requestor needs its own for longer */
	uint8_t store[];                 /* for association PDUs */
};

struct conn {
	int fd;
	enum phase phase;
	struct conn_config config;
	struct ul ul;
	struct setup *setup;
	struct tls *tls;
	struct pki_judge judge;
	struct tls_facts facts;
	struct err err;
	uint64_t now, progress, drain_until;
	uint64_t await;
	size_t moved; /* bytes since the last progress, in either direction */
	const char *awaited;
	uint32_t owed;      /* bytes of the present PDV still to be put */
	size_t eaten;       /* bytes of plaintext that the last event used */
	unsigned reads;     /* that may still be made in this turn */
	bool peer_ended;    /* its side of the transport is closed */
	bool told;          /* ... and the upper layer knows */
	bool flush;         /* what is in the room is to leave */
	bool held;          /* something may be in the room that has not left */
	bool blocked;       /* the socket takes no more for now */
	struct buf in, out; /* plain only */
	size_t used;        /* bytes of this allocation that ever held something */
	uint8_t room[];
};

/* ---- conn.c: ending */

void conn_lose(struct conn *c); /* of no use any more: the upper layer hears of a lost connection */
void conn_broke(struct conn *c, const char *doing, int failure); /* the same, with errno */
void conn_end_now(struct conn *c);

/* Bytes went over the wire. */
void conn_moved(struct conn *c, size_t n);

/* ---- conn_in.c: bytes in */

enum { CONN_READS = 16 }; /* for one connection before the others get their turn */

struct mspan conn_in_room(struct conn *c);    /* where bytes of the wire go; empty: not now */
struct span conn_plain(const struct conn *c); /* what came and is not dealt with */
void conn_plain_done(struct conn *c, size_t n);
bool conn_may_read(struct conn *c); /* in this turn */

/* Reads what the socket has until there is plaintext to hand on, or no more may be read in this turn. */
void conn_read(struct conn *c);

/* Reads to the end and forgets it: closing with bytes unread would reset the connection, and the peer
 * would lose our last words. */
void conn_drain(struct conn *c);

#endif
