/* SPDX-License-Identifier: MIT */
/* From a transfer syntax's UID to what the element reader has to know of it. */
#ifndef DCMSEC_DICOM_SYNTAX_H
#define DCMSEC_DICOM_SYNTAX_H

#include "dicom/elem.h"
#include "dicom/uid.h"

struct syntax syntax_of(const struct uid_syntax *u);

/* The syntaxes that an uncompressed data set can be recoded to, the best first: explicit before
 * implicit, because it keeps private VRs; big endian last, because it is retired. */
enum { SYNTAX_PLAIN = 4 };
extern const char *const syntax_plain[SYNTAX_PLAIN];

#endif
