/* SPDX-License-Identifier: MIT */
/* The way of a probe's questions over the network: one connection each, paced and bounded. */
#ifndef DCMSEC_APP_CIPHERS_ASK_H
#define DCMSEC_APP_CIPHERS_ASK_H

#include "app/ciphers.h"
#include "io/entropy.h"
#include "io/net.h"
#include "tls/probe.h"

enum { ASK_CHAINS = 2, ASK_STORE = 1 << 16 };

/* The certificates that the peer showed with one of its keys. */
struct ask_chain {
	struct span der[PROBE_CERTS];
	size_t n;
};

enum ask_demand { DEMAND_NONE, DEMAND_ASKS, DEMAND_DEMANDS, DEMAND_UNKNOWN };

/* One probe: what it may use, and what it found. */
struct asker {
	struct ciphers *c;
	struct entropy *entropy;
	char host[NET_HOST], port[NET_PORT], peer_text[NET_PEER];
	const char *name; /* for SNI; NULL: none */
	uint64_t next;    /* when the next connection may be made, and ... */
	uint64_t end;     /* ... when all must be over, by clock_ms */
	int questions;
	struct err err; /* why no more can be asked */

	struct probe_peer peer;
	bool renegotiation, ems;
	unsigned ca_names;
	enum ask_demand demand;
	struct ask_chain chain[ASK_CHAINS];
	size_t chains;

	struct probe_answer answer; /* the last one */
	bool heard;                 /* any answer was TLS */
	struct buf store;           /* what the chains point into */
	uint8_t chain_room[ASK_STORE];
	uint8_t hello[PROBE_HELLO];
	size_t hello_n;
	uint8_t received[PROBE_FLIGHT];
	uint8_t room[PROBE_FLIGHT];
	uint8_t opened[PROBE_FLIGHT];
};

/* Connects, no sooner than the rate allows. The socket, or -1 with a->err. */
int ask_connect(struct asker *a);

/* One question; its random is filled in, and key (or NULL) opens an answer in TLS 1.3. True: a->answer
 * is one, also when the server refuses. False with a->err: nothing more can be asked. */
bool ask(struct asker *a, struct probe_ask *question, const struct probe_key *key);

/* All questions, into *a. False with a->err when the peer could not be asked, or is no TLS server. */
bool ask_all(struct asker *a);

/* Whether a server that asks for a client certificate goes on without one: the only handshake that a
 * probe completes, by our own engines. */
enum ask_demand ask_demand(struct asker *a);

#endif
