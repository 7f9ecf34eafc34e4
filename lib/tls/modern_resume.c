/* SPDX-License-Identifier: MIT */
#include "tls/modern_resume.h"
#include "base/wipe.h"
#include "tls/modern.h"
#include <string.h>

/* A hello without a ticket is smaller than this. */
enum { HELLO_ROOM = 1400 };

void resume_start(struct modern *m, const struct tls_link *link)
{
	struct resume *r = &m->resume;
	if (link->resume.n < TLS_RESUME_SIZE)
		return;
	r->tickets = m->config->role == TLS_SERVER ? link->tickets : NULL;
	r->sessions = m->config->role == TLS_CLIENT ? link->sessions : NULL;
	r->now = link->now;
	r->room = link->resume;
	if (r->tickets || r->sessions)
		m->witness.chain = (struct mspan){ r->room.p + RESUME_FRONT, SESSION_CHAIN };
}

static struct buf copy_room(const struct modern *m)
{
	return buf_on(m->resume.room.p + RESUME_COPY, m->resume.room.n - RESUME_COPY);
}

/* The judge is asked before anything is offered: a server whose certificate has expired may have a new
 * one, and shows it in a full handshake. */
void resume_offer(struct modern *m)
{
	struct resume *r = &m->resume;
	struct tls_session s;
	if (!r->sessions)
		return;
	struct buf copy = copy_room(m);
	if (!sessions_take(r->sessions, r->now, m->config, &copy, &s))
		return;
	if (s.ticket.n + HELLO_ROOM > m->out.n ||
		!span_eq(s.server_name, span_str(m->server_name)) || !resume_judge(m, s.chain))
		return;
	r->offer = s;
	memcpy(r->secret, s.secret.p, s.secret.n);
}

bool resume_offers(const struct modern *m, uint16_t version)
{
	return m->resume.offer.ticket.n > 0 && m->resume.offer.version == version;
}

bool resume_recall(
	struct modern *m, struct span ticket, uint16_t version, struct tls_session *session)
{
	struct resume *r = &m->resume;
	if (!r->tickets)
		return false;
	struct buf copy = copy_room(m);
	if (!tickets_open(r->tickets, r->now, ticket, &copy) ||
		!session_read(buf_span(&copy), session) || session->version != version ||
		!session_live(session, r->now) || !session_allowed(session, m->config) ||
		!span_eq(session->server_name, span_str(m->server_name)))
		return false;
	memcpy(r->secret, session->secret.p, session->secret.n);
	return true;
}

void resume_forget(struct modern *m)
{
	if (m->resume.tickets)
		wipe(m->resume.room.p + RESUME_COPY, m->resume.room.n - RESUME_COPY);
}

bool resume_judge(struct modern *m, struct span chain)
{
	const br_x509_class **judge = &m->witness.vtable;
	struct span cert;
	unsigned usages = 0;
	if (chain.n == 0)
		return m->config->role == TLS_SERVER && m->config->trust != TLS_TRUST_REQUIRE;
	if (!m->witness.judge)
		return false;
	(*judge)->start_chain(judge, NULL);
	while (session_next_cert(&chain, &cert)) {
		(*judge)->start_cert(judge, (uint32_t)cert.n);
		(*judge)->append(judge, cert.p, cert.n);
		(*judge)->end_cert(judge);
	}
	if ((*judge)->end_chain(judge) == 0 && (*judge)->get_pkey(judge, &usages) &&
		usages & BR_KEYTYPE_SIGN)
		return true;
	(*judge)->start_chain(judge, NULL); /* which forgets */
	return false;
}

void resume_keep(struct modern *m, struct span ticket, uint32_t lifetime, uint32_t age_add,
	struct span secret)
{
	const struct witness *w = &m->witness;
	const struct tls_session s = {
		.version = m->version,
		.suite = m->suite->code,
		.issued = m->resume.now,
		.lifetime = lifetime < SESSION_WEEK ? lifetime : SESSION_WEEK,
		.age_add = age_add,
		.secret = secret,
		.server_name = span_str(m->server_name),
		.ticket = ticket,
		.chain = { w->chain.p, w->chain_n },
	};
	if (w->chain_n > 0 && w->chain_n <= w->chain.n)
		sessions_add(m->resume.sessions, &s);
}

void resume_continue12(struct modern *m, const struct tls_session *session)
{
	m->suite = protect_suite(session->suite);
	m->transcript.use384 = m->suite->sha384;
	memcpy(m->schedule.secret, m->resume.secret, KEYS_MASTER);
	m->resume.used = true;
}
