/* SPDX-License-Identifier: MIT */
/* The EGD protocol served from the generators. They never run dry, so a read is always answered in
 * full; what clients write is stirred in and counts for nothing. */
#include "base/wipe.h"
#include "io/clock.h"
#include "io/entropy_keeper.h"
#include "rand/egd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { REQUEST = 4 + EGD_MOST, ANSWER = 1 + EGD_MOST, LEVEL = 8 * 512 };

struct egd_client {
	int fd;
	uint64_t since; /* last heard of */
	struct buf in, out;
	uint8_t in_room[REQUEST], out_room[ANSWER];
};

struct egd_server {
	int listener;
	struct sockaddr_un at;
	struct rand *rand;
	struct egd_client *clients[KEEPER_CLIENTS];
	size_t n;
};

/* ---- the socket */

/* A socket that a killed keeper left behind is removed; one that somebody answers at is not. */
static bool make_way(const struct sockaddr_un *at, struct err *e)
{
	struct stat st;
	if (lstat(at->sun_path, &st) != 0)
		return true;
	if (!S_ISSOCK(st.st_mode))
		return err_set(e, ERR_USAGE, 0, "%s is there and is no socket", at->sun_path);
	const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	const bool taken = fd >= 0 && connect(fd, (const struct sockaddr *)at, sizeof *at) == 0;
	if (fd >= 0)
		close(fd);
	if (taken)
		return err_set(e, ERR_USAGE, 0, "another daemon answers at %s", at->sun_path);
	unlink(at->sun_path);
	return true;
}

static int listen_at(const struct sockaddr_un *at, struct err *e)
{
	const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	/* everybody on the host may ask: what one is given tells nothing of what others get */
	if (fd >= 0 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 &&
		bind(fd, (const struct sockaddr *)at, sizeof *at) == 0 &&
		chmod(at->sun_path, 0666) == 0 && listen(fd, 64) == 0)
		return fd;
	err_set(e, ERR_SYSTEM, errno, "cannot listen at %s: %s", at->sun_path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

struct egd_server *egd_server_new(const char *path, struct rand *r, struct err *e)
{
	struct egd_server *const s = calloc(1, sizeof *s);
	if (!s) {
		err_set(e, ERR_SYSTEM, ENOMEM, "no memory for the EGD server");
		return NULL;
	}
	s->rand = r;
	s->at.sun_family = AF_UNIX;
	s->listener = -1;
	if (strlen(path) >= sizeof s->at.sun_path)
		err_set(e, ERR_USAGE, 0, "%s is too long for a socket's path", path);
	else
		memcpy(s->at.sun_path, path, strlen(path) + 1);
	if (s->at.sun_path[0] && make_way(&s->at, e))
		s->listener = listen_at(&s->at, e);
	if (s->listener >= 0)
		return s;
	free(s);
	return NULL;
}

static void drop(struct egd_server *s, size_t i)
{
	struct egd_client *const c = s->clients[i];
	close(c->fd);
	wipe(c, sizeof *c);
	free(c);
	s->clients[i] = s->clients[--s->n];
}

void egd_server_free(struct egd_server *s)
{
	if (!s)
		return;
	while (s->n > 0)
		drop(s, 0);
	close(s->listener);
	unlink(s->at.sun_path);
	free(s);
}

/* ---- clients */

static void welcome(struct egd_server *s, uint64_t now)
{
	const int fd = accept(s->listener, NULL, NULL);
	struct egd_client *const c = fd >= 0 ? calloc(1, sizeof *c) : NULL;
	if (!c || fcntl(fd, F_SETFL, O_NONBLOCK) != 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
		if (fd >= 0)
			close(fd);
		free(c);
		return;
	}
	if (s->n == KEEPER_CLIENTS) {
		size_t oldest = 0;
		for (size_t i = 1; i < s->n; i++)
			if (s->clients[i]->since < s->clients[oldest]->since)
				oldest = i;
		drop(s, oldest);
	}
	c->fd = fd;
	c->since = now;
	c->in = buf_on(c->in_room, sizeof c->in_room);
	c->out = buf_on(c->out_room, sizeof c->out_room);
	s->clients[s->n++] = c;
}

static bool answer(struct egd_server *s, struct egd_client *c, const struct egd_request *r)
{
	uint8_t bytes[EGD_MOST];
	const struct mspan asked = { bytes, r->count };
	bool ok = true;
	switch (r->command) {
	case EGD_LEVEL:
		egd_answer_level(&c->out, LEVEL);
		break;
	case EGD_PID:
		egd_answer_pid(&c->out, (unsigned long)getpid());
		break;
	case EGD_WRITE:
		rand_seed(s->rand, r->data, 0, NULL);
		break;
	case EGD_READ:
		/* a generator in its error state is a drained pool */
		ok = drbg_bytes(&s->rand->public, asked, NULL);
		egd_answer_read(&c->out, span_of(bytes, ok ? asked.n : 0));
		ok = true;
		break;
	case EGD_READ_WAIT:
		ok = drbg_bytes(&s->rand->public, asked, NULL);
		buf_bytes(&c->out, span_of(bytes, asked.n));
		break;
	}
	wipe(bytes, sizeof bytes);
	return ok;
}

/* Reads, answers one request after the other, writes. False: the client is done with. */
static bool converse(struct egd_server *s, struct egd_client *c)
{
	const struct mspan room = buf_room(&c->in);
	ssize_t n = c->out.n == 0 ? recv(c->fd, room.p, room.n, 0) : -1;
	if (n == 0 || (n < 0 && c->out.n == 0 && errno != EAGAIN && errno != EINTR))
		return false;
	if (n > 0)
		buf_filled(&c->in, (size_t)n);
	for (;;) {
		if (c->out.n > 0) {
			n = send(c->fd, c->out.p, c->out.n, MSG_NOSIGNAL);
			if (n < 0)
				return errno == EAGAIN || errno == EINTR;
			buf_eat(&c->out, (size_t)n);
			if (c->out.n > 0)
				return true;
			wipe(c->out_room, sizeof c->out_room);
		}
		struct egd_request r;
		struct span in = buf_span(&c->in);
		const enum egd_result result = egd_request(&in, &r);
		if (result != EGD_OK)
			return result == EGD_MORE;
		if (!answer(s, c, &r))
			return false;
		buf_eat(&c->in, c->in.n - in.n);
	}
}

size_t egd_server_polls(const struct egd_server *s, struct pollfd *fds)
{
	fds[0] = (struct pollfd){ .fd = s->listener, .events = POLLIN };
	for (size_t i = 0; i < s->n; i++)
		fds[i + 1] = (struct pollfd){ .fd = s->clients[i]->fd,
			.events = s->clients[i]->out.n > 0 ? POLLOUT : POLLIN };
	return s->n + 1;
}

void egd_server_turn(struct egd_server *s, const struct pollfd *fds, uint64_t now)
{
	/* from the last one down: the place of one that goes is taken by one already looked at */
	for (size_t i = s->n; i-- > 0;) {
		if (!fds[i + 1].revents)
			continue;
		s->clients[i]->since = now;
		if (!converse(s, s->clients[i]))
			drop(s, i);
	}
	if (fds[0].revents)
		welcome(s, now);
}
