/* SPDX-License-Identifier: MIT */
#include "cli/near.h"

#include <stdio.h>
#include <string.h>

enum { LONGEST = 40 }; /* no word of ours is longer, and a longer one is no slip of one */

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Optimal string alignment: changes, insertions, deletions, swaps of neighbours. Three rows of the
 * matrix are kept, a swap looks two back. */
static unsigned distance(const char *a, size_t an, const char *b, size_t bn)
{
	unsigned rows[3][LONGEST + 1];
	for (size_t j = 0; j <= bn; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= an; i++) {
		unsigned *row = rows[i % 3];
		const unsigned *above = rows[(i + 2) % 3], *swapped = rows[(i + 1) % 3];
		row[0] = (unsigned)i;
		for (size_t j = 1; j <= bn; j++) {
			row[j] = above[j - 1] + (a[i - 1] != b[j - 1]);
			row[j] = least(row[j], least(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], swapped[j - 2] + 1);
		}
	}
	return rows[an % 3][bn];
}

/* How much of a word is not its leading dashes. */
static size_t core(const char *word, size_t n)
{
	size_t dashes = 0;
	while (dashes < n && word[dashes] == '-')
		dashes++;
	return n - dashes;
}

void near_start(struct near *near, const char *word, size_t n)
{
	*near = (struct near){ .word = word, .n = n, .best = LONGEST };
}

void near_try(struct near *near, const char *candidate, size_t n)
{
	if (near->n > LONGEST || n > LONGEST)
		return;
	const size_t mine = core(near->word, near->n), its = core(candidate, n);
	unsigned d = distance(near->word, near->n, candidate, n);
	if (mine >= 3 && near->n < n && memcmp(near->word, candidate, near->n) == 0)
		d = 1;
	if (d > (mine > its ? mine : its) / 3 || d >= near->best)
		return;
	near->best = d;
	snprintf(near->text, sizeof near->text, "%.*s", (int)n, candidate);
}

void near_try_all(struct near *near, const char *spellings)
{
	while (spellings && *spellings) {
		const size_t n = strcspn(spellings, " ");
		near_try(near, spellings, n);
		spellings += n + strspn(spellings + n, " ");
	}
}
