/* SPDX-License-Identifier: MIT */
/* A transport of two kinds with one face: room for plaintext out, plaintext in. For TLS these are the
 * engine's own buffers, so bytes are sealed and opened where they lie. What is needed only until the
 * association stands (the peer's chain, the association PDUs) is a second allocation that is given
 * back then. */
#include "io/conn.h"

#include "base/wipe.h"
#include "io/clock.h"
#include "io/net.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	LEAF_ROOM = 2560,   /* the peer's certificate; usual ones have 600 to 2,000 bytes */
	COMMAND_ROOM = 768, /* command sets of ours have 100 to 400 bytes */
	DRAIN_MS = 2000,    /* how long the peer may take to close after us */
	READS_A_TURN = 16,  /* reads for one connection before the others get their turn */
};

enum phase {
	OPEN,
	ENDING,   /* nothing more is read for the upper layer; what is queued goes out */
	DRAINING, /* our side is shut down; waiting for the peer's, so that it reads our last words */
	OVER,
};

/* Needed until the association stands. */
struct setup {
	uint8_t store[UL_STORE_GOOD];
	uint8_t scratch[PKI_SCRATCH];
};

struct conn {
	int fd;
	enum phase phase;
	struct conn_config config;
	struct ul ul;
	struct setup *setup;
	struct tls *tls;
	struct pki_judge judge;
	struct tls_facts facts;
	struct err err;
	uint64_t received, sent;
	uint64_t now, progress, drain_until;
	uint64_t await;
	const char *awaited;
	uint32_t owed;      /* bytes of the present PDV still to be put */
	size_t eaten;       /* bytes of plaintext that the last event used */
	unsigned reads;     /* that may still be made in this turn */
	bool peer_ended;    /* its side of the transport is closed */
	bool told;          /* ... and the upper layer knows */
	bool flush;         /* what is in the room is to leave */
	bool blocked;       /* the socket takes no more for now */
	struct buf in, out; /* plain only */
	size_t size;        /* of this allocation */
	uint8_t room[];
};

/* ---- making and releasing */

/* The allocation's tail, dealt out in pieces aligned for any type. */
struct deal {
	uint8_t *p;
	size_t n;
};

static struct mspan take(struct deal *d, size_t n)
{
	const struct mspan piece = { d->p, n };
	const size_t step = (n + 15) & ~(size_t)15;
	assert(step <= d->n);
	d->p += step;
	d->n -= step;
	return piece;
}

static size_t tail_size(const struct conn_config *config)
{
	const size_t pads = 64 + 15;
	if (!config->secure)
		return TLS_IN_SIZE + config->out + pads;
	return tls_size(&config->secure->config) + TLS_IN_SIZE + config->out + LEAF_ROOM + pads;
}

static bool open_tls(struct conn *c, struct deal *d)
{
	struct secure *s = c->config.secure;
	const struct secure_opts *opts = s->opts;
	const char *name = opts->sni ? opts->sni : opts->no_sni ? NULL : c->config.host;
	judge_init(&c->judge, &s->trust.rules, opts->trust.host, trust_now(&opts->trust),
		(struct mspan){ c->setup->scratch, sizeof c->setup->scratch });
	const struct tls_link link = {
		.state = take(d, tls_size(&s->config)).p,
		.in = take(d, TLS_IN_SIZE),
		.out = take(d, c->config.out),
		.leaf = take(d, LEAF_ROOM),
		.judge = &c->judge.vtable,
		.verdict = judge_error(&c->judge),
		.server_name = c->config.requestor ? name : NULL,
	};
	/* BearSSL cannot be told that nothing fresh is to be had, so a link is not even begun then. */
	if (!drbg_ready(&s->rand->public, &c->err) || !drbg_ready(&s->rand->private, &c->err))
		return false;
	c->tls = tls_open(&s->config, &link, &c->err);
	return c->tls != NULL;
}

struct conn *conn_new(int fd, const struct conn_config *config, struct err *e)
{
	struct conn_config usable = *config;
	if (usable.secure && usable.out > TLS_OUT_SIZE)
		usable.out = TLS_OUT_SIZE;
	const size_t size = sizeof(struct conn) + tail_size(&usable);
	struct conn *c = calloc(1, size);
	struct setup *setup = malloc(sizeof *setup);
	if (!c || !setup) {
		free(c);
		free(setup);
		close(fd);
		err_set(e, ERR_SYSTEM, ENOMEM, "no memory for another association");
		return NULL;
	}
	c->size = size;
	c->fd = fd;
	c->config = usable;
	c->setup = setup;
	c->now = c->progress = clock_ms();
	ul_init(&c->ul, usable.requestor, (uint32_t)usable.artim, c->now);
	ul_lend(&c->ul, (struct mspan){ setup->store, sizeof setup->store });

