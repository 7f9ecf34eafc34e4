/* SPDX-License-Identifier: MIT */
/* A sender's memory of what a peer has acknowledged, in a file that survives crashes: lines are only
 * appended, each says by itself whether it is whole, and a torn last one is cut off. One process at a
 * time has it. */
#ifndef DCMSEC_IO_JOURNAL_H
#define DCMSEC_IO_JOURNAL_H

#include "base/err.h"
#include "io/journal_line.h"

struct journal;

/* Opens or makes (mode 0600) the file and reads what it remembers. NULL with *e: ERR_INPUT when it is
 * something else, which is left as it is, or when others may write it; ERR_SYSTEM when another process
 * has it or it cannot be used. *damaged is how many lines say that they are not what was written: what
 * they stood for is not remembered. Released with journal_close. */
struct journal *journal_open(const char *path, size_t *damaged, struct err *e);
void journal_close(struct journal *j); /* NULL is fine */

bool journal_has(struct journal *j, const struct journal_key *key);

/* Appends a line; it is remembered once journal_sync is back. False with ERR_SYSTEM: it is not in the
 * file, and nothing else was harmed. */
bool journal_add(struct journal *j, const struct journal_key *key, struct err *e);
bool journal_sync(struct journal *j, struct err *e);

#endif
