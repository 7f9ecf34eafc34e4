/* SPDX-License-Identifier: MIT */
/* A connection's way in: from the wire to plaintext that the upper layer can eat. */
#include "io/conn_inner.h"

#include "io/net.h"

#include <errno.h>

struct mspan conn_in_room(struct conn *c)
{
	return c->tls ? tls_in(c->tls) : buf_room(&c->in);
}

static void in_done(struct conn *c, struct mspan where, size_t n)
{
	const size_t end = (size_t)(where.p - (uint8_t *)c) + n;
	if (end > c->used)
		c->used = end;
	if (c->tls)
		tls_in_done(c->tls, n);
	else
		buf_filled(&c->in, n);
	conn_moved(c, n);
}

struct span conn_plain(const struct conn *c)
{
	return c->tls ? tls_plain(c->tls) : buf_span(&c->in);
}

void conn_plain_done(struct conn *c, size_t n)
{
	if (!n)
		return;
	if (c->tls)
		tls_plain_done(c->tls, n);
	else
		buf_eat(&c->in, n);
}

static void end_of_stream(struct conn *c)
{
	c->peer_ended = true;
	if (c->tls)
		tls_in_end(c->tls);
}

bool conn_may_read(struct conn *c)
{
	return c->reads && c->phase == OPEN && !c->peer_ended && conn_in_room(c).n;
}

/* Reads what the socket has until there is plaintext to hand on, or no more may be read in this turn. */
void conn_read(struct conn *c)
{
	while (conn_may_read(c) && conn_plain(c).n == 0) {
		const struct mspan where = conn_in_room(c);
		const ssize_t n = net_read(c->fd, where);
		if (n < 0 && errno == EINTR)
			continue;
		c->reads--;
		if (n > 0) {
			in_done(c, where, (size_t)n);
			continue;
		}
		c->reads = 0;
		if (n == 0)
			end_of_stream(c);
		else if (errno == EAGAIN)
			net_hurry(c->fd); /* the next thing is to wait */
		else if (c->told)
			conn_end_now(c);
		else
			conn_broke(c, "receiving", errno);
	}
}

/* Reads to the end and forgets it: closing with bytes unread would reset the connection, and the
 * peer would lose our last words. */
void conn_drain(struct conn *c)
{
	uint8_t waste[4096];
	ssize_t n = 1;
	for (int i = 0; i < CONN_READS && n > 0; i++)
		n = net_read(c->fd, (struct mspan){ waste, sizeof waste });
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		conn_end_now(c);
}
