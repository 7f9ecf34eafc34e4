/* SPDX-License-Identifier: MIT */
/* The t-tuple and longest-repeated-substring estimators (SP 800-90B 6.3.5, 6.3.6). Both ask how often
 * substrings of every length occur. A suffix array with the lengths of common prefixes answers that
 * for all lengths at once: a substring of length w that occurs c times is a run of c suffixes that
 * share w bytes or more. */
#include "rand/estimate.h"

#include <math.h>
#include <string.h>

enum { OFTEN = 35, BYTES = 256 };

size_t estimate_tuples_memory(size_t n)
{
	return 5 * (n + BYTES) * sizeof(uint32_t) + 16;
}

static void count_sort(uint32_t *sorted, const uint32_t *order, const uint32_t *key,
	uint32_t *count, size_t n, size_t keys)
{
	memset(count, 0, keys * sizeof *count);
	for (size_t i = 0; i < n; i++)
		count[key[i]]++;
	for (size_t i = 1; i < keys; i++)
		count[i] += count[i - 1];
	for (size_t i = n; i-- > 0;)
		sorted[--count[key[order[i]]]] = order[i];
}

/* Sorts the suffixes of s by prefix doubling: after a round, by their first 2k bytes. rank[i] is the
 * place of suffix i. */
static void sort_suffixes(
	struct span s, uint32_t *order, uint32_t **rank, uint32_t **spare, uint32_t *count)
{
	const size_t n = s.n;
	for (size_t i = 0; i < n; i++) {
		(*rank)[i] = s.p[i];
		(*spare)[i] = (uint32_t)i;
	}
	count_sort(order, *spare, *rank, count, n, BYTES);
	size_t keys = BYTES;
	for (size_t k = 1;; k *= 2) {
		uint32_t *const r = *rank, *const next = *spare;
		size_t at = 0;
		for (size_t i = k < n ? n - k : 0; i < n; i++)
			next[at++] = (uint32_t)i; /* nothing follows these: they come first */
		for (size_t i = 0; i < n; i++)
			if (order[i] >= k)
				next[at++] = (uint32_t)(order[i] - k);
		count_sort(order, next, r, count, n, keys);
		uint32_t places = 0;
		next[order[0]] = 0;
		for (size_t i = 1; i < n; i++) {
			const size_t a = order[i - 1], b = order[i];
			const bool same = r[a] == r[b] && (a + k < n) == (b + k < n) &&
				(a + k >= n || r[a + k] == r[b + k]);
			places += !same;
			next[b] = places;
		}
		*rank = next;
		*spare = r;
		keys = places + 1u;
		if (keys == n)
			return;
	}
}

/* common[i]: how many bytes suffix order[i] shares with order[i - 1] (Kasai's algorithm). */
static void common_prefixes(
	struct span s, const uint32_t *order, const uint32_t *rank, uint32_t *common)
{
	size_t shared = 0;
	common[0] = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (rank[i] == 0) {
			shared = 0;
			continue;
		}
		const size_t j = order[rank[i] - 1];
		while (i + shared < s.n && j + shared < s.n && s.p[i + shared] == s.p[j + shared])
			shared++;
		common[rank[i]] = (uint32_t)shared;
		shared -= shared > 0;
	}
}

/* For every length h: pairs[h], how many pairs of suffixes share exactly h bytes, and most[h], the
 * longest run of suffixes whose least common prefix is h. */
static void count_runs(
	const uint32_t *common, size_t n, uint32_t *stack, uint64_t *pairs, uint32_t *most)
{
	size_t depth = 0;
	memset(pairs, 0, n * sizeof *pairs);
	memset(most, 0, n * sizeof *most);
	for (size_t i = 1; i <= n; i++) {
		const uint32_t here = i < n ? common[i] : 0;
		while (depth > 0 && common[stack[depth - 1]] >= here) {
			const size_t at = stack[--depth], left = depth > 0 ? stack[depth - 1] : 0;
			const uint32_t h = common[at];
			pairs[h] += (uint64_t)(at - left) * (i - at);
			if (i - left > most[h])
				most[h] = (uint32_t)(i - left);
		}
		stack[depth++] = (uint32_t)i;
	}
}

size_t estimate_longest(struct span s, void *memory)
{
	const size_t stride = (s.n + BYTES + 1) / 2 * 2;
	uint32_t *const order = memory, *rank = order + stride, *spare = order + 2 * stride;
	uint32_t *const common = order + 3 * stride;
	size_t longest = 0;
	if (s.n == 0)
		return 0;
	sort_suffixes(s, order, &rank, &spare, common);
	common_prefixes(s, order, rank, common);
	for (size_t i = 1; i < s.n; i++)
		if (common[i] > longest)
			longest = common[i];
	return longest;
}

static double root(double p, size_t length)
{
	return exp2(log2(p) / (double)length);
}

void estimate_tuples(struct span s, void *memory, double *tuple, double *lrs)
{
	const size_t n = s.n, stride = (n + BYTES + 1) / 2 * 2;
	uint32_t *const a = memory, *order = a, *rank = a + stride, *spare = a + 2 * stride;
	uint32_t *const common = a + 3 * stride, *const stack = a + 4 * stride;
	sort_suffixes(s, order, &rank, &spare, common);
	common_prefixes(s, order, rank, common);
	/* the first two arrays are free again and make one of twice the width */
	uint64_t *const pairs = memory;
	uint32_t *const most = a + 2 * stride;
	count_runs(common, n, stack, pairs, most);
	size_t longest = n - 1;
	while (longest > 0 && pairs[longest] == 0)
		longest--;
	/* from the longest down, both become sums over all that is longer */
	double p_tuple = 0, p_lrs = 0, repeated = 0;
	uint32_t count = 1;
	for (size_t w = longest; w > 0; w--) {
		repeated += (double)pairs[w];
		if (most[w] > count)
			count = most[w];
		const double places = (double)(n - w + 1);
		if (count >= OFTEN)
			p_tuple = fmax(p_tuple, root(count / places, w));
		else
			p_lrs = fmax(p_lrs, root(repeated / (places * (places - 1) / 2), w));
	}
	*tuple = p_tuple > 0 ? estimate_upper(p_tuple, (double)n) : -1;
	*lrs = p_lrs > 0 ? estimate_upper(p_lrs, (double)n) : -1;
}
