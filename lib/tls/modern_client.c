/* SPDX-License-Identifier: MIT */
/* The client's half of the handshake (RFC 8446 4.1, 4.3, A.1). */
#include "base/wipe.h"
#include "tls/modern.h"
#include <string.h>

/* Groups by our liking. The first that is allowed has a share in the first hello: one more would cost
 * every handshake a key that only a server without X25519 saves a retry by. */
static const int groups[] = { 29, 23, 24, 25 };

static bool group_allowed(const struct modern *m, int group)
{
	return m->config->curves >> group & 1;
}

static size_t open_ext(struct buf *b, enum hello_ext x)
{
	buf_u16be(b, hello_ext_number(x));
	return buf_open(b, 2);
}

static void write_name(const struct modern *m, struct buf *b)
{
	if (!m->server_name[0])
		return;
	const size_t ext = open_ext(b, EXT_SERVER_NAME), list = buf_open(b, 2);
	buf_u8(b, 0); /* host_name */
	const size_t name = buf_open(b, 2);
	buf_str(b, m->server_name);
	buf_close_be(b, name, 2);
	buf_close_be(b, list, 2);
	buf_close_be(b, ext, 2);
}

static void write_groups(const struct modern *m, struct buf *b)
{
	const size_t ext = open_ext(b, EXT_GROUPS), list = buf_open(b, 2);
	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
		if (group_allowed(m, groups[i]))
			buf_u16be(b, (uint16_t)groups[i]);
	buf_close_be(b, list, 2);
	buf_close_be(b, ext, 2);
}

/* A share of the group that m->share names, made anew. */
static bool write_share(struct modern *m, struct buf *b)
{
	const size_t ext = open_ext(b, EXT_KEY_SHARE), list = buf_open(b, 2);
	uint8_t point[SHARE_POINT];
	size_t n = 0;
	if (!share_make(m, &m->share, m->share.group, point, &n))
		return false;
	buf_u16be(b, (uint16_t)m->share.group);
	buf_u16be(b, (uint16_t)n);
	buf_bytes(b, span_of(point, n));
	buf_close_be(b, list, 2);
	buf_close_be(b, ext, 2);
	return true;
}

static bool speaks(const struct modern *m, uint16_t version)
{
	return m->config->min_version <= version && version <= m->config->max_version;
}

static void write_suites(const struct modern *m, struct buf *b)
{
	const size_t list = buf_open(b, 2);
	for (size_t i = 0; i < m->config->suites_n; i++) {
		const struct protect_suite *s = protect_suite(m->config->suites[i]);
		if (s && speaks(m, s->version))
			buf_u16be(b, s->code);
	}
	buf_close_be(b, list, 2);
}

static void write_versions(const struct modern *m, struct buf *b)
{
	const size_t ext = open_ext(b, EXT_VERSIONS), list = buf_open(b, 1);
	if (speaks(m, TLS_1_3))
		buf_u16be(b, TLS_1_3);
	if (speaks(m, TLS_1_2))
		buf_u16be(b, TLS_1_2);
	buf_close_be(b, list, 1);
	buf_close_be(b, ext, 2);
	if (!speaks(m, TLS_1_2))
		return;
	if (m->resume.sessions) { /* an empty one asks for a ticket (RFC 5077 3.2) */
		const size_t ticket = open_ext(b, EXT_TICKET);
		if (resume_offers(m, TLS_1_2))
			buf_bytes(b, m->resume.offer.ticket);
		buf_close_be(b, ticket, 2);
	}
	buf_u16be(b, hello_ext_number(EXT_EMS));
	buf_u16be(b, 0);
	buf_u16be(b, hello_ext_number(EXT_RENEGOTIATION)); /* of no earlier handshake (RFC 5746) */
	buf_u16be(b, 1);
	buf_u8(b, 0);
	buf_u16be(b, hello_ext_number(EXT_POINTS)); /* uncompressed (RFC 8422 5.1.2) */
	buf_u16be(b, 2);
	buf_u16be(b, 0x0100);
}

