/* SPDX-License-Identifier: MIT */
/* Enters the sandbox of a receiver, as the user given (or "-"), with the folder OUT to write to and READ to
 * read from, and tries what must and what must not work then. One line each: the attempt, and "yes" or
 * the error. usage: confined USER OUT READ OTHER; or, for the sandbox of who asks for names, which may read beside
 * /etc/hosts alone: confined names OTHER */
#define _GNU_SOURCE
#include "io/sandbox.h"
#include "io/user.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *root;
static pid_t parent;

static void tell(const char *what, bool worked)
{
	printf("%s: %s\n", what, worked ? "yes" : strerror(errno));
}

/* Whether the call is made at all: to let go of somebody who is not traced has no effect. */
static bool may_trace(void)
{
	return ptrace(PTRACE_DETACH, parent, NULL, NULL) == 0 || errno == ESRCH;
}

static const char *in(const char *folder, const char *name)
{
	static char path[2][1024];
	static int turn;
	turn = !turn;
	snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
	return path[turn];
}

static bool opens(const char *path, int flags)
{
	const int fd = open(path, flags | O_CLOEXEC, 0600);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static void files(const char *out, const char *readable, const char *other)
{
	tell("make a file in OUT", opens(in(out, "a"), O_CREAT | O_WRONLY));
	tell("make a folder in OUT", mkdir(in(out, "d"), 0700) == 0);
	tell("move a file into a folder of OUT", rename(in(out, "a"), in(out, "d/a")) == 0);
	tell("link a file in OUT", link(in(out, "d/a"), in(out, "b")) == 0);
	tell("remove a file in OUT", unlink(in(out, "b")) == 0);
	tell("read a file in READ", opens(in(readable, "file"), O_RDONLY));
	tell("write a file in READ", opens(in(readable, "file"), O_WRONLY));
	tell("make a file in READ", opens(in(readable, "new"), O_CREAT | O_WRONLY));
	tell("read a file in OTHER", opens(in(other, "file"), O_RDONLY));
	tell("write a file in OTHER", opens(in(other, "file"), O_WRONLY));
	tell("list OTHER", opens(other, O_RDONLY | O_DIRECTORY));
	tell("move a file out of OUT", rename(in(out, "d/a"), in(other, "a")) == 0);
	tell("make a link in OUT to the whole", symlink(root, in(out, "s")) == 0);
	tell("read /etc/passwd", opens("/etc/passwd", O_RDONLY));
}

static void calls(int connected)
{
	const struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons(9),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	char name[] = "/bin/true", *const words[] = { name, NULL };
	const size_t page = 4096;
	void *p = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	tell("map memory", p != MAP_FAILED);
	tell("make memory executable", mprotect(p, page, PROT_READ | PROT_EXEC) == 0);
	tell("map executable memory",
		mmap(NULL, page, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
			MAP_FAILED);
	tell("make a socket", socket(AF_INET, SOCK_STREAM, 0) >= 0);
	tell("connect", connect(connected, (const void *)&to, sizeof to) == 0);
	tell("bind", bind(connected, (const void *)&to, sizeof to) == 0);
	struct rlimit limit = { 0, 0 };
	tell("ask for flags of a descriptor", fcntl(connected, F_GETFL) >= 0);
	tell("set flags of a descriptor", fcntl(connected, F_SETFL, O_NONBLOCK) == 0);
	tell("keep a descriptor from programs", fcntl(connected, F_SETFD, FD_CLOEXEC) == 0);
	tell("double a descriptor", fcntl(connected, F_DUPFD_CLOEXEC, 0) >= 0);
	tell("have signals sent to another process", fcntl(connected, F_SETOWN, parent) == 0);
	tell("choose such a signal", fcntl(connected, F_SETSIG, 9) == 0);
	tell("lock a file", fcntl(connected, F_GETLK, &(struct flock){ .l_type = F_WRLCK }) == 0);
	tell("ask for another's limits", prlimit(parent, RLIMIT_NOFILE, NULL, &limit) == 0);
	tell("set another's limits", prlimit(parent, RLIMIT_CORE, &limit, NULL) == 0);
	tell("set its own limits", prlimit(0, RLIMIT_CORE, &limit, NULL) == 0);
	tell("trace", may_trace());
	tell("change the root", chroot("/") == 0);
	tell("become root", setuid(0) == 0);
	tell("fork", fork() > 0);
	tell("start a program", execv(name, words) == 0);
}

static int names(const char *other)
{
	const struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons(9),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	char name[] = "/bin/true", *const words[] = { name, NULL };
	sandbox_names();
	const int udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	tell("read /etc/hosts", opens("/etc/hosts", O_RDONLY));
	tell("read a file beside it", opens("/etc/passwd", O_RDONLY));
	tell("ask over UDP", udp >= 0 && connect(udp, (const void *)&to, sizeof to) == 0);
	tell("ask over TCP", socket(AF_INET6, SOCK_STREAM, 0) >= 0 || errno == EAFNOSUPPORT);
	tell("find an interface", socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0) >= 0);
	tell("write /etc/hosts", opens("/etc/hosts", O_WRONLY));
	tell("read a file in OTHER", opens(in(other, "file"), O_RDONLY));
	tell("make a file in OTHER", opens(in(other, "new"), O_CREAT | O_WRONLY));
	tell("list OTHER", opens(other, O_RDONLY | O_DIRECTORY));
	tell("reach services of the host", socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0);
	tell("reach the kernel's tables", socket(AF_NETLINK, SOCK_RAW, 0) >= 0);
	tell("change an interface", ioctl(udp, 0x8914, &to) == 0); /* SIOCSIFFLAGS */
	tell("listen", listen(udp, 1) == 0);
	tell("end another process", kill(parent, 0) == 0);
	tell("trace", may_trace());
	tell("start one like itself", fork() >= 0);
	tell("start a program", execv(name, words) == 0);
	return 0;
}

int main(int argc, char **argv)
{
	struct sandbox_facts facts;
	struct err e = { 0 };
	parent = getppid();
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 3 && strcmp(argv[1], "names") == 0)
		return names(argv[2]);
	if (argc != 5)
		return 2;
	root = "/";
	const int free_socket = socket(AF_INET, SOCK_STREAM, 0);
	sandbox_no_dumps();
	if (strcmp(argv[1], "-") != 0 && !user_become(argv[1], &e)) {
		printf("user: %s\n", e.text);
		return 1;
	}
	const struct sandbox_path paths[] = { { argv[2], true }, { argv[3], false } };
	sandbox_enter(paths, 2, false, &facts);
	printf("landlock: %d %s\nseccomp: %d %s\n", facts.landlock,
		facts.landlock ? "" : facts.why_landlock, facts.seccomp,
		facts.seccomp ? "" : facts.why_seccomp);
	files(argv[2], argv[3], argv[4]);
	calls(free_socket);
	return 0;
}
