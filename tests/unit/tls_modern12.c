/* SPDX-License-Identifier: MIT */
/* TLS 1.2 in our own engine: what works, which version is chosen, and what is refused. */
#include "test.h"
#include "tls_mitm.h"
#include "tls_pair_claims.h"

static void every_suite_and_group(void)
{
	static const uint16_t suites[] = { 0xC02B, 0xC02C, 0xC02F, 0xC030, 0xCCA8, 0xCCA9, 0xC0AC,
		0xC0AD, 0xC0AE, 0xC0AF };
	static const int groups[] = { 29, 23, 24, 25 };
	for (size_t i = 0; i < 10; i++)
		for (size_t g = 0; g < 4; g++) {
			struct pair *p = pair_new12();
			struct tls_facts f;
			const bool rsa = !strcmp(tls_suite_auth(tls_suite_code(suites[i])), "RSA");
			pair_identity(&p->server.config, &p->server.key, rsa ? PAIR_RSA : PAIR_EC);
			p->client.config.suites[0] = p->server.config.suites[0] = suites[i];
			p->client.config.suites_n = p->server.config.suites_n = 1;
			p->server.config.curves = 1u << groups[g];
			p->client.send = span_str("question");
			p->server.send = span_str("response");
			if (CHECK(pair_open(p))) {
				pair_run(p);
				tls_facts(p->client.tls, &f);
				if (p->client.received_n != 8 || p->server.received_n != 8)
					TEST_NOTE("%04x %d: %s; %s", suites[i], groups[g],
						tls_error(p->client.tls)->text,
						tls_error(p->server.tls)->text);
				CHECK_STR(f.protocol, "TLSv1.2");
				CHECK_STR(f.group, tls_group_name((unsigned)groups[g]));
				CHECK(inside(&p->client)->extended && inside(&p->server)->extended);
			}
			pair_free(p);
		}
}

/* BearSSL's engine is another implementation: each side of ours against it. */
static void with_bearssl(void)
{
	for (int ours = 0; ours < 2; ours++)
		for (int key = PAIR_RSA; key <= PAIR_EC384; key++) {
			struct pair *p = pair_new12();
			pair_identity(&p->server.config, &p->server.key, (enum pair_key_name)key);
			pair_identity(&p->client.config, &p->client.key, (enum pair_key_name)key);
			p->client.send = span_str("question");
			p->server.send = span_str("response");
			pair_engine = ours == 1 ? PAIR_LEGACY : PAIR_MODERN;
			bool ok = pair_open_side(p, &p->client);
			pair_engine = ours == 0 ? PAIR_LEGACY : PAIR_MODERN;
			ok = pair_open_side(p, &p->server) && ok;
			pair_engine = PAIR_MODERN;
			if (CHECK(ok)) {
				pair_run(p);
				if (p->client.received_n != 8 || p->server.received_n != 8)
					TEST_NOTE("%d %d: %s; %s", ours, key,
						tls_error(p->client.tls)->text,
						tls_error(p->server.tls)->text);
			}
			pair_free(p);
		}
}

/* BearSSL's engine knows nothing of extended master secret. */
static void ems_is_required(void)
{
	for (int i = 0; i < 4; i++) {
		struct pair *p = pair_new12();
		struct pair_side *strict = i & 1 ? &p->client : &p->server;
		struct pair_side *other = i & 1 ? &p->server : &p->client;
		strict->config.require_ems = true;
		pair_engine = PAIR_MODERN;
		bool ok = pair_open_side(p, strict);
		pair_engine = i & 2 ? PAIR_LEGACY : PAIR_MODERN;
		ok = pair_open_side(p, other) && ok;
		pair_engine = PAIR_MODERN;
		if (CHECK(ok)) {
			pair_run(p);
			CHECK_INT(tls_state(strict->tls), i & 2 ? TLS_FAILED : TLS_READY);
			CHECK_INT(tls_error(strict->tls)->code, i & 2 ? HANDSHAKE_FAILURE : 0);
			CHECK_INT(tls_error(other->tls)->code, i & 2 ? HANDSHAKE_FAILURE : 0);
		}
		pair_free(p);
	}
}

