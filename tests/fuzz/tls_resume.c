/* SPDX-License-Identifier: MIT */
/* A peer of our own engine that resumes a session: arbitrary records, sealed with the keys of the moment,
 * at any point of the second handshake or behind it. Input: a byte of modes, a byte that says how far
 * that handshake goes before, then records of a type, two bytes of length and content. */
#include "../unit/test.h"
#include "tls_modes.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

enum { MOVES = 16 };

/* Two that meet again. All that they are lies in four blocks, whose bytes are kept for each point of
 * the handshake: it is the same each time, and making it takes thirty times as long as putting it back. */
struct stand {
	struct again *again;
	struct pair *pair;
	unsigned moves; /* after which nothing moves any more */
	uint8_t *kept[MOVES + 1];
};

static size_t blocks(const struct stand *s, struct mspan block[4])
{
	const struct mspan all[4] = { { (uint8_t *)s->again, sizeof *s->again },
		{ (uint8_t *)s->pair, sizeof *s->pair },
		{ (uint8_t *)s->pair->client.link.state, modern_size() },
		{ (uint8_t *)s->pair->server.link.state, modern_size() } };
	memcpy(block, all, sizeof all);
	return all[0].n + all[1].n + all[2].n + all[3].n;
}

static void keep(struct stand *s, unsigned moves)
{
	struct mspan block[4];
	uint8_t *to = s->kept[moves] = malloc(blocks(s, block));
	for (int i = 0; i < 4; to += block[i++].n)
		memcpy(to, block[i].p, block[i].n);
}

static void put_back(struct stand *s, unsigned moves)
{
	struct mspan block[4];
	const uint8_t *from = s->kept[moves];
	blocks(s, block);
	for (int i = 0; i < 4; from += block[i++].n)
		memcpy(block[i].p, from, block[i].n);
}

static struct stand *stand_at(uint8_t mode, unsigned moves)
{
	static struct stand known[RESUME_MODES];
	struct stand *s = &known[mode % RESUME_MODES & ~TO_SERVER];
	if (!s->again) {
		s->again = resume_met(mode);
		s->pair = resume_pair(s->again, mode);
		if (!pair_open(s->pair))
			abort();
		keep(s, 0);
		for (bool moved = true; moved && s->moves < MOVES;) {
			moved = pair_move(&s->pair->client, &s->pair->server, s->pair->step);
			moved |= pair_move(&s->pair->server, &s->pair->client, s->pair->step);
			keep(s, ++s->moves);
		}
	}
	put_back(s, moves < s->moves ? moves : s->moves);
	return s;
}

/* Whatever was taken into the store must be good to offer. */
static void offer(struct again *a, uint8_t mode)
{
	struct pair *p = resume_pair(a, mode);
	if (!pair_open_side(p, &p->client))
		abort();
	pair_free(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct span in = span_of(bytes, n), content;
	uint8_t mode, moves, type;
	uint16_t length;
	if (!span_u8(&in, &mode) || !span_u8(&in, &moves))
		return 0;
	struct stand *s = stand_at(mode, moves % MOVES);
	struct pair_side *victim = mode & TO_SERVER ? &s->pair->server : &s->pair->client;
	const size_t sessions = s->again->sessions.count;
	while (span_u8(&in, &type) && span_u16be(&in, &length)) {
		length &= 0x1fff;
		if (!span_take(&in, length < in.n ? length : in.n, &content))
			break;
		send_record(victim, type, content, false);
		modes_drain(victim);
	}
	tls_in_end(victim->tls);
	if (tls_state(victim->tls) == TLS_FAILED && !tls_error(victim->tls)->text[0])
		abort(); /* a failure without a word */
	if (s->again->sessions.count != sessions)
		offer(s->again, mode);
	return 0;
}
