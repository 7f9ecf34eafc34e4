/* SPDX-License-Identifier: MIT */
/* What an applet tells a person while it works: one line, one write() to standard error, so that
 * processes that share a terminal or a log file never mix within a line. Events for programs are
 * cli/json's matter, the progress line is cli/progress's. */
#ifndef DCMSEC_CLI_LOG_H
#define DCMSEC_CLI_LOG_H

#include "cli/applet.h"
#include "cli/opt.h"
#include "cli/syslog.h"

#include <stdarg.h>

/* What a line is. Under a DCMTK name it stands before it as F: E: W: I: D: T: (a note is an I:). */
enum log_kind {
	LOG_FATAL, /* the applet ends because of it */
	LOG_ERROR, /* something failed, the rest goes on */
	LOG_WARN,  /* something a person should look at */
	LOG_NOTE,  /* what everybody wants to read: a summary. Under a DCMTK name only with -v. */
	LOG_INFO,  /* --verbose: associations, objects */
	LOG_AUDIT, /* the same, and in the system log whatever the level */
	LOG_DEBUG, /* --debug: protocol steps */
	LOG_TRACE, /* -ll trace */
};

/* How much is said: zero, what a zeroed state has, is the normal amount. --quiet leaves errors, and
 * under a DCMTK name fatal errors only. */
enum log_level {
	LOG_LEVEL_OFF = -3, /* not even what is fatal */
	LOG_LEVEL_FATAL = -2,
	LOG_LEVEL_QUIET = -1,
	LOG_LEVEL_NORMAL = 0,
	LOG_LEVEL_VERBOSE = 1,
	LOG_LEVEL_DEBUG = 2,
	LOG_LEVEL_TRACE = 3,
};

struct log {
	int level;        /* enum log_level; from the rows */
	bool json;        /* --json: the applet writes events; notes are left out */
	const char *name; /* of the applet */
	bool dcmtk;
	struct syslog syslog; /* to which what is shown goes as well; opened by who sets it */
	bool line; /* a progress line stands on the terminal and goes before the next line does */
};

/* Rows for an applet's table: { .rows = log_options, .at = AT(log) }. In our syntax --quiet -q,
 * --verbose -v, --debug and --json; in DCMTK's also -d and -ll. */
extern const struct opt log_options[];

/* Fills all but what the rows set. */
void log_start(struct log *l, const struct call *call);

/* True when a line of this kind would be written: for what is dear to compute. */
bool log_shows(const struct log *l, enum log_kind kind);

/* Writes one line, without a newline in format. Control characters become '?', and what is longer
 * than 2,000 bytes ends in "...". */
void log_line(struct log *l, enum log_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void log_linev(struct log *l, enum log_kind kind, const char *format, va_list args)
	__attribute__((format(printf, 3, 0)));

#endif
