/* SPDX-License-Identifier: MIT */
/* What becomes of a file that has done its duty. Nothing is ever overwritten, and a file that is not
 * what it was when it was looked at is left alone. */
#ifndef DCMSEC_IO_DISPOSE_H
#define DCMSEC_IO_DISPOSE_H

#include "base/err.h"
#include "io/mark.h"

#include <stddef.h>

/* Whether path still is what was marked; one that is gone is not. */
bool dispose_same(const char *path, const struct mark *m, struct err *e);

bool dispose_delete(const char *path, const struct mark *m, struct err *e);

/* Moves the file into dir, under its own name or, where that is taken, with .1, .2 ... behind it; to
 * gets the new path. To another file system it is copied, synced, and then deleted. */
bool dispose_move(const char *path, const struct mark *m, const char *dir, char *to, size_t cap,
	struct err *e);

#endif