/* A second hello repeats the random (4.1.2). */
static bool write_hello(struct modern *m, struct span cookie)
{
	uint8_t storage[1024 + SESSION_TICKET];
	struct buf b = buf_on(storage, sizeof storage);
	buf_u8(&b, CLIENT_HELLO);
	const size_t body = buf_open(&b, 3);
	buf_u16be(&b, TLS_1_2);
	buf_bytes(&b, span_of(m->randoms + 32, 32));
	buf_u8(&b, (uint8_t)m->session_id_n);
	buf_bytes(&b, span_of(m->session_id, m->session_id_n));
	write_suites(m, &b);
	buf_bytes(&b, span_of("\1\0", 2)); /* no compression */
	const size_t list = buf_open(&b, 2);
	write_name(m, &b);
	write_versions(m, &b);
	write_groups(m, &b);
	const size_t signatures = open_ext(&b, EXT_SIGNATURES);
	sign_offer(&b, false);
	buf_close_be(&b, signatures, 2);
	if (cookie.n > 0) {
		const size_t ext = open_ext(&b, EXT_COOKIE);
		buf_bytes(&b, cookie); /* as it came, length and all */
		buf_close_be(&b, ext, 2);
	}
	const bool share = !speaks(m, TLS_1_3) || write_share(m, &b);
	out_write_limit(m, &b, speaks(m, TLS_1_3) ? TLS_1_3 : TLS_1_2);
	if (speaks(m, TLS_1_3))
		psk_write_modes(m, &b);
	psk_write(m, &b); /* the last one (4.2.11) */
	buf_close_be(&b, list, 2);
	buf_close_be(&b, body, 3);
	const size_t before = b.n - psk_binders(m);
	const struct mspan binders = { b.p + before, b.n - before };
	bool good = share && buf_ok(&b) && out_message(m, span_of(b.p, before));
	if (good && binders.n > 0) {
		psk_bind(m, binders);
		good = out_message(m, span_of(binders.p, binders.n));
	}
	if (!good)
		return modern_fail(m, ERR_TLS, INTERNAL_ERROR, "no ClientHello could be made");
	out_seal(m);
	return true;
}

bool client_start(struct modern *m)
{
	const br_prng_class **public = m->config->rand_public;
	(*public)->generate(public, m->randoms + 32, 32);
	resume_offer(m);
	/* Middlebox compatibility (D.4), or for the server to show that it resumes (RFC 5077 3.4). */
	if (speaks(m, TLS_1_3) || resume_offers(m, TLS_1_2)) {
		(*public)->generate(public, m->session_id, sizeof m->session_id);
		m->session_id_n = sizeof m->session_id;
	}
	const size_t n = sizeof groups / sizeof *groups;
	size_t i = 0;
	while (i < n && !group_allowed(m, groups[i]))
		i++;
	if (i == n)
		return modern_fail(m, ERR_USAGE, NO_ALERT, "no curve is left to offer");
	m->share.group = groups[i];
	m->state = WAIT_SERVER_HELLO;
	return write_hello(m, span_of(NULL, 0));
}

static bool illegal(struct modern *m, const char *what)
{
	return modern_fail(m, ERR_TLS, ILLEGAL_PARAMETER,
		"the server answered with %s that we did not offer; report it with the product and "
		"version of the peer",
		what);
}

