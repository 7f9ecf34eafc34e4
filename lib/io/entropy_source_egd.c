/* SPDX-License-Identifier: MIT */
/* A daemon that speaks the EGD protocol, at a unix socket or a TCP port. It is asked who it is, what it
 * holds, and for bytes; only if it had fewer than a seed needs, for more, with patience. Whatever it
 * does, the time is bounded and what came whole by then is used. */
#include "io/entropy_source.h"

#include "base/wipe.h"
#include "io/clock.h"
#include "io/net.h"
#include "rand/egd.h"
#include "rand/health.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { PORT = 708, LEAST = 32 }; /* bytes that make a seed; below that it is worth waiting */

struct daemon {
	int fd;
	uint64_t deadline;
	struct buf in;
	uint8_t room[EGD_MOST + 1];
};

static int connect_unix(const char *path, struct err *e)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof a.sun_path)
		return err_set(e, ERR_INPUT, 0, "%s is too long for a socket's path", path), -1;
	memcpy(a.sun_path, path, strlen(path) + 1);
	const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	/* a daemon that does not accept must not hold us: a full backlog answers EAGAIN */
	if (fd >= 0 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 &&
		connect(fd, (const struct sockaddr *)&a, sizeof a) == 0)
		return fd;
	err_set(e, ERR_INPUT, errno, "no EGD daemon at %s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

static int connect_daemon(const char *where, struct err *e)
{
	char host[NET_HOST], port[NET_PORT];
	struct err why = { 0 };
	if (strchr(where, '/') || !strchr(where, ':'))
		return connect_unix(where, e);
	if (!net_split(where, PORT, host, port, e))
		return -1;
	const int fd = net_connect(host, port, SOURCE_WAIT, NULL, &why);
	if (fd < 0)
		err_set(e, ERR_INPUT, why.code, "no EGD daemon at %s: %s", where, why.text);
	return fd;
}

static bool ready(const struct daemon *d, short events)
{
	struct pollfd p = { .fd = d->fd, .events = events };
	int n;
	do
		n = poll(&p, 1, clock_wait(d->deadline, clock_ms()));
	while (n < 0 && errno == EINTR);
	return n == 1;
}

static bool ask(struct daemon *d, enum egd_command command, unsigned count)
{
	uint8_t request[4];
	struct buf b = buf_on(request, sizeof request);
	egd_ask(&b, command, count);
	while (b.n > 0 && ready(d, POLLOUT)) {
		const ssize_t n = net_write(d->fd, buf_span(&b));
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return false;
		if (n > 0)
			buf_eat(&b, (size_t)n);
	}
	return b.n == 0;
}

/* Reads until room holds n bytes. False: time is up, or the daemon is gone. */
static bool gather(struct daemon *d, size_t n)
{
	while (d->in.n < n) {
		if (!ready(d, POLLIN))
			return false;
		const struct mspan room = buf_room(&d->in);
		const size_t want = n - d->in.n;
		const ssize_t got = recv(d->fd, room.p, want < room.n ? want : room.n, 0);
		if (got > 0)
			buf_filled(&d->in, (size_t)got);
		else if (got == 0 || (errno != EAGAIN && errno != EINTR))
			return false;
	}
	return true;
}

/* An answer that begins with its own length. False: broken off, or not what was asked. */
static bool counted(struct daemon *d, unsigned asked, struct span *data)
{
	d->in.n = 0;
	if (!gather(d, 1) || d->room[0] > asked || !gather(d, 1u + d->room[0]))
		return false;
	struct span in = buf_span(&d->in);
	return egd_bytes(&in, asked, data) == EGD_OK;
}

static void who(struct daemon *d, char text[24])
{
	struct span in, pid;
	snprintf(text, 24, "unknown");
	d->in.n = 0;
	if (!ask(d, EGD_PID, 0) || !gather(d, 1) || !gather(d, 1u + d->room[0]))
		return;
	in = buf_span(&d->in);
	if (egd_pid(&in, &pid) == EGD_OK)
		span_text(pid, text, 24);
}

/* What arrived so far of bytes; *lost: the daemon broke off or lied, and is not asked again. */
static void take(struct daemon *d, struct buf *bytes, unsigned *level, bool *lost)
{
	struct span data, in;
	uint32_t bits = 0;
	d->in.n = 0;
	*lost = !ask(d, EGD_LEVEL, 0) || !gather(d, 4);
	in = buf_span(&d->in);
	if (*lost || egd_level(&in, &bits) != EGD_OK)
		return;
	*level = bits;
	*lost = !ask(d, EGD_READ, SOURCE_BYTES) || !counted(d, SOURCE_BYTES, &data);
	if (*lost)
		return;
	buf_bytes(bytes, data);
	if (bytes->n >= LEAST)
		return;
	d->in.n = 0;
	*lost = !ask(d, EGD_READ_WAIT, (unsigned)(LEAST - bytes->n)) ||
		!gather(d, LEAST - bytes->n);
	/* what came of an answer that broke off is as good as the rest */
	buf_bytes(bytes, buf_span(&d->in));
	*level = UINT32_MAX; /* what it waited for was not in the pool before */
}

bool source_egd(const char *where, struct source_tap *tap, struct source_gift *g, struct err *e)
{
	struct daemon d = { .deadline = clock_after(clock_ms(), SOURCE_WAIT) };
	uint8_t storage[SOURCE_BYTES + LEAST];
	struct buf bytes = buf_on(storage, sizeof storage);
	char pid[24];
	unsigned level = 0;
	bool lost = false;
	d.in = buf_on(d.room, sizeof d.room);
	d.fd = connect_daemon(where, e);
	if (d.fd < 0)
		return false;
	who(&d, pid);
	take(&d, &bytes, &level, &lost);
	close(d.fd);
	struct health h = HEALTH_OF_8;
	const bool healthy = health_bytes(&h, buf_span(&bytes));
	tap_bytes(tap, buf_span(&bytes), false);
	/* no more than the daemon says that it had */
	g->vouched = 8 * (double)bytes.n < (double)level ? 8 * (double)bytes.n : (double)level;
	snprintf(g->what, sizeof g->what, "EGD daemon (process %s), %zu bytes%s", pid, bytes.n,
		lost                             ? "; it broke off, stalled or gave a wrong length"
			: bytes.n < SOURCE_BYTES ? "; it is drained"
						 : "");
	wipe(storage, sizeof storage);
	wipe(d.room, sizeof d.room);
	return healthy ||
		err_set(e, ERR_RANDOM, 0, "the bytes of %s fail the %s (SP 800-90B 4.4)", where,
			h.failed);
}
