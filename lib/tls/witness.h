/* SPDX-License-Identifier: MIT */
/* A thin layer in front of the judge of certificates, for both engines: it passes everything on and
 * keeps fingerprint and copy of the peer's own certificate. */
#ifndef DCMSEC_TLS_WITNESS_H
#define DCMSEC_TLS_WITNESS_H

#include "base/span.h"
#include <bearssl.h>

struct witness {
	const br_x509_class *vtable;
	const br_x509_class **judge;
	struct mspan leaf; /* storage */
	size_t leaf_n;     /* bytes of the peer's own certificate, stored or not */
	size_t certs;      /* certificates that came */
	unsigned refused;  /* the judge's answer; 0 when it accepted or was not asked */
	uint8_t sha256[32];
	br_sha256_context hash;
};

/* judge and the storage of leaf are borrowed for its life; &w->vtable is then a judge itself. */
void witness_init(struct witness *w, const br_x509_class **judge, struct mspan leaf);

#endif
