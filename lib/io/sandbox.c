/* SPDX-License-Identifier: MIT */
/* The kernel's interfaces are used by number here: musl has no headers for them, and the kernel's own
 * are not on every host that builds this. */
#define _GNU_SOURCE /* O_PATH, prlimit, syscall, realpath */
#include "io/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

void sandbox_no_dumps(void)
{
	const struct rlimit none = { 0, 0 };
	prlimit(0, RLIMIT_CORE, &none, NULL);
	prctl(PR_SET_DUMPABLE, 0);
}

/* ---- files: Landlock */

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

enum {
	LL_WRITE_FILE = 1 << 1,
	LL_READ_FILE = 1 << 2,
	LL_READ_DIR = 1 << 3,
	LL_REMOVE_DIR = 1 << 4,
	LL_REMOVE_FILE = 1 << 5,
	LL_MAKE_DIR = 1 << 7,
	LL_MAKE_REG = 1 << 8,
	LL_REFER = 1 << 13, /* moving from one folder to another */
	LL_TRUNCATE = 1 << 14,
};

struct landlock_ruleset {
	uint64_t fs, net, scoped;
};

struct landlock_beneath {
	uint64_t allowed;
	int32_t parent;
} __attribute__((packed));

static struct landlock_ruleset all_of(int version, uint64_t net)
{
	static const uint64_t fs[] = { 0, 0x1fff, 0x3fff, 0x7fff, 0x7fff, 0xffff };
	return (struct landlock_ruleset){ .fs = fs[version < 5 ? version : 5],
		.net = version >= 4 ? net : 0,
		.scoped = version >= 6 ? 3 : 0 }; /* abstract sockets and signals of others */
}

static void allow_path(int rules, const struct sandbox_path *path, uint64_t known)
{
	const uint64_t read = LL_READ_FILE | LL_READ_DIR;
	const uint64_t write = LL_WRITE_FILE | LL_REMOVE_DIR | LL_REMOVE_FILE | LL_MAKE_DIR |
		LL_MAKE_REG | LL_REFER | LL_TRUNCATE;
	struct landlock_beneath rule = { .allowed = (read | (path->write ? write : 0)) & known,
		.parent = open(path->path, O_PATH | O_DIRECTORY | O_CLOEXEC) };
	if (rule.parent < 0)
		return;
	syscall(SYS_landlock_add_rule, rules, 1, &rule, 0);
	close(rule.parent);
}

/* net: what of TCP is given up, 1 to bind and 2 to connect. */
static int landlock(const struct sandbox_path *paths, size_t n, uint64_t net, const char **why)
{
	const long version = syscall(SYS_landlock_create_ruleset, NULL, 0, 1);
	/* The first version forbids to move files between folders, which storing needs. */
	*why = version < 0 ? "the kernel has no Landlock" : "the kernel's Landlock is too old";
	if (version < 2)
		return 0;
	*why = "more folders than it is worth";
	if (!paths)
		return 0;
	const struct landlock_ruleset all = all_of((int)version, net);
	const size_t size = version < 4 ? 8 : version < 6 ? 16 : 24;
	const int rules = (int)syscall(SYS_landlock_create_ruleset, &all, size, 0);
	*why = "the kernel refused it";
	if (rules < 0)
		return 0;
	for (size_t i = 0; i < n; i++)
		allow_path(rules, &paths[i], all.fs);
	const bool done = syscall(SYS_landlock_restrict_self, rules, 0) == 0;
	close(rules);
	return done ? (int)version : 0;
}

/* ---- system calls: seccomp */

struct bpf {
	uint16_t code;
	uint8_t yes, no;
	uint32_t k;
};

enum {
	BPF_LOAD = 0x20,
	BPF_IF_SET = 0x45,
	BPF_IF_EQUAL = 0x15,
	BPF_IF_AT_LEAST = 0x35,
	BPF_RETURN = 0x06
};
enum { AT_NUMBER = 0, AT_ARCH = 4, AT_FIRST = 16, AT_SECOND = 24, AT_THIRD = 32 };
#define SECCOMP_ALLOW 0x7fff0000u
#define SECCOMP_EPERM (0x00050000u | EPERM)

#if defined(__x86_64__)
#define ARCH 0xc000003eu
#elif defined(__aarch64__)
#define ARCH 0xc00000b7u
#endif

/* What the loop of a receiver needs, with what libc makes of it on either machine. Neither modes nor times
 * of files by their names: Landlock does not watch over those. Nor limits, which could be another process's. */
