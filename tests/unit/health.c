/* SPDX-License-Identifier: MIT */
/* The health tests of SP 800-90B 4.4 and what a seed file is worth. */
#include "rand/health.h"

#include "rand/seedfile.h"
#include "test.h"

/* A generator that is good enough to look random here (splitmix64). */
static uint8_t noise(uint64_t *x)
{
	uint64_t z = (*x += 0x9e3779b97f4a7c15u);
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (uint8_t)(z >> 40);
}

static bool feed(struct health *h, uint8_t byte, unsigned n)
{
	bool ok = true;
	for (unsigned i = 0; i < n; i++)
		ok = health_bytes(h, span_of(&byte, 1));
	return ok;
}

/* Computed with exact fractions in Python, for alpha 2^-40:
 *   C = next(c for c in range(1, 600) if
 *       sum(comb(512, k) * p**k * (1 - p)**(512 - k) for k in range(c, 513)) <= Fraction(1, 2**40))
 * and 1 + ceil(40 / H) for the repetition count. */
static void cutoffs(void)
{
	static const struct {
		double entropy;
		unsigned repeats, share;
	} known[] = { { 1, 41, 336 }, { 2, 21, 201 }, { 4, 11, 78 }, { 8, 6, 19 } };
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		struct health h;
		health_init(&h, known[i].entropy);
		CHECK_INT(h.repeats_cutoff, known[i].repeats);
		CHECK_INT(h.share_cutoff, known[i].share);
	}
	CHECK_INT(HEALTH_OF_2.repeats_cutoff, known[1].repeats);
	CHECK_INT(HEALTH_OF_2.share_cutoff, known[1].share);
	CHECK_INT(HEALTH_OF_8.repeats_cutoff, known[3].repeats);
	CHECK_INT(HEALTH_OF_8.share_cutoff, known[3].share);
}

static void stuck(void)
{
	struct health h;
	health_init(&h, 2);
	CHECK(feed(&h, 7, 20));
	CHECK(!feed(&h, 7, 1));
	CHECK_STR(h.failed, "repetition count test");
	/* for good */
	CHECK(!feed(&h, 8, 1));
}

static void poor(void)
{
	struct health h;
	health_init(&h, 4);
	bool ok = true;
	for (unsigned i = 0; i < 512 && ok; i++)
		ok = feed(&h, i % 4 ? (uint8_t)i : 200, 1);
	CHECK(!ok);
	CHECK_STR(h.failed, "adaptive proportion test");
}

static void sound(void)
{
	struct health h;
	uint64_t x = 1;
	health_init(&h, 8);
	bool ok = true;
	for (unsigned i = 0; i < 1000000 && ok; i++)
		ok = feed(&h, noise(&x), 1);
	CHECK(ok);
}

static unsigned worth(const void *bytes, size_t n, const char **why)
{
	struct seedfile s;
	uint8_t out[POOL_OUT];
	seedfile_init(&s);
	seedfile_add(&s, span_of(bytes, n));
	return seedfile_end(&s, out, why);
}

static void seed_files(void)
{
	uint8_t bytes[1024];
	uint64_t x = 2;
	const char *why;
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = noise(&x);
	CHECK_INT(worth(bytes, 1024, &why), 512);
	CHECK(!why);
	CHECK_INT(worth(bytes, 48, &why), 384);
	CHECK_INT(worth(bytes, 47, &why), 0);
	CHECK_STR(why, "it is shorter than 48 bytes");
	CHECK_INT(worth(bytes, 0, &why), 0);
}

static void no_seed_files(void)
{
	uint8_t bytes[1024];
	uint64_t x = 2;
	const char *why;
	memset(bytes, 0, sizeof bytes);
	CHECK_INT(worth(bytes, sizeof bytes, &why), 0);
	CHECK_STR(why, "its bytes repeat too often");
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = noise(&x) % 95 + 32;
	CHECK_INT(worth(bytes, sizeof bytes, &why), 0);
	CHECK_STR(why, "it is text");
}

static bool is_text(const char *bytes, size_t n)
{
	struct plain whole, cut;
	plain_init(&whole);
	plain_init(&cut);
	plain_add(&whole, span_of(bytes, n));
	for (size_t i = 0; i < n; i++)
		plain_add(&cut, span_of(bytes + i, 1));
	CHECK_INT(plain_is_text(&cut), plain_is_text(&whole));
	return plain_is_text(&whole);
}

static void text_is_known(void)
{
	static const char russian[] = "\320\232\321\202\320\276 \321\215\321\202\320\276?";
	static const char japanese[] = "\343\201\202\343\201\204\343\201\206\343\201\210";
	static const char latin[] = "f\374r die B\344ren, \366ffnet die T\374r!";
	static const char utf16[] = "h\0e\0l\0l\0o\0 \0w\0o\0r\0l\0d";
	static const char marked[] = "\377\376\32\4B\4>\4 \0M\4B\4>\4";
	CHECK(is_text("plain text\n", 11));
	CHECK(is_text(russian, sizeof russian - 1));
	CHECK(is_text(japanese, sizeof japanese - 1));
	CHECK(is_text(latin, sizeof latin - 1));
	CHECK(is_text(utf16, sizeof utf16));
	CHECK(is_text(utf16 + 1, sizeof utf16 - 1));
	CHECK(is_text(marked, sizeof marked - 1));
}

static void other_bytes_are_no_text(void)
{
	char bytes[4000];
	uint64_t x = 3;
	CHECK(!is_text("", 0));
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)noise(&x);
	CHECK(!is_text(bytes, sizeof bytes));
	memcpy(bytes, "\377\376", 2);
	CHECK(!is_text(bytes, sizeof bytes));
	/* 16-bit values of a dark image */
	for (size_t i = 1; i < sizeof bytes; i += 2)
		bytes[i] = 0;
	CHECK(!is_text(bytes, sizeof bytes));
	memset(bytes, 0, sizeof bytes);
	CHECK(!is_text(bytes, sizeof bytes));
}

static void pool_mixes(void)
{
	struct pool a, b;
	uint8_t x[POOL_OUT], y[POOL_OUT];
	pool_init(&a);
	pool_init(&b);
	pool_add(&a, span_str("ab"), 10);
	pool_add(&a, span_str("c"), 10);
	pool_add(&b, span_str("a"), 600);
	pool_add(&b, span_str("bc"), 0);
	CHECK_INT(pool_bits(&a), 20);
	CHECK_INT(pool_bits(&b), 512);
	pool_out(&a, x);
	pool_out(&b, y);
	CHECK(memcmp(x, y, sizeof x) != 0);
	pool_out(&a, y);
	CHECK(memcmp(x, y, sizeof x) != 0);
}

int main(void)
{
	test("the cutoffs are the standard's", cutoffs);
	test("a stuck source fails the repetition count test, for good", stuck);
	test("a source that prefers one value fails the adaptive proportion test", poor);
	test("a million random bytes pass", sound);
	test("a seed file counts for 8 bits a byte up to 512, from 48 bytes on", seed_files);
	test("zeros and text count for nothing as a seed", no_seed_files);
	test("text is known in ASCII, UTF-8, Latin-1 and UTF-16, however it is cut", text_is_known);
	test("noise, dark images and zeros are no text", other_bytes_are_no_text);
	test("the pool tells sources apart and never gives the same twice", pool_mixes);
	return test_end();
}
