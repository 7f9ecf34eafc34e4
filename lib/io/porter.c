/* SPDX-License-Identifier: MIT */
#include "io/porter.h"

#include "io/guard.h"
#include "io/net.h"
#include "io/sandbox.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Look-ups at once, of all addresses and of one origin, and when nobody waits for one any more. */
enum { LOOKUPS = 64, OF_ONE = LOOKUPS / 4, PATIENCE_S = PORTER_WAIT / 1000 + 1 };

struct question {
	uint64_t id;
	uint8_t names;
	char peer[NET_ADDR];
};

struct answer {
	uint64_t id;
	struct err why;
};

/* ---- in the porter */

/* Each is a process, for libc's look-ups wait. */
struct lookup {
	pid_t pid;
	uint64_t origin;
};

/* A place for one more of an origin; NULL: there are too many. */
static struct lookup *place(struct lookup all[LOOKUPS], uint64_t origin)
{
	struct lookup *empty = NULL;
	unsigned same = 0;
	for (struct lookup *l = all; l < all + LOOKUPS; l++) {
		if (l->pid && waitpid(l->pid, NULL, WNOHANG) != 0)
			l->pid = 0;
		if (!l->pid)
			empty = l;
		else
			same += l->origin == origin;
	}
	return same < OF_ONE ? empty : NULL;
}

static void judge(
	const struct access_files *f, const struct question *q, struct lookup all[LOOKUPS])
{
	struct answer a = { .id = q->id };
	bool wanted = false;
	access_hosts_allow(f, q->peer, &wanted, &a.why);
	const uint64_t origin = guard_origin(q->peer);
	struct lookup *l = wanted && q->names ? place(all, origin) : NULL;
	const pid_t pid = l ? fork() : -1;
	if (pid > 0) {
		*l = (struct lookup){ pid, origin };
		return;
	}
	if (pid == 0) {
		signal(SIGTERM, SIG_DFL); /* unlike the porter it has nobody to wait for */
		alarm(PATIENCE_S);
		a.why = (struct err){ 0 };
		access_hosts_allow(f, q->peer, NULL, &a.why);
	}
	send(0, &a, sizeof a, MSG_NOSIGNAL);
	if (pid == 0)
		_exit(0);
}

_Noreturn static void serve(const struct access_files *f)
{
	struct lookup all[LOOKUPS] = { { 0 } };
	struct question q;
	ssize_t n;
	sandbox_names();
	while ((n = recv(0, &q, sizeof q, 0)) == sizeof q || (n < 0 && errno == EINTR)) {
		q.peer[sizeof q.peer - 1] = '\0';
		if (n > 0)
			judge(f, &q, all);
	}
	_exit(0);
}

/* ---- in who asks it */

bool porter_start(struct porter *p, const struct access_files *f, struct err *e)
{
	p->gone = false;
	const pid_t pid = helper_start(&p->helper, "dcmsec-porter", NULL, e);
	if (pid == 0)
		serve(f);
	return pid > 0;
}

void porter_end(struct porter *p)
{
	helper_end(&p->helper, false);
}

bool porter_ask(struct porter *p, uint64_t id, const char *peer, bool names)
{
	struct question q = { .id = id, .names = names };
	memcpy(q.peer, peer, strlen(peer) + 1);
	const bool asked = send(p->helper.fd, &q, sizeof q, MSG_NOSIGNAL | MSG_DONTWAIT) > 0;
	p->gone |= !asked && (errno == EPIPE || errno == ECONNRESET);
	return asked;
}

bool porter_next(struct porter *p, uint64_t *id, struct err *why)
{
	struct answer a;
	const ssize_t n = recv(p->helper.fd, &a, sizeof a, MSG_DONTWAIT);
	p->gone |= n == 0 || (n < 0 && errno == ECONNRESET);
	if (n != (ssize_t)sizeof a)
		return false;
	a.why.text[sizeof a.why.text - 1] = '\0';
	*id = a.id;
	*why = a.why;
	return true;
}
