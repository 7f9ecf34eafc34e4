/* SPDX-License-Identifier: MIT */
/* Shows under valgrind that nothing branches or indexes on secrets: they are marked as undefined, and
 * memcheck tells where undefined values decide. What becomes public is marked as defined where it does:
 * the linker's --wrap puts these functions around those of the library. Run by tests/cli/constant_time.sh. */
#include "../unit/tls_again.h"
#include "base/wipe.h"
#include <stdio.h>

#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
#define SECRET(p, n) (void)VALGRIND_MAKE_MEM_UNDEFINED(p, n)
#define PUBLIC(p, n) (void)VALGRIND_MAKE_MEM_DEFINED(p, n)
#define WATCHED RUNNING_ON_VALGRIND
#else
#define SECRET(p, n) ((void)(p), (void)(n))
#define PUBLIC(p, n) ((void)(p), (void)(n))
#define WATCHED 0
#endif

/* ---- what becomes public, and where */

bool __real_wipe_same(const void *a, const void *b, size_t n);
bool __wrap_wipe_same(const void *a, const void *b, size_t n);
bool __wrap_wipe_same(const void *a, const void *b, size_t n)
{
	bool same = __real_wipe_same(a, b, n); /* the peer learns it at once */
	PUBLIC(&same, sizeof same);
	return same;
}

bool __real_protect_open(struct protect *p, struct mspan record, uint8_t *to, uint8_t *type,
	struct mspan *content, int *alert);
bool __wrap_protect_open(struct protect *p, struct mspan record, uint8_t *to, uint8_t *type,
	struct mspan *content, int *alert);
bool __wrap_protect_open(struct protect *p, struct mspan record, uint8_t *to, uint8_t *type,
	struct mspan *content, int *alert)
{
	bool ok = __real_protect_open(p, record, to, type, content, alert);
	PUBLIC(&ok, sizeof ok);
	PUBLIC(type, sizeof *type);
	PUBLIC(content, sizeof *content);
	PUBLIC(content->p, content->n); /* how it is parsed is the peer's affair */
	return ok;
}

size_t __real_protect_seal(struct protect *p, enum record_type type, uint8_t *record, size_t n);
size_t __wrap_protect_seal(struct protect *p, enum record_type type, uint8_t *record, size_t n);
size_t __wrap_protect_seal(struct protect *p, enum record_type type, uint8_t *record, size_t n)
{
	const size_t whole = __real_protect_seal(p, type, record, n);
	PUBLIC(record, whole);
	return whole;
}

bool __real_share_make(
	struct modern *m, struct share *s, int group, uint8_t point[SHARE_POINT], size_t *n);
bool __wrap_share_make(
	struct modern *m, struct share *s, int group, uint8_t point[SHARE_POINT], size_t *n);
bool __wrap_share_make(
	struct modern *m, struct share *s, int group, uint8_t point[SHARE_POINT], size_t *n)
{
	bool ok = __real_share_make(m, s, group, point, n);
	PUBLIC(&ok, sizeof ok);
	PUBLIC(n, sizeof *n);
	PUBLIC(point, SHARE_POINT);
	return ok;
}

bool __real_share_agree(
	const struct share *s, struct span point, uint8_t secret[SHARE_KEY], size_t *n);
bool __wrap_share_agree(
	const struct share *s, struct span point, uint8_t secret[SHARE_KEY], size_t *n);
bool __wrap_share_agree(
	const struct share *s, struct span point, uint8_t secret[SHARE_KEY], size_t *n)
{
	bool ok = __real_share_agree(s, point, secret, n);
	PUBLIC(&ok, sizeof ok);
	return ok;
}

size_t __real_sign_make(const struct sign_scheme *s, const uint8_t *hash,
	const struct tls_config *c, uint8_t *signature);
size_t __wrap_sign_make(const struct sign_scheme *s, const uint8_t *hash,
	const struct tls_config *c, uint8_t *signature);
size_t __wrap_sign_make(const struct sign_scheme *s, const uint8_t *hash,
	const struct tls_config *c, uint8_t *signature)
{
	size_t n = __real_sign_make(s, hash, c, signature);
	PUBLIC(&n, sizeof n);
	PUBLIC(signature, n);
	return n;
}

/* The peer gets to know it, and it becomes a part of the transcript. */
bool __real_auth_write_finished(struct modern *m, struct buf *out);
bool __wrap_auth_write_finished(struct modern *m, struct buf *out);
bool __wrap_auth_write_finished(struct modern *m, struct buf *out)
{
	const bool ok = __real_auth_write_finished(m, out);
	PUBLIC(out->p, out->n);
	return ok;
}

void __real_psk_bind(const struct modern *m, struct mspan hello);
void __wrap_psk_bind(const struct modern *m, struct mspan hello);
void __wrap_psk_bind(const struct modern *m, struct mspan hello)
{
	__real_psk_bind(m, hello);
	PUBLIC(hello.p, hello.n);
}

void __real_tickets_seal(
	struct tls_tickets *t, uint64_t now, const br_prng_class **random, struct mspan ticket);
void __wrap_tickets_seal(
	struct tls_tickets *t, uint64_t now, const br_prng_class **random, struct mspan ticket);
void __wrap_tickets_seal(
	struct tls_tickets *t, uint64_t now, const br_prng_class **random, struct mspan ticket)
{
	__real_tickets_seal(t, now, random, ticket);
	PUBLIC(ticket.p, ticket.n);
}

