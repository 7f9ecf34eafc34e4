/* SPDX-License-Identifier: MIT */
/* What the two TLS engines do in a second on one core, client and server of each back to back through
 * memory: handshakes with certificates on both sides, in full and resumed, each role by itself, and
 * records both sealed and opened. Prints "what: value unit" lines for tests/bench.py.
 * usage: tls_speed [SECONDS] */
#include "../unit/tls_again.h"
#include "pki/chain.h"
#include "pki/issue.h"
#include <stdio.h>
#include <time.h>

enum { CHUNK = 1 << 22 };

static double seconds = 1; /* of CPU for each row */

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

/* ---- handshakes: a root and a leaf of one kind of key, and the program's own judge on both sides */

enum { NOW = AGAIN_NOW, YEAR = 365 * 86400 };

static struct party {
	struct key root_key, key;
	uint8_t root_room[2048], room[2048];
	struct span root, chain[1];
	struct pki_item item;
	struct pki_array store;
	struct pki_source *source;
	struct sig_memo memo;
} parties[2]; /* by PAIR_RSA, PAIR_EC less one */

static void issue(const char *name, const struct key *key, const struct key *issuer,
	struct mspan room, struct span *der)
{
	uint8_t subject[100], spki[600];
	struct buf s = buf_on(subject, sizeof subject), k = buf_on(spki, sizeof spki),
		   root = buf_on((uint8_t[100]){ 0 }, 100), out = buf_on(room.p, room.n);
	if (!name_write(name, &s, NULL) || !name_write("CN=root", &root, NULL) ||
		!key_spki(key, &k))
		exit(1);
	const struct issue i = { .subject = buf_span(&s),
		.issuer = buf_span(&root),
		.spki = buf_span(&k),
		.serial = span_of("\x42", 1),
		.not_before = NOW - YEAR,
		.not_after = NOW + YEAR,
		.ca = key == issuer,
		.path_length = -1,
		.usage = key == issuer ? USAGE_CERT_SIGN : USAGE_SIGNATURE };
	if (!issue_cert(&i, issuer, &out))
		exit(1);
	*der = buf_span(&out);
}

static void party_make(struct party *p, unsigned rsa_bits)
{
	br_hmac_drbg_context random;
	br_hmac_drbg_init(&random, &br_sha256_vtable, "speed", 5);
	if (!keygen(&p->root_key, rsa_bits, &random.vtable, NULL) ||
		!keygen(&p->key, rsa_bits, &random.vtable, NULL))
		exit(1);
	issue("CN=root", &p->root_key, &p->root_key,
		(struct mspan){ p->root_room, sizeof p->root_room }, &p->root);
	issue("CN=leaf", &p->key, &p->root_key, (struct mspan){ p->room, sizeof p->room },
		&p->chain[0]);
	if (!pki_item_cert(&p->item, p->root, true, NULL))
		exit(1);
	pki_array_init(&p->store, &p->item, 1);
	p->source = &p->store.source;
}

static void side_set(struct pair_side *s, struct party *party, struct pki_rules *rules,
	struct pki_judge *judge, struct mspan scratch)
{
	const bool rsa = party->key.type == KEY_RSA;
	*rules = (struct pki_rules){ .depth = -1,
		.sources = &party->source,
		.n_sources = 1,
		.memo = s->link.resume.n ? &party->memo : NULL };
	judge_init(judge, rules, NULL, NOW, scratch);
	s->link.judge = &judge->vtable;
	s->link.verdict = judge_error(judge);
	s->config.chain = party->chain;
	s->config.chain_n = 1;
	s->config.rsa = rsa ? &party->key.rsa : NULL;
	s->config.ec = rsa ? NULL : &party->key.ec;
	s->config.issuer_key = rsa ? BR_KEYTYPE_RSA : BR_KEYTYPE_EC;
}

