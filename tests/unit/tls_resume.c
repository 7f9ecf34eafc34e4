/* SPDX-License-Identifier: MIT */
/* Resumption in our own engine, of TLS 1.3 and TLS 1.2: when it takes place, what stays known, and when
 * it must not. */
#include "test.h"
#include "tls_again.h"

static const uint16_t versions[] = { TLS_1_3, TLS_1_2 };
#define EACH_VERSION(a)                   \
	for (size_t v_ = 0; v_ < 2; v_++) \
		for (struct again *a = again_new(versions[v_]); a; free(a), a = NULL)

static void every_step(void)
{
	static const size_t steps[] = { 1, 2, 511, 16384 };
	EACH_VERSION(a)
	{
		for (size_t i = 0; i < 4; i++)
			for (int k = 0; k < 2; k++) {
				struct pair *p = again_pair(a);
				p->step = steps[i];
				p->out_size = k ? TLS_OUT_SIZE : TLS_OUT_MIN;
				if (!again_run(p))
					TEST_NOTE("%zu: %s; %s", steps[i],
						tls_error(p->client.tls)->text,
						tls_error(p->server.tls)->text);
				CHECK_INT(again_resumed(p), i + (size_t)k > 0);
				CHECK_INT(tls_state(p->client.tls), TLS_READY);
				CHECK_INT(tls_state(p->server.tls), TLS_READY);
				tls_close(p->client.tls);
				pair_run(p);
				CHECK_INT(tls_state(p->client.tls), TLS_CLOSED);
				CHECK_INT(tls_state(p->server.tls), TLS_CLOSED);
				pair_free(p);
			}
	}
}

static void identity_is_kept(void)
{
	static const enum pair_key_name keys[] = { PAIR_RSA, PAIR_EC, PAIR_EC384 };
	static const char *const names[] = { "rsa.test", "ec.test", "ec384.test" };
	EACH_VERSION(a)
	{
		for (int k = 0; k < 6; k++) {
			struct pair *p = again_pair(a);
			struct tls_facts c, s;
			pair_identity(&p->client.config, &p->client.key, keys[k / 2]);
			pair_identity(&p->server.config, &p->server.key, keys[k / 2]);
			p->client.link.server_name = names[k / 2];
			CHECK(again_run(p));
			tls_facts(p->client.tls, &c);
			tls_facts(p->server.tls, &s);
			CHECK_INT(c.resumed, k % 2);
			CHECK(c.peer_cert && s.peer_cert);
			CHECK(span_eq(c.leaf, p->server.key.chain[0]));
			CHECK(span_eq(s.leaf, p->client.key.chain[0]));
			CHECK_STR(s.server_name, names[k / 2]);
			CHECK_STR(s.signature, k % 2 ? "" : c.signature);
			pair_free(p);
			if (k % 2) /* the next key begins anew */
				sessions_init(&a->sessions, a->sessions.binding);
		}
	}
}

static void every_suite(void)
{
	EACH_VERSION(a)
	{
		for (size_t i = 0; i < 5; i++)
			for (int k = 0; k < 2; k++) {
				struct pair *p = again_pair(a);
				static const uint16_t ec12[] = { 0xC02B, 0xC02C, 0xCCA9, 0xC0AC,
					0xC0AF };
				p->client.config.suites[0] =
					a->version == TLS_1_2 ? ec12[i] : (uint16_t)(0x1301 + i);
				p->client.config.suites_n = 1;
				CHECK(again_run(p));
				CHECK_INT(again_resumed(p), k);
				pair_free(p);
				if (k)
					sessions_init(&a->sessions, a->sessions.binding);
			}
	}
}

static size_t move(struct tls *from, struct tls *to)
{
	struct span s = tls_out(from), piece;
	const struct mspan in = tls_in(to);
	if (in.n == 0 || !span_take(&s, s.n < in.n ? s.n : in.n, &piece))
		return 0;
	memcpy(in.p, piece.p, piece.n);
	tls_out_done(from, piece.n);
	tls_in_done(to, piece.n);
	return piece.n;
}

