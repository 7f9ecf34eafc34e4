/* SPDX-License-Identifier: MIT */
/* The options by which certificates are judged, as rows that applets share, and the store and rules
 * they give. */
#ifndef DCMSEC_APP_TRUST_H
#define DCMSEC_APP_TRUST_H

#include "base/list.h"
#include "cli/opt.h"
#include "io/store.h"
#include "pki/chain.h"

struct trust_opts {
	struct list ca, ca_dir, untrusted, crl;
	int revocation; /* enum pki_revocation */
	int depth;      /* plus 1; 0: no limit, so that a zeroed struct is right */
	const char *host;
	int64_t at; /* seconds since 1970; TRUST_NOW in a zeroed struct */
	bool has_at;
	bool sha1;
};

extern const struct opt trust_rows[]; /* relative to a struct trust_opts */

struct trust {
	struct pki_rules rules;
	struct store *store;
	struct pki_source *source;
	const char *host;
	int64_t now;
};

/* Reads the stores. False with *e; nothing is to be closed then. t must not move. */
bool trust_open(struct trust *t, const struct trust_opts *o, enum pki_role role, struct err *e);
void trust_close(struct trust *t);

/* All certificates of a file, leaf first as they stand. The spans point into *file and into what
 * *decoded then holds, both of which the caller frees (file_free, free). False with *e. */
struct certs {
	struct mspan file;
	uint8_t *decoded;
	struct span der[PKI_PEER_CERTS];
	size_t n;
};
bool certs_load(struct certs *c, const char *path, struct err *e);
void certs_free(struct certs *c);

#endif
