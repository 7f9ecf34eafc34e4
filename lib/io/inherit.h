/* SPDX-License-Identifier: MIT */
/* A socket that who started us has opened already: inetd's on standard input, or systemd's by
 * sd_listen_fds(3). It listens, or is one connection. */
#ifndef DCMSEC_IO_INHERIT_H
#define DCMSEC_IO_INHERIT_H

#include "base/err.h"
#include "io/net.h"

/* The number of sockets in LISTEN_FDS, when LISTEN_PID is this process: 0 when it is another one's, or
 * either is NULL. False with ERR_SYSTEM: what they say is no number, or more than one socket. */
bool inherit_count(const char *pid, const char *fds, long self, int *n, struct err *e);

/* systemd's socket by the environment, which no child of ours will see then: *fd, or -1 for none. */
bool inherit_activated(int *fd, struct err *e);

/* Takes over the socket, a TCP one, on a descriptor of our own behind the standard streams; the one it was on
 * stays. *listening tells whether it takes connections (then *port is its port) or is one, with its peer's
 * address in peer. -1 with ERR_SYSTEM: it is no such socket. */
int inherit_take(int from, bool *listening, unsigned *port, char peer[NET_ADDR], struct err *e);

#endif
