/* SPDX-License-Identifier: MIT */
/* The server's half of the handshake (RFC 8446 4.1, 4.3, A.2). */
#include "base/wipe.h"
#include "tls/modern.h"
#include <string.h>

enum { EARLY_DATA_MAX = 1 << 16 };

static const int groups[] = { 29, 23, 24, 25 };

static bool group_allowed(const struct modern *m, int group)
{
	return m->config->curves >> group & 1;
}

static bool missing(struct modern *m, const char *what)
{
	return modern_fail(m, ERR_TLS, MISSING_EXTENSION,
		"the client sent no %s with its hello; report it with the product and version of "
		"the "
		"peer",
		what);
}

/* Our order of suites counts: it is the profile's. */
static bool choose_suite(struct modern *m, const struct hello *h)
{
	for (size_t i = 0; i < m->config->suites_n; i++) {
		const struct protect_suite *s = protect_suite(m->config->suites[i]);
		struct span list = h->suites;
		uint16_t code;
		while (s && s->version == TLS_1_3 && span_u16be(&list, &code))
			if (code == s->code && (!m->retried || s == m->suite)) {
				m->suite = s;
				transcript_choose(&m->transcript, s->sha384);
				return true;
			}
	}
	return modern_fail(m, ERR_TLS, m->retried ? ILLEGAL_PARAMETER : HANDSHAKE_FAILURE,
		"the client has no cipher suite of TLS 1.3 in common with our profile; compare the "
		"profiles of both sides");
}

/* A group that both have; with a share if there is one, else *share stays empty. */
static bool choose_group(struct modern *m, const struct hello *h, struct span *share)
{
	int alert = NO_ALERT, common = 0;
	*share = span_of(NULL, 0);
	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
		if (!group_allowed(m, groups[i]) ||
			!hello_lists(h->ext[EXT_GROUPS], 2, (uint16_t)groups[i]))
			continue;
		if (!common)
			common = groups[i];
		if (hello_share(h->ext[EXT_KEY_SHARE], (uint16_t)groups[i], share, &alert)) {
			common = groups[i];
			break;
		}
		if (alert != NO_ALERT)
			return modern_fail(
				m, ERR_TLS, DECODE_ERROR, "the client sent a malformed key_share");
	}
	if (!common)
		return modern_fail(m, ERR_TLS, HANDSHAKE_FAILURE,
			"the client has no curve in common with our profile; compare the profiles "
			"of "
			"both sides");
	const size_t alone = 2 + 2 + 2 + share->n; /* in its list (4.2.8) */
	if (m->retried && (common != m->group || h->ext[EXT_KEY_SHARE].n != alone))
		return modern_fail(m, ERR_TLS, ILLEGAL_PARAMETER,
			"the client did not send just the key share that it was asked for");
	m->group = common;
	return true;
}

/* What a hello must have for TLS 1.3 (4.1.2, 9.2). */
static bool check_hello(struct modern *m, const struct hello *h)
{
	if (!hello_has(h, EXT_VERSIONS) || !hello_lists(h->ext[EXT_VERSIONS], 1, TLS_1_3))
		return modern_fail(m, ERR_TLS, PROTOCOL_VERSION,
			"the client speaks no TLS 1.3, and our configuration asks for it; allow "
			"TLS 1.2 "
			"here, or update the client");
	if (h->version < TLS_1_0 || !span_eq(h->compression, span_of("", 1)))
		return modern_fail(m, ERR_TLS, ILLEGAL_PARAMETER,
			"the client offers compression or an impossible version");
	if (hello_has(h, EXT_PRE_SHARED_KEY) && !h->psk_is_last)
		return modern_fail(m, ERR_TLS, ILLEGAL_PARAMETER,
			"the client sent pre_shared_key in the wrong place");
	if (!hello_has(h, EXT_GROUPS))
		return missing(m, "supported_groups");
	if (!hello_has(h, EXT_KEY_SHARE))
		return missing(m, "key_share");
	return true;
}

