/* SPDX-License-Identifier: MIT */
/* The generators: known answers, when they reseed, and what they do when they cannot. The world is a
 * script here: its bytes, its clock and its process numbers. */
#include "rand/drbg.h"

#include "base/hex.h"
#include "test.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "drbg_vectors.h"

struct world {
	uint8_t bytes[512]; /* given out in order, then again from the start */
	size_t n, at;
	unsigned reads; /* how often the source was asked and gave */
	bool broken;
	uint64_t now, process;
};

static bool world_read(void *ctx, struct mspan out, struct err *e)
{
	struct world *w = ctx;
	if (w->broken)
		return err_set(e, ERR_RANDOM, 0, "the world is broken");
	for (size_t i = 0; i < out.n; i++)
		out.p[i] = w->bytes[w->at++ % w->n];
	w->reads++;
	return true;
}

static uint64_t world_now(void *ctx)
{
	return ((struct world *)ctx)->now;
}

static uint64_t world_process(void *ctx)
{
	return ((struct world *)ctx)->process;
}

static struct world world_new(uint8_t salt)
{
	struct world w = { .n = 512, .now = 1000, .process = 7 };
	for (size_t i = 0; i < w.n; i++)
		w.bytes[i] = (uint8_t)(i * 37 + i / 7 + salt);
	return w;
}

static struct rand_source source_of(struct world *w)
{
	return (struct rand_source){ world_read, world_now, world_process, w };
}

static struct rand_source handmade(struct world *w)
{
	return (struct rand_source){ NULL, world_now, world_process, w };
}

static const struct span none;

/* Eight bytes of output as a number; 0 when output is refused. */
static uint64_t next(struct drbg *d)
{
	uint64_t v = 0;
	return drbg_bytes(d, (struct mspan){ (uint8_t *)&v, sizeof v }, NULL) ? v : 0;
}

static struct span unhex(const char *text, uint8_t *storage, size_t cap)
{
	size_t n = 0;
	if (!hex_bytes(text, storage, cap, &n))
		TEST_NOTE("bad vector");
	return span_of(storage, n);
}

static void known_answers(void)
{
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		const struct vector *v = &vectors[i];
		struct world w = { .now = 1 };
		hex_bytes(v->stream, w.bytes, sizeof w.bytes, &w.n);
		const struct rand_source source = source_of(&w);
		uint8_t purpose[32], reseed[256], add[2][256], want[256], got[256];
		struct drbg d;
		drbg_init(&d, &source, NULL, unhex(v->purpose, purpose, sizeof purpose));
		CHECK(drbg_ready(&d, NULL));
		if (v->reseed)
			CHECK(drbg_reseed(&d, unhex(v->reseed_add, reseed, sizeof reseed), NULL));
		const struct span out = unhex(v->out, want, sizeof want);
		for (int k = 0; k < 2; k++)
			CHECK(drbg_generate(&d, (struct mspan){ got, out.n },
				unhex(v->add[k], add[k], sizeof add[k]), v->fresh, NULL));
		if (!CHECK_MEM(got, want, out.n))
			TEST_NOTE("%s", v->name);
		CHECK_INT(w.at, w.n);
	}
}

static void long_requests_are_cut(void)
{
	static uint8_t big[DRBG_REQUEST + 1];
	struct world w = world_new(0);
	const struct rand_source source = source_of(&w);
	struct rand r;
	struct err e = { 0 };
	rand_init(&r, &source);
	CHECK(!drbg_generate(&r.private, (struct mspan){ big, sizeof big }, none, false, &e));
	CHECK_INT(e.kind, ERR_USAGE);
	CHECK(drbg_bytes(&r.private, (struct mspan){ big, sizeof big }, NULL));
	CHECK_INT(r.private.requests, 2);
	CHECK(!drbg_generate(&r.private, (struct mspan){ big, 1 },
		span_of(big, DRBG_ADDITIONAL + 1), false, NULL));
}

static void the_three_differ(void)
{
	struct world w = world_new(0);
	const struct rand_source source = source_of(&w);
	struct rand r;
	rand_init(&r, &source);
	const uint64_t a = next(&r.primary), b = next(&r.public), c = next(&r.private);
	CHECK(a && b && c && a != b && b != c && a != c);
	/* one draw from the source fed all three */
	CHECK_INT(w.reads, 1);
	rand_wipe(&r);
	CHECK(!r.private.seeded);
}

static void reseed_by_count(void)
{
	struct world w = world_new(0);
	const struct rand_source source = source_of(&w);
	struct rand r;
	rand_init(&r, &source);
	drbg_limits(&r.private, 3, 0);
	for (int i = 0; i < 3; i++)
		next(&r.private);
	CHECK_INT(r.private.reseeds, 1);
	next(&r.private);
	CHECK_INT(r.private.reseeds, 2);
	/* the parent was not due and gave from its state */
	CHECK_INT(w.reads, 1);
	drbg_limits(&r.primary, 1, 0);
	for (int i = 0; i < 3; i++)
		next(&r.private);
	CHECK_INT(w.reads, 2);
	drbg_limits(&r.private, 0, 0);
	for (int i = 0; i < 100; i++)
		next(&r.private);
	CHECK_INT(r.private.requests, 101);
}

