/* SPDX-License-Identifier: MIT */
/* A file goes to its new name by link and unlink, which replace nothing; killed between the two, the
 * next run finds the same file under both names and only finishes. */
#include "io/dispose.h"

#include "io/whole.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAMES = 10000 };

bool dispose_same(const char *path, const struct mark *m, struct err *e)
{
	struct mark now;
	if (!mark_of(path, &now))
		return err_set(e, ERR_SYSTEM, errno, "%s", strerror(errno));
	return mark_same(&now, m) ||
		err_set(e, ERR_INPUT, 0, "it is not the file any more that was sent");
}

bool dispose_delete(const char *path, const struct mark *m, struct err *e)
{
	if (!dispose_same(path, m, e))
		return false;
	return unlink(path) == 0 || err_set(e, ERR_SYSTEM, errno, "%s", strerror(errno));
}

/* A whole copy under a hidden name in dir, which a search for objects passes over. */
static bool copy_into(const char *path, const char *dir, char *temp, size_t cap)
{
	struct stat s;
	const int n = snprintf(temp, cap, "%s/.dcmsec-%ld~", dir, (long)getpid());
	if (n < 0 || (size_t)n >= cap) {
		errno = ENAMETOOLONG;
		return false;
	}
	unlink(temp);
	const int from = open(path, O_RDONLY | O_CLOEXEC);
	const int to = from < 0 || fstat(from, &s) != 0
		? -1
		: open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, s.st_mode & 0777);
	const struct timespec times[2] = { { .tv_nsec = UTIME_OMIT },
		to < 0 ? (struct timespec){ .tv_nsec = UTIME_OMIT } : s.st_mtim };
	bool ok = to >= 0 && copy_whole(from, to) && futimens(to, times) == 0;
	const int failure = errno;
	if (from >= 0)
		close(from);
	if (to >= 0 && close(to) != 0)
		ok = false;
	if (to >= 0 && !ok)
		unlink(temp);
	errno = failure;
	return ok;
}

/* Gives the file at path a name too that nobody has; where the file system knows no links, an empty
 * file that only one can make holds the place. False with errno; EEXIST: the name is taken. */
static bool place(const char *path, const struct mark *m, const char *to)
{
	struct mark there;
	if (link(path, to) == 0)
		return true;
	if (errno == EEXIST)
		return mark_of(to, &there) && (mark_same(&there, m) || (errno = EEXIST, false));
	if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS)
		return false;
	const int fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	close(fd);
	if (rename(path, to) == 0)
		return true;
	const int failure = errno;
	unlink(to);
	errno = failure;
	return false;
}

static bool place_somewhere(const char *path, const struct mark *m, const char *dir,
	const char *name, char *to, size_t cap)
{
	for (unsigned i = 0; i < NAMES; i++) {
		char more[16] = "";
		if (i)
			snprintf(more, sizeof more, ".%u", i);
		const int n = snprintf(to, cap, "%s/%s%s", dir, name, more);
		if (n < 0 || (size_t)n >= cap) {
			errno = ENAMETOOLONG;
			return false;
		}
		if (place(path, m, to))
			return true;
		if (errno != EEXIST)
			return false;
	}
	return false;
}

bool dispose_move(const char *path, const struct mark *m, const char *dir, char *to, size_t cap,
	struct err *e)
{
	char temp[4096];
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	if (!dispose_same(path, m, e))
		return false;
	bool ok = place_somewhere(path, m, dir, name, to, cap);
	if (!ok && errno == EXDEV) {
		struct mark copy;
		ok = copy_into(path, dir, temp, sizeof temp) && mark_of(temp, &copy) &&
			dispose_same(path, m, e) &&
			place_somewhere(temp, &copy, dir, name, to, cap);
		const int failure = errno;
		unlink(temp);
		errno = failure;
	}
	ok = ok && folder_sync_at(dir) && (unlink(path) == 0 || errno == ENOENT);
	return ok || err_set(e, ERR_SYSTEM, errno, "to %s: %s", dir, strerror(errno));
}
