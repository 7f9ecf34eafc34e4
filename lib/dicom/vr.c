/* SPDX-License-Identifier: MIT */
/* One row a VR of PS3.5 Table 6.2-1. */
#include "dicom/vr.h"

#include <stddef.h>

struct row {
	uint16_t vr;
	bool wide;    /* 32-bit length */
	uint8_t word; /* bytes that turn together */
};

/* In order of the VR, for the search. */
static const struct row rows[] = {
	{ VR_AE, false, 1 },
	{ VR_AS, false, 1 },
	{ VR_AT, false, 2 }, /* two numbers of 16 bits each */
	{ VR_CS, false, 1 },
	{ VR_DA, false, 1 },
	{ VR_DS, false, 1 },
	{ VR_DT, false, 1 },
	{ VR_FD, false, 8 },
	{ VR_FL, false, 4 },
	{ VR_IS, false, 1 },
	{ VR_LO, false, 1 },
	{ VR_LT, false, 1 },
	{ VR_OB, true, 1 },
	{ VR_OD, true, 8 },
	{ VR_OF, true, 4 },
	{ VR_OL, true, 4 },
	{ VR_OV, true, 8 },
	{ VR_OW, true, 2 },
	{ VR_PN, false, 1 },
	{ VR_SH, false, 1 },
	{ VR_SL, false, 4 },
	{ VR_SQ, true, 1 },
	{ VR_SS, false, 2 },
	{ VR_ST, false, 1 },
	{ VR_SV, true, 8 },
	{ VR_TM, false, 1 },
	{ VR_UC, true, 1 },
	{ VR_UI, false, 1 },
	{ VR_UL, false, 4 },
	{ VR_UN, true, 1 },
	{ VR_UR, true, 1 },
	{ VR_US, false, 2 },
	{ VR_UT, true, 1 },
	{ VR_UV, true, 8 },
};

static const struct row *find(unsigned vr)
{
	size_t low = 0, high = sizeof rows / sizeof *rows;
	while (low < high) {
		const size_t middle = (low + high) / 2;
		if (rows[middle].vr == vr)
			return &rows[middle];
		if (rows[middle].vr < vr)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

bool vr_known(unsigned vr)
{
	return find(vr) != NULL;
}

bool vr_long(unsigned vr)
{
	const struct row *row = find(vr);
	return !row || row->wide;
}

unsigned vr_word(unsigned vr)
{
	const struct row *row = find(vr);
	return row ? row->word : 1;
}
