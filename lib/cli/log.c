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

/* From which level on a kind is shown, DCMTK's letter for it, and what it is to the system log. */
static const struct {
	signed char level, dcmtk_level;
	char letter, severity;
} kinds[] = {
	[LOG_FATAL] = { LOG_LEVEL_FATAL, LOG_LEVEL_FATAL, 'F', SYSLOG_CRITICAL },
	[LOG_ERROR] = { LOG_LEVEL_QUIET, LOG_LEVEL_QUIET, 'E', SYSLOG_ERROR },
	[LOG_WARN] = { LOG_LEVEL_NORMAL, LOG_LEVEL_NORMAL, 'W', SYSLOG_WARNING },
	[LOG_NOTE] = { LOG_LEVEL_NORMAL, LOG_LEVEL_VERBOSE, 'I', SYSLOG_NOTICE },
	[LOG_INFO] = { LOG_LEVEL_VERBOSE, LOG_LEVEL_VERBOSE, 'I', SYSLOG_INFO },
	[LOG_AUDIT] = { LOG_LEVEL_VERBOSE, LOG_LEVEL_VERBOSE, 'I', SYSLOG_NOTICE },
	[LOG_DEBUG] = { LOG_LEVEL_DEBUG, LOG_LEVEL_DEBUG, 'D', SYSLOG_DEBUG },
	[LOG_TRACE] = { LOG_LEVEL_TRACE, LOG_LEVEL_TRACE, 'T', SYSLOG_DEBUG },
};

void log_start(struct log *l, const struct call *call)
{
	l->name = call->name;
	l->dcmtk = call_dcmtk(call);
	l->line = false;
}

bool log_shows(const struct log *l, enum log_kind kind)
{
	if (kind == LOG_NOTE && l->json)
		return false;
	return l->level >= (l->dcmtk ? kinds[kind].dcmtk_level : kinds[kind].level);
}

/* To standard error, behind what a progress line leaves and the applet's name or DCMTK's letter. */
static void put(struct log *l, enum log_kind kind, const char *text)
{
	char line[LINE + 100];
	/* The terminal's own words: to the line's start, erase to its end. */
	size_t n = l->line ? (size_t)snprintf(line, sizeof line, "\r\033[K") : 0;
	l->line = false;
	if (l->dcmtk)
		n += (size_t)snprintf(
			line + n, sizeof line - n, "%c: %s\n", kinds[kind].letter, text);
	else
		n += (size_t)snprintf(
			line + n, sizeof line - n, "dcmsec %.60s: %s\n", l->name, text);
	/* Nobody can be told that standard error is gone. */
	const ssize_t written = write(STDERR_FILENO, line, n);
	(void)written;
}

void log_linev(struct log *l, enum log_kind kind, const char *format, va_list args)
{
	const bool shown = log_shows(l, kind);
	/* With --json the notes are for nobody at the terminal, but still for the system log. */
	const bool sent = shown || kind == LOG_AUDIT || kind == LOG_NOTE;
	if (!shown && !(sent && l->syslog.path))
		return;
	char text[LINE + 1];
	if (vsnprintf(text, sizeof text, format, args) > LINE)
		memcpy(text + LINE - 3, "...", 4);
	utf8_make_printable(text);
	if (shown)
		put(l, kind, text);
	syslog_send(&l->syslog, (enum syslog_severity)kinds[kind].severity, text);
}

void log_line(struct log *l, enum log_kind kind, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	log_linev(l, kind, format, args);
	va_end(args);
}
