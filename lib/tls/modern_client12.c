/* SPDX-License-Identifier: MIT */
/* The client's half of a TLS 1.2 handshake with ECDHE (RFC 5246 7.4, RFC 8422), from the ServerHello on. */
#include "base/wipe.h"
#include "tls/modern.h"
#include <string.h>

static bool illegal(struct modern *m, const char *what)
{
	return modern_fail(m, ERR_TLS, ILLEGAL_PARAMETER,
		"the server answered with %s that we did not offer; report it with the product and "
		"version of the peer",
		what);
}

/* RFC 8446 4.1.3: what a server that knows better writes into its random. */
static bool downgraded(const struct hello *h)
{
	struct span mark = span_at(h->random, 24, 8);
	struct span text;
	uint8_t which;
	return span_take(&mark, 7, &text) && span_eq_str(text, "DOWNGRD") &&
		span_u8(&mark, &which) && which <= 1;
}

static bool check_extensions(struct modern *m, const struct hello *h)
{
	const uint32_t asked = 1u << EXT_EMS | 1u << EXT_RENEGOTIATION | 1u << EXT_POINTS |
		1u << EXT_RECORD_LIMIT | (m->resume.sessions ? 1u << EXT_TICKET : 0) |
		(m->server_name[0] ? 1u << EXT_SERVER_NAME : 0);
	if (h->unknown || h->has & ~asked)
		return modern_fail(m, ERR_TLS, UNSUPPORTED_EXTENSION,
			"the server answered with an extension that was not asked for");
	if (h->ext[EXT_EMS].n > 0 || h->ext[EXT_TICKET].n > 0)
		return modern_fail(m, ERR_TLS, DECODE_ERROR,
			"the server sent a malformed extended_master_secret or session_ticket");
	if (hello_has(h, EXT_RENEGOTIATION) && !span_eq(h->ext[EXT_RENEGOTIATION], span_of("", 1)))
		return modern_fail(m, ERR_TLS, HANDSHAKE_FAILURE,
			"the server takes this for a renegotiation (RFC 5746 3.4); somebody may be "
			"in "
			"between");
	m->extended = hello_has(h, EXT_EMS);
	m->resume.willing = hello_has(h, EXT_TICKET);
	if (m->config->require_ems && !m->extended)
		return modern_fail(m, ERR_TLS, HANDSHAKE_FAILURE,
			"the server has no extended master secret (RFC 7627), which --require-ems "
			"asks "
			"for; update the server, or leave --require-ems out");
	return true;
}

/* What comes before the server's Finished. */
static enum modern_state after_hellos(const struct modern *m)
{
	return m->resume.willing ? WAIT12_TICKET : WAIT12_CCS;
}

bool client12_hello(struct modern *m, const struct hello *h, struct span message)
{
	bool offered = false;
	m->tls.poorer = m->tls.spare && h->version < TLS_1_2;
	if (h->version != TLS_1_2)
		return modern_fail(m, ERR_TLS, PROTOCOL_VERSION,
			"the server speaks no TLS version that our profile allows, but %s; compare "
			"the "
			"profiles of both sides",
			tls_version_name(h->version));
	if (m->config->max_version >= TLS_1_3 && downgraded(h))
		return modern_fail(m, ERR_TLS, ILLEGAL_PARAMETER,
			"the server speaks TLS 1.3, but something in between had it choose TLS "
			"1.2");
	const struct protect_suite *s = protect_suite(h->suite);
	for (size_t i = 0; i < m->config->suites_n; i++)
		offered |= m->config->suites[i] == h->suite;
	if (!s || s->version != TLS_1_2 || !offered)
		return illegal(m, "a cipher suite");
	if (h->compressed != 0)
		return illegal(m, "a compression");
	const bool again = h->session_id.n > 0 &&
		span_eq(h->session_id, span_of(m->session_id, m->session_id_n));
	if (again && (!resume_offers(m, TLS_1_2) || m->resume.offer.suite != s->code))
		return illegal(m, "a session");
	if (!check_extensions(m, h))
		return false;
	if (again && !m->extended)
		return modern_fail(m, ERR_TLS, HANDSHAKE_FAILURE,
			"the server resumes a session without its extended master secret (RFC 7627 "
			"5.3)");
	m->version = TLS_1_2;
	if (!out_limit(m, h))
		return false;
	m->suite = s;
	m->transcript.use384 = s->sha384;
	memcpy(m->randoms, h->random.p, 32);
	wipe(&m->share, sizeof m->share);
	transcript_add(&m->transcript, message);
	m->state = WAIT12_SERVER_CERT;
	m->resume.offer.ticket.n = again ? m->resume.offer.ticket.n : 0;
	if (again) {
		resume_continue12(m, &m->resume.offer);
		m->state = after_hellos(m);
	}
	return true;
}

