/* SPDX-License-Identifier: MIT */
/* Columns by blanks, the subject last, as it may hold blanks itself:
 *   SERIAL STATE VALID-FROM VALID-TO REVOKED REASON SUBJECT */
#include "io/authority_index.h"

#include "base/date.h"
#include "base/hex.h"
#include "io/file.h"
#include "io/fileput.h"
#include "pki/crl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH = 4096, INDEX_MAX = 64 << 20, LINE = 512 };

static const char head[] = "# serial state from to revoked reason subject\n";

bool index_make(const char *dir, struct err *e)
{
	char path[PATH];
	return path_join(dir, "index.txt", path, sizeof path, e) &&
		file_put(path, span_str(head), 0644, false, e);
}

bool index_add(struct authority *a, const struct authority_entry *entry, struct err *e)
{
	if ((a->n & (a->n - 1)) == 0) { /* 0, 1, 2, 4, ...: full */
		const size_t cap = a->n ? a->n * 2 : 1;
		struct authority_entry *entries = realloc(a->entries, cap * sizeof *entries);
		if (!entries)
			return err_set(e, ERR_SYSTEM, 0, "no memory for the index");
		a->entries = entries;
	}
	a->entries[a->n++] = *entry;
	return true;
}

static bool reason_of(const char *word, unsigned *reason)
{
	for (unsigned r = 0; r <= 10; r++)
		if (strcmp(word, crl_reason_name(r)) == 0) {
			*reason = r;
			return true;
		}
	return false;
}

/* The next word of line, which moves behind it and the blanks that follow. False: none, or too long. */
static bool next_word(const char **line, char *word, size_t size)
{
	const size_t n = strcspn(*line, " \t");
	if (n == 0 || n >= size)
		return false;
	memcpy(word, *line, n);
	word[n] = '\0';
	*line += n;
	*line += strspn(*line, " \t");
	return true;
}

/* Strict, because people may have edited it: what is not understood must not pass for good. */
static bool read_line(const char *line, struct authority_entry *x)
{
	char serial[64], state[16], from[32], to[32], revoked[32], reason[32];
	*x = (struct authority_entry){ 0 };
	if (!next_word(&line, serial, sizeof serial) || !next_word(&line, state, sizeof state) ||
		!next_word(&line, from, sizeof from) || !next_word(&line, to, sizeof to) ||
		!next_word(&line, revoked, sizeof revoked) ||
		!next_word(&line, reason, sizeof reason) ||
		!hex_bytes(serial, x->serial, sizeof x->serial, &x->serial_n) || !x->serial_n ||
		!date_parse(from, &x->from) || !date_parse(to, &x->to) || !*line)
		return false;
	snprintf(x->subject, sizeof x->subject, "%s", line);
	if (strcmp(state, "revoked") == 0)
		return date_parse(revoked, &x->revoked) && reason_of(reason, &x->reason);
	return strcmp(state, "good") == 0 && strcmp(revoked, "-") == 0 && strcmp(reason, "-") == 0;
}

bool index_read(struct authority *a, struct err *e)
{
	char path[PATH], line[LINE];
	struct authority_entry x;
	struct mspan file;
	if (!path_join(a->dir, "index.txt", path, sizeof path, e) ||
		!file_load(path, INDEX_MAX, &file, e))
		return false;
	struct span left = { file.p, file.n };
	bool ok = true;
	for (unsigned number = 1; ok && left.n; number++) {
		size_t end = left.n;
		struct span text;
		span_find(left, '\n', &end);
		span_take(&left, end, &text);
		span_skip(&left, 1);
		if (text.n == 0 || text.p[0] == '#')
			continue;
		ok = span_text(text, line, sizeof line) && read_line(line, &x)
			? index_add(a, &x, e)
			: err_set(e, ERR_INPUT, 0,
				  "line %u of %s is damaged: it is to be SERIAL good|revoked FROM "
				  "TO "
				  "REVOKED REASON SUBJECT",
				  number, path);
	}
	file_free(&file);
	return ok;
}

static void write_line(struct buf *out, const struct authority_entry *x)
{
	char line[LINE], serial[64], from[DATE_TEXT], to[DATE_TEXT], revoked[DATE_TEXT];
	snprintf(line, sizeof line, "%s %s %s %s %s %s %s\n",
		hex_text(span_of(x->serial, x->serial_n), serial, sizeof serial),
		x->revoked ? "revoked" : "good", date_text(x->from, from), date_text(x->to, to),
		x->revoked ? date_text(x->revoked, revoked) : "-",
		x->revoked ? crl_reason_name(x->reason) : "-", x->subject);
	buf_str(out, line);
}

bool index_write(const struct authority *a, struct err *e)
{
	char path[PATH];
	const size_t room = sizeof head + a->n * LINE;
	struct buf out = buf_on(malloc(room), room);
	if (!out.p)
		return err_set(e, ERR_SYSTEM, 0, "no memory for the index");
	buf_str(&out, head);
	for (size_t i = 0; i < a->n; i++)
		write_line(&out, &a->entries[i]);
	const bool ok = path_join(a->dir, "index.txt", path, sizeof path, e) &&
		file_put(path, buf_span(&out), 0644, true, e);
	free(out.p);
	return ok;
}
