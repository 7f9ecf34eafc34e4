/* SPDX-License-Identifier: MIT */
#include "dicom/syntax.h"

const char *const syntax_plain[SYNTAX_PLAIN] = { UID_EXPLICIT_LE, UID_IMPLICIT_LE, UID_DEFLATED_LE,
	UID_EXPLICIT_BE };

struct syntax syntax_of(const struct uid_syntax *u)
{
	return (struct syntax){
		.explicit_vr = (u->flags & UID_EXPLICIT) != 0,
		.big_endian = (u->flags & UID_BIG) != 0,
		.deflated = (u->flags & UID_DEFLATED) != 0,
		.encapsulated = (u->flags & UID_ENCAPSULATED) != 0,
	};
}
