/* SPDX-License-Identifier: MIT */
/* Whether the certificates of a path are revoked (RFC 5280 6.3). */
#ifndef DCMSEC_PKI_REVOKE_H
#define DCMSEC_PKI_REVOKE_H

#include "pki/path.h"

/* True when nothing in the path is revoked, as far as p->rules->revocation asks. A certificate whose
 * state cannot be told is refused. */
bool revoke_path(struct path *p);

#endif
