/* SPDX-License-Identifier: MIT */
/* A data set on its way into a file in another uncompressed transfer syntax than it came in. */
#ifndef DCMSEC_IO_REWRITE_H
#define DCMSEC_IO_REWRITE_H

#include "dicom/elem.h"
#include "io/outdir.h"

struct rewrite;

/* lengths: also where only lengths change: sequences and items get undefined ones, and group lengths
 * go. NULL with *e. */
struct rewrite *rewrite_new(struct syntax from, struct syntax to, bool lengths, struct err *e);
void rewrite_free(struct rewrite *r); /* NULL is fine */

/* ERR_SYSTEM is the file's failure, anything else that of the data. */
bool rewrite_write(struct rewrite *r, struct outfile *f, struct span data, struct err *e);
bool rewrite_end(struct rewrite *r, struct outfile *f, struct err *e);

#endif
