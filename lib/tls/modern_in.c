/* SPDX-License-Identifier: MIT */
/* What comes: records are opened where they lie in the incoming buffer. Handshake messages are gathered
 * at its front, so each is one span and none is larger than the buffer. */
#include "base/wipe.h"
#include "tls/alert.h"
#include "tls/modern.h"
#include <string.h>

enum {
	IDLE_MAX = 32, /* records in a row that bring nothing */
};

static bool unexpected(struct modern *m, const char *what)
{
	return modern_fail(m, ERR_TLS, UNEXPECTED_MESSAGE,
		"the peer sent %s out of turn; report it with the product and version of the peer",
		what);
}

/* The one being gathered, whose header is there. */
static bool too_long(struct modern *m)
{
	struct span s = span_of(m->in.p, m->gathered);
	uint32_t n = 0;
	span_skip(&s, 1);
	span_u24be(&s, &n);
	return modern_fail(m, ERR_TLS, DECODE_ERROR,
		"the peer sent a handshake message of %u bytes, and %zu are there for it and the "
		"records "
		"that it comes in; have its certificate chain shortened, or leave --small out "
		"where it is "
		"given",
		(unsigned)n + 4, m->in.n);
}

static bool connected(const struct modern *m)
{
	return m->state == CONNECTED;
}

/* The part of a record that waits for its rest is moved to the front: once for a record, and a reading
 * then takes as much as the buffer holds. */
struct mspan modern_in(struct modern *m)
{
	if (m->failed || m->cut || m->peer_closed || m->plain.n > 0 || m->ahead.waits)
		return (struct mspan){ NULL, 0 };
	if (m->raw > m->gathered) {
		memmove(m->in.p + m->gathered, m->in.p + m->raw, m->end - m->raw);
		m->end -= m->raw - m->gathered;
		m->raw = m->gathered;
	}
	return (struct mspan){ m->in.p + m->end, m->in.n - m->end };
}

/* ---- messages */

static bool key_update(struct modern *m, struct span body)
{
	uint8_t ask;
	if (!span_u8(&body, &ask) || body.n > 0)
		return modern_fail(
			m, ERR_TLS, DECODE_ERROR, "the peer sent a malformed KeyUpdate message");
	if (ask > 1)
		return modern_fail(m, ERR_TLS, ILLEGAL_PARAMETER,
			"the peer sent a KeyUpdate message with a value that is none");
	keys_update(&m->schedule, m->rx_secret);
	keys_protect(&m->schedule, m->rx_secret, m->suite, &m->rx);
	m->idle++; /* a flood of them is no progress */
	/* 4.6.3: answered before the next data; when the buffer is full of what the peer does not read,
	 * asking again changes nothing. */
	if (ask && !m->closing)
		out_key_update(m, false);
	return true;
}

static bool client_finished(struct modern *m, struct span body)
{
	if (!auth_read_finished(m, body))
		return false;
	memcpy(m->rx_secret, m->next_secret, KEYS_HASH);
	wipe(m->next_secret, KEYS_HASH);
	keys_protect(&m->schedule, m->rx_secret, m->suite, &m->rx);
	m->state = CONNECTED;
	return true;
}

static const enum part ticket_flight[] = { PART_TICKET, PART_END };

static bool client_finished_done(struct modern *m)
{
	ticket_secret(m);
	ticket_make(m);
	if (m->resume.message.n > 0)
		m->flight = ticket_flight;
	return true;
}

/* No renegotiation, but no offence either (RFC 5246 7.2.2). */
static bool renegotiation(struct modern *m, struct span body)
{
	(void)body;
	m->idle++;
	out_alert(m, 1, NO_RENEGOTIATION);
	return true;
}

/* Who is first answers with nothing: the client in a full handshake, the server in one that resumes. */
static bool finished12_done(struct modern *m)
{
	static const enum part answer[] = { PART_TICKET, PART_CCS, PART_FINISHED, PART_END };
	const bool server = m->config->role == TLS_SERVER;
	if (server && !m->resume.used)
		ticket_make(m);
	if (!server && m->resume.willing && m->resume.offer.ticket.n > 0)
		resume_keep(m, m->resume.offer.ticket, m->resume.offer.lifetime, 0,
			span_of(m->schedule.secret, KEYS_MASTER));
	else if (!server && m->resume.used && !m->resume.willing)
		sessions_add(m->resume.sessions, &m->resume.offer); /* good for once more */
	if (server == m->resume.used)
		m->state = CONNECTED;
	else
		m->flight = m->resume.message.n > 0 ? answer : answer + 1;
	return true;
}

