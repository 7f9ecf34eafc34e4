/* SPDX-License-Identifier: MIT */
/* Secrets of a connection for Wireshark, as lines of the NSS key log format. Builds with DEBUG=1 have
 * this; in all others nothing of it is there. */
#ifndef DCMSEC_TLS_KEYLOG_H
#define DCMSEC_TLS_KEYLOG_H

#include "tls/engine.h"

#ifdef DCMSEC_DEBUG
/* One line, "LABEL CLIENT_RANDOM SECRET", to the configuration's keylog; none without one. random has 32
 * bytes. */
void keylog(const struct tls_config *config, const char *label, const uint8_t *random,
	const uint8_t *secret, size_t n);
#else
static inline void keylog(const struct tls_config *config, const char *label, const uint8_t *random,
	const uint8_t *secret, size_t n)
{
	(void)config;
	(void)label;
	(void)random;
	(void)secret;
	(void)n;
}
#endif

#endif