/* All of a session but its secret is known to the peer anyway. */
bool __real_tickets_open(
	struct tls_tickets *t, uint64_t now, struct span ticket, struct buf *plain);
bool __wrap_tickets_open(
	struct tls_tickets *t, uint64_t now, struct span ticket, struct buf *plain);
bool __wrap_tickets_open(struct tls_tickets *t, uint64_t now, struct span ticket, struct buf *plain)
{
	enum { AT = 1 + 2 + 2 + 8 + 4 + 4 + 1 };
	const bool ok = __real_tickets_open(t, now, ticket, plain);
	if (ok) {
		PUBLIC(plain->p, plain->n);
		SECRET(plain->p + AT, plain->p[AT - 1]);
	}
	return ok;
}

/* ---- secrets */

/* Whatever the private generator gives is one. */
struct veil {
	const br_prng_class *vtable;
	br_hmac_drbg_context random;
};

static void veil_generate(const br_prng_class **ctx, void *out, size_t n)
{
	struct veil *v = (struct veil *)(void *)ctx;
	br_hmac_drbg_generate(&v->random, out, n);
	SECRET(out, n);
}

static const br_prng_class veil_class = { .generate = veil_generate };

static void veil_init(struct veil *v, const char *seed)
{
	v->vtable = &veil_class;
	br_hmac_drbg_init(&v->random, &br_sha256_vtable, seed, strlen(seed));
}

/* How long the numbers are is known to all: BearSSL counts from the first byte that is not zero. */
static void hide_key(const struct tls_config *c)
{
	if (c->rsa) {
		const br_rsa_private_key *k = c->rsa;
		SECRET(k->p + 1, k->plen - 1);
		SECRET(k->q + 1, k->qlen - 1);
		SECRET(k->dp, k->dplen);
		SECRET(k->dq, k->dqlen);
		SECRET(k->iq, k->iqlen);
	} else {
		SECRET(c->ec->x, c->ec->xlen);
	}
}

/* ---- what runs */

/* Resumes when the store has something to resume. */
static int handshake(
	struct again *a, uint16_t suite, int group, enum pair_key_name key, bool resumed)
{
	struct veil client, server;
	struct pair *p = again_pair(a);
	veil_init(&client, "client");
	veil_init(&server, "server");
	p->client.config.rand_private = &client.vtable;
	p->server.config.rand_private = &server.vtable;
	p->client.config.suites[0] = suite;
	p->client.config.suites_n = 1;
	p->server.config.curves = 1u << group;
	pair_identity(&p->client.config, &p->client.key, key);
	pair_identity(&p->server.config, &p->server.key, key);
	hide_key(&p->client.config);
	hide_key(&p->server.config);
	bool ok = pair_open(p);
	if (ok) {
		pair_run(p);
		tls_close(p->client.tls);
		pair_run(p);
		ok = again_talked(p) && again_resumed(p) == resumed;
	}
	if (!ok)
		fprintf(stderr, "no connection: %s; %s\n", tls_error(p->client.tls)->text,
			tls_error(p->server.tls)->text);
	pair_free(p);
	return ok ? 0 : 1;
}

/* The test must be able to fail: a branch on a secret, and a table indexed by one. */
static int leak(void)
{
	static const int table[256] = { 1, 2, 3 };
	struct veil v;
	volatile int sum = 0;
	uint8_t secret[2];
	veil_init(&v, "leak");
	veil_generate(&v.vtable, secret, sizeof secret);
	if (secret[0] & 1)
		sum = 5;
	sum += table[secret[1]];
	(void)sum;
	return 0;
}

/* A comparison that was made to stop at the first difference. */
static int compare(void)
{
	struct veil v;
	uint8_t a[32], b[32];
	veil_init(&v, "compare");
	veil_generate(&v.vtable, a, sizeof a);
	veil_generate(&v.vtable, b, sizeof b);
	return wipe_same(a, b, sizeof a) || !wipe_same(a, a, sizeof a);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		bool modern;
		uint16_t suite;
		int group;
		enum pair_key_name key;
	} runs[] = {
		{ "x25519-gcm-rsa", true, 0x1301, 29, PAIR_RSA },
		{ "p256-gcm384-ec", true, 0x1302, 23, PAIR_EC },
		{ "p384-chacha-ec384", true, 0x1303, 24, PAIR_EC384 },
		{ "x25519-ccm-ec", true, 0x1304, 29, PAIR_EC },
		{ "tls12-gcm-rsa", false, 0xC02F, 29, PAIR_RSA },
		{ "tls12-chacha-ec", false, 0xCCA9, 23, PAIR_EC },
	};
	const char *name = argc > 1 ? argv[1] : "";
	if (!strcmp(name, "watched"))
		return WATCHED ? 0 : 1;
	if (!strcmp(name, "leak"))
		return leak();
	if (!strcmp(name, "compare"))
		return compare();
	for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
		if (strcmp(name, runs[i].name) != 0)
			continue;
		struct again *a = again_new(runs[i].modern ? TLS_1_3 : TLS_1_2);
		SECRET(a->tickets.ahead, sizeof a->tickets.ahead);
		for (size_t k = 0; k < 2; k++)
			SECRET(a->tickets.keys[k].key, sizeof a->tickets.keys[k].key);
		return handshake(a, runs[i].suite, runs[i].group, runs[i].key, false) ||
			handshake(a, runs[i].suite, runs[i].group, runs[i].key, true);
	}
	fprintf(stderr, "constant_time: no such run: %s\n", name);
	return 2;
}
