/* SPDX-License-Identifier: MIT */
/* From the program's name and words to the applet that is meant, and to its run function. */
#include "cli/applet.h"

#include "cli/exit.h"
#include "cli/help.h"
#include "cli/install.h"
#include "cli/near.h"
#include "cli/parse.h"
#include "cli/streams.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct applet *find(const struct applet *const *applets, const char *name, bool *alias)
{
	for (; *applets; applets++) {
		*alias = (*applets)->alias && strcmp((*applets)->alias, name) == 0;
		if (*alias || strcmp((*applets)->name, name) == 0)
			return *applets;
	}
	return NULL;
}

/* DCMTK's tools exit with 1 and begin with "error:" when the command line is wrong. */
static int complain(const struct call *call, const char *text, bool usage, int code)
{
	char line[1200];
	if (call_dcmtk(call))
		snprintf(line, sizeof line, "error: %s", text);
	else
		snprintf(line, sizeof line, "%s: %s", call->program, text);
	if (usage)
		fprintf(stderr, "%s%s Try '%s --help'.\n", line,
			line[strlen(line) - 1] == '?' ? "" : ".", call->program);
	else
		fprintf(stderr, "%s\n", line);
	return call_dcmtk(call) ? 1 : code;
}

int call_usage(const struct call *call, const char *format, ...)
{
	struct err e = { .kind = ERR_USAGE }; /* for its text, which is made printable */
	va_list args;
	va_start(args, format);
	char text[sizeof e.text];
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	err_in(&e, "%s", text);
	return complain(call, e.text, true, EXIT_USAGE);
}

/* --arguments: what DCMTK's tools print, in their words, whatever the log level is. They count empty
 * words and do not show them. */
static void show_arguments(const struct parse *p, const struct call *call)
{
	int n = 0;
	while (p->shown[n])
		n++;
	fprintf(stderr, "I: calling '%s' with %d arguments:", call->name, n);
	for (int i = 0; i < n; i++)
		if (*p->shown[i])
			fprintf(stderr, " '%s'", p->shown[i]);
	fputs("\nI:\n", stderr);
}

static int run(const struct applet *a, struct call *call, char *const *words)
{
	struct opt_memory *memory = NULL;
	struct err e = { 0 };
	void *state = opt_alloc(&memory, a->size, &e);
	struct parse p = { .options = a->options,
		.state = state,
		.dcmtk = call_dcmtk(call),
		.memory = &memory,
		.rules = a->alias_rules };
	int code = EXIT_DONE;
	const void *defaults =
		call_dcmtk(call) && a->alias_defaults ? a->alias_defaults : a->defaults;
	if (state && defaults)
		memcpy(state, defaults, a->size);
	/* DCMTK's tools answer an empty command line with their help. */
	p.help = call_dcmtk(call) && !*words;
	if (!state || (!p.help && !parse_words(&p, words, &e))) {
		code = complain(call, e.text, e.kind == ERR_USAGE, exit_code(&e));
	} else if (p.help) {
		help_applet(stdout, a, call);
	} else if (p.version) {
		help_version(stdout);
	} else {
		if (p.arguments)
			show_arguments(&p, call);
		call->operands = p.operands;
		call->n = p.n;
		code = a->run(state, call);
	}
	opt_free(&memory);
	return code;
}

/* word should have been one of the list, or one of the options. */
static int unknown(const struct call *call, const struct applet *const *list, const char *what,
	const char *word, const char *options)
{
	struct near near;
	near_start(&near, word, strlen(word));
	if (word[0] == '-') {
		near_try_all(&near, options);
		return call_usage(call, "unknown option %.100s%s%s%s", word,
			*near.text ? "; did you mean " : "", near.text, *near.text ? "?" : "");
	}
	near_try_all(&near, "help");
	for (; *list; list++) {
		near_try_all(&near, (*list)->name);
		near_try_all(&near, (*list)->alias);
	}
	return call_usage(call, "unknown %s \"%.100s\"%s%s%s", what, word,
		*near.text ? "; did you mean " : "", near.text, *near.text ? "?" : "");
}

/* A group such as "certs": its first word is the command. */
static int run_group(const struct applet *a, struct call *call, char *const *words)
{
	char name[80], program[100];
	bool alias;
	if (!*words) {
		help_applet(stderr, a, call);
		return EXIT_USAGE;
	}
	if (opt_is("--help -h help", *words, strlen(*words))) {
		help_applet(stdout, a, call);
		return EXIT_DONE;
	}
	if (strcmp(*words, "--version") == 0) {
		help_version(stdout);
		return EXIT_DONE;
	}
	const struct applet *command = find(a->commands, *words, &alias);
	if (!command)
		return unknown(call, a->commands, "command", *words, "--help --version");
	snprintf(name, sizeof name, "%s %s", call->name, command->name);
	snprintf(program, sizeof program, "%s %s", call->program, command->name);
	struct call inner = { .name = name, .program = program };
	return run(command, &inner, words + 1);
}

static int run_applet(const struct applet *a, bool alias, char *const *words)
{
	char program[80];
	snprintf(program, sizeof program, "%s%s", alias ? "" : "dcmsec ",
		alias ? a->alias : a->name);
	struct call call = {
		.name = alias ? a->alias : a->name, .program = program, .dcmtk = alias
	};
	return a->commands ? run_group(a, &call, words) : run(a, &call, words);
}

static int run_program(const struct applet *const *applets, const char *program, char *const *words)
{
	const struct call call = { .name = "dcmsec", .program = "dcmsec" };
	const char *word = *words;
	bool alias;
	if (!word || (opt_is("help --help -h", word, strlen(word)) && !words[1])) {
		help_program(stdout, applets);
		return EXIT_DONE;
	}
	if (strcmp(word, "--version") == 0) {
		help_version(stdout);
		return EXIT_DONE;
	}
	if (strcmp(word, "--install") == 0 || strncmp(word, "--install=", 10) == 0) {
		const char *dir = word[9] ? word + 10 : words[1];
		if (!dir || !*dir)
			return call_usage(&call, "missing value for --install; it takes DIR");
		return install_links(applets, dir, program);
	}
	/* "dcmsec help send" is "dcmsec send --help". */
	char help[] = "--help";
	char *const instead[] = { help, NULL };
	const bool asks = opt_is("help --help -h", word, strlen(word));
	const struct applet *a = find(applets, asks ? words[1] : word, &alias);
	if (!a)
		return unknown(&call, applets, "applet", asks ? words[1] : word,
			"--help --version --install");
	if (asks && a->commands && words[2]) {
		char *const inner[] = { words[2], help, NULL };
		return run_applet(a, alias, inner);
	}
	return run_applet(a, alias, asks ? instead : words + 1);
}

int applet_main(const struct applet *const *applets, int argc, char **argv)
{
	char none[] = "dcmsec";
	char *nothing[] = { none, NULL };
	if (argc < 1)
		argv = nothing;
	const char *slash = strrchr(argv[0], '/');
	const char *name = slash ? slash + 1 : argv[0];
	if (strncmp(name, "dcmsec-", 7) == 0)
		name += 7;
	bool alias;
	streams_keep_apart();
	const struct applet *a = find(applets, name, &alias);
	int code = a ? run_applet(a, alias, argv + 1) : run_program(applets, argv[0], argv + 1);
	if ((fflush(stdout) != 0 || ferror(stdout)) && code == EXIT_DONE) {
		fputs("dcmsec: cannot write to standard output\n", stderr);
		code = EXIT_SYSTEM;
	}
	return code;
}
