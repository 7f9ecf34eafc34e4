/* SPDX-License-Identifier: MIT */
/* Messages out of turn, retries that go wrong, points that are none, and floods: what our engine says to
 * each, in TLS 1.3 and 1.2. */
#include "pki/curves.h"
#include "test.h"
#include "tls_mitm.h"

/* One change for one connection. The victim fails with the alert, and the other side hears of it. */
static void refused(struct pair *p, const struct change *c)
{
	struct pair_side *victim = c->to_client ? &p->client : &p->server;
	struct pair_side *other = c->to_client ? &p->server : &p->client;
	p->client.config.suites_n = 2;
	if (CHECK(pair_open(p))) {
		mitm_run(p, c);
		const struct err *e = tls_error(victim->tls);
		if (tls_state(victim->tls) != TLS_FAILED || e->code != c->alert)
			TEST_NOTE("%s: state %d, alert %d, not %d: %s", c->what,
				tls_state(victim->tls), e->code, c->alert, e->text);
		else if (strstr(e->text, "the peer ended"))
			TEST_NOTE("%s: it was the other side that saw it: %s", c->what, e->text);
		else if (tls_error(other->tls)->code != c->alert)
			TEST_NOTE("%s: the other side saw %d, %s", c->what,
				tls_error(other->tls)->code, tls_error(other->tls)->text);
	}
	pair_free(p);
}

/* ---- order */

struct step {
	uint16_t version;
	bool to_client;
	enum message type, also; /* what may stand here (RFC 8446 A, RFC 5246 7.3) */
	bool swap;               /* another message follows in the same flight */
};

static const struct step steps[] = {
	{ TLS_1_3, true, SERVER_HELLO, SERVER_HELLO },
	{ TLS_1_3, true, ENCRYPTED_EXTENSIONS, ENCRYPTED_EXTENSIONS, .swap = true },
	{ TLS_1_3, true, CERTIFICATE_REQUEST, CERTIFICATE, .swap = true },
	{ TLS_1_3, true, CERTIFICATE, CERTIFICATE, .swap = true },
	{ TLS_1_3, true, CERTIFICATE_VERIFY, CERTIFICATE_VERIFY, .swap = true },
	{ TLS_1_3, true, FINISHED, FINISHED },
	{ TLS_1_3, false, CLIENT_HELLO, CLIENT_HELLO },
	{ TLS_1_3, false, CERTIFICATE, CERTIFICATE, .swap = true },
	{ TLS_1_3, false, CERTIFICATE_VERIFY, CERTIFICATE_VERIFY, .swap = true },
	{ TLS_1_3, false, FINISHED, FINISHED },
	{ TLS_1_2, true, SERVER_HELLO, SERVER_HELLO, .swap = true },
	{ TLS_1_2, true, CERTIFICATE, CERTIFICATE, .swap = true },
	{ TLS_1_2, true, SERVER_KEY_EXCHANGE, SERVER_KEY_EXCHANGE, .swap = true },
	{ TLS_1_2, true, CERTIFICATE_REQUEST, SERVER_HELLO_DONE },
	{ TLS_1_2, true, SERVER_HELLO_DONE, SERVER_HELLO_DONE },
	{ TLS_1_2, true, FINISHED, FINISHED },
	{ TLS_1_2, false, CLIENT_HELLO, CLIENT_HELLO },
	{ TLS_1_2, false, CERTIFICATE, CERTIFICATE, .swap = true },
	{ TLS_1_2, false, CLIENT_KEY_EXCHANGE, CLIENT_KEY_EXCHANGE, .swap = true },
	{ TLS_1_2, false, CERTIFICATE_VERIFY, CERTIFICATE_VERIFY },
	{ TLS_1_2, false, FINISHED, FINISHED },
};

static struct pair *pair_of(uint16_t version)
{
	return version == TLS_1_3 ? pair_new13() : pair_new12();
}

