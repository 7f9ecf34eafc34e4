/* SPDX-License-Identifier: MIT */
/* A connection's way out: commands, data and control PDUs into the room, from there onto the wire. */
#include "io/conn_inner.h"

#include "io/net.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <sys/socket.h>

enum { COMMAND_ROOM = 768 }; /* command sets of ours have 100 to 400 bytes */

static struct mspan room(struct conn *c)
{
	return c->tls ? tls_room(c->tls) : buf_room(&c->out);
}

static void room_done(struct conn *c, size_t n)
{
	c->held = true;
	if (c->tls)
		tls_room_done(c->tls, n);
	else
		buf_filled(&c->out, n);
}

/* As much of s as there is room for. */
static size_t put(struct conn *c, struct span s)
{
	size_t done = 0;
	for (struct mspan to; s.n && (to = room(c)).n;) {
		const size_t n = s.n < to.n ? s.n : to.n;
		span_copy(&s, to.p, n);
		room_done(c, n);
		done += n;
	}
	return done;
}

/* Control PDUs go between PDVs, never into one. */
static void put_control(struct conn *c)
{
	if (c->owed || (c->tls && tls_state(c->tls) != TLS_READY))
		return;
	const struct span control = ul_out(&c->ul);
	const size_t n = put(c, control);
	if (n) {
		ul_out_done(&c->ul, n);
		c->flush = true;
	}
}

static struct span wire(struct conn *c)
{
	if (!c->tls)
		return c->flush || buf_room(&c->out).n == 0 ? buf_span(&c->out)
							    : (struct span){ 0 };
	if (c->flush)
		tls_flush(c->tls);
	return tls_out(c->tls);
}

static void wire_done(struct conn *c, size_t n)
{
	if (c->tls)
		tls_out_done(c->tls, n);
	else
		buf_eat(&c->out, n);
	conn_moved(c, n);
}

/* Writes until the socket takes no more or nothing is left. */
static void write_wire(struct conn *c)
{
	for (;;) {
		if (c->phase == OPEN)
			put_control(c);
		const struct span s = wire(c);
		if (s.n == 0)
			break;
		const ssize_t n = net_write(c->fd, s);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN) {
			c->blocked = true;
			return;
		}
		if (n < 0) {
			/* The peer's last words, an abort or an alert, may still be there to read,
			 * if there is room for them: otherwise poll would call again at once. */
			if (c->phase == OPEN && !c->peer_ended && conn_plain(c).n == 0 &&
				conn_in_room(c).n && (errno == EPIPE || errno == ECONNRESET)) {
				c->blocked = true;
				return;
			}
			conn_broke(c, "sending", errno);
			return;
		}
		wire_done(c, (size_t)n);
	}
	if (c->flush)
		c->held = false;
	c->flush = false;
}

void conn_push(struct conn *c, bool whole)
{
	if (c->phase == OVER || c->phase == DRAINING)
		return;
	c->flush |= whole;
	if (!c->blocked)
		write_wire(c);
	if (c->phase == OPEN && ul_finished(&c->ul) && ul_out(&c->ul).n == 0)
		conn_close(c);
	if (c->phase == ENDING && !c->blocked)
		write_wire(c);
	if (c->phase == ENDING && wire(c).n == 0) {
		shutdown(c->fd, SHUT_WR);
		c->phase = DRAINING;
		if (c->peer_ended)
			conn_end_now(c);
	}
}

bool conn_has_room(const struct conn *c)
{
	struct conn *mine = (struct conn *)(uintptr_t)c; /* asking changes nothing */
	return c->owed == 0 && ul_out(&c->ul).n == 0 && room(mine).n >= COMMAND_ROOM;
}

bool conn_command(struct conn *c, uint8_t context, struct span command, struct err *e)
{
	uint8_t head[PDU_DATA_HEAD];
	if (command.n + sizeof head > room(c).n)
		return err_set(e, ERR_LIMIT, 0, "a command set of %zu bytes is too long to send",
			command.n);
	if (!ul_data(&c->ul, context, true, true, (uint32_t)command.n, head, e))
		return false;
	put(c, span_of(head, sizeof head));
	put(c, command);
	return true;
}

bool conn_data(struct conn *c, uint8_t context, bool last, uint32_t n, struct err *e)
{
	uint8_t head[PDU_DATA_HEAD];
	if (c->owed || ul_out(&c->ul).n || room(c).n < sizeof head)
		return false;
	if (!ul_data(&c->ul, context, false, last, n, head, e))
		return false;
	put(c, span_of(head, sizeof head));
	c->owed = n;
	return true;
}

uint32_t conn_owed(const struct conn *c)
{
	return c->owed;
}

struct mspan conn_room(struct conn *c)
{
	struct mspan free_room = room(c);
	if (free_room.n > c->owed)
		free_room.n = c->owed;
	return free_room;
}

void conn_room_done(struct conn *c, size_t n)
{
	assert(n <= c->owed);
	c->owed -= (uint32_t)n;
	room_done(c, n);
}
