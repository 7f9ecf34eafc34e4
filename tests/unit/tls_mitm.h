/* SPDX-License-Identifier: MIT */
/* Somebody between two engines of ours who knows their keys: takes handshake messages out of the
 * records, changes one of them, and sends each on in a record of its own. */
#ifndef DCMSEC_TLS_MITM_H
#define DCMSEC_TLS_MITM_H

#include "tls_pair13.h"

enum change_op {
	DROP,
	DOUBLE,
	SHORT,   /* one byte less, with the length to match */
	LONG,    /* one byte more, with the length to match */
	SET,     /* the byte at gets the value */
	ZERO,    /* value bytes from at become 0 */
	REPLACE, /* the body becomes bytes[value] */
	AHEAD,   /* a record comes before it: type at, content bytes[value] */
	BARE,    /* as AHEAD, but not encrypted */
	COPY,    /* bytes[value] are laid over it from at */
	SWAP,    /* the next one goes first */
	CUT,  /* value bytes from at are left out, and bytes[2] are laid over the two before them */
	JOIN, /* bytes[value] follow in the same record */
	INSERT, /* bytes[value] come in at; the two bytes before, and those at outer, count them */
};

struct change {
	const char *what;
	bool to_client;
	enum message type;
	enum change_op op;
	size_t at, value;
	int alert; /* that must follow */
	const char *bytes;
	unsigned skip; /* messages of the type that pass before it is time */
	size_t outer;  /* of INSERT and CUT; 0: none */
};

struct mitm {
	const struct change *change;
	struct protect read, write;
	uint8_t secret[KEYS_HASH]; /* that read and write stand for */
	uint64_t count;            /* records read under it */
	unsigned seen;             /* messages of the type so far */
	uint8_t held[8192];        /* by SWAP */
	size_t held_n;
};

static inline struct modern *inside(const struct pair_side *s)
{
	return (struct modern *)(void *)s->tls;
}

static inline void give(struct pair_side *to, const uint8_t *bytes, size_t n)
{
	struct span left = span_of(bytes, n);
	while (left.n > 0) {
		const struct mspan in = tls_in(to->tls);
		const size_t piece = left.n < in.n ? left.n : in.n;
		if (piece == 0)
			return; /* it failed: it takes no more */
		span_copy(&left, in.p, piece);
		tls_in_done(to->tls, piece);
		const size_t plain = tls_plain(to->tls).n;
		to->received_n += plain;
		tls_plain_done(to->tls, plain);
	}
}

/* The keys that an engine reads with at this moment. */
static inline void reader_keys(const struct modern *m, struct protect *p)
{
	if (m->version == TLS_1_3)
		keys_protect(&m->schedule, m->rx_secret, m->suite, p);
	else
		keys12_protect(m->suite, m->schedule.secret, span_of(m->randoms, 64),
			m->config->role == TLS_SERVER, p);
}

/* Hears each record before it is sealed, when not NULL. */
static void (*mitm_hears)(const struct pair_side *to, uint8_t type, struct span content);

/* One record to the victim, sealed with what it reads with; bare leaves it in the clear. */
static inline void send_record(struct pair_side *to, uint8_t type, struct span content, bool bare)
{
	static uint8_t record[RECORD_PLAIN + 64];
	struct protect p = { 0 };
	struct modern *m = inside(to);
	if (mitm_hears)
		mitm_hears(to, type, content);
	if (m->rx.suite && !bare) {
		reader_keys(m, &p);
		p.count = m->rx.count;
	}
	memcpy(record + protect_before(&p), content.p, content.n);
	const size_t n = protect_seal(&p, (enum record_type)type, record, content.n);
	give(to, record, n);
}

static inline void send_message(struct pair_side *to, struct span message)
{
	send_record(to, RECORD_HANDSHAKE, message, false);
}

static inline void count_more(uint8_t *length, size_t n)
{
	n += (size_t)length[0] << 8 | length[1];
	length[0] = (uint8_t)(n >> 8);
	length[1] = (uint8_t)n;
}

