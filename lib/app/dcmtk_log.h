/* SPDX-License-Identifier: MIT */
/* -lc of DCMTK's tools: a file for log4cplus, of which the root logger's level is taken. Where it wants lines
 * to go and how it wants them to look is not followed. */
#ifndef DCMSEC_APP_DCMTK_LOG_H
#define DCMSEC_APP_DCMTK_LOG_H

#include "base/span.h"
#include "cli/opt.h"

/* The level that the last log4cplus.rootLogger (or rootCategory) gives, as enum log_level. False: none does,
 * or *line has one that is no level. */
bool dcmtk_log_level(struct span text, int *level, unsigned *line);

/* A setter, for struct node_opts. */
bool dcmtk_log_config(void *field, const struct opt_use *use, struct err *e);

#endif