/* ServerKeyExchange (RFC 8422 5.4). */
bool client12_key(struct modern *m, struct span body)
{
	struct span params = body, point, signature;
	uint8_t kind, hash[64];
	uint16_t group, code;
	const br_x509_class **judge = &m->witness.vtable;
	const br_x509_pkey *key = (*judge)->get_pkey(judge, NULL);
	if (!span_u8(&body, &kind) || !span_u16be(&body, &group) || !span_run(&body, 1, &point))
		return modern_fail(
			m, ERR_TLS, DECODE_ERROR, "the server sent a malformed ServerKeyExchange");
	params = span_at(params, 0, params.n - body.n);
	if (!span_u16be(&body, &code) || !span_run(&body, 2, &signature) || body.n > 0)
		return modern_fail(
			m, ERR_TLS, DECODE_ERROR, "the server sent a malformed ServerKeyExchange");
	if (kind != 3 || group > 31 || group < 23 || !(m->config->curves >> group & 1) ||
		point.n == 0 || point.n > sizeof m->point)
		return illegal(m, "a curve");
	const struct sign_scheme *s = sign_scheme(code);
	if (!s || !sign_fits(s, TLS_1_2, key))
		return illegal(m, "a kind of signature");
	const struct span pieces[] = { { m->randoms + 32, 32 }, { m->randoms, 32 }, params };
	sign_hash(s, pieces, 3, hash);
	if (!sign_check(s, hash, key, signature))
		return modern_fail(m, ERR_TLS, DECRYPT_ERROR,
			"a signature of the peer does not verify; its private key may not belong "
			"to its "
			"certificate");
	m->server = s;
	m->group = group;
	memcpy(m->point, point.p, point.n);
	m->point_n = point.n;
	m->state = WAIT12_REQUEST;
	return true;
}

bool client12_request(struct modern *m, struct span body)
{
	struct span types, list, names;
	if (!span_run(&body, 1, &types) || !span_run(&body, 2, &list) ||
		!span_run(&body, 2, &names) || body.n > 0)
		return modern_fail(
			m, ERR_TLS, DECODE_ERROR, "the server sent a malformed CertificateRequest");
	m->asked = true;
	if (m->config->chain_n > 0)
		m->own = sign_choose(list, TLS_1_2, true, m->config->rsa, m->config->ec);
	m->state = WAIT12_DONE;
	return true;
}

bool client12_done(struct modern *m, struct span body)
{
	static const enum part anonymous[] = { PART_KEY, PART_CCS, PART_FINISHED, PART_END };
	static const enum part empty[] = { PART_CERT, PART_KEY, PART_CCS, PART_FINISHED, PART_END };
	static const enum part full[] = { PART_CERT, PART_KEY, PART_VERIFY, PART_CCS, PART_FINISHED,
		PART_END };
	if (body.n > 0)
		return modern_fail(
			m, ERR_TLS, DECODE_ERROR, "the server sent a malformed ServerHelloDone");
	m->flight = !m->asked ? anonymous : m->own ? full : empty;
	m->state = after_hellos(m);
	return true;
}

/* ClientKeyExchange; the shared secret waits in shared until the message is in the transcript. */
bool client12_write_key(struct modern *m, struct buf *out)
{
	uint8_t point[SHARE_POINT];
	size_t n = 0;
	if (!share_make(m, &m->share, m->group, point, &n))
		return false;
	if (!share_agree(&m->share, span_of(m->point, m->point_n), m->shared, &m->shared_n))
		return illegal(m, "a point on the curve");
	buf_u8(out, CLIENT_KEY_EXCHANGE);
	buf_u24be(out, (uint32_t)n + 1);
	buf_u8(out, (uint8_t)n);
	buf_bytes(out, span_of(point, n));
	return true;
}
