/* SPDX-License-Identifier: MIT */
/* A strict reader of DER (X.690 clauses 8, 10 and 11): definite lengths in the fewest octets, tag
 * numbers below 31. It copies nothing; every result is borrowed from the input. */
#ifndef DCMSEC_PKI_DER_H
#define DCMSEC_PKI_DER_H

#include "base/span.h"

enum {
	DER_BOOLEAN = 0x01,
	DER_INTEGER = 0x02,
	DER_BITS = 0x03,
	DER_OCTETS = 0x04,
	DER_NULL = 0x05,
	DER_OID = 0x06,
	DER_ENUMERATED = 0x0a,
	DER_UTF8 = 0x0c,
	DER_PRINTABLE = 0x13,
	DER_T61 = 0x14,
	DER_IA5 = 0x16,
	DER_UTC_TIME = 0x17,
	DER_GENERALIZED_TIME = 0x18,
	DER_VISIBLE = 0x1a,
	DER_UNIVERSAL = 0x1c,
	DER_BMP = 0x1e,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
	DER_CONTEXT = 0x80,     /* + number: context-specific, primitive */
	DER_CONTEXT_CONS = 0xa0 /* + number: context-specific, constructed */
};

struct der {
	uint8_t tag;       /* the identifier octet */
	struct span body;  /* the contents octets */
	struct span whole; /* identifier, length and contents */
};

/* Each eats one element from the front of *in; false leaves *in and the result as they were. */
bool der_next(struct span *in, struct der *d);
bool der_take(struct span *in, uint8_t tag, struct span *body);
bool der_whole(struct span *in, uint8_t tag, struct span *whole);

/* Eats identifier and length only; the contents need not be there. */
bool der_head(struct span *in, uint8_t *tag, size_t *n);

/* True when the next element has this tag; eats nothing. */
bool der_is(struct span in, uint8_t tag);

/* As der_take, for an element that may be absent: true with *there false when the next element has
 * another tag or there is none; false only when it is there and malformed. */
bool der_maybe(struct span *in, uint8_t tag, struct span *body, bool *there);

bool der_bool(struct span *in, bool *v); /* only 00 and ff are DER */
/* The contents of an INTEGER in its fewest octets, either sign. */
bool der_integer(struct span *in, struct span *contents);
/* A non-negative INTEGER below 2^63. */
bool der_uint(struct span *in, uint64_t *v);
/* The octets of a non-negative INTEGER without a leading zero; empty for 0. */
bool der_unsigned(struct span *in, struct span *magnitude);
bool der_oid(struct span *in, struct span *oid); /* contents octets, well-formed */
/* A BIT STRING of whole octets, and one of any length with its count of unused bits (0 to 7, and
 * those bits zero). */
bool der_octet_bits(struct span *in, struct span *octets);
bool der_bits(struct span *in, struct span *octets, unsigned *unused);
/* UTCTime or GeneralizedTime as RFC 5280 4.1.2.5 writes them (seconds, Z, no fraction), in seconds
 * since 1970. Either form is taken for any year. */
bool der_time(struct span *in, int64_t *seconds);

/* "1.2.840.113549.1.1.11" for the contents of an OID; cut where it does not fit. Returns text. */
char *der_oid_text(struct span oid, char *text, size_t cap);

#endif
