/* SPDX-License-Identifier: MIT */
/* Drives a TLS engine of ours over a TCP connection on this host, or over several in a row that resume
 * the session of the first, for tests against other implementations: as server it echoes what comes, as
 * client it sends a text and waits for as many bytes. Prints what was agreed, one "name: value" a line,
 * and ends with 0 after a clean close of each. */
#include "base/err.h"
#include "base/hex.h"
#include "tls/modern.h"
#include "tls/profile.h"
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { FILE_MAX = 8192, CHAIN = 4, SECONDS = 30 };

/* Takes any certificate: the first one's key is all that counts. */
struct any {
	const br_x509_class *vtable;
	br_x509_decoder_context first;
	unsigned certs;
};

static void any_chain(const br_x509_class **c, const char *name)
{
	(void)name;
	((struct any *)(void *)c)->certs = 0;
}

static void any_cert(const br_x509_class **c, uint32_t n)
{
	struct any *a = (void *)c;
	(void)n;
	if (a->certs++ == 0)
		br_x509_decoder_init(&a->first, NULL, NULL);
}

static void any_append(const br_x509_class **c, const unsigned char *p, size_t n)
{
	struct any *a = (void *)c;
	if (a->certs == 1)
		br_x509_decoder_push(&a->first, p, n);
}

static void any_cert_end(const br_x509_class **c)
{
	(void)c;
}

static unsigned any_chain_end(const br_x509_class **c)
{
	return br_x509_decoder_get_pkey(&((struct any *)(void *)c)->first)
		? 0
		: BR_ERR_X509_INVALID_VALUE;
}

static const br_x509_pkey *any_key(const br_x509_class *const *c, unsigned *usages)
{
	if (usages)
		*usages = BR_KEYTYPE_KEYX | BR_KEYTYPE_SIGN;
	return br_x509_decoder_get_pkey(&((struct any *)(uintptr_t)c)->first);
}

static const br_x509_class any_class = { sizeof(struct any), any_chain, any_cert, any_append,
	any_cert_end, any_chain_end, any_key };

struct peer {
	/* options */
	int listen_port, connect_port;
	const char *key, *certs, *ca, *profile, *suites, *name, *trust, *engine;
	int min, max, bytes, record_limit;
	int resume; /* so many more connections */
	int update; /* so many updates of our keys, and of the peer's */
	const char *groups;
	bool close_first; /* server: closes after the first data; else waits for the client */

	struct tls_config config;
	struct tls_link link;
	struct tls *tls;
	br_skey_decoder_context key_decoder;
	struct span chain[CHAIN];
	uint8_t file[CHAIN + 2][FILE_MAX];
	br_x509_minimal_context judge;
	br_x509_decoder_context ca_decoder;
	br_x509_trust_anchor anchor;
	uint8_t dn[1024];
	size_t dn_n;
	struct err verdict;
	br_hmac_drbg_context random;
	uint8_t in[4 * TLS_IN_SIZE], out[4 * TLS_OUT_SIZE], leaf[4096];
	size_t to_send, sent, received;
	int updated;
	bool told;
	struct tls_tickets tickets;
	struct tls_sessions sessions;
	uint8_t room[TLS_RESUME_SIZE];
	struct any any;
};

static void die(const char *what, const char *why)
{
	fprintf(stderr, "tls-peer: %s: %s\n", what, why);
	exit(2);
}

static struct span load(struct peer *p, int slot, const char *path)
{
	FILE *f = fopen(path, "rb");
	if (!f)
		die(path, strerror(errno));
	const size_t n = fread(p->file[slot], 1, FILE_MAX, f);
	fclose(f);
	return span_of(p->file[slot], n);
}

static void keep_dn(void *ctx, const void *bytes, size_t n)
{
	struct peer *p = ctx;
	if (n <= sizeof p->dn - p->dn_n)
		memcpy(p->dn + p->dn_n, bytes, n);
	p->dn_n += n;
}

