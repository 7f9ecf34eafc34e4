/* SPDX-License-Identifier: MIT */
/* An applet is one file in applets/: a state, its options as rows, and a run function. */
#ifndef DCMSEC_CLI_APPLET_H
#define DCMSEC_CLI_APPLET_H

#include "cli/opt.h"

/* How an applet was called. */
struct call {
	const char *name;      /* "send", "storescu", "certs index": for messages */
	bool dcmtk;            /* by its alias, so DCMTK's syntax and habits hold */
	char *const *operands; /* NULL-terminated */
	int n;                 /* how many */
};

struct applet {
	const char *name;
	const char *alias;         /* DCMTK's name for it, or NULL */
	const char *usage;         /* "[OPTION]... HOST[:PORT] PATH..." */
	const char *alias_usage;   /* the same in DCMTK's syntax, or NULL */
	const char *summary;       /* one line, lower case, no full stop */
	const char *notes;         /* printed after the options: examples, exit codes; or NULL */
	const struct opt *options; /* ends with an empty row; NULL: none */
	size_t size;               /* of the state, zeroed before parsing ... */
	const void *defaults;      /* ... or copied from here */
	int (*run)(void *state, const struct call *call); /* the exit code */
	const struct applet *const *commands; /* instead of run: subcommands, NULL-terminated */
};

/* Finds the applet (or subcommand) that argv means, parses its options, runs it. The tables are
 * NULL-terminated. Handles --help and --version everywhere; returns the exit code. */
int applet_main(const struct applet *const *applets, int argc, char **argv);

#endif
