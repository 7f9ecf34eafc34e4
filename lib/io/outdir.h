/* SPDX-License-Identifier: MIT */
/* A folder into which files arrive whole or not at all: written under a temporary name, synced (together
 * with others that are whole by then), moved to the final name. Once outdir_settle has succeeded, what was placed survives a power cut. */
#ifndef DCMSEC_IO_OUTDIR_H
#define DCMSEC_IO_OUTDIR_H

#include "base/err.h"
#include "base/span.h"
#include "io/syncs.h"

#include <stddef.h>
#include <sys/types.h>

enum {
	OUTDIR_NAME = 1024,
	OUTDIR_UNSETTLED = 16,
	OUTDIR_SURE = 64,
	OUTDIR_WHOLE = SYNCS_MOST - 1,
};

/* What becomes of a file whose name is taken. */
enum outdir_duplicates {
	OUTDIR_KEEP, /* the same body: the one that is there stands for both; another: both are kept */
	OUTDIR_REPLACE, /* it takes the place of the one that is there, in one step */
	OUTDIR_REJECT,  /* the one that is there stays, whatever it holds */
};

#define OUTDIR_FREE_DEFAULT UINT64_MAX /* keep_free: 64 MB, or a hundredth of a disk under 6.4 GB */

/* A folder inside whose own name is on the disk, or will be once the unsettled ones are. */
struct outdir_sure {
	dev_t device;
	ino_t inode;
};

struct outdir {
	const char *path; /* borrowed, for messages */
	int fd;
	bool sync;
	enum outdir_duplicates duplicates; /* this and the next are set after outdir_open */
	uint64_t keep_free;                /* bytes of the disk that are left to others; 0: none */
	unsigned long serial;              /* for temporary names */
	int unsettled[OUTDIR_UNSETTLED];   /* folders whose new names are not on the disk yet */
	size_t n_unsettled;
	struct outdir_sure sure[OUTDIR_SURE]; /* by inode */
	int failure; /* errno of a folder that could not be synced since the last settle, or 0 */
	struct outfile *whole[OUTDIR_WHOLE]; /* files that outfile_whole noted */
	size_t n_whole;
	struct syncs syncs;
};

enum outfile_sync { OUTFILE_UNSYNCED, OUTFILE_SYNCED, OUTFILE_UNSYNCABLE };

/* A file on its way. fd is -1 when there is none. It stays where it is in memory once it is whole. */
struct outfile {
	int fd;
	char temp[48]; /* its name for now, in the folder itself */
	uint64_t size; /* bytes written */
	uint64_t body; /* where the part begins that tells two files of one name apart */
	const struct outdir *dir;
	enum outfile_sync sync;
	int failure;         /* errno of OUTFILE_UNSYNCABLE */
	struct rival *rival; /* while it is compared with files that have its name */
};

enum outfile_placed {
	OUTFILE_FAILED,
	OUTFILE_NEW,       /* it has the name asked for */
	OUTFILE_REPLACED,  /* so has it, in place of another one (OUTDIR_REPLACE) */
	OUTFILE_SAME,      /* a file with that name and the same body was there; that one stays */
	OUTFILE_DIFFERENT, /* a file with that name and another body was there; both are kept */
	OUTFILE_REJECTED,  /* a file with that name was there and stays alone (OUTDIR_REJECT) */
	OUTFILE_COMPARING, /* not placed yet: a part of the comparison is done, call again */
};

/* Opens the folder, making it where it is missing, and makes the names durable that lead to it. sync false
 * leaves out all syncing. */
bool outdir_open(struct outdir *d, const char *path, bool sync, struct err *e);
void outdir_close(struct outdir *d);

/* Removes the temporary files that receivers left which are no more, and tells of each; why is NULL, or
 * says why it stays. A receiver holds a lock (flock) on what it writes, so a living one on the same
 * folder, of whatever host or container, keeps its files. */
void outdir_clean(struct outdir *d,
	void (*tell)(void *arg, const char *name, uint64_t size, const char *why), void *arg);

bool outfile_open(struct outdir *d, struct outfile *f, struct err *e);
bool outfile_write(struct outfile *f, struct span data, struct err *e);

/* Everything is written, and outfile_place or outfile_drop comes next. The first that is placed syncs with
 * itself all that are whole, at once. False: so many are already; this one will be synced by itself. */
bool outfile_whole(struct outdir *d, struct outfile *f);

/* Whether the file that is open as there may be the same as the one that comes, and where its body
 * begins. */
struct outfile_like {
	bool (*like)(void *arg, int there, uint64_t *body);
	void *arg;
};

/* Ends the file under name, a relative path whose folders are made as needed (refused when a part is
 * ".", "..", empty, or a symbolic link to a folder). At OUTFILE_DIFFERENT placed, of OUTDIR_NAME bytes,
 * has the name it got instead ("x~2.dcm"); else it is name. At OUTFILE_COMPARING f lives on, for a call
 * with the same arguments or outfile_drop; otherwise it is closed.
 *
 * System calls, in this order: fdatasync of the file, if it was not synced with others, openat (mkdirat) of each folder, renameat2, and
 * close; for outdir_settle fsync of the folders. */
enum outfile_placed outfile_place(struct outdir *d, struct outfile *f, const char *name,
	const struct outfile_like *same, char placed[OUTDIR_NAME], struct err *e);
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
