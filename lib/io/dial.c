/* SPDX-License-Identifier: MIT */
#include "io/dial.h"

#include "io/clock.h"
#include "io/net.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct dial {
	char host[NET_HOST], port[NET_PORT];
	struct addrinfo *list, *next; /* the address after the one that is being tried */
	unsigned left;                /* of them, with the present one */
	uint64_t deadline, turn_ends; /* of all, and of the present one */
	int fd;
	int failure; /* errno of the last one */
};

static bool look_up(struct dial *d, struct err *e)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG };
	int failure = getaddrinfo(d->host, d->port, &hints, &d->list);
	if (failure == EAI_NONAME ||
		failure == EAI_BADFLAGS) { /* AI_ADDRCONFIG hides ::1 on some hosts */
		const struct addrinfo plain = { .ai_socktype = SOCK_STREAM };
		failure = getaddrinfo(d->host, d->port, &plain, &d->list);
	}
	if (failure)
		return err_set(e, ERR_NETWORK, 0, "cannot find the address of %s: %s", d->host,
			failure == EAI_SYSTEM ? strerror(errno) : gai_strerror(failure));
	for (const struct addrinfo *a = d->list; a; a = a->ai_next)
		d->left++;
	d->next = d->list;
	return true;
}

static void hang_up(struct dial *d)
{
	if (d->fd >= 0)
		close(d->fd);
	d->fd = -1;
}

/* Begins with the next address that can be begun with. False: there is none. */
static bool try_next(struct dial *d, uint64_t now)
{
	while (d->next) {
		const struct addrinfo *a = d->next;
		d->next = a->ai_next;
		/* An address that swallows everything leaves the others their share of the time. */
		const uint64_t rest = d->deadline > now ? d->deadline - now : 0;
		d->turn_ends = d->deadline == CLOCK_NEVER ? CLOCK_NEVER : now + rest / d->left;
		d->left--;
		d->fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		if (d->fd >= 0) {
			net_tune(d->fd);
			if (connect(d->fd, a->ai_addr, a->ai_addrlen) == 0 || errno == EINPROGRESS)
				return true;
		}
		d->failure = errno;
		hang_up(d);
	}
	return false;
}

static const char *advice(int failure)
{
	switch (failure) {
	case ECONNREFUSED:
		return "; nothing listens on that port: check the port, and that the receiver runs";
	case ETIMEDOUT:
		return "; nothing answered: check the address, the route and the firewall";
	case EPIPE:
	case ECONNRESET:
		return "; the peer closed the connection at once: its log may say why";
	case EHOSTUNREACH:
	case ENETUNREACH:
		return "; there is no route to it: check the address and the network";
	default:
		return "";
	}
}

static void give_up(const struct dial *d, struct err *e)
{
	err_set(e, ERR_NETWORK, d->failure, "cannot connect to %s port %s: %s%s", d->host, d->port,
		strerror(d->failure), advice(d->failure));
}

struct dial *dial_new(const char *host, const char *port, uint64_t ms, struct err *e)
{
	struct dial *d = calloc(1, sizeof *d);
	if (!d) {
		err_set(e, ERR_SYSTEM, ENOMEM, "no memory for a connection");
		return NULL;
	}
	d->fd = -1;
	snprintf(d->host, sizeof d->host, "%s", host);
	snprintf(d->port, sizeof d->port, "%s", port);
	const bool found = look_up(d, e);
	const uint64_t now = clock_ms();
	d->deadline = ms ? clock_after(now, ms) : CLOCK_NEVER;
	if (found && try_next(d, now))
		return d;
	if (found)
		give_up(d, e);
	dial_free(d);
	return NULL;
}

void dial_free(struct dial *d)
{
	if (!d)
		return;
	hang_up(d);
	if (d->list)
		freeaddrinfo(d->list);
	free(d);
}

int dial_fd(const struct dial *d)
{
	return d->fd;
}

uint64_t dial_deadline(const struct dial *d)
{
	return d->turn_ends;
}

int dial_turn(struct dial *d, bool ready, uint64_t now, struct err *e)
{
	if (!ready && now < d->turn_ends)
		return -1;
	d->failure = ETIMEDOUT;
	if (ready) {
		socklen_t n = sizeof d->failure;
		getsockopt(d->fd, SOL_SOCKET, SO_ERROR, &d->failure, &n);
		if (d->failure == 0) {
			const int fd = d->fd;
			d->fd = -1;
			return fd;
		}
	}
	hang_up(d);
	if (!try_next(d, now))
		give_up(d, e);
	return -1;
}
