/* SPDX-License-Identifier: MIT */
/* The addresses of a host, in the order in which they are to be tried: looked up here, which may wait for
 * DNS, or in a process of its own, which does not. */
#ifndef DCMSEC_IO_RESOLVER_H
#define DCMSEC_IO_RESOLVER_H

#include "io/helper.h"

#include <netinet/in.h>
#include <sys/socket.h>

enum { RESOLVER_MOST = 16 }; /* what is behind them is left out */

struct resolver_found {
	unsigned n; /* 0: none, and why */
	char why[200];
	struct resolver_address {
		socklen_t size;
		struct sockaddr_in6 to; /* or a sockaddr_in in its place */
	} v[RESOLVER_MOST];
};

/* Looks up host (a name or an address) and port (a number). number: only if host is an address, which
 * never waits. False: there is none. */
bool resolver_find(const char *host, const char *port, bool number, struct resolver_found *found);

/* The same in a process of its own, which is confined to that. When h->fd can be read, resolver_take has
 * the answer. False: there can be no process. */
bool resolver_ask(struct helper *h, const char *host, const char *port);

/* Ends the process, and has what it found: an answer has come (ready), or is no longer waited for. */
void resolver_take(struct helper *h, bool ready, struct resolver_found *found);

#endif