/* Profiles lose what has no extended master secret; the engine is ours whatever the version. */
static void ems_chooses_the_engine(void)
{
	struct err e = { 0 };
	for (const struct tls_profile *f = tls_profiles; f->name; f++) {
		struct tls_config c = { .require_ems = true };
		if (!tls_profile_apply(f, NULL, 0, &c, &e))
			continue;
		CHECK_INT(c.min_version, TLS_1_2);
		CHECK(tls_size(&c) == modern_size());
		for (size_t i = 0; i < c.suites_n; i++)
			CHECK(protect_suite(c.suites[i]));
	}
	struct tls_config c = { .require_ems = true };
	CHECK(tls_profile_apply(tls_profile_name("bcp195"), NULL, 0, &c, &e));
	CHECK(!tls_profile_apply(tls_profile_name("basic"), NULL, 0, &c, &e));
	e = (struct err){ 0 };
	CHECK(!tls_profile_apply(&tls_profiles[0], &(const uint16_t){ 0xC013 }, 1, &c, &e));
	CHECK(strstr(e.text, "extended master secret"));
}

static void both(struct tls_config *c)
{
	static const uint16_t suites[] = { 0x1301, 0xC02B };
	c->min_version = TLS_1_2;
	c->max_version = TLS_1_3;
	memcpy(c->suites, suites, sizeof suites);
	c->suites_n = 2;
}

static void newest_version_wins(void)
{
	for (int i = 0; i < 4; i++) {
		struct pair *p = pair_new12();
		struct tls_facts f;
		if (i & 1)
			both(&p->client.config);
		if (i & 2)
			both(&p->server.config);
		p->client.send = span_str("hello");
		if (CHECK(pair_open(p))) {
			pair_run(p);
			tls_facts(p->server.tls, &f);
			CHECK_STR(f.protocol, i == 3 ? "TLSv1.3" : "TLSv1.2");
			CHECK_INT(p->server.received_n, 5);
		}
		pair_free(p);
	}
}

static void run_change(const struct change *c)
{
	struct pair *p = pair_new12();
	struct pair_side *victim = c->to_client ? &p->client : &p->server;
	if (CHECK(pair_open(p))) {
		mitm_run(p, c);
		const struct err *e = tls_error(victim->tls);
		if (tls_state(victim->tls) != TLS_FAILED || e->code != c->alert)
			TEST_NOTE("%s: state %d, alert %d, %s", c->what, tls_state(victim->tls),
				e->code, e->text);
	}
	pair_free(p);
}

/* Somebody takes TLS 1.3 out of the hello of two who both have it. */
static void downgrade_is_noticed(void)
{
	/* behind two suites: the low byte of the first entry of supported_versions */
	static const struct change to12 = { "1.3 out of the hello", false, CLIENT_HELLO, SET, 87, 3,
		0, NULL };
	struct pair *p = pair_new12();
	both(&p->client.config);
	both(&p->server.config);
	REQUIRE(pair_open(p));
	mitm_run(p, &to12);
	CHECK_INT(tls_error(p->client.tls)->code, 47);
	CHECK(strstr(tls_error(p->client.tls)->text, "in between"));
	pair_free(p);
}

/* A client of TLS 1.2 whose second suite becomes TLS_FALLBACK_SCSV (RFC 7507). */
static void fallback_is_noticed(void)
{
	struct pair *p = pair_new12();
	/* record 5, message 4, version 2, random 32, no session ID 1, length 2, first suite 2 */
	enum { SECOND = 5 + 4 + 2 + 32 + 1 + 2 + 2 };
	uint8_t copy[1024];
	both(&p->server.config);
	REQUIRE(pair_open(p));
	const struct span hello = tls_out(p->client.tls);
	REQUIRE(hello.n < sizeof copy);
	memcpy(copy, hello.p, hello.n);
	copy[SECOND] = 0x56;
	copy[SECOND + 1] = 0x00;
	give(&p->server, copy, hello.n);
	CHECK_INT(tls_error(p->server.tls)->code, 86);
	pair_free(p);
}

