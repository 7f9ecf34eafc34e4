/* SPDX-License-Identifier: MIT */
/* TCP sockets: names to addresses, connecting within a time, listening, and the options that DICOM's
 * small request and response exchanges need. All sockets are non-blocking and close-on-exec. */
#ifndef DCMSEC_IO_NET_H
#define DCMSEC_IO_NET_H

#include "base/err.h"
#include "base/span.h"

#include <sys/types.h>

enum { NET_HOST = 256, NET_PORT = 6, NET_ADDR = 64 };

/* Takes apart HOST, HOST:PORT, [V6]:PORT or a bare V6 address; fallback is the port where none is
 * given. False with ERR_USAGE. */
bool net_split(const char *text, unsigned fallback, char host[NET_HOST], char port[NET_PORT],
	struct err *e);

/* The same for DCMTK's two words. */
bool net_host_port(const char *name, const char *number, char host[NET_HOST], char port[NET_PORT],
	struct err *e);

/* HOST:PORT, with brackets around a bare IPv6 address. */
enum { NET_PEER = NET_HOST + NET_PORT + 3 };
char *net_peer_text(const char *host, const char *port, char text[NET_PEER]);

/* Connects to the first address of host that answers, within ms milliseconds in all (0: no limit).
 * The file descriptor, or -1 with ERR_NETWORK; stop (may be NULL) is a flag that ends the waiting. */
int net_connect(
	const char *host, const char *port, uint64_t ms, const volatile int *stop, struct err *e);

/* What every connection of ours wants: no waiting for more to send (Nagle), and word of a peer that is
 * gone without one. */
void net_tune(int fd);

/* Listens on address (NULL: all, IPv6 and IPv4) and port ("0": any free one, *bound tells which). The
 * file descriptor, or -1 with ERR_NETWORK, or ERR_USAGE when port is none. */
int net_listen(const char *address, const char *port, unsigned *bound, struct err *e);

/* The next connection with the peer's address in text ("192.0.2.7:49152", "[2001:db8::1]:104"), or
 * -1 with errno. */
int net_accept(int listener, char peer[NET_ADDR]);

/* Asks the kernel to acknowledge at once what comes next. Linux forgets that wish, so it is repeated
 * each time before waiting: a peer that leaves Nagle's algorithm on would otherwise wait for our delayed
 * acknowledgement with every object. */
void net_hurry(int fd);

/* The port that a socket is bound to; 0 when that cannot be told. */
unsigned net_bound(int fd);

/* Makes a connection that somebody else accepted ready for our use. False: it is none. */
bool net_adopt(int fd, char peer[NET_ADDR]);

/* Received bytes, 0 at the end of the stream, -1 with errno. */
ssize_t net_read(int fd, struct mspan into);
ssize_t net_write(int fd, struct span from); /* never raises SIGPIPE */

#endif
