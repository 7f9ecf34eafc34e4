/* SPDX-License-Identifier: MIT */
/* The two predictors that learn what follows what: multiple Markov models with counting and LZ78Y
 * (SP 800-90B 6.3.9, 6.3.10). Both keep, for contexts of each length from 1 to 16, how often each
 * byte followed. The lengths do not meet until the end, so one pair of hash tables serves them in
 * turn. */
#include "rand/estimate.h"

#include <string.h>

enum { LENGTHS = 16, MMC_ENTRIES = 100000, LZ_CONTEXTS = 65536 };

/* Both kinds name their bytes by where they stand in the sample: the place behind the context. */
struct context {
	uint32_t end; /* 0: the slot is free */
	uint32_t best_count;
	uint8_t best, length;
};

struct pair {
	uint32_t end; /* of the context; the byte that followed stands there */
	uint32_t count;
};

struct model {
	struct span s;
	size_t length; /* of the contexts now */
	struct context *contexts;
	struct pair *pairs;
	size_t context_mask, pair_mask;
	size_t n_contexts, n_pairs;
	uint64_t oldest; /* FACTOR to the power of length, to take the oldest byte out of a hash */
};

static const uint64_t FACTOR = 0x9e3779b97f4a7c15u;

static size_t slots_for(size_t n, size_t most)
{
	size_t slots = 256;
	while (slots < 2 * (n < most ? n : most))
		slots *= 2;
	return slots;
}

size_t estimate_models_memory(size_t n)
{
	const size_t contexts = slots_for(LENGTHS * n, MMC_ENTRIES), pairs = slots_for(n, n);
	return contexts * sizeof(struct context) + pairs * sizeof(struct pair) + n * 5 + 64;
}

/* Lays the tables out in the caller's memory; what is behind them is left for the predictor. */
static void *model_init(struct model *m, struct span s, void *memory)
{
	*m = (struct model){ .s = s, .contexts = memory };
	m->context_mask = slots_for(LENGTHS * s.n, MMC_ENTRIES) - 1;
	m->pair_mask = slots_for(s.n, s.n) - 1;
	m->pairs = (struct pair *)(void *)(m->contexts + m->context_mask + 1);
	return m->pairs + m->pair_mask + 1;
}

static void model_start(struct model *m, size_t length)
{
	memset(m->contexts, 0, (m->context_mask + 1) * sizeof *m->contexts);
	memset(m->pairs, 0, (m->pair_mask + 1) * sizeof *m->pairs);
	m->n_contexts = m->n_pairs = 0;
	m->length = length;
	m->oldest = 1;
	for (size_t i = 0; i < length; i++)
		m->oldest *= FACTOR;
}

/* The hash of the length bytes before end + 1, from that of those before end. */
static uint64_t roll(const struct model *m, uint64_t hash, size_t end)
{
	hash = hash * FACTOR + m->s.p[end] + 1;
	if (end >= m->length)
		hash -= m->oldest * (m->s.p[end - m->length] + 1u);
	return hash;
}

static size_t slot_of(uint64_t hash, size_t mask)
{
	hash ^= hash >> 29;
	hash *= 0xbf58476d1ce4e5b9u;
	return (size_t)(hash >> 32) & mask;
}

static struct context *find_context(const struct model *m, size_t end, uint64_t hash)
{
	const uint8_t *const key = m->s.p + end - m->length;
	for (size_t i = slot_of(hash + m->length, m->context_mask);;
		i = (i + 1) & m->context_mask) {
		struct context *const c = &m->contexts[i];
		if (!c->end ||
			(c->length == m->length &&
				memcmp(m->s.p + c->end - m->length, key, m->length) == 0))
			return c;
	}
}

static struct pair *find_pair(const struct model *m, size_t end, uint64_t hash)
{
	const uint8_t *const key = m->s.p + end - m->length;
	const size_t first = slot_of(hash * FACTOR + m->s.p[end], m->pair_mask);
	for (size_t i = first;; i = (i + 1) & m->pair_mask) {
		struct pair *const p = &m->pairs[i];
		if (!p->end || memcmp(m->s.p + p->end - m->length, key, m->length + 1) == 0)
			return p;
	}
}

static void claim(struct model *m, struct context *c, size_t end)
{
	c->end = (uint32_t)end;
	c->length = (uint8_t)m->length;
	m->n_contexts++;
}