/* What is left of a ticket when the client leaves lies in memory that the server's owner takes back. */
static void cut_before_the_ticket(void)
{
	struct again *a = again_new(TLS_1_3);
	struct pair *p = again_pair(a);
	p->out_size = TLS_OUT_MIN;
	pair_identity(&p->client.config, &p->client.key, PAIR_RSA);
	REQUIRE(pair_open(p));
	struct tls *client = p->client.tls, *server = p->server.tls;
	while (tls_state(client) == TLS_HANDSHAKE)
		if (move(client, server) + move(server, client) == 0)
			break;
	CHECK_INT(tls_state(client), TLS_READY);
	while (tls_out(client).n && move(client, server))
		;
	CHECK_INT(tls_state(server), TLS_HANDSHAKE);
	tls_in_end(server);
	CHECK_INT(tls_state(server), TLS_CUT);
	CHECK(tls_out(server).n > 0);
	tls_out_done(server, tls_out(server).n);
	CHECK_INT(tls_out(server).n, 0);
	pair_free(p);
	free(a);
}

static void anonymous_clients(void)
{
	static const enum tls_trust trust[] = { TLS_TRUST_IGNORE, TLS_TRUST_IF_PRESENT };
	EACH_VERSION(a)
	{
		for (int k = 0; k < 4; k++) {
			struct pair *p = again_pair(a);
			p->server.config.trust = trust[k / 2];
			pair_identity(&p->client.config, &p->client.key, PAIR_NONE);
			struct tls_facts s;
			CHECK(again_run(p));
			tls_facts(p->server.tls, &s);
			CHECK_INT(s.resumed, k % 2);
			CHECK(!s.peer_cert);
			pair_free(p);
			if (k % 2)
				sessions_init(&a->sessions, a->sessions.binding);
		}
	}
}

static void after_a_retry(void)
{
	struct again *a = again_new(TLS_1_3);
	for (int k = 0; k < 4; k++) {
		struct pair *p = again_pair(a);
		p->server.config.curves = 1u << 24; /* no share of it is in the first hello */
		p->client.config.suites[0] = k < 2 ? 0x1301 : 0x1302;
		p->client.config.suites_n = 1;
		CHECK(again_run(p));
		CHECK_INT(again_resumed(p), k % 2);
		pair_free(p);
		if (k % 2)
			sessions_init(&a->sessions, a->sessions.binding);
	}
	free(a);
}

static void retry_with_another_hash(void)
{
	struct again *a = again_new(TLS_1_3);
	CHECK_INT(again_meet(a), 0);
	struct pair *p = again_pair(a);
	p->server.config.curves = 1u << 24;
	p->server.config.suites[0] = 0x1302; /* SHA-384; the session is of SHA-256 */
	p->server.config.suites_n = 1;
	CHECK(again_run(p));
	CHECK(!again_resumed(p));
	CHECK_INT(inside(&p->client)->resume.offer.ticket.n, 0); /* nor was it offered again */
	pair_free(p);
	free(a);
}

static void another_hash_means_in_full(void)
{
	struct again *a = again_new(TLS_1_3);
	CHECK_INT(again_meet(a), 0);
	struct pair *p = again_pair(a);
	p->server.config.suites[0] = 0x1302;
	p->server.config.suites_n = 1;
	CHECK(again_run(p));
	CHECK(!again_resumed(p));
	pair_free(p);
	free(a);
}

static void tickets_expire(void)
{
	EACH_VERSION(a)
	{
		CHECK_INT(again_meet(a), 0);
		a->now += TICKET_LIFETIME * 1000 - 1;
		CHECK_INT(again_meet(a), 1);
		a->now += TICKET_LIFETIME * 1000;
		CHECK_INT(again_meet(a), 0);
		a->now -=
			3600 * 1000; /* the clock was set back: what is of the future is not used */
		CHECK_INT(again_meet(a), 0);
	}
}

/* The client's clock is of no interest to the server, whose own says when a ticket has expired. */
static void server_clock_counts(void)
{
	EACH_VERSION(a)
	{
		CHECK_INT(again_meet(a), 0);
		struct pair *p = again_pair(a);
		p->client.link.now += 3600 * 1000; /* the age it tells is wrong by an hour */
		CHECK(again_run(p));
		CHECK(again_resumed(p));
		pair_free(p);
		sessions_init(&a->sessions, a->sessions.binding);
		CHECK_INT(again_meet(a), 0);
		p = again_pair(a);
		p->server.link.now += TICKET_LIFETIME * 1000 + 1;
		CHECK(again_run(p));
		CHECK(!again_resumed(p));
		pair_free(p);
	}
}

static void other_keys_mean_in_full(void)
{
	static const uint8_t seeds[2][32] = { { 7 }, { 8 } }, bindings[2][32] = { { 9 }, { 10 } };
	EACH_VERSION(a)
	{
		for (int k = 1; k < 3; k++) {
			CHECK_INT(again_meet(a) >= 0, 1);
			tickets_init(&a->tickets, seeds[k == 1], bindings[k == 2], TICKET_LIFETIME,
				a->now);
			CHECK_INT(again_meet(a), 0);
		}
	}
}

