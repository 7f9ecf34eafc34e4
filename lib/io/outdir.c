/* SPDX-License-Identifier: MIT */
/* The folder: made, opened, cleaned, and settled on the disk. */
#define _GNU_SOURCE /* flock */
#include "io/outdir_inner.h"

#include "io/whole.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static bool make_folders(const char *path)
{
	char part[4096];
	if ((size_t)snprintf(part, sizeof part, "%s", path) >= sizeof part) {
		errno = ENAMETOOLONG;
		return false;
	}
	for (char *slash = part + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		if (mkdir(part, 0777) != 0 && errno != EEXIST)
			return false;
		*slash = '/';
	}
	return mkdir(part, 0777) == 0 || errno == EEXIST;
}

/* Syncs the folders above, up to the root of the file system: what is stored hangs on their names, and
 * whoever made one, such as a receiver that was killed, may not have come to it. Those that we may not
 * read are not ours. */
static bool sync_above(int folder)
{
	struct stat inner, outer;
	int at = fcntl(folder, F_DUPFD_CLOEXEC, 0);
	bool ok = at >= 0 && fstat(at, &inner) == 0;
	while (ok) {
		const int up = openat(at, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		ok = up >= 0 ? fstat(up, &outer) == 0 : errno == EACCES;
		close(at);
		at = up;
		if (!ok || up < 0 || outer.st_dev != inner.st_dev || outer.st_ino == inner.st_ino)
			break;
		ok = folder_sync(up);
		inner = outer;
	}
	const int failure = errno;
	if (at >= 0)
		close(at);
	errno = failure;
	return ok;
}

bool outdir_open(struct outdir *d, const char *path, bool sync, struct err *e)
{
	*d = (struct outdir){ .path = path, .sync = sync };
	d->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (d->fd < 0 && errno == ENOENT && make_folders(path))
		d->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (d->fd < 0)
		return err_set(e, ERR_SYSTEM, errno, "cannot open the output folder %s: %s", path,
			strerror(errno));
	if (faccessat(d->fd, ".", W_OK | X_OK, 0) != 0) {
		const int failure = errno;
		outdir_close(d);
		return err_set(e, ERR_SYSTEM, failure, "cannot write to the output folder %s: %s",
			path, strerror(failure));
	}
	if (sync && !sync_above(d->fd)) {
		const int failure = errno;
		outdir_close(d);
		return err_set(e, ERR_SYSTEM, failure, "cannot sync the folders above %s: %s", path,
			strerror(failure));
	}
	if (sync)
		syncs_open(&d->syncs);
	return true;
}

void outdir_close(struct outdir *d)
{
	syncs_close(&d->syncs);
	for (size_t i = 0; i < d->n_unsettled; i++)
		close(d->unsettled[i]);
	d->n_unsettled = 0;
	if (d->fd >= 0)
		close(d->fd);
	d->fd = -1;
}

/* ---- what is whole */

bool outfile_whole(struct outdir *d, struct outfile *f)
{
	if (d->n_whole == OUTDIR_WHOLE)
		return false;
	d->whole[d->n_whole++] = f;
	return true;
}

void outdir_forget(struct outdir *d, const struct outfile *f)
{
	size_t kept = 0;
	for (size_t i = 0; i < d->n_whole; i++)
		if (d->whole[i] != f)
			d->whole[kept++] = d->whole[i];
	d->n_whole = kept;
}

bool outdir_sync(struct outdir *d, struct outfile *f)
{
	struct outfile *due[OUTDIR_WHOLE + 1] = { f };
	int fds[OUTDIR_WHOLE + 1] = { f->fd }, failures[OUTDIR_WHOLE + 1];
	size_t n = f->sync == OUTFILE_UNSYNCED;
	for (size_t i = 0; n && i < d->n_whole; i++) {
		struct outfile *other = d->whole[i];
		if (other != f && other->sync == OUTFILE_UNSYNCED) {
			due[n] = other;
			fds[n++] = other->fd;
		}
	}
	syncs_all(&d->syncs, fds, failures, n);
	for (size_t i = 0; i < n; i++) {
		due[i]->sync = failures[i] ? OUTFILE_UNSYNCABLE : OUTFILE_SYNCED;
		due[i]->failure = failures[i];
	}
	errno = f->failure;
	return f->sync == OUTFILE_SYNCED;
}

/* ---- settling */

static bool settle_one(struct outdir *d, int folder)
{
	const bool ok = folder_sync(folder);
	if (!ok) {
		d->failure = errno;
		memset(d->sure, 0, sizeof d->sure);
	}
	close(folder);
	return ok;
}

void outdir_unsettle(struct outdir *d, int folder)
{
	if (!d->sync) {
		close(folder);
		return;
	}
	struct stat mine, other;
	if (fstat(folder, &mine) != 0)
		mine.st_ino = 0;
	for (size_t i = 0; i < d->n_unsettled; i++)
		if (fstat(d->unsettled[i], &other) == 0 && other.st_ino == mine.st_ino &&
			other.st_dev == mine.st_dev) {
			close(folder);
			return;
		}
	if (d->n_unsettled == OUTDIR_UNSETTLED)
		settle_one(d, d->unsettled[--d->n_unsettled]);
	d->unsettled[d->n_unsettled++] = folder;
}

bool outdir_settle(struct outdir *d, struct err *e)
{
	while (d->n_unsettled)
		settle_one(d, d->unsettled[--d->n_unsettled]);
	const int failure = d->failure;
	d->failure = 0;
	return !failure ||
		err_set(e, ERR_SYSTEM, failure, "cannot sync %s: %s", d->path, strerror(failure));
}

/* Whether the folder's own name was synced, or will be with the next settling, by this process: one that
 * is found there may be of another one, which was killed before it came to that. */
static bool is_sure(struct outdir *d, int folder)
{
	struct stat s;
	if (fstat(folder, &s) != 0)
		return false;
	struct outdir_sure *slot = &d->sure[s.st_ino % OUTDIR_SURE];
	const bool known = slot->inode == s.st_ino && slot->device == s.st_dev;
	*slot = (struct outdir_sure){ s.st_dev, s.st_ino };
	return known;
}

/* These are always there, and one of them leads out. */
static bool dots(const char *part)
{
	return strcmp(part, ".") == 0 || strcmp(part, "..") == 0;
}

static int step_into(int at, const char *part, bool *made)
{
	*made = false;
	if (dots(part)) {
		errno = EINVAL;
		return -1;
	}
	*made = mkdirat(at, part, 0777) == 0;
	if (!*made && errno != EEXIST)
		return -1;
	return openat(at, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* O_NOFOLLOW at each step: a link inside the folder must not lead out of it. */
int outdir_folder(struct outdir *d, char *name, char **leaf)
{
	int at = fcntl(d->fd, F_DUPFD_CLOEXEC, 0);
	for (char *slash; at >= 0 && (slash = strchr(name, '/')); name = slash + 1) {
		*slash = '\0';
		bool made;
		const int inner = step_into(at, name, &made);
		const int failure = errno;
		const bool sure = inner >= 0 && d->sync && is_sure(d, inner);
		if (made || (inner >= 0 && !sure))
			outdir_unsettle(d, at);
		else
			close(at);
		errno = failure;
		at = inner;
	}
	*leaf = name;
	if (at >= 0 && dots(name)) {
		close(at);
		errno = EINVAL;
		return -1;
	}
	return at;
}

/* ---- room */

bool outdir_has_room(const struct outdir *d, struct err *e)
{
	struct statvfs s;
	if (!d->keep_free || fstatvfs(d->fd, &s) != 0)
		return true;
	const uint64_t block = s.f_frsize, available = s.f_bavail * block;
	uint64_t left = d->keep_free;
	if (left == OUTDIR_FREE_DEFAULT) {
		left = (uint64_t)64 << 20;
		if (left > s.f_blocks * block / 100)
			left = s.f_blocks * block / 100;
	}
	return available >= left ||
		err_set(e, ERR_SYSTEM, ENOSPC,
			"the disk is nearly full: %llu bytes are free, and %llu are kept free",
			(unsigned long long)available, (unsigned long long)left);
}

/* ---- what receivers left that were killed */

/* Names as outfile_open makes them: nothing else is touched. */
static bool temporary(const char *name)
{
	static const char digits[] = "0123456789", begin[] = ".dcmsec-";
	if (strncmp(name, begin, sizeof begin - 1) != 0)
		return false;
	name += sizeof begin - 1;
	const size_t pid = strspn(name, digits);
	if (!pid || name[pid] != '-')
		return false;
	name += pid + 1;
	const size_t serial = strspn(name, digits);
	return serial && strcmp(name + serial, ".part") == 0;
}

/* NULL: it is gone. Otherwise why it stays. */
static const char *clean(int folder, const char *name, uint64_t *size)
{
	struct stat s;
	const char *why = NULL;
	const int fd = openat(folder, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return strerror(errno);
	if (fstat(fd, &s) != 0 || !S_ISREG(s.st_mode))
		why = "it is no regular file";
	else if (flock(fd, LOCK_EX | LOCK_NB) != 0)
		why = errno == EWOULDBLOCK ? "a receiver is writing it" : strerror(errno);
	else if (unlinkat(folder, name, 0) != 0)
		why = strerror(errno);
	else
		*size = (uint64_t)s.st_size;
	close(fd);
	return why;
}

void outdir_clean(struct outdir *d,
	void (*tell)(void *arg, const char *name, uint64_t size, const char *why), void *arg)
{
	const int fd = openat(d->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	if (!dir && fd >= 0)
		close(fd);
	for (struct dirent *entry; dir && (entry = readdir(dir));) {
		if (!temporary(entry->d_name))
			continue;
		uint64_t size = 0;
		const char *why = clean(d->fd, entry->d_name, &size);
		tell(arg, entry->d_name, size, why);
	}
	if (dir)
		closedir(dir);
}
