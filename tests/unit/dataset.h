/* SPDX-License-Identifier: MIT */
/* Writes data sets for tests, in any uncompressed encoding: straight from PS3.5 clause 7, without a
 * line of the code under test. */
#ifndef DCMSEC_TEST_DATASET_H
#define DCMSEC_TEST_DATASET_H

#include "base/buf.h"
#include "dicom/elem.h"

struct make {
	struct buf b;
	struct syntax syntax;
	bool sized;         /* sequences and items of stated length */
	bool no_private;    /* a private sequence of stated length would be opaque in implicit VR */
	bool group_lengths; /* with the retired elements that recoding leaves out */
	bool vrs_lost;      /* private elements are UN, as after implicit VR */
};

static inline void make_16(struct make *m, uint16_t v)
{
	if (m->syntax.big_endian)
		buf_u16be(&m->b, v);
	else
		buf_u16le(&m->b, v);
}

static inline void make_32(struct make *m, uint32_t v)
{
	if (m->syntax.big_endian)
		buf_u32be(&m->b, v);
	else
		buf_u32le(&m->b, v);
}

static inline void make_tag(struct make *m, uint32_t tag)
{
	make_16(m, (uint16_t)(tag >> 16));
	make_16(m, (uint16_t)tag);
}

/* An element's header; VRs with a 32-bit length are named here once more. */
static inline void make_head(struct make *m, uint32_t tag, const char *vr, uint32_t length)
{
	static const char wide[] = "OB OD OF OL OV OW SQ SV UC UN UR UT UV ZZ ";
	make_tag(m, tag);
	if (!m->syntax.explicit_vr) {
		make_32(m, length);
		return;
	}
	buf_str(&m->b, vr);
	bool is_wide = false;
	for (const char *w = wide; *w; w += 3)
		is_wide = is_wide || (w[0] == vr[0] && w[1] == vr[1]);
	if (is_wide) {
		buf_u16le(&m->b, 0);
		make_32(m, length);
	} else {
		make_16(m, (uint16_t)length);
	}
}

static inline void make_text(struct make *m, uint32_t tag, const char *vr, const char *text)
{
	const struct span s = span_str(text);
	make_head(
		m, tag, (tag >> 16 & 1) && m->vrs_lost && vr[0] != 'L' ? "UN" : vr, (uint32_t)s.n);
	buf_bytes(&m->b, s);
}

/* count numbers of width bytes, each 0102... with the running number added at its end. */
static inline void make_numbers(
	struct make *m, uint32_t tag, const char *vr, unsigned width, unsigned count)
{
	make_head(m, tag, vr, width * count);
	for (unsigned i = 0; i < count; i++)
		for (unsigned at = 0; at < width; at++) {
			const unsigned place = m->syntax.big_endian ? at : width - 1 - at;
			buf_u8(&m->b, (uint8_t)(place + 1 + (place == width - 1 ? i : 0)));
		}
}

static inline void make_short(struct make *m, uint32_t tag, const char *vr, uint16_t v)
{
	make_head(m, tag, vr, 2);
	make_16(m, v);
}

/* Sequences and items: the begin returns where the end has to state a length. */
static inline size_t make_begin(struct make *m, uint32_t tag)
{
	if (tag == TAG_ITEM) {
		make_tag(m, tag);
		make_32(m, ELEM_UNDEFINED);
	} else {
		make_head(m, tag, "SQ", ELEM_UNDEFINED);
	}
	return m->b.n;
}

static inline void make_end(struct make *m, size_t mark, uint32_t delimiter)
{
	if (m->sized || m->b.n == mark) {
		struct make length = { .b = buf_on(m->b.p + mark - 4, 4), .syntax = m->syntax };
		make_32(&length, (uint32_t)(m->b.n - mark));
	} else {
		make_tag(m, delimiter);
		make_32(m, 0);
	}
}

static inline void make_group_length(struct make *m, uint32_t tag)
{
	if (!m->group_lengths)
		return;
	make_head(m, tag, "UL", 4);
	make_32(m, 1234);
}

