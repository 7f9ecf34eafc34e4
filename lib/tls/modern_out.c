/* SPDX-License-Identifier: MIT */
/* What leaves: records are filled and sealed where they stand in the outgoing buffer, one behind the
 * other, so that many leave in one write. */
#include "base/wipe.h"
#include "tls/modern.h"
#include <assert.h>
#include <string.h>

/* Kept free for an answer to KeyUpdate, a last alert, and our close_notify. */
enum { RESERVE = 128 };

bool out_limit(struct modern *m, const struct hello *h)
{
	struct span body = h->ext[EXT_RECORD_LIMIT];
	uint16_t n;
	if (!hello_has(h, EXT_RECORD_LIMIT))
		return true;
	if (!span_u16be(&body, &n) || body.n > 0)
		return modern_fail(
			m, ERR_TLS, DECODE_ERROR, "the peer sent a malformed record_size_limit");
	if (n < 64)
		return modern_fail(m, ERR_TLS, ILLEGAL_PARAMETER,
			"the peer wants TLS records of %u bytes, and RFC 8449 allows no fewer than "
			"64",
			n);
	m->most = m->version == TLS_1_3 ? n - 1u : n; /* TLS 1.3 counts the inner type */
	return true;
}

void out_write_limit(const struct modern *m, struct buf *b, uint16_t version)
{
	const uint16_t ours = m->config->record_limit;
	buf_u16be(b, hello_ext_number(EXT_RECORD_LIMIT));
	buf_u16be(b, 2);
	buf_u16be(b, (uint16_t)((ours ? ours : RECORD_PLAIN) + (version == TLS_1_3)));
}

/* Content of one record at most, whatever the room. */
static size_t most(const struct modern *m)
{
	return m->tx.suite && m->most && m->most < RECORD_PLAIN ? m->most : RECORD_PLAIN;
}

static size_t overhead(const struct modern *m)
{
	return protect_before(&m->tx) + protect_after(&m->tx) + 1;
}

/* Where content of the record being filled ends at the latest. */
static size_t limit(const struct modern *m, size_t reserve)
{
	const size_t used = m->tail + overhead(m) + reserve;
	const size_t space = used < m->out.n ? m->out.n - used : 0;
	return space < most(m) ? space : most(m);
}

/* Content that still fits, in as many records as it takes. */
static size_t space(const struct modern *m)
{
	const size_t used = m->tail + RESERVE, each = overhead(m) + most(m);
	const size_t room = used < m->out.n ? m->out.n - used : 0, rest = room % each;
	const size_t all = room / each * most(m) + (rest > overhead(m) ? rest - overhead(m) : 0);
	return all > m->content ? all - m->content : 0;
}

static struct mspan room(struct modern *m, enum record_type kind, size_t reserve)
{
	if (m->content > 0 && m->kind != kind)
		out_seal(m);
	if (m->head == m->tail && m->content == 0)
		m->head = m->tail = 0;
	const size_t end = limit(m, reserve);
	m->kind = kind;
	if (end <= m->content)
		return (struct mspan){ NULL, 0 };
	return (struct mspan){ m->out.p + m->tail + protect_before(&m->tx) + m->content,
		end - m->content };
}

struct mspan out_room(struct modern *m, enum record_type kind)
{
	return room(m, kind, RESERVE);
}

void out_filled(struct modern *m, size_t n)
{
	m->content += n;
	if (m->content >= limit(m, RESERVE))
		out_seal(m);
}

void out_seal(struct modern *m)
{
	if (m->content == 0)
		return;
	m->tail += protect_seal(&m->tx, m->kind, m->out.p + m->tail, m->content);
	m->content = 0;
}

/* A whole record at once, from the reserve if need be. */
static bool out_record(struct modern *m, enum record_type kind, struct span content)
{
	out_seal(m);
	const struct mspan r = room(m, kind, 0);
	if (r.n < content.n)
		return false;
	memcpy(r.p, content.p, content.n);
	m->content = content.n;
	out_seal(m);
	return true;
}

void out_ccs(struct modern *m)
{
	static const uint8_t one[] = { RECORD_CCS, 3, 3, 0, 1, 1 };
	if (m->ccs_sent || (m->version != TLS_1_2 && m->session_id_n == 0))
		return;
	out_seal(m);
	if (m->out.n - m->tail < sizeof one)
		return; /* it only pleases boxes in between */
	memcpy(m->out.p + m->tail, one, sizeof one);
	m->tail += sizeof one;
	m->ccs_sent = true;
}

void out_alert(struct modern *m, unsigned level, unsigned code)
{
	const uint8_t alert[2] = { (uint8_t)level, (uint8_t)code };
	out_record(m, RECORD_ALERT, span_of(alert, sizeof alert));
}

void out_close(struct modern *m)
{
	m->closing = true;
	if (m->flight)
		return; /* behind the ticket that waits for room */
	out_seal(m);
	out_alert(m, 1, CLOSE_NOTIFY);
}

