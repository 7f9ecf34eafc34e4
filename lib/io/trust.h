/* SPDX-License-Identifier: MIT */
/* From options about trust to rules and a store for the judge: for TLS and for files. */
#ifndef DCMSEC_IO_TRUST_H
#define DCMSEC_IO_TRUST_H

#include "base/list.h"
#include "io/store.h"
#include "pki/chain.h"

/* What the options say; a zeroed struct is right. All text is borrowed. */
struct trust_opts {
	struct list ca, ca_dir, untrusted, crl;
	int revocation;   /* enum pki_revocation */
	int depth;        /* intermediate certificates allowed, plus 1; 0: no limit of its own */
	const char *host; /* the certificate must be good for this name; NULL: for none */
	bool check_host;  /* ... for the name that is connected to, where no other is given */
	int64_t at;       /* judge as if at this time, in seconds since 1970, when has_at */
	bool has_at;
	bool sha1; /* accept signatures with SHA-1 */
};

struct trust {
	struct pki_rules rules; /* role, mode and key sizes are the caller's to set */
	struct store *store;
	struct pki_source *source;
	struct sig_memo memo;
};

/* Reads the stores. False with *e; nothing is to be closed then. t must not move while it is open. */
bool trust_open(struct trust *t, const struct trust_opts *o, struct err *e);
void trust_close(struct trust *t); /* of a zeroed one: fine */

int64_t trust_now(const struct trust_opts *o); /* the time by which to judge */

/* The certificates of a file as they stand, leaf first. */
struct certs {
	struct mspan file;
	uint8_t *decoded;
	struct span der[PKI_PEER_CERTS];
	size_t n;
};

/* False with *e when the file cannot be read or has none; else the caller's, for certs_free. */
bool certs_load(struct certs *c, const char *path, struct err *e);
void certs_free(struct certs *c);

#endif
