/* SPDX-License-Identifier: MIT */
/* Where the judge finds certificates and CRLs beside those the peer sent. lib/io implements it over
 * files and hashed directories, a test over an array. */
#ifndef DCMSEC_PKI_SOURCE_H
#define DCMSEC_PKI_SOURCE_H

#include "base/err.h"
#include "base/span.h"

enum pki_want {
	PKI_CERTS, /* certificates with this subject */
	PKI_CRLS,  /* CRLs of this issuer */
};

struct crl;

struct pki_found {
	struct span der;       /* of a certificate */
	const struct crl *crl; /* or a list, read */
	bool trusted; /* a self-signed certificate that may end a path; others only help to build one */
};

struct pki_source {
	/* Called when the judge begins a verdict, and only then may what was found be given up. May be
	 * NULL. */
	void (*begin)(struct pki_source *s);
	/* The i-th (from 0) object with this name (whole DER; compared as name_equal does). Returning
	 * more than asked for is allowed, the judge compares again. False: no more. What is found is
	 * borrowed until the judge's verdict. */
	bool (*find)(struct pki_source *s, enum pki_want want, struct span name, size_t i,
		struct pki_found *found);
};

/* A source over memory. pki_item_cert and pki_item_crl make items, which borrow. */
struct pki_item {
	struct span der;
	const struct crl *crl;
	enum pki_want kind;
	bool trusted;
	uint32_t hash; /* of the name it is found by; 0: not known, the judge compares */
};

struct pki_array {
	struct pki_source source;
	const struct pki_item *items; /* the caller's */
	size_t n;
};

void pki_array_init(struct pki_array *a, const struct pki_item *items, size_t n);

void pki_item_crl(struct pki_item *item, const struct crl *crl);
/* False with *e when der is no certificate. */
bool pki_item_cert(struct pki_item *item, struct span der, bool trusted, struct err *e);

#endif