static void load_identity(struct peer *p)
{
	if (!p->key)
		return;
	const struct span key = load(p, 0, p->key);
	br_skey_decoder_init(&p->key_decoder);
	br_skey_decoder_push(&p->key_decoder, key.p, key.n);
	p->config.rsa = br_skey_decoder_get_rsa(&p->key_decoder);
	p->config.ec = br_skey_decoder_get_ec(&p->key_decoder);
	char list[4096];
	snprintf(list, sizeof list, "%s", p->certs ? p->certs : "");
	for (char *path = strtok(list, ","); path && p->config.chain_n < CHAIN;
		path = strtok(NULL, ","))
		p->chain[p->config.chain_n] = load(p, 1 + (int)p->config.chain_n, path),
		p->config.chain_n++;
	p->config.chain = p->chain;
}

static void load_judge(struct peer *p)
{
	if (!p->ca && p->config.role == TLS_CLIENT && p->config.trust == TLS_TRUST_IGNORE) {
		p->any.vtable = &any_class;
		p->link.judge = &p->any.vtable;
		p->link.verdict = &p->verdict;
	}
	if (!p->ca)
		return;
	const struct span ca = load(p, CHAIN + 1, p->ca);
	br_x509_decoder_init(&p->ca_decoder, keep_dn, p);
	br_x509_decoder_push(&p->ca_decoder, ca.p, ca.n);
	const br_x509_pkey *key = br_x509_decoder_get_pkey(&p->ca_decoder);
	if (!key)
		die(p->ca, "not a certificate in DER");
	p->anchor = (br_x509_trust_anchor){
		.dn = { p->dn, p->dn_n }, .flags = BR_X509_TA_CA, .pkey = *key
	};
	br_x509_minimal_init_full(&p->judge, &p->anchor, 1);
	p->link.judge = &p->judge.vtable;
	p->link.verdict = &p->verdict;
}

static void configure(struct peer *p)
{
	static uint8_t seed[48];
	const struct tls_profile *profile = tls_profile_name(p->profile);
	struct err e = { 0 };
	p->config.role = p->listen_port ? TLS_SERVER : TLS_CLIENT;
	p->config.trust = !strcmp(p->trust, "ignore") ? TLS_TRUST_IGNORE
		: !strcmp(p->trust, "if-present")     ? TLS_TRUST_IF_PRESENT
						      : TLS_TRUST_REQUIRE;
	if (!profile)
		die(p->profile, "no such profile");
	if (!tls_profile_apply(profile, NULL, 0, &p->config, &e))
		die(p->profile, e.text);
	if (p->suites) {
		char list[4096];
		snprintf(list, sizeof list, "%s", p->suites);
		p->config.suites_n = 0;
		for (char *one = strtok(list, ":"); one; one = strtok(NULL, ":")) {
			const struct tls_suite *s = tls_suite_name(one);
			if (!s)
				die(one, "no such suite");
			p->config.suites[p->config.suites_n++] = s->code;
		}
	}
	if (p->groups) {
		char list[256];
		snprintf(list, sizeof list, "%s", p->groups);
		p->config.curves = 0;
		for (char *one = strtok(list, ":"); one; one = strtok(NULL, ":")) {
			unsigned g = 0;
			while (g < 32 && strcmp(tls_group_name(g), one) != 0)
				g++;
			if (g == 32)
				die(one, "no such group");
			p->config.curves |= 1u << g;
		}
	}
	p->config.record_limit = (uint16_t)p->record_limit;
	if (p->min)
		p->config.min_version = (uint16_t)(TLS_1_0 + p->min - 10);
	if (p->max)
		p->config.max_version = (uint16_t)(TLS_1_0 + p->max - 10);
	load_identity(p);
	load_judge(p);
	if (getrandom(seed, sizeof seed, 0) != sizeof seed)
		die("getrandom", strerror(errno));
	br_hmac_drbg_init(&p->random, &br_sha256_vtable, seed, sizeof seed);
	p->config.rand_public = p->config.rand_private = &p->random.vtable;
	p->link.state = calloc(1, legacy_size(&p->config) + modern_size());
	p->link.in = (struct mspan){ p->in, sizeof p->in };
	p->link.out = (struct mspan){ p->out, sizeof p->out };
	p->link.leaf = (struct mspan){ p->leaf, sizeof p->leaf };
	p->link.server_name = p->name;
	if (p->resume) {
		uint8_t binding[32];
		session_binding(&p->config, binding);
		sessions_init(&p->sessions, binding);
		tickets_init(
			&p->tickets, seed, binding, TICKET_LIFETIME, (uint64_t)time(NULL) * 1000);
		p->link.tickets = &p->tickets;
		p->link.sessions = &p->sessions;
		p->link.resume = (struct mspan){ p->room, sizeof p->room };
	}
}

