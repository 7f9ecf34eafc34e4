/* SPDX-License-Identifier: MIT */
#include "io/mark.h"

#include <sys/stat.h>

bool mark_of(const char *path, struct mark *m)
{
	struct stat s;
	if (stat(path, &s) != 0)
		return false;
	*m = (struct mark){ .device = (uint64_t)s.st_dev,
		.inode = (uint64_t)s.st_ino,
		.size = (uint64_t)s.st_size,
		.seconds = (int64_t)s.st_mtim.tv_sec,
		.nanoseconds = (uint32_t)s.st_mtim.tv_nsec };
	return true;
}

bool mark_same(const struct mark *a, const struct mark *b)
{
	return a->device == b->device && a->inode == b->inode && a->size == b->size &&
		a->seconds == b->seconds && a->nanoseconds == b->nanoseconds;
}
