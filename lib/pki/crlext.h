/* SPDX-License-Identifier: MIT */
/* The extensions of CRLs and their entries (RFC 5280 5.2, 5.3), and distribution points, for crl.c and
 * revoke.c. */
#ifndef DCMSEC_PKI_CRLEXT_H
#define DCMSEC_PKI_CRLEXT_H

#include "pki/cert.h"
#include "pki/crl.h"

/* Entries are kept as a hash of issuer and serial. 64 bits: among a million entries a certificate is
 * taken for another one with a chance of 1 in 10^13. */
uint64_t crl_seed(struct span issuer);
uint64_t crl_key(uint64_t seed, struct span serial);

/* crlExtensions, the whole [0]. NULL, or what is wrong. */
const char *crl_extensions(struct span in, struct crl *c);

/* crlEntryExtensions, the whole SEQUENCE; a certificate issuer changes s->seed. */
bool crl_entry_extensions(struct crl_scan *s, struct span in, unsigned *reason);

/* DistributionPointName or what else is in a DistributionPoint (RFC 5280 4.2.1.13). */
struct point {
	struct span
		name; /* the choice, whole: [0] full names or [1] relative to the issuer; or empty */
	unsigned reasons;    /* the set; all when there is none */
	struct span issuers; /* cRLIssuer: contents of GeneralNames; or empty */
};
/* Eats one DistributionPoint from the contents of CRLDistributionPoints. */
bool point_next(struct span *list, struct point *p);

#endif
