/* SPDX-License-Identifier: MIT */
/* Which of the two engines serves, where a configuration has suites of both (bcp195): on the server by
 * what the client says, on the client by what came of a first connection. And that nobody in between can
 * lead two of ours further down than they would go by themselves. */
#include "test.h"
#include "tls_mitm.h"

static struct pair *pair_bcp195(void)
{
	struct pair *p = pair_new();
	struct pair_side *const sides[] = { &p->client, &p->server };
	pair_engine = PAIR_CHOSEN;
	for (int i = 0; i < 2; i++) {
		tls_profile_apply(tls_profile_name("bcp195"), NULL, 0, &sides[i]->config, NULL);
		pair_identity(&sides[i]->config, &sides[i]->key, PAIR_RSA);
	}
	return p;
}

/* A side that is BearSSL's engine alone, with one relic. */
static void only_relic(struct pair_side *s, uint16_t version, uint16_t suite)
{
	s->config.min_version = TLS_1_0;
	s->config.max_version = version;
	s->config.suites[0] = suite;
	s->config.suites_n = 1;
}

static void talk(struct pair *p)
{
	p->client.send = span_str("question");
	p->server.send = span_str("response");
	pair_run(p);
	CHECK_INT(p->client.received_n, 8);
	CHECK_INT(p->server.received_n, 8);
}

static struct tls_facts facts_of(const struct pair_side *s)
{
	struct tls_facts f;
	tls_facts(s->tls, &f);
	return f;
}

static void modern_peers_meet_in_our_engine(void)
{
	for (int i = 0; i < 4; i++) {
		struct pair *p = pair_bcp195();
		if (i & 1)
			p->client.config.max_version = TLS_1_2;
		if (i & 2)
			p->server.config.max_version = TLS_1_2;
		REQUIRE(pair_open(p));
		talk(p);
		const struct tls_facts f = facts_of(&p->server);
		CHECK_STR(f.protocol, i ? "TLSv1.2" : "TLSv1.3");
		CHECK_STR(tls_suite_mac(f.suite), "AEAD");
		CHECK(!i || (inside(&p->server)->extended && inside(&p->client)->extended));
		pair_free(p);
	}
}

static void relics_are_served(void)
{
	static const uint16_t versions[] = { TLS_1_0, TLS_1_1, TLS_1_2 };
	static const uint16_t suites[] = { 0x002F, 0x000A };
	static const size_t steps[] = { 1, 5, 511, 16384 };
	for (size_t i = 0; i < 24; i++) {
		struct pair *p = pair_bcp195();
		p->step = steps[i % 4];
		only_relic(&p->client, versions[i / 8], suites[i / 4 % 2]);
		REQUIRE(pair_open(p));
		talk(p);
		const struct tls_facts f = facts_of(&p->server);
		CHECK_INT(f.version, versions[i / 8]);
		CHECK_INT(f.suite->code, suites[i / 4 % 2]);
		CHECK(f.peer_cert);
		pair_free(p);
	}
}

/* BearSSL's client has AEAD suites, no more: that is enough for our engine. */
static void aead_alone_is_enough(void)
{
	struct pair *p = pair_bcp195();
	only_relic(&p->client, TLS_1_2, 0xC02F);
	REQUIRE(pair_open_side(p, &p->server));
	pair_engine = PAIR_LEGACY;
	REQUIRE(pair_open_side(p, &p->client));
	talk(p);
	CHECK_INT(facts_of(&p->server).suite->code, 0xC02F);
	CHECK_INT(inside(&p->server)->version, TLS_1_2);
	pair_free(p);
}

/* The second connection of a client whose first one ended in front of this server. */
static void again(struct pair *p)
{
	free(p->client.link.state);
	free(p->server.link.state);
	p->client.link.fallback = true;
	pair_engine = PAIR_CHOSEN;
	REQUIRE(pair_open(p));
}

static void old_servers_are_reached(void)
{
	static const uint16_t versions[] = { TLS_1_0, TLS_1_1, TLS_1_2 };
	for (size_t i = 0; i < 3; i++) {
		struct pair *p = pair_bcp195();
		only_relic(&p->server, versions[i], 0x002F);
		REQUIRE(pair_open(p));
		pair_run(p);
		CHECK_INT(tls_state(p->client.tls), TLS_FAILED);
		CHECK(tls_falls_back(p->client.tls));
		again(p);
		talk(p);
		CHECK_INT(facts_of(&p->client).version, versions[i]);
		CHECK(!tls_falls_back(p->client.tls));
		pair_free(p);
	}
}

