/* SPDX-License-Identifier: MIT */
/* A process of our own beside this one, for what this one must not do itself. The two share one socket
 * and nothing else. */
#ifndef DCMSEC_IO_HELPER_H
#define DCMSEC_IO_HELPER_H

#include "base/err.h"

#include <sys/types.h>

struct helper {
	int fd;    /* our end of a SOCK_SEQPACKET pair */
	pid_t pid; /* 0: there is none */
};

/* Twice, like fork: in the new process it returns 0. That one has its end on descriptor 0 and no other
 * descriptor, the rights of user (see user_become; NULL: ours) or none at all, and neither heeds SIGINT,
 * SIGTERM and SIGHUP, which a terminal sends to both, nor leaves dumps. It is to end by itself when the
 * socket does. -1 with ERR_SYSTEM. name: what process lists show, 15 characters. */
pid_t helper_start(struct helper *h, const char *name, const char *user, struct err *e);

/* Closes the socket and waits until it has ended; now: kills it. Of one that was not started: fine. */
void helper_end(struct helper *h, bool now);

#endif
