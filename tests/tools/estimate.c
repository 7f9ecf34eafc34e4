/* SPDX-License-Identifier: MIT */
/* Prints the ten estimates of each file named, one file a line, for a test that compares them. */
#include "rand/estimate.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	static uint8_t sample[ESTIMATE_MOST];
	for (int i = 1; i < argc; i++) {
		FILE *const f = fopen(argv[i], "rb");
		if (!f)
			return 1;
		const size_t n = fread(sample, 1, sizeof sample, f);
		fclose(f);
		struct estimate r;
		void *const memory = malloc(estimate_memory(n));
		if (!memory || !estimate_all(span_of(sample, n), memory, &r))
			return 1;
		for (int k = 0; k < ESTIMATE_COUNT; k++)
			printf("%.9f%c", r.bits[k], k + 1 < ESTIMATE_COUNT ? ' ' : '\n');
		free(memory);
	}
	return 0;
}
