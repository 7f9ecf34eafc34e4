/* SPDX-License-Identifier: MIT */
#include "io/whole.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool write_whole(int fd, struct span *data)
{
	while (data->n) {
		const ssize_t n = write(fd, data->p, data->n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			errno = ENOSPC;
		if (n <= 0 || !span_skip(data, (size_t)n))
			return false;
	}
	return true;
}

ssize_t read_whole(int fd, struct mspan room, uint64_t at)
{
	size_t got = 0;
	while (got < room.n) {
		const ssize_t n = pread(fd, room.p + got, room.n - got, (off_t)(at + got));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		got += (size_t)n;
	}
	return (ssize_t)got;
}

bool copy_whole(int from, int to)
{
	uint8_t room[16384];
	for (uint64_t at = 0;;) {
		const ssize_t n = read_whole(from, (struct mspan){ room, sizeof room }, at);
		struct span piece = span_of(room, n < 0 ? 0 : (size_t)n);
		if (n <= 0)
			return n == 0 && fsync(to) == 0;
		if (!write_whole(to, &piece))
			return false;
		at += (uint64_t)n;
	}
}

bool folder_sync(int fd)
{
	return fsync(fd) == 0 || errno == EINVAL;
}

bool folder_sync_at(const char *path)
{
	const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return false;
	const bool ok = folder_sync(fd);
	const int failure = errno;
	close(fd);
	errno = failure;
	return ok;
}

bool folder_sync_of(const char *inner)
{
	char folder[4096];
	const char *slash = strrchr(inner, '/');
	const int n = slash ? (int)(slash - inner) + 1 : 1;
	if (snprintf(folder, sizeof folder, "%.*s", n, slash ? inner : ".") < (int)sizeof folder)
		return folder_sync_at(folder);
	errno = ENAMETOOLONG;
	return false;
}
