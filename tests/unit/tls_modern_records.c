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

int main(void)
{
	pair_engine = PAIR_MODERN;
	test("a buffer for several records fills with as many, to leave in one write",
		several_leave_at_once);
	test("one reading takes several records, and each is opened where it lies",
		several_come_at_once);
	test("rooms for one and several records work together, however bytes are cut",
		any_sizes_fit);
	return test_end();
}
