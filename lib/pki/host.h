/* SPDX-License-Identifier: MIT */
/* Whether a certificate is good for a host (RFC 6125, RFC 5280 4.2.1.6). */
#ifndef DCMSEC_PKI_HOST_H
#define DCMSEC_PKI_HOST_H

#include "pki/path.h"

/* True when the subject alternative names hold host: a DNS name, also by a wildcard that is the whole
 * leftmost label, or an IP address. The common name does not count (RFC 6125 6.4.4). */
bool host_matches(const struct cert *c, const char *host);

/* An IPv4 or IPv6 address as text; *n is 4 or 16. */
bool host_address(const char *text, uint8_t address[16], size_t *n);

/* A name's DNS form for comparing: without one dot at the end. */
struct span host_trim(struct span name);
bool host_same(struct span a, struct span b); /* ASCII letters of either case are the same */

/* host_matches for p->host and the leaf, or a refusal. */
bool host_allowed(struct path *p);

#endif
