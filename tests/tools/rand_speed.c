/* SPDX-License-Identifier: MIT */
/* What randomness costs, for the benchmark: one figure a line, "WHAT: VALUE UNIT". A seed file may be named. */
#include "io/entropy.h"

#include <stdio.h>
#include <time.h>

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Bytes a second of the private generator in requests of n bytes, over about a second. */
static double rate(struct entropy *en, size_t n)
{
	static uint8_t out[16384];
	const double start = now();
	double bytes = 0, spent = 0;
	while (spent < 1) {
		for (int i = 0; i < 100; i++, bytes += (double)n)
			if (!drbg_bytes(&en->rand.private, (struct mspan){ out, n }, NULL))
				return 0;
		spent = now() - start;
	}
	return bytes / spent;
}

/* The median of opening and closing, in microseconds. */
static double opening(const struct entropy_opts *o)
{
	enum { TURNS = 101 };
	double took[TURNS];
	for (int i = 0; i < TURNS; i++) {
		struct entropy en;
		const double start = now();
		if (!entropy_open(&en, o, NULL))
			return -1;
		took[i] = (now() - start) * 1e6;
		entropy_close(&en, NULL);
		for (int k = i; k > 0 && took[k] < took[k - 1]; k--) {
			const double t = took[k];
			took[k] = took[k - 1];
			took[k - 1] = t;
		}
	}
	return took[TURNS / 2];
}

int main(int argc, char **argv)
{
	struct entropy en;
	struct err e = { 0 };
	if (!entropy_open(&en, &(struct entropy_opts){ 0 }, &e)) {
		fprintf(stderr, "%s\n", e.text);
		return 1;
	}
	printf("private generator, requests of 32 bytes: %.1f MB/s\n", rate(&en, 32) / 1e6);
	printf("private generator, requests of 16384 bytes: %.1f MB/s\n", rate(&en, 16384) / 1e6);
	entropy_close(&en, NULL);
	printf("seeding at the start, from the system: %.0f us\n",
		opening(&(struct entropy_opts){ 0 }));
	if (argc > 1)
		printf("seeding at the start, with a seed file: %.0f us\n",
			opening(&(struct entropy_opts){ .seed = argv[1] }));
	return 0;
}
