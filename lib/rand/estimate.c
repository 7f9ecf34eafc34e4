/* SPDX-License-Identifier: MIT */
/* The four estimators that count, and the assembly of all ten. */
#include "rand/estimate.h"

#include <math.h>

const char *const estimate_names[ESTIMATE_COUNT] = {
	[ESTIMATE_MCV] = "most common value",
	[ESTIMATE_COLLISION] = "collision",
	[ESTIMATE_MARKOV] = "Markov",
	[ESTIMATE_COMPRESSION] = "compression",
	[ESTIMATE_TUPLE] = "t-tuple",
	[ESTIMATE_LRS] = "longest repeated substring",
	[ESTIMATE_MCW] = "multi-MCW prediction",
	[ESTIMATE_LAG] = "lag prediction",
	[ESTIMATE_MMC] = "MultiMMC prediction",
	[ESTIMATE_LZ78Y] = "LZ78Y prediction",
};

static const double Z99 = 2.5758293035489008; /* the normal distribution's 0.995 quantile */

double estimate_upper(double p, double n)
{
	const double upper = p + Z99 * sqrt(p * (1 - p) / (n - 1));
	return upper >= 1 ? 0 : -log2(upper);
}

static unsigned bit(struct span s, size_t i)
{
	return s.p[i / 8] >> (7 - i % 8) & 1u;
}

double estimate_mcv(struct span s)
{
	size_t count[256] = { 0 }, most = 0;
	for (size_t i = 0; i < s.n; i++)
		if (++count[s.p[i]] > most)
			most = count[s.p[i]];
	return estimate_upper((double)most / (double)s.n, (double)s.n);
}

/* Of three bits two are equal, so every collision takes two bits or three; the mean 2 + 2p(1-p) is
 * solved for p. */
double estimate_collision(struct span s)
{
	const size_t n = 8 * s.n;
	double collisions = 0, threes = 0;
	for (size_t i = 0; i + 2 <= n; collisions++) {
		if (bit(s, i) == bit(s, i + 1)) {
			i += 2;
		} else if (i + 3 <= n) {
			i += 3;
			threes++;
		} else {
			break;
		}
	}
	const double mean = 2 + threes / collisions;
	const double squares = 4 * (collisions - threes) + 9 * threes;
	const double sigma = sqrt((squares - collisions * mean * mean) / (collisions - 1));
	const double low = mean - Z99 * sigma / sqrt(collisions);
	if (low >= 2.5)
		return 8;
	const double p = 0.5 + sqrt(fmax(0, 1.25 - 0.5 * low));
	return p >= 1 ? 0 : -8 * log2(p);
}

/* log2 of a power of a probability; 0 to the power of 0 is 1. */
static double power(double p, double exponent)
{
	return exponent > 0 ? exponent * log2(p) : 0;
}

double estimate_markov(struct span s)
{
	const size_t n = 8 * s.n;
	double ones = 0, after[2][2] = { { 0 } };
	for (size_t i = 0; i < n; i++) {
		ones += bit(s, i);
		if (i > 0)
			after[bit(s, i - 1)][bit(s, i)]++;
	}
	double p[2][2];
	for (int a = 0; a < 2; a++)
		for (int b = 0; b < 2; b++) {
			const double all = after[a][0] + after[a][1];
			p[a][b] = all > 0 ? after[a][b] / all : 0;
		}
	const double p1 = ones / (double)n, p0 = 1 - p1;
	/* the likeliest of all sequences of 128 bits is one of six (6.3.3 step 3) */
	const double six[6] = {
		power(p0, 1) + power(p[0][0], 127),
		power(p0, 1) + power(p[0][1], 64) + power(p[1][0], 63),
		power(p0, 1) + power(p[0][1], 1) + power(p[1][1], 126),
		power(p1, 1) + power(p[1][0], 1) + power(p[0][0], 126),
		power(p1, 1) + power(p[1][0], 64) + power(p[0][1], 63),
		power(p1, 1) + power(p[1][1], 127),
	};
	double most = six[0];
	for (int i = 1; i < 6; i++)
		most = fmax(most, six[i]);
	return 8 * fmax(0, fmin(1, -most / 128));
}

