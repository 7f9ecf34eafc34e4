/* SPDX-License-Identifier: MIT */
/* Object identifiers that more than one file needs, as contents octets, and the curves. */
#ifndef DCMSEC_PKI_OID_H
#define DCMSEC_PKI_OID_H

#include "base/span.h"

/* A span over the octets of a string literal, for static tables. */
#define OID(s)                                      \
	{                                           \
		(const uint8_t *)(s), sizeof(s) - 1 \
	}
#define OID_PKCS1 "\x2a\x86\x48\x86\xf7\x0d\x01\x01"

extern const struct span oid_rsa; /* rsaEncryption */
extern const struct span oid_pss; /* id-RSASSA-PSS */
extern const struct span oid_ec;  /* id-ecPublicKey */

struct curve {
	struct span oid;
	int id; /* BearSSL's number */
	unsigned bits;
	size_t point;  /* octets of an uncompressed point */
	size_t scalar; /* octets of a private number */
	const char *name;
};

/* NULL for a curve that is not supported. */
const struct curve *curve_by_oid(struct span oid);
const struct curve *curve_by_id(int id);

#endif
