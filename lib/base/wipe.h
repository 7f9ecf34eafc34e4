/* SPDX-License-Identifier: MIT */
/* What secrets need of plain memory: erasing that stays, comparing that tells nothing by its time. */
#ifndef DCMSEC_BASE_WIPE_H
#define DCMSEC_BASE_WIPE_H

#include <stdbool.h>
#include <stddef.h>

/* Zeroes n bytes; the compiler cannot remove it. */
void wipe(void *p, size_t n);

/* True when the n bytes are the same, in a time that depends on n only. */
bool wipe_same(const void *a, const void *b, size_t n);

#endif
