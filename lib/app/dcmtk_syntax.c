/* SPDX-License-Identifier: MIT */
#include "app/dcmtk_syntax.h"

#include "dicom/uid.h"

#define ENCAPSULATED "1.2.840.10008.1.2.4." /* PS3.6 Table A-1 */

/* What a choice puts before the uncompressed syntaxes. */
static const char *const first[] = {
	[DCMTK_UNCOMPRESSED] = UID_EXPLICIT_LE,
	[DCMTK_LITTLE] = UID_EXPLICIT_LE,
	[DCMTK_BIG] = UID_EXPLICIT_BE,
	[DCMTK_IMPLICIT] = UID_IMPLICIT_LE,
	[DCMTK_LOSSLESS] = ENCAPSULATED "70",
	[DCMTK_JPEG8] = ENCAPSULATED "50",
	[DCMTK_JPEG12] = ENCAPSULATED "51",
	[DCMTK_J2K_LOSSLESS] = ENCAPSULATED "90",
	[DCMTK_J2K] = ENCAPSULATED "91",
	[DCMTK_JLS_LOSSLESS] = ENCAPSULATED "80",
	[DCMTK_JLS] = ENCAPSULATED "81",
	[DCMTK_MPEG2] = ENCAPSULATED "100",
	[DCMTK_MPEG2_HIGH] = ENCAPSULATED "101",
	[DCMTK_MPEG4] = ENCAPSULATED "102",
	[DCMTK_MPEG4_BD] = ENCAPSULATED "103",
	[DCMTK_MPEG4_2D] = ENCAPSULATED "104",
	[DCMTK_MPEG4_3D] = ENCAPSULATED "105",
	[DCMTK_MPEG4_STEREO] = ENCAPSULATED "106",
	[DCMTK_HEVC] = ENCAPSULATED "107",
	[DCMTK_HEVC10] = ENCAPSULATED "108",
	[DCMTK_RLE] = "1.2.840.10008.1.2.5",
	[DCMTK_DEFLATED] = UID_DEFLATED_LE,
};

/* The order in which storescp likes them when it takes all. */
static const char all[] = { DCMTK_J2K, DCMTK_J2K_LOSSLESS, DCMTK_JPEG12, DCMTK_JPEG8,
	DCMTK_LOSSLESS, DCMTK_JLS, DCMTK_JLS_LOSSLESS, DCMTK_RLE, DCMTK_MPEG2, DCMTK_MPEG2_HIGH,
	DCMTK_MPEG4, DCMTK_MPEG4_BD, DCMTK_MPEG4_2D, DCMTK_MPEG4_3D, DCMTK_MPEG4_STEREO, DCMTK_HEVC,
	DCMTK_HEVC10, DCMTK_DEFLATED };

bool dcmtk_is_video(enum dcmtk_choice choice)
{
	return choice >= DCMTK_MPEG2 && choice <= DCMTK_HEVC10;
}

unsigned dcmtk_syntaxes(enum dcmtk_choice choice, const char *list[DCMTK_SYNTAXES])
{
	static const char *const plain[] = { UID_EXPLICIT_LE, UID_EXPLICIT_BE, UID_IMPLICIT_LE };
	unsigned n = 0;
	for (size_t i = 0; choice == DCMTK_ALL && i < sizeof all; i++)
		list[n++] = first[(size_t)all[i]];
	if (choice != DCMTK_ALL)
		list[n++] = first[choice];
	for (size_t i = 0; choice != DCMTK_IMPLICIT && i < 3; i++)
		if (!span_eq_str(span_str(plain[i]), list[0]))
			list[n++] = plain[i];
	return n;
}
