/* SPDX-License-Identifier: MIT */
/* What holds of each engine and version alike, of the pairs that make makes. */
#ifndef DCMSEC_TLS_PAIR_CLAIMS_H
#define DCMSEC_TLS_PAIR_CLAIMS_H

#include "test.h"
#include "tls_pair.h"

static struct pair *(*make)(void) = pair_new;

static const size_t steps[] = { 1, 2, 511, 16384 };

static inline void every_step_and_key(void)
{
	static const enum pair_key_name keys[] = { PAIR_RSA, PAIR_EC, PAIR_EC384, PAIR_NONE };
	for (size_t i = 0; i < 4; i++)
		for (size_t k = 0; k < 12; k++) {
			struct pair *p = make();
			p->step = steps[i];
			p->out_size = k % 2 ? TLS_OUT_MIN : TLS_OUT_SIZE;
			p->server.config.trust = TLS_TRUST_IF_PRESENT;
			pair_identity(&p->server.config, &p->server.key, keys[k % 3]);
			pair_identity(&p->client.config, &p->client.key, keys[k / 3]);
			p->client.send = span_str("hello");
			if (CHECK(pair_open(p))) {
				pair_run(p);
				if (p->server.received_n != 5)
					TEST_NOTE("%zu %zu: %s; %s", i, k,
						tls_error(p->client.tls)->text,
						tls_error(p->server.tls)->text);
				CHECK_INT(tls_state(p->client.tls), TLS_READY);
				CHECK_INT(tls_state(p->server.tls), TLS_READY);
				tls_close(p->client.tls);
				pair_run(p);
				CHECK_INT(tls_state(p->client.tls), TLS_CLOSED);
				CHECK_INT(tls_state(p->server.tls), TLS_CLOSED);
			}
			pair_free(p);
		}
}

static inline void big_transfer(void)
{
	enum { N = 3000001 };
	uint8_t *data = malloc(N), *back = calloc(1, N);
	uint32_t x = 1;
	for (size_t i = 0; i < N; i++)
		data[i] = (uint8_t)((x = x * 1664525 + 1013904223) >> 24);
	for (size_t i = 2; i < 4; i++) {
		struct pair *p = make();
		p->step = steps[i];
		p->out_size = TLS_OUT_MIN;
		p->client.send = span_of(data, N);
		p->server.send = span_str("a receiver sends little, through a small buffer");
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

static inline void small_server_buffer(void)
{
	enum { N = 100000 };
	uint8_t *data = calloc(1, N);
	struct pair *p = make();
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

/* Damages every third byte of either side's handshake in turn; how often a byte came through after. */
static inline int through_damage(void)
{
	struct pair *p = make();
	size_t n[2] = { 0 };
	int passed = 0;
	if (CHECK(pair_open(p))) {
		pair_run(p);
		n[0] = p->client.sent;
		n[1] = p->server.sent;
	}
	CHECK(n[0] && n[1]);
	pair_free(p);
	for (int side = 0; side < 2; side++)
		for (size_t i = 1; i <= n[side]; i += 3) {
			p = make();
			(side ? &p->server : &p->client)->damage = i;
			p->client.send = span_str("x");
			if (CHECK(pair_open(p))) {
				pair_run(p);
				passed += p->server.received_n > 0;
			}
			pair_free(p);
		}
	return passed;
}

#endif
