/* SPDX-License-Identifier: MIT */
/* Bytes are reversed on loading, so that bits stand in the order of the field's powers, reflected. With H
 * taken times x beforehand a product needs no shift, and two multiplications by the upper half of the
 * polynomial reduce it: those of X^127 + X^126 + X^121 + 1, its reflection. */
#include "tls/ghash.h"

#ifdef __x86_64__
#include <cpuid.h>
#include <tmmintrin.h>
#include <wmmintrin.h>

#define WITH_CLMUL __attribute__((target("pclmul,ssse3")))

enum { BLOCK = 16, WIDE = 8 };

struct product {
	__m128i low, middle, high;
};

WITH_CLMUL static inline __m128i load(const uint8_t *p)
{
	const __m128i reverse = _mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
	return _mm_shuffle_epi8(_mm_loadu_si128((const void *)p), reverse);
}

/* The sum of a number's halves, in its lower half. */
WITH_CLMUL static inline __m128i folded(__m128i a)
{
	return _mm_xor_si128(a, _mm_shuffle_epi32(a, 0x4e));
}

/* Karatsuba's three multiplications; fold is folded(b). The middle lacks low and high until the end. */
WITH_CLMUL static inline void add_product(struct product *s, __m128i a, __m128i b, __m128i fold)
{
	s->low = _mm_xor_si128(s->low, _mm_clmulepi64_si128(b, a, 0x00));
	s->high = _mm_xor_si128(s->high, _mm_clmulepi64_si128(b, a, 0x11));
	s->middle = _mm_xor_si128(s->middle, _mm_clmulepi64_si128(folded(a), fold, 0x00));
}

WITH_CLMUL static inline __m128i reduce(struct product s)
{
	const __m128i poly = _mm_set_epi64x(0, (long long)0xc200000000000000ULL);
	s.middle = _mm_xor_si128(s.middle, _mm_xor_si128(s.low, s.high));
	__m128i low = _mm_xor_si128(s.low, _mm_slli_si128(s.middle, 8));
	const __m128i high = _mm_xor_si128(s.high, _mm_srli_si128(s.middle, 8));
	for (int i = 0; i < 2; i++)
		low = _mm_xor_si128(
			_mm_shuffle_epi32(low, 0x4e), _mm_clmulepi64_si128(low, poly, 0x00));
	return _mm_xor_si128(high, low);
}

/* h times x. */
WITH_CLMUL static __m128i times_x(__m128i h)
{
	const __m128i poly = _mm_set_epi64x((long long)0xc200000000000000ULL, 1);
	const __m128i carries = _mm_srli_epi64(h, 63);
	const __m128i out = _mm_shuffle_epi32(carries, 0xaa); /* the top bit, in each part */
	const __m128i mask = _mm_sub_epi32(_mm_setzero_si128(), out);
	h = _mm_or_si128(_mm_slli_epi64(h, 1), _mm_slli_si128(carries, 8));
	return _mm_xor_si128(h, _mm_and_si128(mask, poly));
}

WITH_CLMUL static void ghash(void *y, const void *h, const void *data, size_t len)
{
	const struct product none = { _mm_setzero_si128(), _mm_setzero_si128(),
		_mm_setzero_si128() };
	const uint8_t *p = data;
	__m128i state = load(y), power[WIDE], fold[WIDE]; /* power[i] is h to the i + 1 */
	power[0] = times_x(load(h));
	fold[0] = folded(power[0]);
	for (int i = 1; i < WIDE && len > BLOCK; i++) {
		struct product s = none;
		add_product(&s, power[i - 1], power[0], fold[0]);
		power[i] = reduce(s);
		fold[i] = folded(power[i]);
	}
	for (; len >= WIDE * BLOCK; len -= WIDE * BLOCK, p += WIDE * BLOCK) {
		struct product s = none;
		add_product(&s, _mm_xor_si128(state, load(p)), power[WIDE - 1], fold[WIDE - 1]);
#pragma GCC unroll 8
		for (int i = 1; i < WIDE; i++)
			add_product(
				&s, load(p + BLOCK * i), power[WIDE - 1 - i], fold[WIDE - 1 - i]);
		state = reduce(s);
	}
	for (size_t n; len > 0; len -= n, p += n) {
		uint8_t last[BLOCK] = { 0 };
		struct product s = none;
		n = len < BLOCK ? len : BLOCK;
		__builtin_memcpy(last, p, n);
		add_product(&s, _mm_xor_si128(state, load(last)), power[0], fold[0]);
		state = reduce(s);
	}
	_mm_storeu_si128(y, state);
	_mm_storeu_si128(y, load(y));
}

br_ghash ghash_wide(void)
{
	unsigned a, b, c = 0, d;
	const unsigned wanted = bit_PCLMUL | bit_SSSE3;
	return __get_cpuid(1, &a, &b, &c, &d) && (c & wanted) == wanted ? ghash : NULL;
}
#else
br_ghash ghash_wide(void)
{
	return NULL;
}
#endif
