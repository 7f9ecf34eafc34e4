/* SPDX-License-Identifier: MIT */
/* Certificate, CertificateVerify and Finished of both sides (RFC 8446 4.4), and the keys that they
 * stand between. */
#include "base/wipe.h"
#include "tls/keylog.h"
#include "tls/modern.h"
#include <string.h>

static bool we_serve(const struct modern *m)
{
	return m->config->role == TLS_SERVER;
}

/* ---- keys */

void auth_handshake_keys(struct modern *m, struct span shared)
{
	uint8_t hash[KEYS_HASH], client[KEYS_HASH], server[KEYS_HASH];
	transcript_hash(&m->transcript, hash);
	const size_t psk = !m->resume.used ? 0 : m->suite->sha384 ? br_sha384_SIZE : br_sha256_SIZE;
	schedule_start(&m->schedule, m->suite->sha384, span_of(m->resume.secret, psk));
	schedule_next(&m->schedule, shared);
	schedule_derive(&m->schedule, "c hs traffic", hash, client);
	schedule_derive(&m->schedule, "s hs traffic", hash, server);
	keylog(m->config, "CLIENT_HANDSHAKE_TRAFFIC_SECRET", m->randoms + 32, client,
		m->schedule.n);
	keylog(m->config, "SERVER_HANDSHAKE_TRAFFIC_SECRET", m->randoms + 32, server,
		m->schedule.n);
	schedule_next(
		&m->schedule, span_of(NULL, 0)); /* the master secret is all that is needed now */
	memcpy(m->rx_secret, we_serve(m) ? client : server, KEYS_HASH);
	memcpy(m->tx_secret, we_serve(m) ? server : client, KEYS_HASH);
	wipe(client, sizeof client);
	wipe(server, sizeof server);
	keys_protect(&m->schedule, m->rx_secret, m->suite, &m->rx);
	keys_protect(&m->schedule, m->tx_secret, m->suite, &m->tx);
	wipe(&m->share, sizeof m->share);
	m->update_after = protect_records(m->suite);
}

void auth_application_secrets(struct modern *m, uint8_t *client, uint8_t *server)
{
	uint8_t hash[KEYS_HASH];
	transcript_hash(&m->transcript, hash);
	schedule_derive(&m->schedule, "c ap traffic", hash, client);
	schedule_derive(&m->schedule, "s ap traffic", hash, server);
	keylog(m->config, "CLIENT_TRAFFIC_SECRET_0", m->randoms + 32, client, m->schedule.n);
	keylog(m->config, "SERVER_TRAFFIC_SECRET_0", m->randoms + 32, server, m->schedule.n);
}

/* ---- TLS 1.2 */

void auth_master(struct modern *m)
{
	uint8_t hash[KEYS_HASH];
	struct span seed = { hash, transcript_hash(&m->transcript, hash) };
	uint8_t randoms[64]; /* the client's comes first here (RFC 5246 8.1) */
	memcpy(randoms, m->randoms + 32, 32);
	memcpy(randoms + 32, m->randoms, 32);
	if (!m->extended)
		seed = span_of(randoms, sizeof randoms);
	keys12_master(
		m->suite, span_of(m->shared, m->shared_n), m->extended, seed, m->schedule.secret);
	keylog(m->config, "CLIENT_RANDOM", m->randoms + 32, m->schedule.secret, KEYS_MASTER);
	wipe(&m->share, sizeof m->share);
	wipe(m->shared, sizeof m->shared);
}

void auth_protect12(struct modern *m, bool sending)
{
	keys12_protect(m->suite, m->schedule.secret, span_of(m->randoms, sizeof m->randoms),
		sending != we_serve(m), sending ? &m->tx : &m->rx);
}

static void finished12(const struct modern *m, bool client, uint8_t check[KEYS_VERIFY])
{
	uint8_t hash[KEYS_HASH];
	const size_t n = transcript_hash(&m->transcript, hash);
	keys12_finished(m->suite, m->schedule.secret, span_of(hash, n), client, check);
}

bool auth_read_finished12(struct modern *m, struct span body)
{
	uint8_t want[KEYS_VERIFY];
	finished12(m, we_serve(m), want);
	if (body.n != sizeof want)
		return modern_fail(
			m, ERR_TLS, DECODE_ERROR, "the peer sent a malformed Finished message");
	if (!wipe_same(body.p, want, sizeof want))
		return modern_fail(m, ERR_TLS, DECRYPT_ERROR,
			"the handshake was altered on its way; look for something in between that "
			"alters traffic");
	return true;
}

/* ---- reading */

