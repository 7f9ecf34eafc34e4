/* SPDX-License-Identifier: MIT */
#include "cli/words.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { FILE_LIMIT = 1 << 20 }; /* a file of options that is longer is a wrong file */

static bool is_blank(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

bool words_next(struct span *text, char *out)
{
	size_t n = 0;
	uint8_t c, quote = 0;
	bool closed = false;
	while (!closed && span_u8(text, &c)) {
		if (quote && c == quote)
			closed = true;
		else if (!quote && (c == '"' || c == '\''))
			quote = c;
		else if (quote || !is_blank(c))
			out[n++] = (char)c;
		else if (n)
			break;
	}
	out[n] = '\0';
	return n || closed;
}

/* The file's bytes in *text, and behind them room for its words and their NULs. */
static bool load(const char *name, struct opt_memory **memory, struct span *text, struct err *e)
{
	FILE *f = fopen(name, "rb");
	if (!f)
		return err_set(e, ERR_INPUT, 0, "cannot open the command file %s: %s", name,
			strerror(errno));
	uint8_t *bytes = opt_alloc(memory, FILE_LIMIT + 1, e);
	const size_t n = bytes ? fread(bytes, 1, FILE_LIMIT + 1, f) : 0;
	const bool bad = ferror(f);
	fclose(f);
	if (!bytes)
		return false;
	if (bad)
		return err_set(e, ERR_INPUT, 0, "cannot read the command file %s", name);
	if (n > FILE_LIMIT || memchr(bytes, '\0', n))
		return err_set(e, ERR_INPUT, 0, "%s is no command file: it %s", name,
			n > FILE_LIMIT ? "is larger than 1 MB" : "has NUL bytes");
	*text = span_of(bytes, n);
	return true;
}

/* Room for extra more words and the NULL. */
static char **grow(char **words, size_t n, size_t extra, struct opt_memory **memory, struct err *e)
{
	char **more = opt_alloc(memory, (n + extra + 1) * sizeof *more, e);
	if (more && n)
		memcpy(more, words, n * sizeof *more);
	return more;
}

char **words_expand(char *const *words, struct opt_memory **memory, struct err *e)
{
	size_t n = 0, left = 0;
	while (words[left])
		left++;
	char **out = grow(NULL, 0, left, memory, e);
	for (; out && *words; words++, left--) {
		if ((*words)[0] != '@' || (*words)[1] == '\0') {
			out[n++] = *words;
			continue;
		}
		struct span text;
		if (!load(*words + 1, memory, &text, e))
			return NULL;
		/* All words with their NULs are never longer than the text and one more byte, and at
		 * the end a NUL is written behind them. A word takes two bytes of text, but a last one. */
		char *at = opt_alloc(memory, text.n + 2, e);
		out = at ? grow(out, n, text.n / 2 + 1 + left, memory, e) : NULL;
		for (; out && words_next(&text, at); at += strlen(at) + 1)
			out[n++] = at;
	}
	return out;
}
