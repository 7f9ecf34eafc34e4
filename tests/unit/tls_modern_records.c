/* SPDX-License-Identifier: MIT */
/* Records of our own engine in numbers: several in one buffer, empty ones, padded ones, and keys that are
 * left before they have served too long. */
#include "test.h"
#include "tls_mitm.h"

enum { RECORDS = 4, N = RECORDS * RECORD_PLAIN };

static uint8_t data[N], got[N];

/* A connected pair whose buffers hold that many records. */
static void roomy(struct pair *p, size_t in, size_t out)
{
	static uint8_t rooms[2][2][RECORDS * TLS_IN_SIZE];
	struct pair_side *const sides[] = { &p->client, &p->server };
	for (size_t i = 0; i < 2; i++) {
		sides[i]->more_in = (struct mspan){ rooms[i][0], in * TLS_IN_SIZE };
		sides[i]->more_out = (struct mspan){ rooms[i][1], out * TLS_OUT_SIZE };
	}
	for (size_t i = 0; i < N; i++)
		data[i] = (uint8_t)(i * 7 + (i >> 11));
	REQUIRE(pair_open(p));
	pair_run(p);
}

/* Fills the client's room until it takes no more; the bytes that went. */
static size_t fill(struct pair *p)
{
	size_t done = 0;
	for (struct mspan room; (room = tls_room(p->client.tls)).n > 0 && done < N;) {
		const size_t n = room.n < N - done ? room.n : N - done;
		memcpy(room.p, data + done, n);
		tls_room_done(p->client.tls, n);
		done += n;
	}
	return done;
}

static size_t count_records(struct span all)
{
	size_t records = 0;
	uint16_t n;
	for (; span_skip(&all, 3) && span_u16be(&all, &n) && span_skip(&all, n); records++)
		;
	CHECK_INT(all.n, 0);
	return records;
}

static void several_leave_at_once(void)
{
	struct pair *const both[] = { pair_new13(), pair_new12() };
	for (size_t i = 0; i < 2; i++) {
		struct pair *p = both[i];
		roomy(p, 1, RECORDS);
		CHECK_INT(fill(p), N);
		const struct span out = tls_out(p->client.tls);
		CHECK_INT(count_records(out), RECORDS);
		pair_free(p);
	}
}

static void several_come_at_once(void)
{
	struct pair *const both[] = { pair_new13(), pair_new12() };
	for (size_t i = 0; i < 2; i++) {
		struct pair *p = both[i];
		size_t n = 0;
		roomy(p, RECORDS, RECORDS);
		fill(p);
		const struct span out = tls_out(p->client.tls);
		const struct mspan in = tls_in(p->server.tls);
		REQUIRE(in.n >= out.n);
		memcpy(in.p, out.p, out.n);
		tls_in_done(p->server.tls, out.n);
		for (struct span plain; (plain = tls_plain(p->server.tls)).n > 0;) {
			CHECK(plain.p > in.p && plain.p + plain.n <= in.p + out.n);
			CHECK_INT(plain.n, N);
			REQUIRE(n + plain.n <= N);
			memcpy(got + n, plain.p, plain.n);
			n += plain.n;
			tls_plain_done(p->server.tls, plain.n);
		}
		CHECK_INT(n, N);
		CHECK(memcmp(got, data, N) == 0);
		/* All is opened, so all of the buffer is there for the next reading. */
		CHECK_INT(tls_in(p->server.tls).n, RECORDS * TLS_IN_SIZE);
		pair_free(p);
	}
}

/* All that the client wrote, in one reading. */
static void give_all(struct pair *p)
{
	const struct span out = tls_out(p->client.tls);
	const struct mspan in = tls_in(p->server.tls);
	REQUIRE(in.n >= out.n);
	memcpy(in.p, out.p, out.n);
	tls_out_done(p->client.tls, out.n);
	tls_in_done(p->server.tls, in.n < out.n ? in.n : out.n);
}

static void put_record(struct pair *p, size_t at, size_t n)
{
	const struct mspan room = tls_room(p->client.tls);
	REQUIRE(room.n >= n);
	memcpy(room.p, data + at, n);
	tls_room_done(p->client.tls, n);
	tls_flush(p->client.tls);
}

