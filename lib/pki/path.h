/* SPDX-License-Identifier: MIT */
/* A certification path while it is built and tested; shared by the judge's own files only. */
#ifndef DCMSEC_PKI_PATH_H
#define DCMSEC_PKI_PATH_H

#include "pki/chain.h"

/* TLS alerts (RFC 8446 6.2) that a refusal names. */
enum {
	ALERT_BAD = 42,
	ALERT_UNSUPPORTED = 43,
	ALERT_REVOKED = 44,
	ALERT_EXPIRED = 45,
	ALERT_UNKNOWN = 46,
	ALERT_UNKNOWN_CA = 48,
	ALERT_REQUIRED = 116,
};

struct path {
	const struct pki_rules *rules;
	const char *host;
	int64_t now;
	const struct cert *peer; /* what the peer sent and could be read; [0] is the leaf */
	size_t n_peer;
	struct cert link[PKI_PATH]; /* the path so far, leaf first */
	struct pubkey key[PKI_PATH];
	size_t n;
	bool rooted;         /* the last link is a trusted root */
	unsigned signatures; /* public key operations left */
	unsigned candidates; /* certificates and CRLs still to be looked at */
	unsigned names;      /* comparisons left for name constraints */
	unsigned nested;     /* how many paths for signers of CRLs this one stands within */
	struct err *err;     /* the refusal that came farthest */
	unsigned rank;       /* how far that was */
};

/* Looks for a path from p->peer[0] to a trusted root that keeps all rules. True: link[0..n) is it. */
bool path_find(struct path *p);

/* Refusals. rule says what is wrong and what to do about it, with its clause; the certificate in
 * question is added. Only the refusal that came farthest is kept: the one of the longest path, and
 * among those of a later stage. Always false. */
enum stage { STAGE_SEARCH, STAGE_CERT, STAGE_SIGNATURE, STAGE_PATH };
bool path_refuse(struct path *p, enum stage stage, int alert, const struct cert *c,
	const char *rule, ...) __attribute__((format(printf, 5, 6)));

/* The i-th object of all sources with this name; counts against p->candidates. */
bool path_source(struct path *p, enum pki_want want, struct span name, size_t *source, size_t *i,
	struct pki_found *found);

#endif
