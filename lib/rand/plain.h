/* SPDX-License-Identifier: MIT */
/* Whether bytes are plain text: a letter, a log, source code. The entropy estimators see something in
 * any language, but text can be guessed. Known are ASCII, UTF-8, what is mostly one of them (Latin-1),
 * and UTF-16 of Latin letters, with its byte order mark also of other alphabets. */
#ifndef DCMSEC_RAND_PLAIN_H
#define DCMSEC_RAND_PLAIN_H

#include "base/span.h"

struct plain {
	uint64_t n;           /* bytes */
	uint64_t text;        /* of them, characters of ASCII or UTF-8 */
	uint64_t zero[2];     /* zeros at even and at odd places */
	uint64_t low[2];      /* 0 to 7 there: the high halves of the alphabets in UTF-16 */
	uint64_t readable[2]; /* printable ASCII there */
	unsigned whole, due;  /* of a character of several bytes: how many came, and are to come */
	uint8_t first[2];     /* a byte order mark, perhaps */
};

void plain_init(struct plain *p);
void plain_add(struct plain *p, struct span bytes);
bool plain_is_text(const struct plain *p); /* false for no bytes */

#endif