/* What a ServerHello and a HelloRetryRequest have in common (4.1.3). */
static bool check_hello(struct modern *m, const struct hello *h)
{
	uint16_t version = 0;
	struct span v = h->ext[EXT_VERSIONS];
	if (m->retried && !hello_has(h, EXT_VERSIONS))
		return illegal(m, "another version than at first"); /* 4.1.4 */
	if (!hello_has(h, EXT_VERSIONS) || !speaks(m, TLS_1_3))
		return modern_fail(m, ERR_TLS, PROTOCOL_VERSION,
			"the server speaks no TLS 1.3, and our configuration asks for it; allow "
			"TLS "
			"1.2 here, or update the server");
	if (!span_u16be(&v, &version) || v.n > 0)
		return modern_fail(
			m, ERR_TLS, DECODE_ERROR, "the server sent a malformed supported_versions");
	if (version != TLS_1_3 || h->version != TLS_1_2)
		return illegal(m, "a version");
	if (!span_eq(h->session_id, span_of(m->session_id, m->session_id_n)))
		return illegal(m, "a session ID");
	if (h->compressed != 0)
		return illegal(m, "a compression");
	const struct protect_suite *s = protect_suite(h->suite);
	bool offered = false;
	for (size_t i = 0; i < m->config->suites_n; i++)
		offered |= m->config->suites[i] == h->suite;
	if (!s || s->version != TLS_1_3 || !offered || (m->retried && s != m->suite))
		return illegal(m, "a cipher suite");
	m->suite = s;
	transcript_choose(&m->transcript, s->sha384);
	return true;
}

static bool check_extensions(struct modern *m, const struct hello *h, uint32_t allowed)
{
	if (h->unknown || h->has & ~allowed)
		return modern_fail(m, ERR_TLS, UNSUPPORTED_EXTENSION,
			"the server answered with an extension that was not asked for");
	return true;
}

static bool retry(struct modern *m, const struct hello *h, struct span message)
{
	uint16_t group = 0;
	struct span wanted = h->ext[EXT_KEY_SHARE];
	if (m->retried)
		return modern_fail(m, ERR_TLS, UNEXPECTED_MESSAGE,
			"the server asked for another ClientHello twice");
	if (!check_extensions(m, h, 1u << EXT_VERSIONS | 1u << EXT_COOKIE | 1u << EXT_KEY_SHARE))
		return false;
	if (hello_has(h, EXT_COOKIE) && !hello_cookie(h->ext[EXT_COOKIE]))
		return modern_fail(m, ERR_TLS, DECODE_ERROR, "the server sent a malformed cookie");
	if (hello_has(h, EXT_KEY_SHARE)) {
		if (!span_u16be(&wanted, &group) || wanted.n > 0)
			return modern_fail(
				m, ERR_TLS, DECODE_ERROR, "the server sent a malformed key_share");
		if (group > 31 || !group_allowed(m, group) || (int)group == m->share.group)
			return illegal(m, "a group");
		wipe(&m->share, sizeof m->share);
		m->share.group = group;
	} else if (!hello_has(h, EXT_COOKIE)) {
		return illegal(m, "a retry that changes nothing");
	}
	if (resume_offers(m, TLS_1_3) &&
		(m->resume.offer.secret.n == br_sha384_SIZE) != m->suite->sha384)
		m->resume.offer.ticket.n = 0; /* of no use with this suite (4.1.4) */
	m->retried = true;
	transcript_retry(&m->transcript);
	transcript_add(&m->transcript, message);
	out_ccs(m);
	return write_hello(m, h->ext[EXT_COOKIE]);
}