/* Before each message comes one of each type, without a body. */
static void any_message_anywhere(void)
{
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		const struct step *s = &steps[i];
		for (int type = 0; type < 26; type++) {
			const char bytes[4] = { (char)type };
			char what[80];
			const bool theirs = type == (int)s->type || type == (int)s->also;
			const struct change c = { what, s->to_client, s->type, AHEAD, 22, 4,
				theirs ? 50 : 10, bytes };
			snprintf(what, sizeof what, "version %x, %d before %d to %s",
				(unsigned)s->version, type, (int)s->type,
				s->to_client ? "client" : "server");
			/* HelloRequest says nothing while a client negotiates (RFC 5246 7.4.1.1),
			 * and a body of nothing is right for ServerHelloDone. */
			if (s->to_client && s->version == TLS_1_2 &&
				(type == HELLO_REQUEST || (theirs && type == SERVER_HELLO_DONE)))
				continue;
			refused(pair_of(s->version), &c);
		}
	}
}

static void swapped_neighbours(void)
{
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		const struct step *s = &steps[i];
		const struct change c = { "swapped", s->to_client, s->type, SWAP, 0, 0, 10, NULL };
		/* Where a request for a certificate may be left out, its absence shows later. */
		if (s->swap)
			refused(pair_of(s->version), &c);
	}
}

static void hello_request_says_nothing(void)
{
	static const enum message before[] = { SERVER_HELLO, CERTIFICATE, SERVER_HELLO_DONE,
		FINISHED };
	for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
		const struct change c = { "HelloRequest", true, before[i], AHEAD, 22, 4, 0,
			"\0\0\0\0" };
		struct pair *p = pair_new12();
		REQUIRE(pair_open(p));
		mitm_run(p, &c);
		CHECK_INT(tls_state(p->client.tls), TLS_READY);
		CHECK_INT(tls_state(p->server.tls), TLS_READY);
		pair_free(p);
	}
}

/* ---- retries: the client has a share for X25519, the server wants P-384 */

static struct pair *pair_retrying(void)
{
	struct pair *p = pair_new13();
	p->client.config.curves = 1u << 29 | 1u << 23 | 1u << 24;
	p->server.config.curves = 1u << 24;
	return p;
}

static void retries_work_unchanged(void)
{
	struct pair *p = pair_retrying();
	REQUIRE(pair_open(p));
	mitm_run(p, NULL);
	CHECK_INT(tls_state(p->client.tls), TLS_READY);
	CHECK_INT(inside(&p->server)->group, 24);
	CHECK(inside(&p->server)->retried);
	pair_free(p);
}

/* HelloRetryRequest: 6 random, 38 session ID, 71 suite, 73 compression, 74 length of extensions, 76
 * key_share: 78 length, 80 group; 82 supported_versions. ServerHello has a share behind the group. */
