/* SPDX-License-Identifier: MIT */
/* From words to a filled state, in either syntax.
 *
 * Ours: --name VALUE or --name=VALUE, -n VALUE, a second value is the next word; options and operands
 * in any order; "--" ends the options; "-" is an operand. Names are not abbreviated, letters not
 * bundled.
 * DCMTK's: a word of at least two bytes that begins with + or -, and not with a sign and a digit, is
 * an option and must be one exactly; its values are the next words, whatever they look like; "--" and
 * '=' mean nothing; @FILE gives the words of a file.
 *
 * In both all words are looked at before the first setter runs, and when an option is repeated, or
 * two rows set the same field, the last one wins. */
#ifndef DCMSEC_CLI_PARSE_H
#define DCMSEC_CLI_PARSE_H

#include "cli/opt.h"

struct parse {
	const struct opt *options;    /* may be NULL */
	void *state;                  /* what the rows' offsets count from */
	bool dcmtk;                   /* the syntax */
	struct opt_memory **memory;   /* for copies; freed by the caller */
	const struct opt_rule *rules; /* for DCMTK's syntax, ended by an empty one; or NULL */

	/* The results. */
	char **words;       /* all, after @FILE */
	const char **shown; /* the same, but DCMTK's options by their long spelling */
	char **operands;    /* NULL-terminated */
	int n;
	const char **used; /* DCMTK's options that were given, by their long spelling */
	size_t n_used;
	bool help, version; /* asked for: then no setter has run */
	bool arguments;     /* DCMTK's --arguments */
};

/* words is NULL-terminated and without the program's name. False: reported; ERR_USAGE is the user's
 * to mend. */
bool parse_words(struct parse *p, char *const *words, struct err *e);

#endif
