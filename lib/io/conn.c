/* SPDX-License-Identifier: MIT */
/* A transport of two kinds with one face: room for plaintext out, plaintext in. For TLS these are the
 * engine's own buffers, so bytes are sealed and opened where they lie. What is needed only until the
 * association stands (the peer's chain, the association PDUs) is a second allocation that is given
 * back then. */
#include "io/conn_inner.h"

#include "base/wipe.h"
#include "io/clock.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	LEAF_ROOM = 2560, /* the peer's certificate; usual ones have 600 to 2,000 bytes */
	LEAST = 1024,     /* bytes that count as movement to a requestor; answers are shorter */
	DRAIN_MS = 2000,  /* how long the peer may take to close after us */
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

/* What comes from the wire lies last, and may never reach its end. */
static struct mspan take_last(struct conn *c, struct deal *d)
{
	const struct mspan in = take(d, c->config.in);
	c->used = (size_t)(in.p - (uint8_t *)c);
	return in;
}

static size_t tail_size(const struct conn_config *config)
{
	const size_t pads = 64 + 15;
	if (!config->secure)
		return config->in + config->out + pads;
	return tls_size(&config->secure->config) + config->in + config->out + LEAF_ROOM +
		(config->requestor ? TLS_RESUME_SIZE : 0) + pads;
}

static bool open_tls(struct conn *c, struct deal *d)
{
	struct secure *s = c->config.secure;
	const struct secure_opts *opts = s->opts;
	const char *name = opts->sni ? opts->sni : opts->no_sni ? NULL : c->config.host;
	const char *must_be = opts->trust.host;
	if (!must_be && opts->trust.check_host)
		must_be = c->config.host;
	judge_init(&c->judge, &s->trust.rules, must_be, trust_now(&opts->trust),
		(struct mspan){ c->setup->scratch, sizeof c->setup->scratch });
	struct tls_link link = {
		.state = take(d, tls_size(&s->config)).p,
		.out = take(d, c->config.out),
		.leaf = take(d, LEAF_ROOM),
		.judge = &c->judge.vtable,
		.verdict = judge_error(&c->judge),
		.server_name = c->config.requestor ? name : NULL,
		.fallback = c->config.fallback,
		.tickets = s->tickets,
		.sessions = s->sessions,
		.now = clock_date_ms(),
	};
	link.resume = c->config.requestor
		? take(d, TLS_RESUME_SIZE)
		: (struct mspan){ c->setup->resume, sizeof c->setup->resume };
	link.in = take_last(c, d);
	/* BearSSL cannot be told that nothing fresh is to be had, so a link is not even begun then. */
	if (!drbg_ready(&s->rand->public, &c->err) || !drbg_ready(&s->rand->private, &c->err))
		return false;
	c->tls = tls_open(&s->config, &link, &c->err);
	return c->tls != NULL;
}

struct conn *conn_new(int fd, const struct conn_config *config, struct err *e)
{
	struct conn_config usable = *config;
	if (usable.in < TLS_IN_SIZE)
		usable.in = TLS_IN_SIZE;
	const size_t size = sizeof(struct conn) + tail_size(&usable);
	struct conn *c = calloc(1, size);
	const size_t store = usable.store ? usable.store : UL_STORE_GOOD;
	struct setup *setup = malloc(sizeof *setup + store);
	if (!c || !setup) {
		free(c);
		free(setup);
		close(fd);
		err_set(e, ERR_SYSTEM, ENOMEM, "no memory for another association");
		return NULL;
	}
	c->used = size;
	c->fd = fd;
	c->config = usable;
	c->setup = setup;
	c->now = c->progress = clock_ms();
	ul_init(&c->ul, usable.requestor, (uint32_t)usable.artim, c->now);
	ul_lend(&c->ul, (struct mspan){ setup->store, store });