static void other_records_wait(void)
{
	enum { FIRST = 5000, NEXT = 300 };
	for (int i = 0; i < 12; i++) {
		struct pair *p = i % 2 ? pair_new12() : pair_new13();
		struct tls *to;
		roomy(p, RECORDS, RECORDS);
		to = p->server.tls;
		put_record(p, 0, FIRST);
		put_record(p, FIRST, NEXT);
		const uint64_t count = inside(&p->client)->tx.count;
		if (i / 2 == 1) /* close_notify */
			tls_close(p->client.tls);
		else if (i / 2 == 2) /* an alert that means nothing */
			out_alert(inside(&p->client), 1, i % 2 ? 100 : 90);
		else if (i == 6)
			CHECK(out_key_update(inside(&p->client), true));
		else if (i / 2 == 4) { /* a record without content */
			struct modern *m = inside(&p->client);
			m->tail += protect_seal(&m->tx, RECORD_DATA, m->out.p + m->tail, 0);
		}
		if (i / 2 != 1)
			put_record(p, FIRST + NEXT, NEXT);
		if (i / 2 == 5) { /* the last record is changed */
			const struct span out = tls_out(p->client.tls);
			((uint8_t *)(uintptr_t)out.p)[out.n - 20] ^= 1;
		}
		give_all(p);
		const struct span plain = tls_plain(to);
		const bool whole = i / 2 == 0 || i == 7;
		CHECK_INT(plain.n, FIRST + NEXT + (whole ? NEXT : 0));
		CHECK(plain.n <= N && memcmp(plain.p, data, plain.n) == 0);
		CHECK_INT(tls_state(to), TLS_READY);
		CHECK_INT(tls_in(to).n, 0);
		CHECK(!tls_peer_closed(to));
		tls_plain_done(to, plain.n);
		CHECK_INT(tls_state(to),
			i / 2 == 5           ? TLS_FAILED
				: i / 2 == 1 ? TLS_CLOSING
					     : TLS_READY);
		CHECK_INT(tls_error(to)->code, i / 2 == 5 ? 20 : 0);
		CHECK(tls_peer_closed(to) == (i / 2 == 1));
		const struct span rest = tls_plain(to);
		CHECK_INT(rest.n, whole || i / 2 == 1 || i / 2 == 5 ? 0 : NEXT);
		CHECK(memcmp(rest.p, data + FIRST + NEXT, rest.n) == 0 || rest.n == 0);
		tls_plain_done(to, rest.n);
		if (i == 6) /* and our own next record is an answer to it */
			CHECK_INT(count_records(tls_out(to)), 1);
		CHECK(inside(&p->client)->tx.count > count || i == 6);
		pair_free(p);
	}
}

/* However the bytes are cut, with room for one record or several at either end. */
static void any_sizes_fit(void)
{
	static const size_t steps[] = { 1, 511, 16385, 1 << 20 };
	for (size_t i = 0; i < 16; i++) {
		struct pair *p = pair_new13();
		roomy(p, i & 1 ? RECORDS : 1, i & 2 ? RECORDS : 1);
		p->step = steps[i / 4];
		p->client.send = span_of(data, N);
		p->server.received = got;
		p->server.received_cap = N;
		memset(got, 0, N);
		pair_run(p);
		CHECK_INT(p->server.received_n, N);
		CHECK(memcmp(got, data, N) == 0);
		pair_free(p);
	}
}

/* ---- messages that fill several records */

enum { EXTRA = 14, EXTRA_SIZE = 3000 };

static void many_certificates(struct pair_side *s, struct span *chain)
{
	static uint8_t
		junk[EXTRA_SIZE]; /* behind the one that the root issued nothing is looked at */
	memset(junk, 0x5a, sizeof junk);
	memcpy(chain, s->key.chain, sizeof s->key.chain);
	for (size_t i = 0; i < EXTRA; i++)
		chain[2 + i] = span_of(junk, sizeof junk);
	s->config.chain = chain;
	s->config.chain_n = 2 + EXTRA;
}

static void long_lists_of_certificates(void)
{
	struct pair *const both[] = { pair_new13(), pair_new12() };
	struct span chains[2][2 + EXTRA];
	for (size_t i = 0; i < 2; i++) {
		struct pair *p = both[i];
		p->step = 1000;
		many_certificates(&p->client, chains[0]);
		many_certificates(&p->server, chains[1]);
		roomy(p, RECORDS, 1);
		CHECK_INT(tls_state(p->client.tls), TLS_READY);
		CHECK_INT(tls_state(p->server.tls), TLS_READY);
		CHECK(p->client.sent > EXTRA * EXTRA_SIZE && p->server.sent > EXTRA * EXTRA_SIZE);
		pair_free(p);
	}
}

