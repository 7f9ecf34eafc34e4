/* SPDX-License-Identifier: MIT */
/* A pair of our own TLS 1.3 engines. */
#ifndef DCMSEC_TLS_PAIR13_H
#define DCMSEC_TLS_PAIR13_H

#include "tls/modern.h"
#include "tls_pair.h"

static inline struct pair *pair_new13(void)
{
	static const uint16_t suites[] = { 0x1301, 0x1302, 0x1303, 0x1304, 0x1305 };
	struct pair *p = pair_new();
	struct tls_config *const both[] = { &p->client.config, &p->server.config };
	for (int i = 0; i < 2; i++) {
		both[i]->min_version = both[i]->max_version = TLS_1_3;
		memcpy(both[i]->suites, suites, sizeof suites);
		both[i]->suites_n = sizeof suites / sizeof *suites;
	}
	return p;
}

#endif
