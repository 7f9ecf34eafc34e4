/* SPDX-License-Identifier: MIT */
/* The security profiles of DICOM PS3.15 Annex B and its retired ones: which protocol versions,
 * suites, key sizes and curves a connection may use, and what of that this binary can offer. */
#ifndef DCMSEC_TLS_PROFILE_H
#define DCMSEC_TLS_PROFILE_H

#include "base/err.h"
#include "tls/suites.h"

struct tls_config;

struct tls_profile {
	const char *name;    /* "8996" */
	const char *title;   /* one line */
	const char *retired; /* what is weak about it; NULL when it is not retired */
	uint16_t min_version, max_version;
	const uint16_t *suites;   /* TLS 1.2 and below, liked best first, ended by 0 */
	const uint16_t *suites13; /* TLS 1.3, ended by 0; NULL for none */
	unsigned rsa_bits;        /* the least an RSA key must have; 0: no rule of the profile */
	unsigned ec_bits;         /* the least a curve must have */
	uint32_t curves;          /* for key exchange; bit n: IANA group n */
	bool sha1;                /* SHA-1 signatures in certificates are let through */
};

extern const struct tls_profile
	tls_profiles[]; /* ended by a row without a name; [0] is the default */

const struct tls_profile *tls_profile_name(const char *name); /* NULL when there is none */

/* True when the profile lists the suite, in any version. */
bool tls_profile_has(const struct tls_profile *p, uint16_t code);

/* Fills versions, suites and curves of *config with what the profile allows and this binary has, and
 * with the suites extra[extra_n] (of --cipher) behind them. AES stands before ChaCha20 where
 * the host has AES instructions, behind it elsewhere; otherwise the order is the profile's. What
 * has no extended master secret is left out when config->require_ems says so. False
 * with *e when nothing is left, or when an extra suite is one that we do not have or that does not
 * encrypt while the profile does. */
bool tls_profile_apply(const struct tls_profile *p, const uint16_t *extra, size_t extra_n,
	struct tls_config *config, struct err *e);

/* The same for a host of which it is known whether it has AES instructions. */
bool tls_profile_apply_for(const struct tls_profile *p, bool aes, const uint16_t *extra,
	size_t extra_n, struct tls_config *config, struct err *e);

/* True when this processor has the instructions that make AES-GCM the fast choice. */
bool tls_host_has_aes(void);

#endif
