/* SPDX-License-Identifier: MIT */
/* Which of several known words somebody meant who wrote another one. */
#ifndef DCMSEC_CLI_NEAR_H
#define DCMSEC_CLI_NEAR_H

#include <stddef.h>

struct near {
	const char *word;
	size_t n;
	unsigned best; /* the least distance yet */
	char text[64]; /* the closest candidate; empty: none is close */
};

/* Only the first n bytes of word count. It is borrowed. */
void near_start(struct near *near, const char *word, size_t n);

/* A candidate of n bytes: kept when it is close enough to be meant, and closer than those before.
 * Close is a Damerau-Levenshtein distance of at most a third of the longer word (leading dashes not
 * counted), or that the word is the candidate's beginning. */
void near_try(struct near *near, const char *candidate, size_t n);

/* The same for each of blank-separated spellings; NULL: none. */
void near_try_all(struct near *near, const char *spellings);

#endif