/* A client of ours that gets these bytes as the first answer. */
static bool falls_back_after(struct pair *p, const void *bytes, size_t n)
{
	if (!CHECK(pair_open_side(p, &p->client)))
		return false;
	give(&p->client, bytes, n);
	const bool falls = tls_falls_back(p->client.tls);
	CHECK_INT(tls_state(p->client.tls), TLS_FAILED);
	free(p->client.link.state);
	return falls;
}

static void only_some_failures_count(void)
{
	static const struct {
		int alert;
		bool falls;
	} rows[] = { { 40, true }, { 70, true }, { 10, false }, { 42, false }, { 47, false },
		{ 48, false }, { 50, false }, { 80, false }, { 86, false }, { 109, false },
		{ 112, false } };
	struct pair *p = pair_bcp195();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const uint8_t alert[] = { 21, 3, 1, 0, 2, 2, (uint8_t)rows[i].alert };
		const bool falls = falls_back_after(p, alert, sizeof alert);
		if (falls != rows[i].falls)
			TEST_NOTE("alert %d: %d", rows[i].alert, falls);
	}
	/* ServerHellos of TLS 1.1 and, with a suite of nobody, of TLS 1.2. */
	uint8_t hello[5 + 4 + 38] = { 22, 3, 1, 0, 42, 2, 0, 0, 38, 3, 2 };
	hello[45] = 0x2F;
	CHECK(falls_back_after(p, hello, sizeof hello));
	hello[10] = 3;
	CHECK(!falls_back_after(p, hello, sizeof hello));
	/* An end without a word says nothing about the peer. */
	REQUIRE(pair_open_side(p, &p->client));
	tls_in_end(p->client.tls);
	CHECK(!tls_falls_back(p->client.tls));
	free(p->client.link.state);
	/* Nor is there anything to fall back to where relics are not allowed. */
	static const uint8_t refused[] = { 21, 3, 1, 0, 2, 2, 40 };
	p->client.config.require_ems = true;
	tls_profile_apply(tls_profile_name("bcp195"), NULL, 0, &p->client.config, NULL);
	CHECK(!falls_back_after(p, refused, sizeof refused));
	p->client.config.require_ems = false;
	tls_profile_apply(tls_profile_name("8996"), NULL, 0, &p->client.config, NULL);
	CHECK(!falls_back_after(p, refused, sizeof refused));
	p->client.link.state = NULL;
	pair_free(p);
}

/* After the server's hello an alert means something else, such as a missing certificate. */
static void later_failures_do_not_count(void)
{
	struct pair *p = pair_bcp195();
	p->client.config.max_version = TLS_1_2;
	pair_identity(&p->client.config, &p->client.key, PAIR_NONE);
	REQUIRE(pair_open(p));
	pair_run(p);
	CHECK_INT(tls_error(p->client.tls)->code, 40);
	CHECK(!tls_falls_back(p->client.tls));
	pair_free(p);
}

static void blocked_first_connections_gain_nothing(void)
{
	static const uint8_t forged[] = { 21, 3, 1, 0, 2, 2, 40 };
	struct pair *p = pair_bcp195();
	REQUIRE(pair_open(p));
	give(&p->client, forged, sizeof forged);
	CHECK(tls_falls_back(p->client.tls));
	again(p);
	pair_run(p);
	CHECK_INT(tls_error(p->server.tls)->code, 86);
	CHECK_INT(tls_error(p->client.tls)->code, 86);
	CHECK(!tls_falls_back(p->client.tls));
	pair_free(p);
	/* A server that knows no SCSV, and has TLS 1.2 with AEAD at best: that is what it gets. */
	p = pair_bcp195();
	p->server.config.max_version = TLS_1_2;
	REQUIRE(pair_open(p));
	give(&p->client, forged, sizeof forged);
	again(p);
	talk(p);
	CHECK_STR(tls_suite_mac(facts_of(&p->client).suite), "AEAD");
	CHECK(facts_of(&p->client).suite->forward);
	pair_free(p);
}

/* The mark of RFC 8446 4.1.3, which a server without the SCSV may still write. */
static void marked_answers_are_refused(void)
{
	for (uint8_t mark = 0; mark < 3; mark++) {
		struct pair *p = pair_bcp195();
		uint8_t flight[8192];
		only_relic(&p->server, TLS_1_1, 0x002F);
		p->client.link.fallback = true;
		REQUIRE(pair_open(p));
		while (tls_out(p->server.tls).n == 0)
			pair_move(&p->client, &p->server, p->step);
		const struct span out = tls_out(p->server.tls);
		REQUIRE(out.n <= sizeof flight);
		memcpy(flight, out.p, out.n);
		memcpy(flight + 35, "DOWNGRD", 7); /* header 5, head 4, version 2, random 24 */
		flight[42] = mark;
		give(&p->client, flight, out.n);
		CHECK_INT(tls_error(p->client.tls)->code, mark < 2 ? 47 : 0);
		CHECK(!tls_falls_back(p->client.tls));
		pair_free(p);
	}
}