/* Its first bytes tell: the rest is not waited for. */
static void longer_than_the_buffer(void)
{
	struct pair *p = pair_new13();
	struct span chain[2 + EXTRA];
	many_certificates(&p->server, chain);
	roomy(p, 1, 1);
	CHECK_INT(tls_error(p->client.tls)->code, 50);
	CHECK(p->server.sent < 20000);
	pair_free(p);
}

static void long_lists_of_authorities(void)
{
	enum { NAMES = 60, NAME = 900 };
	static uint8_t name[NAME] = { 0x30, 0x82, (NAME - 4) >> 8, (NAME - 4) & 0xff };
	struct span names[NAMES];
	struct pair *const both[] = { pair_new13(), pair_new12() };
	for (size_t i = 0; i < NAMES; i++)
		names[i] = span_of(name, NAME);
	for (size_t i = 0; i < 2; i++) {
		struct pair *p = both[i];
		p->server.config.ca_names = names;
		p->server.config.ca_names_n = NAMES;
		roomy(p, RECORDS, 1);
		CHECK_INT(tls_state(p->client.tls), TLS_READY);
		CHECK_INT(tls_state(p->server.tls), TLS_READY);
		pair_free(p);
	}
}

/* ---- records without content, and with padding */

static void empty_records_among_data(void)
{
	struct pair *const both[] = { pair_new13(), pair_new12() };
	for (size_t i = 0; i < 2; i++) {
		struct pair *p = both[i];
		REQUIRE(pair_open(p));
		pair_run(p);
		for (int k = 0; k < 5000; k++)
			send_record(&p->server, RECORD_DATA, span_of("x", k % 5 == 0), false);
		CHECK_INT(p->server.received_n, 1000);
		CHECK_INT(tls_state(p->server.tls), TLS_READY);
		pair_free(p);
	}
}

/* The type stands before the padding: a record of type 0 whose content ends in it. */
static void any_padding_is_taken(void)
{
	static uint8_t padded[RECORD_PLAIN + 1];
	struct pair *p = pair_new13();
	REQUIRE(pair_open(p));
	pair_run(p);
	padded[0] = 'x';
	padded[1] = RECORD_DATA;
	for (size_t n = 2; n <= RECORD_PLAIN; n = n < 300 ? n + 1 : n * 2)
		send_record(&p->server, 0, span_of(padded, n), false);
	send_record(&p->server, 0, span_of(padded, RECORD_PLAIN), false);
	CHECK_INT(p->server.received_n, 299 + 5 + 1);
	CHECK_INT(tls_state(p->server.tls), TLS_READY);
	/* One byte more is too much (5.4), whatever it is made of. */
	send_record(&p->server, 0, span_of(padded, RECORD_PLAIN + 1), false);
	CHECK_INT(tls_error(p->server.tls)->code, 22);
	pair_free(p);
}

static void content_too_long(void)
{
	static const uint8_t content[RECORD_PLAIN + 2];
	struct pair *const both[] = { pair_new13(), pair_new12() };
	for (size_t i = 0; i < 2; i++) {
		struct pair *p = both[i];
		REQUIRE(pair_open(p));
		pair_run(p);
		send_record(&p->server, RECORD_DATA, span_of(content, RECORD_PLAIN), false);
		CHECK_INT(p->server.received_n, RECORD_PLAIN);
		send_record(&p->server, RECORD_DATA, span_of(content, RECORD_PLAIN + 1), false);
		CHECK_INT(tls_error(p->server.tls)->code, 22);
		pair_free(p);
	}
}

/* ---- keys wear out */

/* With the limit lowered to a few records each side changes its keys again and again, unasked. */
static void keys_are_left_in_time(void)
{
	static const uint16_t suites[] = { 0x1301, 0x1302, 0x1303, 0x1304, 0x1305 };
	for (size_t i = 0; i < sizeof suites / sizeof *suites; i++) {
		struct pair *p = pair_new13();
		p->client.config.suites[0] = p->server.config.suites[0] = suites[i];
		p->client.config.suites_n = 1;
		roomy(p, 1, 1);
		uint8_t first[KEYS_HASH];
		memcpy(first, inside(&p->client)->tx_secret, KEYS_HASH);
		CHECK_INT(inside(&p->client)->update_after, i < 3 ? 1 << 24 : 1 << 23);
		inside(&p->client)->update_after = inside(&p->server)->update_after = 3;
		p->client.send = p->server.send = span_of(data, N);
		pair_run(p);
		CHECK_INT(p->server.received_n, N);
		CHECK_INT(p->client.received_n, N);
		CHECK(memcmp(first, inside(&p->client)->tx_secret, KEYS_HASH) != 0);
		CHECK(inside(&p->client)->tx.count <= 4 && inside(&p->server)->tx.count <= 4);
		CHECK_MEM(inside(&p->client)->tx_secret, inside(&p->server)->rx_secret, 32);
		pair_free(p);
	}
}