static void reseed_by_time(void)
{
	struct world w = world_new(0);
	const struct rand_source source = source_of(&w);
	struct drbg d;
	drbg_init(&d, &source, NULL, none);
	drbg_limits(&d, 0, 60);
	next(&d);
	w.now += 59999;
	next(&d);
	CHECK_INT(w.reads, 1);
	w.now += 1;
	next(&d);
	CHECK_INT(w.reads, 2);
	drbg_limits(&d, 0, 0);
	w.now += 1u << 30;
	next(&d);
	CHECK_INT(w.reads, 2);
}

static void children_follow(void)
{
	struct world w = world_new(0);
	const struct rand_source source = source_of(&w);
	struct rand r, same;
	rand_init(&r, &source);
	next(&r.private);
	CHECK(rand_seed(&r, span_str("by hand"), 0, NULL));
	next(&r.private);
	CHECK_INT(r.private.reseeds, 2);
	next(&r.private);
	CHECK_INT(r.private.reseeds, 2);
	CHECK_INT(r.public.reseeds, 0);
	/* the same world with another seed by hand gives something else */
	struct world w2 = world_new(0);
	const struct rand_source source2 = source_of(&w2);
	rand_init(&same, &source2);
	next(&same.private);
	CHECK(rand_seed(&same, span_str("by hanD"), 0, NULL));
	next(&same.private);
	CHECK(next(&r.private) != next(&same.private));
}

static void fresh_reaches_the_source(void)
{
	struct world w = world_new(0);
	const struct rand_source source = source_of(&w);
	struct rand r;
	uint8_t out[8];
	rand_init(&r, &source);
	next(&r.private);
	CHECK(drbg_generate(&r.private, (struct mspan){ out, 8 }, none, true, NULL));
	CHECK_INT(w.reads, 2);
	CHECK(drbg_reseed(&r.public, none, NULL));
	CHECK_INT(w.reads, 3);
}

static void additional_is_no_entropy(void)
{
	struct world w = world_new(0);
	w.broken = true;
	const struct rand_source source = source_of(&w);
	struct rand r;
	uint8_t out[8] = { 1 };
	struct err e = { 0 };
	rand_init(&r, &source);
	CHECK(!drbg_generate(&r.private, (struct mspan){ out, 8 },
		span_str("sixty-four bytes that somebody swears are very random, by my beard"),
		false, &e));
	CHECK_INT(e.kind, ERR_RANDOM);
	CHECK_MEM(out, "\0\0\0\0\0\0\0\0", 8);
	CHECK(!rand_seed(&r, span_str("text"), 8 * DRBG_SEED - 1, NULL));
}

static void a_fork_parts(void)
{
	struct world w = world_new(0);
	const struct rand_source source = source_of(&w);
	struct rand r;
	rand_init(&r, &source);
	next(&r.private);
	struct rand copy = r; /* what fork does, but for the pointers inside */
	copy.private.parent = &copy.primary;
	struct world w2 = w;
	w2.process = 8;
	copy.source.ctx = &w2;
	copy.primary.source = copy.private.source = &copy.source;
	CHECK(next(&r.private) != next(&copy.private));
	CHECK_INT(w2.reads, w.reads + 1);
	/* with the source broken in the child, BearSSL's face gives something else too, and says so */
	struct world w3 = w;
	w3.process = 9;
	w3.broken = true;
	copy = r;
	copy.private.parent = &copy.primary;
	copy.source.ctx = &w3;
	copy.primary.source = copy.private.source = &copy.source;
	uint64_t a = 0, b = 0;
	(*drbg_prng(&r.private))->generate(drbg_prng(&r.private), &a, sizeof a);
	(*drbg_prng(&copy.private))->generate(drbg_prng(&copy.private), &b, sizeof b);
	CHECK(a != b);
	CHECK(!drbg_refused(&r.private));
	CHECK(drbg_refused(&copy.private));
	CHECK(!drbg_refused(&copy.private));
}

static uint64_t real_process(void *ctx)
{
	(void)ctx;
	return (uint64_t)getpid();
}

/* Both halves of a real fork write what they draw into a pipe. */
static void forked_outputs(bool manual)
{
	struct world w = world_new(0);
	struct rand_source source = manual ? handmade(&w) : source_of(&w);
	source.process = real_process;
	struct rand r;
	int fds[2];
	uint64_t child = 0;
	rand_init(&r, &source);
	CHECK(rand_seed(&r, span_of(w.bytes, DRBG_SEED), 8 * DRBG_SEED, NULL));
	next(&r.private);
	REQUIRE(pipe(fds) == 0);
	const pid_t pid = fork();
	if (pid == 0) {
		const uint64_t mine = next(&r.private);
		_exit(write(fds[1], &mine, sizeof mine) == sizeof mine ? 0 : 1);
	}
	REQUIRE(pid > 0);
	CHECK_INT(read(fds[0], &child, sizeof child), sizeof child);
	waitpid(pid, NULL, 0);
	close(fds[0]);
	close(fds[1]);
	const uint64_t parent = next(&r.private);
	CHECK(child && parent && child != parent);
}

