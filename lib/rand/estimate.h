/* SPDX-License-Identifier: MIT */
/* How much min-entropy a sample holds: the ten estimators of NIST SP 800-90B 6.3 for sources whose
 * bytes may depend on each other. An estimator can only find structure that it looks for, so the least
 * of the ten is an upper bound, and says nothing about who else knows the bytes. */
#ifndef DCMSEC_RAND_ESTIMATE_H
#define DCMSEC_RAND_ESTIMATE_H

#include "base/span.h"

enum estimate_name {
	ESTIMATE_MCV,       /* 6.3.1 most common value */
	ESTIMATE_COLLISION, /* 6.3.2; this and the next two see the sample as bits, as the standard */
	ESTIMATE_MARKOV,    /* 6.3.3  defines them: most significant bit first, times 8 */
	ESTIMATE_COMPRESSION, /* 6.3.4 */
	ESTIMATE_TUPLE,       /* 6.3.5 t-tuple */
	ESTIMATE_LRS,         /* 6.3.6 longest repeated substring */
	ESTIMATE_MCW,         /* 6.3.7 multiple most common in window */
	ESTIMATE_LAG,         /* 6.3.8 */
	ESTIMATE_MMC,         /* 6.3.9 multiple Markov models with counting */
	ESTIMATE_LZ78Y,       /* 6.3.10 */
	ESTIMATE_COUNT
};

enum {
	ESTIMATE_LEAST = 128,    /* bytes; fewer are not estimated */
	ESTIMATE_MOST = 1000000, /* bytes; the rest of a longer sample is not looked at */
};

struct estimate {
	double bits[ESTIMATE_COUNT]; /* of min-entropy a byte, 0 to 8; negative: the sample is too
	                              * short for this one, or has nothing that it looks for */
	double least;                /* of those that there are */
	enum estimate_name by;       /* which one that is */
	size_t n;                    /* bytes looked at */
};

extern const char *const estimate_names[ESTIMATE_COUNT]; /* for people */

/* Bytes of working memory for a sample of n, aligned as malloc aligns: 26 MB at the most. */
size_t estimate_memory(size_t n);

/* Runs all ten, a few seconds for a million bytes. False: fewer than ESTIMATE_LEAST bytes. */
bool estimate_all(struct span sample, void *memory, struct estimate *out);

/* ---- the estimators by themselves, for estimate.c and the tests: bits a byte, or negative */

double estimate_mcv(struct span s);
double estimate_collision(struct span s);
double estimate_markov(struct span s);
double estimate_compression(struct span s);
void estimate_tuples(struct span s, void *memory, double *tuple, double *lrs);
double estimate_mcw(struct span s);
double estimate_lag(struct span s);
double estimate_mmc(struct span s, void *memory);
double estimate_lz78y(struct span s, void *memory);

/* -log2 of the upper end of the 99 % confidence interval of a proportion p of n samples. */
double estimate_upper(double p, double n);

/* The outcome of a predictor, prediction by prediction, and its entropy (6.3.7 steps 5 to 8). */
struct tally {
	uint64_t n, correct, run, longest;
};
void tally_add(struct tally *t, bool correct);
double tally_bits(const struct tally *t);

/* The length of the longest run of bytes that occurs twice in s. */
size_t estimate_longest(struct span s, void *memory);

size_t estimate_tuples_memory(size_t n);
size_t estimate_models_memory(size_t n);

#endif