static bool no_certificate(struct modern *m)
{
	if (!we_serve(m))
		return modern_fail(
			m, ERR_TLS, DECODE_ERROR, "the server sent an empty list of certificates");
	if (m->config->trust == TLS_TRUST_REQUIRE)
		return modern_fail(m, ERR_TRUST,
			m->version == TLS_1_3 ? CERTIFICATE_REQUIRED : HANDSHAKE_FAILURE,
			"the client showed no certificate, and one is required here; give the "
			"client "
			"a private key and a certificate");
	m->state = m->version == TLS_1_3 ? WAIT_CLIENT_FINISHED : WAIT12_CLIENT_KEY;
	return true;
}

static bool refused(struct modern *m)
{
	const struct err *v = m->verdict;
	if (!v || v->kind == ERR_NONE)
		return modern_fail(m, ERR_TRUST, BAD_CERTIFICATE,
			"the certificate of the peer was refused (rule %u)", m->witness.refused);
	return modern_fail(m, v->kind,
		v->code > 0 && v->code < 256 ? (enum alert_code)v->code : BAD_CERTIFICATE, "%s",
		v->text);
}

/* The entries go by to the judge. False when the list is malformed. */
static bool read_list(struct modern *m, struct span list, int *alert)
{
	const br_x509_class **judge = &m->witness.vtable;
	(*judge)->start_chain(judge, m->server_name[0] && !we_serve(m) ? m->server_name : NULL);
	while (list.n > 0) {
		struct span cert;
		struct hello ext = { 0 };
		*alert = DECODE_ERROR;
		if (!span_run(&list, 3, &cert) || cert.n == 0)
			return false;
		(*judge)->start_cert(judge, (uint32_t)cert.n);
		(*judge)->append(judge, cert.p, cert.n);
		(*judge)->end_cert(judge);
		if (m->version == TLS_1_2)
			continue;
		if (!hello_extensions(&list, &ext, alert))
			return false;
		*alert = UNSUPPORTED_EXTENSION; /* we ask for none */
		if (ext.has || ext.unknown)
			return false;
	}
	return true;
}

bool auth_read_certificate(struct modern *m, struct span body)
{
	const br_x509_class **judge = &m->witness.vtable;
	uint8_t context = 0;
	struct span list;
	int alert = DECODE_ERROR;
	if ((m->version == TLS_1_3 && !span_u8(&body, &context)) || context != 0 ||
		!span_run(&body, 3, &list) || body.n > 0)
		return modern_fail(m, ERR_TLS, context ? ILLEGAL_PARAMETER : DECODE_ERROR,
			"the peer sent a malformed Certificate message");
	if (list.n == 0)
		return no_certificate(m);
	if (!read_list(m, list, &alert))
		return modern_fail(m, ERR_TLS, (enum alert_code)alert,
			"the peer sent a malformed list of certificates");
	if ((*judge)->end_chain(judge))
		return refused(m);
	unsigned usages = 0;
	const br_x509_pkey *key = (*judge)->get_pkey(judge, &usages);
	if (!key || !(usages & BR_KEYTYPE_SIGN))
		return modern_fail(m, ERR_TRUST, UNSUPPORTED_CERTIFICATE,
			"the certificate of the peer may not be used for signatures; get one with "
			"the "
			"key usage digitalSignature");
	if (m->version == TLS_1_3) {
		m->state = we_serve(m) ? WAIT_CLIENT_VERIFY : WAIT_SERVER_VERIFY;
		return true;
	}
	const bool rsa = strcmp(tls_suite_auth(tls_suite_code(m->suite->code)), "RSA") == 0;
	if (!we_serve(m) && rsa != (key->key_type == BR_KEYTYPE_RSA))
		return modern_fail(m, ERR_TLS, UNSUPPORTED_CERTIFICATE,
			"the server chose a cipher suite that does not suit its certificate");
	m->state = we_serve(m) ? WAIT12_CLIENT_KEY : WAIT12_SERVER_KEY;
	return true;
}

/* What CertificateVerify stands for: in TLS 1.2 all messages so far, hashed as the scheme says. */
static void verify_hash(
	const struct modern *m, const struct sign_scheme *s, bool server, uint8_t hash[64])
{
	uint8_t transcript[KEYS_HASH];
	const size_t n = transcript_hash(&m->transcript, transcript);
	if (m->version == TLS_1_3)
		sign_hash13(s, server, span_of(transcript, n), hash);
	else if (s->hash == br_sha384_ID)
		br_sha384_out(&m->transcript.sha384, hash);
	else
		br_sha256_out(&m->transcript.sha256, hash);
}

