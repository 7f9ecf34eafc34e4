/* SPDX-License-Identifier: MIT */
/* Which value representation a tag has, for data sets that do not say (implicit VR). Generated from
 * the standard's data dictionary (PS3.6) by dict_gen.py; names and multiplicities are not kept.
 * The command group 0000 and the file meta group 0002 are not data set elements and not in it. */
#ifndef DCMSEC_DICOM_DICT_H
#define DCMSEC_DICOM_DICT_H

#include "dicom/vr.h"

/* The dictionary's entries with a choice. */
enum dict_choice {
	DICT_US_SS = 1, /* "US or SS" */
	DICT_OB_OW,     /* "OB or OW" */
	DICT_US_OW,     /* "US or OW" */
	DICT_US_SS_OW,  /* "US or SS or OW" */
};

/* The VR of a tag (0xggggeeee), or an enum dict_choice. What the dictionary does not hold: UL for
 * group lengths (PS3.5 7.2), LO for private creators (7.8.1), UN for everything else. */
unsigned dict_entry(uint32_t tag);

/* What a data set has said so far that the choices depend on; 0 until then. */
struct dict_seen {
	uint16_t pixel_representation; /* (0028,0103) */
	uint16_t waveform_bits;        /* (5400,1004), bits allocated */
};

/* One VR for the value as Implicit VR Little Endian has it. "US or SS" is SS when the pixel
 * representation is not 0, else US; a choice with OW is OW (PS3.5 A.1), but waveform samples of 8
 * bits are OB (8.3). */
unsigned dict_vr(uint32_t tag, struct dict_seen seen);

#endif
