/* SPDX-License-Identifier: MIT */
/* A table for people: columns as wide as their widest cell, two blanks between them. */
#ifndef DCMSEC_CLI_COLUMNS_H
#define DCMSEC_CLI_COLUMNS_H

#include <stddef.h>

enum { COLUMNS_MAX = 12 };

struct columns {
	size_t n; /* cells in a row, at most COLUMNS_MAX; the caller sets it, the rest is zeroed */
	size_t width[COLUMNS_MAX];
};

/* Each row is shown to the first before any is printed by the second, to standard output. */
void columns_fit(struct columns *c, const char *const *cells);
void columns_print(const struct columns *c, const char *const *cells);

#endif
