/* SPDX-License-Identifier: MIT */
/* All cipher suites that a DICOM peer may ask for, whether or not this binary has them: names, parts,
 * strength. And the names of protocol versions and groups. Facts only; who may use what is
 * tls/profile's matter. */
#ifndef DCMSEC_TLS_SUITES_H
#define DCMSEC_TLS_SUITES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TLS_1_0 = 0x0301, TLS_1_1 = 0x0302, TLS_1_2 = 0x0303, TLS_1_3 = 0x0304 };

/* What a client says among its suites (RFC 7507; RFC 5746 3.3). */
enum { FALLBACK_SCSV = 0x5600, RENEGOTIATION_SCSV = 0x00ff };

#define TLS_SUITES_MAX 48 /* suites in one configuration */

/* Which engine of ours has a suite. */
enum tls_have { TLS_HAVE_NONE, TLS_HAVE_LEGACY, TLS_HAVE_MODERN, TLS_HAVE_BOTH };

struct tls_suite {
	uint16_t code;              /* IANA */
	uint16_t first, last;       /* protocol versions it exists in */
	uint8_t kx, auth, enc, mac; /* which of the words below */
	uint16_t bits;              /* of the encryption key that count: 3DES has 112 */
	bool forward;               /* forward secrecy */
	uint8_t have;               /* enum tls_have */
};

extern const struct tls_suite tls_suites[]; /* sorted by code */
extern const size_t tls_suites_n;

/* NULL when the table does not have it. */
const struct tls_suite *tls_suite_code(uint16_t code);

/* True when an engine of this program has the suite. */
bool tls_suite_here(const struct tls_suite *s);

const char *tls_suite_kx(const struct tls_suite *s);   /* "ECDHE", "DHE", "RSA", "ECDH", "any" */
const char *tls_suite_auth(const struct tls_suite *s); /* "RSA", "ECDSA", "any" */
const char *tls_suite_enc(const struct tls_suite *s);  /* "AES-128-GCM" */
const char *tls_suite_mac(const struct tls_suite *s);  /* "AEAD", "SHA1", "SHA256", "SHA384" */

/* Its names, made of these words: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-GCM-SHA256";
 * the latter is empty where OpenSSL has none. An argument such as tls_suite_iana(s).text lives until the
 * called function returns. */
struct tls_suite_text {
	char text[48];
};
struct tls_suite_text tls_suite_iana(const struct tls_suite *s);
struct tls_suite_text tls_suite_openssl(const struct tls_suite *s);

/* By IANA or OpenSSL name, in any case; NULL when there is none of this name. */
const struct tls_suite *tls_suite_name(const char *name);

const char *tls_version_name(uint16_t version); /* "TLSv1.2"; "unknown" */
const char *tls_group_name(unsigned iana);      /* "secp256r1", "x25519"; "" for an unknown one */

#endif
