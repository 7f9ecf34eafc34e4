/* SPDX-License-Identifier: MIT */
/* The texts of --help and --version, printed from the tables to a stream. */
#ifndef DCMSEC_CLI_HELP_H
#define DCMSEC_CLI_HELP_H

#include "cli/applet.h"

#include <stdio.h>

/* One applet or one group of subcommands, 80 columns wide; DCMTK's spellings when call->dcmtk. */
void help_applet(FILE *to, const struct applet *applet, const struct call *call);

/* The program: its applets, one line each. */
void help_program(FILE *to, const struct applet *const *applets);

/* dcmsec's version and those of the libraries in it, one a line. */
void help_version(FILE *to);

#endif
