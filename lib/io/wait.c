/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* ppoll */
#include "io/wait.h"

#include "io/clock.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

static volatile int stop, hung_up;
static sigset_t while_waiting;

static void note(int signal_number)
{
	if (signal_number == SIGHUP)
		hung_up = 1;
	else
		stop++;
}

/* Notes the signal, and keeps it out but while somebody waits. */
static void take(int signal_number)
{
	struct sigaction action;
	sigset_t this;
	memset(&action, 0, sizeof action);
	action.sa_handler = note;
	sigemptyset(&action.sa_mask);
	sigemptyset(&this);
	sigaddset(&this, signal_number);
	sigprocmask(SIG_BLOCK, &this, NULL);
	sigaction(signal_number, &action, NULL);
}

void wait_signals(void)
{
	sigprocmask(SIG_BLOCK, NULL, &while_waiting);
	take(SIGTERM);
	take(SIGINT);
}

void wait_hangups(void)
{
	take(SIGHUP);
}

bool wait_hung_up(void)
{
	const bool was = hung_up;
	hung_up = 0; /* the signal is let in only while somebody waits, so none is lost here */
	return was;
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
