/* SPDX-License-Identifier: MIT */
/* A seed file is any bytes: cut anywhere it is worth the same, and never more than it can hold. */
#include "rand/credit.h"
#include "rand/seedfile.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static unsigned worth(struct span bytes, size_t step, const char **why)
{
	struct seedfile s;
	uint8_t out[POOL_OUT];
	seedfile_init(&s);
	for (size_t at = 0; at < bytes.n; at += step)
		seedfile_add(&s, span_at(bytes, at, step));
	return seedfile_end(&s, out, why);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static uint64_t memory[1 << 18];
	const char *a, *b;
	if (n > 2000 || estimate_memory(n) > sizeof memory)
		return 0;
	const struct span bytes = span_of(data, n);
	const unsigned bits = worth(bytes, n + 1, &a);
	if (bits > 8 * n || bits > 512 || (bits == 0) != (a != NULL))
		abort();
	if (worth(bytes, 7, &b) != bits || a != b)
		abort();
	struct credit c;
	credit_judge(bytes, n & 1, memory, &c);
	if (!(c.bits >= 0) || c.bits > 8 * (double)n || (c.bits > 0) == (c.why != NULL))
		abort();
	if (c.estimated)
		for (int i = 0; i < ESTIMATE_COUNT; i++)
			if (!(c.estimate.bits[i] <= 8))
				abort();
	credit_copied(bytes, n / 2, memory);
	return 0;
}
