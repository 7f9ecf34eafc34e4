/* SPDX-License-Identifier: MIT */
/* How many bits a sample that was collected for a seed is credited with. The estimators of
 * rand/estimate do the measuring; what they cannot see is decided here. */
#ifndef DCMSEC_RAND_CREDIT_H
#define DCMSEC_RAND_CREDIT_H

#include "rand/estimate.h"

enum { CREDIT_NEEDED = 256 }; /* bits that a seed must be made of: the generators' strength */

struct credit {
	double bits;
	const char *why; /* one phrase when bits is 0, else NULL */
	bool estimated;
	struct estimate estimate; /* if estimated */
};

/* Judges one sample; pixels: it is the values of an image, which are never text. Bytes behind the first ESTIMATE_MOST count for nothing. memory is
 * estimate_memory(sample.n). */
void credit_judge(struct span sample, bool pixels, void *memory, struct credit *c);

/* True when b holds a run of bytes that a holds too, of 32 bytes at least and longer than what repeats
 * within either: one was copied from the other. joint is a followed by b, at most ESTIMATE_MOST bytes;
 * memory is estimate_memory(joint.n). */
bool credit_copied(struct span joint, size_t a, void *memory);

#endif
