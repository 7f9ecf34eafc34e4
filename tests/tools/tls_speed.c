/* SPDX-License-Identifier: MIT */
/* What the two TLS engines do in a second on one core, client and server of each back to back through
 * memory: handshakes with certificates on both sides, in full and resumed, and records
 * both sealed and opened. Prints "what: value unit" lines for tests/bench.py. */
#include "../unit/tls_again.h"
#include <stdio.h>
#include <time.h>

enum { SECONDS = 1, CHUNK = 1 << 22 };

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static struct pair *connected(bool modern, uint16_t suite, enum pair_key_name key)
{
	struct pair *p = suite >> 8 == 0x13 ? pair_new13() : pair_new12();
	struct pair_side *const sides[] = { &p->client, &p->server };
	pair_engine = modern ? PAIR_MODERN : PAIR_LEGACY;
	for (int i = 0; i < 2; i++) {
		sides[i]->config.suites[0] = suite;
		sides[i]->config.suites_n = 1;
		pair_identity(&sides[i]->config, &sides[i]->key, key);
	}
	const bool open = pair_open(p);
	if (open)
		pair_run(p);
	if (!open || tls_state(p->client.tls) != TLS_READY ||
		tls_state(p->server.tls) != TLS_READY) {
		fprintf(stderr, "tls_speed: no connection with suite %04x\n", suite);
		exit(1);
	}
	return p;
}

/* again: NULL for full handshakes, else what they resume. */
static void handshakes(
	const char *what, struct again *again, bool modern, uint16_t suite, enum pair_key_name key)
{
	enum { BATCH = 16 }; /* asking for the time is dear on some hosts */
	const double start = now();
	unsigned n = 0;
	do {
		struct pair *p = again       ? again_pair(again)
			: suite >> 8 == 0x13 ? pair_new13()
					     : pair_new12();
		struct pair_side *const sides[] = { &p->client, &p->server };
		pair_engine = modern ? PAIR_MODERN : PAIR_LEGACY;
		for (int i = 0; i < 2; i++) {
			sides[i]->config.suites[0] = suite;
			sides[i]->config.suites_n = 1;
			pair_identity(&sides[i]->config, &sides[i]->key, key);
		}
		const bool open = pair_open(p);
		if (open)
			pair_run(p);
		if (!open || tls_state(p->client.tls) != TLS_READY ||
			tls_state(p->server.tls) != TLS_READY ||
			(again && n > 0 && !again_resumed(p)))
			exit(1);
		pair_free(p);
	} while (++n % BATCH || now() - start < SECONDS);
	printf("%s: %.0f handshakes/s\n", what, n / (now() - start));
}

static void resumed(const char *what, uint16_t suite, enum pair_key_name key)
{
	struct again *a = again_new(suite >> 8 == 0x13 ? TLS_1_3 : TLS_1_2);
	handshakes(what, a, true, suite, key);
	free(a);
}

static void records(bool modern, uint16_t suite)
{
	static uint8_t data[CHUNK];
	const struct tls_suite *s = tls_suite_code(suite);
	struct pair *p = connected(
		modern, suite, strcmp(tls_suite_auth(s), "RSA") == 0 ? PAIR_RSA : PAIR_EC);
	const double start = now();
	double bytes = 0;
	for (; now() - start < SECONDS; bytes += CHUNK) {
		p->client.send = span_of(data, CHUNK);
		pair_run(p);
	}
	if (p->server.received_n != (size_t)bytes)
		exit(1);
	printf("%s %s: %.0f MB/s\n", modern ? "our own," : "BearSSL's,", tls_suite_openssl(s).text,
		bytes / 1e6 / (now() - start));
	pair_free(p);
}

int main(void)
{
	static const uint16_t suites[] = { 0x1301, 0x1302, 0x1303, 0x1304, 0xC02B, 0xC02C, 0xCCA9,
		0xC0AC };
	handshakes("our own, TLS 1.3, RSA 2048", NULL, true, 0x1301, PAIR_RSA);
	handshakes("our own, TLS 1.3, P-256", NULL, true, 0x1301, PAIR_EC);
	resumed("our own, TLS 1.3, resumed", 0x1301, PAIR_RSA);
	handshakes("our own, TLS 1.2, RSA 2048", NULL, true, 0xC02F, PAIR_RSA);
	handshakes("our own, TLS 1.2, P-256", NULL, true, 0xC02B, PAIR_EC);
	resumed("our own, TLS 1.2, resumed", 0xC02F, PAIR_RSA);
	handshakes("BearSSL's, TLS 1.2, RSA 2048", NULL, false, 0xC02F, PAIR_RSA);
	handshakes("BearSSL's, TLS 1.2, P-256", NULL, false, 0xC02B, PAIR_EC);
	for (size_t i = 0; i < sizeof suites / sizeof *suites; i++) {
		records(true, suites[i]);
		if (suites[i] >> 8 != 0x13)
			records(false, suites[i]);
	}
	return 0;
}
