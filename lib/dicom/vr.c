/* SPDX-License-Identifier: MIT */
/* One row a VR of PS3.5 Table 6.2-1, found without a search: this is asked for every element. */
#include "dicom/vr.h"

struct traits {
	bool known;
	bool wide;    /* 32-bit length */
	uint8_t word; /* bytes that turn together */
};

/* The place of a VR in a square of letters. */
#define AT(vr) ((((vr) >> 8) - 'A') * 26 + ((vr)&0xff) - 'A')

static const struct traits traits[26 * 26] = {
	[AT(VR_AE)] = { true, false, 1 },
	[AT(VR_AS)] = { true, false, 1 },
	[AT(VR_AT)] = { true, false, 2 }, /* two numbers of 16 bits each */
	[AT(VR_CS)] = { true, false, 1 },
	[AT(VR_DA)] = { true, false, 1 },
	[AT(VR_DS)] = { true, false, 1 },
	[AT(VR_DT)] = { true, false, 1 },
	[AT(VR_FD)] = { true, false, 8 },
	[AT(VR_FL)] = { true, false, 4 },
	[AT(VR_IS)] = { true, false, 1 },
	[AT(VR_LO)] = { true, false, 1 },
	[AT(VR_LT)] = { true, false, 1 },
	[AT(VR_OB)] = { true, true, 1 },
	[AT(VR_OD)] = { true, true, 8 },
	[AT(VR_OF)] = { true, true, 4 },
	[AT(VR_OL)] = { true, true, 4 },
	[AT(VR_OV)] = { true, true, 8 },
	[AT(VR_OW)] = { true, true, 2 },
	[AT(VR_PN)] = { true, false, 1 },
	[AT(VR_SH)] = { true, false, 1 },
	[AT(VR_SL)] = { true, false, 4 },
	[AT(VR_SQ)] = { true, true, 1 },
	[AT(VR_SS)] = { true, false, 2 },
	[AT(VR_ST)] = { true, false, 1 },
	[AT(VR_SV)] = { true, true, 8 },
	[AT(VR_TM)] = { true, false, 1 },
	[AT(VR_UC)] = { true, true, 1 },
	[AT(VR_UI)] = { true, false, 1 },
	[AT(VR_UL)] = { true, false, 4 },
	[AT(VR_UN)] = { true, true, 1 },
	[AT(VR_UR)] = { true, true, 1 },
	[AT(VR_US)] = { true, false, 2 },
	[AT(VR_UT)] = { true, true, 1 },
	[AT(VR_UV)] = { true, true, 8 },
};

static const struct traits *find(unsigned vr)
{
	static const struct traits unknown = { false, true, 1 };
	const unsigned high = (vr >> 8) - 'A', low = (vr & 0xff) - 'A';
	if (high >= 26 || low >= 26 || !traits[AT(vr)].known)
		return &unknown;
	return &traits[AT(vr)];
}

bool vr_known(unsigned vr)
{
	return find(vr)->known;
}

bool vr_long(unsigned vr)
{
	return find(vr)->wide;
}

unsigned vr_word(unsigned vr)
{
	return find(vr)->word;
}
