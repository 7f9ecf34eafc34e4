/* SPDX-License-Identifier: MIT */
/* GHASH against BearSSL's portable one, which shares nothing with it, and against a published vector. */
#include "test.h"
#include "tls/ghash.h"

#include <string.h>

enum { MOST = 600 };

static uint8_t byte(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return (uint8_t)(*state >> 24);
}

static void as_bearssl(void)
{
	const br_ghash wide = ghash_wide();
	uint8_t h[16], data[MOST], ours[16], theirs[16];
	uint32_t state = 7;
	for (size_t n = 0; n <= MOST; n++) {
		for (size_t i = 0; i < 16; i++) {
			h[i] = byte(&state);
			ours[i] = theirs[i] = byte(&state);
		}
		for (size_t i = 0; i < n; i++)
			data[i] = byte(&state);
		wide(ours, h, data, n);
		br_ghash_ctmul64(theirs, h, data, n);
		CHECK_MEM(ours, theirs, 16);
	}
}

static void single_bits(void)
{
	const br_ghash wide = ghash_wide();
	for (int i = 0; i < 128; i++)
		for (int k = 0; k < 128; k++) {
			uint8_t h[16] = { 0 }, data[16] = { 0 }, ours[16] = { 0 },
				theirs[16] = { 0 };
			h[i / 8] = (uint8_t)(0x80 >> i % 8);
			data[k / 8] = (uint8_t)(0x80 >> k % 8);
			wide(ours, h, data, 16);
			br_ghash_ctmul64(theirs, h, data, 16);
			CHECK_MEM(ours, theirs, 16);
		}
}

/* Test case 2 of "The Galois/Counter Mode of Operation" (McGrew, Viega): X1 and GHASH. */
static void published(void)
{
	static const uint8_t h[16] = { 0x66, 0xe9, 0x4b, 0xd4, 0xef, 0x8a, 0x2c, 0x3b, 0x88, 0x4c,
		0xfa, 0x59, 0xca, 0x34, 0x2b, 0x2e },
			     data[32] = { 0x03, 0x88, 0xda, 0xce, 0x60, 0xb6, 0xa3, 0x92, 0xf3,
				     0x28, 0xc2, 0xb9, 0x71, 0xb2, 0xfe, 0x78, [31] = 0x80 },
			     want[16] = { 0xf3, 0x8c, 0xbb, 0x1a, 0xd6, 0x92, 0x23, 0xdc, 0xc3,
				     0x45, 0x7a, 0xe5, 0xb6, 0xb0, 0xf8, 0x85 };
	uint8_t y[16] = { 0 };
	ghash_wide()(y, h, data, sizeof data);
	CHECK_MEM(y, want, 16);
}

int main(void)
{
	if (!ghash_wide()) {
		printf("skip - GHASH eight blocks at a time: this processor has no carry-less "
		       "multiplication\n");
		return 0;
	}
	test("GHASH is that of the published test case", published);
	test("GHASH is BearSSL's for every length up to 600 bytes", as_bearssl);
	test("GHASH is BearSSL's for each pair of single bits", single_bits);
	return test_end();
}
