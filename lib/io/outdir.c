/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* O_PATH, SYS_renameat2 */
#include "io/outdir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE 1
#endif

/* A file system that knows no syncing of folders says EINVAL, and there is nothing more to be had. */
static bool sync_folder(int fd)
{
	return fsync(fd) == 0 || errno == EINVAL;
}

/* Makes one folder, whose name is durable then: what is stored in it hangs on that name. */
static bool make_folder(const char *path, bool sync)
{
	char parent[4096];
	if (mkdir(path, 0777) != 0)
		return errno == EEXIST;
	const char *slash = strrchr(path, '/');
	snprintf(parent, sizeof parent, "%.*s", slash ? (int)(slash - path) + 1 : 1,
		slash ? path : ".");
	const int fd = sync ? open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	const bool ok = !sync || (fd >= 0 && sync_folder(fd));
	if (fd >= 0)
		close(fd);
	return ok;
}

static bool make_folders(const char *path, bool sync)
{
	char part[4096];
	if ((size_t)snprintf(part, sizeof part, "%s", path) >= sizeof part) {
		errno = ENAMETOOLONG;
		return false;
	}
	for (char *slash = part + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		if (!make_folder(part, sync))
			return false;
		*slash = '/';
	}
	return make_folder(part, sync);
}

bool outdir_open(struct outdir *d, const char *path, bool sync, struct err *e)
{
	*d = (struct outdir){ .path = path, .sync = sync };
	d->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (d->fd < 0 && errno == ENOENT && make_folders(path, sync))
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
	return true;
}

void outdir_close(struct outdir *d)
{
	for (size_t i = 0; i < d->n_unsettled; i++)
		close(d->unsettled[i]);
	d->n_unsettled = 0;
	if (d->fd >= 0)
		close(d->fd);
	d->fd = -1;
}

