/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* SOCK_SEQPACKET with flags, syscall */
#include "io/keeper.h"

#include "base/wipe.h"
#include "io/sandbox.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ANSWER_SECONDS = 30 }; /* one operation takes milliseconds, on the smallest host */

#ifndef SYS_close_range
#define SYS_close_range 436 /* since Linux 5.9, the same number on each machine */
#endif

/* ---- in the keeper */

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

_Noreturn static void keep(int fd, const struct key *key)
{
	uint8_t request[KEY_REQUEST], answer[KEY_ANSWER];
	/* The terminal sends its signals to us as well, but work in progress may need the key. */
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	prctl(PR_SET_NAME, "dcmsec-keeper");
	mlock(key, sizeof *key); /* a child inherits no locks */
	close_all_but(fd);
	sandbox_keeper();
	for (;;) {
		const ssize_t n = read(0, request, sizeof request);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		size_t made = key_answer(
			key, span_of(request, (size_t)n), (struct mspan){ answer, sizeof answer });
		/* An empty packet would look like the end. No answer of an operation has one octet. */
		if (made == 0) {
			answer[0] = 0;
			made = 1;
		}
		while (write(0, answer, made) < 0 && errno == EINTR)
			;
		wipe(answer, sizeof answer);
	}
	_exit(0);
}

/* ---- in who asks it */

static size_t ask(void *arg, struct span request, struct mspan answer)
{
	struct keeper *k = arg;
	ssize_t n;
	do
		n = send(k->fd, request.p, request.n, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	k->gone |= n != (ssize_t)request.n;
	if (k->gone)
		return 0;
	do
		n = recv(k->fd, answer.p, answer.n, MSG_TRUNC);
	while (n < 0 && errno == EINTR);
	k->gone |= n <= 0;
	return n > 1 && (size_t)n <= answer.n ? (size_t)n : 0;
}

bool keeper_start(struct keeper *k, const struct key *key, struct err *e)
{
	const struct timeval patience = { .tv_sec = ANSWER_SECONDS };
	int pair[2];
	*k = (struct keeper){ .fd = -1 };
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return err_set(e, ERR_SYSTEM, errno, "cannot reach a keeper for the key: %s",
			strerror(errno));
	k->pid = fork();
	if (k->pid == 0)
		keep(pair[1], key);
	const int failure = errno;
	close(pair[1]);
	if (k->pid < 0) {
		close(pair[0]);
		return err_set(e, ERR_SYSTEM, failure,
			"cannot start a process that keeps the private key: %s; --no-keeper leaves "
			"the key in this one",
			strerror(failure));
	}
	k->fd = pair[0];
	setsockopt(k->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	key_far_of(&k->far, key);
	k->far.ask = ask;
	k->far.arg = k;
	return true;
}

void keeper_end(struct keeper *k)
{
	if (k->pid <= 0)
		return;
	close(k->fd);
	while (waitpid(k->pid, NULL, 0) < 0 && errno == EINTR)
		;
	*k = (struct keeper){ .fd = -1 };
}
