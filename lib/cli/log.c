/* SPDX-License-Identifier: MIT */
#include "cli/log.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINE = 2000 };

/* DCMTK's -ll takes these names. */
static bool set_level(void *field, const struct opt_use *use, struct err *e)
{
	static const char *const names[] = { "fatal", "error", "warn", "info", "debug", "trace" };
	for (int i = 0; i < (int)(sizeof names / sizeof *names); i++)
		if (strcmp(names[i], use->values[0]) == 0) {
			*(int *)field = LOG_LEVEL_FATAL + i;
			return true;
		}
	return err_set(e, ERR_USAGE, 0,
		"\"%s\" is no level; give fatal, error, warn, info, debug or trace",
		use->values[0]);
}

#define AT(f) offsetof(struct log, f)
const struct opt log_options[] = {
	{ "--quiet -q", NULL, NULL, opt_const, AT(level), "print errors only",
		.value = LOG_LEVEL_QUIET },
	{ NULL, "-q --quiet", NULL, opt_const, AT(level), "print no warnings and errors",
		.value = LOG_LEVEL_FATAL },
	{ "--verbose -v", "-v --verbose", NULL, opt_const, AT(level), "print each step",
		.value = LOG_LEVEL_VERBOSE },
	{ "--debug", "-d --debug", NULL, opt_const, AT(level), "print the protocol as well",
		.value = LOG_LEVEL_DEBUG },
	{ "--json", NULL, NULL, opt_flag, AT(json),
		"print events for programs on standard output, one JSON object a line" },
	{ NULL, "-ll --log-level", "LEVEL", set_level, AT(level),
		"print what is at least this grave: fatal, error, warn, info, debug, trace" },
	{ 0 },
};

/* From which level on a kind is shown, and DCMTK's letter for it. */
static const struct {
	signed char level, dcmtk_level;
	char letter;
} kinds[] = {
	[LOG_FATAL] = { LOG_LEVEL_FATAL, LOG_LEVEL_FATAL, 'F' },
	[LOG_ERROR] = { LOG_LEVEL_QUIET, LOG_LEVEL_QUIET, 'E' },
	[LOG_WARN] = { LOG_LEVEL_NORMAL, LOG_LEVEL_NORMAL, 'W' },
	[LOG_NOTE] = { LOG_LEVEL_NORMAL, LOG_LEVEL_VERBOSE, 'I' },
	[LOG_INFO] = { LOG_LEVEL_VERBOSE, LOG_LEVEL_VERBOSE, 'I' },
	[LOG_DEBUG] = { LOG_LEVEL_DEBUG, LOG_LEVEL_DEBUG, 'D' },
	[LOG_TRACE] = { LOG_LEVEL_TRACE, LOG_LEVEL_TRACE, 'T' },
};

void log_start(struct log *l, const struct call *call)
{
	l->name = call->name;
	l->dcmtk = call->dcmtk;
	l->line = false;
}

bool log_shows(const struct log *l, enum log_kind kind)
{
	if (kind == LOG_NOTE && l->json)
		return false;
	return l->level >= (l->dcmtk ? kinds[kind].dcmtk_level : kinds[kind].level);
}

void log_linev(struct log *l, enum log_kind kind, const char *format, va_list args)
{
	if (!log_shows(l, kind))
		return;
	char line[LINE + 100];
	size_t n = 0;
	if (l->line) /* the terminal's own words: to the line's start, erase to its end */
		n += (size_t)snprintf(line, sizeof line, "\r\033[K");
	l->line = false;
	if (l->dcmtk)
		n += (size_t)snprintf(line + n, sizeof line - n, "%c: ", kinds[kind].letter);
	else
		n += (size_t)snprintf(line + n, sizeof line - n, "dcmsec %.60s: ", l->name);
	const int length = vsnprintf(line + n, LINE + 1, format, args);
	if (length > LINE)
		memcpy(line + n + LINE - 3, "...", 3);
	utf8_make_printable(line + n);
	n += strlen(line + n);
	line[n++] = '\n';
	/* Nobody can be told that standard error is gone. */
	const ssize_t written = write(STDERR_FILENO, line, n);
	(void)written;
}

void log_line(struct log *l, enum log_kind kind, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	log_linev(l, kind, format, args);
	va_end(args);
}
