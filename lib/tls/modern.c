/* SPDX-License-Identifier: MIT */
/* Our own engine for TLS 1.3 as a struct tls. */
#include "tls/modern.h"
#include "tls/alert.h"
#include "base/wipe.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static struct modern *modern_of(struct tls *t)
{
	return (struct modern *)(void *)t;
}

static const struct modern *modern_const(const struct tls *t)
{
	return (const struct modern *)(const void *)t;
}

bool modern_fail(
	struct modern *m, enum err_kind kind, enum alert_code alert, const char *format, ...)
{
	char text[sizeof m->tls.err.text];
	va_list args;
	if (m->failed)
		return false;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	const char *stranger = m->hello_done
		? NULL
		: tls_stranger(span_of(m->first, m->first_n), m->config->role == TLS_CLIENT);
	err_set(&m->tls.err, stranger ? ERR_TLS : kind, alert == NO_ALERT ? 0 : (int)alert, "%s",
		stranger ? stranger : text);
	m->failed = true;
	m->content = 0; /* what was being filled is lost anyway */
	if (alert != NO_ALERT)
		out_alert(m, 2, (unsigned)alert);
	return false;
}

static struct mspan in(struct tls *t)
{
	return modern_in(modern_of(t));
}

static void in_done(struct tls *t, size_t n)
{
	struct modern *m = modern_of(t);
	if (m->first_n < sizeof m->first) {
		const size_t room = sizeof m->first - m->first_n, more = n < room ? n : room;
		memcpy(m->first + m->first_n, m->in.p + m->end, more);
		m->first_n += more;
	}
	m->end += n;
	modern_run(m);
}

static struct span out(const struct tls *t)
{
	const struct modern *m = modern_const(t);
	return span_of(m->out.p + m->head, m->tail - m->head);
}

static void out_done(struct tls *t, size_t n)
{
	struct modern *m = modern_of(t);
	m->head += n;
	modern_run(m);
}

static struct span plain(const struct tls *t)
{
	const struct modern *m = modern_const(t);
	return span_of(m->plain.p, m->failed ? 0 : m->plain.n);
}

static void plain_done(struct tls *t, size_t n)
{
	struct modern *m = modern_of(t);
	m->plain.p += n;
	m->plain.n -= n;
	if (m->plain.n == 0)
		modern_run(m);
}

static struct mspan room(struct tls *t)
{
	struct modern *m = modern_of(t);
	if (m->state != CONNECTED || m->flight || m->failed || m->closing || m->cut)
		return (struct mspan){ NULL, 0 };
	if (m->version == TLS_1_3 && m->tx.count >= m->update_after && m->content == 0)
		out_key_update(m, false);
	return out_room(m, RECORD_DATA);
}

static void room_done(struct tls *t, size_t n)
{
	out_filled(modern_of(t), n);
}

static void flush(struct tls *t)
{
	struct modern *m = modern_of(t);
	if (m->state == CONNECTED && !m->failed)
		out_seal(m);
}

static void close_ours(struct tls *t)
{
	struct modern *m = modern_of(t);
	if (!m->failed &&
		m->state != CONNECTED) /* RFC 8446 6.1: for a reason that is none of TLS */
		modern_fail(m, ERR_NETWORK, USER_CANCELED, "the handshake was given up here");
	if (m->failed || m->closing || m->state != CONNECTED)
		return;
	out_close(m);
	m->plain.n = 0;
	modern_run(m);
}

static void in_end(struct tls *t)
{
	struct modern *m = modern_of(t);
	if (m->failed || m->peer_closed)
		return;
	if (m->state == CONNECTED) {
		m->cut = true;
		m->flight = NULL; /* a ticket: link.resume, where it lies, may go from now on */
		return;
	}
	modern_fail(m, ERR_NETWORK, NO_ALERT, "%s",
		m->first_n == 0
			? "the peer closed the connection without a word of TLS; check host, port "
			  "and settings of both sides"
			: "the peer closed the connection in the middle of the TLS handshake; it "
			  "probably refused our certificate or our profile: look into its log");
}

static enum tls_state state(const struct tls *t)
{
	const struct modern *m = modern_const(t);
	if (m->failed)
		return TLS_FAILED;
	if (m->peer_closed && m->closing && !m->flight && m->head == m->tail)
		return TLS_CLOSED;
	if (m->cut)
		return TLS_CUT;
	if (m->state != CONNECTED || m->flight) /* a ticket may be on its way still */
		return TLS_HANDSHAKE;
	return m->closing || m->peer_closed ? TLS_CLOSING : TLS_READY;
}

static bool peer_closed(const struct tls *t)
{
	return modern_const(t)->peer_closed;
}

static void facts(const struct tls *t, struct tls_facts *f)
{
	const struct modern *m = modern_const(t);
	f->version = m->version;
	f->protocol = tls_version_name(f->version);
	f->suite = m->suite ? tls_suite_code(m->suite->code) : NULL;
	f->group = tls_group_name((unsigned)m->group);
	f->signature = m->server ? m->server->name : "";
	f->server_name = m->server_name;
	f->resumed = m->resume.used;
	witness_facts(&m->witness, f);
}

static const struct tls_ops modern_ops = {
	.in = in,
	.in_done = in_done,
	.out = out,
	.out_done = out_done,
	.plain = plain,
	.plain_done = plain_done,
	.room = room,
	.room_done = room_done,
	.flush = flush,
	.close = close_ours,
	.in_end = in_end,
	.state = state,
	.peer_closed = peer_closed,
	.facts = facts,
};

size_t modern_size(void)
{
	return sizeof(struct modern);
}

struct tls *modern_open(const struct tls_config *config, const struct tls_link *link, struct err *e)
{
	struct modern *m = link->state;
	memset(m, 0, sizeof *m);
	m->tls.ops = &modern_ops;
	m->tls.size = sizeof *m;
	m->config = config;
	m->verdict = link->verdict;
	m->in = link->in;
	m->out = link->out;
	m->state = WAIT_CLIENT_HELLO;
	m->rx.way = m->tx.way = config->gcm;
	transcript_init(&m->transcript);
	if (link->judge)
		witness_init(&m->witness, link->judge, link->leaf);
	resume_start(m, link);
	if (config->role == TLS_SERVER)
		return &m->tls;
	if (link->server_name && !tls_is_address(link->server_name) &&
		strlen(link->server_name) < sizeof m->server_name)
		memcpy(m->server_name, link->server_name, strlen(link->server_name));
	if (client_start(m))
		return &m->tls;
	err_set(e, m->tls.err.kind, m->tls.err.code, "%s", m->tls.err.text);
	tls_drop(&m->tls);
	return NULL;
}
