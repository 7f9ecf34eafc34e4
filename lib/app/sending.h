/* SPDX-License-Identifier: MIT */
/* How a sender goes about it: the options of dcmsec send about associations, trying again, the journal,
 * the watched folder and what becomes of files; and what an answer means for them. */
#ifndef DCMSEC_APP_SENDING_H
#define DCMSEC_APP_SENDING_H

#include "cli/opt.h"
#include "rand/drbg.h"

enum { SENDING_JOBS = 64 };

struct sending {
	int jobs;   /* associations at a time */
	int window; /* objects on one of them that may wait for their answers; 1: not asked for */
	bool keep_order;
	bool small;
	int retry;                         /* how often again; below 0: not said */
	uint64_t retry_wait;               /* ms before the first */
	const char *journal, *watch;       /* NULL: none */
	uint64_t settle, linger;           /* ms */
	const char *move_to, *move_failed; /* folders; NULL: files stay */
	bool delete;
};

#define SENDING_DEFAULTS                                                                  \
	{                                                                                 \
		.jobs = 1, .window = 64, .retry = -1, .retry_wait = 1000, .settle = 5000, \
		.linger = 5000                                                            \
	}

extern const struct opt sending_rows[];

/* What two options or what is on the disk forbid together. */
bool sending_check(const struct sending *o, struct err *e);

/* How often something is tried again: with a watched folder without end, otherwise not at all,
 * unless said otherwise. */
uint32_t sending_tries(const struct sending *o);

/* How long to wait before the n-th further attempt, from 1: doubling, at most a minute or, if longer,
 * the first wait; between half of that and all of it, so that many senders do not come at once. */
uint64_t sending_wait(const struct sending *o, uint32_t n, struct drbg *random);

/* What the status of a C-STORE response means for the object and its file. */
enum sending_outcome {
	SENDING_STORED, /* the peer has it: the file has done its duty */
	SENDING_REDUCED, /* the peer has kept some of it, or says no more: stored, and the file stays */
	SENDING_LATER, /* it may be taken at another time */
	SENDING_REFUSED,
};
enum sending_outcome sending_outcome(uint16_t status);

#endif
