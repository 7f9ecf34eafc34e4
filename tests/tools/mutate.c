/* SPDX-License-Identifier: MIT */
/* A peer that has what real senders said, and says it again with changes: bytes, lengths, pieces taken out,
 * put in twice, or from another association. The n-th association is always the same for the same
 * recordings.
 *
 * usage: mutate PORT FIRST COUNT WAY KEY CERT CA RECORDING...
 *
 * WAY: plain; inside (the plaintext within TLS is changed); raw (the bytes of TLS are changed). Prints
 * "played N unfinished N"; an association is unfinished when the receiver did not close it in 30 s after
 * its end. */
#include "base/buf.h"
#include "io/clock.h"
#include "io/net.h"
#include "io/secure.h"
#include "pki/chain.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	RECORDINGS = 16,
	ROOM = 1 << 19,
	PATIENCE = 30000,
	QUIET = 500,
	SCRATCH = 16384,
	LEAF = 4096
};
enum way { PLAIN, INSIDE, RAW };

struct recording {
	uint8_t *bytes;
	size_t n, heads_n;
	size_t heads[4096]; /* where its PDUs begin */
};

struct play {
	const char *port;
	enum way way;
	struct secure secure;
	struct recording recordings[RECORDINGS];
	size_t recordings_n;
	uint64_t random;
	uint8_t bytes[ROOM]; /* what is to be said */
	size_t n;
	unsigned long played, unfinished;
};