bool auth_read_verify(struct modern *m, struct span body)
{
	uint16_t code;
	struct span signature;
	uint8_t hash[64];
	const br_x509_class **judge = &m->witness.vtable;
	if (!span_u16be(&body, &code) || !span_run(&body, 2, &signature) || body.n > 0)
		return modern_fail(m, ERR_TLS, DECODE_ERROR,
			"the peer sent a malformed CertificateVerify message");
	const struct sign_scheme *s = sign_scheme(code);
	if (!s || (m->version == TLS_1_2 && s->hash == br_sha512_ID))
		return modern_fail(m, ERR_TLS, ILLEGAL_PARAMETER,
			"the peer signed with a method (%04x) that it was not offered", code);
	const br_x509_pkey *key = (*judge)->get_pkey(judge, NULL);
	if (!sign_fits(s, m->version, key))
		return modern_fail(m, ERR_TLS, ILLEGAL_PARAMETER,
			"the peer signed with a method (%s) that does not suit the key of its "
			"certificate",
			s->name);
	verify_hash(m, s, !we_serve(m), hash);
	if (!sign_check(s, hash, key, signature))
		return modern_fail(m, ERR_TLS, DECRYPT_ERROR,
			"a signature of the peer does not verify; its private key may not belong "
			"to its "
			"certificate");
	if (!we_serve(m))
		m->server = s;
	m->state = m->version == TLS_1_2 ? WAIT12_CCS
		: we_serve(m)            ? WAIT_CLIENT_FINISHED
					 : WAIT_SERVER_FINISHED;
	return true;
}

bool auth_read_finished(struct modern *m, struct span body)
{
	uint8_t hash[KEYS_HASH], want[KEYS_HASH];
	transcript_hash(&m->transcript, hash);
	keys_finished(&m->schedule, m->rx_secret, hash, want);
	if (body.n != m->schedule.n)
		return modern_fail(
			m, ERR_TLS, DECODE_ERROR, "the peer sent a malformed Finished message");
	if (!wipe_same(body.p, want, body.n))
		return modern_fail(m, ERR_TLS, DECRYPT_ERROR,
			"the handshake was altered on its way; look for something in between that "
			"alters traffic");
	return true;
}

/* ---- writing */

static void put24(uint8_t *to, size_t n)
{
	to[0] = (uint8_t)(n >> 16);
	to[1] = (uint8_t)(n >> 8);
	to[2] = (uint8_t)n;
}

/* Piece 0 is the head of the message; then come a length, a certificate and no extensions for each.
 * A client without a fitting certificate sends an empty list (4.4.2). */
struct span auth_certificate_piece(const struct modern *m, size_t piece, uint8_t scratch[8])
{
	const size_t certs = m->own ? m->config->chain_n : 0;
	const bool modern = m->version == TLS_1_3; /* with context and extensions */
	if (piece == 0) {
		struct buf b = buf_on(scratch, 8);
		size_t list = 0;
		for (size_t i = 0; i < certs; i++)
			list += 3 + m->config->chain[i].n + (modern ? 2 : 0);
		buf_u8(&b, CERTIFICATE);
		buf_u24be(&b, (uint32_t)(list + 3 + modern));
		if (modern)
			buf_u8(&b, 0);
		buf_u24be(&b, (uint32_t)list);
		return buf_span(&b);
	}
	const size_t parts = modern ? 3 : 2, i = (piece - 1) / parts;
	if (i >= certs)
		return span_of(NULL, 0);
	switch ((piece - 1) % parts) {
	case 0:
		put24(scratch, m->config->chain[i].n);
		return span_of(scratch, 3);
	case 1:
		return m->config->chain[i];
	default:
		scratch[0] = scratch[1] = 0;
		return span_of(scratch, 2);
	}
}

bool auth_write_verify(struct modern *m, struct buf *out)
{
	uint8_t hash[64], signature[SIGN_MAX];
	verify_hash(m, m->own, we_serve(m), hash);
	const size_t n = sign_make(m->own, hash, m->config, signature);
	buf_u8(out, CERTIFICATE_VERIFY);
	const size_t body = buf_open(out, 3);
	buf_u16be(out, m->own->code);
	buf_u16be(out, (uint16_t)n);
	buf_bytes(out, span_of(signature, n));
	buf_close_be(out, body, 3);
	return n > 0;
}

bool auth_write_finished(struct modern *m, struct buf *out)
{
	uint8_t hash[KEYS_HASH], check[KEYS_HASH];
	const size_t n = m->version == TLS_1_3 ? m->schedule.n : KEYS_VERIFY;
	transcript_hash(&m->transcript, hash);
	if (m->version == TLS_1_3)
		keys_finished(&m->schedule, m->tx_secret, hash, check);
	else
		finished12(m, !we_serve(m), check);
	buf_u8(out, FINISHED);
	buf_u24be(out, (uint32_t)n);
	buf_bytes(out, span_of(check, n));
	return true;
}
