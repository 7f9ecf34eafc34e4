/* SPDX-License-Identifier: MIT */
#include "io/fileput.h"

#include "io/whole.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool there_already(const char *path, struct err *e)
{
	return err_set(e, ERR_USAGE, EEXIST, "%s is there already and is not overwritten", path);
}

/* link() does not replace, rename() does. A file system without links (FAT, on what is carried to the
 * nodes) gets an empty file first, which only one can make. */
static bool place(const char *temp, const char *path, mode_t mode, bool replace)
{
	if (!replace && link(temp, path) == 0) {
		unlink(temp);
		return true;
	}
	if (!replace) {
		if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS)
			return false;
		const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
		if (fd < 0)
			return false;
		close(fd);
	}
	return rename(temp, path) == 0;
}

bool file_put(const char *path, struct span data, unsigned mode, bool replace, struct err *e)
{
	char temp[4096];
	const int n = snprintf(temp, sizeof temp, "%s.%ld~", path, (long)getpid());
	if (n < 0 || (size_t)n >= sizeof temp)
		return err_set(e, ERR_USAGE, 0, "the path %.100s... is too long", path);
	unlink(temp);
	const int fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
	bool ok = fd >= 0 && write_whole(fd, &data) && fsync(fd) == 0;
	int why = errno;
	if (fd >= 0 && close(fd) && ok) {
		why = errno;
		ok = false;
	}
	if (ok) {
		ok = place(temp, path, (mode_t)mode, replace);
		why = errno;
	}
	if (ok)
		folder_sync_of(path); /* some cannot be: the file is whole either way */
	else
		unlink(temp);
	if (!ok && why == EEXIST)
		return there_already(path, e);
	return ok || err_set(e, ERR_SYSTEM, why, "cannot write %s: %s", path, strerror(why));
}

bool files_absent(const char *dir, const char *const *names, size_t n, struct err *e)
{
	char path[4096];
	struct stat st;
	for (size_t i = 0; i < n; i++) {
		if (dir && !path_join(dir, names[i], path, sizeof path, e))
			return false;
		const char *name = dir ? path : names[i];
		if (lstat(name, &st) == 0)
			return there_already(name, e);
	}
	return true;
}

bool dir_make(const char *path, unsigned mode, struct err *e)
{
	return mkdir(path, (mode_t)mode) == 0 || errno == EEXIST ||
		err_set(e, ERR_SYSTEM, errno, "cannot make the directory %s: %s", path,
			strerror(errno));
}

bool path_join(const char *dir, const char *name, char *text, size_t cap, struct err *e)
{
	const int n = snprintf(text, cap, "%s/%s", dir, name);
	return (n >= 0 && (size_t)n < cap) ||
		err_set(e, ERR_USAGE, 0, "the path %.100s/... is too long", dir);
}
