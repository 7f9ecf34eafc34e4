/* SPDX-License-Identifier: MIT */
/* Two binary searches: the group, then the element within it. What is not found is one of the few
 * repeating patterns, or follows from the form of its tag. */
#include "dicom/dict.h"

#include <stddef.h>

struct dict_group {
	uint16_t group, first;
};

struct dict_pattern {
	uint32_t mask, tag;
	uint8_t kind;
};

#include "dicom/dict_table.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))
_Static_assert(COUNT(dict_elements) == COUNT(dict_kind), "one VR an element");

/* The last group that is not behind the one wanted. */
static size_t find_group(unsigned group)
{
	size_t low = 0, high = COUNT(dict_groups) - 1;
	while (high - low > 1) {
		const size_t middle = (low + high) / 2;
		if (dict_groups[middle].group <= group)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static unsigned find(unsigned group, unsigned element)
{
	const struct dict_group *g = &dict_groups[find_group(group)];
	if (g->group != group)
		return VR_NONE;
	size_t low = g[0].first, high = g[1].first;
	while (low < high) {
		const size_t middle = (low + high) / 2;
		if (dict_elements[middle] == element)
			return dict_kinds[dict_kind[middle]];
		if (dict_elements[middle] < element)
			low = middle + 1;
		else
			high = middle;
	}
	return VR_NONE;
}

static unsigned find_pattern(uint32_t tag)
{
	for (size_t i = 0; i < COUNT(dict_patterns); i++)
		if ((tag & dict_patterns[i].mask) == dict_patterns[i].tag)
			return dict_kinds[dict_patterns[i].kind];
	return VR_NONE;
}

unsigned dict_entry(uint32_t tag)
{
	const unsigned group = tag >> 16, element = tag & 0xffff;
	if (element == 0)
		return VR_UL;
	if (group & 1)
		return element >= 0x10 && element <= 0xff ? VR_LO : VR_UN;
	unsigned vr = find(group, element);
	if (!vr)
		vr = find_pattern(tag);
	return vr ? vr : VR_UN;
}

unsigned dict_vr(uint32_t tag, struct dict_seen seen)
{
	const unsigned vr = dict_entry(tag);
	switch (vr) {
	case DICT_US_SS:
		return seen.pixel_representation ? VR_SS : VR_US;
	case DICT_OB_OW:
		return tag >> 16 == 0x5400 && seen.waveform_bits == 8 ? VR_OB : VR_OW;
	case DICT_US_OW:
	case DICT_US_SS_OW:
		return VR_OW;
	default:
		return vr;
	}
}
