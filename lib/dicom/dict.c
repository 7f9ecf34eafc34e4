/* SPDX-License-Identifier: MIT */
/* Two binary searches: the page of 256 tags, then the tag within it. What is not found is one of the few
 * repeating patterns, or follows from the form of its tag. */
#include "dicom/dict.h"

#include <stddef.h>

struct dict_page {
	uint16_t group, first;
	uint8_t high; /* the upper half of the element numbers */
};

struct dict_pattern {
	uint32_t mask, tag;
	uint8_t kind;
};

#include "dicom/dict_table.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))
_Static_assert(COUNT(dict_elements) == COUNT(dict_kind), "one VR an element");

static uint32_t page_of(const struct dict_page *p)
{
	return (uint32_t)p->group << 8 | p->high;
}

/* The last page that is not behind the one wanted. */
static size_t find_page(uint32_t page)
{
	size_t low = 0, high = COUNT(dict_pages) - 1;
	while (high - low > 1) {
		const size_t middle = (low + high) / 2;
		if (page_of(&dict_pages[middle]) <= page)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static unsigned find(uint32_t tag)
{
	const struct dict_page *page = &dict_pages[find_page(tag >> 8)];
	if (page_of(page) != tag >> 8)
		return VR_NONE;
	const uint8_t element = tag & 0xff;
	size_t low = page[0].first, high = page[1].first;
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
	unsigned vr = find(tag);
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