/* SplitMix64, which needs no more than a number to start from. */
static uint64_t draw(struct play *p)
{
	uint64_t z = p->random += 0x9e3779b97f4a7c15;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static size_t below(struct play *p, size_t n)
{
	return n ? (size_t)(draw(p) % n) : 0;
}

/* ---- changes */

static void take_out(struct play *p, size_t at, size_t n)
{
	if (at >= p->n)
		return;
	if (n > p->n - at)
		n = p->n - at;
	memmove(p->bytes + at, p->bytes + at + n, p->n - at - n);
	p->n -= n;
}

static void put_in(struct play *p, size_t at, const void *what, size_t n)
{
	if (at > p->n || n > sizeof p->bytes - p->n)
		return;
	memmove(p->bytes + at + n, p->bytes + at, p->n - at);
	memcpy(p->bytes + at, what, n);
	p->n += n;
}

static void put_over(struct play *p, size_t at, const void *what, size_t n)
{
	if (at < p->n)
		memcpy(p->bytes + at, what, n < p->n - at ? n : p->n - at);
}

#define WORD(text)                    \
	{                             \
		text, sizeof text - 1 \
	}
static const struct {
	const char *text;
	size_t n;
} words[] = { WORD("\n{\"event\":\"forged\"}\n"), WORD("\x1b[2J"), WORD("../../../"), WORD("\0"),
	WORD("\r\n"), WORD("\",\"x\":\""), WORD("%s%n"), WORD("\xff\xff\xff\xff"),
	WORD("\x7f\xff\xff\xff"), WORD("\x80\0\0\0"), WORD("\0\0\0\0"),
	WORD("\xfe\xff\x0d\xe0\0\0\0\0"), WORD("\xfe\xff\xdd\xe0\0\0\0\0"),
	WORD("\xfe\xff\0\xe0\xff\xff\xff\xff"), WORD("SQ\0\0\xff\xff\xff\xff"),
	WORD("\4\0\0\0\0\6\0\0\0\2\1\3"), WORD("\5\0\0\0\0\4\0\0\0\0"),
	WORD("\7\0\0\0\0\4\0\0\0\0"), WORD("\x20\0\0\4\xff\0\0\0") };

/* A PDU's head and what follows it decide more than its inside. */
static size_t somewhere(struct play *p, const struct recording *r)
{
	const size_t kind = below(p, 4);
	if (kind == 0)
		return below(p, p->n);
	if (kind == 1)
		return below(p, p->n < 400 ? p->n : 400);
	return r->heads[below(p, r->heads_n)] + below(p, kind == 2 ? 12 : 160);
}

static void change(struct play *p, const struct recording *r)
{
	const size_t at = somewhere(p, r), word = below(p, sizeof words / sizeof *words);
	const uint8_t byte = (uint8_t)draw(p), bit = (uint8_t)(1u << below(p, 8));
	const struct recording *other = &p->recordings[below(p, p->recordings_n)];
	size_t from, n;
	uint8_t piece[2048];
	switch (below(p, 10)) {
	case 0:
	case 1:
		if (at < p->n)
			p->bytes[at] ^= bit;
		break;
	case 2:
		put_over(p, at, &byte, 1);
		break;
	case 3:
		put_over(p, at, words[word].text, words[word].n);
		break;
	case 4:
		put_in(p, at, words[word].text, words[word].n);
		break;
	case 5:
		take_out(p, at, 1 + below(p, 16));
		break;
	case 6:
		take_out(p, at, 1 + below(p, 4096));
		break;
	case 7: /* a piece once more */
		n = 1 + below(p, sizeof piece);
		if (at < p->n) {
			n = n < p->n - at ? n : p->n - at;
			memcpy(piece, p->bytes + at, n);
			put_in(p, somewhere(p, r), piece, n);
		}
		break;
	case 8: /* some PDUs of another association */
		from = other->heads[below(p, other->heads_n)];
		n = below(p, 8192);
		n = n < other->n - from ? n : other->n - from;
		put_in(p, r->heads[below(p, r->heads_n)], other->bytes + from, n);
		break;
	default:
		if (below(p, 4) == 0)
			take_out(p, at, p->n);
	}
}

static void prepare(struct play *p, uint64_t number)
{
	p->random = number * 0x2545f4914f6cdd1d + 1;
	const struct recording *r = &p->recordings[below(p, p->recordings_n)];
	memcpy(p->bytes, r->bytes, r->n);
	p->n = r->n;
	if (p->way == RAW)
		return;
	for (size_t i = 1 + below(p, 4); i > 0; i--)
		change(p, r);
}

/* ---- saying them */

struct talk {
	struct play *p;
	int fd;
	size_t said;     /* of p->bytes */
	uint64_t bad_at; /* raw: the byte of the wire that is changed */
	uint64_t wire;   /* bytes that went out */
	struct tls *tls;
	bool closing, ended;
};

/* The room of the one engine there is at a time. */
static struct {
	uint8_t *state, in[TLS_IN_SIZE], out[TLS_OUT_SIZE], leaf[LEAF], scratch[SCRATCH];
	struct pki_judge judge;
} side;

static bool open_tls(struct talk *t, struct err *e)
{
	struct secure *s = &t->p->secure;
	judge_init(&side.judge, &s->trust.rules, NULL, trust_now(&s->opts->trust),
		(struct mspan){ side.scratch, sizeof side.scratch });
	const struct tls_link link = { .state = side.state,
		.in = { side.in, sizeof side.in },
		.out = { side.out, sizeof side.out },
		.leaf = { side.leaf, sizeof side.leaf },
		.judge = &side.judge.vtable,
		.verdict = judge_error(&side.judge),
		.now = clock_date_ms() };
	t->tls = tls_open(&s->config, &link, e);
	return t->tls != NULL;
}

/* What the wire takes next; a copy, because raw changes a byte of it. */
static struct span next_out(struct talk *t)
{
	if (!t->tls)
		return span_at(span_of(t->p->bytes, t->p->n), t->said, t->p->n);
	struct mspan room;
	while (t->said < t->p->n && (room = tls_room(t->tls)).n) {
		const size_t n = room.n < t->p->n - t->said ? room.n : t->p->n - t->said;
		memcpy(room.p, t->p->bytes + t->said, n);
		tls_room_done(t->tls, n);
		t->said += n;
	}
	if (t->said == t->p->n && tls_state(t->tls) == TLS_READY && !t->closing) {
		t->closing = true;
		tls_close(t->tls);
	}
	return tls_out(t->tls);
}

static void write_out(struct talk *t)
{
	for (struct span s; !t->ended && (s = next_out(t)).n;) {
		uint8_t piece[4096];
		const size_t n = s.n < sizeof piece ? s.n : sizeof piece;
		memcpy(piece, s.p, n);
		if (t->p->way == RAW && t->bad_at - t->wire < n)
			piece[t->bad_at - t->wire] ^= (uint8_t)(1u << t->bad_at % 8);
		const ssize_t sent = net_write(t->fd, span_of(piece, n));
		if (sent < 0 && errno == EAGAIN)
			return;
		if (sent < 0) {
			t->ended = errno != EPIPE && errno != ECONNRESET;
			t->said = t->p->n;
			return;
		}
		t->wire += (uint64_t)sent;
		if (t->tls)
			tls_out_done(t->tls, (size_t)sent);
		else
			t->said += (size_t)sent;
	}
}

/* False at the end. */
static bool read_in(struct talk *t)
{
	uint8_t waste[65536];
	const bool feeds = t->tls && tls_in(t->tls).n;
	const struct mspan room = feeds ? tls_in(t->tls) : (struct mspan){ waste, sizeof waste };
	const ssize_t n = net_read(t->fd, room);
	if (n <= 0)
		return n < 0 && (errno == EAGAIN || errno == EINTR);
	if (feeds) {
		tls_in_done(t->tls, (size_t)n);
		while (tls_plain(t->tls).n)
			tls_plain_done(t->tls, tls_plain(t->tls).n);
	}
	return true;
}

static bool finished(const struct talk *t)
{
	if (t->tls)
		return tls_state(t->tls) >= TLS_CLOSING && tls_out(t->tls).n == 0;
	return t->said == t->p->n;
}

static void play(struct play *p, uint64_t number)
{
	struct err e = { 0 };
	prepare(p, number);
	struct talk t = { .p = p, .fd = net_connect("127.0.0.1", p->port, PATIENCE, NULL, &e) };
	if (t.fd < 0 || (p->way != PLAIN && !open_tls(&t, &e))) {
		fprintf(stderr, "association %llu: %s\n", (unsigned long long)number, e.text);
		exit(2);
	}
	/* Half of the changes hit the handshake. */
	t.bad_at = below(p, below(p, 2) ? 4000 : p->n);
	const uint64_t end = clock_ms() + PATIENCE;
	bool down = false, open = true;
	while (open && clock_ms() < end && !t.ended) {
		write_out(&t);
		if (!down && finished(&t))
			down = shutdown(t.fd, SHUT_WR) == 0 || errno == ENOTCONN;
		const struct span waits = down ? (struct span){ 0 } : next_out(&t);
		struct pollfd f = { t.fd, (short)(POLLIN | (waits.n ? POLLOUT : 0)), 0 };
		/* A record that was made longer has both sides wait for its end. */
		const int ready = poll(&f, 1, down ? clock_wait(end, clock_ms()) : QUIET);
		if (ready == 0 && p->way == RAW && !down)
			down = shutdown(t.fd, SHUT_WR) == 0 || errno == ENOTCONN;
		if (f.revents & (POLLIN | POLLHUP | POLLERR))
			open = read_in(&t);
	}
	if (open && !t.ended) {
		fprintf(stderr, "association %llu is not closed\n", (unsigned long long)number);
		p->unfinished++;
	}
	p->played++;
	if (t.tls)
		tls_drop(t.tls);
	close(t.fd);
}

/* ---- what there is to say */

static bool load(struct recording *r, const char *path)
{
	FILE *f = fopen(path, "rb");
	r->bytes = malloc(ROOM / 2);
	if (!f || !r->bytes)
		return false;
	r->n = fread(r->bytes, 1, ROOM / 2, f);
	fclose(f);
	struct span left = span_of(r->bytes, r->n);
	for (uint32_t n; r->heads_n < sizeof r->heads / sizeof *r->heads && left.n > 6;) {
		r->heads[r->heads_n++] = r->n - left.n;
		span_skip(&left, 2);
		span_u32be(&left, &n);
		span_skip(&left, n < left.n ? n : left.n);
	}
	return r->heads_n > 0;
}

int main(int argc, char **argv)
{
	static struct entropy entropy;
	static struct secure_opts opts;
	static struct play p;
	const struct entropy_opts random = { 0 };
	struct err e = { 0 };
	if (argc < 9 || argc - 8 > RECORDINGS) {
		fprintf(stderr, "usage: mutate PORT FIRST COUNT WAY KEY CERT CA RECORDING...\n");
		return 2;
	}
	p.port = argv[1];
	p.way = strcmp(argv[4], "plain") == 0 ? PLAIN : strcmp(argv[4], "raw") == 0 ? RAW : INSIDE;
	const char *ca[] = { argv[7] };
	opts = (struct secure_opts){ .key = argv[5],
		.cert = argv[6],
		.trust.ca = { .v = ca, .n = 1 },
		.no_tickets = true,
		.mode = PKI_REQUIRE };
	if (p.way != PLAIN &&
		(!entropy_open(&entropy, &random, &e) ||
			!secure_open(&p.secure, TLS_CLIENT, &opts, &entropy, &e) ||
			!(side.state = malloc(tls_size(&p.secure.config))))) {
		fprintf(stderr, "TLS: %s\n", e.text);
		return 2;
	}
	for (int i = 8; i < argc; i++)
		if (!load(&p.recordings[p.recordings_n++], argv[i])) {
			fprintf(stderr, "%s is no recording\n", argv[i]);
			return 2;
		}
	const uint64_t first = strtoull(argv[2], NULL, 10), count = strtoull(argv[3], NULL, 10);
	for (uint64_t i = 0; i < count; i++)
		play(&p, first + i);
	if (p.way != PLAIN) {
		secure_close(&p.secure);
		entropy_close(&entropy, &e);
	}
	free(side.state);
	for (size_t i = 0; i < p.recordings_n; i++)
		free(p.recordings[i].bytes);
	printf("played %lu unfinished %lu\n", p.played, p.unfinished);
	return p.unfinished ? 1 : 0;
}
