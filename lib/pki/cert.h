/* SPDX-License-Identifier: MIT */
/* An X.509 certificate taken apart (RFC 5280 4.1 and 4.2). Reading checks form only; what the parts
 * mean for trust is the judge's matter (pki/chain.h). Everything is borrowed from the encoding. */
#ifndef DCMSEC_PKI_CERT_H
#define DCMSEC_PKI_CERT_H

#include "base/err.h"
#include "base/span.h"

/* Key usage bits as RFC 5280 4.2.1.3 numbers them. */
enum {
	USAGE_SIGNATURE = 1 << 0,
	USAGE_NON_REPUDIATION = 1 << 1,
	USAGE_KEY_ENCIPHERMENT = 1 << 2,
	USAGE_DATA_ENCIPHERMENT = 1 << 3,
	USAGE_KEY_AGREEMENT = 1 << 4,
	USAGE_CERT_SIGN = 1 << 5,
	USAGE_CRL_SIGN = 1 << 6,
	USAGE_ENCIPHER_ONLY = 1 << 7,
	USAGE_DECIPHER_ONLY = 1 << 8,
	USAGE_ALL = 0x1ff
};

/* Extended key usages (RFC 5280 4.2.1.12) as a set. */
enum {
	PURPOSE_SERVER = 1 << 0,
	PURPOSE_CLIENT = 1 << 1,
	PURPOSE_ANY = 1 << 2,
	PURPOSE_OTHER = 1 << 3,
	PURPOSE_OCSP = 1 << 4,
};

/* Extensions that are understood; each is at most once in a certificate. */
enum ext {
	EXT_BASIC_CONSTRAINTS,
	EXT_KEY_USAGE,
	EXT_EXT_KEY_USAGE,
	EXT_SUBJECT_ALT_NAME,
	EXT_ISSUER_ALT_NAME,
	EXT_NAME_CONSTRAINTS,
	EXT_SUBJECT_KEY_ID,
	EXT_AUTHORITY_KEY_ID,
	EXT_CRL_POINTS,
	EXT_FRESHEST_CRL,
	EXT_POLICIES,
	EXT_POLICY_MAPPINGS,
	EXT_POLICY_CONSTRAINTS,
	EXT_INHIBIT_ANY_POLICY,
	EXT_NETSCAPE_TYPE,
	EXT_AUTHORITY_INFO,
	EXT_COUNT
};

enum { CERT_BYTES = 65536, CERT_EXTENSIONS = 64 }; /* larger or more are refused */

struct cert {
	struct span der;       /* the whole certificate */
	struct span tbs;       /* what is signed */
	struct span serial;    /* contents of the INTEGER */
	struct span algorithm; /* signatureAlgorithm, the whole AlgorithmIdentifier */
	struct span inner;     /* the one inside what is signed: must be the same */
	struct span issuer;    /* names, whole */
	struct span subject;
	int64_t not_before; /* seconds since 1970 */
	int64_t not_after;
	struct span spki; /* SubjectPublicKeyInfo, whole */
	struct span signature;
	unsigned version; /* 1 to 3 */

	struct span ext[EXT_COUNT]; /* contents of each extnValue; p NULL: absent */
	uint32_t present, critical; /* bit 1 << enum ext */
	struct span unknown;        /* OID of the first critical extension that is not understood */

	bool ca;               /* basicConstraints */
	int path_length;       /* -1: none */
	unsigned usage;        /* key usage bits; all when the extension is absent */
	unsigned purposes;     /* extended key usages; 0 when the extension is absent */
	unsigned netscape;     /* the bits of nsCertType, first bit lowest */
	struct span alt_names; /* contents of the subjectAltName's SEQUENCE; empty: none */
	struct span permitted; /* subtrees of the name constraints, contents; empty: none */
	struct span excluded;
	struct span key_id;        /* subject key identifier; empty: none */
	struct span issuer_key_id; /* key identifier of the authority key identifier; empty: none */
};

/* False, with the clause in *e (ERR_TRUST, bad_certificate), when der is not exactly one certificate. */
bool cert_read(struct span der, struct cert *c, struct err *e);

bool cert_has(const struct cert *c, enum ext x);
bool cert_self_issued(const struct cert *c); /* subject and issuer are the same name */

/* "subject CN=a, issuer CN=b, serial 01:02, valid 2026-..Z to 2027-..Z"; cut where it does not fit. */
char *cert_text(const struct cert *c, char *text, size_t cap);
void cert_sha256(struct span der, uint8_t digest[32]);

/* Walks the GeneralNames of a subjectAltName or of another span of them (RFC 5280 4.2.1.6). */
enum general_name {
	GN_OTHER = 0,
	GN_EMAIL = 1,
	GN_DNS = 2,
	GN_X400 = 3,
	GN_DIRECTORY = 4,
	GN_EDI = 5,
	GN_URI = 6,
	GN_IP = 7,
	GN_RID = 8
};
/* Eats one from *names (the contents of the SEQUENCE). For GN_DIRECTORY value is the whole Name, for
 * the others the contents octets. False at the end or when malformed (then *names is not empty). */
bool general_next(struct span *names, enum general_name *kind, struct span *value);

#endif
