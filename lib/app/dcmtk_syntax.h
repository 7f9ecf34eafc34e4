/* SPDX-License-Identifier: MIT */
/* The transfer syntaxes that one option of storescu proposes and the like-named one of storescp
 * takes. */
#ifndef DCMSEC_APP_DCMTK_SYNTAX_H
#define DCMSEC_APP_DCMTK_SYNTAX_H

#include "cli/opt.h"

enum dcmtk_choice {
	DCMTK_UNCOMPRESSED,
	DCMTK_LITTLE,
	DCMTK_BIG,
	DCMTK_IMPLICIT, /* this one alone */
	DCMTK_LOSSLESS,
	DCMTK_JPEG8,
	DCMTK_JPEG12,
	DCMTK_J2K_LOSSLESS,
	DCMTK_J2K,
	DCMTK_JLS_LOSSLESS,
	DCMTK_JLS,
	DCMTK_MPEG2,
	DCMTK_MPEG2_HIGH,
	DCMTK_MPEG4,
	DCMTK_MPEG4_BD,
	DCMTK_MPEG4_2D,
	DCMTK_MPEG4_3D,
	DCMTK_MPEG4_STEREO,
	DCMTK_HEVC,
	DCMTK_HEVC10,
	DCMTK_RLE,
	DCMTK_DEFLATED,
	DCMTK_ALL, /* storescp only */
};

enum { DCMTK_SYNTAXES = 24 };

/* The list of a choice, the preferred one first: what storescp takes, and what storescu proposes but
 * for videos, which it proposes alone. Returns how many. */
unsigned dcmtk_syntaxes(enum dcmtk_choice choice, const char *list[DCMTK_SYNTAXES]);
bool dcmtk_is_video(enum dcmtk_choice choice);

#endif
