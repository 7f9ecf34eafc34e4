/* SPDX-License-Identifier: MIT */
/* The keeper: a process of its own that has our private key and does nothing but use it. Code that
 * parses a peer's bytes then never has the key in its memory. */
#ifndef DCMSEC_IO_KEEPER_H
#define DCMSEC_IO_KEEPER_H

#include "io/helper.h"
#include "pki/keyuse.h"

struct keeper {
	struct key_far far; /* what the TLS engines get in place of the key */
	struct helper helper;
	bool gone; /* it ended before its time */
};

/* Starts the keeper, as user (see helper_start), with a copy of key, which the caller wipes then. *k must
 * not move. The keeper ends by itself with this process, and can neither open, send nor start anything. An
 * operation whose keeper is gone fails. False with ERR_SYSTEM. */
bool keeper_start(struct keeper *k, const struct key *key, const char *user, struct err *e);
void keeper_end(struct keeper *k); /* waits for it; of one that was not started: fine */

#endif
