/* SPDX-License-Identifier: MIT */
/* Runs a program and stops it at the n-th of its system calls of a kind: kills it there, or makes the call
 * fail or fall short. usage: fault REPORT KIND ACTION N PROGRAM [ARGUMENT]...
 * KIND: a word of kinds[]. ACTION: none (the program runs by itself), trace (each call of the kind goes
 * to REPORT), kill-before, kill (after the call; traced up to it), short, or an errno. FAULT_FD=N in the
 * environment: hand over descriptor N as systemd does; FAULT_AFTER=CALL: count behind the first such call.
 * SIGTERM goes on to the program. The last lines of REPORT say which call was hit, and how the program
 * ended. Exit code 125: this host does not let us. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __x86_64__
#include <sys/reg.h>
#include <sys/uio.h>
#include <sys/user.h>

#include "fault_table.h"

enum action { TRACE, KILL_BEFORE, KILL, SHORT, FAIL };

struct plan {
	FILE *report;
	int kind, failure;
	enum action action;
	long n, seen;
	const char *after; /* counting begins behind the first call of this name */
};

static volatile pid_t child;

static void forward(int signal)
{
	if (child > 0)
		kill(child, signal);
}

/* ---- looking into the program */

static uint64_t argument(const struct user_regs_struct *r, int i)
{
	const uint64_t all[] = { r->rdi, r->rsi, r->rdx, r->r10, r->r8, r->r9 };
	return all[i];
}

static size_t peek(uint64_t at, void *into, size_t n)
{
	const struct iovec here = { into, n };
	struct iovec there = { 0 };
	memcpy(&there.iov_base, &at, sizeof at);
	there.iov_len = n;
	const ssize_t got = process_vm_readv(child, &here, 1, &there, 1, 0);
	return got < 0 ? 0 : (size_t)got;
}

static bool poke(uint64_t at, const void *from, size_t n)
{
	const struct iovec here = { (void *)(uintptr_t)from, n };
	struct iovec there = { 0 };
	memcpy(&there.iov_base, &at, sizeof at);
	there.iov_len = n;
	return process_vm_writev(child, &here, 1, &there, 1, 0) == (ssize_t)n;
}

static void text_at(uint64_t at, char *into, size_t cap)
{
	size_t n = 0;
	while (n + 1 < cap && peek(at + n, into + n, 1) == 1 && into[n])
		n++;
	into[n] = '\0';
}

/* What a descriptor is open on: a path, "socket:[...]" and so on; AT_FDCWD: the working folder. */
static void opened(int fd, char *into, size_t cap)
{
	char name[64];
	if (fd == AT_FDCWD)
		snprintf(name, sizeof name, "/proc/%ld/cwd", (long)child);
	else
		snprintf(name, sizeof name, "/proc/%ld/fd/%d", (long)child, fd);
	const ssize_t n = readlink(name, into, cap - 1);
	into[n < 0 ? 0 : n] = '\0';
}

static void path_of(const struct user_regs_struct *r, int fd, int path, char *into, size_t cap)
{
	char name[4096], base[4096];
	into[0] = '\0';
	if (path == NO && fd != NO)
		opened((int)argument(r, fd), into, cap);
	if (path == NO)
		return;
	text_at(argument(r, path), name, sizeof name);
	opened(fd == NO ? AT_FDCWD : (int)argument(r, fd), base, sizeof base);
	if (name[0] == '/' || snprintf(into, cap, "%s/%s", base, name) >= (int)cap)
		snprintf(into, cap, "%s", name);
}

static const struct call *known(long number)
{
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		if (calls[i].number == number)
			return &calls[i];
	return NULL;
}

/* How a file is opened, or to what size it is cut. */
static uint64_t detail(const struct call *c, const struct user_regs_struct *r)
{
	if (c->number == SYS_ftruncate)
		return argument(r, 1);
	const bool opens = c->number == SYS_open || c->number == SYS_openat;
	return opens ? argument(r, c->path + 1) : 0;
}

static bool meant(const struct plan *p, const struct user_regs_struct *r)
{
	const struct call *c = known((long)r->orig_rax);
	char path[4096];
	if (p->kind & ALL)
		return true;
	if (!c || !(c->kinds & p->kind))
		return false;
	if ((c->number == SYS_open || c->number == SYS_openat) && p->kind & (CHANGE | ROOM))
		return detail(c, r) & (O_CREAT | O_TRUNC);
	if (c->number == SYS_fcntl)
		return argument(r, 1) == F_DUPFD || argument(r, 1) == F_DUPFD_CLOEXEC;
	if (c->number == SYS_brk)
		return argument(r, 0) != 0;
	if (p->action == SHORT && argument(r, 2) < 2)
		return false;
	if (c->fd == NO || c->path != NO || p->kind & CHANGE)
		return true;
	path_of(r, c->fd, NO, path, sizeof path);
	const bool file = path[0] == '/' && strncmp(path, "/dev/", 5) != 0;
	return p->kind & (DISK | ROOM) ? file && argument(r, 0) > 2
		: p->kind & NET        ? strncmp(path, "socket:", 7) == 0
				       : argument(r, 0) > 2;
}

