/* SPDX-License-Identifier: MIT */
#include "app/crowd.h"

#include "base/parts.h"
#include "io/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { ACCEPT_PAUSE_MS = 500, ASK_AGAIN_MS = 100 };

static bool stands(const struct inbox_peer *p)
{
	return p->associated && !conn_ending(scp_conn(p->scp));
}

size_t crowd_associated(const struct crowd *c)
{
	size_t n = 0;
	for (size_t i = 0; i < c->n; i++)
		n += stands(&c->peers[i]);
	return n;
}

/* ---- who is let in */

/* Only under DCMTK's name are there rules for hosts. */
bool crowd_holds(const struct inbox_peer *p)
{
	return FACE && p->held;
}

static uint8_t admit(void *arg, const struct scp *s, struct err *why)
{
	const struct crowd *c = arg;
	const struct inbox_peer *p = c->peers;
	size_t all = 0, same = 0;
	while (p->scp != s)
		p++;
	for (size_t i = 0; i < c->n; i++) {
		all += stands(&c->peers[i]);
		same += stands(&c->peers[i]) && c->peers[i].origin == p->origin;
	}
	if (c->leaving) {
		err_set(why, ERR_SYSTEM, 0, "the receiver ends");
		return PDU_REJECT_CONGESTION;
	}
	if (all < (size_t)c->limits->associations && same < (size_t)c->limits->per_address)
		return 0;
	err_set(why, ERR_LIMIT, 0, "%zu associations at once %sare the limit here",
		all < (size_t)c->limits->associations ? same : all,
		all < (size_t)c->limits->associations ? "from one address " : "");
	return PDU_REJECT_LIMIT;
}

static bool grow(struct crowd *c)
{
	if (c->n < c->cap)
		return true;
	const size_t cap = c->cap ? 2 * c->cap : 16;
	struct inbox_peer *peers = realloc(c->peers, cap * sizeof *peers);
	if (peers)
		c->peers = peers;
	struct pollfd *polls = realloc(c->polls, (cap + CROWD_OWN) * sizeof *polls);
	if (polls)
		c->polls = polls;
	if (peers && polls)
		c->cap = cap;
	return peers && polls;
}

bool crowd_open(struct crowd *c, const struct limits *limits, struct inbox *inbox,
	struct scp_config *config)
{
	*c = (struct crowd){ .limits = limits, .inbox = inbox, .config = config };
	config->admit = admit;
	config->admit_arg = c;
	return grow(c);
}

void crowd_close(struct crowd *c)
{
	for (size_t i = 0; i < c->n; i++)
		scp_free(c->peers[i].scp);
	free(c->peers);
	free(c->polls);
	*c = (struct crowd){ 0 };
}

static void cut(struct crowd *c, struct inbox_peer *p, const struct err *why)
{
	scp_cut(p->scp, why);
	if (!p->ended)
		inbox_tell(c->inbox, p, &(struct scp_news){ .what = SCP_ENDED, .err = *why });
}

static void forget(struct crowd *c, struct inbox_peer *p)
{
	scp_free(p->scp);
	*p = c->peers[--c->n];
}

/* Who is not in yet hears nothing. */
static void turn_out(struct crowd *c, struct inbox_peer *p, const struct err *why)
{
	inbox_shut_out(c->inbox, p->who, why);
	forget(c, p);
}

void crowd_cut(struct crowd *c, const struct err *why)
{
	for (size_t i = c->n; i-- > 0;)
		if (crowd_holds(&c->peers[i]))
			turn_out(c, &c->peers[i], why);
		else
			cut(c, &c->peers[i], why);
}

/* ---- rules for hosts */

static void ask(struct crowd *c, struct inbox_peer *p, uint64_t now)
{
	p->held = ++c->questions;
	p->unasked = !porter_ask(c->porter, p->held, p->who, !p->nameless);
	p->held_until = now + (p->unasked ? ASK_AGAIN_MS : PORTER_WAIT);
}

/* The answer to the first question, when it comes late, is to none that is still there. */
static void wait_no_longer(struct crowd *c, struct inbox_peer *p, uint64_t now)
{
	struct err why = { 0 };
	const bool again = p->unasked && now < p->came + PORTER_WAIT;
	if (again || !p->nameless) {
		p->nameless |= !again;
		ask(c, p, now);
		return;
	}
	err_set(&why, ERR_SYSTEM, 0, "nobody judged its address in time");
	turn_out(c, p, &why);
}

static void heed(struct crowd *c, uint64_t id, const struct err *why)
{
	for (size_t i = c->n; i-- > 0;) {
		struct inbox_peer *p = &c->peers[i];
		if (!p->held || p->held != id)
			continue;
		if (why->kind == ERR_NONE)
			p->held = 0;
		else
			turn_out(c, p, why);
	}
}

