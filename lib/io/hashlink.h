/* SPDX-License-Identifier: MIT */
/* The links of a hashed directory: their names, what is there, making and removing them. */
#ifndef DCMSEC_IO_HASHLINK_H
#define DCMSEC_IO_HASHLINK_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

enum { SLOT_TEXT = 24 };

/* "0123abcd.r7" */
struct slot_name {
	uint32_t hash;
	bool crl;
	unsigned number;
};

bool slot_parse(const char *name, struct slot_name *slot);
char *slot_text(const struct slot_name *slot, char text[SLOT_TEXT]); /* returns text */

char *hashlink_path(
	const char *dir, const char *name); /* "dir/name", the caller's; NULL: no memory */

struct hashlink {
	struct slot_name slot;
	char *name;
	char *target; /* of a symbolic link; NULL: a file */
	bool ours;    /* a link to a file of the directory, which may be replaced or removed */
	bool wanted;
};

struct hashlinks {
	struct hashlink *v;
	size_t n, cap;
};

/* Adds what is there under a name of this kind. */
bool hashlinks_add(struct hashlinks *l, int dir, const char *name, const struct slot_name *slot,
	struct err *e);
void hashlinks_sort(struct hashlinks *l); /* when all are added, before the calls below */

/* True when something is there that is not to be touched and is not a copy of the file of this name. */
bool hashlinks_foreign(
	const struct hashlinks *l, int dir, const struct slot_name *slot, const char *file);

/* Sees to it that the slot leads to the file of this name; *made: it did not yet. */
bool hashlinks_want(struct hashlinks *l, int dir, const struct slot_name *slot, const char *file,
	bool copy, bool *made, struct err *e);

/* Removes the i-th when it is ours and nobody wanted it; true: it is gone. */
bool hashlinks_drop(struct hashlinks *l, int dir, size_t i);
void hashlinks_free(struct hashlinks *l);

#endif
