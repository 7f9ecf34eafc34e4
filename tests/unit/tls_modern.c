/* SPDX-License-Identifier: MIT */
/* Our own TLS 1.3 engine, a client against a server through memory. */
#include "test.h"
#include "tls_pair13.h"
#include "tls_pair_claims.h"

static void every_suite_and_group(void)
{
	static const uint16_t suites[] = { 0x1301, 0x1302, 0x1303, 0x1304, 0x1305 };
	static const int groups[] = { 29, 23, 24, 25 };
	for (size_t i = 0; i < 5; i++)
		for (size_t g = 0; g < 4; g++) {
			struct pair *p = pair_new13();
			struct tls_facts f;
			p->client.config.suites[0] = suites[i];
			p->client.config.suites_n = 1;
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
				CHECK_STR(f.protocol, "TLSv1.3");
				CHECK_STR(f.group, tls_group_name((unsigned)groups[g]));
				CHECK(f.suite && f.suite->code == suites[i]);
			}
			pair_free(p);
		}
}

static void facts_of_both(void)
{
	struct pair *p = pair_new13();
	struct tls_facts f;
	p->client.link.server_name = "ec.test";
	pair_identity(&p->client.config, &p->client.key, PAIR_RSA);
	REQUIRE(pair_open(p));
	pair_run(p);
	tls_facts(p->server.tls, &f);
	CHECK_STR(f.server_name, "ec.test");
	CHECK_STR(f.signature, "ecdsa_secp256r1_sha256");
	CHECK(f.peer_cert && span_eq(f.leaf, span_of(cert_rsa, sizeof cert_rsa)));
	tls_facts(p->client.tls, &f);
	CHECK_STR(f.signature, "ecdsa_secp256r1_sha256");
	CHECK(span_eq(f.leaf, span_of(cert_ec, sizeof cert_ec)));
	pair_free(p);
}

static void many_ca_names(void)
{
	static uint8_t name[200] = { 0x30, 0x81, 197 };
	struct span names[60];
	for (size_t i = 0; i < 60; i++)
		names[i] = span_of(name, sizeof name);
	struct pair *p = pair_new13();
	p->out_size = TLS_OUT_MIN;
	p->server.config.ca_names = names;
	p->server.config.ca_names_n = 60;
	p->client.send = span_str("hello");
	REQUIRE(pair_open(p));
	pair_run(p);
	CHECK_INT(p->server.received_n, 5);
	pair_free(p);
}

static void keys_are_updated(void)
{
	enum { N = 200000 };
	uint8_t *data = calloc(1, N);
	struct pair *p = pair_new13();
	REQUIRE(pair_open(p));
	pair_run(p);
	struct modern *client = (struct modern *)(void *)p->client.tls;
	struct modern *server = (struct modern *)(void *)p->server.tls;
	uint8_t before[KEYS_HASH];
	memcpy(before, client->tx_secret, sizeof before);
	client->update_after = 3;
	server->update_after = 2;
	p->client.send = p->server.send = span_of(data, N);
	pair_run(p);
	CHECK_INT(p->server.received_n, N);
	CHECK_INT(p->client.received_n, N);
	CHECK(memcmp(before, client->tx_secret, 32) != 0);
	CHECK_MEM(client->tx_secret, server->rx_secret, 32);
	/* Asked for, the other side updates its own too. */
	memcpy(before, server->tx_secret, sizeof before);
	out_key_update(client, true);
	p->client.send = p->server.send = span_str("after");
	pair_run(p);
	CHECK(memcmp(before, server->tx_secret, 32) != 0);
	CHECK_INT(p->client.received_n, N + 5);
	CHECK_INT(p->server.received_n, N + 5);
	pair_free(p);
	free(data);
}

static void close_is_seen(void)
{
	struct pair *p = pair_new13();
	p->client.send = span_str("last words");
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
	pair_free(p);
}

static void truncation_is_seen(void)
{
	struct pair *p = pair_new13();
	REQUIRE(pair_open(p));
	pair_run(p);
	tls_in_end(p->server.tls);
	CHECK_INT(tls_state(p->server.tls), TLS_CUT);
	CHECK(!tls_peer_closed(p->server.tls));
	pair_free(p);
}

static void anonymous_client_where_allowed(void)
{
	static const enum tls_trust lenient[] = { TLS_TRUST_IF_PRESENT, TLS_TRUST_IGNORE };
	for (size_t i = 0; i < 2; i++) {
		struct pair *p = pair_new13();
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

static void memory_is_modest(void)
{
	const size_t each = modern_size() + TLS_IN_SIZE + TLS_OUT_MIN;
	printf("# %zu bytes of state, %zu with both buffers of a receiver\n", modern_size(), each);
	CHECK(each < 24 * 1024);
}

int main(void)
{
	make = pair_new13;
	test("every suite on every group, with a retry where no share fits", every_suite_and_group);
	test("RSA and EC keys on both sides, rings of 1, 2, 511 and 16384 bytes",
		every_step_and_key);
	test("a big transfer arrives as it was sent", big_transfer);
	test("a small outgoing buffer only makes smaller records", small_server_buffer);
	test("suite, group, signature, name and certificate are told afterwards", facts_of_both);
	test("a long list of CAs fits through a small buffer", many_ca_names);
	test("keys are updated by count and on request", keys_are_updated);
	test("close_notify travels both ways, behind the last data", close_is_seen);
	test("an end without close_notify is told as a cut", truncation_is_seen);
	test("an anonymous client is let in where that is allowed", anonymous_client_where_allowed);
	test("a receiver's connection takes less than 24 KB", memory_is_modest);
	return test_end();
}
