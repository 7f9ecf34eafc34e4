/* SPDX-License-Identifier: MIT */
/* What the folder (outdir.c) and the files on their way into it (outdir_file.c) share. For these alone. */
#ifndef DCMSEC_IO_OUTDIR_INNER_H
#define DCMSEC_IO_OUTDIR_INNER_H

#include "io/outdir.h"

/* Opens the folder that name lies in, below d, making what is missing, and points *leaf at the last
 * part of name, which is cut up. -1 with errno. */
int outdir_folder(struct outdir *d, char *name, char **leaf);

/* Takes over the descriptor of a folder in which a name is new. */
void outdir_unsettle(struct outdir *d, int folder);

/* Syncs f, and with it all files that are whole. False with errno: f could not be. */
bool outdir_sync(struct outdir *d, struct outfile *f);

/* f is placed, or gone. */
void outdir_forget(struct outdir *d, const struct outfile *f);

/* False with ERR_SYSTEM and ENOSPC when less is free than keep_free leaves. */
bool outdir_has_room(const struct outdir *d, struct err *e);

#endif
