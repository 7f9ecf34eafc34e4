/* SPDX-License-Identifier: MIT */
/* Name constraints (RFC 5280 4.2.1.10 and 6.1.4 b, c, g), critical or not. */
#ifndef DCMSEC_PKI_CONSTRAINTS_H
#define DCMSEC_PKI_CONSTRAINTS_H

#include "pki/path.h"

enum { CONSTRAINTS_WORK = 16384 }; /* comparisons of a name with a subtree, for one verdict */

/* True when every certificate of the path keeps within the names that the CAs above it allow. */
bool constraints_kept(struct path *p);

#endif
