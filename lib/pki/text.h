/* SPDX-License-Identifier: MIT */
/* The ASN.1 string types as UTF-8 (X.680 41, RFC 5280 4.1.2.4). */
#ifndef DCMSEC_PKI_TEXT_H
#define DCMSEC_PKI_TEXT_H

#include "base/buf.h"

/* True for a string type that has a canonical form: UTF8, BMP, Universal, Printable, T61, IA5. */
bool text_type(uint8_t tag);

/* Appends the contents octets of such a string to out as UTF-8: T61 read as Latin-1, as everybody
 * does. False when they are not valid for the type. */
bool text_utf8(uint8_t tag, struct span contents, struct buf *out);

/* True for well-formed UTF-8 (RFC 3629): shortest forms, no surrogates, at most U+10FFFF. */
bool text_valid(struct span utf8);

/* Folds text in place: ASCII white space at the ends removed, runs inside made one space, ASCII
 * letters in lower case. Returns the new length. */
size_t text_fold(uint8_t *text, size_t n);

#endif