struct turn {
	uint16_t version; /* 0: any */
	enum modern_state state;
	enum message type;
	bool (*read)(struct modern *m, struct span body);
	bool (*done)(struct modern *m); /* when it is in the transcript; may be NULL */
	bool late;                      /* it vouches for the transcript before itself */
	bool change; /* keys change behind it: nothing may follow in its record (5.1) */
	bool after;  /* not a part of the transcript */
};

static const struct turn turns[] = {
	{ 0, WAIT_SERVER_HELLO, SERVER_HELLO, client_server_hello, .late = true },
	{ 0, WAIT_EXTENSIONS, ENCRYPTED_EXTENSIONS, client_extensions },
	{ 0, WAIT_REQUEST, CERTIFICATE_REQUEST, client_request },
	{ 0, WAIT_REQUEST, CERTIFICATE, auth_read_certificate },
	{ 0, WAIT_SERVER_CERT, CERTIFICATE, auth_read_certificate },
	{ 0, WAIT_SERVER_VERIFY, CERTIFICATE_VERIFY, auth_read_verify, .late = true },
	{ 0, WAIT_SERVER_FINISHED, FINISHED, auth_read_finished, client_server_done, .late = true,
		.change = true },
	{ 0, WAIT_CLIENT_HELLO, CLIENT_HELLO, server_client_hello, .late = true, .change = true },
	{ 0, WAIT_CLIENT_CERT, CERTIFICATE, auth_read_certificate },
	{ 0, WAIT_CLIENT_VERIFY, CERTIFICATE_VERIFY, auth_read_verify, .late = true },
	{ 0, WAIT_CLIENT_FINISHED, FINISHED, client_finished, client_finished_done, .late = true,
		.change = true },
	{ 0, WAIT12_SERVER_CERT, CERTIFICATE, auth_read_certificate },
	{ 0, WAIT12_SERVER_KEY, SERVER_KEY_EXCHANGE, client12_key },
	{ 0, WAIT12_REQUEST, CERTIFICATE_REQUEST, client12_request },
	{ 0, WAIT12_REQUEST, SERVER_HELLO_DONE, client12_done },
	{ 0, WAIT12_DONE, SERVER_HELLO_DONE, client12_done },
	{ 0, WAIT12_CLIENT_CERT, CERTIFICATE, auth_read_certificate },
	{ 0, WAIT12_CLIENT_KEY, CLIENT_KEY_EXCHANGE, server12_key },
	{ 0, WAIT12_CLIENT_VERIFY, CERTIFICATE_VERIFY, auth_read_verify, .late = true },
	{ 0, WAIT12_FINISHED, FINISHED, auth_read_finished12, finished12_done, .late = true,
		.change = true },
	{ 0, WAIT12_TICKET, NEW_SESSION_TICKET, ticket_read12 },
	{ TLS_1_3, CONNECTED, KEY_UPDATE, key_update, .change = true, .after = true },
	{ TLS_1_3, CONNECTED, NEW_SESSION_TICKET, ticket_read13, .after = true },
	{ TLS_1_2, CONNECTED, HELLO_REQUEST, renegotiation, .after = true },
	{ TLS_1_2, CONNECTED, CLIENT_HELLO, renegotiation, .after = true },
};

static const struct turn *turn_of(const struct modern *m, uint8_t type)
{
	for (size_t i = 0; i < sizeof turns / sizeof *turns; i++)
		if (turns[i].state == m->state && turns[i].type == type &&
			(!turns[i].version || turns[i].version == m->version))
			return &turns[i];
	return NULL;
}

/* late means: the reader adds the message itself when its own hash needs it earlier (hellos), else it
 * is added here. */
static bool dispatch(struct modern *m, const struct turn *t, struct span message)
{
	const struct span body = span_at(message, 4, message.n);
	const bool hello = t->state == WAIT_SERVER_HELLO || t->state == WAIT_CLIENT_HELLO;
	if (!t->late && !t->after)
		transcript_add(&m->transcript, message);
	if (!t->read(m, hello ? message : body))
		return false;
	if (t->late && !hello)
		transcript_add(&m->transcript, message);
	return !t->done || t->done(m);
}

/* RFC 5246 7.4.1.1: it says nothing to a client that negotiates, and is no part of the transcript. */
static bool hello_request_waits(const struct modern *m)
{
	return m->config->role == TLS_CLIENT && m->state != CONNECTED &&
		(m->version ? m->version == TLS_1_2 : m->config->min_version <= TLS_1_2);
}