static void server_is_checked(void)
{
	static const struct change changes[] = {
		{ "hello dropped", true, SERVER_HELLO, DROP, 0, 0, 10, NULL },
		{ "hello doubled", true, SERVER_HELLO, DOUBLE, 0, 0, 10, NULL },
		{ "hello short", true, SERVER_HELLO, SHORT, 0, 0, 50, NULL },
		{ "hello long", true, SERVER_HELLO, LONG, 0, 0, 50, NULL },
		{ "TLS 1.1", true, SERVER_HELLO, SET, 5, 2, 70, NULL },
		{ "suite not offered", true, SERVER_HELLO, SET, 39, 0, 47, NULL },
		{ "compression", true, SERVER_HELLO, SET, 41, 1, 47, NULL },
		{ "extension not asked for", true, SERVER_HELLO, SET, 45, 16, 110, NULL },
		{ "certificate dropped", true, CERTIFICATE, DROP, 0, 0, 10, NULL },
		{ "certificate doubled", true, CERTIFICATE, DOUBLE, 0, 0, 10, NULL },
		{ "certificate short", true, CERTIFICATE, SHORT, 0, 0, 50, NULL },
		{ "no certificate", true, CERTIFICATE, REPLACE, 0, 3, 50, "\0\0\0" },
		{ "certificate altered", true, CERTIFICATE, SET, 300, 0, 42, NULL },
		{ "key exchange dropped", true, SERVER_KEY_EXCHANGE, DROP, 0, 0, 10, NULL },
		{ "key exchange short", true, SERVER_KEY_EXCHANGE, SHORT, 0, 0, 50, NULL },
		{ "key exchange long", true, SERVER_KEY_EXCHANGE, LONG, 0, 0, 50, NULL },
		{ "explicit curve", true, SERVER_KEY_EXCHANGE, SET, 4, 1, 47, NULL },
		{ "curve not offered", true, SERVER_KEY_EXCHANGE, SET, 6, 19, 47, NULL },
		{ "another curve", true, SERVER_KEY_EXCHANGE, SET, 6, 23, 51, NULL },
		{ "point altered", true, SERVER_KEY_EXCHANGE, ZERO, 20, 2, 51, NULL },
		{ "RSA signature", true, SERVER_KEY_EXCHANGE, SET, 41, 1, 47, NULL },
		{ "signature altered", true, SERVER_KEY_EXCHANGE, ZERO, 60, 2, 51, NULL },
		{ "request doubled", true, CERTIFICATE_REQUEST, DOUBLE, 0, 0, 10, NULL },
		{ "request short", true, CERTIFICATE_REQUEST, SHORT, 0, 0, 50, NULL },
		{ "done with content", true, SERVER_HELLO_DONE, LONG, 0, 0, 50, NULL },
		{ "ticket not asked for", true, SERVER_HELLO_DONE, AHEAD, 22, 10, 10,
			"\4\0\0\6\0\0\0\0\0\0" },
		{ "ChangeCipherSpec too early", true, SERVER_HELLO_DONE, BARE, 20, 1, 10, "\1" },
		{ "data too early", true, SERVER_HELLO_DONE, AHEAD, 23, 1, 10, "x" },
		{ "finished short", true, FINISHED, SHORT, 0, 0, 50, NULL },
		{ "finished long", true, FINISHED, LONG, 0, 0, 50, NULL },
		{ "finished altered", true, FINISHED, ZERO, 6, 2, 51, NULL },
	};
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
		run_change(&changes[i]);
}