static void clients_check_retries(void)
{
	static const struct change changes[] = {
		{ "group that has a share", true, SERVER_HELLO, SET, 81, 29, 47, NULL },
		{ "group not offered", true, SERVER_HELLO, SET, 81, 25, 47, NULL },
		{ "group of nobody", true, SERVER_HELLO, SET, 81, 0x77, 47, NULL },
		{ "group of two bytes' range", true, SERVER_HELLO, SET, 80, 1, 47, NULL },
		{ "share of three bytes", true, SERVER_HELLO, SET, 79, 3, 50, NULL },
		{ "extension not asked for", true, SERVER_HELLO, SET, 77, 16, 110, NULL },
		{ "cookie that is none", true, SERVER_HELLO, SET, 77, 44, 50, NULL },
		{ "empty cookie", true, SERVER_HELLO, COPY, 76, 6, 50, "\0\x2c\0\2\0\0" },
		{ "cookie with a byte behind it", true, SERVER_HELLO, INSERT, 76, 8, 50,
			"\0\x2c\0\4\0\1c!" },
		{ "two groups", true, SERVER_HELLO, INSERT, 80, 2, 50, "\0\x18", 0, 74 },
		{ "no group", true, SERVER_HELLO, CUT, 80, 2, 50, "\0\0", 0, 74 },
		{ "more in the clear behind it", true, SERVER_HELLO, JOIN, 0, 5, 10, "\2\0\0\1\0" },
		{ "more in the clear behind the hello", true, SERVER_HELLO, JOIN, 0, 5, 10,
			"\x8\0\0\1\0", 1 },
		{ "suite not offered", true, SERVER_HELLO, SET, 72, 5, 47, NULL },
		{ "session ID", true, SERVER_HELLO, SET, 40, 0, 47, NULL },
		{ "short", true, SERVER_HELLO, SHORT, 0, 0, 50, NULL },
		{ "doubled", true, SERVER_HELLO, DOUBLE, 0, 0, 10, NULL },
		{ "another suite after it", true, SERVER_HELLO, SET, 72, 2, 47, NULL, 1 },
		{ "another group after it", true, SERVER_HELLO, SET, 81, 23, 47, NULL, 1 },
		{ "a second one", true, SERVER_HELLO, COPY, 6, 32, 10,
			(const char *)hello_retry_random, 1 },
		{ "TLS 1.2 after it", true, SERVER_HELLO, SET, 182, 16, 47, NULL, 1 },
		{ "nothing to change", true, SERVER_HELLO, CUT, 76, 6, 47, "\0\6" },
	};
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
		refused(pair_retrying(), &changes[i]);
}

/* The same of a client that would speak TLS 1.2 too, and offers a suite of it. */
static void clients_keep_to_the_version(void)
{
	/* As a server of TLS 1.2 would have answered the first hello. */
	static const char hello12[] =
		"\3\3thirty-two bytes that are random\0\xc0\x2b\0\0\4\0\x17\0\0";
	static const struct change changes[] = {
		{ "TLS 1.2 after a retry", true, SERVER_HELLO, SET, 182, 16, 47, NULL, 1 },
		{ "TLS 1.2's suite after a retry", true, SERVER_HELLO, COPY, 71, 2, 47, "\xc0\x2b",
			1 },
		{ "all of TLS 1.2 after a retry", true, SERVER_HELLO, REPLACE, 0,
			sizeof hello12 - 1, 47, hello12, 1 },
		{ "TLS 1.2's suite in a retry", true, SERVER_HELLO, COPY, 71, 2, 47, "\xc0\x2b" },
	};
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		struct pair *p = pair_retrying();
		p->client.config.min_version = TLS_1_2;
		p->client.config.suites[1] = 0xC02B;
		refused(p, &changes[i]);
	}
}

/* The second ClientHello, with two suites: 73 suites, 87 version, 124 key_share: 128 list, 130 group,
 * 132 length, 134 point of 97 bytes; 231 record_size_limit. */
static void servers_check_second_hellos(void)
{
	static const struct change changes[] = {
		{ "another group", false, CLIENT_HELLO, SET, 131, 23, 47, NULL, 1 },
		{ "a share of no length", false, CLIENT_HELLO, SET, 133, 0, 50, NULL, 1 },
		{ "a point off the curve", false, CLIENT_HELLO, SET, 150, 0x55, 47, NULL, 1 },
		{ "no key_share", false, CLIENT_HELLO, SET, 125, 0x77, 109, NULL, 1 },
		{ "no supported_groups", false, CLIENT_HELLO, SET, 89, 0x77, 109, NULL, 1 },
		{ "other suites", false, CLIENT_HELLO, COPY, 73, 4, 47, "\x13\3\x13\4", 1 },
		{ "TLS 1.2", false, CLIENT_HELLO, SET, 87, 3, 70, NULL, 1 },
		{ "early data", false, CLIENT_HELLO, SET, 232, 42, 47, NULL, 1 },
		{ "compression", false, CLIENT_HELLO, SET, 78, 1, 47, NULL, 1 },
		{ "short", false, CLIENT_HELLO, SHORT, 0, 0, 50, NULL, 1 },
		{ "doubled", false, CLIENT_HELLO, DOUBLE, 0, 0, 10, NULL, 1 },
		{ "as another message", false, CLIENT_HELLO, SET, 0, FINISHED, 10, NULL, 1 },
		{ "data in its place", false, CLIENT_HELLO, BARE, 23, 4, 10, "data", 1 },
	};
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
		refused(pair_retrying(), &changes[i]);
}

