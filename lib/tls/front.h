/* SPDX-License-Identifier: MIT */
/* The server that has not chosen its engine yet: a struct tls that becomes another one, in the same
 * memory, with the client's first record. */
#ifndef DCMSEC_TLS_FRONT_H
#define DCMSEC_TLS_FRONT_H

#include "tls/ops.h"

struct front {
	struct tls tls; /* first */
	const struct tls_config *config;
	struct tls_link link;
	size_t n; /* bytes of the first record, at the front of link.in */
};

/* link->state is as large as the largest of this, legacy_size and modern_size. */
struct tls *front_open(const struct tls_config *config, const struct tls_link *link);

#endif