static void fork_with_source(void)
{
	forked_outputs(false);
}

static void fork_by_hand(void)
{
	forked_outputs(true);
}

static void errors_refuse_and_recover(void)
{
	struct world w = world_new(0);
	const struct rand_source source = source_of(&w);
	struct rand r;
	struct err e = { 0 };
	uint8_t out[4];
	rand_init(&r, &source);
	next(&r.private);
	drbg_limits(&r.primary, 0, 10);
	drbg_limits(&r.private, 0, 10);
	w.broken = true;
	w.now += 10000;
	CHECK(!drbg_bytes(&r.private, (struct mspan){ out, 4 }, &e));
	CHECK_STR(e.text, "the world is broken");
	CHECK(r.private.failed && r.primary.failed);
	CHECK_INT(next(&r.primary), 0);
	CHECK_INT(next(&r.private), 0);
	w.broken = false;
	CHECK(next(&r.private) != 0);
	CHECK(!r.private.failed && !r.primary.failed);
	CHECK(!r.public.seeded);
}

static void by_hand_needs_384_bits(void)
{
	struct world w = world_new(0);
	const struct rand_source source = handmade(&w);
	struct rand r;
	struct err e = { 0 };
	rand_init(&r, &source);
	CHECK(!drbg_ready(&r.private, &e));
	CHECK_INT(e.kind, ERR_RANDOM);
	CHECK(strstr(e.text, "48 bytes (384 bits)") && strstr(e.text, "--seed FILE"));
	CHECK(!rand_seed(&r, span_of(w.bytes, 47), 376, NULL));
	CHECK(!drbg_ready(&r.private, NULL));
	CHECK(rand_seed(&r, span_of(w.bytes, 48), 384, NULL));
	CHECK(next(&r.private) != 0);
	/* no source: the limits have nothing to reseed from and do not stop it */
	w.now += 1ull << 40;
	CHECK(next(&r.private) != 0);
	/* what cannot be had is refused, and harms nothing */
	CHECK(!drbg_reseed(&r.private, none, NULL));
	CHECK(next(&r.private) != 0);
}

static void worthless_seed_ends_no_error(void)
{
	struct world w = world_new(0);
	const struct rand_source source = source_of(&w);
	struct rand r;
	rand_init(&r, &source);
	next(&r.private);
	w.broken = true;
	CHECK(!drbg_reseed(&r.private, none, NULL));
	CHECK(rand_seed(&r, span_str("x"), 0, NULL));
	CHECK_INT(next(&r.private), 0);
	CHECK(rand_seed(&r, span_of(w.bytes, 48), 384, NULL));
	CHECK(next(&r.private) != 0);
}

static void bearssl_face(void)
{
	struct world w = world_new(0), w2 = world_new(0);
	const struct rand_source s1 = source_of(&w), s2 = source_of(&w2);
	struct rand a, b;
	uint64_t got = 0;
	rand_init(&a, &s1);
	rand_init(&b, &s2);
	const br_prng_class **face = drbg_prng(&a.private);
	(*face)->generate(face, &got, sizeof got);
	CHECK_INT(got, next(&b.private));
	(*face)->init(face, NULL, "attacker's seed", 15);
	(*face)->generate(face, &got, sizeof got);
	CHECK(got != next(&b.private) && got != 0);
	/* an instance that has nothing to give ends the process rather than give it */
	w.broken = true;
	rand_init(&a, &s1);
	const pid_t pid = fork();
	if (pid == 0) {
		(*face)->generate(face, &got, sizeof got);
		_exit(0);
	}
	int status = 0;
	REQUIRE(pid > 0 && waitpid(pid, &status, 0) == pid);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

int main(void)
{
	test("HMAC_DRBG gives CAVP's and the independently computed answers", known_answers);
	test("a request over 65536 bytes is refused or cut, as is too much additional input",
		long_requests_are_cut);
	test("public, private and primary differ, from one draw of entropy", the_three_differ);
	test("a generator reseeds after its number of requests, and never with 0", reseed_by_count);
	test("a generator reseeds after its time, and never with 0", reseed_by_time);
	test("children reseed when their parent was seeded by hand", children_follow);
	test("prediction resistance pulls fresh entropy through the chain",
		fresh_reaches_the_source);
	test("additional input never counts as entropy", additional_is_no_entropy);
	test("a copy of the state in another process reseeds, and parts even without a source",
		a_fork_parts);
	test("parent and child of a fork draw different bytes", fork_with_source);
	test("parent and child of a fork draw different bytes from a seed alone", fork_by_hand);
	test("a failing source means no output, and its return means output again",
		errors_refuse_and_recover);
	test("without a source 384 bits of seed are needed, and the message says so",
		by_hand_needs_384_bits);
	test("a seed that is worth nothing ends no error state", worthless_seed_ends_no_error);
	test("BearSSL's face is the same generator and cannot be driven unseeded", bearssl_face);
	return test_end();
}
