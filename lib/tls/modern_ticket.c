/* SPDX-License-Identifier: MIT */
/* NewSessionTicket (RFC 8446 4.6.1; RFC 5077 3.3). */
#include "base/wipe.h"
#include "tls/modern.h"
#include <assert.h>
#include <string.h>

enum { DAY = 24 * 3600 }; /* RFC 5246 F.1.4: as long as a session of TLS 1.2 should live */

void ticket_secret(struct modern *m)
{
	uint8_t hash[KEYS_HASH];
	if (!m->resume.tickets && !m->resume.sessions)
		return;
	transcript_hash(&m->transcript, hash);
	schedule_derive(&m->schedule, "res master", hash, m->resume.secret);
}

static void pre_shared_key(const struct modern *m, struct span nonce, uint8_t *key)
{
	keys_expand(&m->schedule, m->resume.secret, "resumption", nonce, key, m->schedule.n);
}

/* ---- server */

/* TLS 1.2: it was announced, and must come. */
static struct span empty_ticket(void)
{
	static const uint8_t message[] = { NEW_SESSION_TICKET, 0, 0, 6, 0, 0, 0, 0, 0, 0 };
	return span_of(message, sizeof message);
}

/* Header and what stands before the ticket. One ticket is given: any nonce will do. */
static void write_front(const struct modern *m, struct buf *b, uint32_t age_add, size_t ticket)
{
	const bool v13 = m->version == TLS_1_3;
	buf_u8(b, NEW_SESSION_TICKET);
	buf_u24be(b, (uint32_t)(ticket + (v13 ? 14 : 6)));
	buf_u32be(b, m->resume.tickets->lifetime);
	if (v13) {
		buf_u32be(b, age_add);
		buf_u8(b, 1);
		buf_u8(b, 0);
	}
	buf_u16be(b, (uint16_t)ticket);
}

void ticket_make(struct modern *m)
{
	struct resume *r = &m->resume;
	const struct witness *w = &m->witness;
	const br_prng_class **random = m->config->rand_private;
	const bool v13 = m->version == TLS_1_3;
	uint8_t storage[SESSION_HEAD], front[16], key[KEYS_HASH], add[4] = { 0 };
	if (!r->willing)
		return;
	if (w->chain_n > SESSION_CHAIN) {
		r->message = v13 ? span_of(NULL, 0) : empty_ticket();
		return;
	}
	if (v13)
		(*random)->generate(random, add, sizeof add);
	struct span add_span = span_of(add, sizeof add);
	struct tls_session s = {
		.version = m->version,
		.suite = m->suite->code,
		.issued = r->now,
		.lifetime = r->tickets->lifetime,
		.secret = { m->schedule.secret, KEYS_MASTER },
		.server_name = span_str(m->server_name),
		.chain = { w->chain.p, w->chain_n },
	};
	span_u32be(&add_span, &s.age_add);
	if (v13) {
		pre_shared_key(m, span_of("", 1), key);
		s.secret = span_of(key, m->schedule.n);
	}
	struct buf head = buf_on(storage, sizeof storage), lead = buf_on(front, sizeof front);
	session_write_head(&head, &s);
	const size_t ticket = TICKET_BEFORE + head.n + w->chain_n + TICKET_TAG;
	write_front(m, &lead, s.age_add, ticket);
	assert(buf_ok(&head) && buf_ok(&lead));
	/* Everything meets around the chain, where that lies. */
	uint8_t *sealed = w->chain.p - head.n - TICKET_BEFORE;
	memcpy(w->chain.p - head.n, head.p, head.n);
	tickets_seal(r->tickets, r->now, random, (struct mspan){ sealed, ticket });
	memcpy(sealed - lead.n, lead.p, lead.n);
	if (v13)
		memset(sealed + ticket, 0, 2); /* no extensions */
	r->message = span_of(sealed - lead.n, lead.n + ticket + (v13 ? 2 : 0));
	wipe(storage, sizeof storage);
	wipe(key, sizeof key);
}

/* ---- client */

static bool malformed(struct modern *m)
{
	return modern_fail(
		m, ERR_TLS, DECODE_ERROR, "the server sent a malformed NewSessionTicket message");
}

bool ticket_read13(struct modern *m, struct span body)
{
	uint32_t lifetime, age_add;
	uint8_t key[KEYS_HASH];
	int alert;
	struct span nonce, ticket;
	struct hello ext = { 0 };
	if (!span_u32be(&body, &lifetime) || !span_u32be(&body, &age_add) ||
		!span_run(&body, 1, &nonce) || !span_run(&body, 2, &ticket) || ticket.n == 0)
		return malformed(m);
	if (!hello_extensions(&body, &ext, &alert) || body.n > 0)
		return modern_fail(m, ERR_TLS, (enum alert_code)(body.n > 0 ? DECODE_ERROR : alert),
			"the server sent malformed extensions with NewSessionTicket");
	m->idle++;
	if (!m->resume.sessions)
		return true;
	pre_shared_key(m, nonce, key);
	resume_keep(m, ticket, lifetime, age_add, span_of(key, m->schedule.n));
	wipe(key, sizeof key);
	return true;
}

/* It counts once the server's Finished does: until then it lies where the offer was. */
bool ticket_read12(struct modern *m, struct span body)
{
	struct resume *r = &m->resume;
	uint32_t lifetime;
	struct span ticket;
	if (!span_u32be(&body, &lifetime) || !span_run(&body, 2, &ticket) || body.n > 0)
		return malformed(m);
	r->offer = (struct tls_session){ .lifetime = lifetime == 0 ? TICKET_LIFETIME
			: lifetime < DAY                           ? lifetime
								   : DAY };
	if (ticket.n <= SESSION_TICKET) {
		memcpy(r->room.p + RESUME_COPY, ticket.p, ticket.n);
		r->offer.ticket = span_of(r->room.p + RESUME_COPY, ticket.n);
	}
	m->state = WAIT12_CCS;
	return true;
}