/* Who resumes signs nothing, and so a client that offers to may leave the list out (4.2.3, 9.2). */
static bool choose_signature(struct modern *m, const struct hello *h)
{
	struct span list = h->ext[EXT_SIGNATURES];
	m->own = m->server = NULL;
	if (m->resume.used)
		return true;
	if (!hello_has(h, EXT_SIGNATURES))
		return missing(m, "signature_algorithms");
	span_skip(&list, 2);
	m->own = m->server = sign_choose(list, TLS_1_3, false, m->config->rsa, m->config->ec);
	return m->own ||
		modern_fail(m, ERR_TLS, HANDSHAKE_FAILURE,
			"the client takes no signature that our %s key can make",
			m->config->rsa ? "RSA" : "EC");
}

static void write_hello(struct modern *m, struct buf *b, const uint8_t *random, struct span share)
{
	buf_u8(b, SERVER_HELLO);
	const size_t body = buf_open(b, 3);
	buf_u16be(b, TLS_1_2);
	buf_bytes(b, span_of(random, 32));
	buf_u8(b, (uint8_t)m->session_id_n);
	buf_bytes(b, span_of(m->session_id, m->session_id_n));
	buf_u16be(b, m->suite->code);
	buf_u8(b, 0);
	const size_t list = buf_open(b, 2);
	buf_u16be(b, hello_ext_number(EXT_KEY_SHARE));
	const size_t ext = buf_open(b, 2);
	buf_u16be(b, (uint16_t)m->group);
	if (share.n > 0) { /* a HelloRetryRequest only names the group */
		buf_u16be(b, (uint16_t)share.n);
		buf_bytes(b, share);
	}
	buf_close_be(b, ext, 2);
	buf_u16be(b, hello_ext_number(EXT_VERSIONS));
	buf_u16be(b, 2);
	buf_u16be(b, TLS_1_3);
	if (m->resume.used) {
		buf_u16be(b, hello_ext_number(EXT_PRE_SHARED_KEY));
		buf_u16be(b, 2);
		buf_u16be(b, m->resume.identity);
	}
	buf_close_be(b, list, 2);
	buf_close_be(b, body, 3);
}

static bool send_hello(struct modern *m, const uint8_t *random, struct span share)
{
	uint8_t storage[300];
	struct buf b = buf_on(storage, sizeof storage);
	write_hello(m, &b, random, share);
	if (!buf_ok(&b) || !out_message(m, buf_span(&b)))
		return modern_fail(m, ERR_TLS, INTERNAL_ERROR, "no ServerHello could be made");
	out_seal(m);
	out_ccs(m);
	return true;
}

static bool retry(struct modern *m, struct span message)
{
	m->retried = true;
	transcript_add(&m->transcript, message);
	transcript_retry(&m->transcript);
	return send_hello(m, hello_retry_random, span_of(NULL, 0));
}

static bool answer(struct modern *m, struct span message, struct span theirs)
{
	static const enum part open[] = { PART_EXTENSIONS, PART_CERT, PART_VERIFY, PART_FINISHED,
		PART_END };
	static const enum part mutual[] = { PART_EXTENSIONS, PART_REQUEST, PART_CERT, PART_VERIFY,
		PART_FINISHED, PART_END };
	static const enum part resumed[] = { PART_EXTENSIONS, PART_FINISHED, PART_END };
	uint8_t random[32], point[SHARE_POINT], secret[SHARE_KEY];
	size_t point_n = 0, secret_n = 0;
	(*m->config->rand_public)->generate(m->config->rand_public, random, sizeof random);
	if (!share_make(m, &m->share, m->group, point, &point_n))
		return modern_fail(m, ERR_TLS, INTERNAL_ERROR, "no key share could be made");
	if (!share_agree(&m->share, theirs, secret, &secret_n))
		return modern_fail(m, ERR_TLS, ILLEGAL_PARAMETER,
			"the client sent a key share that is no point of its curve");
	transcript_add(&m->transcript, span_at(message, m->resume.heard, message.n));
	if (!send_hello(m, random, span_of(point, point_n)))
		return false;
	auth_handshake_keys(m, span_of(secret, secret_n));
	wipe(secret, sizeof secret);
	m->flight = m->resume.used ? resumed : m->config->trust == TLS_TRUST_IGNORE ? open : mutual;
	return true;
}