/* ---- compression (6.3.4): Maurer's universal statistic over blocks of six bits */

enum { BLOCK = 6, BLOCKS = 1 << BLOCK, LEARN = 1000 };

static unsigned block(struct span s, size_t i)
{
	unsigned v = 0;
	for (size_t k = 0; k < BLOCK; k++)
		v = v << 1 | bit(s, i * BLOCK + k);
	return v;
}

/* G(z) of step 7: the mean of log2 of the distance to the last block of the same kind, over test
 * positions t from LEARN + 1 to all, when this kind has the chance z. The double sum is turned round:
 * distance u occurs inside at every t > u, and cut off at t = u. It is summed until the rest is below
 * the precision of a double. */
static double expected(double z, size_t all)
{
	const double tests = (double)(all - LEARN);
	double sum = 0, rest = 1; /* (1 - z)^(u - 1) */
	for (size_t u = 1; u <= all && rest > 1e-20; u++, rest *= 1 - z) {
		const double later = u <= LEARN ? tests : (double)(all - u);
		const double cut = u > LEARN ? z * rest : 0;
		sum += log2((double)u) * (later * z * z * rest + cut);
	}
	return sum / tests;
}

double estimate_compression(struct span s)
{
	size_t last[BLOCKS] = { 0 };
	const size_t all = 8 * s.n / BLOCK;
	if (all < LEARN + 2)
		return -1;
	double sum = 0, squares = 0;
	for (size_t i = 1; i <= all; i++) { /* positions count from 1: 0 means never seen */
		const unsigned v = block(s, i - 1);
		if (i > LEARN) {
			const double d = log2((double)(i - last[v]));
			sum += d;
			squares += d * d;
		}
		last[v] = i;
	}
	const double tests = (double)(all - LEARN), mean = sum / tests;
	const double sigma = 0.5907 * sqrt(fmax(0, squares / (tests - 1) - mean * mean));
	const double low = mean - Z99 * sigma / sqrt(tests);
	/* the statistic falls as p grows from even chances to certainty */
	double from = 1.0 / BLOCKS, to = 1;
	if (low > BLOCKS * expected(from, all))
		return 8;
	for (int i = 0; i < 40; i++) {
		const double p = (from + to) / 2, q = (1 - p) / (BLOCKS - 1);
		if (expected(p, all) + (BLOCKS - 1) * expected(q, all) > low)
			from = p;
		else
			to = p;
	}
	return -8 * log2((from + to) / 2) / BLOCK;
}

/* ---- all of them */

size_t estimate_memory(size_t n)
{
	if (n > ESTIMATE_MOST)
		n = ESTIMATE_MOST;
	const size_t a = estimate_tuples_memory(n), b = estimate_models_memory(n);
	return a > b ? a : b;
}

bool estimate_all(struct span sample, void *memory, struct estimate *out)
{
	const struct span s = span_at(sample, 0, ESTIMATE_MOST);
	if (s.n < ESTIMATE_LEAST)
		return false;
	*out = (struct estimate){ .least = 8, .n = s.n };
	double *const b = out->bits;
	b[ESTIMATE_MCV] = estimate_mcv(s);
	b[ESTIMATE_COLLISION] = estimate_collision(s);
	b[ESTIMATE_MARKOV] = estimate_markov(s);
	b[ESTIMATE_COMPRESSION] = estimate_compression(s);
	estimate_tuples(s, memory, &b[ESTIMATE_TUPLE], &b[ESTIMATE_LRS]);
	b[ESTIMATE_MCW] = estimate_mcw(s);
	b[ESTIMATE_LAG] = estimate_lag(s);
	b[ESTIMATE_MMC] = estimate_mmc(s, memory);
	b[ESTIMATE_LZ78Y] = estimate_lz78y(s, memory);
	for (int i = 0; i < ESTIMATE_COUNT; i++) {
		b[i] = fmin(b[i], 8); /* of a short sample 6.3.6 makes more than a byte can hold */
		if (b[i] >= 0 && b[i] <= out->least) {
			out->least = b[i];
			out->by = (enum estimate_name)i;
		}
	}
	return true;
}
