/* SPDX-License-Identifier: MIT */
/* An option is a row of a table: how it is spelled, what it takes, who sets what, and its help. One
 * parser reads both our own syntax (--title X, --title=X, -v, --) and DCMTK's (exact spellings, values
 * in separate words, no '=', "-5" is an operand). */
#ifndef DCMSEC_CLI_OPT_H
#define DCMSEC_CLI_OPT_H

#include "base/err.h"
#include "base/list.h"

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

struct opt;
struct opt_memory;

/* One use of an option on the command line. */
struct opt_use {
	const struct opt *row;
	const char *spelling;       /* as the user wrote it, for messages */
	char *const *values;        /* as many as the row's values has words */
	struct opt_memory **memory; /* for opt_alloc */
};

struct opt {
	const char *name;   /* our spellings, by blanks: "--verbose -v"; NULL: none */
	const char *dcmtk;  /* DCMTK's spellings, by blanks: "-aet --aetitle"; NULL: none */
	const char *values; /* "TITLE", "KEY CERT"; NULL for a flag */
	bool (*set)(void *field, const struct opt_use *use, struct err *e);
	size_t at;        /* offset of the field in the applet's state */
	const char *help; /* what it does, one phrase; NULL hides the row from help. A row with help
	                   * alone is a heading in the help. */
	union {
		const struct opt *rows; /* without spellings: a shared table, relative to at. With
		                         * help set, that is a heading in the help. */
		int value;              /* for opt_const: what to store */
		struct {
			int min, max; /* for the number setters: the range; both 0 means any
			               * that is not negative */
		};
	};
};

/* A table of no rows, in place of one that is left out. */
extern const struct opt opt_none[];

/* What rows cannot say, of DCMTK's options and in its words: each of these, by long spelling and
 * separated by blanks, wants one of needs to be there (NULL: nothing), and none of bars. */
struct opt_rule {
	const char *options, *needs, *bars;
};

/* Setters. Text is borrowed from argv, or from what @file gave; both live until the applet ends.
 * What a setter reports need not name the option: the parser puts that before it. */
/* bool: true; bool: false; int: row->value */
bool opt_flag(void *field, const struct opt_use *use, struct err *e);
bool opt_off(void *field, const struct opt_use *use, struct err *e);
bool opt_const(void *field, const struct opt_use *use, struct err *e);
/* const char *: the last one wins; struct list: each is added. Empty text is refused by both. */
bool opt_str(void *field, const struct opt_use *use, struct err *e);
bool opt_list(void *field, const struct opt_use *use, struct err *e);
/* int within min and max */
bool opt_int(void *field, const struct opt_use *use, struct err *e);
/* uint64_t bytes: 4096, 64k, 1m, 2g (powers of 1024). Here and in opt_duration min and max hold for
 * what is stored, and both 0 means any. */
bool opt_size(void *field, const struct opt_use *use, struct err *e);
/* uint64_t milliseconds: 500ms, 30s, 5m, 2h, 7d; a bare number is seconds */
bool opt_duration(void *field, const struct opt_use *use, struct err *e);
/* int64_t seconds since 1970: what date_parse takes */
bool opt_time(void *field, const struct opt_use *use, struct err *e);
/* Does not come back as an option that was taken: reports row->help, for an option that is known and
 * cannot be honoured. The field is not touched. */
bool opt_refuse(void *field, const struct opt_use *use, struct err *e);

/* Zeroed memory for a setter (from use->memory) that must keep more than its field holds. It lives
 * until the applet ends and no applet frees it. NULL: none left, reported. */
void *opt_alloc(struct opt_memory **memory, size_t size, struct err *e);

/* Adds one borrowed value: for setters of their own kind. */
bool opt_add(struct list *list, const char *value, struct opt_memory **memory, struct err *e);

/* Walks rows, the shared ones in their place, until the visitor returns true; at is the row's offset
 * in the applet's state. Rows that only name a heading, and shared tables with a heading, are
 * visited too. True: a visitor said so. */
bool opt_walk(const struct opt *rows, size_t at,
	bool (*visit)(void *arg, const struct opt *row, size_t at), void *arg);

/* What opt_alloc gave, newest first; opt_free frees all and leaves NULL. */
struct opt_memory {
	struct opt_memory *next;
	_Alignas(max_align_t) unsigned char data[];
};
void opt_free(struct opt_memory **memory);

/* How many words the row's values has. */
int opt_count(const struct opt *row);

/* True when word, of n bytes, is one of the blank-separated spellings (which may be NULL). */
bool opt_is(const char *spellings, const char *word, size_t n);

#endif
