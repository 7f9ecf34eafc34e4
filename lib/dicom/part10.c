/* SPDX-License-Identifier: MIT */
/* The head is read from memory, not streamed: it is small, and guessing has to look back. */
#include "dicom/part10.h"

#include <string.h>

#define PREAMBLE 128
#define UID_DEFLATED "1.2.840.10008.1.2.1.99" /* PS3.5 A.5 */

/* ---- file meta information */

struct meta {
	struct part10 *to;
	struct err *err;
	bool stated;         /* (0002,0000) was there */
	uint64_t stated_end; /* where it puts the group's end */
};

/* Padding goes: a NUL after UIDs, spaces after titles (PS3.5 6.2, 9.1); some writers mix them up. */
static bool text(struct span value, char *to, size_t cap)
{
	for (struct span last = span_at(value, value.n - 1, 1);
		span_eq_str(last, " ") || (last.n && last.p[0] == '\0');
		last = span_at(value, value.n - 1, 1))
		value.n--;
	return span_text(value, to, cap);
}

static bool meta_element(struct meta *m, uint32_t tag, struct span value, uint64_t at)
{
	uint32_t length;
	struct span v = value;
	bool fits = true;
	switch (tag) {
	case 0x00020000:
		m->stated = value.n == 4 && span_u32le(&v, &length);
		if (m->stated)
			m->stated_end = at + length;
		break;
	case 0x00020002:
		fits = text(value, m->to->sop_class, sizeof m->to->sop_class);
		break;
	case 0x00020003:
		fits = text(value, m->to->sop_instance, sizeof m->to->sop_instance);
		break;
	case 0x00020010:
		fits = text(value, m->to->transfer_syntax, sizeof m->to->transfer_syntax);
		break;
	case 0x00020016:
		text(value, m->to->source_aet, sizeof m->to->source_aet);
		break;
	default:
		break;
	}
	char name[ELEM_TAG_TEXT];
	return fits ||
		err_set(m->err, ERR_INPUT, 0,
			"the file meta information is broken: %s is no UID (PS3.5 9.1)",
			elem_tag_text(tag, name));
}

/* A head that is whole ends here; otherwise more of it may help. */
static enum part10_result lacking(const struct meta *m, struct span head, bool whole)
{
	if (!whole && head.n < PART10_HEAD)
		return PART10_MORE;
	err_set(m->err, ERR_INPUT, 0,
		whole ? "the file breaks off within its file meta information (PS3.10 7.1)"
		      : "the file meta information takes more than 64 KB (PS3.10 7.1)");
	return PART10_BAD;
}

/* Group 0002 from p->at on. Its true end is where other elements begin: (0002,0000) is often wrong.
 * Only before a deflated data set, whose bytes may look like anything, is it believed. */
static enum part10_result read_meta(struct meta *m, struct span head, bool whole)
{
	struct part10 *p = m->to;
	for (;;) {
		struct span rest = span_at(head, p->at, head.n), value;
		struct elem_head h = { 0 };
		uint16_t group = 0, element, vr = 0;
		if (m->stated && p->at == m->stated_end &&
			strcmp(p->transfer_syntax, UID_DEFLATED) == 0)
			return PART10_OK;
		struct span peek = rest;
		if (rest.n == 0 && whole)
			return PART10_OK;
		if (!span_u16le(&peek, &group))
			return lacking(m, head, whole);
		if (group != 2)
			return PART10_OK;
		/* Some writers forget that the meta information is explicit VR: theirs has a
		 * number where the letters should be. */
		const bool lettered =
			span_u16le(&peek, &element) && span_u16be(&peek, &vr) && vr >= VR('A', 'A');
		const enum elem_head_result got = elem_head(&rest, lettered, false, &h);
		if (got == ELEM_HEAD_SHORT)
			return lacking(m, head, whole);
		if (got == ELEM_HEAD_BAD || h.length == ELEM_UNDEFINED) {
			err_set(m->err, ERR_INPUT, 0,
				"the file meta information is garbled at byte %llu (PS3.10 7.1)",
				(unsigned long long)p->at);
			return PART10_BAD;
		}
		const uint64_t value_at = head.n - rest.n;
		if (!span_take(&rest, h.length, &value))
			return lacking(m, head, whole);
		p->at = value_at + h.length;
		if (!meta_element(m, h.tag, value, p->at))
			return PART10_BAD;
	}
}

/* ---- guessing */

enum verdict { NO, MAYBE, YES };

