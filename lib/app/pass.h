/* SPDX-License-Identifier: MIT */
/* The options that say where a password is, as rows relative to a struct pass_opts. */
#ifndef DCMSEC_APP_PASS_H
#define DCMSEC_APP_PASS_H

#include "cli/log.h"
#include "cli/opt.h"
#include "io/keyfile.h"

extern const struct opt pass_rows[];

/* Warns when the password was on the command line. */
void pass_warn(const struct pass_opts *opts, struct log *log);

#endif
