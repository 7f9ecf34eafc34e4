/* SPDX-License-Identifier: MIT */
/* Value representations (PS3.5 6.2) and what an encoder has to know of each: the form of its header
 * and its byte ordering. Not their contents: no value is judged here. */
#ifndef DCMSEC_DICOM_VR_H
#define DCMSEC_DICOM_VR_H

#include <stdbool.h>
#include <stdint.h>

/* A VR is a number whose high and low byte are its two letters, so that one that this program does
 * not know can still be carried along. */
#define VR(a, b) ((a) << 8 | (b))
enum vr {
	VR_NONE = 0, /* items and delimiters have none */
	VR_AE = VR('A', 'E'),
	VR_AS = VR('A', 'S'),
	VR_AT = VR('A', 'T'),
	VR_CS = VR('C', 'S'),
	VR_DA = VR('D', 'A'),
	VR_DS = VR('D', 'S'),
	VR_DT = VR('D', 'T'),
	VR_FD = VR('F', 'D'),
	VR_FL = VR('F', 'L'),
	VR_IS = VR('I', 'S'),
	VR_LO = VR('L', 'O'),
	VR_LT = VR('L', 'T'),
	VR_OB = VR('O', 'B'),
	VR_OD = VR('O', 'D'),
	VR_OF = VR('O', 'F'),
	VR_OL = VR('O', 'L'),
	VR_OV = VR('O', 'V'),
	VR_OW = VR('O', 'W'),
	VR_PN = VR('P', 'N'),
	VR_SH = VR('S', 'H'),
	VR_SL = VR('S', 'L'),
	VR_SQ = VR('S', 'Q'),
	VR_SS = VR('S', 'S'),
	VR_ST = VR('S', 'T'),
	VR_SV = VR('S', 'V'),
	VR_TM = VR('T', 'M'),
	VR_UC = VR('U', 'C'),
	VR_UI = VR('U', 'I'),
	VR_UL = VR('U', 'L'),
	VR_UN = VR('U', 'N'),
	VR_UR = VR('U', 'R'),
	VR_US = VR('U', 'S'),
	VR_UT = VR('U', 'T'),
	VR_UV = VR('U', 'V'),
};

/* True for the VRs that the standard defines. */
bool vr_known(unsigned vr);

/* True when an explicit VR header has a 32-bit length (PS3.5 7.1.2). That is also the form of
 * every VR that is not known. */
bool vr_long(unsigned vr);

/* How many bytes stand together when the byte ordering changes (PS3.5 7.3): 1, 2, 4 or 8. */
unsigned vr_word(unsigned vr);

#endif