/* Reads one gathered message. False: none is whole, or it failed. */
static bool next_message(struct modern *m)
{
	struct span s = span_of(m->in.p, m->gathered), message;
	uint8_t type;
	uint32_t n;
	if (!span_u8(&s, &type) || !span_u24be(&s, &n))
		return false;
	if (type == HELLO_REQUEST && n == 0 && hello_request_waits(m)) {
		memmove(m->in.p, m->in.p + 4, m->gathered - 4);
		m->gathered -= 4;
		m->idle++;
		return true;
	}
	const struct turn *t = turn_of(m, type);
	const uint8_t foreign = m->config->role == TLS_SERVER ? NEW_SESSION_TICKET : CLIENT_HELLO;
	if (!t || type == foreign || (type == HELLO_REQUEST && m->config->role == TLS_SERVER))
		return unexpected(m, "a handshake message");
	if (n + 4 > m->in.n - RECORD_SPARE)
		return too_long(m);
	s = span_of(m->in.p, m->gathered);
	if (!span_take(&s, 4 + n, &message))
		return false;
	if (t->change && s.n > 0)
		return unexpected(m, "a handshake message before a change of keys");
	if (!dispatch(m, t, message))
		return false;
	memmove(m->in.p, m->in.p + message.n, m->gathered - message.n);
	m->gathered -= message.n;
	return true;
}

/* ---- records */

static bool alert(struct modern *m, struct span content)
{
	uint8_t level, code;
	if (!span_u8(&content, &level) || !span_u8(&content, &code) || content.n > 0)
		return modern_fail(m, ERR_TLS, DECODE_ERROR, "the peer sent a malformed alert");
	if (code == CLOSE_NOTIFY && connected(m)) {
		m->peer_closed = true;
		if (!m->closing)
			out_close(m);
		return true;
	}
	if (code == USER_CANCELED ||
		(m->version == TLS_1_2 && level == 1 && code != CLOSE_NOTIFY)) {
		m->idle++;
		return true;
	}
	m->failed = true; /* an alert is not answered */
	m->tls.poorer = m->tls.spare && !m->hello_done &&
		(code == HANDSHAKE_FAILURE || code == PROTOCOL_VERSION);
	if (m->asked && m->config->chain_n == 0 && code >= 40)
		return err_set(&m->tls.err, ERR_TRUST, code,
			"the peer demands a client certificate, and we have none (alert %d); give "
			"us "
			"a private key and a certificate that it accepts",
			code);
	return tls_alert_received(&m->tls.err, code);
}

static bool content_came(struct modern *m, uint8_t type, struct mspan content)
{
	if (m->gathered > 0 && type != RECORD_HANDSHAKE)
		return unexpected(m, "another record within a handshake message");
	switch (type) {
	case RECORD_HANDSHAKE:
		if (content.n == 0)
			return unexpected(m, "an empty handshake record");
		memmove(m->in.p + m->gathered, content.p, content.n);
		m->gathered += content.n;
		return true;
	case RECORD_ALERT:
		return alert(m, span_of(content.p, content.n));
	case RECORD_DATA:
		if (!connected(m) || !m->rx.suite)
			return unexpected(m, "data before the end of the handshake");
		m->idle = content.n > 0 ? 0 : m->idle + 1;
		if (!m->closing)
			m->plain = content;
		return true;
	default:
		return unexpected(m, "a record of unknown type");
	}
}

/* Appendix D.4: a ChangeCipherSpec means nothing, and may come within the handshake. */
static bool ccs(struct modern *m, struct span body)
{
	if (m->version == TLS_1_2) {
		if (m->state != WAIT12_CCS || m->gathered > 0 || !span_eq_str(body, "\x01"))
			return unexpected(m, "ChangeCipherSpec");
		auth_protect12(m, false);
		m->state = WAIT12_FINISHED;
		return true;
	}
	if (connected(m) || !m->hello_done || m->gathered > 0 || !span_eq_str(body, "\x01"))
		return unexpected(m, "ChangeCipherSpec");
	m->idle++;
	return true;
}

static bool does_not_open(struct modern *m, int alert)
{
	return modern_fail(m, ERR_TLS, (enum alert_code)alert,
		"a TLS record from the peer does not verify; look for something in between "
		"that alters traffic, and try again");
}

/* RFC 8449 4: who agreed to our limit keeps to it, padding included. */
static bool over_limit(const struct modern *m, size_t record)
{
	return m->rx.suite && m->most && m->config->record_limit &&
		record > protect_before(&m->rx) + protect_after(&m->rx) + m->config->record_limit;
}

