/* SPDX-License-Identifier: MIT */
/* BearSSL's engine behind our interface, a client against a server through memory. */
#include "test.h"
#include "tls_pair.h"

static const size_t steps[] = { 1, 2, 511, 16384 };

static void say(struct pair_side *s, const char *text)
{
	s->send = span_str(text);
}

static void one_suite(struct pair *p, const struct tls_suite *s)
{
	p->client.config.suites[0] = p->server.config.suites[0] = s->code;
	p->client.config.suites_n = p->server.config.suites_n = 1;
	p->client.config.min_version = p->server.config.min_version = s->first;
	const bool rsa = strcmp(s->auth, "RSA") == 0 && strcmp(s->kx, "ECDH") != 0;
	pair_identity(&p->server.config, &p->server.key, rsa ? PAIR_RSA : PAIR_EC);
	uint8_t got[2][8] = { 0 };
	p->client.received = got[0];
	p->server.received = got[1];
	p->client.received_cap = p->server.received_cap = sizeof got[0];
	say(&p->client, "question");
	say(&p->server, "response");
	if (!CHECK(pair_open(p)))
		return;
	pair_run(p);
	struct tls_facts f;
	tls_facts(p->client.tls, &f);
	if (tls_state(p->client.tls) != TLS_READY || f.suite != s ||
		tls_state(p->server.tls) != TLS_READY)
		TEST_NOTE("%s: %s; %s", s->iana, tls_error(p->client.tls)->text,
			tls_error(p->server.tls)->text);
	CHECK_MEM(got[0], "response", 8);
	CHECK_MEM(got[1], "question", 8);
	CHECK_STR(f.group, strcmp(s->kx, "ECDHE") ? "" : "x25519");
}

static void every_suite(void)
{
	int n = 0;
	for (size_t i = 0; i < tls_suites_n; i++) {
		const struct tls_suite *s = &tls_suites[i];
		if (s->have != TLS_HAVE_LEGACY && s->have != TLS_HAVE_BOTH)
			continue;
		if (!strcmp(s->kx, "ECDH") && !strcmp(s->auth, "RSA"))
			continue; /* our test CA signs with EC */
		struct pair *p = pair_new();
		one_suite(p, s);
		pair_free(p);
		n++;
	}
	CHECK(n > 30);
}

static void every_step_and_key(void)
{
	static const enum pair_key_name keys[] = { PAIR_RSA, PAIR_EC, PAIR_EC384 };
	for (size_t i = 0; i < 4; i++)
		for (size_t k = 0; k < 9; k++) {
			struct pair *p = pair_new();
			p->step = steps[i];
			pair_identity(&p->server.config, &p->server.key, keys[k % 3]);
			pair_identity(&p->client.config, &p->client.key, keys[k / 3]);
			say(&p->client, "hello");
			if (CHECK(pair_open(p))) {
				pair_run(p);
				CHECK_INT(p->server.received_n, 5);
				CHECK_INT(tls_state(p->client.tls), TLS_READY);
				CHECK_INT(tls_state(p->server.tls), TLS_READY);
			}
			pair_free(p);
		}
}

static void big_transfer(void)
{
	enum { N = 3000001 };
	uint8_t *data = malloc(N), *back = calloc(1, N);
	uint32_t x = 1;
	for (size_t i = 0; i < N; i++)
		data[i] = (uint8_t)((x = x * 1664525 + 1013904223) >> 24);
	for (size_t i = 2; i < 4; i++) {
		struct pair *p = pair_new();
		p->step = steps[i];
		p->out_size = TLS_OUT_MIN;
		p->client.send = span_of(data, N);
		say(&p->server, "a receiver sends little, through a small buffer");
		p->server.received = back;
		p->server.received_cap = N;
		if (CHECK(pair_open(p))) {
			pair_run(p);
			CHECK_INT(p->server.received_n, N);
			CHECK(memcmp(data, back, N) == 0);
			CHECK_INT(p->client.received_n, 47);
		}
		pair_free(p);
	}
	free(data);
	free(back);
}

static void small_server_buffer(void)
{
	enum { N = 100000 };
	uint8_t *data = calloc(1, N);
	struct pair *p = pair_new();
	p->out_size = TLS_OUT_MIN;
	pair_identity(&p->server.config, &p->server.key, PAIR_RSA);
	p->server.send = span_of(data, N);
	if (CHECK(pair_open(p))) {
		pair_run(p);
		CHECK_INT(p->client.received_n, N);
	}
	pair_free(p);
	free(data);
}

