/* SPDX-License-Identifier: MIT */
/* record_size_limit (RFC 8449) in our own engine: kept to, and refused where it is wrong. */
#include "test.h"
#include "tls_mitm.h"

/* The longest and the number of records that one side sent under keys, taken from the bytes. */
static struct {
	uint8_t bytes[1 << 20];
	size_t n;
} wire;

static void keep(struct pair_side *from, const void *bytes, size_t n)
{
	(void)from;
	if (n <= sizeof wire.bytes - wire.n)
		memcpy(wire.bytes + wire.n, bytes, n);
	wire.n += n;
}

/* In TLS 1.2 what is under keys begins behind ChangeCipherSpec, in TLS 1.3 it shows in the type. */
static size_t longest(bool modern)
{
	struct span all = span_of(wire.bytes, wire.n), record;
	size_t most = 0;
	bool keys = modern;
	while (all.n > 0) {
		uint8_t type = 0;
		uint16_t n = 0;
		span_u8(&all, &type);
		span_skip(&all, 2);
		span_u16be(&all, &n);
		if (!CHECK(span_take(&all, n, &record)))
			return 0;
		if (keys && (!modern || type == RECORD_DATA) && n > most)
			most = n;
		keys = keys || type == RECORD_CCS;
	}
	return most;
}

enum { N = 50000 };

/* What the limit of one side makes the other one send, handshake and data, at most. */
static void limited(struct pair *p, bool by_client, uint16_t limit, bool modern, size_t want)
{
	static uint8_t data[N];
	struct pair_side *by = by_client ? &p->client : &p->server;
	struct pair_side *sender = by_client ? &p->server : &p->client;
	by->config.record_limit = limit;
	sender->record = keep;
	sender->send = span_of(data, N);
	wire.n = 0;
	pair_identity(&p->server.config, &p->server.key, PAIR_RSA);
	pair_identity(&p->client.config, &p->client.key, PAIR_RSA);
	REQUIRE(pair_open(p));
	pair_run(p);
	if (by->received_n != N)
		TEST_NOTE("limit %u: %zu bytes; %s; %s", limit, by->received_n,
			tls_error(by->tls)->text, tls_error(sender->tls)->text);
	const size_t most = longest(modern);
	if (limit)
		CHECK_INT(most, want);
	else
		CHECK(most > 16000);
}

static const uint16_t limits[] = { 64, 65, 512, 1000, 16000 };

static void modern_keeps_to_it(void)
{
	for (size_t i = 0; i < 4 * sizeof limits / sizeof *limits; i++) {
		const uint16_t limit = limits[i / 4];
		struct pair *p = pair_new13();
		if (i & 2 && limit < 1000)
			p->out_size = TLS_OUT_MIN;
		limited(p, i & 1, limit, true, limit + 1u + 16u); /* inner type and tag */
		pair_free(p);
	}
}

static void tls12_keeps_to_it(void)
{
	for (size_t i = 0; i < 4 * sizeof limits / sizeof *limits; i++) {
		const uint16_t limit = limits[i / 4];
		struct pair *p = pair_new12();
		if (i & 2 && limit < 900)
			p->out_size = TLS_OUT_MIN;
		limited(p, i & 1, limit, false, limit + 8u + 16u); /* nonce and tag */
		pair_free(p);
	}
}

static void no_limit_fills_records(void)
{
	struct pair *p = pair_new13();
	limited(p, false, 0, true, 0);
	pair_free(p);
}

/* Offsets in our ClientHello with one suite, one group and no name: the extension is the last one, at
 * 160, its length at 162 and its value at 164. */
static void wrong_ones_are_refused(void)
{
	static const struct change changes[] = {
		{ "a limit of 63", false, CLIENT_HELLO, ZERO, 164, 1, 47, NULL },
		{ "a limit of nothing", false, CLIENT_HELLO, ZERO, 164, 2, 47, NULL },
		{ "a limit of one byte", false, CLIENT_HELLO, SET, 163, 1, 50, NULL },
		{ "EncryptedExtensions with 63", true, ENCRYPTED_EXTENSIONS, REPLACE, 0, 8, 47,
			"\0\6\0\x1c\0\2\0\x3f" },
		{ "EncryptedExtensions with none", true, ENCRYPTED_EXTENSIONS, REPLACE, 0, 6, 50,
			"\0\4\0\x1c\0\0" },
		{ "EncryptedExtensions with three bytes", true, ENCRYPTED_EXTENSIONS, REPLACE, 0, 9,
			50, "\0\7\0\x1c\0\3\0\x40\0" },
	};
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		const struct change *c = &changes[i];
		struct pair *p = pair_new13();
		struct pair_side *victim = c->to_client ? &p->client : &p->server;
		p->client.config.curves = 1u << 29;
		p->client.config.suites_n = 1;
		if (!c->to_client)
			p->client.config.record_limit = 62; /* 63 on the wire */
		if (CHECK(pair_open(p))) {
			mitm_run(p, c);
			if (tls_error(victim->tls)->code != c->alert)
				TEST_NOTE("%s: alert %d, %s", c->what, tls_error(victim->tls)->code,
					tls_error(victim->tls)->text);
		}
		pair_free(p);
	}
}

static void longer_ones_are_refused(void)
{
	static const uint8_t data[200];
	for (int v = 0; v < 2; v++)
		for (size_t n = 100; n <= 101; n++) {
			struct pair *p = v ? pair_new13() : pair_new12();
			p->client.config.record_limit = 100;
			REQUIRE(pair_open(p));
			pair_run(p);
			send_record(&p->client, RECORD_DATA, span_of(data, n), false);
			CHECK_INT(tls_error(p->client.tls)->code, n > 100 ? RECORD_OVERFLOW : 0);
			pair_free(p);
		}
}

int main(void)
{
	pair_engine = PAIR_MODERN;
	test("TLS 1.3 sends no longer records than the peer takes", modern_keeps_to_it);
	test("TLS 1.2 sends no longer records than the peer takes", tls12_keeps_to_it);
	test("without a wish records are as full as they may be", no_limit_fills_records);
	test("limits below 64 and malformed ones are refused", wrong_ones_are_refused);
	test("a record longer than agreed is refused", longer_ones_are_refused);
	return test_end();
}
