/* SPDX-License-Identifier: MIT */
#include "base/wipe.h"

#include <string.h>

void wipe(void *p, size_t n)
{
	if (!n)
		return;
	memset(p, 0, n);
	/* The memory is taken to be read here, so the stores above are not dead. */
	__asm__ volatile("" : : "r"(p) : "memory");
}

bool wipe_same(const void *a, const void *b, size_t n)
{
	const volatile unsigned char *x = a, *y = b;
	unsigned char differ = 0;
	for (size_t i = 0; i < n; i++)
		differ |= (unsigned char)(x[i] ^ y[i]);
	return differ == 0;
}
