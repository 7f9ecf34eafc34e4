/* SPDX-License-Identifier: MIT */
/* Connecting without waiting, over all addresses of a host: for a loop that has other things to do. */
#ifndef DCMSEC_IO_DIAL_H
#define DCMSEC_IO_DIAL_H

#include "io/resolver.h"

#include <poll.h>
#include <stdint.h>

struct dial;

/* Looks the host up and begins to connect to its first address; all addresses together have ms
 * milliseconds (0: no limit). known NULL: the look-up of a name waits. Otherwise it does not, and has ms of
 * its own; known gets what it finds, and serves where it finds nothing: the addresses of last time, n 0 at
 * first. NULL with ERR_NETWORK; released with dial_free, which is fine with NULL. */
struct dial *dial_new(const char *host, const char *port, uint64_t ms, struct resolver_found *known,
	struct err *e);
void dial_free(struct dial *d);

/* What to poll for, and until when. */
uint64_t dial_wants(const struct dial *d, struct pollfd *p);

/* When the descriptor is ready or the deadline is over: a connected socket, which is the caller's from
 * now on, or -1 while it goes on, perhaps with another descriptor, or, with *e, when it has failed. */
int dial_turn(struct dial *d, bool ready, uint64_t now, struct err *e);

#endif
