/* SPDX-License-Identifier: MIT */
/* BearSSL's engine behind our interface, a client against a server through memory. */
#include "test.h"
#include "tls_pair_claims.h"

static void say(struct pair_side *s, const char *text)
{
	s->send = span_str(text);
}

static void one_suite(struct pair *p, const struct tls_suite *s)
{
	p->client.config.suites[0] = p->server.config.suites[0] = s->code;
	p->client.config.suites_n = p->server.config.suites_n = 1;
	p->client.config.min_version = p->server.config.min_version = s->first;
	const bool rsa =
		strcmp(tls_suite_auth(s), "RSA") == 0 && strcmp(tls_suite_kx(s), "ECDH") != 0;
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
		TEST_NOTE("%s: %s; %s", tls_suite_iana(s).text, tls_error(p->client.tls)->text,
			tls_error(p->server.tls)->text);
	CHECK_MEM(got[0], "response", 8);
	CHECK_MEM(got[1], "question", 8);
	CHECK_STR(f.group, strcmp(tls_suite_kx(s), "ECDHE") ? "" : "x25519");
}

static void every_suite(void)
{
	int n = 0;
	for (size_t i = 0; i < tls_suites_n; i++) {
		const struct tls_suite *s = &tls_suites[i];
		if (s->have != TLS_HAVE_LEGACY && s->have != TLS_HAVE_BOTH)
			continue;
		if (!strcmp(tls_suite_kx(s), "ECDH") && !strcmp(tls_suite_auth(s), "RSA"))
			continue; /* our test CA signs with EC */
		struct pair *p = pair_new();
		one_suite(p, s);
		pair_free(p);
		n++;
	}
	CHECK(n > 30);
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
	CHECK_STR(tls_suite_auth(f.suite), "ECDSA");
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

static void memory_is_modest(void)
{
	const struct tls_config server = { .role = TLS_SERVER, .min_version = TLS_1_0 };
	const size_t each = legacy_size(&server) + TLS_IN_SIZE + TLS_OUT_MIN;
	printf("# %zu bytes of state, %zu with both buffers of a receiver\n", legacy_size(&server),
		each);
	CHECK(each < 24 * 1024);
}

int main(void)
{
	pair_engine = PAIR_LEGACY;
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
	test("an anonymous client is let in where that is allowed", anonymous_client_where_allowed);
	test("where none is allowed, a good certificate counts", good_certificate_where_optional);
	test("retired profiles speak TLS 1.0, 1.1 and 1.2", older_versions_on_request);
	test("a receiver's connection takes less than 24 KB", memory_is_modest);
	return test_end();
}