	struct deal d = { c->room, size - sizeof *c };
	d.p += -(uintptr_t)d.p & 15;
	d.n -= 15;
	if (!usable.secure) {
		const struct mspan in = take(&d, TLS_IN_SIZE), out = take(&d, usable.out);
		c->in = buf_on(in.p, in.n);
		c->out = buf_on(out.p, out.n);
	} else if (!open_tls(c, &d)) {
		err_set(e, c->err.kind, c->err.code, "%s", c->err.text);
		conn_free(c);
		return NULL;
	}
	return c;
}

static void free_setup(struct conn *c)
{
	ul_lend(&c->ul, (struct mspan){ 0 });
	free(c->setup);
	c->setup = NULL;
}

void conn_free(struct conn *c)
{
	if (!c)
		return;
	if (c->tls)
		tls_drop(c->tls);
	if (c->fd >= 0)
		close(c->fd);
	free(c->setup);
	wipe(c, c->size); /* plaintext is patient data */
	free(c);
}

/* The setup has done its work once the verdict is spoken and the association PDUs are exchanged. */
static void outgrow_setup(struct conn *c)
{
	if (c->setup && ul_store_free(&c->ul) && (!c->tls || tls_state(c->tls) != TLS_HANDSHAKE))
		free_setup(c);
}

/* ---- ending */

const struct err *conn_error(const struct conn *c)
{
	return &c->err;
}

bool conn_over(const struct conn *c)
{
	return c->phase == OVER;
}

static void end_now(struct conn *c)
{
	c->phase = OVER;
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

void conn_close(struct conn *c)
{
	if (c->phase != OPEN)
		return;
	c->phase = ENDING;
	c->flush = true;
	c->drain_until = clock_after(c->now, DRAIN_MS);
	if (c->tls)
		tls_close(c->tls);
}

/* The transport is of no use any more: the upper layer hears of it as of a lost connection. */
static void lose(struct conn *c)
{
	if (!c->told)
		ul_closed(&c->ul);
	c->told = true;
	conn_close(c);
}

static void broke(struct conn *c, const char *doing, int failure)
{
	err_set(&c->err, ERR_NETWORK, failure, "the connection broke while %s: %s", doing,
		strerror(failure));
	lose(c);
	end_now(c);
}

/* ---- bytes out */

static struct mspan in_room(struct conn *c)
{
	return c->tls ? tls_in(c->tls) : buf_room(&c->in);
}

static struct mspan room(struct conn *c)
{
	return c->tls ? tls_room(c->tls) : buf_room(&c->out);
}

static void room_done(struct conn *c, size_t n)
{
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
	c->sent += n;
	c->progress = c->now;
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
			if (c->phase == OPEN && !c->peer_ended && plain(c).n == 0 && in_room(c).n &&
				(errno == EPIPE || errno == ECONNRESET)) {
				c->blocked = true;
				return;
			}
			broke(c, "sending", errno);
			return;
		}
		wire_done(c, (size_t)n);
	}
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
			end_now(c);
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

/* ---- bytes in */

static void in_done(struct conn *c, size_t n)
{
	if (c->tls)
		tls_in_done(c->tls, n);
	else
		buf_filled(&c->in, n);
	c->received += n;
	c->progress = c->now;
}

static struct span plain(const struct conn *c)
{
	return c->tls ? tls_plain(c->tls) : buf_span(&c->in);
}

static void plain_done(struct conn *c, size_t n)
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

static bool may_read(struct conn *c)
{
	return c->reads && c->phase == OPEN && !c->peer_ended && in_room(c).n;
}

/* Reads what the socket has until there is plaintext to hand on, or no more may be read in this turn. */
static void read_wire(struct conn *c)
{
	while (may_read(c) && plain(c).n == 0) {
		const ssize_t n = net_read(c->fd, in_room(c));
		if (n < 0 && errno == EINTR)
			continue;
		c->reads--;
		if (n > 0) {
			in_done(c, (size_t)n);
			continue;
		}
		c->reads = 0;
		if (n == 0)
			end_of_stream(c);
		else if (errno == EAGAIN)
			net_hurry(c->fd); /* the next thing is to wait */
		else if (c->told)
			end_now(c);
		else
			broke(c, "receiving", errno);
	}
}

/* Reads to the end and forgets it: closing with bytes unread would reset the connection, and the
 * peer would lose our last words. */
static void drain(struct conn *c)
{
	uint8_t waste[4096];
	ssize_t n = 1;
	for (int i = 0; i < READS_A_TURN && n > 0; i++)
		n = net_read(c->fd, (struct mspan){ waste, sizeof waste });
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		end_now(c);
}

static void tls_news(struct conn *c)
{
	if (!c->tls || c->told)
		return;
	if (tls_peer_closed(c->tls))
		c->peer_ended = true; /* whatever the socket still gives is not for us */
	if (tls_state(c->tls) == TLS_FAILED) {
		const struct err *why = tls_error(c->tls);
		err_set(&c->err, why->kind, why->code, "%s", why->text);
		lose(c);
	}
}

