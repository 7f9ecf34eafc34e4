/* SPDX-License-Identifier: MIT */
/* Where a receiver's connections come from: a socket of its own that listens, one that inetd or systemd
 * opened for it, or a single connection; and who of those that knock is let in. */
#ifndef DCMSEC_APP_DOOR_H
#define DCMSEC_APP_DOOR_H

#include "cli/log.h"
#include "io/access_hosts.h"
#include "io/net.h"

struct door {
	const char *bind, *port;          /* as for net_listen */
	bool inetd;                       /* the socket on standard input */
	const struct access_files *hosts; /* rules for hosts; NULL: none */

	int listener; /* -1: none */
	bool ours;    /* we opened it */
	int single;   /* the one connection instead; -1: there is none, or it was taken */
	char peer[NET_ADDR];
	unsigned at; /* the port that it listens on */
};

/* Opens, or takes over what is there: systemd's socket goes before port. False with *e. */
bool door_open(struct door *d, struct err *e);
void door_close(struct door *d);

enum door_came {
	DOOR_NOBODY, /* errno tells why */
	DOOR_PEER,   /* *fd, who */
	DOOR_SHUT,   /* who was kept out, by *why; its connection is closed */
};
enum door_came door_take(struct door *d, int *fd, char who[NET_ADDR], struct err *why);

#endif