static void forked_processes_share_keys(void)
{
	EACH_VERSION(a)
	{
		struct tls_tickets other = a->tickets;
		CHECK_INT(again_meet(a), 0);
		a->tickets = other;
		CHECK_INT(again_meet(a), 1);
		/* One of them was busy while the other slept past a change of keys. */
		a->now += TICKET_LIFETIME * 1000 - 1;
		CHECK_INT(again_meet(a), 1);
		a->tickets = other;
		CHECK_INT(again_meet(a), 1);
	}
}

static void refused_certificates_mean_in_full(void)
{
	EACH_VERSION(a)
	{
		for (int server = 0; server < 2; server++) {
			CHECK_INT(again_meet(a) >= 0, 1);
			struct pair *p = again_pair(a);
			struct pair_side *judging = server ? &p->server : &p->client;
			/* years later: all certificates have expired */
			br_x509_minimal_set_time(&judging->judge.minimal, 719528 + 40000, 0);
			CHECK(!again_run(p));
			CHECK_INT(tls_state(judging->tls), TLS_FAILED);
			CHECK_INT(tls_error(judging->tls)->kind, ERR_TRUST);
			pair_free(p);
			sessions_init(&a->sessions, a->sessions.binding);
		}
	}
}

static void certificate_is_required_still(void)
{
	EACH_VERSION(a)
	{
		struct pair *p = again_pair(a);
		p->server.config.trust = TLS_TRUST_IF_PRESENT;
		pair_identity(&p->client.config, &p->client.key, PAIR_NONE);
		CHECK(again_run(p));
		pair_free(p);
		p = again_pair(a);
		pair_identity(&p->client.config, &p->client.key, PAIR_NONE);
		CHECK(!again_run(p));
		CHECK_INT(tls_error(p->server.tls)->kind, ERR_TRUST);
		pair_free(p);
	}
}

static void other_names_mean_in_full(void)
{
	EACH_VERSION(a)
	{
		CHECK_INT(again_meet(a), 0);
		struct pair *p = again_pair(a);
		p->client.link.server_name = "ec.test";
		CHECK(again_run(p));
		CHECK(!again_resumed(p));
		pair_free(p);
	}
}

static void other_versions_mean_in_full(void)
{
	static const uint16_t suites[] = { 0x1301, 0xC02B };
	for (int k = 0; k < 2; k++) {
		struct again *a = again_new(TLS_1_3);
		for (int i = 0; i < 3; i++) {
			struct pair *p = again_pair(a);
			struct tls_config *const both[] = { &p->client.config, &p->server.config };
			for (int s = 0; s < 2; s++) {
				memcpy(both[s]->suites, suites, sizeof suites);
				both[s]->suites_n = 2;
				both[s]->min_version = TLS_1_2;
			}
			if ((i == 1) == (k == 0)) /* one of the meetings is in TLS 1.2 */
				p->server.config.max_version = TLS_1_2;
			struct tls_facts f;
			CHECK(again_run(p));
			tls_facts(p->client.tls, &f);
			CHECK_INT(f.version, (i == 1) == (k == 0) ? TLS_1_2 : TLS_1_3);
			CHECK_INT(f.resumed, 0);
			pair_free(p);
		}
		free(a);
	}
}

static void nothing_without_stores(void)
{
	EACH_VERSION(a)
	{
		for (int k = 0; k < 2; k++) {
			struct pair *p = again_pair(a);
			if (k)
				p->client.link.sessions = NULL;
			else
				p->server.link.tickets = NULL;
			CHECK(again_run(p));
			CHECK_INT(a->sessions.count, 0);
			pair_free(p);
		}
		struct pair *p = again_pair(a);
		p->client.link.resume.n = p->server.link.resume.n = 0;
		CHECK(again_run(p));
		CHECK_INT(a->sessions.count, 0);
		pair_free(p);
	}
}

static void a_ticket_is_used_once(void)
{
	struct again *a = again_new(TLS_1_3);
	CHECK_INT(again_meet(a), 0);
	struct pair *p = again_pair(a), *q = again_pair(a);
	CHECK(pair_open(p) && pair_open(q)); /* at the same time */
	pair_run(p);
	pair_run(q);
	CHECK(again_talked(p) && again_talked(q));
	CHECK(again_resumed(p));
	CHECK(!again_resumed(q));
	pair_free(p);
	pair_free(q);
	CHECK_INT(again_meet(a), 1); /* each of them left a new one */
	free(a);
}