static bool opened(struct modern *m, struct mspan record)
{
	uint8_t type = record.p[0];
	struct mspan content = { record.p + RECORD_HEADER, record.n - RECORD_HEADER };
	int code = BAD_RECORD_MAC;
	if (type == RECORD_CCS)
		return ccs(m, span_of(content.p, content.n));
	/* A peer that fails before it has keys sends its alert in the clear. */
	const bool inner = m->rx.suite && m->version == TLS_1_3;
	if (type == RECORD_ALERT && inner && !connected(m) && content.n == 2)
		return alert(m, span_of(content.p, content.n));
	if (inner && type != RECORD_DATA)
		return unexpected(m, "a record that is not encrypted");
	if (!m->rx.suite && type == RECORD_DATA && m->skip >= record.n) {
		m->skip -= record.n;
		return true;
	}
	if (over_limit(m, record.n))
		return modern_fail(m, ERR_TLS, RECORD_OVERFLOW,
			"the peer sent a TLS record that is longer than we agreed");
	if (!protect_open(&m->rx, record, NULL, &type, &content, &code)) {
		if (code == BAD_RECORD_MAC && m->skip >= record.n && !connected(m)) {
			m->skip -= record.n;
			return true;
		}
		return does_not_open(m, code);
	}
	if (m->rx.suite)
		m->skip = 0;
	return content_came(m, type, content);
}

/* What read_ahead had to leave. */
static bool was_ahead(struct modern *m)
{
	m->ahead.waits = false;
	return m->ahead.alert ? does_not_open(m, m->ahead.alert)
			      : content_came(m, m->ahead.type, m->ahead.content);
}

/* Opens the next record. False: it is not whole yet, or it failed. */
static bool next_record(struct modern *m)
{
	struct span r = span_of(m->in.p + m->raw, m->end - m->raw);
	uint8_t type, major;
	uint16_t n;
	const size_t most = m->rx.suite ? RECORD_SEALED : RECORD_PLAIN;
	if (m->ahead.waits)
		return was_ahead(m);
	if (!span_u8(&r, &type) || !span_u8(&r, &major) || !span_skip(&r, 1) || !span_u16be(&r, &n))
		return false;
	if (!m->hello_done && (type < RECORD_CCS || type > RECORD_DATA || major != 3))
		return modern_fail(
			m, ERR_TLS, UNEXPECTED_MESSAGE, "what the peer sends is not TLS");
	if (n > most)
		return modern_fail(
			m, ERR_TLS, RECORD_OVERFLOW, "the peer sent a TLS record that is too long");
	if (r.n < n) {
		if (m->gathered + RECORD_HEADER + n > m->in.n)
			return too_long(m);
		return false;
	}
	const struct mspan record = { m->in.p + m->raw, (size_t)RECORD_HEADER + n };
	m->raw += record.n;
	if (!opened(m, record))
		return false;
	return m->idle <= IDLE_MAX || unexpected(m, "too many records without content");
}

static bool data_follows(const struct modern *m, struct mspan *record)
{
	struct span r = span_of(m->in.p + m->raw, m->end - m->raw);
	uint8_t type;
	uint16_t n;
	if (!span_u8(&r, &type) || type != RECORD_DATA || !span_skip(&r, 2) ||
		!span_u16be(&r, &n) || n > RECORD_SEALED || r.n < n)
		return false;
	*record = (struct mspan){ m->in.p + m->raw, (size_t)RECORD_HEADER + n };
	return !over_limit(m, record->n);
}

/* Opens the data that follow to where the plaintext ends, so that it is one piece. What turns out to be
 * something else, or none, waits until the plaintext before it is eaten. */
static void read_ahead(struct modern *m)
{
	struct mspan record;
	while (m->plain.n > 0 && !m->ahead.waits && protect_moves(&m->rx) &&
		data_follows(m, &record)) {
		uint8_t *end = m->plain.p + m->plain.n;
		int alert;
		const bool good = protect_open(
			&m->rx, record, end, &m->ahead.type, &m->ahead.content, &alert);
		m->raw += record.n;
		m->ahead.alert = good ? 0 : alert;
		m->ahead.waits = !good || m->ahead.type != RECORD_DATA || m->ahead.content.n == 0;
		if (!m->ahead.waits)
			m->plain.n += m->ahead.content.n;
	}
}

void modern_run(struct modern *m)
{
	while (!m->failed && m->plain.n == 0) {
		if (!out_flight(m) || m->peer_closed)
			return;
		if (!next_message(m) && (m->failed || !next_record(m)))
			return;
	}
	read_ahead(m);
}
