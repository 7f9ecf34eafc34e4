/* SPDX-License-Identifier: MIT */
/* index.txt of an authority, for authority.c. */
#ifndef DCMSEC_IO_AUTHORITY_INDEX_H
#define DCMSEC_IO_AUTHORITY_INDEX_H

#include "io/authority.h"

bool index_make(const char *dir, struct err *e); /* an empty one */
bool index_read(struct authority *a, struct err *e);
bool index_write(const struct authority *a, struct err *e);
bool index_add(struct authority *a, const struct authority_entry *entry, struct err *e);

#endif
