/* SPDX-License-Identifier: MIT */
/* The keeper: a process of its own that has our private key and does nothing but use it. Code that
 * parses a peer's bytes then never has the key in its memory. */
#ifndef DCMSEC_IO_KEEPER_H
#define DCMSEC_IO_KEEPER_H

#include "base/err.h"
#include "pki/keyuse.h"

#include <sys/types.h>

struct keeper {
	struct key_far far; /* what the TLS engines get in place of the key */
	int fd;             /* a pair of sockets joins the two; -1: none was started */
	pid_t pid;
	bool gone; /* it ended before its time */
};

/* Starts the keeper with a copy of key, which the caller wipes then. *k must not move. The keeper ends
 * by itself with this process; it neither heeds SIGINT, SIGTERM and SIGHUP nor can it open, send or
 * start anything. An operation whose keeper is gone fails. False with ERR_SYSTEM. */
bool keeper_start(struct keeper *k, const struct key *key, struct err *e);
void keeper_end(struct keeper *k); /* waits for it; of one that was not started: fine */

#endif
