/* SPDX-License-Identifier: MIT */
/* The keys under which a receiver seals what its tickets say, so that it need not keep it (RFC 5077 4,
 * RFC 8446 4.6.1). A key serves for as long as a ticket lives and opens for as long again; the next one
 * comes by a one-way step and it is wiped. Processes that were forked from one that has the keys come to the
 * same ones by the clock, however far it leaps, and so open each other's tickets. */
#ifndef DCMSEC_TLS_TICKET_H
#define DCMSEC_TLS_TICKET_H

#include "base/buf.h"
#include <bearssl.h>

enum {
	TICKET_NAME = 16,
	TICKET_NONCE = 12,
	TICKET_TAG = 16,
	TICKET_BEFORE = TICKET_NAME + TICKET_NONCE,
	TICKET_LEVELS = 40,         /* 2^40 seconds are 34,000 years */
	TICKET_LIFETIME = 2 * 3600, /* seconds, where nothing else is asked for */
};

#define TICKET_LEAVES (UINT64_C(1) << TICKET_LEVELS)

struct tls_tickets {
	uint32_t lifetime; /* seconds */
	uint64_t leaf;     /* TICKET_LEAVES, and the lifetimes since 1970 with this one */
	uint8_t ahead[TICKET_LEVELS + 1][32], binding[32];
	struct ticket_key {
		uint8_t name[TICKET_NAME], key[32];
	} keys[2]; /* the present one, and the one before it */
};

/* seed: 32 secret bytes, fresh. binding: the configuration (session_binding): keys of another one are
 * other keys. lifetime: seconds, 1 to SESSION_WEEK. now: ms since 1970, here and below. Wiped by who
 * keeps it. */
void tickets_init(struct tls_tickets *t, const uint8_t seed[32], const uint8_t binding[32],
	uint32_t lifetime, uint64_t now);

/* Seals in place: ticket is TICKET_BEFORE bytes, the plaintext, TICKET_TAG bytes. */
void tickets_seal(
	struct tls_tickets *t, uint64_t now, const br_prng_class **random, struct mspan ticket);

/* Opens into plain, which the caller wipes. False: of no key that is still held, altered, or it does not
 * fit. */
bool tickets_open(struct tls_tickets *t, uint64_t now, struct span ticket, struct buf *plain);

#endif
