/* SPDX-License-Identifier: MIT */
/* A folder into which files arrive whole or not at all: written under a temporary name, synced, then
 * moved to the final name. Once outdir_settle has succeeded, what was placed survives a power cut. */
#ifndef DCMSEC_IO_OUTDIR_H
#define DCMSEC_IO_OUTDIR_H

#include "base/err.h"
#include "base/span.h"

enum { OUTDIR_NAME = 1024, OUTDIR_UNSETTLED = 16 };

struct outdir {
	const char *path; /* borrowed, for messages */
	int fd;
	bool sync;
	bool replace;         /* a file of the same name gives way; set after outdir_open */
	unsigned long serial; /* for temporary names */
	int unsettled[OUTDIR_UNSETTLED]; /* folders whose new names are not on the disk yet */
	size_t n_unsettled;
	int failure; /* errno of a folder that could not be synced since the last settle, or 0 */
};

/* A file on its way. fd is -1 when there is none. */
struct outfile {
	int fd;
	char temp[48]; /* its name for now, in the folder itself */
	uint64_t size; /* bytes written */
	uint64_t body; /* where the part begins that tells two files of one name apart */
};

enum outfile_placed {
	OUTFILE_FAILED,
	OUTFILE_NEW,       /* it has the name asked for */
	OUTFILE_REPLACED,  /* so has it, in place of another one, by d->replace */
	OUTFILE_SAME,      /* a file with that name and the same body was there; that one stays */
	OUTFILE_DIFFERENT, /* a file with that name and another body was there; both are kept */
};

/* Opens the folder, making it where it is missing. sync false leaves out all syncing. */
bool outdir_open(struct outdir *d, const char *path, bool sync, struct err *e);
void outdir_close(struct outdir *d);

bool outfile_open(struct outdir *d, struct outfile *f, struct err *e);
bool outfile_write(struct outfile *f, struct span data, struct err *e);

/* Ends the file under name, a relative path whose folders are made as needed (refused when a part is
 * ".", "..", empty, or a symbolic link to a folder). body_of says where the body of a file that is already there begins.
 * At OUTFILE_DIFFERENT placed, of OUTDIR_NAME bytes, has the name it got instead ("x~2.dcm"); else it
 * is name. f is closed in every case. */
enum outfile_placed outfile_place(struct outdir *d, struct outfile *f, const char *name,
	uint64_t (*body_of)(int fd), char placed[OUTDIR_NAME], struct err *e);
void outfile_drop(
	struct outdir *d, struct outfile *f); /* as if it had never been; f may be empty */

/* Takes away what was just placed as OUTFILE_NEW or OUTFILE_DIFFERENT and could not be settled. */
void outfile_unplace(struct outdir *d, const char *placed);

/* Gives a placed file another name in the same folder, if that is free. False with *e. */
bool outfile_rename(struct outdir *d, const char *placed, const char *leaf, struct err *e);

/* Makes the names placed since the last call durable. False: they may not be, so do not acknowledge. */
bool outdir_settle(struct outdir *d, struct err *e);

/* A whole small file, such as a new key: written beside, synced, moved over path, with this mode. */
bool outfile_replace(const char *path, struct span data, unsigned mode, struct err *e);

#endif
