/* SPDX-License-Identifier: MIT */
/* X.501 distinguished names (RFC 5280 4.1.2.4): text for people, the canonical form by which names
 * are compared, and the hashes by which OpenSSL's directories are indexed. A name is always the whole
 * DER encoding, SEQUENCE header included. */
#ifndef DCMSEC_PKI_NAME_H
#define DCMSEC_PKI_NAME_H

#include "base/buf.h"

enum { NAME_TEXT = 256, NAME_BYTES = 4096 /* longer names are refused */ };

/* One line in the order of the encoding: "C=DE, O=St. Elsewhere, CN=ct1.local", with the escapes of
 * RFC 4514 2.4 and unknown types as dotted numbers; cut with "..." where it does not fit. Text is
 * valid UTF-8 without control characters. The empty name gives "(empty name)". Returns text. */
char *name_text(struct span name, char *text, size_t cap);

/* True for a well-formed name of at most NAME_BYTES. */
bool name_ok(struct span name);

/* Appends the canonical form: the SETs one after the other, strings as lower-case UTF-8 with white
 * space folded (RFC 5280 7.1 in OpenSSL's reading). Equal names have equal forms; a prefix at a SET's
 * boundary is a name above it in the directory. False when malformed or too long. */
bool name_canonical(struct span name, struct buf *out);

bool name_equal(struct span a, struct span b); /* by canonical form; malformed ones by octets */
bool name_within(struct span name, struct span base); /* name is base or below it */
bool name_empty(struct span name);

/* What OpenSSL names files after: `openssl x509 -hash` (SHA-1 of the canonical form) and
 * `-subject_hash_old` (MD5 of the encoding). False when the name is malformed. */
bool name_hash(struct span name, uint32_t *hash);
bool name_hash_old(struct span name, uint32_t *hash);

/* The OID of an attribute type by its short name ("CN"). */
bool name_type(struct span type, struct span *oid);

/* The value of the last attribute of this type as UTF-8 text: "CN", "O", "OU", "C", "emailAddress".
 * False when there is none, or it has a NUL inside or does not fit. */
bool name_attribute(struct span name, const char *type, char *text, size_t cap);

/* Appends the i-th value (from 0) of this attribute type as UTF-8. 1: there is one; 0: there is none;
 * -1: it is no valid string. */
int name_value(struct span name, const char *type, size_t i, struct buf *out);

/* True when the name holds an attribute of this type ("CN", or dotted numbers) with this value, UTF-8
 * and compared as name_equal compares. */
bool name_has(struct span name, struct span type, struct span value);

#endif