/* Each byte of the first hello altered on its way: no connection, or the one that was wanted. */
static void altered_hellos_lead_nowhere(void)
{
	struct pair *p = pair_bcp195();
	REQUIRE(pair_open(p));
	const size_t n = tls_out(p->client.tls).n;
	pair_free(p);
	for (size_t i = 0; i < n; i++) {
		p = pair_bcp195();
		REQUIRE(pair_open(p));
		uint8_t hello[1024];
		const struct span out = tls_out(p->client.tls);
		REQUIRE(out.n == n && n <= sizeof hello);
		memcpy(hello, out.p, n);
		tls_out_done(p->client.tls, n);
		hello[i] ^= (uint8_t)(1u << i % 8);
		give(&p->server, hello, n);
		pair_run(p);
		const bool ready = tls_state(p->client.tls) == TLS_READY &&
			tls_state(p->server.tls) == TLS_READY;
		if (ready && (i > 2 || facts_of(&p->client).version != TLS_1_3))
			TEST_NOTE("byte %zu of the hello may be altered", i);
		pair_free(p);
	}
}

/* The client's hello is swapped for one with relics alone; the answer goes back as it is. */
static void swapped_hellos_lead_nowhere(void)
{
	static const uint16_t versions[] = { TLS_1_0, TLS_1_2 };
	for (size_t i = 0; i < 2; i++) {
		struct pair *p = pair_bcp195(), *forger = pair_bcp195();
		only_relic(&forger->client, versions[i], 0x002F);
		REQUIRE(pair_open(p) && pair_open_side(forger, &forger->client));
		const struct span hello = tls_out(forger->client.tls);
		tls_out_done(p->client.tls, tls_out(p->client.tls).n);
		give(&p->server, hello.p, hello.n);
		pair_run(p);
		CHECK_INT(tls_state(p->client.tls), TLS_FAILED);
		CHECK_INT(tls_falls_back(p->client.tls), i == 0);
		if (i == 0) {
			again(p);
			pair_run(p);
			CHECK_INT(tls_error(p->client.tls)->code, 86);
		}
		pair_free(p);
		pair_free(forger);
	}
}

static void strangers_are_named(void)
{
	static const struct {
		const char *bytes, *word;
	} rows[] = { { "GET / HTTP/1.0\r\n\r\n", "HTTP" }, { "SSH-2.0-x\r\n", "SSH" } };
	for (size_t i = 0; i < 3; i++) {
		struct pair *p = pair_bcp195();
		REQUIRE(pair_open_side(p, &p->server));
		CHECK_INT(tls_state(p->server.tls), TLS_HANDSHAKE);
		if (i < 2)
			give(&p->server, (const uint8_t *)rows[i].bytes, strlen(rows[i].bytes));
		tls_in_end(p->server.tls);
		CHECK_INT(tls_state(p->server.tls), TLS_FAILED);
		CHECK(strstr(tls_error(p->server.tls)->text,
			i < 2 ? rows[i].word : "without a word of TLS"));
		pair_free(p);
	}
}

int main(void)
{
	test("with bcp195 two who can meet in TLS 1.3, or in 1.2 with AEAD and what it needs",
		modern_peers_meet_in_our_engine);
	test("clients with nothing but relics are served, however their bytes are cut",
		relics_are_served);
	test("an AEAD suite is enough for our own engine", aead_alone_is_enough);
	test("servers with nothing but relics are reached by a second connection",
		old_servers_are_reached);
	test("only handshake_failure, protocol_version and an older hello lead to it",
		only_some_failures_count);
	test("a failure after the server's hello does not", later_failures_do_not_count);
	test("who blocks the first connection of two that have TLS 1.3 gets none",
		blocked_first_connections_gain_nothing);
	test("a server's mark that it could do better is heeded", marked_answers_are_refused);
	test("no bit of the hello can be altered", altered_hellos_lead_nowhere);
	test("a hello swapped for one with relics leads nowhere", swapped_hellos_lead_nowhere);
	test("what is not TLS is named, before an engine is chosen too", strangers_are_named);
	return test_end();
}
