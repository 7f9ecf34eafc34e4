/* SPDX-License-Identifier: MIT */
/* Writing certificates, requests (PKCS#10, RFC 2986) and CRLs (RFC 5280). */
#ifndef DCMSEC_PKI_ISSUE_H
#define DCMSEC_PKI_ISSUE_H

#include "pki/cert.h"
#include "pki/keygen.h"

/* What is to be in a certificate. Spans are borrowed. */
struct issue {
	struct span subject, issuer; /* whole names */
	struct span spki;            /* whole */
	struct span serial;          /* magnitude, 1 to 20 octets */
	int64_t not_before, not_after;
	bool ca;
	int path_length;           /* of a CA; negative: none */
	unsigned usage;            /* key usage bits, critical; never 0 */
	unsigned purposes;         /* PURPOSE_SERVER, PURPOSE_CLIENT; 0: no extension */
	struct span alt_names;     /* contents of GeneralNames; empty: none */
	struct span issuer_key_id; /* the issuer's subject key identifier; empty: none */
};

/* Appends the certificate, signed. False when it does not fit or the key is damaged. */
bool issue_cert(const struct issue *i, const struct key *signer, struct buf *out);

/* SHA-1 of the subjectPublicKey's octets (RFC 5280 4.2.1.2, method 1). */
bool issue_key_id(struct span spki, uint8_t id[20]);

/* Appends a request for this subject and these names, signed with the key itself. */
bool issue_request(
	struct span subject, struct span alt_names, const struct key *key, struct buf *out);

struct request {
	struct span subject, spki;
	struct span alt_names; /* contents of GeneralNames that it asks for; empty: none */
};
/* Reads a request and checks that it is signed with the key it is for (RFC 2986 3). */
bool request_read(struct span der, struct request *r, struct err *e);

/* A CRL: entries are given one after the other by next, until it says false. */
struct issue_crl {
	struct span issuer;
	struct span issuer_key_id;
	uint64_t number;
	int64_t this_update, next_update;
	bool (*next)(void *arg, struct span *serial, int64_t *date, unsigned *reason);
	void *arg;
};
bool issue_crl(const struct issue_crl *c, const struct key *signer, struct buf *out);

/* Appends a name from text: "CN=ct1.local, O=St. Elsewhere, OU=CT1" (types as name_text has them; a
 * comma or plus sign of a value has a backslash before it), or a bare common name without "=". */
bool name_write(const char *text, struct buf *out, struct err *e);

/* Appends general names from text: "DNS:ct1.local,IP:192.0.2.1,email:a@b"; a bare word is a DNS name or
 * an address, as it looks. */
bool alt_names_write(const char *text, struct buf *out, struct err *e);

#endif