static void client_is_checked(void)
{
	static const struct change changes[] = {
		{ "hello short", false, CLIENT_HELLO, SHORT, 0, 0, 50, NULL },
		{ "hello long", false, CLIENT_HELLO, LONG, 0, 0, 50, NULL },
		{ "hello of TLS 1.1", false, CLIENT_HELLO, SET, 5, 2, 70, NULL },
		{ "certificate dropped", false, CERTIFICATE, DROP, 0, 0, 10, NULL },
		{ "no certificate", false, CERTIFICATE, REPLACE, 0, 3, 40, "\0\0\0" },
		{ "certificate altered", false, CERTIFICATE, SET, 300, 0, 42, NULL },
		{ "key exchange dropped", false, CLIENT_KEY_EXCHANGE, DROP, 0, 0, 10, NULL },
		{ "key exchange doubled", false, CLIENT_KEY_EXCHANGE, DOUBLE, 0, 0, 10, NULL },
		{ "key exchange short", false, CLIENT_KEY_EXCHANGE, SHORT, 0, 0, 50, NULL },
		{ "point of no length", false, CLIENT_KEY_EXCHANGE, REPLACE, 0, 1, 47, "\0" },
		{ "point of small order", false, CLIENT_KEY_EXCHANGE, ZERO, 5, 32, 47, NULL },
		{ "verify dropped", false, CERTIFICATE_VERIFY, DROP, 0, 0, 10, NULL },
		{ "verify with SHA-512", false, CERTIFICATE_VERIFY, SET, 4, 6, 47, NULL },
		{ "verify with an RSA scheme", false, CERTIFICATE_VERIFY, SET, 5, 1, 47, NULL },
		{ "verify altered", false, CERTIFICATE_VERIFY, ZERO, 30, 2, 51, NULL },
		{ "finished before ChangeCipherSpec", false, CERTIFICATE_VERIFY, AHEAD, 22, 16, 10,
			"\x14\0\0\xc............" },
		{ "ChangeCipherSpec before verify", false, CERTIFICATE_VERIFY, BARE, 20, 1, 10,
			"\1" },
		{ "ChangeCipherSpec twice", false, FINISHED, AHEAD, 20, 1, 10, "\1" },
		{ "finished short", false, FINISHED, SHORT, 0, 0, 50, NULL },
		{ "finished altered", false, FINISHED, ZERO, 6, 2, 51, NULL },
		{ "data before finished", false, FINISHED, AHEAD, 23, 1, 10, "x" },
	};
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
		run_change(&changes[i]);
}

static void no_renegotiation(void)
{
	struct pair *p = pair_new12();
	REQUIRE(pair_open(p));
	pair_run(p);
	send_record(&p->client, RECORD_HANDSHAKE, span_of("\0\0\0\0", 4), false);
	send_record(&p->server, RECORD_HANDSHAKE, span_of("\1\0\0\1x", 5), false);
	CHECK_INT(tls_state(p->client.tls), TLS_READY);
	CHECK_INT(tls_state(p->server.tls), TLS_READY);
	CHECK(tls_out(p->client.tls).n > 0 && tls_out(p->server.tls).n > 0); /* the warnings */
	for (int i = 0; i < 40; i++)
		send_record(&p->client, RECORD_HANDSHAKE, span_of("\0\0\0\0", 4), false);
	CHECK_INT(tls_error(p->client.tls)->code, 10);
	pair_free(p);
}

static void damage_everywhere(void)
{
	CHECK(through_damage() <= 8); /* minor versions in headers of records in the clear */
}

int main(void)
{
	make = pair_new12;
	pair_engine = PAIR_MODERN;
	test("every suite on every group, with extended master secret", every_suite_and_group);
	test("RSA, EC and no keys, small buffers, rings of 1, 2, 511 and 16384 bytes",
		every_step_and_key);
	test("each side works with BearSSL's own engine", with_bearssl);
	test("without extended master secret there is no connection where it is required",
		ems_is_required);
	test("requiring it leaves only suites and versions that have it", ems_chooses_the_engine);
	test("the newest version that both sides have is chosen", newest_version_wins);
	test("two who have TLS 1.3 notice that somebody took it away", downgrade_is_noticed);
	test("a fallback below what both have is refused", fallback_is_noticed);
	test("a server's messages with anything wrong get the RFC's alert", server_is_checked);
	test("a client's messages with anything wrong get the RFC's alert", client_is_checked);
	test("a renegotiation is declined, and a flood of them ends it", no_renegotiation);
	test("a handshake damaged in any place gives no connection", damage_everywhere);
	return test_end();
}
