/* SPDX-License-Identifier: MIT */
/* What BearSSL's engine behind our interface must refuse, with which alert and which words. */
#include "test.h"
#include "tls_pair_claims.h"

static void say(struct pair_side *s, const char *text)
{
	s->send = span_str(text);
}

/* Runs a handshake that must fail; the side that finds out, and the other, which gets the alert. */
static void must_fail(struct pair *p, struct pair_side *finder, enum err_kind kind, int alert,
	const char *word, bool arrives)
{
	struct pair_side *other = finder == &p->client ? &p->server : &p->client;
	if (!CHECK(pair_open(p)))
		return;
	say(&p->client, "never to be read");
	pair_run(p);
	const struct err *e = tls_error(finder->tls);
	if (tls_state(finder->tls) != TLS_FAILED || e->kind != kind || e->code != alert ||
		!strstr(e->text, word))
		TEST_NOTE("found %d, %d, %s", e->kind, e->code, e->text);
	CHECK_INT(p->server.received_n, 0);
	CHECK_INT(tls_room(finder->tls).n, 0);
	CHECK_INT(tls_in(finder->tls).n, 0);
	if (arrives) {
		CHECK_INT(tls_state(other->tls), TLS_FAILED);
		CHECK_INT(tls_error(other->tls)->code, alert);
	}
}

static void wrong_ca(void)
{
	struct pair *p = pair_new();
	pair_judge_init(&p->client.judge, span_of(ca_other, sizeof ca_other));
	err_set(&p->client.judge.verdict, ERR_TRUST, 48, "nobody knows this CA");
	must_fail(p, &p->client, ERR_TRUST, 48, "nobody knows", true);
	CHECK_INT(tls_error(p->server.tls)->kind, ERR_TRUST);
	pair_free(p);
	p = pair_new();
	pair_judge_init(&p->server.judge, span_of(ca_other, sizeof ca_other));
	must_fail(p, &p->server, ERR_TRUST, 42, "certificate of the peer", true);
	pair_free(p);
}

static void missing_client_certificate(void)
{
	struct pair *p = pair_new();
	pair_identity(&p->client.config, &p->client.key, PAIR_NONE);
	must_fail(p, &p->server, ERR_TRUST, 40, "no certificate", true);
	CHECK_INT(tls_error(p->client.tls)->kind, ERR_TRUST);
	CHECK(strstr(tls_error(p->client.tls)->text, "private key and a certificate"));
	pair_free(p);
}

static void bad_certificate_is_not_none(void)
{
	struct pair *p = pair_new();
	p->server.config.trust = TLS_TRUST_IF_PRESENT;
	pair_judge_init(&p->server.judge, span_of(ca_other, sizeof ca_other));
	err_set(&p->server.judge.verdict, ERR_TRUST, 48, "nobody knows this CA");
	must_fail(p, &p->server, ERR_TRUST, 48, "nobody knows", true);
	pair_free(p);
}

static void foreign_key(void)
{
	struct pair *p = pair_new();
	pair_identity(&p->client.config, &p->client.key, PAIR_RSA);
	p->client.key.chain[0] = span_of(cert_ec, sizeof cert_ec);
	must_fail(p, &p->server, ERR_TLS, 51, "private key", true);
	pair_free(p);
}

static void no_common_suite(void)
{
	struct pair *p = pair_new();
	p->client.config.suites[0] = 0xC02F; /* ECDHE_RSA, but the server's key is EC */
	p->client.config.suites_n = 1;
	must_fail(p, &p->server, ERR_TLS, 40, "in common", true);
	pair_free(p);
	p = pair_new();
	p->client.config.suites[0] = 0xCCA9;
	p->client.config.suites_n = 1;
	must_fail(p, &p->server, ERR_TLS, 40, "in common", true);
	pair_free(p);
}

static void no_common_version(void)
{
	struct pair *p = pair_new();
	tls_profile_apply(tls_profile_name("aes"), NULL, 0, &p->client.config, NULL);
	p->client.config.max_version = TLS_1_1;
	must_fail(p, &p->server, ERR_TLS, 70, "version", true);
	pair_free(p);
}

