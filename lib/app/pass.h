/* SPDX-License-Identifier: MIT */
/* The options that say where a password is, as rows relative to a struct pass_opts. */
#ifndef DCMSEC_APP_PASS_H
#define DCMSEC_APP_PASS_H

#include "cli/opt.h"
#include "io/keyfile.h"

extern const struct opt pass_rows[];

#endif