static const uint16_t receiver_calls[] = {
	SYS_read,
	SYS_write,
	SYS_readv,
	SYS_writev,
	SYS_pread64,
	SYS_pwrite64,
	SYS_openat,
	SYS_close,
	SYS_fstat,
	SYS_newfstatat,
	SYS_statx,
	SYS_lseek,
	SYS_munmap,
	SYS_mremap,
	SYS_madvise,
	SYS_brk,
	SYS_mlock,
	SYS_munlock,
	SYS_ppoll,
	SYS_accept4,
	SYS_accept,
	SYS_setsockopt,
	SYS_getsockopt,
	SYS_getsockname,
	SYS_getpeername,
	SYS_shutdown,
	SYS_sendto,
	SYS_recvfrom,
	SYS_sendmsg,
	SYS_recvmsg,
	SYS_renameat,
	SYS_renameat2,
	SYS_linkat,
	SYS_unlinkat,
	SYS_mkdirat,
	SYS_fsync,
	SYS_fdatasync,
	SYS_io_submit, /* on open files only; for io/syncs */
	SYS_io_getevents,
	SYS_sync_file_range,
	SYS_ftruncate,
	SYS_flock,
	SYS_getdents64,
	SYS_readlinkat,
	SYS_faccessat,
	SYS_statfs,
	SYS_fstatfs,
	SYS_fchmod,
	SYS_clock_gettime,
	SYS_clock_nanosleep,
	SYS_nanosleep,
	SYS_gettimeofday,
	SYS_getrandom,
	SYS_getpid,
	SYS_gettid,
	SYS_getuid,
	SYS_geteuid,
	SYS_getgid,
	SYS_getegid,
	SYS_getrusage,
	SYS_rt_sigaction,
	SYS_rt_sigprocmask,
	SYS_rt_sigreturn,
	SYS_restart_syscall,
	SYS_futex,
	SYS_wait4,
	SYS_exit,
	SYS_exit_group,
#if defined(__x86_64__)
	SYS_open,
	SYS_stat,
	SYS_lstat,
	SYS_poll,
	SYS_rename,
	SYS_link,
	SYS_unlink,
	SYS_mkdir,
	SYS_rmdir,
	SYS_access,
	SYS_readlink,
#endif
};

static const uint16_t keeper_calls[] = { SYS_read, SYS_write, SYS_rt_sigreturn, SYS_restart_syscall,
	SYS_exit, SYS_exit_group };

/* What libc's look-ups of names need, and processes for several of them. */
static const uint16_t names_calls[] = {
	SYS_read,
	SYS_write,
	SYS_readv,
	SYS_writev,
	SYS_close,
	SYS_fstat,
	SYS_newfstatat,
	SYS_lseek,
	SYS_munmap,
	SYS_mremap,
	SYS_madvise,
	SYS_brk,
	SYS_ppoll,
	SYS_connect,
	SYS_bind,
	SYS_setsockopt,
	SYS_getsockopt,
	SYS_getsockname,
	SYS_sendto,
	SYS_recvfrom,
	SYS_sendmsg,
	SYS_recvmsg,
	SYS_faccessat,
	SYS_clock_gettime,
	SYS_getpid,
	SYS_gettid,
	SYS_set_tid_address,
	SYS_setitimer,
	SYS_rt_sigaction,
	SYS_rt_sigprocmask,
	SYS_rt_sigreturn,
	SYS_restart_syscall,
	SYS_futex,
	SYS_wait4,
	SYS_exit,
	SYS_exit_group,
#if defined(__x86_64__)
	SYS_stat,
	SYS_poll,
	SYS_access,
	SYS_fork,
#endif
};

/* Calls that pass where an argument of theirs, which lies at at, is value; or lacks all bits of value; or is
 * value and the next row, of the same call, is met as well. A call that is neither here nor above fails. */
struct condition {
	uint16_t call;
	uint8_t at, rule;
	uint32_t value;
};
enum { IS, LACKS, IS_AND };

static const struct condition conditions[] = {
	{ SYS_mmap, AT_THIRD, LACKS, PROT_EXEC },
	{ SYS_mprotect, AT_THIRD, LACKS, PROT_EXEC },
	{ SYS_fcntl, AT_SECOND, IS, F_GETFD },
	{ SYS_fcntl, AT_SECOND, IS, F_SETFD },
	{ SYS_fcntl, AT_SECOND, IS, F_GETFL },
	{ SYS_fcntl, AT_SECOND, IS, F_SETFL },
	{ SYS_fcntl, AT_SECOND, IS, F_DUPFD_CLOEXEC },
	{ SYS_ioctl, AT_SECOND, IS, TIOCGWINSZ }, /* libc's stdout */
	/* From here on for who asks for names. The socket that is none of the network's and the number of an
	 * interface are for a name server such as fe80::1%eth0. */
	{ SYS_socket, AT_FIRST, IS, AF_INET },
	{ SYS_socket, AT_FIRST, IS, AF_INET6 },
	{ SYS_socket, AT_FIRST, IS_AND, AF_UNIX },
	{ SYS_socket, AT_SECOND, IS, SOCK_DGRAM | SOCK_CLOEXEC },
	{ SYS_ioctl, AT_SECOND, IS, 0x8933 }, /* SIOCGIFINDEX */
#ifndef SYS_fork
	{ SYS_clone, AT_FIRST, IS, SIGCHLD },
#endif
	{ SYS_openat, AT_THIRD, LACKS, O_WRONLY | O_RDWR | O_CREAT | O_TRUNC },
#ifdef SYS_open
	{ SYS_open, AT_SECOND, LACKS, O_WRONLY | O_RDWR | O_CREAT | O_TRUNC },
#endif
};