static void feed(struct pair *p, struct pair_side *s, const char *bytes, size_t n)
{
	if (!CHECK(pair_open(p)))
		return;
	struct span left = span_of(bytes, n);
	for (struct mspan in; left.n > 0 && (in = tls_in(s->tls)).n > 0;) {
		const size_t piece = left.n < in.n ? left.n : in.n;
		span_copy(&left, in.p, piece);
		tls_in_done(s->tls, piece);
	}
	tls_in_end(s->tls);
}

static void strangers_are_named(void)
{
	static const struct {
		bool server;
		const char *bytes;
		size_t n;
		const char *word;
	} strangers[] = {
		{ true, "\x01\x00\x00\x00\x00\xcd\x00\x01\x00\x00", 10, "plain DICOM" },
		{ false, "\x07\x00\x00\x00\x00\x04\x00\x00\x00\x00", 10, "plain DICOM" },
		{ false, "\x03\x00\x00\x00\x00\x04\x00\x01\x01\x01", 10, "--plain" },
		{ true, "GET / HTTP/1.1\r\n\r\n", 18, "HTTP" },
		{ false, "HTTP/1.1 400 Bad Request\r\n", 26, "web server" },
		{ false, "SSH-2.0-OpenSSH_9.2\r\n", 21, "SSH" },
		{ true, "\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10", 11, "SSL 2" },
		{ true, "\xde\xad\xbe\xef\xde\xad\xbe\xef\x00\x00", 10, "not TLS" },
		{ true, "", 0, "without a word" },
		{ false, "", 0, "without a word" },
		{ false, "\x16\x03\x03\x00\x40\x02", 6, "in the middle" },
	};
	for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++) {
		struct pair *p = pair_new();
		struct pair_side *s = strangers[i].server ? &p->server : &p->client;
		feed(p, s, strangers[i].bytes, strangers[i].n);
		if (tls_state(s->tls) != TLS_FAILED ||
			!strstr(tls_error(s->tls)->text, strangers[i].word))
			TEST_NOTE("row %zu: %s", i, tls_error(s->tls)->text);
		pair_free(p);
	}
}

static void damage_everywhere(void)
{
	CHECK_INT(through_damage(), 0);
}

static void damaged_data(void)
{
	struct pair *p = pair_new();
	REQUIRE(pair_open(p));
	pair_run(p);
	p->client.damage = p->client.sent + 20;
	say(&p->client, "this will be altered");
	pair_run(p);
	CHECK_INT(tls_state(p->server.tls), TLS_FAILED);
	CHECK_INT(tls_error(p->server.tls)->code, 20);
	CHECK_INT(p->server.received_n, 0);
	/* The client can read the alert: it was encrypted. */
	CHECK_INT(tls_error(p->client.tls)->code, 20);
	CHECK(strstr(tls_error(p->client.tls)->text, "bad_record_mac"));
	pair_free(p);
}

static void poor_configurations(void)
{
	pair_engine = PAIR_CHOSEN; /* what is refused before an engine is chosen */
	struct pair *p = pair_new();
	pair_identity(&p->server.config, &p->server.key, PAIR_NONE);
	CHECK(!pair_open_side(p, &p->server));
	CHECK(strstr(p->server.open_error.text, "needs a private key"));
	pair_identity(&p->client.config, &p->client.key, PAIR_EC);
	p->client.config.ec = NULL;
	CHECK(!pair_open_side(p, &p->client));
	CHECK(strstr(p->client.open_error.text, "no private key"));
	pair_free(p);
	p = pair_new();
	p->client.config.suites_n = 0;
	CHECK(!pair_open_side(p, &p->client));
	CHECK_INT(p->client.open_error.kind, ERR_USAGE);
	pair_free(p);
	pair_engine = PAIR_LEGACY;
}

int main(void)
{
	pair_engine = PAIR_LEGACY;
	test("a certificate of the wrong CA is refused on each side, and the alert says so",
		wrong_ca);
	test("a client without a certificate is refused, and both sides know why",
		missing_client_certificate);
	test("where none is allowed, a bad certificate still is not", bad_certificate_is_not_none);
	test("a certificate of another key is refused", foreign_key);
	test("no suite in common ends with handshake_failure", no_common_suite);
	test("no version in common ends with protocol_version", no_common_version);
	test("peers that do not speak TLS are named for what they are", strangers_are_named);
	test("a handshake damaged in any place gives no connection", damage_everywhere);
	test("altered data are refused and the alert is readable", damaged_data);
	test("configurations that cannot work are refused at the start", poor_configurations);
	return test_end();
}
