/* SPDX-License-Identifier: MIT */
/* Addresses, listening, connecting and accepting, all on the loopback interface. */
#define _GNU_SOURCE
#include "io/clock.h"
#include "io/net.h"
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

static char host[NET_HOST], port[NET_PORT];
static struct err e;

static bool split(const char *text, const char *want_host, const char *want_port)
{
	err_clear(&e);
	memset(host, '?', sizeof host);
	memset(port, '?', sizeof port);
	return CHECK(net_split(text, 104, host, port, &e)) && CHECK_STR(host, want_host) &&
		CHECK_STR(port, want_port);
}

static void splitting(void)
{
	split("pacs", "pacs", "104");
	split("pacs.example:11112", "pacs.example", "11112");
	split("192.0.2.7:1", "192.0.2.7", "1");
	split("[2001:db8::1]:65535", "2001:db8::1", "65535");
	split("[2001:db8::1]", "2001:db8::1", "104");
	split("2001:db8::1", "2001:db8::1", "104");
	split("::", "::", "104");
	split("::1", "::1", "104");
	split("fe80::1%eth0", "fe80::1%eth0", "104");
	char long_host[NET_HOST + 2];
	memset(long_host, 'h', sizeof long_host);
	long_host[NET_HOST - 1] = '\0';
	split(long_host, long_host, "104");
	long_host[NET_HOST - 1] = 'h';
	long_host[NET_HOST] = '\0';
	CHECK(!net_split(long_host, 104, host, port, &e));
}

static void bad_splits(void)
{
	static const char *const bad[] = { "", ":", ":104", "pacs:", "pacs:0", "pacs:65536",
		"pacs:99999", "pacs:123456", "pacs:-1", "pacs:+1", "pacs: 1", "pacs:1x", "pacs:x",
		"[::1", "[::1]:", "[::1]104", "[::1]:0", "[]", "[]:104" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		err_clear(&e);
		if (net_split(bad[i], 104, host, port, &e) || e.kind != ERR_USAGE || !*e.text)
			TEST_NOTE("\"%s\": %s port %s, %s", bad[i], host, port, e.text);
	}
}

static void two_words(void)
{
	err_clear(&e);
	CHECK(net_host_port("pacs", "104", host, port, &e));
	CHECK_STR(host, "pacs");
	CHECK_STR(port, "104");
	CHECK(net_host_port("::1", "65535", host, port, &e));
	static const char *const bad[] = { "", "0", "65536", "x", "1 ", "104104" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		err_clear(&e);
		CHECK(!net_host_port("pacs", bad[i], host, port, &e) && e.kind == ERR_USAGE);
	}
	err_clear(&e);
	CHECK(!net_host_port("", "104", host, port, &e) && e.kind == ERR_USAGE);
	char text[NET_PEER];
	CHECK_STR(net_peer_text("pacs", "104", text), "pacs:104");
	CHECK_STR(net_peer_text("::1", "104", text), "[::1]:104");
}

static int ready(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	return poll(&p, 1, 60000);
}

/* Connects over host to a listener on address, and gives the peer's text as the listener has it. */
static bool met(const char *address, const char *to, const char *prefix)
{
	unsigned bound = 0;
	char text[NET_PORT], peer[NET_ADDR] = "";
	err_clear(&e);
	const int listener = net_listen(address, "0", &bound, &e);
	if (!CHECK(listener >= 0 && bound > 0)) {
		TEST_NOTE("%s", e.text);
		return false;
	}
	snprintf(text, sizeof text, "%u", bound % 65536);
	const int fd = net_connect(to, text, 5000, NULL, &e);
	const int there = fd >= 0 && ready(listener) == 1 ? net_accept(listener, peer) : -1;
	int nodelay = 0;
	socklen_t n = sizeof nodelay;
	bool ok = CHECK(fd >= 0) && CHECK(there >= 0);
	if (ok) {
		ok = CHECK(strncmp(peer, prefix, strlen(prefix)) == 0) &&
			CHECK(getsockopt(there, IPPROTO_TCP, TCP_NODELAY, &nodelay, &n) == 0 &&
				nodelay) &&
			CHECK(getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &nodelay, &n) == 0 &&
				nodelay) &&
			CHECK(fcntl(there, F_GETFL) & O_NONBLOCK) &&
			CHECK(fcntl(fd, F_GETFL) & O_NONBLOCK) &&
			CHECK(fcntl(there, F_GETFD) & FD_CLOEXEC) &&
			CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC);
		uint8_t got[8];
		CHECK_INT(net_read(fd, (struct mspan){ got, sizeof got }), -1);
		CHECK_INT(errno, EAGAIN);
		CHECK_INT(net_write(there, span_str("hello")), 5);
		CHECK_INT(ready(fd), 1);
		CHECK_INT(net_read(fd, (struct mspan){ got, sizeof got }), 5);
		close(there);
		CHECK_INT(ready(fd), 1);
		CHECK_INT(net_read(fd, (struct mspan){ got, sizeof got }), 0);
		net_write(fd, span_str("x"));
		ready(fd);
		CHECK_INT(net_write(fd, span_str("x")), -1); /* and no signal */
	}
	close(fd);
	close(listener);
	return ok;
}

static void both_families(void)
{
	met("127.0.0.1", "127.0.0.1", "127.0.0.1:");
	met(NULL, "127.0.0.1", "127.0.0.1:"); /* an IPv4 peer of an IPv6 socket */
	met("localhost", "localhost", "");
}

