/* SPDX-License-Identifier: MIT */
/* GCM with the instructions of x86 processors. For GHASH bytes are reversed on loading, so that bits stand
 * in the order of the field's powers, reflected. With H taken times x beforehand a product needs no shift,
 * and two multiplications by the upper half of the polynomial reduce it: those of
 * X^127 + X^126 + X^121 + 1, its reflection. */
#include "tls/gcm.h"

#ifdef __x86_64__
#include <cpuid.h>
#include <immintrin.h>
#include <string.h>

extern const struct gcm_way gcm_any;

#define WITH_CLMUL __attribute__((target("pclmul,ssse3")))

struct product {
	__m128i low, middle, high;
};

WITH_CLMUL static inline __m128i load(const void *p)
{
	return _mm_loadu_si128(p);
}

WITH_CLMUL static inline __m128i reversed(__m128i a)
{
	const __m128i reverse = _mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
	return _mm_shuffle_epi8(a, reverse);
}

/* The sum of a number's halves, in its lower half. */
WITH_CLMUL static inline __m128i folded(__m128i a)
{
	return a ^ _mm_shuffle_epi32(a, 0x4e);
}

/* Karatsuba's three multiplications; fold is folded(b). The middle lacks low and high until the end. */
WITH_CLMUL static inline void add_product(struct product *s, __m128i a, __m128i b, __m128i fold)
{
	s->low ^= _mm_clmulepi64_si128(a, b, 0x00);
	s->high ^= _mm_clmulepi64_si128(a, b, 0x11);
	s->middle ^= _mm_clmulepi64_si128(folded(a), fold, 0x00);
}

WITH_CLMUL static inline __m128i reduce(struct product s)
{
	const __m128i poly = _mm_set_epi64x(0, (long long)0xc200000000000000ULL);
	s.middle ^= s.low ^ s.high;
	s.low ^= _mm_slli_si128(s.middle, 8);
	s.high ^= _mm_srli_si128(s.middle, 8);
	for (int i = 0; i < 2; i++)
		s.low = _mm_shuffle_epi32(s.low, 0x4e) ^ _mm_clmulepi64_si128(s.low, poly, 0x00);
	return s.high ^ s.low;
}

/* h times x. */
WITH_CLMUL static inline __m128i times_x(__m128i h)
{
	const __m128i poly = _mm_set_epi64x((long long)0xc200000000000000ULL, 1);
	const __m128i carries = _mm_srli_epi64(h, 63);
	const __m128i out = _mm_shuffle_epi32(carries, 0xaa); /* the top bit, in each part */
	const __m128i mask = _mm_sub_epi32(_mm_setzero_si128(), out);
	return (_mm_slli_epi64(h, 1) | _mm_slli_si128(carries, 8)) ^ (mask & poly);
}

WITH_CLMUL static void prepare(struct gcm *g)
{
	const __m128i h = times_x(reversed(load(g->powers[GCM_POWERS - 1])));
	__m128i power = h;
	for (int i = GCM_POWERS - 1; i >= 0; i--) {
		struct product s = { 0 };
		_mm_storeu_si128((void *)g->powers[i], power);
		_mm_storeu_si128((void *)g->folds[i], folded(power));
		add_product(&s, power, h, folded(h));
		power = reduce(s);
	}
}

WITH_CLMUL static void hash(
	const struct gcm *g, uint8_t y[GCM_BLOCK], const uint8_t *data, size_t n)
{
	__m128i state = reversed(load(y));
	while (n > 0) {
		const size_t blocks = (n + GCM_BLOCK - 1) / GCM_BLOCK;
		struct product s = { 0 };
		for (size_t i = blocks < GCM_POWERS ? GCM_POWERS - blocks : 0; i < GCM_POWERS;
			i++) {
			uint8_t block[GCM_BLOCK] = { 0 };
			const size_t some = n < GCM_BLOCK ? n : GCM_BLOCK;
			memcpy(block, data, some);
			data += some;
			n -= some;
			add_product(&s, state ^ reversed(load(block)), load(g->powers[i]),
				load(g->folds[i]));
			state = _mm_setzero_si128();
		}
		state = reduce(s);
	}
	_mm_storeu_si128((void *)y, reversed(state));
}

#define LANES 1
#include "tls/gcm_lanes.h"
#undef LANES
#define LANES 2
#include "tls/gcm_lanes.h"

/* ---- which of them */

static const br_block_ctr_class *aes(void)
{
	return &br_aes_x86ni_ctr_vtable;
}

static const struct gcm_way narrow = { &gcm_any, aes, prepare, hash, run_1 };
static const struct gcm_way wide = { &narrow, aes, prepare, hash, run_2 };

/* Whether the system keeps the registers of 256 bits. */
static bool wide_kept(void)
{
	uint32_t low, high;
	__asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
	return (low & 6) == 6;
}

const struct gcm_way *gcm_way(void)
{
	const unsigned first = bit_AES | bit_PCLMUL | bit_SSSE3 | bit_SSE4_1;
	const unsigned then = bit_VAES | bit_VPCLMULQDQ;
	unsigned a, b, c, d;
	__cpuid(1, a, b, c, d);
	if ((c & first) != first)
		return &gcm_any;
	if (!(c & bit_OSXSAVE) || !(c & bit_AVX) || !wide_kept())
		return &narrow;
	__cpuid_count(7, 0, a, b, c, d); /* who knows XSAVE, leaf 13, knows leaf 7 */
	return b & bit_AVX2 && (c & then) == then ? &wide : &narrow;
}
#endif
