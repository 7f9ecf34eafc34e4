/* SPDX-License-Identifier: MIT */
/* An applet is one file in applets/: a state, its options as rows, and a run function. */
#ifndef DCMSEC_CLI_APPLET_H
#define DCMSEC_CLI_APPLET_H

#include "base/parts.h"
#include "cli/opt.h"

/* How an applet was called. */
struct call {
	const char *name;      /* "send", "storescu", "certs index": for messages */
	const char *program;   /* "dcmsec send", "storescu": what a person types for it */
	bool dcmtk;            /* by its alias, so DCMTK's syntax and habits hold */
	char *const *operands; /* NULL-terminated */
	int n;                 /* how many */
};

static inline bool call_dcmtk(const struct call *call)
{
	return FACE && call->dcmtk;
}

struct applet {
	const char *name;
	const char *alias;       /* DCMTK's name for it, or NULL */
	const char *usage;       /* "[OPTION]... HOST[:PORT] PATH..." */
	const char *alias_usage; /* the same in DCMTK's syntax, or NULL */
	const char *summary;     /* one line, lower case, no full stop */
	const char *notes;       /* printed after the options, wrapped but for lines that begin with
	                            * a blank: examples, exit codes; or NULL */
	const struct opt *options;          /* ends with an empty row; NULL: none */
	size_t size;                        /* of the state, zeroed before parsing ... */
	const void *defaults;               /* ... or copied from here */
	const void *alias_defaults;         /* under the alias, where they differ; or NULL */
	const struct opt_rule *alias_rules; /* or NULL */
	int (*run)(void *state, const struct call *call); /* the exit code */
	const struct applet *const *commands; /* instead of run: subcommands, NULL-terminated */
};

/* Reports a command line that cannot be, in one line that ends with where help is, and returns the
 * exit code for it: EXIT_USAGE, or 1 under a DCMTK name. For what rows cannot say: a missing operand,
 * two options that exclude each other. */
int call_usage(const struct call *call, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Finds the applet (or subcommand) that argv means, parses its options, runs it. The tables are
 * NULL-terminated. Handles --help and --version everywhere; returns the exit code.
 *
 * Called as "dcmsec" (or any name that is no applet's) the first word names the applet; without one
 * the applets are listed. Called by the name of an applet, its alias, or "dcmsec-NAME", that is the
 * applet. The program's own words are help, --help, --version and --install DIR. */
int applet_main(const struct applet *const *applets, int argc, char **argv);

#endif
