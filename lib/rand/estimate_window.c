/* SPDX-License-Identifier: MIT */
/* What predictors have in common, and the two that need no memory: multiple most common in window
 * and lag (SP 800-90B 6.3.7, 6.3.8). */
#include "rand/estimate.h"

#include <math.h>

void tally_add(struct tally *t, bool correct)
{
	t->n++;
	t->correct += correct;
	t->run = correct ? t->run + 1 : 0;
	if (t->run > t->longest)
		t->longest = t->run;
}

/* log2 of the chance that n trials of probability p hold no run of r successes (6.3.7 step 7). */
static double no_run(double p, double r, double n)
{
	const double q = 1 - p;
	double x = 1;
	for (int i = 0; i < 10; i++)
		x = 1 + q * exp2(r * log2(p) + (r + 1) * log2(x));
	const double above = 1 - p * x, below = (r + 1 - r * x) * q;
	if (!(above > 0) || !(below > 0) || !isfinite(x))
		return -INFINITY; /* far beyond the root that is sought */
	return log2(above) - log2(below) - (n + 1) * log2(x);
}

double tally_bits(const struct tally *t)
{
	const double n = (double)t->n, all = (double)t->correct / n;
	double global = 1 - exp2(log2(0.01) / n);
	if (t->correct > 0)
		global = exp2(-estimate_upper(all, n));
	double from = 0, to = 1;
	for (int i = 0; i < 60; i++) {
		const double p = (from + to) / 2;
		if (no_run(p, (double)t->longest + 1, n) > log2(0.99))
			from = p;
		else
			to = p;
	}
	return fmax(0, -log2(fmax(fmax(global, from), 1.0 / 256)));
}

/* ---- multiple most common in window */

struct window {
	size_t size;
	uint32_t count[256];
	uint32_t seen
		[256]; /* position after the last one: of two that are as common, the later one */
	unsigned best;
};

static void window_slide(struct window *w, struct span s, size_t i)
{
	const unsigned in = s.p[i];
	w->count[in]++;
	w->seen[in] = (uint32_t)i + 1;
	if (w->count[in] >= w->count[w->best])
		w->best = in;
	if (i < w->size)
		return;
	const unsigned out = s.p[i - w->size];
	w->count[out]--;
	if (out != w->best)
		return;
	for (unsigned v = 0; v < 256; v++)
		if (w->count[v] > w->count[w->best] ||
			(w->count[v] == w->count[w->best] && w->seen[v] > w->seen[w->best]))
			w->best = v;
}

double estimate_mcw(struct span s)
{
	struct window w[4] = { { .size = 63 }, { .size = 255 }, { .size = 1023 },
		{ .size = 4095 } };
	uint64_t score[4] = { 0 };
	unsigned winner = 0;
	struct tally t = { 0 };
	for (size_t i = 0; i < s.n; i++) {
		if (i >= w[0].size) {
			tally_add(&t, i >= w[winner].size && w[winner].best == s.p[i]);
			for (unsigned j = 0; j < 4; j++)
				if (i >= w[j].size && w[j].best == s.p[i] &&
					++score[j] >= score[winner])
					winner = j;
		}
		for (unsigned j = 0; j < 4; j++)
			window_slide(&w[j], s, i);
	}
	return tally_bits(&t);
}

/* ---- lag */

double estimate_lag(struct span s)
{
	enum { LAGS = 128 };
	uint64_t score[LAGS] = { 0 };
	size_t winner = 0;
	struct tally t = { 0 };
	for (size_t i = 1; i < s.n; i++) {
		tally_add(&t, winner < i && s.p[i - winner - 1] == s.p[i]);
		for (size_t d = 0; d < LAGS && d < i; d++)
			if (s.p[i - d - 1] == s.p[i] && ++score[d] >= score[winner])
				winner = d;
	}
	return tally_bits(&t);
}
