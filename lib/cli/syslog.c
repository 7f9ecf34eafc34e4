/* SPDX-License-Identifier: MIT */
#include "cli/syslog.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { FACILITY_DAEMON = 3 };

static bool address(const struct syslog *s, struct sockaddr_un *to)
{
	*to = (struct sockaddr_un){ .sun_family = AF_UNIX };
	const size_t n = strlen(s->path);
	if (n >= sizeof to->sun_path)
		return false;
	memcpy(to->sun_path, s->path, n + 1);
	return true;
}

bool syslog_open(struct syslog *s, struct err *e)
{
	struct sockaddr_un to;
	if (!s->path)
		return true;
	if (!address(s, &to))
		return err_set(e, ERR_USAGE, 0,
			"--syslog %s: the name of a socket has at most %zu bytes", s->path,
			sizeof to.sun_path - 1);
	const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	/* Connecting is only a test: an address with each datagram finds a new logger, too. */
	const struct sockaddr none = { .sa_family = AF_UNSPEC };
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&to, sizeof to) == 0 &&
		connect(fd, &none, sizeof none) == 0) {
		s->fd = fd + 1;
		return true;
	}
	err_set(e, ERR_SYSTEM, errno, "--syslog %s: %s; nothing takes messages there", s->path,
		strerror(errno));
	if (fd >= 0)
		close(fd);
	return false;
}

void syslog_send(const struct syslog *s, enum syslog_severity severity, const char *text)
{
	struct sockaddr_un to;
	char line[2200];
	if (!s->fd || !address(s, &to))
		return;
	const int n = snprintf(line, sizeof line, "<%d>dcmsec[%ld]: %s",
		FACILITY_DAEMON << 3 | (int)severity, (long)getpid(), text);
	const size_t most = sizeof line - 1;
	sendto(s->fd - 1, line, (size_t)n < most ? (size_t)n : most, MSG_NOSIGNAL,
		(const struct sockaddr *)&to, sizeof to);
}

void syslog_close(struct syslog *s)
{
	if (s->fd)
		close(s->fd - 1);
	s->fd = 0;
}
