/* SPDX-License-Identifier: MIT */
/* What a receiver grants its peers, as options. Whoever wants more is rejected, aborted or cut off; the
 * table of what happens when is in dcmsec-receive(1). */
#ifndef DCMSEC_APP_LIMITS_H
#define DCMSEC_APP_LIMITS_H

#include "cli/log.h"
#include "io/scp.h"

struct limits {
	int associations, per_address, handshakes, failures, contexts, command;
	uint64_t idle, object_time, min_rate, max_bytes, keep_free, grace;
	int duplicates; /* enum outdir_duplicates */
};

enum { LIMITS_ASSOCIATIONS = 1500 };

/* 1,500 associations and 1,000 handshakes fit into the 4,096 descriptors that are the hard limit of many
 * hosts. */
#define LIMITS_DEFAULTS                                                                          \
	{                                                                                        \
		.associations = LIMITS_ASSOCIATIONS, .per_address = 1250, .handshakes = 1000,    \
		.failures = 6000, .contexts = 128, .command = DIMSE_MAX, .idle = 600000,         \
		.object_time = 12 * 3600000, .min_rate = 100, .max_bytes = (uint64_t)1024 << 30, \
		.keep_free = OUTDIR_FREE_DEFAULT, .grace = 10000                                 \
	}

/* storescp has the patience of its model: only numbers are limited. */
#define LIMITS_DCMTK                                                                          \
	{                                                                                     \
		.associations = LIMITS_ASSOCIATIONS, .per_address = 1250, .handshakes = 1000, \
		.failures = 6000, .contexts = 128, .command = DIMSE_MAX, .idle = 86400000,    \
		.grace = 10000                                                                \
	}

extern const struct opt limits_rows[];

/* Those that hold within an association. */
void limits_config(const struct limits *l, struct scp_config *c);

/* Raises the limit of file descriptors to what so many peers need. Where the host forbids it the default
 * of associations is lowered, with a warning; a number that was asked for is an error. */
bool limits_descriptors(struct limits *l, struct log *log, struct err *e);

#endif
