/* SPDX-License-Identifier: MIT */
/* Comparing distribution points (RFC 5280 6.3.3 b), for revoke.c. */
#ifndef DCMSEC_PKI_POINTS_H
#define DCMSEC_PKI_POINTS_H

#include "pki/crlext.h"

/* True when the point's cRLIssuer names this issuer. */
bool points_name_issuer(const struct point *point, struct span issuer);

/* True when the list is the one that the point means: the list names no distribution point, or one of
 * its names is one of the point's, or of its cRLIssuer, or, for a certificate without points, the
 * certificate's issuer. */
bool points_match(const struct crl *crl, const struct point *point, struct span cert_issuer);

/* As memcmp, for the contents of two INTEGERs that are not negative. */
int number_cmp(struct span a, struct span b);

#endif