/* ---- the report */

/* What io_getevents gives; of its request (linux/aio_abi.h) only the descriptor is of interest. */
struct event {
	uint64_t data, request;
	int64_t result, more;
};

enum { REQUEST_FD = 20 };

/* Files are synced by requests to the kernel: each that was done is told like the call that it stands for. */
static void tell_syncs(const struct plan *p, const struct user_regs_struct *r, long long n)
{
	for (long long i = 0; i < n; i++) {
		struct event e;
		uint32_t fd;
		char path[4096];
		if (peek(argument(r, 3) + (uint64_t)i * sizeof e, &e, sizeof e) != sizeof e ||
			peek(e.request + REQUEST_FD, &fd, sizeof fd) != sizeof fd)
			continue;
		opened((int)fd, path, sizeof path);
		fprintf(p->report, "fdatasync\t%u\t%s\t\t0\t%lld\t\n", fd, path,
			(long long)e.result);
	}
}

/* name, descriptor, path, second path, detail, result, data in hexadecimal: between tabs */
static void tell(const struct plan *p, const struct user_regs_struct *r, long long result)
{
	const struct call *c = known((long)r->orig_rax);
	char path[4096] = "", path2[4096] = "";
	if (c && c->number == SYS_io_getevents)
		tell_syncs(p, r, result);
	if (!c) {
		fprintf(p->report, "call %lld\t-1\t\t\t0\t%lld\t\n", (long long)r->orig_rax,
			result);
		return;
	}
	path_of(r, c->fd, c->path, path, sizeof path);
	path_of(r, c->fd2, c->path2, path2, sizeof path2);
	fprintf(p->report, "%s\t%lld\t%s\t%s\t%llu\t%lld\t", c->name,
		c->fd == NO ? -1LL : (long long)argument(r, c->fd), path, path2,
		(unsigned long long)detail(c, r), result);
	uint8_t piece[4096];
	struct iovec parts[16] = { 0 };
	size_t n = 0;
	if (c->number == SYS_write || c->number == SYS_sendto) {
		const uint64_t at = argument(r, 1);
		memcpy(&parts[0].iov_base, &at, sizeof at);
		parts[0].iov_len = result > 0 ? (size_t)result : 0;
		n = 1;
	} else if (c->number == SYS_writev) {
		n = argument(r, 2) < 16 ? argument(r, 2) : 16;
		peek(argument(r, 1), parts, n * sizeof *parts);
	}
	for (size_t i = 0; i < n; i++)
		for (size_t done = 0, got; done < parts[i].iov_len; done += got) {
			const size_t left = parts[i].iov_len - done;
			got = peek((uint64_t)(uintptr_t)parts[i].iov_base + done, piece,
				left < sizeof piece ? left : sizeof piece);
			if (!got)
				break;
			for (size_t k = 0; k < got; k++)
				fprintf(p->report, "%02x", piece[k]);
		}
	fputc('\n', p->report);
}

static void hit(const struct plan *p, const struct user_regs_struct *r)
{
	const struct call *c = known((long)r->orig_rax);
	char path[4096] = "";
	if (c)
		path_of(r, c->fd, c->path, path, sizeof path);
	fprintf(p->report, "hit %s%lld %s\n", c ? c->name : "call ",
		c ? (long long)argument(r, c->fd == NO ? 0 : c->fd) : (long long)r->orig_rax, path);
	fflush(p->report);
}

/* ---- running it */

/* The program to its next stop at a call, or its end (false, with *status). */
static bool go_on(int *status)
{
	int signal = 0;
	for (;;) {
		if (ptrace(PTRACE_SYSCALL, child, NULL, (void *)(intptr_t)signal) != 0 &&
			errno != ESRCH)
			return false;
		pid_t who;
		while ((who = waitpid(-1, status, __WALL)) < 0 && errno == EINTR)
			;
		while (who != child) { /* one that it started: it goes its own way */
			if (who < 0)
				return false;
			if (WIFSTOPPED(*status))
				ptrace(PTRACE_DETACH, who, NULL, NULL);
			while ((who = waitpid(-1, status, __WALL)) < 0 && errno == EINTR)
				;
		}
		if (!WIFSTOPPED(*status))
			return false;
		signal = WSTOPSIG(*status);
		if (signal == (SIGTRAP | 0x80))
			return true;
		if (signal == SIGTRAP || signal == SIGSTOP)
			signal = 0;
	}
}

static void die_now(int *status)
{
	kill(child, SIGKILL);
	while (waitpid(child, status, __WALL) == child && WIFSTOPPED(*status))
		ptrace(PTRACE_CONT, child, NULL, NULL);
}

