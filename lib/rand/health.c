/* SPDX-License-Identifier: MIT */
#include "rand/health.h"

#include <assert.h>
#include <math.h>

/* The least C with P(C or more of the window's samples are equal) <= 2^-ALPHA, when one value has
 * the chance 2^-entropy: 1 + critbinom(W, 2^-H, 1 - alpha) of 4.4.2. Summed from the far tail in
 * logarithms, as the terms leave the range of a double. */
static unsigned share_cutoff(double entropy)
{
	const double p = exp2(-entropy), ratio = log2(1 - p) - log2(p);
	double term = -entropy * HEALTH_WINDOW, tail = 0;
	for (unsigned k = HEALTH_WINDOW; k > 1; k--) {
		tail += exp2(term);
		if (tail > exp2(-HEALTH_ALPHA))
			return k + 1;
		term += log2(k) - log2(HEALTH_WINDOW - k + 1) + ratio;
	}
	return 2;
}

void health_init(struct health *h, double entropy)
{
	assert(entropy > 0 && entropy <= 8);
	*h = (struct health){
		.repeats_cutoff = 1 + (unsigned)ceil(HEALTH_ALPHA / entropy),
		.share_cutoff = share_cutoff(entropy),
	};
}

bool health_bytes(struct health *h, struct span samples)
{
	uint8_t byte;
	while (!h->failed && span_u8(&samples, &byte)) {
		h->repeats = h->seen && byte == h->last ? h->repeats + 1 : 1;
		h->last = byte;
		if (h->repeats >= h->repeats_cutoff)
			h->failed = "repetition count test";
		if (h->seen % HEALTH_WINDOW == 0) {
			h->first = byte;
			h->share = 0;
		}
		h->share += byte == h->first;
		if (h->share >= h->share_cutoff)
			h->failed = "adaptive proportion test";
		h->seen++;
	}
	return !h->failed;
}
