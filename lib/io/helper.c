/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* syscall */
#include "io/helper.h"

#include "io/sandbox.h"
#include "io/user.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_close_range
#define SYS_close_range 436 /* since Linux 5.9, the same number on each machine */
#endif

static void close_all_but(int fd)
{
	/* It lies in the way of neither range. */
	if (fd != 0)
		dup2(fd, 0);
	if (syscall(SYS_close_range, 1, ~0u, 0) == 0)
		return;
	for (int i = 1; i < 65536; i++)
		close(i);
}

/* What comes back is in the new process. */
static void settle(int fd, const char *name, const char *user)
{
	/* The terminal sends its signals to us as well, but work in progress may need us. */
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	prctl(PR_SET_NAME, name);
	close_all_but(fd);
	/* Whoever started us becomes that user as well, and says what is wrong with it. */
	if (user && !user_become(user, NULL))
		_exit(1);
	sandbox_no_dumps();
}

pid_t helper_start(struct helper *h, const char *name, const char *user, struct err *e)
{
	int pair[2];
	*h = (struct helper){ .fd = -1 };
	const bool joined = socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0;
	const pid_t pid = joined ? fork() : -1;
	if (pid == 0) {
		settle(pair[1], name, user);
		return 0;
	}
	if (pid < 0)
		err_set(e, ERR_SYSTEM, errno, "cannot start another process: %s", strerror(errno));
	if (joined)
		close(pair[1]);
	if (pid > 0)
		*h = (struct helper){ pair[0], pid };
	else if (joined)
		close(pair[0]);
	return pid;
}

void helper_end(struct helper *h, bool now)
{
	if (h->pid <= 0)
		return;
	close(h->fd);
	if (now)
		kill(h->pid, SIGKILL);
	while (waitpid(h->pid, NULL, 0) < 0 && errno == EINTR)
		;
	*h = (struct helper){ .fd = -1 };
}
