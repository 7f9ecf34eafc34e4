/* SPDX-License-Identifier: MIT */
/* Connecting without waiting, over all addresses of a host: for a loop that has other things to do.
 * Only the look-up of the name waits. */
#ifndef DCMSEC_IO_DIAL_H
#define DCMSEC_IO_DIAL_H

#include "base/err.h"

#include <stdint.h>

struct dial;

/* Looks the host up and begins to connect to its first address; all addresses together have ms
 * milliseconds (0: no limit). NULL with ERR_NETWORK; released with dial_free, which is fine with NULL. */
struct dial *dial_new(const char *host, const char *port, uint64_t ms, struct err *e);
void dial_free(struct dial *d);

int dial_fd(const struct dial *d); /* to poll for POLLOUT until ... */
uint64_t dial_deadline(const struct dial *d);

/* When the descriptor is ready or the deadline is over: a connected socket, which is the caller's from
 * now on, or -1 while it goes on, perhaps with another descriptor, or, with *e, when it has failed. */
int dial_turn(struct dial *d, bool ready, uint64_t now, struct err *e);

#endif
