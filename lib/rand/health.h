/* SPDX-License-Identifier: MIT */
/* The continuous health tests of NIST SP 800-90B 4.4 on the raw bytes of a source: they notice that it
 * got stuck or lost most of its entropy, and nothing finer. A sound source fails once in 2^40. */
#ifndef DCMSEC_RAND_HEALTH_H
#define DCMSEC_RAND_HEALTH_H

#include "base/span.h"

enum {
	HEALTH_WINDOW = 512, /* samples of an adaptive proportion test (4.4.2, not binary) */
	HEALTH_ALPHA = 40,   /* -log2 of the chance of a false alarm */
};

struct health {
	unsigned repeats_cutoff, share_cutoff;
	uint64_t seen;    /* samples */
	unsigned repeats; /* of the last one, in a row */
	unsigned share;   /* of the window's first one */
	uint8_t last, first;
	const char *failed; /* the name of the test that failed first, or NULL; it stays */
};

/* entropy: the bits a byte that the source is supposed to hold, above 0, at most 8. */
void health_init(struct health *h, double entropy);

/* What health_init makes of 2 and of 8: a build that judges no sources needs no logarithms then. */
#define HEALTH_OF_2 ((struct health){ .repeats_cutoff = 21, .share_cutoff = 201 })
#define HEALTH_OF_8 ((struct health){ .repeats_cutoff = 6, .share_cutoff = 19 })

/* False when a test has failed, now or before. */
bool health_bytes(struct health *h, struct span samples);

#endif
