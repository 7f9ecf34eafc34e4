/* SPDX-License-Identifier: MIT */
/* One question and its answer, and the order in which all are put. */
#include "app/ciphers_ask.h"

#include "io/clock.h"
#include "io/wait.h"
#include "pki/cert.h"
#include "pki/sig.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

int ask_connect(struct asker *a)
{
	const uint64_t gap = 1000 / (uint64_t)a->c->rate;
	uint64_t now;
	while ((now = clock_ms()) < a->next && !*wait_stop() && wait_for(NULL, 0, a->next))
		;
	if (*wait_stop())
		err_set(&a->err, ERR_NETWORK, 0, "the probe was interrupted");
	else if (a->questions >= a->c->limit || now >= a->end)
		err_set(&a->err, ERR_LIMIT, 0, "the probe of %s was ended after %d connections",
			a->peer_text, a->questions);
	if (a->err.kind != ERR_NONE)
		return -1;
	a->questions++;
	a->next = now + gap;
	return net_connect(a->host, a->port, a->c->timeout, wait_stop(), &a->err);
}

static bool put(int fd, struct span s, uint64_t end)
{
	while (s.n) {
		struct pollfd p = { .fd = fd, .events = POLLOUT };
		const ssize_t n = net_write(fd, s);
		if (n >= 0)
			span_skip(&s, (size_t)n);
		else if (errno != EAGAIN || clock_ms() >= end || *wait_stop() ||
			!wait_for(&p, 1, end))
			return false;
	}
	return true;
}

static void judge_answer(struct asker *a, const struct probe_key *key, size_t n, bool ended)
{
	const struct span received = span_of(a->received, n);
	probe_read(received, ended, (struct mspan){ a->room, sizeof a->room }, &a->answer);
	if (key && a->answer.state == PROBE_AGREED && a->answer.share.n)
		probe_open(key, span_of(a->hello, a->hello_n), received, ended,
			(struct mspan){ a->opened, sizeof a->opened }, &a->answer);
}

/* Reads until the answer is whole, the peer closes, or time is up: silence is an answer as well. */
static void get(struct asker *a, int fd, const struct probe_key *key, uint64_t end)
{
	size_t n = 0;
	judge_answer(a, key, 0, false);
	while (a->answer.state == PROBE_MORE && n < sizeof a->received) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		const struct mspan room = { a->received + n, sizeof a->received - n };
		const ssize_t got = net_read(fd, room);
		if (got > 0) {
			n += (size_t)got;
			judge_answer(a, key, n, false);
		} else if (got == 0 || errno != EAGAIN || clock_ms() >= end || *wait_stop() ||
			!wait_for(&p, 1, end)) {
			break;
		}
	}
	if (a->answer.state == PROBE_MORE)
		judge_answer(a, key, n, true);
}

bool ask(struct asker *a, struct probe_ask *question, const struct probe_key *key)
{
	struct buf hello = buf_on(a->hello, sizeof a->hello);
	const struct mspan random = { question->random, sizeof question->random };
	question->name = a->name;
	if (!drbg_bytes(&a->entropy->rand.public, random, &a->err))
		return false;
	if (!probe_hello(question, &hello))
		return err_set(&a->err, ERR_USAGE, 0, "the name to ask for is too long");
	a->hello_n = hello.n;
	const int fd = ask_connect(a);
	if (fd < 0)
		return false;
	const uint64_t end = clock_after(clock_ms(), a->c->timeout);
	if (put(fd, buf_span(&hello), end))
		get(a, fd, key, end);
	else
		a->answer = (struct probe_answer){ .state = PROBE_SILENT };
	close(fd);
	a->heard |= a->answer.state == PROBE_AGREED || a->answer.state == PROBE_REFUSED;
	log_line(&a->c->log, LOG_DEBUG, "%s, %zu suites, %zu groups: %s%s%s",
		tls_version_name(question->version), question->suites_n, question->groups_n,
		a->answer.state == PROBE_AGREED            ? "agreed on "
			: a->answer.state == PROBE_REFUSED ? "refused"
							   : "no answer",
		a->answer.hello ? tls_version_name(a->answer.version) : "",
		a->answer.why ? a->answer.why : "");
	return true;
}