/* message: with its header, since the transcript takes it in the middle. */
bool client_server_hello(struct modern *m, struct span message)
{
	struct hello h;
	int alert;
	uint16_t group;
	uint8_t secret[SHARE_KEY];
	size_t secret_n = 0;
	if (!hello_server(span_at(message, 4, message.n), &h, &alert))
		return modern_fail(m, ERR_TLS, (enum alert_code)alert,
			"the server sent a malformed ServerHello");
	m->hello_done = true;
	if (!hello_has(&h, EXT_VERSIONS) && speaks(m, TLS_1_2) && !m->retried)
		return client12_hello(m, &h, message);
	if (!check_hello(m, &h))
		return false;
	m->version = TLS_1_3;
	if (m->gathered > message.n) /* keys change here (5.1); in TLS 1.2 they do not */
		return modern_fail(m, ERR_TLS, UNEXPECTED_MESSAGE,
			"the server sent more in the clear behind its hello");
	if (hello_is_retry(h.random))
		return retry(m, &h, message);
	const uint32_t psk = resume_offers(m, TLS_1_3) ? 1u << EXT_PRE_SHARED_KEY : 0;
	if (!check_extensions(m, &h, 1u << EXT_VERSIONS | 1u << EXT_KEY_SHARE | psk) ||
		!psk_chosen(m, &h))
		return false;
	if (!hello_has(&h, EXT_KEY_SHARE))
		return modern_fail(m, ERR_TLS, MISSING_EXTENSION,
			"the server sent no key_share with its hello");
	struct span share = h.ext[EXT_KEY_SHARE], point;
	if (!span_u16be(&share, &group) || !span_run(&share, 2, &point) || share.n > 0)
		return modern_fail(
			m, ERR_TLS, DECODE_ERROR, "the server sent a malformed key_share");
	if ((int)group != m->share.group)
		return illegal(m, "a group");
	if (!share_agree(&m->share, point, secret, &secret_n))
		return illegal(m, "a point on the curve");
	m->group = group;
	transcript_add(&m->transcript, message);
	auth_handshake_keys(m, span_of(secret, secret_n));
	wipe(secret, sizeof secret);
	m->state = WAIT_EXTENSIONS;
	return true;
}

bool client_extensions(struct modern *m, struct span body)
{
	struct hello h = { 0 };
	int alert;
	if (!hello_extensions(&body, &h, &alert) || body.n > 0)
		return modern_fail(m, ERR_TLS, (enum alert_code)(body.n ? DECODE_ERROR : alert),
			"the server sent malformed EncryptedExtensions");
	m->state = m->resume.used ? WAIT_SERVER_FINISHED : WAIT_REQUEST;
	const uint32_t offered = 1u << EXT_GROUPS | 1u << EXT_RECORD_LIMIT;
	if (h.has & ~(1u << EXT_SERVER_NAME | offered) && !h.unknown)
		return illegal(m, "an extension in this place");
	const bool named = m->server_name[0];
	return check_extensions(m, &h, (named ? 1u << EXT_SERVER_NAME : 0) | offered) &&
		out_limit(m, &h);
}

bool client_request(struct modern *m, struct span body)
{
	struct hello h = { 0 };
	uint8_t context;
	int alert = DECODE_ERROR;
	if (!span_u8(&body, &context) || context != 0 || !hello_extensions(&body, &h, &alert) ||
		body.n > 0)
		return modern_fail(m, ERR_TLS, (enum alert_code)alert,
			"the server sent a malformed CertificateRequest");
	if (!hello_has(&h, EXT_SIGNATURES))
		return modern_fail(m, ERR_TLS, MISSING_EXTENSION,
			"the server asked for a certificate without saying which signatures it "
			"takes");
	struct span list = h.ext[EXT_SIGNATURES];
	span_skip(&list, 2);
	m->asked = true;
	if (m->config->chain_n > 0)
		m->own = sign_choose(list, TLS_1_3, false, m->config->rsa, m->config->ec);
	m->state = WAIT_SERVER_CERT;
	return true;
}

bool client_server_done(struct modern *m)
{
	static const enum part anonymous[] = { PART_FINISHED, PART_END };
	static const enum part empty[] = { PART_CERT, PART_FINISHED, PART_END };
	static const enum part full[] = { PART_CERT, PART_VERIFY, PART_FINISHED, PART_END };
	auth_application_secrets(m, m->next_secret, m->rx_secret);
	keys_protect(&m->schedule, m->rx_secret, m->suite, &m->rx);
	out_ccs(m);
	m->flight = !m->asked ? anonymous : m->own ? full : empty;
	return true;
}
