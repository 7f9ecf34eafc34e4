/* SPDX-License-Identifier: MIT */
/* The rules of RFC 5280 6.1 that a certificate keeps by itself, and those of a whole path. */
#ifndef DCMSEC_PKI_RULES_H
#define DCMSEC_PKI_RULES_H

#include "pki/path.h"

/* Every certificate: algorithms, key size, dates, critical extensions. Reads the key. */
bool rules_any(struct path *p, const struct cert *c, struct pubkey *key);

/* Every certificate but the root, whose signature says nothing: the algorithm it was signed with. */
bool rules_issued(struct path *p, const struct cert *c);

/* A certificate that is used as an issuer: it is a CA and may sign certificates. */
bool rules_issuer(struct path *p, const struct cert *c);

/* The peer's own certificate: its uses allow the role. */
bool rules_leaf(struct path *p, const struct cert *c);

/* A complete path: lengths, extended key usages of the CAs, name constraints, host name. */
bool rules_path(struct path *p);

#endif
