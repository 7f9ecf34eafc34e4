/* SPDX-License-Identifier: MIT */
#include "cli/streams.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

void streams_keep_apart(void)
{
	struct sockaddr_storage a;
	struct stat in, other;
	socklen_t n = sizeof a;
	if (getsockname(STDIN_FILENO, (struct sockaddr *)&a, &n) != 0 ||
		(a.ss_family != AF_INET && a.ss_family != AF_INET6) ||
		fstat(STDIN_FILENO, &in) != 0)
		return;
	for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fstat(fd, &other) != 0 || other.st_ino != in.st_ino ||
			other.st_dev != in.st_dev)
			continue;
		const int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
		if (null >= 0)
			dup2(null, fd); /* clears O_CLOEXEC of the copy */
		if (null > STDERR_FILENO)
			close(null);
	}
}
