/* SPDX-License-Identifier: MIT */
/* The server's half of a TLS 1.2 handshake with ECDHE (RFC 5246 7.4, RFC 8422). */
#include "base/wipe.h"
#include "tls/modern.h"
#include <string.h>

static const int groups[] = { 29, 23, 24, 25 };

static bool choose_suite(struct modern *m, const struct hello *h)
{
	const char *key = m->config->rsa ? "RSA" : "ECDSA";
	for (size_t i = 0; i < m->config->suites_n; i++) {
		const struct protect_suite *s = protect_suite(m->config->suites[i]);
		if (!s || s->version != TLS_1_2 || !hello_lists_suite(h, s->code) ||
			strcmp(tls_suite_auth(tls_suite_code(s->code)), key) != 0)
			continue;
		m->suite = s;
		m->transcript.use384 = s->sha384;
		return true;
	}
	return modern_fail(m, ERR_TLS, HANDSHAKE_FAILURE,
		"the client has no cipher suite in common with our profile and our %s key; compare "
		"the "
		"profiles of both sides",
		m->config->rsa ? "RSA" : "EC");
}

static bool choose_group(struct modern *m, const struct hello *h)
{
	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
		/* Who says nothing about groups may be taken to know P-256 (RFC 8422 4). */
		const bool theirs = hello_has(h, EXT_GROUPS)
			? hello_lists(h->ext[EXT_GROUPS], 2, (uint16_t)groups[i])
			: groups[i] == 23;
		if (theirs && m->config->curves >> groups[i] & 1) {
			m->group = groups[i];
			return true;
		}
	}
	return modern_fail(m, ERR_TLS, HANDSHAKE_FAILURE,
		"the client has no curve in common with our profile; compare the profiles of both "
		"sides");
}

static bool check_hello(struct modern *m, const struct hello *h)
{
	struct span methods = h->compression;
	size_t where;
	if (hello_lists_suite(h, FALLBACK_SCSV) && m->config->max_version > TLS_1_2)
		return modern_fail(m, ERR_TLS, INAPPROPRIATE_FALLBACK,
			"the client fell back to an older TLS version than both sides have (RFC "
			"7507); "
			"something in between may cause that");
	if (h->version < TLS_1_2)
		return modern_fail(m, ERR_TLS, PROTOCOL_VERSION,
			"the client speaks no newer version than %s, which our profile does not "
			"allow; "
			"compare the profiles of both sides",
			tls_version_name(h->version));
	if (hello_has(h, EXT_VERSIONS) && !hello_lists(h->ext[EXT_VERSIONS], 1, TLS_1_2))
		return modern_fail(m, ERR_TLS, PROTOCOL_VERSION,
			"the client speaks no TLS version that our profile allows; compare the "
			"profiles "
			"of both sides");
	if (!span_find(methods, 0, &where))
		return modern_fail(
			m, ERR_TLS, ILLEGAL_PARAMETER, "the client insists on compression");
	if (hello_has(h, EXT_RENEGOTIATION) && !span_eq(h->ext[EXT_RENEGOTIATION], span_of("", 1)))
		return modern_fail(m, ERR_TLS, HANDSHAKE_FAILURE,
			"the client takes this for a renegotiation (RFC 5746 3.6)");
	if (h->ext[EXT_EMS].n > 0)
		return modern_fail(m, ERR_TLS, DECODE_ERROR,
			"the client sent a malformed extended_master_secret");
	if (m->config->require_ems && !hello_has(h, EXT_EMS))
		return modern_fail(m, ERR_TLS, HANDSHAKE_FAILURE,
			"the client has no extended master secret (RFC 7627), which --require-ems "
			"asks "
			"for; update the client, or leave --require-ems out");
	return true;
}

