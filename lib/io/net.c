/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* accept4, TCP_QUICKACK */
#include "io/net.h"

#include "io/clock.h"
#include "io/dial.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static bool port_ok(const char *text)
{
	const size_t n = strlen(text);
	return n >= 1 && n <= 5 && strspn(text, "0123456789") == n && atol(text) <= 65535;
}

bool net_split(const char *text, unsigned fallback, char host[NET_HOST], char port[NET_PORT],
	struct err *e)
{
	const char *end, *after;
	if (*text == '[') {
		end = strchr(++text, ']');
		if (!end)
			return err_set(e, ERR_USAGE, 0, "\"[%s\" lacks the closing bracket", text);
		after = end + 1;
	} else {
		end = strchr(text, ':');
		if (!end ||
			strchr(end + 1, ':')) /* two colons and no bracket: a bare IPv6 address */
			end = text + strlen(text);
		after = end;
	}
	const size_t n = (size_t)(end - text);
	if (n == 0 || n >= NET_HOST)
		return err_set(
			e, ERR_USAGE, 0, "\"%s\" names no host; HOST or HOST:PORT is wanted", text);
	if (*after && (*after != ':' || !port_ok(after + 1) || atoi(after + 1) == 0))
		return err_set(e, ERR_USAGE, 0, "\"%s\" is no port number from 1 to 65535",
			after + (*after == ':'));
	memcpy(host, text, n);
	host[n] = '\0';
	if (*after)
		snprintf(port, NET_PORT, "%s", after + 1);
	else
		snprintf(port, NET_PORT, "%u", fallback % 65536);
	return true;
}

bool net_host_port(const char *name, const char *number, char host[NET_HOST], char port[NET_PORT],
	struct err *e)
{
	if (!*name || strlen(name) >= NET_HOST)
		return err_set(e, ERR_USAGE, 0, "\"%s\" is no host name", name);
	if (!port_ok(number) || atoi(number) == 0)
		return err_set(e, ERR_USAGE, 0, "\"%s\" is no port number from 1 to 65535", number);
	snprintf(host, NET_HOST, "%s", name);
	snprintf(port, NET_PORT, "%s", number);
	return true;
}

char *net_peer_text(const char *host, const char *port, char text[NET_PEER])
{
	snprintf(text, NET_PEER, strchr(host, ':') ? "[%s]:%s" : "%s:%s", host, port);
	return text;
}

void net_tune(int fd)
{
	const int on = 1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
}

int net_connect(
	const char *host, const char *port, uint64_t ms, const volatile int *stop, struct err *e)
{
	struct err why = { 0 };
	struct dial *d = dial_new(host, port, ms, NULL, &why);
	int fd = -1;
	while (d && fd < 0 && why.kind == ERR_NONE) {
		struct pollfd p;
		const int wait = clock_wait(dial_wants(d, &p), clock_ms());
		/* Never longer than a quarter second, so that a signal's flag is seen. */
		const int ready = poll(&p, 1, wait < 0 || wait > 250 ? 250 : wait);
		if (stop && *stop)
			err_set(&why, ERR_NETWORK, EINTR, "cannot connect to %s port %s: %s", host,
				port, strerror(EINTR));
		else
			fd = dial_turn(d, ready > 0, clock_ms(), &why);
	}
	dial_free(d);
	if (fd < 0)
		err_set(e, why.kind, why.code, "%s", why.text);
	return fd;
}

static int listen_on(const struct addrinfo *a, bool both)
{
	const int fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	const int on = 1, off = 0;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (a->ai_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, both ? &off : &on, sizeof on);
	if (bind(fd, a->ai_addr, a->ai_addrlen) == 0 && listen(fd, 1024) == 0)
		return fd;
	const int failure = errno;
	close(fd);
	errno = failure;
	return -1;
}

