/* SPDX-License-Identifier: MIT */
/* A link with a delay, for one connection after the other or many at once: what comes from either side
 * reaches the other side so many milliseconds later. For hosts whose kernel has no netem.
 * usage: delay_proxy LISTEN-PORT TARGET-PORT MILLISECONDS (one way); ends on SIGTERM. */
#define _GNU_SOURCE
#include "io/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PIPES = 256, PIECE = 16384, MOST = 16 << 20 };

struct piece {
	struct piece *next;
	uint64_t due;
	size_t n, sent; /* n 0: the end */
	char bytes[];
};

struct way {
	int from, to;
	bool ended, done; /* nothing more comes; nothing more goes */
	size_t held;
	struct piece *first, **last;
};

static struct way ways[2 * PIPES]; /* in pairs; from is -1 where there is none */
static uint64_t delay;

static void die(const char *what)
{
	fprintf(stderr, "delay_proxy: %s: %s\n", what, strerror(errno));
	exit(1);
}

static struct sockaddr_in local(const char *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)atoi(port)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	return a;
}

static void ready_made(int fd)
{
	const int on = 1;
	fcntl(fd, F_SETFL, O_NONBLOCK);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static void take(int listener, const char *target)
{
	struct sockaddr_in a = local(target);
	const int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	size_t i = 0;
	while (i < 2 * PIPES && ways[i].from >= 0)
		i += 2;
	if (client < 0 || server < 0 || i == 2 * PIPES ||
		connect(server, (struct sockaddr *)&a, sizeof a) != 0) {
		close(client);
		close(server);
		return;
	}
	ready_made(client);
	ready_made(server);
	ways[i] = (struct way){ .from = client, .to = server };
	ways[i + 1] = (struct way){ .from = server, .to = client };
	ways[i].last = &ways[i].first;
	ways[i + 1].last = &ways[i + 1].first;
}

static void take_in(struct way *w)
{
	struct piece *p = malloc(sizeof *p + PIECE);
	if (!p)
		die("memory");
	const ssize_t n = recv(w->from, p->bytes, PIECE, 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		free(p);
		return;
	}
	w->ended = n <= 0;
	p->n = n > 0 ? (size_t)n : 0;
	p->sent = 0;
	p->next = NULL;
	p->due = clock_ms() + delay;
	w->held += p->n;
	*w->last = p;
	w->last = &p->next;
}

static void give_out(struct way *w)
{
	for (struct piece *p; !w->done && (p = w->first) && p->due <= clock_ms();) {
		const ssize_t n =
			p->n ? send(w->to, p->bytes + p->sent, p->n - p->sent, MSG_NOSIGNAL) : 0;
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0) {
			shutdown(w->to, SHUT_WR);
			w->done = true;
		}
		p->sent += n > 0 ? (size_t)n : 0;
		if (p->sent < p->n && !w->done)
			continue;
		w->held -= p->n;
		w->first = p->next;
		if (!w->first)
			w->last = &w->first;
		free(p);
	}
}

static void clean_up(struct way *w)
{
	if (w->from < 0 || !w[0].done || !w[1].done)
		return;
	close(w->from);
	close(w->to);
	for (int i = 0; i < 2; i++) {
		for (struct piece *p; (p = w[i].first);) {
			w[i].first = p->next;
			free(p);
		}
		w[i] = (struct way){ .from = -1 };
	}
}

static int pause_until(void)
{
	uint64_t due = UINT64_MAX;
	const uint64_t now = clock_ms();
	for (size_t i = 0; i < 2 * PIPES; i++)
		if (ways[i].from >= 0 && ways[i].first && !ways[i].done &&
			ways[i].first->due > now && ways[i].first->due < due)
			due = ways[i].first->due;
	return due == UINT64_MAX ? -1 : (int)(due - now);
}

int main(int argc, char **argv)
{
	static struct pollfd polls[1 + 4 * PIPES];
	const int on = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (argc != 4)
		return 2;
	struct sockaddr_in a = local(argv[1]);
	delay = (uint64_t)atoi(argv[3]);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(listener, (struct sockaddr *)&a, sizeof a) != 0 || listen(listener, 64) != 0)
		die("listening");
	for (size_t i = 0; i < 2 * PIPES; i++)
		ways[i].from = -1;
	for (;;) {
		const uint64_t now = clock_ms();
		polls[0] = (struct pollfd){ .fd = listener, .events = POLLIN };
		for (size_t i = 0; i < 2 * PIPES; i++) {
			struct way *w = &ways[i];
			const bool in = w->from >= 0 && !w->ended && w->held < MOST;
			const bool out =
				w->from >= 0 && !w->done && w->first && w->first->due <= now;
			polls[1 + 2 * i] =
				(struct pollfd){ .fd = in ? w->from : -1, .events = POLLIN };
			polls[2 + 2 * i] =
				(struct pollfd){ .fd = out ? w->to : -1, .events = POLLOUT };
		}
		if (poll(polls, 1 + 4 * PIPES, pause_until()) < 0 && errno != EINTR)
			die("poll");
		for (size_t i = 0; i < 2 * PIPES; i++) {
			if (polls[1 + 2 * i].revents)
				take_in(&ways[i]);
			if (ways[i].from >= 0)
				give_out(&ways[i]);
		}
		for (size_t i = 0; i < 2 * PIPES; i += 2)
			clean_up(&ways[i]);
		if (polls[0].revents)
			take(listener, argv[2]);
	}
}
