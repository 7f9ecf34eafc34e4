/* SPDX-License-Identifier: MIT */
/* File meta information, always explicit VR little endian (PS3.10 7.1). */
#include "dicom/part10.h"

#include <string.h>

static void header(struct buf *b, uint16_t element, unsigned vr)
{
	buf_u16le(b, 2);
	buf_u16le(b, element);
	buf_u16be(b, (uint16_t)vr);
}

static void put_text(struct buf *b, uint16_t element, unsigned vr, const char *value)
{
	if (!value || !*value)
		return;
	header(b, element, vr);
	const size_t n = strlen(value), length = n + n % 2;
	if (length > UINT16_MAX) {
		b->full = true;
		return;
	}
	buf_u16le(b, (uint16_t)length);
	buf_str(b, value);
	buf_fill(b, vr == VR_UI ? '\0' : ' ', n % 2);
}

void part10_write(struct buf *b, const struct part10_meta *m)
{
	buf_fill(b, 0, 128);
	buf_str(b, "DICM");
	header(b, 0x0000, VR_UL);
	buf_u16le(b, 4);
	const size_t mark = buf_open(b, 4);
	header(b, 0x0001, VR_OB);
	buf_u16le(b, 0);
	buf_u32le(b, 2);
	buf_u8(b, 0); /* version 1, as bit 0 of the second byte */
	buf_u8(b, 1);
	put_text(b, 0x0002, VR_UI, m->sop_class);
	put_text(b, 0x0003, VR_UI, m->sop_instance);
	put_text(b, 0x0010, VR_UI, m->transfer_syntax);
	put_text(b, 0x0012, VR_UI, m->implementation_class);
	put_text(b, 0x0013, VR_SH, m->implementation_version);
	put_text(b, 0x0016, VR_AE, m->source_aet);
	put_text(b, 0x0017, VR_AE, m->sending_aet);
	put_text(b, 0x0018, VR_AE, m->receiving_aet);
	buf_close_le(b, mark, 4);
}
