/* SPDX-License-Identifier: MIT */
/* Holds many associations with one receiver on this host open at once, from one process; then each sends
 * one object.
 *
 * usage: assoc_load PORT N KEY CERT CA FILE...       over TLS; KEY "-": plain
 *
 * Association i sends the i-th FILE, and when they are all used the first again. Says "held N" when all
 * stand, waits for a line on standard input, has all objects sent at once, and says
 * "stored N failed N slowest MS". Its exit code is 0 when all are stored. */
#include "io/clock.h"
#include "io/net.h"
#include "io/scu.h"
#include "pki/chain.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { AT_ONCE = 64, PATIENCE = 120000 }; /* opened at once; ms without any news */

struct member {
	struct scu *scu;
	const char *path;
	struct object_info info;
	const char *syntax[1];
	struct pdu_offer offer;
	bool stands, done;
};

struct load {
	struct scu_config config;
	const char *port;
	struct member *members;
	struct pollfd *polls;
	size_t n, begun, standing, stored, failed, over;
	uint64_t sent_at, slowest, news_at;
};

static void complain(const char *who, const struct err *e)
{
	fprintf(stderr, "%s: %s\n", who, e->text);
}

static bool begin(struct load *l, struct member *m)
{
	struct err e = { 0 };
	if (object_inspect(m->path, &m->info, &e) != OBJECT_OK) {
		complain(m->path, &e);
		return false;
	}
	m->syntax[0] = m->info.transfer_syntax;
	m->offer = (struct pdu_offer){
		.abstract = m->info.sop_class, .syntaxes = m->syntax, .syntax_count = 1
	};
	const int fd = net_connect("127.0.0.1", l->port, 30000, NULL, &e);
	m->scu = fd < 0 ? NULL : scu_new(fd, &l->config, &m->offer, 1, &e);
	if (!m->scu)
		complain("connecting", &e);
	return m->scu != NULL;
}

static void fail(struct load *l, struct member *m, const struct err *e)
{
	if (!m->done)
		complain(m->path, e);
	l->failed += !m->done;
	m->done = true;
}

static void send_one(struct load *l, struct member *m)
{
	struct err e = { 0 };
	uint8_t context;
	const struct uid_syntax *recode;
	struct object_stream *stream = NULL;
	if (scu_choose(m->scu, m->info.sop_class, m->info.transfer_syntax, m->info.syntax, &context,
		    &recode, &e))
		stream = object_open(m->path, &m->info, m->info.syntax, &e);
	if (!stream || !scu_store(m->scu, context, &m->info, stream, &e))
		fail(l, m, &e);
}

static void hear(struct load *l, struct member *m, const struct scu_news *news)
{
	struct err e = { 0 };
	switch (news->what) {
	case SCU_ASSOCIATED:
		m->stands = true;
		l->standing++;
		break;
	case SCU_RESPONSE:
		if (clock_ms() - l->sent_at > l->slowest)
			l->slowest = clock_ms() - l->sent_at;
		err_set(&e, ERR_PEER, 0, "status %04X %s", (unsigned)news->status, news->comment);
		if (news->status == DIMSE_SUCCESS)
			l->stored++;
		else
			fail(l, m, &e);
		m->done = true;
		scu_release(m->scu, &e);
		break;
	case SCU_UNSENT:
	case SCU_ENDED:
		fail(l, m, &news->err);
		break;
	case SCU_SECURED:
		break;
	}
	l->news_at = clock_ms();
}

