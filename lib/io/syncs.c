/* SPDX-License-Identifier: MIT */
/* io_submit hands each fdatasync to a thread of the kernel's. Whatever it cannot do there is done here. */
#define _GNU_SOURCE /* syscall */
#include "io/syncs.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* As in linux/aio_abi.h, for a machine whose bytes are in little endian order. */
struct request {
	uint64_t data;
	uint32_t key, flags;
	uint16_t what;
	int16_t priority;
	uint32_t fd;
	uint64_t unused[5];
};

struct answer {
	uint64_t data, request;
	int64_t result, more;
};

enum { FDSYNC = 3 };

void syncs_open(struct syncs *s)
{
	s->context = 0;
	if (syscall(SYS_io_setup, SYNCS_MOST, &s->context) != 0)
		s->context = 0;
}

void syncs_close(struct syncs *s)
{
	if (s->context)
		syscall(SYS_io_destroy, s->context);
	s->context = 0;
}

/* How many were taken. */
static size_t submit(struct syncs *s, const int *fds, struct request *requests, size_t n)
{
	struct request *list[SYNCS_MOST];
	for (size_t i = 0; i < n; i++) {
		requests[i] = (struct request){ .data = i, .what = FDSYNC, .fd = (uint32_t)fds[i] };
		list[i] = &requests[i];
	}
	size_t taken = 0;
	while (taken < n) {
		const long more =
			syscall(SYS_io_submit, s->context, (long)(n - taken), list + taken);
		if (more < 0 && errno == EINTR)
			continue;
		if (more <= 0)
			break; /* the next one cannot be done so, or there is no room for it */
		taken += (size_t)more;
	}
	return taken;
}

/* A failed write is told to one sync of a file, so none of these may be synced a second time. */
static void collect(struct syncs *s, int *failures, size_t due)
{
	struct answer answers[SYNCS_MOST];
	for (size_t i = 0; i < due; i++)
		failures[i] = EIO;
	while (due) {
		const long n =
			syscall(SYS_io_getevents, s->context, (long)due, (long)due, answers, NULL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) { /* what is still to come must not be taken for an answer later */
			syncs_close(s);
			break;
		}
		for (long i = 0; i < n; i++)
			failures[answers[i].data] = (int)-answers[i].result;
		due -= (size_t)n;
	}
}

void syncs_all(struct syncs *s, const int *fds, int *failures, size_t n)
{
	struct request requests[SYNCS_MOST];
	size_t taken = 0;
	assert(n <= SYNCS_MOST);
	if (n > 1 && s->context) {
		taken = submit(s, fds, requests, n);
		collect(s, failures, taken);
	}
	for (size_t i = taken; i < n; i++)
		failures[i] = fdatasync(fds[i]) == 0 ? 0 : errno;
}
