/* SPDX-License-Identifier: MIT */
#include "io/dial.h"

#include "io/clock.h"
#include "io/net.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct dial {
	char host[NET_HOST], port[NET_PORT];
	struct helper resolver; /* while the name is looked up elsewhere */
	struct resolver_found found, *known;
	unsigned next;                    /* the address after the one that is being tried */
	uint64_t ms, deadline, turn_ends; /* of all, and of what goes on now */
	int fd;
	int failure; /* errno of the last one */
};

static void hang_up(struct dial *d)
{
	if (d->fd >= 0)
		close(d->fd);
	d->fd = -1;
}

/* Begins with the next address that can be begun with. False: there is none. */
static bool try_next(struct dial *d, uint64_t now)
{
	while (d->next < d->found.n) {
		const struct resolver_address *a = &d->found.v[d->next];
		const struct sockaddr *to = (const struct sockaddr *)&a->to;
		/* An address that swallows everything leaves the others their share of the time. */
		const uint64_t rest = d->deadline > now ? d->deadline - now : 0;
		d->turn_ends = d->deadline == CLOCK_NEVER ? CLOCK_NEVER
							  : now + rest / (d->found.n - d->next);
		d->next++;
		d->fd = socket(to->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		if (d->fd >= 0) {
			net_tune(d->fd);
			if (connect(d->fd, to, a->size) == 0 || errno == EINPROGRESS)
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

static bool give_up(const struct dial *d, struct err *e)
{
	return err_set(e, ERR_NETWORK, d->failure, "cannot connect to %s port %s: %s%s", d->host,
		d->port, strerror(d->failure), advice(d->failure));
}

/* The look-up is over. */
static bool begin(struct dial *d, uint64_t now, struct err *e)
{
	if (d->known && d->found.n)
		*d->known = d->found;
	else if (d->known && d->known->n)
		d->found = *d->known;
	if (!d->found.n)
		return err_set(e, ERR_NETWORK, 0, "cannot find the address of %s: %s", d->host,
			d->found.why);
	d->deadline = clock_after(now, d->ms);
	return try_next(d, now) || give_up(d, e);
}

struct dial *dial_new(const char *host, const char *port, uint64_t ms, struct resolver_found *known,
	struct err *e)
{
	struct dial *d = calloc(1, sizeof *d);
	if (!d) {
		err_set(e, ERR_SYSTEM, ENOMEM, "no memory for a connection");
		return NULL;
	}
	d->fd = -1;
	d->ms = ms;
	d->known = known;
	snprintf(d->host, sizeof d->host, "%s", host);
	snprintf(d->port, sizeof d->port, "%s", port);
	if (!resolver_find(d->host, d->port, true, &d->found)) {
		if (known && resolver_ask(&d->resolver, d->host, d->port)) {
			d->turn_ends = clock_after(clock_ms(), ms);
			return d;
		}
		resolver_find(d->host, d->port, false, &d->found);
	}
	if (begin(d, clock_ms(), e))
		return d;
	dial_free(d);
	return NULL;
}

void dial_free(struct dial *d)
{
	if (!d)
		return;
	hang_up(d);
	helper_end(&d->resolver, true);
	free(d);
}

uint64_t dial_wants(const struct dial *d, struct pollfd *p)
{
	*p = d->resolver.pid ? (struct pollfd){ .fd = d->resolver.fd, .events = POLLIN }
			     : (struct pollfd){ .fd = d->fd, .events = POLLOUT };
	return d->turn_ends;
}

int dial_turn(struct dial *d, bool ready, uint64_t now, struct err *e)
{
	if (!ready && now < d->turn_ends)
		return -1;
	if (d->resolver.pid) {
		resolver_take(&d->resolver, ready, &d->found);
		begin(d, now, e);
		return -1;
	}
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
