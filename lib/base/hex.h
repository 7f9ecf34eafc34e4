/* SPDX-License-Identifier: MIT */
/* Bytes as hexadecimal digits and back. Not for secrets: it indexes a table with the data. */
#ifndef DCMSEC_BASE_HEX_H
#define DCMSEC_BASE_HEX_H

#include "base/span.h"

/* Lower-case digits of as much of s as fits text (cap counts the NUL); returns text. */
char *hex_text(struct span s, char *text, size_t cap);

/* As hex_text, in upper case with a colon between bytes: the form of certificate fingerprints. */
char *hex_colons(struct span s, char *text, size_t cap);

/* Reads digits, of either case, with or without colons between bytes. False when text is anything
 * else or holds more than cap bytes; *n is the number of bytes read. */
bool hex_bytes(const char *text, uint8_t *out, size_t cap, size_t *n);

#endif