static void facts_of_both(void)
{
	struct pair *p = pair_new();
	p->client.link.server_name = "ec.test";
	pair_identity(&p->client.config, &p->client.key, PAIR_RSA);
	REQUIRE(pair_open(p));
	pair_run(p);
	struct tls_facts f;
	tls_facts(p->server.tls, &f);
	CHECK_STR(f.protocol, "TLSv1.2");
	REQUIRE(f.suite);
	CHECK_STR(f.suite->auth, "ECDSA");
	CHECK_STR(f.server_name, "ec.test");
	CHECK_STR(f.signature, "ecdsa_sha256");
	CHECK(f.peer_cert && !f.resumed);
	CHECK(span_eq(f.leaf, span_of(cert_rsa, sizeof cert_rsa)));
	br_sha256_context h;
	uint8_t digest[32];
	br_sha256_init(&h);
	br_sha256_update(&h, cert_rsa, sizeof cert_rsa);
	br_sha256_out(&h, digest);
	CHECK_MEM(f.leaf_sha256, digest, 32);
	tls_facts(p->client.tls, &f);
	CHECK(span_eq(f.leaf, span_of(cert_ec, sizeof cert_ec)));
	pair_free(p);
}

static void address_is_no_server_name(void)
{
	static const char *const addresses[] = { "192.0.2.1", "2001:db8::1" };
	for (size_t i = 0; i < 2; i++) {
		struct pair *p = pair_new();
		p->client.link.server_name = addresses[i];
		if (CHECK(pair_open(p))) {
			struct tls_facts f;
			pair_run(p);
			tls_facts(p->server.tls, &f);
			CHECK_STR(f.server_name, "");
			CHECK_INT(tls_state(p->server.tls), TLS_READY);
		}
		pair_free(p);
	}
}

static void close_is_seen(void)
{
	struct pair *p = pair_new();
	say(&p->client, "last words");
	REQUIRE(pair_open(p));
	pair_run(p);
	tls_close(p->client.tls);
	CHECK_INT(tls_state(p->client.tls), TLS_CLOSING);
	CHECK(!tls_peer_closed(p->client.tls));
	CHECK_INT(tls_room(p->client.tls).n, 0);
	pair_run(p);
	CHECK_INT(p->server.received_n, 10);
	CHECK_INT(tls_state(p->server.tls), TLS_CLOSED);
	CHECK_INT(tls_state(p->client.tls), TLS_CLOSED);
	CHECK(tls_peer_closed(p->server.tls) && tls_peer_closed(p->client.tls));
	tls_in_end(p->server.tls);
	CHECK_INT(tls_state(p->server.tls), TLS_CLOSED);
	pair_free(p);
}

static void unanswered_close(void)
{
	struct pair *p = pair_new();
	REQUIRE(pair_open(p));
	pair_run(p);
	tls_close(p->client.tls);
	tls_out_done(p->client.tls, tls_out(p->client.tls).n);
	CHECK_INT(tls_state(p->client.tls), TLS_CLOSING);
	tls_in_end(p->client.tls);
	CHECK_INT(tls_state(p->client.tls), TLS_CUT);
	CHECK(!tls_peer_closed(p->client.tls));
	pair_free(p);
}

