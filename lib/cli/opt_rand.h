/* SPDX-License-Identifier: MIT */
/* The options about randomness that all TLS applets share, as rows. What they say is carried out by
 * io/entropy: entropy_open takes the same three things. */
#ifndef DCMSEC_CLI_OPT_RAND_H
#define DCMSEC_CLI_OPT_RAND_H

#include "cli/opt.h"

struct rand_opts {
	const char *seed;       /* --seed, +rs */
	const char *write_seed; /* --write-seed-file, +wf; NULL: see write_back */
	bool write_back;        /* --write-seed, +ws: write to the file that --seed named */
	bool no_system;         /* --no-system-random */
};

extern const struct opt rand_options[];

/* The file to write seed to, or NULL. False: --write-seed without a --seed to write to. */
bool rand_opts_target(const struct rand_opts *o, const char **path, struct err *e);

#endif