bool out_key_update(struct modern *m, bool ask)
{
	const uint8_t update[5] = { KEY_UPDATE, 0, 0, 1, ask };
	if (!out_record(m, RECORD_HANDSHAKE, span_of(update, sizeof update)))
		return false;
	keys_update(&m->schedule, m->tx_secret);
	keys_protect(&m->schedule, m->tx_secret, m->suite, &m->tx);
	return true;
}

/* As much as fits, or with whole all or nothing; returns the bytes taken. */
static size_t put(struct modern *m, struct span bytes, bool whole)
{
	size_t taken = 0;
	out_room(m, RECORD_HANDSHAKE);
	if (whole && space(m) < bytes.n)
		return 0;
	while (taken < bytes.n) {
		const struct mspan r = out_room(m, RECORD_HANDSHAKE);
		const struct span rest = span_at(bytes, taken, r.n);
		if (rest.n == 0)
			break;
		memcpy(r.p, rest.p, rest.n);
		transcript_add(&m->transcript, rest);
		out_filled(m, rest.n);
		taken += rest.n;
	}
	return taken;
}

bool out_message(struct modern *m, struct span message)
{
	return put(m, message, true) == message.n;
}

/* A message in pieces of any size: goes on where it stopped. */
static bool put_pieces(struct modern *m)
{
	uint8_t scratch[64];
	for (;;) {
		const struct span piece = *m->flight == PART_TICKET
			? m->piece == 0 ? m->resume.message : span_of(NULL, 0)
			: *m->flight == PART_CERT ? auth_certificate_piece(m, m->piece, scratch)
			: m->version == TLS_1_3   ? server_request_piece(m, m->piece, scratch)
						  : server_request12_piece(m, m->piece, scratch);
		if (piece.n == 0)
			return true;
		m->offset += put(m, span_at(piece, m->offset, piece.n), false);
		if (m->offset < piece.n)
			return false;
		m->piece++;
		m->offset = 0;
	}
}

static bool put_small(struct modern *m)
{
	uint8_t storage[4 + 4 + SHARE_POINT + 4 + SIGN_MAX];
	struct buf b = buf_on(storage, sizeof storage);
	bool ok = true;
	out_room(m, RECORD_HANDSHAKE);
	if (space(m) < sizeof storage) {
		out_seal(m);
		if (m->head < m->tail)
			return false; /* a signature is made once: wait for room first */
	}
	if (*m->flight == PART_EXTENSIONS)
		server_write_extensions(m, &b);
	else if (*m->flight == PART_VERIFY)
		ok = auth_write_verify(m, &b);
	else if (*m->flight == PART_KEY)
		ok = m->config->role == TLS_SERVER ? server12_write_key(m, &b)
						   : client12_write_key(m, &b);
	else if (*m->flight == PART_DONE)
		buf_bytes(&b, span_of((const uint8_t[]){ SERVER_HELLO_DONE, 0, 0, 0 }, 4));
	else
		ok = auth_write_finished(m, &b);
	if (!ok) /* keeps an error that is there already */
		return modern_fail(m, ERR_TLS, INTERNAL_ERROR,
			"our private key could not make a signature; check that it is not damaged");
	assert(buf_ok(&b));
	if (!out_message(m, buf_span(&b)))
		return modern_fail(
			m, ERR_TLS, INTERNAL_ERROR, "the outgoing TLS buffer is too small");
	if (*m->flight == PART_KEY && m->config->role == TLS_CLIENT)
		auth_master(m);
	return true;
}

/* TLS 1.2: from here on with keys (RFC 5246 7.1). */
static bool change_cipher(struct modern *m)
{
	out_seal(m);
	if (m->head == m->tail)
		m->head = m->tail = 0;
	if (m->out.n - m->tail < RESERVE)
		return false;
	m->ccs_sent = false;
	out_ccs(m);
	auth_protect12(m, true);
	return true;
}

static bool put_part(struct modern *m)
{
	switch (*m->flight) {
	case PART_CERT:
	case PART_REQUEST:
	case PART_TICKET:
		return put_pieces(m);
	case PART_CCS:
		return change_cipher(m);
	default:
		return put_small(m);
	}
}

static void flight_done(struct modern *m)
{
	m->flight = NULL;
	out_seal(m);
	if (m->state == CONNECTED) { /* that was a ticket */
		if (m->closing)
			out_close(m);
		return;
	}
	if (m->version == TLS_1_2) {
		if (m->state == WAIT12_FINISHED) /* a server: it has read the client's before */
			m->state = CONNECTED;
	} else if (m->config->role == TLS_SERVER) {
		server_flight_done(m);
	} else {
		memcpy(m->tx_secret, m->next_secret, KEYS_HASH);
		keys_protect(&m->schedule, m->tx_secret, m->suite, &m->tx);
		wipe(m->next_secret, KEYS_HASH);
		m->state = CONNECTED;
		ticket_secret(m);
	}
}

bool out_flight(struct modern *m)
{
	while (m->flight && *m->flight != PART_END) {
		if (!put_part(m)) {
			out_seal(m);
			return false;
		}
		m->piece = m->offset = 0;
		m->flight++;
	}
	if (m->flight)
		flight_done(m);
	return true;
}
