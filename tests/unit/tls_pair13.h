/* SPDX-License-Identifier: MIT */
/* Pairs of our own engine. */
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

/* The same with TLS 1.2; suites for both kinds of keys. */
static inline struct pair *pair_new12(void)
{
	static const uint16_t suites[] = { 0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0xC0AC,
		0xC0AF };
	struct pair *p = pair_new13();
	struct tls_config *const both[] = { &p->client.config, &p->server.config };
	for (int i = 0; i < 2; i++) {
		both[i]->min_version = both[i]->max_version = TLS_1_2;
		memcpy(both[i]->suites, suites, sizeof suites);
		both[i]->suites_n = sizeof suites / sizeof *suites;
	}
	return p;
}

#endif