/* After the TLS handshake the requestor's transport is open; without TLS it is from the start. */
static void open_upper_layer(struct conn *c)
{
	if (c->config.requestor && c->ul.state == STA4 &&
		(!c->tls || tls_state(c->tls) == TLS_READY))
		ul_connected(&c->ul, &c->err);
}

static void check_await(struct conn *c)
{
	if (c->phase != OPEN || !c->await || c->now < c->progress + c->await)
		return;
	const bool seconds = c->await % 1000 == 0;
	err_set(&c->err, ERR_NETWORK, ETIMEDOUT, "no %s for %llu %s", c->awaited,
		(unsigned long long)(seconds ? c->await / 1000 : c->await), seconds ? "s" : "ms");
	c->await = 0;
	if (c->owed) /* an abort cannot stand inside a PDV */
		lose(c);
	else
		ul_abort(&c->ul, PDU_ABORT_USER, 0);
}

void conn_turn(struct conn *c, short revents, uint64_t now)
{
	c->now = now;
	if (c->phase == OVER)
		return;
	if (c->phase == DRAINING) {
		drain(c);
		if (now >= c->drain_until)
			end_now(c);
		return;
	}
	ul_tick(&c->ul, now);
	if (revents & (POLLOUT | POLLERR | POLLHUP))
		c->blocked = false;
	c->reads = revents & (POLLIN | POLLERR | POLLHUP) ? READS_A_TURN : 0;
	read_wire(c);
	tls_news(c);
	if (c->phase == OVER)
		return;
	open_upper_layer(c);
	check_await(c);
	if (c->phase == ENDING && now >= c->drain_until) {
		end_now(c);
		return;
	}
	conn_push(c, true);
}

/* What the plaintext at hand gives. No event: all of it is eaten, and more can come in its place. */
static bool upper_layer_next(struct conn *c, struct ul_event *ev)
{
	struct span in = { 0 };
	if (c->phase == OPEN)
		in = plain(c);
	const size_t before = in.n;
	const bool found = ul_next(&c->ul, &in, ev);
	c->eaten = before - in.n;
	if (!found) {
		plain_done(c, c->eaten);
		c->eaten = 0;
	}
	return found;
}

bool conn_next(struct conn *c, struct ul_event *ev)
{
	plain_done(c, c->eaten);
	c->eaten = 0;
	outgrow_setup(c); /* the last event no longer borrows from it */
	bool found = upper_layer_next(c, ev);
	/* A TLS engine may have read ahead: each of its records is a span of its own. */
	while (!found && c->phase == OPEN && (plain(c).n || may_read(c))) {
		read_wire(c);
		tls_news(c);
		found = upper_layer_next(c, ev);
	}
	if (!found && c->peer_ended && !c->told && plain(c).n == 0) {
		lose(c);
		found = ul_next(&c->ul, &(struct span){ 0 }, ev);
	}
	if (found && ev->kind == UL_FAIL) {
		if (c->err.kind != ERR_NONE)
			ev->err = c->err;
		else
			c->err = ev->err;
	}
	return found;
}

/* ---- questions */

struct ul *conn_ul(struct conn *c)
{
	return &c->ul;
}

int conn_fd(const struct conn *c)
{
	return c->fd;
}

short conn_wants(const struct conn *c)
{
	struct conn *mine = (struct conn *)(uintptr_t)c; /* asking changes nothing */
	short wants = 0;
	/* What is not going to be read must not wake anybody: what came before it is dealt with first. */
	const bool reads = c->phase == OPEN && !c->peer_ended && plain(c).n == 0 && in_room(mine).n;
	if (c->phase == DRAINING || reads)
		wants |= POLLIN;
	if (c->phase != DRAINING && c->blocked)
		wants |= POLLOUT;
	return wants;
}

uint64_t conn_deadline(const struct conn *c)
{
	if (c->phase == ENDING || c->phase == DRAINING)
		return c->drain_until;
	const uint64_t artim = ul_deadline(&c->ul);
	const uint64_t await = c->await ? clock_after(c->progress, c->await) : CLOCK_NEVER;
	return artim < await ? artim : await;
}

void conn_await(struct conn *c, uint64_t ms, const char *what)
{
	c->await = ms;
	c->awaited = what;
	c->progress = c->now = clock_ms();
}

uint64_t conn_received(const struct conn *c)
{
	return c->received;
}

uint64_t conn_sent(const struct conn *c)
{
	return c->sent;
}

bool conn_secured(const struct conn *c)
{
	return c->tls && tls_state(c->tls) != TLS_HANDSHAKE && tls_state(c->tls) != TLS_FAILED;
}

const struct tls_facts *conn_facts(struct conn *c)
{
	if (!c->tls)
		return NULL;
	tls_facts(c->tls, &c->facts);
	return &c->facts;
}

const struct pki_peer *conn_peer(const struct conn *c)
{
	return c->tls ? &c->judge.peer : NULL;
}