static void key_update_after_resumption(void)
{
	struct again *a = again_new(TLS_1_3);
	CHECK_INT(again_meet(a), 0);
	struct pair *p = again_pair(a);
	CHECK(again_run(p));
	CHECK(again_resumed(p));
	CHECK(out_key_update(inside(&p->client), true));
	p->client.send = p->server.send = span_str("and more");
	pair_run(p);
	CHECK_INT(p->client.received_n, 16);
	CHECK_INT(p->server.received_n, 16);
	pair_free(p);
	free(a);
}

static void secrets_do_not_stay(void)
{
	EACH_VERSION(a)
	{
		CHECK_INT(again_meet(a), 0);
		struct tls_session s;
		uint8_t bytes[SESSION_BYTES], secret[SESSION_SECRET];
		struct buf copy = buf_on(bytes, sizeof bytes);
		struct tls_sessions kept = a->sessions;
		struct tls_config any = { .min_version = TLS_1_2,
			.max_version = TLS_1_3,
			.suites = { 0x1301, 0xC02B },
			.suites_n = 2 };
		CHECK(sessions_take(&kept, a->now, &any, &copy, &s));
		memcpy(secret, s.secret.p, s.secret.n);
		CHECK_INT(again_meet(a), 1);
		for (size_t i = 0; i + s.secret.n <= TLS_RESUME_SIZE; i++)
			if (memcmp(a->rooms[1] + i, secret, s.secret.n) == 0)
				TEST_NOTE("the server left a session's secret at %zu", i);
	}
}

/* A server whose buffer holds no ticket ends the connection, or its client does, while the rest waits. */
static void close_behind_a_ticket(void)
{
	for (int client_first = 0; client_first < 2; client_first++) {
		struct again *a = again_new(TLS_1_3);
		struct pair *p = again_pair(a);
		p->out_size = TLS_OUT_MIN;
		pair_identity(&p->client.config, &p->client.key, PAIR_RSA);
		p->client.send = p->server.send = span_of(NULL, 0);
		REQUIRE(pair_open(p));
		while (inside(&p->server)->state != CONNECTED)
			if (!pair_move(&p->client, &p->server, p->step))
				REQUIRE(pair_move(&p->server, &p->client, p->step));
		REQUIRE(inside(&p->server)->flight);
		tls_close(client_first ? p->client.tls : p->server.tls);
		while (client_first && pair_move(&p->client, &p->server, p->step))
			;
		CHECK(tls_state(p->server.tls) != TLS_CLOSED);
		pair_run(p);
		CHECK_INT(tls_state(p->server.tls), TLS_CLOSED);
		CHECK_INT(tls_state(p->client.tls), TLS_CLOSED);
		CHECK_INT(a->sessions.count, 1);
		pair_free(p);
		free(a);
	}
}

int main(void)
{
	test("a ticket that is on its way when the connection is cut is not finished",
		cut_before_the_ticket);
	test("sessions are resumed through rings of 1, 2, 511 and 16384 bytes, and small buffers",
		every_step);
	test("a resumed peer keeps its certificate, whatever its key", identity_is_kept);
	test("each suite can be resumed", every_suite);
	test("who showed no certificate can resume where none is required", anonymous_clients);
	test("a session is resumed through a HelloRetryRequest", after_a_retry);
	test("a retry for a suite of another hash leads to a full handshake",
		retry_with_another_hash);
	test("a suite of another hash leads to a full handshake", another_hash_means_in_full);
	test("tickets expire, and those of the future do not count", tickets_expire);
	test("when a ticket has expired is for the server's clock alone", server_clock_counts);
	test("tickets of another key or configuration lead to a full handshake",
		other_keys_mean_in_full);
	test("forked processes open each other's tickets", forked_processes_share_keys);
	test("a certificate that is refused now does not come in by a ticket",
		refused_certificates_mean_in_full);
	test("nor does somebody without one, where it is required now",
		certificate_is_required_still);
	test("another server name leads to a full handshake", other_names_mean_in_full);
	test("another version leads to a full handshake", other_versions_mean_in_full);
	test("without a store or keys or room for it nothing is resumed", nothing_without_stores);
	test("a ticket of TLS 1.3 is used once", a_ticket_is_used_once);
	test("keys are updated after a resumption", key_update_after_resumption);
	test("close_notify stands behind a ticket that waits for room, whoever closes",
		close_behind_a_ticket);
	test("a server's room keeps no secret of the session", secrets_do_not_stay);
	return test_end();
}