enum {
	ALL_CONDITIONS = sizeof conditions / sizeof *conditions,
	RECEIVER_CONDITIONS = 8,
	CALLS_MAX = 120,
	HEAD = 4,
	A_CONDITION = 4, /* instructions */
	TAIL = 2
};

/* Lets the calls pass, and those of the first n_conditions that meet theirs; the rest fails with EPERM. */
static bool filter(const uint16_t *calls, size_t n, size_t n_conditions)
{
#ifdef ARCH
	struct bpf code[HEAD + CALLS_MAX + A_CONDITION * ALL_CONDITIONS + TAIL];
	struct {
		uint16_t n;
		struct bpf *code;
	} program = { 0, code };
	size_t at = 0;
	/* The last two instructions say yes and no; a jump counts what it skips. */
	const size_t deny = HEAD + n + A_CONDITION * n_conditions, allow = deny + 1;
#define STEP(...) (code[at] = (struct bpf){ __VA_ARGS__ }, at++) /* TO knows at of before */
#define TO(place) ((uint8_t)((place)-at - 1))
	if (n > CALLS_MAX)
		return false;
	STEP(BPF_LOAD, 0, 0, AT_ARCH);
	STEP(BPF_IF_EQUAL, 0, TO(deny), ARCH);
	STEP(BPF_LOAD, 0, 0, AT_NUMBER);
	STEP(BPF_IF_AT_LEAST, TO(deny), 0, 0x40000000); /* x32 */
	for (size_t i = 0; i < n; i++)
		STEP(BPF_IF_EQUAL, TO(allow), 0, calls[i]);
	for (const struct condition *c = conditions; c < conditions + n_conditions; c++) {
		STEP(BPF_LOAD, 0, 0, AT_NUMBER);
		STEP(BPF_IF_EQUAL, 0, 2, c->call); /* else to the next one */
		STEP(BPF_LOAD, 0, 0, c->at);
		if (c->rule == IS)
			STEP(BPF_IF_EQUAL, TO(allow), 0, c->value);
		else if (c->rule == LACKS)
			STEP(BPF_IF_SET, 0, TO(allow), c->value);
		else
			STEP(BPF_IF_EQUAL, 0, A_CONDITION, c->value);
	}
	STEP(BPF_RETURN, 0, 0, SECCOMP_EPERM);
	STEP(BPF_RETURN, 0, 0, SECCOMP_ALLOW);
#undef STEP
#undef TO
	program.n = (uint16_t)at;
	return prctl(PR_SET_SECCOMP, 2, &program) == 0;
#else
	(void)calls, (void)n, (void)n_conditions;
	return false;
#endif
}

/* ---- together */

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Sanitizers and coverage write files and ask the kernel for what nobody else needs. */
#ifdef DCMSEC_NO_SANDBOX
enum { CONFINES = 0 };
#else
enum { CONFINES = 1 };
#endif

void sandbox_enter(
	const struct sandbox_path *paths, size_t n, bool run, struct sandbox_facts *facts)
{
	*facts = (struct sandbox_facts){ 0 };
	if (!CONFINES) {
		facts->why_landlock = facts->why_seccomp = "not in a build for tests";
		return;
	}
	if (run) {
		facts->why_landlock = facts->why_seccomp = "commands are in use";
		return;
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
		facts->why_landlock = facts->why_seccomp = "the kernel is too old";
		return;
	}
	facts->landlock = landlock(paths, n, 3, &facts->why_landlock);
	facts->seccomp = filter(receiver_calls, COUNT(receiver_calls), RECEIVER_CONDITIONS);
	facts->why_seccomp = "the kernel has no seccomp filters";
}

void sandbox_keeper(void)
{
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (CONFINES)
		filter(keeper_calls, COUNT(keeper_calls), 0);
}

void sandbox_names(void)
{
	static const char files[][20] = { "/etc/hosts", "/etc/resolv.conf", "/etc/hosts.allow",
		"/etc/hosts.deny" };
	struct sandbox_path beside[COUNT(files)];
	const char *why;
	size_t n = 0;
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	for (size_t i = 0; CONFINES && i < COUNT(files); i++) {
		/* The folder, because a file is often replaced; and where a link leads to. */
		char *real = realpath(files[i], NULL);
		if (!real)
			continue;
		*strrchr(real, '/') = '\0';
		beside[n++] = (struct sandbox_path){ real, false };
	}
	if (CONFINES) {
		landlock(beside, n, 1, &why);
		filter(names_calls, COUNT(names_calls), ALL_CONDITIONS);
	}
	while (n > 0)
		free((char *)(uintptr_t)beside[--n].path);
}