/* ---- early data of a client that was here before */

static void early_data_is_skipped(void)
{
	/* Our hello with one suite and one group: record_size_limit stands last, and becomes early_data. */
	static uint8_t early[16000];
	for (int i = 0; i < 4; i++) {
		struct pair *p = pair_new13();
		uint8_t hello[1024];
		p->client.config.curves = 1u << 29;
		REQUIRE(pair_open(p));
		const struct span out = tls_out(p->client.tls);
		const size_t n = out.n;
		REQUIRE(n <= sizeof hello);
		memcpy(hello, out.p, n);
		if (i != 1)
			hello[n - 5] = 42;
		give(&p->server, hello, n);
		for (int k = 0; k < (i == 2 ? 5 : 3); k++) {
			const uint8_t head[] = { 23, 3, 3, sizeof early >> 8, sizeof early & 0xff };
			give(&p->server, head, sizeof head);
			give(&p->server, early, sizeof early);
		}
		/* 0: skipped; 1: never announced; 2: more than 64 KB; 3: not behind proper records */
		if (i == 3) {
			send_record(&p->server, RECORD_HANDSHAKE, span_of("\x0b\0\0", 3), false);
			const uint8_t head[] = { 23, 3, 3, 0, 40 };
			give(&p->server, head, sizeof head);
			give(&p->server, early, 40);
		}
		CHECK_INT(tls_error(p->server.tls)->code, i == 0 ? 0 : 20);
		CHECK_INT(p->server.received_n, 0);
		pair_free(p);
	}
}

/* What is out at one side, to the other. */
static void carry(struct pair_side *from, struct pair_side *to)
{
	uint8_t room[4096];
	struct buf b = buf_on(room, sizeof room);
	buf_bytes(&b, tls_out(from->tls));
	REQUIRE(buf_ok(&b));
	tls_out_done(from->tls, b.n);
	give(to, b.p, b.n);
}

static void early_data_ends_with_a_retry(void)
{
	static const uint8_t early[5 + 40] = { 23, 3, 3, 0, 40 };
	uint8_t hello[1024];
	struct pair *p = pair_new13();
	p->client.config.curves = 1u << 29 | 1u << 24;
	p->server.config.curves = 1u << 24;
	REQUIRE(pair_open(p));
	const size_t n = tls_out(p->client.tls).n;
	REQUIRE(n <= sizeof hello);
	memcpy(hello, tls_out(p->client.tls).p, n);
	tls_out_done(p->client.tls, n);
	hello[n - 5] = 42; /* as above */
	give(&p->server, hello, n);
	give(&p->server, early, sizeof early);
	CHECK_INT(tls_error(p->server.tls)->code, 0);
	carry(&p->server, &p->client);
	carry(&p->client, &p->server);
	CHECK(inside(&p->server)->retried && inside(&p->server)->rx.suite);
	CHECK_INT(tls_error(p->server.tls)->code, 0);
	give(&p->server, early, sizeof early);
	CHECK_INT(tls_error(p->server.tls)->code, 20);
	pair_free(p);
}

int main(void)
{
	pair_engine = PAIR_MODERN;
	test("a buffer for several records fills with as many, to leave in one write",
		several_leave_at_once);
	test("one reading takes several records, whose content becomes one piece where they lie",
		several_come_at_once);
	test("what comes behind data, or does not open, waits until the data before it are eaten",
		other_records_wait);
	test("rooms for one and several records work together, however bytes are cut",
		any_sizes_fit);
	test("certificates and authorities by the dozen of kilobytes pass, in several records",
		long_lists_of_certificates);
	test("so do names of authorities", long_lists_of_authorities);
	test("a message larger than the buffer is refused at its beginning",
		longer_than_the_buffer);
	test("empty records by the thousand do no harm where data comes between them",
		empty_records_among_data);
	test("padding of any length is taken off, and counts as content", any_padding_is_taken);
	test("content of more than 2^14 bytes is record_overflow", content_too_long);
	test("keys are updated before they have served too long, unasked, in every suite",
		keys_are_left_in_time);
	test("early data is skipped where it was announced, up to 64 KB, and nowhere else",
		early_data_is_skipped);
	test("where a retry was asked for, it ends with the second hello",
		early_data_ends_with_a_retry);
	return test_end();
}