/* Of a server that speaks TLS 1.2 too, and of the first hello, which is answered by no retry then. */
static void servers_keep_to_the_version(void)
{
	static const struct change changes[] = {
		{ "TLS 1.2 after a retry", false, CLIENT_HELLO, SET, 87, 3, 70, NULL, 1 },
		{ "no signature that it can make", false, CLIENT_HELLO, ZERO, 106, 18, 40, NULL },
	};
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		struct pair *p = pair_retrying();
		p->server.config.min_version = TLS_1_2;
		p->server.config.suites[1] = 0xC02B;
		refused(p, &changes[i]);
	}
}

/* From one side to the other, as it is. What it was stays in the room. */
static struct span carry(struct pair_side *from, struct pair_side *to, struct mspan room)
{
	struct buf b = buf_on(room.p, room.n);
	buf_bytes(&b, tls_out(from->tls));
	tls_out_done(from->tls, b.n);
	if (to)
		give(to, b.p, b.n);
	return buf_span(&b);
}

/* What is in the records of both hellos: the first one's message begins at 5, that of the second behind a
 * ChangeCipherSpec (D.4) at 11. Offsets are as above, with 79 the length of extensions. */
enum { EXTENSIONS = 79, SHARE = 124, SHARES = 130 };

struct hellos {
	uint8_t room[2][2048], back[4096];
	struct span first, second;
	struct share share; /* of the first */
};

static void ask_again(struct pair *p, struct hellos *h)
{
	p->client.config.suites_n = 2;
	REQUIRE(pair_open(p));
	h->share = inside(&p->client)->share;
	h->first = carry(&p->client, &p->server, (struct mspan){ h->room[0], sizeof h->room[0] });
	carry(&p->server, &p->client, (struct mspan){ h->back, sizeof h->back });
	h->second = carry(&p->client, NULL, (struct mspan){ h->room[1], sizeof h->room[1] });
	REQUIRE(h->second.n > 11 && memcmp(h->second.p, "\x14\3\3\0\1\1\x16", 7) == 0);
	span_skip(&h->first, 5);
	span_skip(&h->second, 11);
}

static struct span between(struct span s, size_t from, size_t to)
{
	return span_at(s, from, to - from);
}

static void second_hellos_change_the_share_alone(void)
{
	static struct hellos h;
	struct pair *p = pair_retrying();
	ask_again(p, &h);
	const struct share *now = &inside(&p->client)->share;
	const size_t one = SHARES + 4 + 32, two = SHARES + 4 + 97; /* X25519, P-384 */
	CHECK(h.first.n > one && h.second.n - two == h.first.n - one);
	CHECK(span_eq(between(h.first, 4, EXTENSIONS), between(h.second, 4, EXTENSIONS)));
	CHECK(span_eq(between(h.first, EXTENSIONS + 2, SHARE + 2),
		between(h.second, EXTENSIONS + 2, SHARE + 2)));
	CHECK_INT(h.second.p[SHARES + 1], 24);
	CHECK(span_eq(between(h.first, one, h.first.n), between(h.second, two, h.second.n)));
	CHECK_INT(now->key_n, 48);
	CHECK(memcmp(now->key, h.share.key, 32) != 0);
	pair_free(p);
}