static bool have_v6(void)
{
	unsigned bound;
	const int fd = net_listen("::1", "0", &bound, NULL);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static void v6(void)
{
	met("::1", "::1", "[::1]:");
	met(NULL, "::1", "[::1]:");
}

static void listen_refused(void)
{
	unsigned bound, again;
	char text[NET_PORT];
	err_clear(&e);
	const int fd = net_listen("127.0.0.1", "0", &bound, &e);
	snprintf(text, sizeof text, "%u", bound % 65536);
	CHECK_INT(net_listen("127.0.0.1", text, &again, &e), -1);
	CHECK_INT(e.kind, ERR_NETWORK);
	CHECK_INT(e.code, EADDRINUSE);
	CHECK(strstr(e.text, text) && strstr(e.text, "another program"));
	close(fd);
	static const char *const bad[] = { "", "x", "65536", "-1", "1.5", "104104" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		err_clear(&e);
		CHECK_INT(net_listen(NULL, bad[i], &bound, &e), -1);
		CHECK_INT(e.kind, ERR_USAGE);
		CHECK(strstr(e.text, bad[i]) != NULL);
	}
	err_clear(&e);
	CHECK_INT(net_listen("192.0.2.7", "0", &bound, &e), -1); /* not an address of this host */
	CHECK_INT(e.code, EADDRNOTAVAIL);
	err_clear(&e);
	CHECK_INT(net_listen("256.0.0.1.invalid", "0", &bound, &e), -1);
	CHECK_INT(e.kind, ERR_NETWORK);
}

static void nobody_there(void)
{
	unsigned bound;
	char text[NET_PORT];
	close(net_listen("127.0.0.1", "0", &bound, &e));
	snprintf(text, sizeof text, "%u", bound % 65536);
	err_clear(&e);
	CHECK_INT(net_connect("127.0.0.1", text, 5000, NULL, &e), -1);
	CHECK_INT(e.kind, ERR_NETWORK);
	CHECK_INT(e.code, ECONNREFUSED);
	CHECK(strstr(e.text, "127.0.0.1") && strstr(e.text, text) &&
		strstr(e.text, "nothing listens"));
	err_clear(&e);
	CHECK_INT(net_connect("no-such-host.invalid", text, 5000, NULL, &e), -1);
	CHECK_INT(e.kind, ERR_NETWORK);
	CHECK(strstr(e.text, "no-such-host.invalid") != NULL);
}

/* A listener with its queue full: Linux drops further requests, as a firewall would. */
static void no_answer(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof a;
	int waiting[8];
	char text[NET_PORT];
	const int listener = socket(AF_INET, SOCK_STREAM, 0);
	CHECK_INT(bind(listener, (struct sockaddr *)&a, sizeof a), 0);
	CHECK_INT(listen(listener, 0), 0);
	CHECK_INT(getsockname(listener, (struct sockaddr *)&a, &n), 0);
	for (int i = 0; i < 8; i++) {
		waiting[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		connect(waiting[i], (struct sockaddr *)&a, sizeof a);
	}
	snprintf(text, sizeof text, "%u", ntohs(a.sin_port));
	err_clear(&e);
	CHECK_INT(net_connect("127.0.0.1", text, 200, NULL, &e), -1);
	CHECK_INT(e.code, ETIMEDOUT);
	CHECK(strstr(e.text, "nothing answered") != NULL);
	const volatile int stop = 1;
	err_clear(&e);
	CHECK_INT(net_connect("127.0.0.1", text, 0, &stop, &e), -1);
	CHECK_INT(e.code, EINTR);
	for (int i = 0; i < 8; i++)
		close(waiting[i]);
	close(listener);
}

static void nobody_waits(void)
{
	unsigned bound;
	char peer[NET_ADDR];
	const int fd = net_listen("127.0.0.1", "0", &bound, &e);
	CHECK_INT(net_accept(fd, peer), -1);
	CHECK_INT(errno, EAGAIN);
	close(fd);
}

static void clocks(void)
{
	CHECK(clock_after(5, 0) == CLOCK_NEVER && clock_after(5, UINT64_MAX - 2) == CLOCK_NEVER);
	CHECK_INT(clock_after(5, 7), 12);
	CHECK_INT(clock_wait(CLOCK_NEVER, 5), -1);
	CHECK_INT(clock_wait(5, 5), 0);
	CHECK_INT(clock_wait(4, 5), 0);
	CHECK_INT(clock_wait(15, 5), 10);
	CHECK_INT(clock_wait(CLOCK_NEVER - 1, 5), 2147483647);
	CHECK(clock_seconds() > 1700000000);
	const uint64_t then = clock_ms();
	CHECK(clock_ms() >= then);
}

int main(void)
{
	test("HOST, HOST:PORT, [V6]:PORT and V6 are told apart", splitting);
	test("what is no host or no port from 1 to 65535 is refused as wrong usage", bad_splits);
	test("two words are taken as DCMTK has them, and shown as one", two_words);
	test("a connection over IPv4 has the options and the name of its peer", both_families);
	if (have_v6())
		test("a connection over IPv6 has the options and the name of its peer", v6);
	else
		test_skip("a connection over IPv6 has the options and the name of its peer",
			"this host has no IPv6 loopback");
	test("a port that is taken, wrong or not of this host is refused in words", listen_refused);
	test("nobody there and no such name are told apart, with a remedy", nobody_there);
	test("a peer that does not answer is given up in time, and when asked to stop", no_answer);
	test("nobody to accept is no error", nobody_waits);
	test("deadlines: never, now, and far away", clocks);
	return test_end();
}
