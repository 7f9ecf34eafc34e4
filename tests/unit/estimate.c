/* SPDX-License-Identifier: MIT */
/* The entropy estimators where the answer is known without computing. Whole samples are compared with
 * an independent implementation by tests/cli/estimate.py. */
#include "rand/estimate.h"

#include "test.h"

#include <math.h>
#include <stdlib.h>

static void near(double got, double want)
{
	if (fabs(got - want) > 1e-6)
		TEST_NOTE("%.9f, not %.9f", got, want);
}

static bool run(const uint8_t *sample, size_t n, struct estimate *r)
{
	void *const memory = malloc(estimate_memory(n));
	const bool ok = memory && estimate_all(span_of(sample, n), memory, r);
	free(memory);
	return ok;
}

/* Figures of the self-test data of NIST's own EntropyAssessment tool: counts and what it makes of
 * them. */
static void bounds_are_nists(void)
{
	static const struct {
		struct tally t;
		double bits;
	} known[] = {
		{ { .n = 999937, .correct = 561973, .longest = 82 }, 0.29051922736594488 },
		{ { .n = 999999, .correct = 839328, .longest = 83 }, 0.25106695357142894 },
		{ { .n = 999937, .correct = 3779, .longest = 2 }, 7.9885798193670183 },
		{ { .n = 999983, .correct = 3948, .longest = 2 }, 7.9267871808058681 },
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		near(tally_bits(&known[i].t), known[i].bits);
	near(estimate_upper(0.004124, 1000000), 7.8651180028995897);
	near(estimate_upper(0.77496347966278545, 1000000), 0.36579863480278091);
}

/* SP 800-90B 6.3.1 works this sample out to 0.5363. */
static void most_common_value(void)
{
	static const uint8_t s[] = { 0, 1, 1, 2, 0, 1, 2, 2, 0, 1, 0, 1, 1, 0, 2, 2, 1, 0, 2, 1 };
	CHECK(fabs(estimate_mcv(span_of(s, sizeof s)) - 0.5363) < 0.0001);
}

static void runs_are_longest_runs(void)
{
	struct tally t = { 0 };
	for (int i = 0; i < 12; i++)
		tally_add(&t, i % 5 != 0); /* four, four, one */
	CHECK_INT(t.n, 12);
	CHECK_INT(t.correct, 9);
	CHECK_INT(t.longest, 4);
}

static void certainty_is_nothing(void)
{
	static uint8_t zeros[5000];
	struct estimate r;
	REQUIRE(run(zeros, sizeof zeros, &r));
	for (int i = 0; i < ESTIMATE_COUNT; i++)
		if (fabs(r.bits[i]) > 1e-3)
			TEST_NOTE("%s gives %f", estimate_names[i], r.bits[i]);
	near(r.least, 0);
}

/* Each of these is caught by at least one estimator, and not by the most common value. */
static void structure_is_found(void)
{
	static uint8_t s[20000];
	struct estimate r;
	uint32_t x = 1;
	for (size_t i = 0; i < sizeof s; i++)
		s[i] = (uint8_t)i;
	REQUIRE(run(s, sizeof s, &r));
	CHECK(r.bits[ESTIMATE_MCV] > 7 && r.least < 0.01);
	for (size_t i = 0; i < sizeof s; i++) {
		x = x * 1664525 + 1013904223;
		s[i] = (uint8_t)(i < sizeof s / 2 ? x >> 24 : s[i - sizeof s / 2]);
	}
	REQUIRE(run(s, sizeof s, &r));
	CHECK(r.bits[ESTIMATE_MCV] > 7 && r.least < 0.01);
	for (size_t i = 0; i < sizeof s; i++) {
		x = x * 1664525 + 1013904223;
		s[i] = i % 100 < 10 || i < 100 ? (uint8_t)(x >> 24) : s[i - 100];
	}
	REQUIRE(run(s, sizeof s, &r));
	CHECK(r.bits[ESTIMATE_MCV] > 4 && r.bits[ESTIMATE_LAG] < 0.5);
}

static void noise_is_not_doubted_much(void)
{
	static uint8_t s[100000];
	uint64_t x = 1;
	struct estimate r;
	for (size_t i = 0; i < sizeof s; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		s[i] = (uint8_t)(x >> 32);
	}
	REQUIRE(run(s, sizeof s, &r));
	CHECK(r.least > 6.5 && r.least < 8);
	CHECK_INT(r.n, sizeof s);
}

static void little_is_refused(void)
{
	static uint8_t s[ESTIMATE_LEAST];
	struct estimate r;
	CHECK(!run(s, 0, &r));
	CHECK(!run(s, ESTIMATE_LEAST - 1, &r));
	CHECK(run(s, ESTIMATE_LEAST, &r));
	/* what is too short for one estimator is left to the others */
	CHECK(r.bits[ESTIMATE_COMPRESSION] < 0);
}

static void the_rest_is_not_looked_at(void)
{
	static uint8_t s[ESTIMATE_MOST + 100];
	struct estimate a, b;
	for (size_t i = 0; i < sizeof s; i++)
		s[i] = i % 7 == 0;
	REQUIRE(run(s, ESTIMATE_MOST, &a));
	memset(s + ESTIMATE_MOST, 0xaa, 100);
	REQUIRE(run(s, sizeof s, &b));
	CHECK_INT(b.n, ESTIMATE_MOST);
	for (int i = 0; i < ESTIMATE_COUNT; i++)
		near(a.bits[i], b.bits[i]);
	CHECK(estimate_memory(sizeof s) <= 26u << 20);
}

int main(void)
{
	test("confidence bounds and runs give what NIST's own tool gives", bounds_are_nists);
	test("the most common value of the standard's example is 0.5363 bits", most_common_value);
	test("a predictor's longest run is counted", runs_are_longest_runs);
	test("zeros hold nothing by any estimator", certainty_is_nothing);
	test("counters, repeated data and lags are found though all bytes are as common",
		structure_is_found);
	test("noise is credited with most of its 8 bits", noise_is_not_doubted_much);
	test("fewer than 128 bytes are not estimated", little_is_refused);
	test("of more than a million bytes the rest is not looked at", the_rest_is_not_looked_at);
	return test_end();
}