static void truncation_is_seen(void)
{
	struct pair *p = pair_new();
	say(&p->client, "and then");
	REQUIRE(pair_open(p));
	pair_run(p);
	tls_in_end(p->server.tls);
	CHECK_INT(tls_state(p->server.tls), TLS_CUT);
	CHECK(!tls_peer_closed(p->server.tls));
	CHECK_INT(tls_error(p->server.tls)->kind, ERR_NONE);
	pair_free(p);
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

static void anonymous_client_where_allowed(void)
{
	static const enum tls_trust lenient[] = { TLS_TRUST_IF_PRESENT, TLS_TRUST_IGNORE };
	for (size_t i = 0; i < 2; i++) {
		struct pair *p = pair_new();
		struct tls_facts f;
		p->server.config.trust = lenient[i];
		pair_identity(&p->client.config, &p->client.key, PAIR_NONE);
		if (CHECK(pair_open(p))) {
			pair_run(p);
			CHECK_INT(tls_state(p->server.tls), TLS_READY);
			tls_facts(p->server.tls, &f);
			CHECK(!f.peer_cert);
		}
		pair_free(p);
	}
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

static void good_certificate_where_optional(void)
{
	struct pair *p = pair_new();
	struct tls_facts f;
	p->server.config.trust = TLS_TRUST_IF_PRESENT;
	REQUIRE(pair_open(p));
	pair_run(p);
	CHECK_INT(tls_state(p->server.tls), TLS_READY);
	tls_facts(p->server.tls, &f);
	CHECK(f.peer_cert);
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

static void older_versions_on_request(void)
{
	for (uint16_t version = TLS_1_0; version <= TLS_1_2; version++) {
		struct pair *p = pair_new();
		struct tls_facts f;
		tls_profile_apply(tls_profile_name("aes"), NULL, 0, &p->client.config, NULL);
		tls_profile_apply(tls_profile_name("basic"), NULL, 0, &p->server.config, NULL);
		pair_identity(&p->server.config, &p->server.key, PAIR_RSA);
		p->client.config.max_version = version;
		say(&p->client, "hello");
		if (CHECK(pair_open(p))) {
			pair_run(p);
			tls_facts(p->server.tls, &f);
			CHECK_INT(f.version, version);
			CHECK_INT(p->server.received_n, 5);
			tls_close(p->client.tls);
			pair_run(p);
			CHECK_INT(tls_state(p->server.tls), TLS_CLOSED);
		}
		pair_free(p);
	}
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

/* Each byte of each side's handshake damaged in turn: nobody gets through, nobody crashes. */
static void damage_everywhere(void)
{
	struct pair *p = pair_new();
	REQUIRE(pair_open(p));
	pair_run(p);
	const size_t n[2] = { p->client.sent, p->server.sent };
	pair_free(p);
	int passed = 0;
	for (int side = 0; side < 2; side++)
		for (size_t i = 1; i <= n[side]; i += 3) {
			p = pair_new();
			(side ? &p->server : &p->client)->damage = i;
			say(&p->client, "x");
			if (CHECK(pair_open(p))) {
				pair_run(p);
				passed += p->server.received_n > 0;
			}
			pair_free(p);
		}
	CHECK_INT(passed, 0);
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
}

static void memory_is_modest(void)
{
	const struct tls_config server = { .role = TLS_SERVER };
	const size_t each = tls_size(&server) + TLS_IN_SIZE + TLS_OUT_MIN;
	printf("# %zu bytes of state, %zu with both buffers of a receiver\n", tls_size(&server),
		each);
	CHECK(each < 24 * 1024);
}

int main(void)
{
	test("every suite of the table works, with data both ways", every_suite);
	test("RSA and EC keys on both sides, rings of 1, 2, 511 and 16384 bytes",
		every_step_and_key);
	test("a big transfer arrives as it was sent", big_transfer);
	test("a small outgoing buffer only makes smaller records", small_server_buffer);
	test("suite, group, signature, name and certificate are told afterwards", facts_of_both);
	test("an IP address is not sent as server name", address_is_no_server_name);
	test("close_notify travels both ways, behind the last data", close_is_seen);
	test("a close_notify that is not answered leaves a cut", unanswered_close);
	test("an end without close_notify is told as a cut", truncation_is_seen);
	test("a certificate of the wrong CA is refused on each side, and the alert says so",
		wrong_ca);
	test("a client without a certificate is refused, and both sides know why",
		missing_client_certificate);
	test("an anonymous client is let in where that is allowed", anonymous_client_where_allowed);
	test("where none is allowed, a bad certificate still is not", bad_certificate_is_not_none);
	test("where none is allowed, a good certificate counts", good_certificate_where_optional);
	test("a certificate of another key is refused", foreign_key);
	test("no suite in common ends with handshake_failure", no_common_suite);
	test("no version in common ends with protocol_version", no_common_version);
	test("retired profiles speak TLS 1.0, 1.1 and 1.2", older_versions_on_request);
	test("peers that do not speak TLS are named for what they are", strangers_are_named);
	test("a handshake damaged in any place gives no connection", damage_everywhere);
	test("altered data are refused and the alert is readable", damaged_data);
	test("configurations that cannot work are refused at the start", poor_configurations);
	test("a receiver's connection takes less than 24 KB", memory_is_modest);
	return test_end();
}
