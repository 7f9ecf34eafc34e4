/* SPDX-License-Identifier: MIT */
/* Small whole files: keys, certificates, lists. Objects are never read this way. */
#ifndef DCMSEC_IO_FILE_H
#define DCMSEC_IO_FILE_H

#include "base/err.h"
#include "base/span.h"

/* Reads a file of at most max bytes into memory of its own, and puts a NUL behind them that out->n does
 * not count. False with ERR_INPUT. The result is wiped and released with file_free, whatever was in it. */
bool file_load(const char *path, size_t max, struct mspan *out, struct err *e);
void file_free(struct mspan *loaded);

/* Zeroed memory for secrets: whole pages that are not swapped out (where the host allows it), left out
 * of core dumps. NULL when there is none. Released, wiped, with secret_free. */
void *secret_new(size_t n);
void secret_free(void *p, size_t n);

#endif
