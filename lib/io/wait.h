/* SPDX-License-Identifier: MIT */
/* Waiting: the one place that sleeps, and the one flag that a signal changes. */
#ifndef DCMSEC_IO_WAIT_H
#define DCMSEC_IO_WAIT_H

#include "io/conn.h"

#include <poll.h>
#include <stddef.h>

/* SIGTERM and SIGINT only set a flag from now on, and are let in only while wait_for sleeps. */
void wait_signals(void);
const volatile int *wait_stop(void); /* how often we were asked to end */

/* After wait_signals: SIGHUP, too, does no more than set a flag, and whether it came since the last
 * question. */
void wait_hangups(void);
bool wait_hung_up(void);

/* Sleeps until something is ready, the deadline (clock_ms) passes, or a signal comes. False, with
 * errno, when poll itself fails. */
bool wait_for(struct pollfd *fds, size_t n, uint64_t deadline);

/* The same for one connection; the revents for its turn. */
short wait_conn(const struct conn *c);

#endif
