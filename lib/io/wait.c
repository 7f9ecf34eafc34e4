/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* ppoll */
#include "io/wait.h"

#include "io/clock.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

static volatile int stop;
static sigset_t while_waiting;

static void note(int signal_number)
{
	(void)signal_number;
	stop = 1;
}

void wait_signals(void)
{
	struct sigaction action;
	sigset_t ours;
	memset(&action, 0, sizeof action);
	action.sa_handler = note;
	sigemptyset(&action.sa_mask);
	sigemptyset(&ours);
	sigaddset(&ours, SIGTERM);
	sigaddset(&ours, SIGINT);
	sigprocmask(SIG_BLOCK, &ours, &while_waiting);
	sigdelset(&while_waiting, SIGTERM);
	sigdelset(&while_waiting, SIGINT);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
}

const volatile int *wait_stop(void)
{
	return &stop;
}

bool wait_for(struct pollfd *fds, size_t n, uint64_t deadline)
{
	const int ms = clock_wait(deadline, clock_ms());
	const struct timespec limit = { ms / 1000, ms % 1000 * 1000000L };
	if (ppoll(fds, n, ms < 0 ? NULL : &limit, &while_waiting) >= 0)
		return true;
	for (size_t i = 0; i < n; i++)
		fds[i].revents = 0;
	return errno == EINTR;
}

short wait_conn(const struct conn *c)
{
	struct pollfd p = { .fd = conn_fd(c), .events = conn_wants(c) };
	return wait_for(&p, 1, conn_deadline(c)) ? p.revents : 0;
}