/* One more of the pair. Of two bytes that followed as often, the greater one is predicted. */
static void count(struct model *m, struct context *c, struct pair *p, size_t end)
{
	const uint8_t byte = m->s.p[end];
	if (!p->end) {
		p->end = (uint32_t)end;
		m->n_pairs++;
	}
	p->count++;
	if (p->count > c->best_count || (p->count == c->best_count && byte > c->best)) {
		c->best_count = p->count;
		c->best = byte;
	}
}

/* ---- multiple Markov models with counting */

double estimate_mmc(struct span s, void *memory)
{
	struct model m;
	uint16_t *const hits = model_init(&m, s, memory); /* bit d: model d was right here */
	memset(hits, 0, s.n * sizeof *hits);
	for (size_t d = 1; d <= LENGTHS; d++) {
		uint64_t hash = 0;
		model_start(&m, d);
		for (size_t i = 1; i < s.n; i++) {
			/* hash is that of the context before i - 1 */
			if (i - 1 >= d) {
				struct pair *const p = find_pair(&m, i - 1, hash);
				if (p->end || m.n_pairs < MMC_ENTRIES) {
					struct context *const c = find_context(&m, i - 1, hash);
					if (!c->end)
						claim(&m, c, i - 1);
					count(&m, c, p, i - 1);
				}
			}
			hash = roll(&m, hash, i - 1);
			if (i >= 2 && i >= d) {
				const struct context *const c = find_context(&m, i, hash);
				if (c->end && c->best == s.p[i])
					hits[i] = (uint16_t)(hits[i] | 1u << (d - 1));
			}
		}
	}
	struct tally t = { 0 };
	uint64_t score[LENGTHS] = { 0 };
	unsigned winner = 0;
	for (size_t i = 2; i < s.n; i++) {
		tally_add(&t, hits[i] >> winner & 1);
		for (unsigned d = 0; d < LENGTHS; d++)
			if ((hits[i] >> d & 1) && ++score[d] >= score[winner])
				winner = d;
	}
	return tally_bits(&t);
}

/* ---- LZ78Y */

struct full {
	size_t at, length; /* the last context that the dictionary took in */
};

/* The dictionary holds contexts of all lengths together and takes no more after 65536. Runs ahead to
 * find out when that is. */
static struct full find_full(struct model *m)
{
	uint64_t hash[LENGTHS + 1] = { 0 }, oldest[LENGTHS + 1] = { 1 };
	model_start(m, 0);
	for (size_t j = 1; j <= LENGTHS; j++)
		oldest[j] = oldest[j - 1] * FACTOR;
	for (size_t i = 0; i < m->s.n; i++)
		for (size_t j = LENGTHS; j > 0; j--) {
			m->length = j;
			m->oldest = oldest[j];
			if (i >= LENGTHS) {
				struct context *const c = find_context(m, i, hash[j]);
				if (!c->end)
					claim(m, c, i);
				if (m->n_contexts == LZ_CONTEXTS)
					return (struct full){ i, j };
			}
			hash[j] = roll(m, hash[j], i);
		}
	return (struct full){ SIZE_MAX, 0 };
}

double estimate_lz78y(struct span s, void *memory)
{
	struct model m;
	uint32_t *const best_count = model_init(&m, s, memory);
	uint8_t *const best = (uint8_t *)(best_count + s.n);
	const struct full full = find_full(&m);
	memset(best_count, 0, s.n * sizeof *best_count);
	for (size_t j = LENGTHS; j > 0; j--) {
		uint64_t hash = 0;
		model_start(&m, j);
		for (size_t i = 0; i < s.n; i++) {
			if (i > LENGTHS) {
				const struct context *const c = find_context(&m, i, hash);
				if (c->end && c->best_count > best_count[i]) {
					best_count[i] = c->best_count;
					best[i] = c->best;
				}
			}
			if (i >= LENGTHS) {
				struct context *const c = find_context(&m, i, hash);
				const bool room = i < full.at || (i == full.at && j >= full.length);
				if (!c->end && room)
					claim(&m, c, i);
				if (c->end)
					count(&m, c, find_pair(&m, i, hash), i);
			}
			hash = roll(&m, hash, i);
		}
	}
	struct tally t = { 0 };
	for (size_t i = LENGTHS + 1; i < s.n; i++)
		tally_add(&t, best_count[i] > 0 && best[i] == s.p[i]);
	return tally_bits(&t);
}