/* Host and port as numbers. Not getnameinfo, which brings along how names are asked for. */
static bool numbers(const struct sockaddr_storage *a, char host[NET_ADDR], unsigned *port)
{
	const struct sockaddr_in *v4 = (const void *)a;
	const struct sockaddr_in6 *v6 = (const void *)a;
	const bool six = a->ss_family == AF_INET6;
	if (!six && a->ss_family != AF_INET)
		return false;
	*port = ntohs(six ? v6->sin6_port : v4->sin_port);
	inet_ntop(a->ss_family, six ? (const void *)&v6->sin6_addr : &v4->sin_addr, host, NET_ADDR);
	if (six && v6->sin6_scope_id) {
		char name[IF_NAMESIZE];
		const size_t n = strlen(host);
		if (if_indextoname(v6->sin6_scope_id, name))
			snprintf(host + n, NET_ADDR - n, "%%%s", name);
		else
			snprintf(host + n, NET_ADDR - n, "%%%u", (unsigned)v6->sin6_scope_id);
	}
	return true;
}

unsigned net_bound(int fd)
{
	struct sockaddr_storage a;
	socklen_t n = sizeof a;
	char host[NET_ADDR];
	unsigned port = 0;
	if (getsockname(fd, (struct sockaddr *)&a, &n) == 0)
		numbers(&a, host, &port);
	return port;
}

int net_listen(const char *address, const char *port, unsigned *bound, struct err *e)
{
	if (!port_ok(port)) {
		err_set(e, ERR_USAGE, 0, "\"%s\" is no port number from 0 to 65535", port);
		return -1;
	}
	/* All addresses means an IPv6 socket that takes IPv4 too, or IPv4 where the host has no IPv6. */
	static const char *const all[] = { "::", "0.0.0.0" };
	int fd = -1, failure = 0;
	for (int i = address ? 1 : 0; i < 2 && fd < 0; i++) {
		const struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
			.ai_flags = AI_PASSIVE | AI_NUMERICSERV | (address ? 0 : AI_NUMERICHOST) };
		struct addrinfo *list = NULL;
		const int unknown = getaddrinfo(address ? address : all[i], port, &hints, &list);
		if (unknown) {
			err_set(e, ERR_NETWORK, 0, "cannot listen on %s: %s",
				address ? address : all[i], gai_strerror(unknown));
			return -1;
		}
		for (const struct addrinfo *a = list; a && fd < 0; a = a->ai_next)
			fd = listen_on(a, !address);
		failure = errno;
		freeaddrinfo(list);
		if (fd < 0 && failure == EADDRINUSE)
			break;
	}
	if (fd >= 0) {
		*bound = net_bound(fd);
		return fd;
	}
	err_set(e, ERR_NETWORK, failure, "cannot listen on %s%sport %s: %s%s",
		address ? address : "", address ? " " : "", port, strerror(failure),
		failure == EADDRINUSE
			? "; another program has it: stop that or choose another --port"
			: failure == EACCES
			? "; ports below 1024 are for root: choose another --port"
			: "");
	return -1;
}

/* An IPv4 peer on the socket for both comes as ::ffff:192.0.2.7; people know it as 192.0.2.7. */
static void address_text(const struct sockaddr_storage *a, char text[NET_ADDR])
{
	char host[NET_ADDR];
	unsigned port;
	if (!numbers(a, host, &port)) {
		snprintf(text, NET_ADDR, "unknown address");
		return;
	}
	const bool mapped = strncmp(host, "::ffff:", 7) == 0 && strchr(host, '.');
	const bool v6 = strchr(host, ':') && !mapped;
	snprintf(text, NET_ADDR, "%s%.46s%s:%u", v6 ? "[" : "", mapped ? host + 7 : host,
		v6 ? "]" : "", port);
}

int net_accept(int listener, char peer[NET_ADDR])
{
	struct sockaddr_storage a;
	socklen_t n = sizeof a;
	const int fd = accept4(listener, (struct sockaddr *)&a, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0)
		return -1;
	net_tune(fd);
	address_text(&a, peer);
	return fd;
}

void net_hurry(int fd)
{
	const int on = 1;
	setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

bool net_adopt(int fd, char peer[NET_ADDR])
{
	struct sockaddr_storage a;
	socklen_t n = sizeof a;
	if (getpeername(fd, (struct sockaddr *)&a, &n) != 0)
		return false;
	net_tune(fd);
	address_text(&a, peer);
	return true;
}

ssize_t net_read(int fd, struct mspan into)
{
	return recv(fd, into.p, into.n, 0);
}

ssize_t net_write(int fd, struct span from)
{
	return send(fd, from.p, from.n, MSG_NOSIGNAL);
}
