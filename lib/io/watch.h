/* SPDX-License-Identifier: MIT */
/* A folder, with those in it, in which files appear. What there is is found by looking through it
 * again and again; where the kernel tells of changes (inotify), it is looked at at once, and a file
 * that was closed after writing or renamed into it is handed out without waiting. Any other file is
 * handed out when it has not changed for a while. */
#ifndef DCMSEC_IO_WATCH_H
#define DCMSEC_IO_WATCH_H

#include "base/err.h"
#include "io/mark.h"

#include <stddef.h>

struct watch;

struct watch_file {
	const char *path; /* borrowed until the next watch_look */
	struct mark mark;
	bool settled; /* it has not changed for the time that was given; otherwise it was only closed */
};

/* settle: ms without a change. The path is borrowed. NULL with *e when the folder cannot be read. */
struct watch *watch_new(const char *dir, uint64_t settle, struct err *e);
void watch_free(struct watch *w);

int watch_fd(const struct watch *w); /* to poll for POLLIN; -1: there is no such thing here */
uint64_t watch_deadline(const struct watch *w);

/* To be called when the descriptor is ready or the deadline is over; looks through the folder when
 * that is due. False with *e: the folder is not to be read at present; it is tried again. */
bool watch_look(struct watch *w, uint64_t now, struct err *e);

/* The next file that is there to be taken, once; again only when it has changed. False: none now. */
bool watch_next(struct watch *w, struct watch_file *f);

/* The file last handed out is not whole yet: it comes again when it has settled. */
void watch_later(struct watch *w);

#endif
