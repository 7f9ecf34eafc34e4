/* SPDX-License-Identifier: MIT */
/* The extensions of a certificate (RFC 5280 4.2), for cert.c. */
#ifndef DCMSEC_PKI_CERTEXT_H
#define DCMSEC_PKI_CERTEXT_H

#include "pki/cert.h"

/* Reads Extensions (the whole SEQUENCE) into c. NULL when all is well, else what is wrong. */
const char *certext_read(struct span extensions, struct cert *c);

/* Eats one Extension; shared with CRLs, whose extensions have the same form. */
struct extension {
	struct span oid;
	bool critical;
	struct span value; /* contents of extnValue */
};
bool extension_next(struct span *list, struct extension *x);

/* True when more than one extension of the list (contents of the SEQUENCE) has the OID of x, which RFC
 * 5280 4.2 forbids. */
bool extension_repeated(struct span list, const struct extension *x);

#endif
