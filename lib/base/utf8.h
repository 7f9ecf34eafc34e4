/* SPDX-License-Identifier: MIT */
/* UTF-8 (RFC 3629) from foreigners, on its way to a terminal, a log or an event. */
#ifndef DCMSEC_BASE_UTF8_H
#define DCMSEC_BASE_UTF8_H

#include "base/span.h"

/* Eats one character into *c. False: what s, which is not empty, begins with is none (overlong, a
 * surrogate, past U+10FFFF, cut off), and its first byte alone was eaten. */
bool utf8_next(struct span *s, uint32_t *c);

/* True for what moves a terminal, ends a line for some reader, or turns the direction of what is
 * around it: control characters of both sets, U+2028, U+2029 and the bidirectional controls. */
bool utf8_is_control(uint32_t c);

/* Replaces in place each byte of such characters, and of what is no UTF-8, by '?'. */
void utf8_make_printable(char *text);

#endif