static enum key_type key_of(struct span der, struct pubkey *key)
{
	struct cert c;
	*key = (struct pubkey){ 0 };
	if (!cert_read(der, &c, NULL) || !pubkey_read(c.spki, key, NULL))
		return KEY_NONE;
	return key->type;
}

/* Keeps a chain, one for each kind of key, and the sizes of its first key. */
static void keep_chain(struct asker *a)
{
	struct pubkey key, other;
	const struct probe_answer *from = &a->answer;
	if (!from->cert_n)
		return;
	const enum key_type type = key_of(from->cert[0], &key);
	for (size_t i = 0; i < a->chains; i++)
		if (key_of(a->chain[i].der[0], &other) == type)
			return;
	if (a->chains == ASK_CHAINS)
		return;
	struct ask_chain *chain = &a->chain[a->chains];
	for (size_t i = 0; i < from->cert_n && from->cert[i].n <= buf_room(&a->store).n; i++) {
		const size_t at = a->store.n;
		buf_bytes(&a->store, from->cert[i]);
		chain->der[chain->n++] = span_at(buf_span(&a->store), at, from->cert[i].n);
	}
	a->chains += chain->n > 0;
	if (type == KEY_RSA)
		a->peer.rsa_bits = key.bits;
	else if (type == KEY_EC)
		a->peer.ec_bits = key.bits;
}

static void add_group(struct asker *a, uint16_t group)
{
	struct probe_peer *p = &a->peer;
	for (size_t i = 0; i < p->groups_n; i++)
		if (p->groups[i] == group)
			return;
	if (group && p->groups_n < PROBE_GROUPS)
		p->groups[p->groups_n++] = group;
}

static void keep(struct asker *a)
{
	const struct probe_answer *from = &a->answer;
	struct probe_peer *p = &a->peer;
	a->renegotiation |= from->renegotiation;
	a->ems |= from->ems;
	if (from->asks) {
		a->demand = DEMAND_ASKS;
		a->ca_names = from->ca_names;
	}
	if (from->dh_bits && (!p->dh_bits || from->dh_bits < p->dh_bits))
		p->dh_bits = from->dh_bits;
	add_group(a, from->group);
	keep_chain(a);
}

/* Takes one out of a list, the order kept. False when it is not in it. */
static bool take_out(uint16_t *list, size_t *n, uint16_t value)
{
	for (size_t i = 0; i < *n; i++) {
		if (list[i] == value) {
			memmove(list + i, list + i + 1, (--*n - i) * sizeof *list);
			return true;
		}
	}
	return false;
}

static size_t all_groups(uint16_t list[PROBE_GROUPS])
{
	size_t n = 0;
	for (; probe_groups[n]; n++)
		list[n] = probe_groups[n];
	return n;
}

/* Offers all suites of a version, then all but the one that was chosen, until none is. */
static bool ask_suites(struct asker *a, uint16_t version)
{
	const unsigned v = version - PROBE_SSL3;
	uint16_t list[sizeof a->peer.suites[0] / sizeof *a->peer.suites[0]], groups[PROBE_GROUPS];
	struct probe_ask question = { .version = version, .suites = list, .groups = groups };
	question.groups_n = all_groups(groups);
	for (size_t i = 0; i < tls_suites_n && question.suites_n < sizeof list / sizeof *list;
		i++) {
		const struct tls_suite *s = &tls_suites[i];
		const bool ec = strncmp(tls_suite_kx(s), "ECDH", 4) == 0;
		if (version == PROBE_SSL3 ? s->first == TLS_1_0 && !ec
					  : s->first <= version && version <= s->last)
			list[question.suites_n++] = s->code;
	}
	while (question.suites_n) {
		if (!ask(a, &question, NULL))
			return false;
		if (a->answer.state != PROBE_AGREED || a->answer.version != version ||
			!take_out(list, &question.suites_n, a->answer.suite))
			break;
		a->peer.version[v] = true;
		a->peer.suites[v][a->peer.suites_n[v]++] = a->answer.suite;
		keep(a);
	}
	return true;
}

/* The same with groups. Before TLS 1.3 a list without the curve of an EC key is refused (RFC 8422 4), so
 * suites with RSA keys are asked with where there are any, else that curve stays at the end. */