static void turn(struct load *l)
{
	uint64_t deadline = l->news_at + PATIENCE;
	for (size_t i = 0; i < l->begun; i++) {
		const struct member *m = &l->members[i];
		l->polls[i] = (struct pollfd){ .fd = -1 };
		if (!m->scu)
			continue;
		const struct conn *c = scu_conn(m->scu);
		l->polls[i] = (struct pollfd){ .fd = conn_fd(c), .events = conn_wants(c) };
		if (conn_deadline(c) < deadline)
			deadline = conn_deadline(c);
	}
	poll(l->polls, l->begun, clock_wait(deadline, clock_ms()));
	const uint64_t now = clock_ms();
	for (size_t i = 0; i < l->begun; i++) {
		struct member *m = &l->members[i];
		struct scu_news news;
		if (!m->scu)
			continue;
		if (l->polls[i].revents || conn_deadline(scu_conn(m->scu)) <= now)
			scu_turn(m->scu, l->polls[i].revents, now);
		while (scu_next(m->scu, &news))
			hear(l, m, &news);
		if (conn_over(scu_conn(m->scu))) {
			scu_free(m->scu);
			m->scu = NULL;
			l->over++;
		}
	}
}

static bool patient(const struct load *l)
{
	return clock_ms() < l->news_at + PATIENCE;
}

static void run(struct load *l)
{
	l->news_at = clock_ms();
	while (l->standing + l->failed < l->n && patient(l)) {
		while (l->begun < l->n && l->begun - l->standing - l->failed < AT_ONCE) {
			if (!begin(l, &l->members[l->begun])) {
				l->failed++;
				l->over++;
			}
			l->begun++;
		}
		turn(l);
	}
	printf("held %zu\n", l->standing);
	fflush(stdout);
	getchar();
	l->sent_at = l->news_at = clock_ms();
	for (size_t i = 0; i < l->n; i++)
		if (l->members[i].scu && l->members[i].stands)
			send_one(l, &l->members[i]);
	while (l->over < l->n && patient(l))
		turn(l);
	printf("stored %zu failed %zu slowest %llu\n", l->stored, l->n - l->stored,
		(unsigned long long)l->slowest);
}

int main(int argc, char **argv)
{
	static struct entropy entropy;
	static struct secure secure;
	static struct secure_opts opts;
	struct err e = { 0 };
	if (argc < 7) {
		fprintf(stderr, "usage: assoc_load PORT N KEY|- CERT CA FILE...\n");
		return 2;
	}
	const bool plain = strcmp(argv[3], "-") == 0;
	struct load l = { .port = argv[1], .n = (size_t)strtoul(argv[2], NULL, 10) };
	const struct rlimit many = { 3 * l.n + 64, 3 * l.n + 64 };
	struct rlimit files;
	if (getrlimit(RLIMIT_NOFILE, &files) != 0 ||
		(files.rlim_cur < many.rlim_cur &&
			setrlimit(RLIMIT_NOFILE,
				&(struct rlimit){ many.rlim_cur, files.rlim_max }) != 0)) {
		fprintf(stderr, "cannot have %zu file descriptors: %s\n", 3 * l.n + 64,
			strerror(errno));
		return 2;
	}
	const char *ca[] = { argv[5] };
	opts = (struct secure_opts){ .key = argv[3],
		.cert = argv[4],
		.trust.ca = { .v = ca, .n = 1 },
		.mode = PKI_REQUIRE };
	const struct entropy_opts random = { 0 };
	if (!plain &&
		(!entropy_open(&entropy, &random, &e) ||
			!secure_open(&secure, TLS_CLIENT, &opts, &entropy, &e))) {
		complain("TLS", &e);
		return 2;
	}
	l.config = (struct scu_config){ .secure = plain ? NULL : &secure,
		.host = "127.0.0.1",
		.calling = "LOAD",
		.called = "DCMSEC",
		.max_pdu = 16384,
		.associate = PATIENCE,
		.artim = 5000 };
	l.members = calloc(l.n, sizeof *l.members);
	l.polls = calloc(l.n, sizeof *l.polls);
	if (!l.members || !l.polls)
		return 2;
	for (size_t i = 0; i < l.n; i++)
		l.members[i].path = argv[6 + i % (size_t)(argc - 6)];
	run(&l);
	free(l.members);
	free(l.polls);
	if (!plain) {
		secure_close(&secure);
		entropy_close(&entropy, &e);
	}
	return l.stored == l.n ? 0 : 1;
}
