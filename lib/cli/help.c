/* SPDX-License-Identifier: MIT */
#include "cli/help.h"

#include <ctype.h>
#include <string.h>

#ifndef BEARSSL_VERSION /* the Makefile knows; a build without it does not */
#define BEARSSL_VERSION "unknown"
#endif
#ifndef ZLIB_VERSION
#define ZLIB_VERSION "unknown"
#endif

enum { WIDTH = 80, LEFT_MOST = 30 }; /* columns; the left part is no wider */

/* Prints text in lines that begin at column from; the cursor stands at column at. */
static void wrapped(FILE *to, const char *text, int at, int from)
{
	if (at && at > from - 2) {
		fputc('\n', to);
		at = 0;
	}
	while (*text) {
		size_t n = strcspn(text, " \n");
		if (at > from && at + 1 + (int)n > WIDTH) {
			fputc('\n', to);
			at = 0;
		}
		const int gap = at == 0 || at < from ? from - at : 1;
		fprintf(to, "%*s", gap, "");
		at += gap + (int)n;
		fwrite(text, 1, n, to);
		text += n;
		if (*text == '\n') {
			fputc('\n', to);
			at = 0;
		}
		text += *text != '\0';
	}
	fputc('\n', to);
}

/* "  -v, --verbose", "      --title TITLE"; in DCMTK's style "  -aet --aetitle TITLE". The short
 * spelling stands in a column of its own. Returns the width; prints unless to is NULL. */
static int left(FILE *to, const struct opt *row, bool dcmtk)
{
	const char *spellings = dcmtk ? row->dcmtk : row->name;
	char text[200] = "";
	const char *other[2] = { "", "" }; /* short, long: who comes last stays */
	int n[2] = { 0, 0 };
	while (*spellings) {
		const size_t length = strcspn(spellings, " ");
		const int is_long = length > 2 && spellings[0] == '-' && spellings[1] == '-';
		other[is_long] = spellings;
		n[is_long] = (int)length;
		spellings += length + strspn(spellings + length, " ");
	}
	snprintf(text, sizeof text, "  %-*.*s%s%.*s%s%s", dcmtk ? 5 : 2, n[0], other[0],
		n[0] && n[1] && !dcmtk ? ", "
			: n[1]         ? (dcmtk ? " " : "  ")
				       : "",
		n[1], other[1], row->values ? " " : "", row->values ? row->values : "");
	if (to)
		fputs(text, to);
	return (int)strlen(text);
}

struct table {
	FILE *to;
	bool dcmtk;
	int column; /* where the help texts begin */
	bool headed;
	const char *heading; /* waits for a row to head */
};

static bool has_row(const struct table *t, const struct opt *row)
{
	return row->help && (t->dcmtk ? row->dcmtk : row->name);
}

static bool measure(void *arg, const struct opt *row, size_t at)
{
	struct table *t = arg;
	(void)at;
	const int width = has_row(t, row) ? left(NULL, row, t->dcmtk) + 2 : 0;
	if (width > t->column && width <= LEFT_MOST)
		t->column = width;
	return false;
}

static bool show(void *arg, const struct opt *row, size_t at)
{
	struct table *t = arg;
	(void)at;
	if (!row->name && !row->dcmtk)
		t->heading = row->help;
	if (!has_row(t, row))
		return false;
	if (t->heading) {
		fprintf(t->to, "\n%c%s:\n", toupper((unsigned char)*t->heading), t->heading + 1);
		t->heading = NULL;
	}
	wrapped(t->to, row->help, left(t->to, row, t->dcmtk), t->column);
	return false;
}

static void commands(FILE *to, const struct applet *const *applets)
{
	int column = 0;
	for (const struct applet *const *a = applets; *a; a++)
		if (column < (int)strlen((*a)->name) + 4)
			column = (int)strlen((*a)->name) + 4;
	for (const struct applet *const *a = applets; *a; a++) {
		char also[64] = "";
		if ((*a)->alias)
			snprintf(also, sizeof also, " (%s)", (*a)->alias);
		char line[300];
		snprintf(line, sizeof line, "%s%s", (*a)->summary, also);
		wrapped(to, line, fprintf(to, "  %s", (*a)->name), column);
	}
}

/* A line that begins with a blank, such as an example, stays as it is; others are wrapped. */
static void notes(FILE *to, const char *text)
{
	while (*text) {
		char line[1000];
		const size_t n = strcspn(text, "\n");
		snprintf(line, sizeof line, "%.*s", (int)n, text);
		if (*line == ' ')
			fprintf(to, "%s\n", line);
		else
			wrapped(to, line, 0, 0);
		text += n + (text[n] == '\n');
	}
}

void help_applet(FILE *to, const struct applet *a, const struct call *call)
{
	const char *usage = call_dcmtk(call) && a->alias_usage ? a->alias_usage : a->usage;
	if (!usage)
		usage = a->commands ? "COMMAND [ARGUMENT]..." : "[OPTION]...";
	fprintf(to, "Usage: %s %s\n%c", call->program, usage, toupper((unsigned char)*a->summary));
	fprintf(to, "%s.\n", a->summary + 1);
	if (a->commands) {
		fputs("\nCommands:\n", to);
		commands(to, a->commands);
		fprintf(to, "\n'%s COMMAND --help' says more.\n", call->program);
	} else {
		static const struct opt always[] = {
			{ .name = "--help -h", .dcmtk = "-h --help", .help = "show this help" },
			{ .name = "--version", .dcmtk = "--version", .help = "show the version" },
			{ .dcmtk = "--arguments", .help = "show the arguments after @FILE" },
			{ 0 },
		};
		struct table t = { .to = to, .dcmtk = call_dcmtk(call), .heading = "options" };
		opt_walk(a->options, 0, measure, &t);
		opt_walk(always, 0, measure, &t);
		opt_walk(a->options, 0, show, &t);
		t.heading = t.heading && strcmp(t.heading, "options") == 0 ? "options" : "help";
		opt_walk(always, 0, show, &t);
	}
	if (a->notes) {
		fputc('\n', to);
		notes(to, a->notes);
	}
}

void help_program(FILE *to, const struct applet *const *applets)
{
	fputs("Usage: dcmsec APPLET [ARGUMENT]...\n"
	      "       dcmsec --install DIR | --version | --help\n"
	      "Carry DICOM objects over TLS.\n\nApplets:\n",
		to);
	commands(to, applets);
	fputs("\n'dcmsec APPLET --help' says more; so does the manual page dcmsec(1).\n", to);
	bool named = false;
	for (; *applets; applets++)
		named |= (*applets)->alias != NULL;
	if (named)
		fputs("Called by the name in brackets (a link to dcmsec), an applet follows "
		      "DCMTK's\n"
		      "command line.\n",
			to);
}

void help_version(FILE *to)
{
	fputs("dcmsec " DCMSEC_VERSION "\nBearSSL " BEARSSL_VERSION "\nzlib " ZLIB_VERSION "\n",
		to);
}
