/* SPDX-License-Identifier: MIT */
/* A data set on its way into a file in another uncompressed transfer syntax than it came in. */
#ifndef DCMSEC_IO_REWRITE_H
#define DCMSEC_IO_REWRITE_H

#include "dicom/recode.h"
#include "io/outdir.h"

struct rewrite;

/* NULL with *e. */
struct rewrite *rewrite_new(
	struct syntax from, struct syntax to, const struct recode_style *style, struct err *e);
void rewrite_free(struct rewrite *r); /* NULL is fine */

/* ERR_SYSTEM is the file's failure, anything else that of the data. */
bool rewrite_write(struct rewrite *r, struct outfile *f, struct span data, struct err *e);
bool rewrite_end(struct rewrite *r, struct outfile *f, struct err *e);

#endif