	struct deal d = { c->room, size - sizeof *c };
	d.p += -(uintptr_t)d.p & 15;
	d.n -= 15;
	if (!usable.secure) {
		const struct mspan out = take(&d, usable.out), in = take_last(c, &d);
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
	if (!c->setup)
		return;
	/* Both requests may hold somebody's name and password (PS3.7 D.3.3.7). */
	wipe(c->ul.in.p, c->ul.in.n);
	wipe(c->ul.out.p, c->ul.out.n);
	ul_lend(&c->ul, (struct mspan){ 0 });
	wipe(c->setup->resume, sizeof c->setup->resume);
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
	free_setup(c);
	wipe(c, c->used); /* plaintext is patient data */
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

bool conn_ending(const struct conn *c)
{
	return c->phase != OPEN;
}

bool conn_over(const struct conn *c)
{
	return c->phase == OVER;
}

void conn_end_now(struct conn *c)
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

void conn_abort(struct conn *c)
{
	if (!c->owed && c->phase == OPEN) {
		ul_abort(&c->ul);
		conn_push(c, true);
	}
	conn_close(c);
	conn_push(c, true);
}

void conn_give_up(struct conn *c, const struct err *why)
{
	err_set(&c->err, why->kind, why->code, "%s", why->text);
	conn_abort(c);
}

/* The transport is of no use any more: the upper layer hears of it as of a lost connection. */
void conn_lose(struct conn *c)
{
	if (!c->told)
		ul_closed(&c->ul);
	c->told = true;
	conn_close(c);
}

void conn_broke(struct conn *c, const char *doing, int failure)
{
	/* Which of the two a peer's reset becomes depends on the system call that notices it. */
	if (failure == EPIPE || failure == ECONNRESET)
		err_set(&c->err, ERR_NETWORK, ECONNRESET,
			"the peer closed the connection abruptly; its log may say why");
	else
		err_set(&c->err, ERR_NETWORK, failure, "the connection broke while %s: %s", doing,
			strerror(failure));
	conn_lose(c);
	conn_end_now(c);
}

/* ---- a turn */

/* Where it is not the judge that complains, it is the peer, about our certificate: which one that is. */
static void name_ours(struct conn *c)
{
	const struct tls_config *config = &c->config.secure->config;
	struct cert ours;
	char text[300];
	if (c->err.kind != ERR_TRUST || judge_error(&c->judge)->kind != ERR_NONE ||
		config->chain_n == 0 || !cert_read(config->chain[0], &ours, NULL))
		return;
	err_in(&c->err, "; ours: %s", cert_text(&ours, text, sizeof text));
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
		name_ours(c);
		conn_lose(c);
	}
}

/* After the TLS handshake the requestor's transport is open; without TLS it is from the start. */
static void open_upper_layer(struct conn *c)
{
	if (c->config.requestor && c->ul.state == STA4 &&
		(!c->tls || tls_state(c->tls) == TLS_READY))
		ul_connected(&c->ul, &c->err);
}

/* A requestor is not to be held by a peer that gives, or takes, a byte now and then. An acceptor has
 * limits of its own, in scp. */
void conn_moved(struct conn *c, size_t n)
{
	c->moved += n;
	if (c->config.requestor && c->moved < LEAST)
		return;
	c->progress = c->now;
	c->moved = 0;
}

static void check_await(struct conn *c)
{
	if (c->phase != OPEN || !c->await || c->now < c->progress + c->await)
		return;
	const bool seconds = c->await % 1000 == 0;
	err_set(&c->err, ERR_NETWORK, ETIMEDOUT, "no %s for %llu %s", c->awaited,
		(unsigned long long)(seconds ? c->await / 1000 : c->await), seconds ? "s" : "ms");
	c->await = 0;
	conn_abort(c);
}

void conn_turn(struct conn *c, short revents, uint64_t now)
{
	c->now = now;
	if (c->phase == OVER)
		return;
	if (c->phase == DRAINING) {
		conn_drain(c);
		if (now >= c->drain_until)
			conn_end_now(c);
		return;
	}
	ul_tick(&c->ul, now);
	if (revents & (POLLOUT | POLLERR | POLLHUP))
		c->blocked = false;
	c->reads = revents & (POLLIN | POLLERR | POLLHUP) ? CONN_READS : 0;
	conn_read(c);
	tls_news(c);
	if (c->phase == OVER)
		return;
	open_upper_layer(c);
	check_await(c);
	if (c->phase == ENDING && now >= c->drain_until) {
		conn_end_now(c);
		return;
	}
	conn_push(c, true);
	if (c->phase == OPEN) { /* the engine may fail only once its alert has left it */
		tls_news(c);
		conn_push(c, true);
	}
}

/* What the plaintext at hand gives. No event: all of it is eaten, and more can come in its place. */
static bool upper_layer_next(struct conn *c, struct ul_event *ev)
{
	struct span in = { 0 };
	if (c->phase == OPEN)
		in = conn_plain(c);
	const size_t before = in.n;
	const bool found = ul_next(&c->ul, &in, ev);
	c->eaten = before - in.n;
	if (!found) {
		conn_plain_done(c, c->eaten);
		c->eaten = 0;
	}
	return found;
}

bool conn_next(struct conn *c, struct ul_event *ev)
{
	conn_plain_done(c, c->eaten);
	c->eaten = 0;
	outgrow_setup(c); /* the last event no longer borrows from it */
	bool found = upper_layer_next(c, ev);
	/* Behind the plaintext that was eaten the TLS engine may find more in what was read. */
	while (!found && c->phase == OPEN && (conn_plain(c).n || conn_may_read(c))) {
		conn_read(c);
		tls_news(c);
		found = upper_layer_next(c, ev);
	}
	/* Behind the plaintext that was eaten the engine may have found a close_notify, or a fault. */
	if (!found) {
		tls_news(c);
		found = upper_layer_next(c, ev);
	}
	if (!found && c->peer_ended && !c->told && conn_plain(c).n == 0) {
		conn_lose(c);
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
	const bool reads =
		c->phase == OPEN && !c->peer_ended && conn_plain(c).n == 0 && conn_in_room(mine).n;
	if (c->phase == DRAINING || reads)
		wants |= POLLIN;
	if (c->phase != DRAINING && (c->blocked || c->held))
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
	c->moved = 0;
}

bool conn_secured(const struct conn *c)
{
	return c->tls && tls_state(c->tls) != TLS_HANDSHAKE && tls_state(c->tls) != TLS_FAILED;
}

bool conn_falls_back(const struct conn *c)
{
	return c->tls && tls_falls_back(c->tls);
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
