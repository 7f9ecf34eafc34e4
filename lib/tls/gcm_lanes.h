/* SPDX-License-Identifier: MIT */
/* GCM in one pass, LANES blocks to a register: included once for each width, and nothing by itself. Eight
 * registers are on their way through the rounds of AES, each of which takes several cycles; in between
 * the multiplier works on as many blocks of ciphertext: on those being opened, or on those sealed last. */
#if defined __x86_64__ && defined LANES

#if LANES == 1
#define VEC __m128i
#define WIDTH(name) name##_1
#define MM(name) _mm_##name
#define EACH(name) _mm_##name##_si128
#define ALL(block) block
#define WIDENED(block) block
#define SUM(v) v
#define LATER _mm_setzero_si128()
#define END() (void)0
#define WITH_LANES __attribute__((target("aes,pclmul,ssse3")))
#else
#define VEC __m256i
#define WIDTH(name) name##_2
#define MM(name) _mm256_##name
#define EACH(name) _mm256_##name##_epi128
#define ALL(block) _mm256_broadcastsi128_si256(block)
#define WIDENED(block) _mm256_inserti128_si256(_mm256_setzero_si256(), block, 0)
#define SUM(v) (_mm256_castsi256_si128(v) ^ _mm256_extracti128_si256(v, 1))
#define LATER _mm256_set_epi32(1, 0, 0, 0, 0, 0, 0, 0)
#define END() _mm256_zeroupper() /* or all that follows would be slow */
#define WITH_LANES __attribute__((target("vaes,vpclmulqdq,avx2,aes,pclmul")))
#endif

WITH_LANES static inline VEC WIDTH(get)(const uint8_t *p, size_t i)
{
	VEC v;
	memcpy(&v, p + i * sizeof v, sizeof v);
	return v;
}

struct WIDTH(sums) {
	VEC low, middle, high;
};

/* As add_product, for block number i of those hashed at once. */
WITH_LANES static inline void WIDTH(add)(
	struct WIDTH(sums) * s, const struct gcm *g, VEC a, unsigned i)
{
	enum { SKIP = GCM_POWERS - 8 * LANES };
	/* Not in one with the next lines: clang 14 dies where its sanitizer of alignment meets a table. */
	const uint8_t *powers = g->powers[SKIP], *folds = g->folds[SKIP];
	const VEC power = WIDTH(get)(__builtin_assume_aligned(powers, 16), i);
	const VEC fold = WIDTH(get)(__builtin_assume_aligned(folds, 16), i);
	s->low ^= EACH(clmulepi64)(a, power, 0x00);
	s->high ^= EACH(clmulepi64)(a, power, 0x11);
	s->middle ^= EACH(clmulepi64)(a ^ MM(shuffle_epi32)(a, 0x4e), fold, 0x00);
}

/* For each of the registers; written out, so that they are registers. */
#define ONE(number, ...)             \
	{                            \
		enum { i = number }; \
		__VA_ARGS__;         \
	}
#define EIGHT(...)          \
	ONE(0, __VA_ARGS__) \
	ONE(1, __VA_ARGS__) \
	ONE(2, __VA_ARGS__) \
	ONE(3, __VA_ARGS__) \
	ONE(4, __VA_ARGS__) ONE(5, __VA_ARGS__) ONE(6, __VA_ARGS__) ONE(7, __VA_ARGS__)

WITH_LANES static size_t WIDTH(run)(const struct gcm *g, uint8_t y[GCM_BLOCK],
	const uint8_t nonce[12], struct span from, uint8_t *to, bool seal)
{
	enum { CHUNK = 8 * sizeof(VEC) };
	const uint8_t *keys = g->aes.c_x86ni.skey.skni;
	const uint8_t *last = keys + 16 * g->aes.c_x86ni.num_rounds;
	const VEC reverse = ALL(_mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
	/* The counter stands in the last four bytes, the most significant one first. */
	const VEC swap = ALL(_mm_set_epi8(12, 13, 14, 15, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
	const VEC step = ALL(_mm_set_epi32(LANES, 0, 0, 0));
	uint32_t start[4] = { 0, 0, 0, 2 };
	memcpy(start, nonce, 12);
	VEC counter = MM(add_epi32)(ALL(load(start)), LATER);
	const __m128i before = reversed(load(y));
	__m128i state = before;
	const uint8_t *hashed = from.p;
	size_t done = 0;
	for (; from.n - done >= CHUNK; done += CHUNK) {
		struct WIDTH(sums) s = { 0 };
		const uint8_t *at = keys;
		VEC block[8], key = ALL(load(at));
		EIGHT(block[i] = MM(shuffle_epi8)(counter, swap) ^ key;
			counter = MM(add_epi32)(counter, step))
		for (unsigned k = 7; k > 0; k--) {
			key = ALL(load(at += 16));
			EIGHT(block[i] = EACH(aesenc)(block[i], key))
			WIDTH(add)(&s, g, MM(shuffle_epi8)(WIDTH(get)(hashed, k), reverse), k);
		}
		/* The state comes last, since it is ready last. */
		WIDTH(add)
		(&s, g, MM(shuffle_epi8)(WIDTH(get)(hashed, 0), reverse) ^ WIDENED(state), 0);
		while ((at += 16) < last) {
			key = ALL(load(at));
			EIGHT(block[i] = EACH(aesenc)(block[i], key))
		}
		key = ALL(load(last));
		EIGHT(const VEC out =
				EACH(aesenclast)(block[i], key ^ WIDTH(get)(from.p + done, i));
			memcpy(to + done + i * sizeof out, &out, sizeof out))
		state = reduce((struct product){ SUM(s.low), SUM(s.middle), SUM(s.high) });
		if (seal && done == 0)
			state = before; /* nothing was sealed yet */
		hashed = seal ? to + done : from.p + done + CHUNK;
	}
	_mm_storeu_si128((void *)y, reversed(state));
	END();
	if (seal && done > 0)
		hash(g, y, hashed, CHUNK);
	return done;
}

#undef VEC
#undef WIDTH
#undef MM
#undef EACH
#undef ALL
#undef WIDENED
#undef SUM
#undef LATER
#undef END
#undef WITH_LANES
#undef ONE
#undef EIGHT
#endif
