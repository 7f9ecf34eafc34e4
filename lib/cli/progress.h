/* SPDX-License-Identifier: MIT */
/* The line on a terminal that shows how far a transfer is. It is redrawn in place at most ten times
 * a second and is gone at the end; where standard error is no terminal, or with --quiet or --json,
 * nothing is drawn. The caller's clock: milliseconds from anywhere, never going back. */
#ifndef DCMSEC_CLI_PROGRESS_H
#define DCMSEC_CLI_PROGRESS_H

#include "cli/log.h"

struct progress {
	struct log *log;
	bool on;
	uint64_t start, drawn;         /* when it began, when it was drawn last */
	uint64_t objects, objects_all; /* done and in all; 0 in all: not known */
	uint64_t bytes, bytes_all;
};

/* The log is borrowed: its lines push the progress line away, and the next draw brings it back. */
void progress_start(struct progress *p, struct log *log, uint64_t now);

/* After setting objects and bytes in p. Draws when a tenth of a second has passed. */
void progress_draw(struct progress *p, uint64_t now);

/* Clears the line. */
void progress_end(struct progress *p);

/* The line itself, at most width columns: what progress_draw draws. Returns text. */
char *progress_text(const struct progress *p, uint64_t now, unsigned width, char *text, size_t cap);

#endif
