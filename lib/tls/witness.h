/* SPDX-License-Identifier: MIT */
/* A thin layer in front of the judge of certificates, for both engines: it passes everything on and
 * keeps fingerprint and copy of the peer's own certificate, and where there is room for it the chain. */
#ifndef DCMSEC_TLS_WITNESS_H
#define DCMSEC_TLS_WITNESS_H

#include "tls/engine.h"

struct witness {
	const br_x509_class *vtable;
	const br_x509_class **judge;
	struct mspan leaf;  /* storage */
	size_t leaf_n;      /* bytes of the peer's own certificate, stored or not */
	struct mspan chain; /* storage for all of them, each with its length in 3 bytes before it */
	size_t chain_n;     /* more than the storage when they did not fit */
	size_t certs;       /* certificates that came */
	unsigned refused;   /* the judge's answer; 0 when it accepted or was not asked */
	uint8_t sha256[32];
	br_sha256_context hash;
};

/* judge and the storage of leaf are borrowed for its life; &w->vtable is then a judge itself. */
void witness_init(struct witness *w, const br_x509_class **judge, struct mspan leaf);

/* Whether the peer showed a certificate, and which; borrowed from w. */
void witness_facts(const struct witness *w, struct tls_facts *f);

#endif
