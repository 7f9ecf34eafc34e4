/* SPDX-License-Identifier: MIT */
/* The header of one element (PS3.5 7.1.2, 7.1.3), an item or a delimiter (7.5). */
#include "dicom/elem.h"

static bool u16(struct span *s, bool big, uint16_t *v)
{
	return big ? span_u16be(s, v) : span_u16le(s, v);
}

static bool u32(struct span *s, bool big, uint32_t *v)
{
	return big ? span_u32be(s, v) : span_u32le(s, v);
}

static bool is_capital(unsigned c)
{
	return c >= 'A' && c <= 'Z';
}

enum elem_head_result elem_head(struct span *in, bool explicit_vr, bool big, struct elem_head *head)
{
	struct span s = *in;
	uint16_t group, element, vr = VR_NONE, length;
	if (!u16(&s, big, &group) || !u16(&s, big, &element))
		return ELEM_HEAD_SHORT;
	head->tag = (uint32_t)group << 16 | element;
	head->vr = VR_NONE;
	if (!explicit_vr || group == TAG_ITEM >> 16) { /* PS3.5 7.5: items have no VR */
		if (!u32(&s, big, &head->length))
			return ELEM_HEAD_SHORT;
	} else {
		if (!span_u16be(&s, &vr) || !u16(&s, big, &length))
			return ELEM_HEAD_SHORT;
		if (!is_capital(vr >> 8) || !is_capital(vr & 0xff))
			return ELEM_HEAD_BAD;
		head->vr = vr;
		head->length = length;
		if (vr_long(vr) &&
			!u32(&s, big, &head->length)) /* what was read are the reserved bytes */
			return ELEM_HEAD_SHORT;
	}
	*in = s;
	return ELEM_HEAD_OK;
}
