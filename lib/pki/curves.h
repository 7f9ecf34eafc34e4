/* SPDX-License-Identifier: MIT */
/* The elliptic curves behind one table, as BearSSL's functions want it: BearSSL's own P-256, P-384 and
 * P-521, and X25519 by pki/x25519 where there is that. Whoever asks BearSSL for its default brings its
 * X25519 along. */
#ifndef DCMSEC_PKI_CURVES_H
#define DCMSEC_PKI_CURVES_H

#include <bearssl.h>

/* In constant time. Of X25519 point and scalar are little-endian (RFC 7748 5), as they are with BearSSL's;
 * here mul gives 0 for a point of small order (6.1). */
const br_ec_impl *curves(void);

#endif