static bool send_hello(struct modern *m, const struct hello *h)
{
	uint8_t storage[160];
	struct buf b = buf_on(storage, sizeof storage);
	(*m->config->rand_public)->generate(m->config->rand_public, m->randoms, 32);
	if (m->config->max_version >= TLS_1_3)
		memcpy(m->randoms + 24, "DOWNGRD\x01", 8); /* RFC 8446 4.1.3 */
	buf_u8(&b, SERVER_HELLO);
	const size_t body = buf_open(&b, 3);
	buf_u16be(&b, TLS_1_2);
	buf_bytes(&b, span_of(m->randoms, 32));
	/* Of a session that is resumed, the client's own; else there is none to come back to by it. */
	const size_t id = m->resume.used ? h->session_id.n : 0;
	buf_u8(&b, (uint8_t)id);
	buf_bytes(&b, span_at(h->session_id, 0, id));
	buf_u16be(&b, m->suite->code);
	buf_u8(&b, 0);
	const size_t list = buf_open(&b, 2);
	if (m->extended) {
		buf_u16be(&b, hello_ext_number(EXT_EMS));
		buf_u16be(&b, 0);
	}
	if (hello_has(h, EXT_RENEGOTIATION) || hello_lists_suite(h, RENEGOTIATION_SCSV)) {
		buf_u16be(&b, hello_ext_number(EXT_RENEGOTIATION));
		buf_u16be(&b, 1);
		buf_u8(&b, 0);
	}
	if (hello_has(h, EXT_POINTS)) {
		buf_u16be(&b, hello_ext_number(EXT_POINTS));
		buf_u16be(&b, 2);
		buf_u16be(&b, 0x0100);
	}
	if (m->resume.willing) {
		buf_u16be(&b, hello_ext_number(EXT_TICKET));
		buf_u16be(&b, 0);
	}
	if (m->most)
		out_write_limit(m, &b, TLS_1_2);
	if (b.n > list + 2)
		buf_close_be(&b, list, 2);
	else
		b.n = list; /* no extension: no list either */
	buf_close_be(&b, body, 3);
	if (!buf_ok(&b) || !out_message(m, buf_span(&b)))
		return modern_fail(m, ERR_TLS, INTERNAL_ERROR, "no ServerHello could be made");
	return true;
}

/* With the keys of an earlier session (RFC 5077 3.4, RFC 7627 5.3). False when it failed. */
static bool recall(struct modern *m, const struct hello *h)
{
	const struct span ticket = h->ext[EXT_TICKET];
	struct tls_session s;
	m->resume.willing = hello_has(h, EXT_TICKET) && m->extended && m->resume.tickets;
	if (ticket.n == 0 || !resume_recall(m, ticket, TLS_1_2, &s) ||
		!hello_lists_suite(h, s.suite))
		return true;
	if (!m->extended)
		return modern_fail(m, ERR_TLS, HANDSHAKE_FAILURE,
			"the client resumes a session without its extended master secret (RFC 7627 "
			"5.3)");
	if (resume_judge(m, s.chain))
		resume_continue12(m, &s);
	resume_forget(m);
	return true;
}

static bool resume(struct modern *m, const struct hello *h, struct span message)
{
	static const enum part answer[] = { PART_TICKET, PART_CCS, PART_FINISHED, PART_END };
	transcript_add(&m->transcript, message);
	if (!send_hello(m, h))
		return false;
	ticket_make(m);
	m->flight = m->resume.message.n > 0 ? answer : answer + 1;
	m->state = WAIT12_CCS;
	return true;
}