bool outfile_open(struct outdir *d, struct outfile *f, struct err *e)
{
	*f = (struct outfile){ .fd = -1 };
	do {
		snprintf(f->temp, sizeof f->temp, ".dcmsec-%ld-%lu.part", (long)getpid(),
			d->serial++);
		f->fd = openat(
			d->fd, f->temp, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
	} while (f->fd < 0 && errno == EEXIST);
	if (f->fd < 0)
		return err_set(e, ERR_SYSTEM, errno, "cannot create a file in %s: %s", d->path,
			strerror(errno));
	return true;
}

bool outfile_write(struct outfile *f, struct span data, struct err *e)
{
	while (data.n) {
		const ssize_t n = write(f->fd, data.p, data.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_set(e, ERR_SYSTEM, n < 0 ? errno : ENOSPC, "cannot write: %s",
				strerror(n < 0 ? errno : ENOSPC));
		f->size += (uint64_t)n;
		span_skip(&data, (size_t)n);
	}
	return true;
}

void outfile_drop(struct outdir *d, struct outfile *f)
{
	if (f->fd < 0)
		return;
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

static bool settle_one(struct outdir *d, int folder)
{
	const bool ok = sync_folder(folder);
	if (!ok)
		d->failure = errno;
	close(folder);
	return ok;
}

/* Takes over the descriptor of a folder in which a name is new. */
static void unsettle(struct outdir *d, int folder)
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

/* Opens the folder that name lies in, below d, making what is missing, and points *leaf at the last
 * part. O_NOFOLLOW at each step: a link inside the folder must not lead out of it. */
static int open_folder(struct outdir *d, char *name, char **leaf)
{
	int at = fcntl(d->fd, F_DUPFD_CLOEXEC, 0);
	for (char *slash; at >= 0 && (slash = strchr(name, '/')); name = slash + 1) {
		*slash = '\0';
		bool made;
		const int inner = step_into(at, name, &made);
		const int failure = errno;
		if (made)
			unsettle(d, at);
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

static bool same_rest(int a, off_t at_a, int b, off_t at_b)
{
	char left[8192], right[8192];
	for (;;) {
		const ssize_t n = pread(a, left, sizeof left, at_a);
		const ssize_t m = pread(b, right, sizeof right, at_b);
		if (n != m || n < 0 || memcmp(left, right, (size_t)n) != 0)
			return false;
		if (n == 0)
			return true;
		at_a += n;
		at_b += n;
	}
}

/* Whether the file that has the name already holds the same body. If so it stands for the new one, and
 * has to be as safe, whoever wrote it. */
static bool same_body(const struct outdir *d, const struct outfile *f, int folder, const char *leaf,
	uint64_t (*body_of)(int fd))
{
	const int there = openat(folder, leaf, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (there < 0)
		return false;
	struct stat s;
	const uint64_t body = body_of(there);
	const bool same = fstat(there, &s) == 0 && S_ISREG(s.st_mode) &&
		(uint64_t)s.st_size >= body && (uint64_t)s.st_size - body == f->size - f->body &&
		same_rest(f->fd, (off_t)f->body, there, (off_t)body) &&
		(!d->sync || fdatasync(there) == 0);
	close(there);
	return same;
}

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

enum { SAME_NAME_MAX = 10000 };

/* Moves the file to name, or to the first numbered form of it that is free. */
static enum outfile_placed move_in(struct outdir *d, struct outfile *f, const char *name,
	int folder, const char *leaf, uint64_t (*body_of)(int fd), char placed[OUTDIR_NAME])
{
	snprintf(placed, OUTDIR_NAME, "%s", name);
	for (unsigned number = 1; number < SAME_NAME_MAX; number++) {
		char numbered[OUTDIR_NAME];
		if (number > 1) {
			if (!number_name(leaf, number, numbered) ||
				!number_name(name, number, placed)) {
				errno = ENAMETOOLONG;
				return OUTFILE_FAILED;
			}
		}
		const char *target = number > 1 ? numbered : leaf;
		if (move_new(d->fd, f->temp, folder, target))
			return number > 1 ? OUTFILE_DIFFERENT : OUTFILE_NEW;
		if (errno != EEXIST)
			return OUTFILE_FAILED;
		if (d->replace)
			return renameat(d->fd, f->temp, folder, target) == 0 ? OUTFILE_REPLACED
									     : OUTFILE_FAILED;
		if (same_body(d, f, folder, target, body_of))
			return OUTFILE_SAME;
	}
	errno = EEXIST;
	return OUTFILE_FAILED;
}

void outfile_unplace(struct outdir *d, const char *placed)
{
	char path[OUTDIR_NAME], *leaf = path;
	snprintf(path, sizeof path, "%s", placed);
	const int folder = open_folder(d, path, &leaf);
	if (folder < 0)
		return;
	unlinkat(folder, leaf, 0);
	close(folder);
}

bool outfile_rename(struct outdir *d, const char *placed, const char *leaf, struct err *e)
{
	char path[OUTDIR_NAME], *old = path;
	snprintf(path, sizeof path, "%s", placed);
	const int folder = open_folder(d, path, &old);
	const bool ok = folder >= 0 && move_new(folder, old, folder, leaf);
	if (!ok)
		err_set(e, ERR_SYSTEM, errno, "cannot rename %s to %s: %s", placed, leaf,
			strerror(errno));
	if (folder >= 0)
		unsettle(d, folder);
	return ok;
}

enum outfile_placed outfile_place(struct outdir *d, struct outfile *f, const char *name,
	uint64_t (*body_of)(int fd), char placed[OUTDIR_NAME], struct err *e)
{
	char path[OUTDIR_NAME], *leaf = path;
	enum outfile_placed result = OUTFILE_FAILED;
	int folder = -1;
	if ((size_t)snprintf(path, sizeof path, "%s", name) >= sizeof path)
		errno = ENAMETOOLONG;
	else if (!d->sync || fdatasync(f->fd) == 0)
		folder = open_folder(d, path, &leaf);
	if (folder >= 0)
		result = move_in(d, f, name, folder, leaf, body_of, placed);
	if (result == OUTFILE_FAILED)
		err_set(e, ERR_SYSTEM, errno, "cannot store %s in %s: %s", name, d->path,
			strerror(errno));
	if (result == OUTFILE_NEW || result == OUTFILE_DIFFERENT || result == OUTFILE_REPLACED) {
		const int closed = close(f->fd);
		f->fd = -1;
		if (closed != 0) { /* NFS and quotas report a failed write only here */
			err_set(e, ERR_SYSTEM, errno, "cannot store %s in %s: %s", name, d->path,
				strerror(errno));
			outfile_unplace(d, placed);
			result = OUTFILE_FAILED;
		}
		unsettle(d, folder);
	} else {
		outfile_drop(d, f);
		if (result == OUTFILE_SAME && folder >= 0)
			unsettle(d, folder); /* the one that is there may itself be unsettled */
		else if (folder >= 0)
			close(folder);
	}
	return result;
}

bool outfile_replace(const char *path, struct span data, unsigned mode, struct err *e)
{
	char temp[4096], folder[4096];
	const char *slash = strrchr(path, '/');
	snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path + (slash == path)) : 1,
		slash ? path : ".");
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
	const int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir >= 0) {
		fsync(dir); /* some file systems cannot; the file itself is whole either way */
		close(dir);
	}
	return true;
}
