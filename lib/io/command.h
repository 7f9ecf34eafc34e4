/* SPDX-License-Identifier: MIT */
/* Running a line of the shell for a user, beside or within our own work. */
#ifndef DCMSEC_IO_COMMAND_H
#define DCMSEC_IO_COMMAND_H

#include "base/err.h"

/* Runs line with /bin/sh -c, with our standard streams and nothing else of ours, and with signals as
 * they are outside. wait: until it ends; otherwise it goes on by itself and leaves no zombie. False
 * with *e when it cannot be started. */
bool command_run(const char *line, bool wait, struct err *e);

#endif