static bool ask_groups(struct asker *a, uint16_t version)
{
	const unsigned v = version - PROBE_SSL3;
	uint16_t groups[PROBE_GROUPS], list[sizeof a->peer.suites[0] / sizeof *a->peer.suites[0]];
	struct probe_ask question = { .version = version, .suites = list, .groups = groups };
	const unsigned bits = a->peer.ec_bits;
	uint16_t anchor = bits == 521 ? 25 : bits == 384 ? 24 : 23;
	bool rsa = version == TLS_1_3;
	question.groups_n = all_groups(groups);
	for (size_t i = 0; i < a->peer.suites_n[v]; i++)
		rsa |= strcmp(tls_suite_auth(tls_suite_code(a->peer.suites[v][i])), "RSA") == 0 &&
			strcmp(tls_suite_kx(tls_suite_code(a->peer.suites[v][i])), "ECDHE") == 0;
	for (size_t i = 0; i < a->peer.suites_n[v]; i++) {
		const struct tls_suite *s = tls_suite_code(a->peer.suites[v][i]);
		if (version == TLS_1_3 ||
			(strcmp(tls_suite_kx(s), "ECDHE") == 0 &&
				strcmp(tls_suite_auth(s), rsa ? "RSA" : "ECDSA") == 0))
			list[question.suites_n++] = s->code;
	}
	if (!rsa && take_out(groups, &question.groups_n, anchor))
		groups[question.groups_n++] = anchor;
	while (question.suites_n && question.groups_n) {
		if (!ask(a, &question, NULL))
			return false;
		if (a->answer.state != PROBE_AGREED ||
			!take_out(groups, &question.groups_n, a->answer.group))
			break;
		add_group(a, a->answer.group);
		if (!rsa && a->answer.group == anchor)
			break;
	}
	return true;
}

/* The chain of a server that has TLS 1.3 only. */
static bool ask_hidden(struct asker *a)
{
	const unsigned v = TLS_1_3 - PROBE_SSL3;
	struct probe_ask question = { .version = TLS_1_3, .groups_n = 1 };
	struct probe_key key;
	uint8_t random[32];
	question.suites = a->peer.suites[v];
	question.suites_n = a->peer.suites_n[v];
	for (size_t i = 0; i < a->peer.groups_n; i++) {
		if (!drbg_bytes(&a->entropy->rand.private, (struct mspan){ random, sizeof random },
			    &a->err))
			return false;
		if (!probe_key(&key, a->peer.groups[i], random))
			continue;
		question.groups = &a->peer.groups[i];
		question.share = span_of(key.point, key.n);
		if (!ask(a, &question, &key))
			return false;
		if (a->answer.state != PROBE_AGREED)
			continue;
		keep(a);
		return true;
	}
	return true;
}

static bool ask_each(struct asker *a)
{
	uint16_t highest = 0;
	for (uint16_t v = TLS_1_3; v >= PROBE_SSL3; v--) {
		if (!ask_suites(a, v))
			return false;
		if (a->answer.state == PROBE_STRANGER && !a->heard)
			return err_set(&a->err, ERR_TLS, 0, "%s: %s", a->peer_text, a->answer.why);
		if (v < TLS_1_3 && !highest && a->peer.suites_n[v - PROBE_SSL3])
			highest = v;
	}
	if (!a->heard)
		return err_set(&a->err, ERR_TLS, 0,
			"%s answers no ClientHello: is this the port for TLS?", a->peer_text);
	if (a->peer.version[TLS_1_3 - PROBE_SSL3] && !ask_groups(a, TLS_1_3))
		return false;
	if (highest > PROBE_SSL3 && !ask_groups(a, highest))
		return false;
	if (!a->chains && a->peer.version[TLS_1_3 - PROBE_SSL3] && !ask_hidden(a))
		return false;
	if (a->demand == DEMAND_ASKS)
		a->demand = ask_demand(a);
	return true;
}

bool ask_all(struct asker *a)
{
	if (ask_each(a))
		return true;
	/* What was found before the limit is of use. */
	a->peer.incomplete = a->err.kind == ERR_LIMIT && a->heard;
	if (a->demand == DEMAND_ASKS || !a->chains)
		a->demand = DEMAND_UNKNOWN;
	return a->peer.incomplete;
}