static inline void make_private(struct make *m)
{
	make_text(m, 0x00090010, "LO", "OURS");
	make_text(m, 0x00091001, "SH", "abcd");
	const size_t sequence = make_begin(m, 0x00091002);
	const size_t item = make_begin(m, TAG_ITEM);
	make_text(m, 0x00090010, "LO", "OURS");
	make_text(m, 0x00091003, "DS", "1.25");
	make_end(m, item, TAG_ITEM_END);
	make_end(m, sequence, TAG_SEQUENCE_END);
}

static inline void make_lut(struct make *m)
{
	const size_t sequence = make_begin(m, 0x00283010);
	const size_t item = make_begin(m, TAG_ITEM);
	make_group_length(m, 0x00280000);
	make_numbers(m, 0x00283002, "SS", 2, 3); /* signed by the pixel representation outside */
	make_numbers(m, 0x00283006, "OW", 2, 5);
	make_end(m, item, TAG_ITEM_END);
	make_end(m, sequence, TAG_SEQUENCE_END);
}

/* One of everything. */
static inline void make_rich(struct make *m)
{
	make_group_length(m, 0x00080000);
	if (m->group_lengths)
		make_text(m, 0x00080001, "UL", "\1\1\1\1");
	make_text(m, 0x00080005, "CS", "ISO_IR 100");
	make_text(m, TAG_SOP_CLASS, "UI", "1.2.840.10008.5.1.4.1.1.7 ");
	make_text(m, TAG_SOP_INSTANCE, "UI", "1.2.3.45");
	const size_t sequence = make_begin(m, 0x00081140);
	size_t item = make_begin(m, TAG_ITEM);
	make_text(m, 0x00081150, "UI", "1.2.3.44");
	make_text(m, 0x00081155, "UI", "1.2.3.4.55");
	make_end(m, item, TAG_ITEM_END);
	item = make_begin(m, TAG_ITEM);
	make_end(m, item, TAG_ITEM_END);
	make_end(m, sequence, TAG_SEQUENCE_END);
	make_end(m, make_begin(m, 0x00081199), TAG_SEQUENCE_END);
	if (!m->no_private)
		make_private(m);
	make_text(m, TAG_PATIENT_ID, "LO", "4711  ");
	make_text(m, 0x00104000, "LT", "");
	make_numbers(m, 0x00186020, "SL", 4, 2);
	make_text(m, TAG_STUDY_INSTANCE, "UI", "1.2.3.46");
	make_numbers(m, 0x00280009, "AT", 2, 2);
	make_short(m, 0x00280010, "US", 3);
	make_short(m, 0x00280103, "US", 1);
	make_short(m, 0x00280106, "SS", 0xfff0);
	make_lut(m);
	make_text(m, 0x0040a160, "UT", "long text ");
	make_numbers(m, 0x00460104, "FD", 8, 3);
	make_numbers(m, 0x00660016, "OF", 4, 3);
	make_numbers(m, 0x00660022, "OD", 8, 2);
	make_numbers(m, 0x00660040, "OL", 4, 2);
	make_numbers(m, 0x00720082, "SV", 8, 1);
	make_numbers(m, 0x00720083, "UV", 8, 2);
	make_numbers(m, TAG_PIXEL_DATA, "OW", 2, 33);
}

static inline struct span make_data_set(
	struct make *m, struct syntax syntax, uint8_t *room, size_t cap)
{
	m->b = buf_on(room, cap);
	m->syntax = syntax;
	make_rich(m);
	return buf_span(&m->b);
}

static const struct syntax implicit_le = { .explicit_vr = false };
static const struct syntax explicit_le = { .explicit_vr = true };
static const struct syntax explicit_be = { .explicit_vr = true, .big_endian = true };
static const struct syntax deflated_le = { .explicit_vr = true, .deflated = true };
static const struct syntax encapsulated_le = { .explicit_vr = true, .encapsulated = true };

#endif
