/* SPDX-License-Identifier: MIT */
/* The tables of fault.c: kinds of system calls, failures by name, and the calls with where their arguments
 * stand. For fault.c alone. */
#ifndef DCMSEC_TESTS_FAULT_TABLE_H
#define DCMSEC_TESTS_FAULT_TABLE_H

#include <errno.h>
#include <sys/syscall.h>

enum {
	ALL = 1,     /* every call */
	CHANGE = 2,  /* what others can see afterwards: files, folders, sockets, pipes */
	DISK = 4,    /* a disk that fails */
	ROOM = 8,    /* one that is full, or a quota */
	TABLE = 16,  /* descriptors */
	MEMORY = 32, /* address space */
	WAIT = 64,   /* what a signal can interrupt */
	PART = 128,  /* what may do less than was asked for */
	NET = 256,   /* a connection that breaks */
};

enum { NO = -1 };

static const struct {
	const char *name;
	int bit;
} kinds[] = {
	{ "all", ALL },
	{ "change", CHANGE },
	{ "disk", DISK },
	{ "room", ROOM },
	{ "table", TABLE },
	{ "memory", MEMORY },
	{ "wait", WAIT },
	{ "part", PART },
	{ "net", NET },
};

static const struct {
	const char *name;
	int code;
} failures[] = {
	{ "EIO", EIO },
	{ "ENOSPC", ENOSPC },
	{ "EDQUOT", EDQUOT },
	{ "EMFILE", EMFILE },
	{ "ENFILE", ENFILE },
	{ "ENOMEM", ENOMEM },
	{ "EINTR", EINTR },
	{ "EROFS", EROFS },
	{ "EACCES", EACCES },
	{ "ECONNRESET", ECONNRESET },
};

/* Which argument is the descriptor or folder, the path, the second folder, the second path. */
struct call {
	long number;
	const char *name;
	int kinds, fd, path, fd2, path2;
};

static const struct call calls[] = {
	{ SYS_read, "read", DISK | WAIT | PART | NET, 0, NO, NO, NO },
	{ SYS_pread64, "pread", DISK | WAIT, 0, NO, NO, NO },
	{ SYS_write, "write", CHANGE | DISK | ROOM | WAIT | PART | NET, 0, NO, NO, NO },
	{ SYS_writev, "writev", CHANGE | DISK | ROOM | WAIT, 0, NO, NO, NO },
	{ SYS_pwrite64, "pwrite", CHANGE | DISK | ROOM, 0, NO, NO, NO },
	{ SYS_sendto, "sendto", CHANGE | WAIT | PART | NET, 0, NO, NO, NO },
	{ SYS_recvfrom, "recvfrom", WAIT | PART | NET, 0, NO, NO, NO },
	{ SYS_open, "open", CHANGE | DISK | ROOM | TABLE, NO, 0, NO, NO },
	{ SYS_openat, "openat", CHANGE | DISK | ROOM | TABLE, 0, 1, NO, NO },
	{ SYS_close, "close", DISK | ROOM, 0, NO, NO, NO },
	{ SYS_fsync, "fsync", CHANGE | DISK | ROOM | WAIT, 0, NO, NO, NO },
	{ SYS_fdatasync, "fdatasync", CHANGE | DISK | ROOM | WAIT, 0, NO, NO, NO },
	{ SYS_io_submit, "io_submit", CHANGE | DISK | ROOM | WAIT, NO, NO, NO, NO },
	{ SYS_io_getevents, "io_getevents", CHANGE | DISK | ROOM | WAIT, NO, NO, NO, NO },
	{ SYS_sync_file_range, "sync_file_range", DISK | ROOM | WAIT, 0, NO, NO, NO },
	{ SYS_ftruncate, "ftruncate", CHANGE | DISK, 0, NO, NO, NO },
	{ SYS_rename, "rename", CHANGE | DISK | ROOM, NO, 0, NO, 1 },
	{ SYS_renameat, "renameat", CHANGE | DISK | ROOM, 0, 1, 2, 3 },
	{ SYS_renameat2, "renameat2", CHANGE | DISK | ROOM, 0, 1, 2, 3 },
	{ SYS_link, "link", CHANGE | DISK | ROOM, NO, 0, NO, 1 },
	{ SYS_linkat, "linkat", CHANGE | DISK | ROOM, 0, 1, 2, 3 },
	{ SYS_unlink, "unlink", CHANGE | DISK, NO, 0, NO, NO },
	{ SYS_unlinkat, "unlinkat", CHANGE | DISK, 0, 1, NO, NO },
	{ SYS_mkdir, "mkdir", CHANGE | DISK | ROOM, NO, 0, NO, NO },
	{ SYS_mkdirat, "mkdirat", CHANGE | DISK | ROOM, 0, 1, NO, NO },
	{ SYS_getdents64, "getdents", DISK, 0, NO, NO, NO },
	{ SYS_fstat, "fstat", DISK, 0, NO, NO, NO },
	{ SYS_flock, "flock", DISK, 0, NO, NO, NO },
	{ SYS_accept, "accept", CHANGE | TABLE | WAIT, NO, NO, NO, NO },
	{ SYS_accept4, "accept4", CHANGE | TABLE | WAIT, NO, NO, NO, NO },
	{ SYS_socket, "socket", TABLE, NO, NO, NO, NO },
	{ SYS_fcntl, "fcntl", TABLE, NO, NO, NO, NO },
	{ SYS_inotify_init1, "inotify_init1", TABLE, NO, NO, NO, NO },
	{ SYS_pipe2, "pipe2", TABLE, NO, NO, NO, NO },
	{ SYS_connect, "connect", CHANGE | NET, NO, NO, NO, NO },
	{ SYS_shutdown, "shutdown", CHANGE, NO, NO, NO, NO },
	{ SYS_poll, "poll", WAIT, NO, NO, NO, NO },
	{ SYS_ppoll, "ppoll", WAIT, NO, NO, NO, NO },
	{ SYS_mmap, "mmap", MEMORY, NO, NO, NO, NO },
	{ SYS_mremap, "mremap", MEMORY, NO, NO, NO, NO },
	{ SYS_brk, "brk", MEMORY, NO, NO, NO, NO },
};

#endif
