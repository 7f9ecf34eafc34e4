/* SPDX-License-Identifier: MIT */
#include "app/dcmtk_log.h"

#include "app/node.h"
#include "io/file.h"

enum { FILE_MAX = 1 << 16 };

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Eats blanks, then a word up to a blank, = or comma. */
static struct span next_word(struct span *line)
{
	uint8_t c;
	struct span rest = *line;
	while (span_u8(&rest, &c) && is_blank(c))
		*line = rest;
	const struct span from = *line;
	rest = *line;
	while (span_u8(&rest, &c) && !is_blank(c) && c != '=' && c != ',')
		*line = rest;
	return span_at(from, 0, from.n - line->n);
}

/* Those of log4cplus. */
static bool level_of(struct span word, int *level)
{
	static const struct {
		const char *name;
		int level;
	} levels[] = { { "OFF", LOG_LEVEL_OFF }, { "FATAL", LOG_LEVEL_FATAL },
		{ "ERROR", LOG_LEVEL_FATAL + 1 }, { "WARN", LOG_LEVEL_FATAL + 2 },
		{ "INFO", LOG_LEVEL_FATAL + 3 }, { "DEBUG", LOG_LEVEL_FATAL + 4 },
		{ "TRACE", LOG_LEVEL_FATAL + 5 }, { "ALL", LOG_LEVEL_FATAL + 5 } };
	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
		if (span_eq_str(word, levels[i].name)) {
			*level = levels[i].level;
			return true;
		}
	return false;
}

bool dcmtk_log_level(struct span text, int *level, unsigned *line)
{
	bool found = false;
	*line = 0;
	for (unsigned number = 1; text.n; number++) {
		struct span words = text;
		size_t end;
		uint8_t equals;
		if (!span_find(text, '\n', &end))
			end = text.n;
		span_take(&text, end, &words);
		span_skip(&text, 1);
		const struct span key = next_word(&words);
		if (!span_eq_str(key, "log4cplus.rootLogger") &&
			!span_eq_str(key, "log4cplus.rootCategory"))
			continue;
		next_word(&words);
		found = span_u8(&words, &equals) && equals == '=' &&
			level_of(next_word(&words), level);
		if (!found) {
			*line = number;
			return false;
		}
	}
	return found;
}

bool dcmtk_log_config(void *field, const struct opt_use *use, struct err *e)
{
	struct node_opts *o = field;
	struct mspan text = { 0 };
	unsigned line;
	if (!file_load(use->values[0], FILE_MAX, &text, e))
		return false;
	const bool found = dcmtk_log_level(span_of(text.p, text.n), &o->log.level, &line);
	file_free(&text);
	o->log_config = use->values[0];
	if (!found && line)
		return err_set(
			e, ERR_USAGE, 0, "line %u of %s: that is no level", line, use->values[0]);
	return found ||
		err_set(e, ERR_USAGE, 0,
			"%s has no log4cplus.rootLogger, which is all that is taken of it",
			use->values[0]);
}
