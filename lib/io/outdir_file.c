/* SPDX-License-Identifier: MIT */
/* A file on its way into the folder: written, compared with one that has its name, moved there. */
#define _GNU_SOURCE /* SYS_renameat2, flock */
#include "io/outdir_inner.h"

#include "io/whole.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE 1
#endif

enum {
	ROOM_STEP = 8 << 20, /* after so many bytes the disk begins to write, and is looked at */
	SLICE = 512 << 10,   /* compared in one call, so that others get their turn */
	RIVALS = 64,         /* and so many files looked into */
	SAME_NAME_MAX = 10000,
};

/* Where the comparison stands. */
struct rival {
	int fd;          /* of the file that has the name, or -1 */
	unsigned number; /* of that name */
	uint64_t at;     /* bytes of the bodies compared */
	uint64_t body;   /* where the other one's begins */
};

/* The lock says to outdir_clean of another receiver that this one lives. False: that one was quicker,
 * and removes the file. Where a file system has no locks, outdir_clean finds none and removes nothing. */
static bool lock(int fd)
{
	struct stat s;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0)
		return errno != EWOULDBLOCK;
	return fstat(fd, &s) != 0 || s.st_nlink > 0;
}

bool outfile_open(struct outdir *d, struct outfile *f, struct err *e)
{
	*f = (struct outfile){ .fd = -1, .dir = d };
	if (!outdir_has_room(d, e))
		return false;
	for (bool again = true; again;) {
		snprintf(f->temp, sizeof f->temp, ".dcmsec-%ld-%lu.part", (long)getpid(),
			d->serial++);
		f->fd = openat(
			d->fd, f->temp, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
		again = f->fd < 0 && errno == EEXIST;
		if (f->fd >= 0 && !lock(f->fd)) {
			close(f->fd);
			again = true;
		}
	}
	if (f->fd < 0)
		return err_set(e, ERR_SYSTEM, errno, "cannot create a file in %s: %s", d->path,
			strerror(errno));
	return true;
}

bool outfile_write(struct outfile *f, struct span data, struct err *e)
{
	const uint64_t before = f->size / ROOM_STEP;
	struct span left = data;
	const bool ok = write_whole(f->fd, &left);
	f->size += data.n - left.n;
	if (!ok)
		return err_set(e, ERR_SYSTEM, errno, "cannot write: %s", strerror(errno));
	if (!f->dir || f->size / ROOM_STEP == before)
		return true;
	/* So that not all of a large object is left to the sync at its end, which tells of a failure too. */
	if (f->dir->sync)
		sync_file_range(
			f->fd, (off_t)(before * ROOM_STEP), ROOM_STEP, SYNC_FILE_RANGE_WRITE);
	return outdir_has_room(f->dir, e);
}

static void forget_rival(struct outfile *f)
{
	if (f->rival && f->rival->fd >= 0)
		close(f->rival->fd);
	free(f->rival);
	f->rival = NULL;
}

void outfile_drop(struct outdir *d, struct outfile *f)
{
	outdir_forget(d, f);
	if (f->fd < 0)
		return;
	forget_rival(f);
	close(f->fd);
	f->fd = -1;
	unlinkat(d->fd, f->temp, 0);
}

/* A moved file must not replace one that is there. Kernels and file systems that cannot promise that
 * in one step get two; then only another program writing the same name could come between. */
static bool move_new(int from, const char *temp, int to, const char *name)
{
	if (syscall(SYS_renameat2, from, temp, to, name, RENAME_NOREPLACE) == 0)
		return true;
	if (errno != EINVAL && errno != ENOSYS)
		return false;
	if (faccessat(to, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
		errno = EEXIST;
		return false;
	}
	return renameat(from, temp, to, name) == 0;
}

/* ---- the same again? */

enum verdict { LIKE_SO_FAR, LIKE, UNLIKE, UNCLEAR /* with errno */ };

/* What this host lacks for the moment says nothing of the file. One that stays unreadable is not the same:
 * the new one is kept beside it. */
static bool short_of_means(void)
{
	return errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == EINTR;
}

/* Opens the file that has the name already. False: it cannot be the same object. */
static bool meet_rival(
	struct outfile *f, int folder, const char *leaf, const struct outfile_like *same)
{
	struct rival *r = f->rival;
	struct stat s;
	r->fd = openat(folder, leaf, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	r->at = 0;
	return r->fd >= 0 && fstat(r->fd, &s) == 0 && S_ISREG(s.st_mode) &&
		same->like(same->arg, r->fd, &r->body) && (uint64_t)s.st_size >= r->body &&
		(uint64_t)s.st_size - r->body == f->size - f->body;
}

static enum verdict compare(const struct outfile *f)
{
	struct rival *r = f->rival;
	uint8_t ours[8192], theirs[8192];
	for (size_t done = 0; done < SLICE;) {
		const ssize_t n =
			read_whole(f->fd, (struct mspan){ ours, sizeof ours }, f->body + r->at);
		if (n < 0)
			return UNCLEAR;
		const ssize_t m =
			read_whole(r->fd, (struct mspan){ theirs, sizeof theirs }, r->body + r->at);
		if (m < 0 && short_of_means())
			return UNCLEAR;
		if (n != m || memcmp(ours, theirs, (size_t)n) != 0)
			return UNLIKE;
		if (n == 0)
			return LIKE;
		r->at += (uint64_t)n;
		done += (size_t)n;
	}
	return LIKE_SO_FAR;
}

/* Goes on comparing with the file of the present number. The one that is the same stands for the new
 * one, and has to be as safe, whoever wrote it. */
static enum verdict judge(const struct outdir *d, struct outfile *f, int folder, const char *leaf,
	const struct outfile_like *same)
{
	struct rival *r = f->rival;
	enum verdict v = UNLIKE;
	errno = 0;
	if (r->fd >= 0 || meet_rival(f, folder, leaf, same))
		v = compare(f);
	else if (short_of_means())
		v = UNCLEAR;
	if (v == LIKE && d->sync && fdatasync(r->fd) != 0)
		v = short_of_means() ? UNCLEAR : UNLIKE;
	if (v != LIKE_SO_FAR && r->fd >= 0) {
		const int failure = errno;
		close(r->fd);
		r->fd = -1;
		errno = failure;
	}
	return v;
}

/* ---- under which name */

/* "a/b.dcm" and 2 give "a/b~2.dcm". */
static bool number_name(const char *name, unsigned number, char out[OUTDIR_NAME])
{
	const char *slash = strrchr(name, '/');
	const char *dot = strrchr(slash ? slash : name, '.');
	const bool suffix =
		dot && strlen(dot) <= 5 && strspn(dot + 1, "0123456789") != strlen(dot + 1);
	const int stem = suffix ? (int)(dot - name) : (int)strlen(name);
	return snprintf(out, OUTDIR_NAME, "%.*s~%u%s", stem, name, number, name + stem) <
		OUTDIR_NAME;
}

/* Begins to look for a name that is free, or for the same object. */
static bool start_rival(struct outfile *f)
{
	f->rival = malloc(sizeof *f->rival);
	if (f->rival)
		*f->rival = (struct rival){ .fd = -1, .number = 1 };
	return f->rival != NULL;
}

/* The name with its number; the first has none. */
static bool numbered(const char *name, unsigned number, char out[OUTDIR_NAME])
{
	const bool fits = number > 1 ? number_name(name, number, out)
				     : snprintf(out, OUTDIR_NAME, "%s", name) < OUTDIR_NAME;
	if (!fits)
		errno = ENAMETOOLONG;
	return fits;
}

/* Moves the file to name, or to the first numbered form of it that is free. */
static enum outfile_placed move_in(struct outdir *d, struct outfile *f, const char *name,
	int folder, const char *leaf, const struct outfile_like *same, char placed[OUTDIR_NAME])
{
	char target[OUTDIR_NAME];
	for (int met = 0; met < RIVALS; met++) {
		const unsigned number = f->rival ? f->rival->number : 1;
		if (!numbered(leaf, number, target) || !numbered(name, number, placed))
			return OUTFILE_FAILED;
		const bool comparing = f->rival && f->rival->fd >= 0;
		if (!comparing && move_new(d->fd, f->temp, folder, target))
			return number > 1 ? OUTFILE_DIFFERENT : OUTFILE_NEW;
		if (!comparing && errno != EEXIST)
			return OUTFILE_FAILED;
		if (d->duplicates == OUTDIR_REJECT)
			return OUTFILE_REJECTED;
		if (d->duplicates == OUTDIR_REPLACE)
			return renameat(d->fd, f->temp, folder, target) == 0 ? OUTFILE_REPLACED
									     : OUTFILE_FAILED;
		if (!f->rival && !start_rival(f))
			return OUTFILE_FAILED;
		const enum verdict v = judge(d, f, folder, target, same);
		if (v == LIKE)
			return OUTFILE_SAME;
		if (v == UNCLEAR)
			return OUTFILE_FAILED;
		if (v == LIKE_SO_FAR)
			return OUTFILE_COMPARING;
		if (++f->rival->number == SAME_NAME_MAX) {
			errno = EEXIST;
			return OUTFILE_FAILED;
		}
	}
	return OUTFILE_COMPARING;
}

/* Closes it under its new name; NFS and quotas report a failed write only here. One that took the place
 * of another stays: what it replaced may have been acknowledged, and is no more. */
static bool close_placed(
	struct outdir *d, struct outfile *f, const char *placed, enum outfile_placed how)
{
	const int closed = close(f->fd), failure = errno;
	f->fd = -1;
	if (closed != 0 && how != OUTFILE_REPLACED)
		outfile_unplace(d, placed);
	errno = failure;
	return closed == 0;
}

enum outfile_placed outfile_place(struct outdir *d, struct outfile *f, const char *name,
	const struct outfile_like *same, char placed[OUTDIR_NAME], struct err *e)
{
	char path[OUTDIR_NAME], *leaf = path;
	enum outfile_placed result = OUTFILE_FAILED;
	int folder = -1;
	if ((size_t)snprintf(path, sizeof path, "%s", name) >= sizeof path)
		errno = ENAMETOOLONG;
	else if (!d->sync || outdir_sync(d, f))
		folder = outdir_folder(d, path, &leaf);
	if (folder >= 0)
		result = move_in(d, f, name, folder, leaf, same, placed);
	if ((result == OUTFILE_NEW || result == OUTFILE_DIFFERENT || result == OUTFILE_REPLACED) &&
		!close_placed(d, f, placed, result))
		result = OUTFILE_FAILED;
	if (result == OUTFILE_FAILED)
		err_set(e, ERR_SYSTEM, errno, "cannot store %s in %s: %s", name, d->path,
			strerror(errno));
	if (result == OUTFILE_COMPARING) {
		close(folder);
		return result;
	}
	forget_rival(f);
	outfile_drop(d, f); /* but for one that was placed, which is closed */
	/* The folder of one that was there may itself be unsettled. */
	if (folder >= 0 && result != OUTFILE_FAILED && result != OUTFILE_REJECTED)
		outdir_unsettle(d, folder);
	else if (folder >= 0)
		close(folder);
	return result;
}

void outfile_unplace(struct outdir *d, const char *placed)
{
	char path[OUTDIR_NAME], *leaf = path;
	snprintf(path, sizeof path, "%s", placed);
	const int folder = outdir_folder(d, path, &leaf);
	if (folder < 0)
		return;
	unlinkat(folder, leaf, 0);
	close(folder);
}

bool outfile_rename(struct outdir *d, const char *placed, const char *leaf, struct err *e)
{
	char path[OUTDIR_NAME], *old = path;
	snprintf(path, sizeof path, "%s", placed);
	const int folder = outdir_folder(d, path, &old);
	const bool ok = folder >= 0 && move_new(folder, old, folder, leaf);
	if (!ok)
		err_set(e, ERR_SYSTEM, errno, "cannot rename %s to %s: %s", placed, leaf,
			strerror(errno));
	if (folder >= 0)
		outdir_unsettle(d, folder);
	return ok;
}

bool outfile_replace(const char *path, struct span data, unsigned mode, struct err *e)
{
	char temp[4096];
	if ((size_t)snprintf(temp, sizeof temp, "%s.%ld.part", path, (long)getpid()) >= sizeof temp)
		return err_set(e, ERR_SYSTEM, ENAMETOOLONG, "%s is too long a path", path);
	unlink(temp);
	struct outfile f = { .fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode) };
	if (f.fd < 0)
		return err_set(e, ERR_SYSTEM, errno, "cannot create %s: %s", temp, strerror(errno));
	struct err why = { 0 };
	bool ok = fchmod(f.fd, mode) == 0 && outfile_write(&f, data, &why) && fsync(f.fd) == 0;
	ok = close(f.fd) == 0 && ok;
	ok = ok && rename(temp, path) == 0;
	if (!ok) {
		const int failure = why.code ? why.code : errno;
		unlink(temp);
		return err_set(
			e, ERR_SYSTEM, failure, "cannot write %s: %s", path, strerror(failure));
	}
	folder_sync_of(path); /* some cannot be: the file itself is whole either way */
	return true;
}