static void open_tls(struct peer *p)
{
	struct err e = { 0 };
	p->link.now = (uint64_t)time(NULL) * 1000;
	p->told = false;
	p->sent = p->received = 0;
	p->updated = 0;
	p->tls = !strcmp(p->engine, "legacy")  ? legacy_open(&p->config, &p->link, &e)
		: !strcmp(p->engine, "modern") ? modern_open(&p->config, &p->link, &e)
					       : tls_open(&p->config, &p->link, &e);
	if (!p->tls)
		die("TLS", e.text);
}

/* Connected to the peer, or listening for it. */
static int open_socket(const struct peer *p)
{
	const int port = p->listen_port ? p->listen_port : p->connect_port, one = 1;
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	const int s = socket(AF_INET, SOCK_STREAM, 0);
	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (p->connect_port && connect(s, (struct sockaddr *)&a, sizeof a))
		die("connect", strerror(errno));
	if (p->listen_port && (bind(s, (struct sockaddr *)&a, sizeof a) || listen(s, 1)))
		die("listen", strerror(errno));
	return s;
}

static void tell(struct peer *p)
{
	struct tls_facts f;
	char fingerprint[100];
	if (p->told || tls_state(p->tls) != TLS_READY)
		return;
	p->told = true;
	tls_facts(p->tls, &f);
	printf("protocol: %s\nsuite: %s\ngroup: %s\nsignature: %s\nserver name: %s\nresumed: %d\n",
		f.protocol, f.suite ? tls_suite_iana(f.suite).text : "", f.group, f.signature,
		f.server_name, f.resumed);
	printf("peer: %s\n",
		f.peer_cert
			? hex_colons(span_of(f.leaf_sha256, 32), fingerprint, sizeof fingerprint)
			: "none");
	fflush(stdout);
}

/* Some of our data under each of so many keys; the peer is asked to change its own as well. */
static void update(struct peer *p)
{
	struct modern *m = (struct modern *)(void *)p->tls;
	for (; p->updated < p->update && m->version == TLS_1_3; p->updated++)
		if (!out_key_update(m, true))
			return;
}

/* Application data: the client sends, and closes when all came back; the server echoes. */
static void talk_once(struct peer *p)
{
	const struct span plain = tls_plain(p->tls);
	struct mspan room = tls_room(p->tls);
	if (p->config.role == TLS_CLIENT) {
		p->received += plain.n;
		tls_plain_done(p->tls, plain.n);
		room = tls_room(p->tls);
		if (room.n > 0 && p->sent < p->to_send) {
			const size_t left = p->to_send - p->sent;
			const size_t n = left < room.n ? left : room.n;
			for (size_t i = 0; i < n; i++) /* lines, for servers that echo lines */
				room.p[i] = (p->sent + i + 1) % 50 ? 'x' : '\n';
			tls_room_done(p->tls, n);
			tls_flush(p->tls);
			p->sent += n;
			update(p);
		}
		if (p->told && p->received >= p->to_send && tls_state(p->tls) == TLS_READY)
			tls_close(p->tls);
		return;
	}
	const size_t n = plain.n < room.n ? plain.n : room.n;
	if (n > 0) {
		memcpy(room.p, plain.p, n);
		tls_plain_done(p->tls, n);
		tls_room_done(p->tls, n);
		tls_flush(p->tls);
		p->received += n;
		update(p);
	}
	if (p->close_first && p->received > 0)
		tls_close(p->tls);
}

/* One reading may hold several records, and each is plaintext of its own. */
static void talk(struct peer *p)
{
	size_t before;
	do {
		before = p->received;
		talk_once(p);
	} while (p->received > before);
}

