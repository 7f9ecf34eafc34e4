/* SPDX-License-Identifier: MIT */
/* Where a receiver's connections come from: a socket of its own that listens, one that inetd or systemd
 * opened for it, or a single connection. */
#ifndef DCMSEC_APP_DOOR_H
#define DCMSEC_APP_DOOR_H

#include "io/net.h"

struct door {
	const char *bind, *port; /* as for net_listen */
	bool inetd;              /* the socket on standard input */

	int listener; /* -1: none */
	bool ours;    /* we opened it */
	int single;   /* the one connection instead; -1: there is none, or it was taken */
	char peer[NET_ADDR];
	unsigned at; /* the port that it listens on */
};

/* Opens, or takes over what is there: systemd's socket goes before port. False with *e. */
bool door_open(struct door *d, struct err *e);
void door_close(struct door *d);

/* The next connection: its descriptor, and who it is from; or -1, with errno. */
int door_take(struct door *d, char who[NET_ADDR]);

#endif