bool server12_hello(struct modern *m, const struct hello *h, struct span message)
{
	static const enum part open[] = { PART_CERT, PART_KEY, PART_DONE, PART_END };
	static const enum part mutual[] = { PART_CERT, PART_KEY, PART_REQUEST, PART_DONE,
		PART_END };
	m->version = TLS_1_2;
	if (!check_hello(m, h) || !out_limit(m, h))
		return false;
	span_text(hello_name(h->ext[EXT_SERVER_NAME]), m->server_name, sizeof m->server_name);
	m->extended = hello_has(h, EXT_EMS);
	memcpy(m->randoms + 32, h->random.p, 32);
	if (!recall(m, h))
		return false;
	if (m->resume.used)
		return resume(m, h, message);
	if (!choose_suite(m, h) || !choose_group(m, h))
		return false;
	struct span list = h->ext[EXT_SIGNATURES];
	span_skip(&list, 2);
	m->own = m->server = sign_choose(list, TLS_1_2, false, m->config->rsa, m->config->ec);
	if (!m->own)
		return modern_fail(m, ERR_TLS, HANDSHAKE_FAILURE,
			"the client takes no signature that our %s key can make",
			m->config->rsa ? "RSA" : "EC");
	transcript_add(&m->transcript, message);
	if (!send_hello(m, h))
		return false;
	const bool asks = m->config->trust != TLS_TRUST_IGNORE;
	m->flight = asks ? mutual : open;
	m->state = asks ? WAIT12_CLIENT_CERT : WAIT12_CLIENT_KEY;
	return true;
}

/* ServerKeyExchange, signed together with both randoms (RFC 8422 5.4). */
bool server12_write_key(struct modern *m, struct buf *out)
{
	uint8_t point[SHARE_POINT], hash[64], signature[SIGN_MAX];
	size_t n = 0;
	if (!share_make(m, &m->share, m->group, point, &n))
		return false;
	buf_u8(out, SERVER_KEY_EXCHANGE);
	const size_t body = buf_open(out, 3), params = out->n;
	buf_u8(out, 3); /* named_curve */
	buf_u16be(out, (uint16_t)m->group);
	buf_u8(out, (uint8_t)n);
	buf_bytes(out, span_of(point, n));
	const struct span pieces[] = { { m->randoms + 32, 32 }, { m->randoms, 32 },
		span_at(buf_span(out), params, out->n) };
	sign_hash(m->own, pieces, 3, hash);
	const size_t signature_n = sign_make(m->own, hash, m->config, signature);
	buf_u16be(out, m->own->code);
	buf_u16be(out, (uint16_t)signature_n);
	buf_bytes(out, span_of(signature, signature_n));
	buf_close_be(out, body, 3);
	return signature_n > 0;
}

/* ClientKeyExchange. */
bool server12_key(struct modern *m, struct span body)
{
	struct span point;
	if (!span_run(&body, 1, &point) || body.n > 0)
		return modern_fail(
			m, ERR_TLS, DECODE_ERROR, "the client sent a malformed ClientKeyExchange");
	if (point.n == 0 || !share_agree(&m->share, point, m->shared, &m->shared_n))
		return modern_fail(m, ERR_TLS, ILLEGAL_PARAMETER,
			"the client sent a key share that is no point of its curve");
	auth_master(m);
	m->state = m->witness.certs > 0 ? WAIT12_CLIENT_VERIFY : WAIT12_CCS;
	return true;
}

/* Piece 0 is the message up to the list of CAs, each name is two more. */
struct span server_request12_piece(const struct modern *m, size_t piece, uint8_t scratch[64])
{
	const struct tls_config *c = m->config;
	const size_t i = (piece - 1) / 2;
	if (piece > 0 && i >= c->ca_names_n)
		return span_of(NULL, 0);
	if (piece > 0 && piece % 2 == 0)
		return c->ca_names[i];
	struct buf b = buf_on(scratch, 64);
	if (piece > 0) {
		buf_u16be(&b, (uint16_t)c->ca_names[i].n);
		return buf_span(&b);
	}
	size_t names = 0;
	for (size_t k = 0; k < c->ca_names_n; k++)
		names += 2 + c->ca_names[k].n;
	uint8_t list[32];
	struct buf l = buf_on(list, sizeof list);
	sign_offer(&l, true);
	buf_u8(&b, CERTIFICATE_REQUEST);
	buf_u24be(&b, (uint32_t)(3 + l.n + 2 + names));
	buf_u8(&b, 2);
	buf_u8(&b, 64); /* ecdsa_sign */
	buf_u8(&b, 1);  /* rsa_sign */
	buf_bytes(&b, buf_span(&l));
	buf_u16be(&b, (uint16_t)names);
	return buf_span(&b);
}
