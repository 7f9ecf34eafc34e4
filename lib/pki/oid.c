/* SPDX-License-Identifier: MIT */
#include "pki/oid.h"

#include <bearssl.h>

const struct span oid_rsa = OID(OID_PKCS1 "\x01");
const struct span oid_pss = OID(OID_PKCS1 "\x0a");
const struct span oid_ec = OID("\x2a\x86\x48\xce\x3d\x02\x01");

static const struct curve curves[] = {
	{ OID("\x2a\x86\x48\xce\x3d\x03\x01\x07"), BR_EC_secp256r1, 256, 65, 32, "P-256" },
	{ OID("\x2b\x81\x04\x00\x22"), BR_EC_secp384r1, 384, 97, 48, "P-384" },
	{ OID("\x2b\x81\x04\x00\x23"), BR_EC_secp521r1, 521, 133, 66, "P-521" },
};

enum { CURVES = sizeof curves / sizeof *curves };

const struct curve *curve_by_oid(struct span oid)
{
	for (size_t i = 0; i < CURVES; i++)
		if (span_eq(oid, curves[i].oid))
			return &curves[i];
	return NULL;
}

const struct curve *curve_by_id(int id)
{
	for (size_t i = 0; i < CURVES; i++)
		if (curves[i].id == id)
			return &curves[i];
	return NULL;
}
