/* SPDX-License-Identifier: MIT */
/* BearSSL's own engine as a struct tls: TLS 1.0 to 1.2. After each step that may have changed
 * something, settle() looks at what became of it; a failure is explained there once, and gets the
 * alert that BearSSL mostly forgets to send. */
#include "tls/keylog.h"
#include "tls/legacy.h"
#include "base/wipe.h"
#include <string.h>

enum { ILLEGAL_PARAMETER = 47 };

static struct legacy *legacy_of(struct tls *t)
{
	return (struct legacy *)(void *)t;
}

static const struct legacy *legacy_const(const struct tls *t)
{
	return (const struct legacy *)(const void *)t;
}

static struct span engine_out(const struct legacy *l)
{
	size_t n = 0;
	const uint8_t *p = br_ssl_engine_sendrec_buf(&l->eng, &n);
	return span_of(p, n);
}

/* Makes the record of a fatal alert, encrypted when we are that far. */
static void make_alert(struct legacy *l, int code)
{
	size_t start = 5, end = sizeof l->alert, n = 2;
	if (!l->eng.out.vtable)
		return;
	l->eng.out.vtable->max_plaintext(&l->eng.out.vtable, &start, &end);
	l->alert[start] = 2; /* fatal */
	l->alert[start + 1] = (uint8_t)code;
	const unsigned version = l->eng.version_out ? l->eng.version_out : TLS_1_0;
	const uint8_t *record =
		l->eng.out.vtable->encrypt(&l->eng.out.vtable, 21, version, l->alert + start, &n);
	l->last = span_of(record, n);
}

/* pending: records that were ready before the step. They keep their place before the alert, because
 * the peer counts records. */
static void fail(struct legacy *l, int alert, struct span pending)
{
	l->failed = true;
	l->unsent = pending;
	if (alert >= 0)
		make_alert(l, alert);
}

/* RFC 8446 4.1.3: what a server that could do better writes into its random. */
static bool downgraded(const struct legacy *l)
{
	const uint8_t *mark = l->eng.server_random + 24;
	const uint16_t best = l->config->max_version;
	return l->config->role == TLS_CLIENT && memcmp(mark, "DOWNGRD", 7) == 0 &&
		(mark[7] == 0 ? best >= TLS_1_2 : mark[7] == 1 && best >= TLS_1_3);
}

static void settle(struct legacy *l, struct span pending)
{
	if (l->failed)
		return;
	/* With TLS_TRUST_IF_PRESENT BearSSL would let a refused certificate pass as none. */
	const bool slipped = l->witness.refused && l->witness.certs > 0;
	if (br_ssl_engine_last_error(&l->eng) != BR_ERR_OK || slipped) {
		fail(l, legacy_explain(l), pending);
		return;
	}
	if (!l->ready && downgraded(l)) {
		err_set(&l->tls.err, ERR_TLS, ILLEGAL_PARAMETER,
			"the server has a newer TLS version than it chose; something in between "
			"may have caused that");
		fail(l, ILLEGAL_PARAMETER, pending);
		return;
	}
	if (l->eng.application_data == 1 && !l->ready) {
		l->ready = true;
		keylog(l->config, "CLIENT_RANDOM", l->eng.client_random,
			l->eng.session.master_secret, sizeof l->eng.session.master_secret);
	}
	if (l->closing && l->eng.application_data == 1)
		br_ssl_engine_close(&l->eng);
}

static struct mspan in(struct tls *t)
{
	struct legacy *l = legacy_of(t);
	size_t n = 0;
	uint8_t *p = l->failed ? NULL : br_ssl_engine_recvrec_buf(&l->eng, &n);
	return (struct mspan){ p, n };
}

static void in_done(struct tls *t, size_t n)
{
	struct legacy *l = legacy_of(t);
	const struct mspan where = in(t);
	const struct span pending = engine_out(l);
	if (l->first_n < sizeof l->first) {
		const size_t room = sizeof l->first - l->first_n;
		const size_t more = n < room ? n : room;
		memcpy(l->first + l->first_n, where.p, more);
		l->first_n += more;
	}
	br_ssl_engine_recvrec_ack(&l->eng, n);
	settle(l, pending);
}

static struct span out(const struct tls *t)
{
	const struct legacy *l = legacy_const(t);
	if (!l->failed)
		return engine_out(l);
	return l->unsent.n > 0 ? l->unsent : l->last;
}

