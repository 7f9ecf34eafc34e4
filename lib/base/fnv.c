/* SPDX-License-Identifier: MIT */
#include "base/fnv.h"

uint64_t fnv_of(struct span s)
{
	uint64_t h = 0xcbf29ce484222325U;
	for (uint8_t byte; span_u8(&s, &byte);)
		h = (h ^ byte) * 0x100000001b3U;
	return h;
}
