/* SPDX-License-Identifier: MIT */
/* The lines of a sender's journal, as text: one for each object that a peer has acknowledged, which
 * ends in a checksum of itself. No file is touched here; io/journal does that. */
#ifndef DCMSEC_IO_JOURNAL_LINE_H
#define DCMSEC_IO_JOURNAL_LINE_H

#include "base/buf.h"
#include "io/mark.h"

#define JOURNAL_HEAD "dcmsec-journal 1\n" /* the first line; another is no journal */

enum { JOURNAL_LINE = 16384 }; /* the longest line, its newline included */

/* What an object is remembered by: where it went, and which content of which file it was. */
struct journal_key {
	const char *peer;     /* HOST:PORT */
	const char *called;   /* AE title */
	const char *path;     /* absolute */
	const char *instance; /* SOP Instance UID */
	struct mark mark;     /* of which size and time count */
};

/* Writes the whole line, newline included; the hash that stands at its end is the result. The sticky
 * flag of b tells of one that is too long. */
uint64_t journal_put(struct buf *b, const struct journal_key *key);

/* Eats the next line with its newline from *in. False: there is none, and what is left is the torn
 * end of a file, or the beginning of a line of which more is to come. */
bool journal_next(struct span *in, struct span *line);

/* Whether a line is whole: its shape, and its checksum, which is put into *hash. */
bool journal_good(struct span line, uint64_t *hash);

#endif