/* One meeting; each side is charged what it did with what the other sent. */
static bool meet(struct pair *p, double spent[2])
{
	double at = now();
	bool moved = pair_open_side(p, &p->client);
	const double between = now();
	moved = pair_open_side(p, &p->server) && moved;
	spent[0] += between - at;
	at = now();
	spent[1] += at - between;
	while (moved) {
		moved = pair_move(&p->client, &p->server, p->step);
		const double middle = now();
		moved = pair_move(&p->server, &p->client, p->step) || moved;
		spent[1] += middle - at;
		at = now();
		spent[0] += at - middle;
	}
	return p->client.tls && p->server.tls && tls_state(p->client.tls) == TLS_READY &&
		tls_state(p->server.tls) == TLS_READY;
}

/* again: NULL for full handshakes of peers that never met, else what they resume. */
static void handshakes(
	const char *what, struct again *again, bool modern, uint16_t suite, enum pair_key_name key)
{
	static uint8_t scratch[2][PKI_SCRATCH];
	struct party *party = &parties[key - 1];
	double spent[2] = { 0 };
	unsigned n = 0;
	for (; spent[0] + spent[1] < seconds; n++) {
		struct pki_rules rules[2];
		struct pki_judge judges[2];
		struct pair *p = again       ? again_pair(again)
			: suite >> 8 == 0x13 ? pair_new13()
					     : pair_new12();
		struct pair_side *const sides[] = { &p->client, &p->server };
		pair_engine = modern ? PAIR_MODERN : PAIR_LEGACY;
		for (int i = 0; i < 2; i++) {
			sides[i]->config.suites[0] = suite;
			sides[i]->config.suites_n = 1;
			side_set(sides[i], party, &rules[i], &judges[i],
				(struct mspan){ scratch[i], sizeof scratch[i] });
		}
		double first[2] = { 0 };
		if (!meet(p, again && n == 0 ? first : spent) ||
			(again && n > 0 && !again_resumed(p))) {
			fprintf(stderr, "tls_speed: %s: no handshake\n", what);
			exit(1);
		}
		pair_free(p);
	}
	n -= again != NULL;
	printf("%s, client: %.0f handshakes/s\n", what, n / spent[0]);
	printf("%s, server: %.0f handshakes/s\n", what, n / spent[1]);
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
	for (; now() - start < seconds; bytes += CHUNK) {
		p->client.send = span_of(data, CHUNK);
		pair_run(p);
	}
	if (p->server.received_n != (size_t)bytes)
		exit(1);
	printf("%s %s: %.0f MB/s\n", modern ? "our own," : "BearSSL's,", tls_suite_openssl(s).text,
		bytes / 1e6 / (now() - start));
	pair_free(p);
}

int main(int argc, char **argv)
{
	static const uint16_t suites[] = { 0x1301, 0x1302, 0x1303, 0x1304, 0xC02B, 0xC02C, 0xCCA9,
		0xC0AC };
	if (argc > 1)
		seconds = strtod(argv[1], NULL);
	party_make(&parties[PAIR_RSA - 1], 2048);
	party_make(&parties[PAIR_EC - 1], 0);
	handshakes("our own, TLS 1.3, RSA 2048", NULL, true, 0x1301, PAIR_RSA);
	handshakes("our own, TLS 1.3, P-256", NULL, true, 0x1301, PAIR_EC);
	resumed("our own, TLS 1.3, RSA 2048, resumed", 0x1301, PAIR_RSA);
	resumed("our own, TLS 1.3, P-256, resumed", 0x1301, PAIR_EC);
	handshakes("our own, TLS 1.2, RSA 2048", NULL, true, 0xC02F, PAIR_RSA);
	handshakes("our own, TLS 1.2, P-256", NULL, true, 0xC02B, PAIR_EC);
	resumed("our own, TLS 1.2, RSA 2048, resumed", 0xC02F, PAIR_RSA);
	resumed("our own, TLS 1.2, P-256, resumed", 0xC02B, PAIR_EC);
	handshakes("BearSSL's, TLS 1.2, RSA 2048", NULL, false, 0xC02F, PAIR_RSA);
	handshakes("BearSSL's, TLS 1.2, P-256", NULL, false, 0xC02B, PAIR_EC);
	for (size_t i = 0; i < sizeof suites / sizeof *suites; i++) {
		records(true, suites[i]);
		if (suites[i] >> 8 != 0x13)
			records(false, suites[i]);
	}
	return 0;
}
