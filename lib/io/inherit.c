/* SPDX-License-Identifier: MIT */
#include "io/inherit.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FIRST = 3 }; /* SD_LISTEN_FDS_START */

/* Digits alone: what strtol takes besides, such as blanks and signs, is no number of systemd's. */
static bool read_number(const char *text, long *n)
{
	char *end;
	errno = 0;
	*n = strtol(text, &end, 10);
	return *text >= '0' && *text <= '9' && *end == '\0' && errno == 0;
}

bool inherit_count(const char *pid, const char *fds, long self, int *n, struct err *e)
{
	long who, count;
	*n = 0;
	if (!pid || !fds)
		return true;
	if (!read_number(pid, &who))
		return err_set(e, ERR_SYSTEM, 0, "LISTEN_PID is \"%s\", no process: unset it", pid);
	if (who != self)
		return true;
	if (!read_number(fds, &count) || count > INT_MAX - FIRST)
		return err_set(e, ERR_SYSTEM, 0,
			"LISTEN_FDS is \"%s\", no number of sockets: unset it", fds);
	if (count > 1)
		return err_set(e, ERR_SYSTEM, 0,
			"LISTEN_FDS gives %ld sockets, and one is served: use one ListenStream= in "
			"the "
			"socket unit",
			count);
	*n = (int)count;
	return true;
}

bool inherit_activated(int *fd, struct err *e)
{
	int n;
	const bool fine =
		inherit_count(getenv("LISTEN_PID"), getenv("LISTEN_FDS"), (long)getpid(), &n, e);
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	*fd = fine && n ? FIRST : -1;
	return fine;
}

static bool is_tcp(int fd, int *takes)
{
	struct sockaddr_storage a;
	socklen_t n = sizeof a, size = sizeof(int);
	int type = 0;
	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_STREAM &&
		getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, takes, &size) == 0 &&
		getsockname(fd, (struct sockaddr *)&a, &n) == 0 &&
		(a.ss_family == AF_INET || a.ss_family == AF_INET6);
}

int inherit_take(int from, bool *listening, unsigned *port, char peer[NET_ADDR], struct err *e)
{
	int takes = 0;
	const int fd = fcntl(from, F_DUPFD_CLOEXEC, FIRST);
	if (fd < 0 || !is_tcp(fd, &takes) || (!takes && !net_adopt(fd, peer))) {
		if (fd >= 0)
			close(fd);
		err_set(e, ERR_SYSTEM, 0, "%s is no TCP socket that listens or is connected: %s",
			from ? "descriptor 3" : "standard input",
			from ? "look at the socket unit" : "run this from inetd");
		return -1;
	}
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	*listening = takes != 0;
	*port = takes ? net_bound(fd) : 0;
	return fd;
}
