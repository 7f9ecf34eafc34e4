/* SPDX-License-Identifier: MIT */
/* All regular files below the paths a user names, in a stable order, one at a time. */
#ifndef DCMSEC_IO_WALK_H
#define DCMSEC_IO_WALK_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct walk;

/* One thing found. An error belongs to path and does not end the walk. */
struct walk_entry {
	const char *path; /* borrowed until the next call */
	uint64_t size;    /* bytes, at the time of looking */
	bool named;       /* the user named it, rather than a folder above it */
	struct err err;   /* kind ERR_NONE for a file */
};

/* What is taken in; zeroed: only what the user named, and no folder. */
struct walk_rules {
	bool folders;        /* enter those that the user named */
	bool deep;           /* and those in them */
	const char *pattern; /* of the names of files in folders (glob_match); NULL: all */
	void (*entered)(
		void *who, const char *path); /* told of each folder before it is read; or NULL */
	void *who;
};
extern const struct walk_rules walk_all;

/* Borrows the paths and the rules. Folders are entered in the order of their names; hidden files (".x") are passed
 * over in folders but not when named, and so is what is neither file nor folder; a symbolic link that
 * leads back to a folder above it is an error, and a named folder is one that
 * is not to be entered. NULL when memory ran out. */
struct walk *walk_new(char *const *paths, int n); /* by walk_all */
struct walk *walk_new_by(char *const *paths, int n, const struct walk_rules *rules);
bool walk_next(struct walk *w, struct walk_entry *entry); /* false: that was all */
void walk_free(struct walk *w);

#endif
