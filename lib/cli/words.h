/* SPDX-License-Identifier: MIT */
/* The words of a DCMTK command line after its @file words are replaced by what the files hold. */
#ifndef DCMSEC_CLI_WORDS_H
#define DCMSEC_CLI_WORDS_H

#include "base/span.h"
#include "cli/opt.h"

/* Reads one word from the front of *text. DCMTK's rules: blanks and line ends separate; ' or " opens
 * a quotation that only the same character closes, and that ends the word too; there is no escape; a
 * quotation that is not closed goes to the end; one that is closed and empty is an empty word. out takes the word and its NUL
 * and has room for text->n + 1 bytes. False: there is no further word. */
bool words_next(struct span *text, char *out);

/* Copies the NULL-terminated words; a word @NAME gives the words of file NAME, in which @ is not
 * special, and a lone @ stays. NULL: reported. */
char **words_expand(char *const *words, struct opt_memory **memory, struct err *e);

#endif