static void out_done(struct tls *t, size_t n)
{
	struct legacy *l = legacy_of(t);
	if (l->failed) {
		span_skip(l->unsent.n > 0 ? &l->unsent : &l->last, n);
		return;
	}
	br_ssl_engine_sendrec_ack(&l->eng, n);
	settle(l, engine_out(l));
}

static struct span plain(const struct tls *t)
{
	const struct legacy *l = legacy_const(t);
	size_t n = 0;
	const uint8_t *p = l->failed ? NULL : br_ssl_engine_recvapp_buf(&l->eng, &n);
	return span_of(p, n);
}

static void plain_done(struct tls *t, size_t n)
{
	struct legacy *l = legacy_of(t);
	const struct span pending = engine_out(l);
	br_ssl_engine_recvapp_ack(&l->eng, n);
	settle(l, pending);
}

static struct mspan room(struct tls *t)
{
	struct legacy *l = legacy_of(t);
	size_t n = 0;
	uint8_t *p = l->failed || l->closing ? NULL : br_ssl_engine_sendapp_buf(&l->eng, &n);
	return (struct mspan){ p, n };
}

static void room_done(struct tls *t, size_t n)
{
	struct legacy *l = legacy_of(t);
	br_ssl_engine_sendapp_ack(&l->eng, n);
	settle(l, engine_out(l));
}

static void flush(struct tls *t)
{
	struct legacy *l = legacy_of(t);
	if (!l->failed)
		br_ssl_engine_flush(&l->eng, 0);
}

static void close_both(struct tls *t)
{
	struct legacy *l = legacy_of(t);
	if (l->failed || l->closing)
		return;
	l->closing = true;
	br_ssl_engine_flush(&l->eng, 0);
	br_ssl_engine_close(&l->eng);
	settle(l, engine_out(l));
}

static enum tls_state state(const struct tls *t)
{
	const struct legacy *l = legacy_const(t);
	if (l->failed)
		return TLS_FAILED;
	const bool over = br_ssl_engine_current_state(&l->eng) == BR_SSL_CLOSED;
	if (over && l->eng.shutdown_recv)
		return TLS_CLOSED;
	if (l->cut)
		return TLS_CUT;
	if (!l->ready)
		return TLS_HANDSHAKE;
	return l->closing || over || l->eng.application_data != 1 ? TLS_CLOSING : TLS_READY;
}

/* BearSSL takes no more records once a close_notify came; its close_received stays 0. */
static bool peer_closed(const struct tls *t)
{
	return legacy_const(t)->eng.shutdown_recv;
}

static void in_end(struct tls *t)
{
	struct legacy *l = legacy_of(t);
	if (l->failed || l->eng.shutdown_recv)
		return;
	if (l->ready)
		l->cut = true;
	else
		fail(l, legacy_explain_end(l), span_of(NULL, 0));
}

static const char *signature_name(const struct legacy *l)
{
	static const char *const rsa[] = { "", "", "rsa_pkcs1_sha1", "", "rsa_pkcs1_sha256",
		"rsa_pkcs1_sha384", "rsa_pkcs1_sha512" };
	static const char *const ecdsa[] = { "", "", "ecdsa_sha1", "", "ecdsa_sha256",
		"ecdsa_sha384", "ecdsa_sha512" };
	const unsigned hash = l->chooser.sign;
	if (l->config->role == TLS_CLIENT || hash >= sizeof rsa / sizeof *rsa)
		return "";
	return l->config->rsa ? rsa[hash] : ecdsa[hash];
}

static void facts(const struct tls *t, struct tls_facts *f)
{
	const struct legacy *l = legacy_const(t);
	br_ssl_session_parameters session;
	br_ssl_engine_get_session_parameters(&l->eng, &session);
	f->version = session.version;
	f->protocol = tls_version_name(session.version);
	f->suite = tls_suite_code(session.cipher_suite);
	const bool ecdhe = f->suite && strcmp(tls_suite_kx(f->suite), "ECDHE") == 0;
	f->group = ecdhe ? tls_group_name(l->eng.ecdhe_curve) : "";
	f->signature = signature_name(l);
	f->server_name = l->eng.server_name;
	witness_facts(&l->witness, f);
	wipe(&session, sizeof session);
}

const struct tls_ops legacy_ops = {
	.in = in,
	.in_done = in_done,
	.out = out,
	.out_done = out_done,
	.plain = plain,
	.plain_done = plain_done,
	.room = room,
	.room_done = room_done,
	.flush = flush,
	.close = close_both,
	.in_end = in_end,
	.state = state,
	.peer_closed = peer_closed,
	.facts = facts,
};