void crowd_heed(struct crowd *c, uint64_t now)
{
	struct err why;
	uint64_t id;
	while (FACE && c->porter && porter_next(c->porter, &id, &why))
		heed(c, id, &why);
	for (size_t i = c->n; FACE && i-- > 0;)
		if (crowd_holds(&c->peers[i]) && c->peers[i].held_until <= now)
			wait_no_longer(c, &c->peers[i], now);
}

/* ---- room */

/* Where those without an association are too many, one goes at once: the oldest of the newcomer's own
 * address when that has more than a quarter of them, otherwise the oldest of all. So who comes slowly,
 * or not at all, does not keep out who comes to say something. */
static void make_room(struct crowd *c, uint64_t origin)
{
	const size_t most = (size_t)c->limits->handshakes;
	size_t all = 0, same = 0;
	struct inbox_peer *oldest = NULL, *own = NULL;
	for (struct inbox_peer *p = c->peers; p < c->peers + c->n; p++) {
		if (p->associated)
			continue;
		all++;
		same += p->origin == origin;
		if (!oldest || p->came < oldest->came)
			oldest = p;
		if (p->origin == origin && (!own || p->came < own->came))
			own = p;
	}
	if (all < most)
		return;
	struct err why = { 0 };
	struct inbox_peer *out = own && same > most / 4 ? own : oldest;
	err_set(&why, ERR_LIMIT, 0,
		"it gave way to another: %zu connections without an association are the limit here",
		most);
	if (crowd_holds(out)) {
		turn_out(c, out, &why);
		return;
	}
	cut(c, out, &why);
	forget(c, out);
}

/* What ran out may not be ours to give back, so time alone must end this as well. */
static void pause_accepting(struct crowd *c, int failure)
{
	if (!c->accept_again)
		log_line(c->inbox->node->log, LOG_ERROR, "cannot take more connections: %s",
			strerror(failure));
	c->accept_again = clock_after(clock_ms(), ACCEPT_PAUSE_MS);
}

uint64_t crowd_paused(const struct crowd *c, uint64_t now)
{
	return c->accept_again > now ? c->accept_again : 0;
}

/* An address whose handshakes fail all the time costs no more of them. */
static void turn_away(struct crowd *c, struct inbox_peer *p)
{
	const unsigned most = (unsigned)c->limits->failures;
	struct err why = { 0 };
	uint64_t ms;
	if (!c->config->secure || !guard_barred(&c->inbox->guard, p->origin, most, p->came, &ms))
		return;
	err_set(&why, ERR_LIMIT, 0,
		"%u TLS handshakes from its address failed within a minute: refused for %llu s",
		most, (unsigned long long)(ms + 999) / 1000);
	cut(c, p, &why);
}

bool crowd_add(struct crowd *c, int fd, const char *who, struct err *e)
{
	struct inbox_peer *p = &c->peers[c->n];
	*p = (struct inbox_peer){ .came = clock_ms(), .origin = guard_origin(who) };
	memcpy(p->who, who, strlen(who) + 1);
	p->scp = scp_new(fd, c->config, e);
	if (!p->scp)
		return false;
	c->n++;
	turn_away(c, p);
	if (FACE && c->porter && !p->ended)
		ask(c, p, p->came);
	return true;
}

bool crowd_take(struct crowd *c, struct door *door)
{
	struct err e = { 0 };
	char who[NET_ADDR];
	if (!grow(c)) {
		pause_accepting(c, ENOMEM);
		return false;
	}
	const int fd = door_take(door, who);
	if (fd < 0) {
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
			pause_accepting(c, errno);
		return false;
	}
	c->accept_again = 0;
	make_room(c, guard_origin(who));
	if (!crowd_add(c, fd, who, &e))
		log_line(c->inbox->node->log, LOG_ERROR, "%s: %s", who, e.text);
	return true;
}

uint64_t crowd_poll(struct crowd *c)
{
	uint64_t deadline = CLOCK_NEVER;
	c->polls[1] = (struct pollfd){ .fd = FACE && c->porter ? c->porter->helper.fd : -1,
		.events = POLLIN };
	for (size_t i = 0; i < c->n; i++) {
		const struct inbox_peer *p = &c->peers[i];
		const struct conn *conn = scp_conn(p->scp);
		const bool held = crowd_holds(p);
		const uint64_t until = held ? p->held_until : scp_deadline(p->scp);
		c->polls[CROWD_OWN + i] = (struct pollfd){ .fd = held ? -1 : conn_fd(conn),
			.events = conn_wants(conn) };
		if (until < deadline)
			deadline = until;
	}
	return deadline;
}