/* Stands at the call that is meant, before it; false when the program ended. */
static bool strike(const struct plan *p, struct user_regs_struct *r, int *status)
{
	hit(p, r);
	if (p->action == KILL_BEFORE) {
		die_now(status);
		return false;
	}
	/* Of several syncs the first one fails, and the call does not. */
	const bool one =
		p->action == FAIL && r->orig_rax == SYS_io_getevents && p->failure != EINTR;
	const bool skipped = p->action == FAIL && r->orig_rax != SYS_close && !one;
	struct user_regs_struct changed = *r;
	if (p->action == SHORT)
		changed.rdx /= 2;
	if (skipped)
		changed.orig_rax = (unsigned long long)-1;
	ptrace(PTRACE_SETREGS, child, NULL, &changed);
	if (!go_on(status))
		return false;
	if (p->action == KILL) {
		tell(p, r, ptrace(PTRACE_PEEKUSER, child, 8 * RAX, NULL));
		die_now(status);
		return false;
	}
	ptrace(PTRACE_GETREGS, child, NULL, &changed);
	changed.rdx = r->rdx;
	const int64_t failure = -(int64_t)p->failure;
	if (one && poke(argument(r, 3) + offsetof(struct event, result), &failure, sizeof failure))
		return true;
	if (p->action == FAIL)
		changed.rax = (unsigned long long)-(long long)p->failure;
	ptrace(PTRACE_SETREGS, child, NULL, &changed);
	return true;
}

static void follow(struct plan *p, int *status)
{
	while (go_on(status)) {
		struct user_regs_struct r;
		if (ptrace(PTRACE_GETREGS, child, NULL, &r) != 0)
			continue;
		const struct call *c = known((long)r.orig_rax);
		const bool wanted = !p->after && meant(p, &r);
		if (p->after && c && strcmp(c->name, p->after) == 0)
			p->after = NULL;
		if (wanted && ++p->seen == p->n && p->action != TRACE) {
			if (!strike(p, &r, status))
				return;
			continue;
		}
		if (!go_on(status))
			return;
		const long long result = ptrace(PTRACE_PEEKUSER, child, 8 * RAX, NULL);
		if (wanted && (p->action == TRACE || p->action == KILL))
			tell(p, &r, result);
	}
}

static void become(char **argv, bool traced)
{
	const char *handed = getenv("FAULT_FD");
	char pid[32];
	if (handed) {
		snprintf(pid, sizeof pid, "%ld", (long)getpid());
		if (atoi(handed) != 3) {
			dup2(atoi(handed), 3);
			close(atoi(handed));
		} else {
			fcntl(3, F_SETFD, 0);
		}
		setenv("LISTEN_PID", pid, 1);
		setenv("LISTEN_FDS", "1", 1);
		unsetenv("FAULT_FD");
	}
	if (traced) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
	}
	execv(argv[0], argv);
	_exit(126);
}

static bool understand(struct plan *p, char **argv)
{
	static const char *const words[] = { "trace", "kill-before", "kill", "short" };
	static const enum action actions[] = { TRACE, KILL_BEFORE, KILL, SHORT };
	bool action = false;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(argv[2], kinds[i].name) == 0)
			p->kind = kinds[i].bit;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(argv[3], words[i]) == 0) {
			p->action = actions[i];
			action = true;
		}
	for (size_t i = 0; i < sizeof failures / sizeof *failures; i++)
		if (strcmp(argv[3], failures[i].name) == 0) {
			p->action = FAIL;
			p->failure = failures[i].code;
			action = true;
		}
	p->after = getenv("FAULT_AFTER");
	p->n = atol(argv[4]);
	p->report = fopen(argv[1], "we");
	return p->kind && action && p->report;
}

int main(int argc, char **argv)
{
	struct plan p = { 0 };
	int status = 0;
	if (argc < 6)
		return 2;
	if (strcmp(argv[3], "none") == 0)
		become(argv + 5, false);
	if (!understand(&p, argv))
		return 2;
	child = fork();
	if (child == 0)
		become(argv + 5, true);
	if (getenv("FAULT_FD"))
		close(atoi(getenv("FAULT_FD")));
	signal(SIGTERM, forward);
	waitpid(child, &status, __WALL);
	if (ptrace(PTRACE_SETOPTIONS, child, NULL,
		    (void *)(intptr_t)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL |
			    PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE)) != 0) {
		perror("ptrace");
		kill(child, SIGKILL);
		return 125;
	}
	follow(&p, &status);
	fprintf(p.report, "seen %ld\nend %d\n", p.seen,
		WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
	return fclose(p.report) ? 2 : 0;
}
#else
int main(void)
{
	fputs("fault: not written for this machine\n", stderr);
	return 125;
}
#endif
