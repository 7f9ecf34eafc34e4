/* SPDX-License-Identifier: MIT */
#include "cli/streams.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

void streams_leave(int fd, int first)
{
	struct stat socket, other;
	if (fstat(fd, &socket) != 0)
		return;
	for (int i = first; i <= STDERR_FILENO; i++) {
		if (fstat(i, &other) != 0 || other.st_ino != socket.st_ino ||
			other.st_dev != socket.st_dev)
			continue;
		const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
		if (null >= 0)
			dup2(null, i); /* clears O_CLOEXEC of the copy */
		if (null > STDERR_FILENO)
			close(null);
	}
}

void streams_keep_apart(void)
{
	struct sockaddr_storage a;
	socklen_t n = sizeof a;
	if (getsockname(STDIN_FILENO, (struct sockaddr *)&a, &n) == 0 &&
		(a.ss_family == AF_INET || a.ss_family == AF_INET6))
		streams_leave(STDIN_FILENO, STDOUT_FILENO);
}
