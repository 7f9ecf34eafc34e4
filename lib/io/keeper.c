/* SPDX-License-Identifier: MIT */
#include "io/keeper.h"

#include "base/wipe.h"
#include "io/sandbox.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { ANSWER_SECONDS = 30 }; /* one operation takes milliseconds, on the smallest host */

/* ---- in the keeper */

_Noreturn static void keep(const struct key *key)
{
	uint8_t request[KEY_REQUEST], answer[KEY_ANSWER];
	mlock(key, sizeof *key); /* a child inherits no locks */
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
		n = send(k->helper.fd, request.p, request.n, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	k->gone |= n != (ssize_t)request.n;
	if (k->gone)
		return 0;
	do
		n = recv(k->helper.fd, answer.p, answer.n, MSG_TRUNC);
	while (n < 0 && errno == EINTR);
	k->gone |= n <= 0;
	return n > 1 && (size_t)n <= answer.n ? (size_t)n : 0;
}

bool keeper_start(struct keeper *k, const struct key *key, const char *user, struct err *e)
{
	const struct timeval patience = { .tv_sec = ANSWER_SECONDS };
	*k = (struct keeper){ .gone = false };
	const pid_t pid = helper_start(&k->helper, "dcmsec-keeper", user, e);
	if (pid == 0)
		keep(key);
	if (pid < 0)
		return err_in(e, "; --no-keeper leaves the private key in this one");
	setsockopt(k->helper.fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	key_far_of(&k->far, key);
	k->far.ask = ask;
	k->far.arg = k;
	return true;
}

void keeper_end(struct keeper *k)
{
	helper_end(&k->helper, false);
}
