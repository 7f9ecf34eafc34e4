/* SPDX-License-Identifier: MIT */
/* Small files that appear whole or not at all. */
#ifndef DCMSEC_IO_FILEPUT_H
#define DCMSEC_IO_FILEPUT_H

#include "base/err.h"
#include "base/span.h"

/* Writes under a temporary name beside path, syncs, and renames. replace false: a file that is there
 * already is an error and stays. mode: 0600 for secrets, 0644 else. */
bool file_put(const char *path, struct span data, unsigned mode, bool replace, struct err *e);

/* False, naming it, when one of these is in the directory (NULL: the names are paths) already. */
bool files_absent(const char *dir, const char *const *names, size_t n, struct err *e);

/* Makes a directory; one that is there already is fine. */
bool dir_make(const char *path, unsigned mode, struct err *e);

/* "dir/name" in text. False when it does not fit. */
bool path_join(const char *dir, const char *name, char *text, size_t cap, struct err *e);

#endif