/* Is this header, of an element of group 0008 to 0029, as the dictionary has it? */
static bool plausible(const struct elem_head *h, bool explicit_vr)
{
	const unsigned group = h->tag >> 16, known = dict_entry(h->tag);
	if (group < 0x0008 || group > 0x0029)
		return false;
	if (group & 1) /* a private creator or a group length */
		return (known == VR_LO || known == VR_UL) && (!explicit_vr || h->vr == known);
	if (known == VR_UN)
		return false;
	if (h->length == ELEM_UNDEFINED)
		return known == VR_SQ && (!explicit_vr || h->vr == VR_SQ);
	if (h->length & 1)
		return false;
	return !explicit_vr || h->vr == known || h->vr == VR_UN || known <= DICT_US_SS_OW;
}

static enum verdict looks_like(struct span s, bool whole, struct syntax syntax)
{
	struct elem_head first, second;
	switch (elem_head(&s, syntax.explicit_vr, syntax.big_endian, &first)) {
	case ELEM_HEAD_SHORT:
		return whole ? NO : MAYBE;
	case ELEM_HEAD_BAD:
		return NO;
	case ELEM_HEAD_OK:
		break;
	}
	if (!plausible(&first, syntax.explicit_vr) || (first.tag >> 16 & 1))
		return NO;
	if (first.length == 0 || dict_entry(first.tag) != VR_SQ) {
		if (!span_skip(&s, first.length))
			return whole || first.length > PART10_HEAD / 2 ? NO : MAYBE;
		if (s.n == 0 && whole)
			return YES;
	}
	switch (elem_head(&s, syntax.explicit_vr, syntax.big_endian, &second)) {
	case ELEM_HEAD_SHORT:
		return whole ? NO : MAYBE;
	case ELEM_HEAD_BAD:
		return NO;
	case ELEM_HEAD_OK:
		break;
	}
	if (first.length && dict_entry(first.tag) == VR_SQ)
		return second.tag == TAG_ITEM ? YES : NO;
	if (second.tag <= first.tag)
		return NO;
	return vr_known(second.vr) || plausible(&second, syntax.explicit_vr) ? YES : NO;
}

static enum verdict guess(struct part10 *p, struct span data, bool whole)
{
	static const struct syntax tried[] = {
		{ .explicit_vr = true },
		{ .explicit_vr = false },
		{ .explicit_vr = true, .big_endian = true },
	};
	enum verdict best = NO;
	for (size_t i = 0; i < sizeof tried / sizeof *tried; i++) {
		const enum verdict v = looks_like(data, whole, tried[i]);
		if (v == YES) {
			p->guess = tried[i];
			return YES;
		}
		if (v == MAYBE)
			best = MAYBE;
	}
	return best;
}

/* ---- the head */

static bool begins_meta(struct span s)
{
	uint16_t group, element;
	return span_u16le(&s, &group) && span_u16le(&s, &element) && group == 2 &&
		element <= 0x0010;
}

/* What is DICOM for certain needs less to go by: letters of a VR, and group numbers are small. A
 * writer that says nothing means the default transfer syntax (PS3.5 10.1). */
static struct syntax guess_boldly(struct span s)
{
	uint16_t little = 0, big = 0, element, vr = 0;
	struct span again = s;
	span_u16le(&again, &little);
	if (span_u16be(&s, &big) && span_u16be(&s, &element) && span_u16be(&s, &vr) && vr_known(vr))
		return (struct syntax){ .explicit_vr = true, .big_endian = big < little };
	return (struct syntax){ 0 };
}

enum part10_result part10_read(struct span head, bool whole, struct part10 *p, struct err *err)
{
	*p = (struct part10){ 0 };
	if (head.n < PREAMBLE + 8 && !whole)
		return PART10_MORE;
	if (head.n > PART10_HEAD) {
		head.n = PART10_HEAD;
		whole = false;
	}
	p->preamble = span_eq_str(span_at(head, PREAMBLE, 4), "DICM");
	p->at = p->preamble ? PREAMBLE + 4 : 0;
	if (begins_meta(span_at(head, p->at, head.n))) {
		struct meta m = { .to = p, .err = err };
		p->meta = true;
		const enum part10_result result = read_meta(&m, head, whole);
		p->length_wrong = m.stated_end != p->at; /* 0 where none was stated */
		if (result != PART10_OK || p->transfer_syntax[0])
			return result;
	}
	const struct span data = span_at(head, p->at, head.n);
	if (p->preamble || p->meta) {
		p->guess = guess_boldly(data);
		return data.n >= 8 || whole ? PART10_OK : PART10_MORE;
	}
	switch (guess(p, data, whole)) {
	case YES:
		return PART10_OK;
	case MAYBE:
		return head.n < PART10_HEAD ? PART10_MORE : PART10_NOT_DICOM;
	case NO:
		break;
	}
	return PART10_NOT_DICOM;
}