static inline void pass_changed(
	struct mitm *k, struct pair_side *to, const struct change *c, struct span message)
{
	uint8_t copy[8192];
	size_t n = message.n;
	memcpy(copy, message.p, n);
	switch (c->op) {
	case DROP:
		return;
	case DOUBLE:
		send_message(to, message);
		break;
	case SHORT:
		n--;
		break;
	case LONG:
		copy[n++] = 0;
		break;
	case SET:
		copy[c->at] = (uint8_t)c->value;
		break;
	case ZERO:
		memset(copy + c->at, 0, c->value);
		break;
	case COPY:
		memcpy(copy + c->at, c->bytes, c->value);
		break;
	case CUT:
		n -= c->value;
		memmove(copy + c->at, copy + c->at + c->value, n - c->at);
		memcpy(copy + c->at - 2, c->bytes, 2);
		if (c->outer)
			count_more(copy + c->outer, -c->value);
		break;
	case JOIN:
		memcpy(copy + n, c->bytes, c->value);
		send_message(to, span_of(copy, n + c->value));
		return;
	case INSERT:
		memmove(copy + c->at + c->value, copy + c->at, n - c->at);
		memcpy(copy + c->at, c->bytes, c->value);
		n += c->value;
		count_more(copy + c->at - 2, c->value);
		if (c->outer)
			count_more(copy + c->outer, c->value);
		break;
	case SWAP:
		memcpy(k->held, message.p, k->held_n = message.n);
		return;
	case REPLACE:
		memcpy(copy + 4, c->bytes, c->value);
		n = 4 + c->value;
		break;
	case AHEAD:
	case BARE:
		send_record(to, (uint8_t)c->at, span_of(c->bytes, c->value), c->op == BARE);
		break;
	}
	copy[2] = (uint8_t)((n - 4) >> 8);
	copy[3] = (uint8_t)(n - 4);
	send_message(to, span_of(copy, n));
}

/* All that from has to say goes to the other side, message by message. */
static inline bool mitm_pass(
	struct mitm *k, struct pair_side *from, struct pair_side *to, bool to_client)
{
	static uint8_t buffer[TLS_OUT_SIZE];
	const struct span out = tls_out(from->tls);
	struct span all = span_of(buffer, out.n), body, record;
	memcpy(buffer, out.p, out.n);
	tls_out_done(from->tls, out.n);
	while (all.n > 0) {
		struct modern *victim = inside(to);
		struct span head = all;
		uint8_t type = 0;
		uint16_t n = 0;
		span_u8(&head, &type);
		span_skip(&head, 2);
		span_u16be(&head, &n);
		if (!span_take(&all, RECORD_HEADER + (size_t)n, &record))
			return true;
		body = span_at(record, RECORD_HEADER, n);
		if (victim->rx.suite && (type == RECORD_DATA || victim->version == TLS_1_2)) {
			struct mspan content;
			int alert;
			if (memcmp(k->secret, victim->rx_secret, KEYS_HASH) != 0)
				k->count = 0;
			memcpy(k->secret, victim->rx_secret, KEYS_HASH);
			reader_keys(victim, &k->read);
			k->read.count = k->count++;
			uint8_t *at = buffer + (record.p - buffer);
			if (!protect_open(&k->read, (struct mspan){ at, record.n }, NULL, &type,
				    &content, &alert))
				return out.n > 0;
			body = span_of(content.p, content.n);
		}
		while (type == RECORD_HANDSHAKE && body.n > 0) {
			struct span message = body;
			uint32_t length = 0;
			span_skip(&message, 1);
			span_u24be(&message, &length);
			if (!span_take(&body, 4 + length, &message))
				return true; /* the victim has no keys: it failed before */
			if (k->change && k->change->to_client == to_client &&
				message.p[0] == k->change->type && k->seen++ == k->change->skip) {
				const struct change *c = k->change;
				k->change = NULL;
				pass_changed(k, to, c, message);
			} else {
				send_message(to, message);
				if (k->held_n > 0)
					send_message(to, span_of(k->held, k->held_n));
				k->held_n = 0;
			}
		}
		if (type != RECORD_HANDSHAKE)
			send_record(to, type, body, type == RECORD_CCS);
	}
	return out.n > 0;
}

static inline void mitm_run(struct pair *p, const struct change *c)
{
	struct mitm to_client = { .change = c }, to_server = { .change = c };
	bool moved = true;
	while (moved) {
		moved = mitm_pass(&to_server, &p->client, &p->server, false);
		moved = mitm_pass(&to_client, &p->server, &p->client, true) || moved;
	}
}

#endif