/* The second hello with other shares; asked is the one that it has, of P-256. */
static void servers_want_the_share_alone(void)
{
	static const struct {
		const char *what;
		bool before, asked, behind; /* with one of P-384, whose generator is a point too */
		int alert;
	} cases[] = { { "as it is", false, true, false, 0 }, { "another", true, false, false, 47 },
		{ "one more before", true, true, false, 47 },
		{ "and behind", false, true, true, 47 } };
	static struct hellos h;
	size_t n;
	const uint8_t *g = curves()->generator(24, &n);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint8_t room[2048];
		struct buf b = buf_on(room, sizeof room);
		struct pair *p = pair_retrying();
		p->server.config.curves = 1u << 23 | 1u << 24;
		ask_again(p, &h);
		const struct span asked = between(h.second, SHARES, SHARES + 4 + 65);
		CHECK_INT(asked.p[1], 23);
		const size_t record = (buf_bytes(&b, span_of("\x16\3\3", 3)), buf_open(&b, 2));
		buf_u8(&b, CLIENT_HELLO);
		const size_t message = buf_open(&b, 3);
		buf_bytes(&b, between(h.second, 4, EXTENSIONS));
		const size_t list = buf_open(&b, 2);
		buf_bytes(&b, between(h.second, EXTENSIONS + 2, SHARE + 2));
		const size_t ext = buf_open(&b, 2), shares = buf_open(&b, 2);
		for (int k = 0; k < 3; k++) {
			if (k == 1 && cases[i].asked)
				buf_bytes(&b, asked);
			if ((k == 0 && cases[i].before) || (k == 2 && cases[i].behind)) {
				buf_u16be(&b, 24);
				buf_u16be(&b, (uint16_t)n);
				buf_bytes(&b, span_of(g, n));
			}
		}
		buf_close_be(&b, shares, 2);
		buf_close_be(&b, ext, 2);
		buf_bytes(&b, between(h.second, SHARES + asked.n, h.second.n));
		buf_close_be(&b, list, 2);
		buf_close_be(&b, message, 3);
		buf_close_be(&b, record, 2);
		REQUIRE(buf_ok(&b));
		give(&p->server, b.p, b.n);
		if (tls_error(p->server.tls)->code != cases[i].alert)
			TEST_NOTE("%s: %s", cases[i].what, tls_error(p->server.tls)->text);
		pair_free(p);
	}
}

/* ---- points of each curve (RFC 8446 4.2.8.2), where the share begins with its form */

static void points_that_are_none(void)
{
	static const struct change changes[] = {
		{ "server's off the curve", true, SERVER_HELLO, SET, 100, 0x55, 47, NULL },
		{ "server's compressed", true, SERVER_HELLO, SET, 84, 2, 47, NULL },
		{ "server's infinity", true, SERVER_HELLO, SET, 84, 0, 47, NULL },
		{ "server's of a byte", true, SERVER_HELLO, ZERO, 84, 60, 47, NULL },
		{ "client's off the curve", false, CLIENT_HELLO, SET, 150, 0x55, 47, NULL },
		{ "client's compressed", false, CLIENT_HELLO, SET, 130, 2, 47, NULL },
		{ "client's of zeros", false, CLIENT_HELLO, ZERO, 130, 60, 47, NULL },
		{ "client's in TLS 1.2", false, CLIENT_KEY_EXCHANGE, SET, 20, 0x55, 47, NULL },
		{ "client's compressed in TLS 1.2", false, CLIENT_KEY_EXCHANGE, SET, 5, 2, 47,
			NULL },
		{ "client's of one byte in TLS 1.2", false, CLIENT_KEY_EXCHANGE, REPLACE, 0, 2, 47,
			"\1\4" },
		{ "client's too long in TLS 1.2", false, CLIENT_KEY_EXCHANGE, LONG, 0, 0, 50,
			NULL },
	};
	for (uint16_t group = 23; group <= 25; group++) {
		for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
			const bool old = changes[i].type == CLIENT_KEY_EXCHANGE;
			struct pair *p = old ? pair_new12() : pair_new13();
			p->client.config.curves = p->server.config.curves = 1u << group;
			refused(p, &changes[i]);
		}
	}
}

/* ---- behind the handshake */