/* message: with its header, since the transcript may take it in another form. */
bool server_client_hello(struct modern *m, struct span message)
{
	struct hello h;
	struct span share;
	int alert;
	if (!hello_client(span_at(message, 4, message.n), &h, &alert))
		return modern_fail(m, ERR_TLS, (enum alert_code)alert,
			"the client sent a malformed ClientHello");
	m->hello_done = true;
	memcpy(m->randoms + 32, h.random.p, 32);
	const bool modern = hello_has(&h, EXT_VERSIONS) &&
		hello_lists(h.ext[EXT_VERSIONS], 1, TLS_1_3) && m->config->max_version >= TLS_1_3;
	if (!modern && m->config->min_version <= TLS_1_2 && !m->retried)
		return server12_hello(m, &h, message);
	m->version = TLS_1_3;
	if (!check_hello(m, &h) || !out_limit(m, &h) || !choose_suite(m, &h) ||
		!choose_group(m, &h, &share))
		return false;
	if (m->retried && hello_has(&h, EXT_EARLY_DATA))
		return modern_fail(m, ERR_TLS, ILLEGAL_PARAMETER,
			"the client offers early data again after a retry");
	m->session_id_n = h.session_id.n;
	span_copy(&h.session_id, m->session_id, m->session_id_n);
	m->skip = hello_has(&h, EXT_EARLY_DATA) ? EARLY_DATA_MAX : 0; /* up to a second hello */
	span_text(hello_name(h.ext[EXT_SERVER_NAME]), m->server_name, sizeof m->server_name);
	if (!hello_has(&h, EXT_PRE_SHARED_KEY) && !choose_signature(m, &h))
		return false; /* at once, not after a retry */
	if (share.n == 0)
		return retry(m, message);
	return psk_choose(m, &h, message) && choose_signature(m, &h) && answer(m, message, share);
}

void server_write_extensions(const struct modern *m, struct buf *b)
{
	buf_u8(b, ENCRYPTED_EXTENSIONS);
	const size_t body = buf_open(b, 3), list = buf_open(b, 2);
	if (m->most) /* the client knows of it */
		out_write_limit(m, b, TLS_1_3);
	buf_close_be(b, list, 2);
	buf_close_be(b, body, 3);
}

/* Piece 0 is the message up to the list of CAs, each name is two more. */
struct span server_request_piece(const struct modern *m, size_t piece, uint8_t scratch[64])
{
	const struct tls_config *c = m->config;
	const size_t i = (piece - 1) / 2;
	if (piece > 0 && i >= c->ca_names_n)
		return span_of(NULL, 0);
	if (piece > 0 && piece % 2) {
		scratch[0] = (uint8_t)(c->ca_names[i].n >> 8);
		scratch[1] = (uint8_t)c->ca_names[i].n;
		return span_of(scratch, 2);
	}
	if (piece > 0)
		return c->ca_names[i];
	size_t names = 0;
	for (size_t k = 0; k < c->ca_names_n; k++)
		names += 2 + c->ca_names[k].n;
	struct buf b = buf_on(scratch, 64);
	buf_u8(&b, CERTIFICATE_REQUEST);
	const size_t length = b.n;
	buf_u24be(&b, 0);
	buf_u8(&b, 0); /* context */
	const size_t list = b.n;
	buf_u16be(&b, 0);
	buf_u16be(&b, hello_ext_number(EXT_SIGNATURES));
	const size_t ext = buf_open(&b, 2);
	sign_offer(&b, false);
	buf_close_be(&b, ext, 2);
	if (names > 0) {
		buf_u16be(&b, hello_ext_number(EXT_AUTHORITIES));
		buf_u16be(&b, (uint16_t)(names + 2));
		buf_u16be(&b, (uint16_t)names);
	}
	/* Lengths that count the names to come. */
	const size_t exts = b.n - list - 2 + names, body = exts + 3;
	scratch[length + 1] = (uint8_t)(body >> 8);
	scratch[length + 2] = (uint8_t)body;
	scratch[list] = (uint8_t)(exts >> 8);
	scratch[list + 1] = (uint8_t)exts;
	return buf_span(&b);
}

void server_flight_done(struct modern *m)
{
	auth_application_secrets(m, m->next_secret, m->tx_secret);
	keys_protect(&m->schedule, m->tx_secret, m->suite, &m->tx);
	m->state = m->config->trust == TLS_TRUST_IGNORE || m->resume.used ? WAIT_CLIENT_FINISHED
									  : WAIT_CLIENT_CERT;
}