static bool step(struct peer *p, int s)
{
	const struct mspan in = tls_in(p->tls);
	const struct span out = tls_out(p->tls);
	struct pollfd f = { .fd = s,
		.events = (short)((in.n ? POLLIN : 0) | (out.n ? POLLOUT : 0)) };
	if (!f.events)
		return false;
	if (poll(&f, 1, SECONDS * 1000) <= 0)
		die("poll", "nothing happens");
	if (out.n > 0 && f.revents & POLLOUT) {
		const ssize_t n = send(s, out.p, out.n, MSG_NOSIGNAL);
		if (n <= 0)
			return false;
		tls_out_done(p->tls, (size_t)n);
	} else if (in.n > 0 && f.revents & (POLLIN | POLLHUP | POLLERR)) {
		const ssize_t n = recv(s, in.p, in.n, 0);
		if (n > 0)
			tls_in_done(p->tls, (size_t)n);
		else
			tls_in_end(p->tls);
		if (n <= 0 && tls_state(p->tls) != TLS_FAILED)
			return false;
	}
	tell(p);
	talk(p);
	return true;
}

static void options(struct peer *p, int argc, char **argv)
{
	const struct {
		const char *name;
		const char **text;
		int *number;
	} known[] = {
		{ "--listen", NULL, &p->listen_port },
		{ "--connect", NULL, &p->connect_port },
		{ "--key", &p->key, NULL },
		{ "--cert", &p->certs, NULL },
		{ "--ca", &p->ca, NULL },
		{ "--profile", &p->profile, NULL },
		{ "--suites", &p->suites, NULL },
		{ "--server-name", &p->name, NULL },
		{ "--trust", &p->trust, NULL },
		{ "--engine", &p->engine, NULL },
		{ "--groups", &p->groups, NULL },
		{ "--record-limit", NULL, &p->record_limit },
		{ "--min", NULL, &p->min },
		{ "--max", NULL, &p->max },
		{ "--bytes", NULL, &p->bytes },
		{ "--resume", NULL, &p->resume },
		{ "--update", NULL, &p->update },
	};
	for (int i = 1; i < argc; i++) {
		size_t k = 0;
		const size_t n = sizeof known / sizeof *known;
		if (!strcmp(argv[i], "--close-first")) {
			p->close_first = true;
			continue;
		}
		while (k < n && strcmp(known[k].name, argv[i]) != 0)
			k++;
		if (k == n || i + 1 == argc)
			die(argv[i], "unknown option or no value");
		i++;
		if (known[k].text)
			*known[k].text = argv[i];
		else
			*known[k].number = atoi(argv[i]);
	}
}

/* One connection from its beginning to its end; whether both sides closed it. */
static bool converse(struct peer *p, int s)
{
	static const char *const states[] = { "handshake", "ready", "closing", "closed", "cut",
		"failed" };
	char rest[4096];
	open_tls(p);
	while (step(p, s))
		;
	shutdown(s, SHUT_WR);
	for (int i = 0; i < 100 && recv(s, rest, sizeof rest, 0) > 0; i++)
		;
	close(s);
	printf("bytes: %zu\nstate: %s\n", p->received, states[tls_state(p->tls)]);
	if (tls_error(p->tls)->kind)
		printf("error: %d %s\n", tls_error(p->tls)->code, tls_error(p->tls)->text);
	fflush(stdout);
	return tls_state(p->tls) == TLS_CLOSED;
}

int main(int argc, char **argv)
{
	struct peer *p = calloc(1, sizeof *p);
	bool fine = true;
	p->profile = "8996";
	p->trust = "require";
	p->engine = "chosen"; /* by the configuration; or legacy, or modern */
	p->bytes = 100000;
	options(p, argc, argv);
	p->to_send = (size_t)p->bytes;
	configure(p);
	const int listener = p->listen_port ? open_socket(p) : -1;
	for (int i = 0; i <= p->resume; i++)
		fine = converse(p, listener >= 0 ? accept(listener, NULL, NULL) : open_socket(p)) &&
			fine;
	return fine ? 0 : 1;
}