static void floods_and_oddities(void)
{
	static const struct {
		const char *what;
		uint16_t version;
		uint8_t type;
		size_t n;
		const char *bytes;
		int times, alert;
	} rows[] = {
		{ "warnings in TLS 1.2", TLS_1_2, 21, 2, "\1\x73", 40, 10 },
		{ "user_canceled", TLS_1_3, 21, 2, "\1\x5a", 40, 10 },
		{ "empty records in TLS 1.2", TLS_1_2, 23, 0, "", 40, 10 },
		{ "padded records without content", TLS_1_3, 0, 3, "\x17\0\0", 40, 10 },
		{ "empty handshake record", TLS_1_3, 22, 0, "", 1, 10 },
		{ "empty alert", TLS_1_3, 21, 0, "", 1, 50 },
		{ "two alerts in one record", TLS_1_3, 21, 4, "\1\x5a\1\x5a", 1, 50 },
		{ "record of type 24", TLS_1_3, 24, 4, "beat", 1, 10 },
		{ "record of type 24 in TLS 1.2", TLS_1_2, 24, 4, "beat", 1, 10 },
		{ "ChangeCipherSpec in TLS 1.2", TLS_1_2, 20, 1, "\1", 1, 10 },
		{ "KeyUpdate in TLS 1.2", TLS_1_2, 22, 5, "\x18\0\0\1\0", 1, 10 },
		{ "EndOfEarlyData", TLS_1_3, 22, 4, "\5\0\0\0", 1, 10 },
		{ "another Finished", TLS_1_3, 22, 4, "\x14\0\0\0", 1, 10 },
		{ "another Finished in TLS 1.2", TLS_1_2, 22, 4, "\x14\0\0\0", 1, 10 },
		{ "a CertificateRequest, not asked for", TLS_1_3, 22, 7, "\xd\0\0\3\0\0\0", 1, 10 },
		{ "KeyUpdate of no bytes", TLS_1_3, 22, 4, "\x18\0\0\0", 1, 50 },
		{ "an unfinished message of a megabyte", TLS_1_3, 22, 4, "\x18\x10\0\0", 1, 50 },
	};
	for (size_t i = 0; i < 2 * sizeof rows / sizeof *rows; i++) {
		struct pair *p = pair_of(rows[i / 2].version);
		struct pair_side *victim = i % 2 ? &p->client : &p->server;
		REQUIRE(pair_open(p));
		pair_run(p);
		for (int k = 0; k < rows[i / 2].times; k++)
			send_record(victim, rows[i / 2].type,
				span_of(rows[i / 2].bytes, rows[i / 2].n), false);
		if (tls_error(victim->tls)->code != rows[i / 2].alert)
			TEST_NOTE("%s: %d, not %d: %s", rows[i / 2].what,
				tls_error(victim->tls)->code, rows[i / 2].alert,
				tls_error(victim->tls)->text);
		CHECK_INT(victim->received_n, 0);
		pair_free(p);
	}
}

int main(void)
{
	pair_engine = PAIR_MODERN;
	test("a message of any type, anywhere but in its turn, is unexpected_message",
		any_message_anywhere);
	test("two neighbouring messages cannot change places", swapped_neighbours);
	test("a HelloRequest within a TLS 1.2 handshake says nothing", hello_request_says_nothing);
	test("a retry leads to the group that the server wants", retries_work_unchanged);
	test("a client refuses a retry with anything wrong, and what follows it",
		clients_check_retries);
	test("a client that speaks TLS 1.2 too lets no retry lead there",
		clients_keep_to_the_version);
	test("a server refuses a second hello that is not what it asked for",
		servers_check_second_hellos);
	test("one that speaks TLS 1.2 too lets no retry lead there, and asks for none in vain",
		servers_keep_to_the_version);
	test("a second hello is the first one with another key share, made anew",
		second_hellos_change_the_share_alone);
	test("a server wants just the key share that it asked for", servers_want_the_share_alone);
	test("points of P-256, P-384 and P-521 that are none are illegal_parameter",
		points_that_are_none);
	test("behind the handshake floods, oddities and what is out of turn end it",
		floods_and_oddities);
	return test_end();
}
