/* SPDX-License-Identifier: MIT */
/* The way from argv to an applet, and what is said when there is none. */
#include "cli/applet.h"
#include "cli/exit.h"
#include "cli/log.h"
#include "listen.h"
#include "test.h"

#include <fcntl.h>

struct state {
	struct log log;
	const char *title;
	int number;
};

static int seen_code;
static char seen[200];

static int sample_run(void *s, const struct call *call)
{
	const struct state *state = s;
	if (call->n > 2)
		return call_usage(call, "%d operands\nare too many", call->n);
	snprintf(seen, sizeof seen, "%s|%s|%d|%s|%d|%d|%s", call->name, call->program, call->dcmtk,
		state->title ? state->title : "-", state->number, state->log.level,
		call->n ? call->operands[0] : "-");
	return 42;
}

#define AT(f) offsetof(struct state, f)
static const struct opt options[] = {
	{ "--title", "-aet --aetitle", "TITLE", opt_str, AT(title), "calling AE title" },
	{ "--hidden", NULL, NULL, opt_flag, 0, NULL },
	{ NULL, "-lc --log-config", "FILE", opt_refuse, 0, "not supported: there is none" },
	{ .rows = log_options, .at = AT(log), .help = "messages" },
	{ 0 },
};
static const struct state defaults = { .number = 5 };
static const struct applet sample = { .name = "send",
	.alias = "storescu",
	.usage = "HOST PATH...",
	.alias_usage = "peer port file...",
	.summary = "send objects",
	.notes = "Exit codes: 0 all went well; 1 some of it did not; 2 nobody knows what the line "
		 "means; "
		 "3 none.\n\n  an example stays as it is, even where it is longer than a line "
		 "should be, "
		 "so that\n",
	.options = options,
	.size = sizeof(struct state),
	.defaults = &defaults,
	.run = sample_run };
static const struct applet index_command = { .name = "index",
	.summary = "index a folder",
	.run = sample_run,
	.size = sizeof(struct state) };
static const struct applet *const commands[] = { &index_command, NULL };
static const struct applet group = {
	.name = "certs", .summary = "look after certificates", .commands = commands
};
static const struct applet *const applets[] = { &group, &sample, NULL };

static const char *command_line;

static void call_main(void)
{
	static char text[300];
	static char *argv[20];
	int n = 0;
	snprintf(text, sizeof text, "%s", command_line);
	for (char *w = strtok(text, " "); w; w = strtok(NULL, " "))
		argv[n++] = w;
	argv[n] = NULL;
	strcpy(seen, "");
	seen_code = applet_main(applets, n, argv);
}

static void runs(const char *line, const char *want)
{
	command_line = line;
	listen_to(2, call_main);
	CHECK_INT(seen_code, 42);
	CHECK_STR(seen, want);
	CHECK_STR(said, "");
}

static void complains(const char *line, int code, const char *want)
{
	command_line = line;
	listen_to(2, call_main);
	CHECK_INT(seen_code, code);
	CHECK_STR(said, want);
	CHECK_STR(seen, "");
}

static void prints(const char *line, const char *part)
{
	command_line = line;
	listen_to(1, call_main);
	CHECK_INT(seen_code, 0);
	if (!strstr(said, part))
		TEST_NOTE("%s: no \"%s\" in \"%s\"", line, part, said);
}

static void dispatch(void)
{
	runs("dcmsec send", "send|dcmsec send|0|-|5|0|-");
	runs("/usr/bin/dcmsec send --title A x -v", "send|dcmsec send|0|A|5|1|x");
	runs("./send --title=A", "send|dcmsec send|0|A|5|0|-");
	runs("/x/dcmsec-send --quiet", "send|dcmsec send|0|-|5|-1|-");
	runs("/x/storescu -aet A -d h", "storescu|storescu|1|A|5|2|h");
	runs("dcmsec storescu -ll error h", "storescu|storescu|1|-|5|-1|h");
	runs("dcmsec-0.1 send", "send|dcmsec send|0|-|5|0|-");
	runs("dcmsec certs index x", "certs index|dcmsec certs index|0|-|0|0|x");
}

/* As storescu 3.6.7 counts and shows them */
static void arguments(void)
{
	command_line = "storescu --arguments -v -aet A h -5";
	listen_to(2, call_main);
	CHECK_INT(seen_code, 42);
	CHECK_STR(said,
		"I: calling 'storescu' with 6 arguments: '--arguments' '--verbose' "
		"'--aetitle' 'A' 'h' '-5'\nI:\n");
}

static void wrong_calls(void)
{
	complains("dcmsec sned", 2,
		"dcmsec: unknown applet \"sned\"; did you mean send? Try 'dcmsec --help'.\n");
	complains("dcmsec storesuc", 2,
		"dcmsec: unknown applet \"storesuc\"; did you mean storescu? Try 'dcmsec "
		"--help'.\n");
	complains("dcmsec xyz", 2, "dcmsec: unknown applet \"xyz\". Try 'dcmsec --help'.\n");
	complains("dcmsec --versoin", 2,
		"dcmsec: unknown option --versoin; did you mean --version? Try 'dcmsec --help'.\n");
	complains("dcmsec help xyz", 2, "dcmsec: unknown applet \"xyz\". Try 'dcmsec --help'.\n");
	complains("dcmsec --install", 2,
		"dcmsec: missing value for --install; it takes DIR. Try 'dcmsec --help'.\n");
	complains("dcmsec certs indx", 2,
		"dcmsec certs: unknown command \"indx\"; did you mean index? Try 'dcmsec certs "
		"--help'.\n");
	complains("dcmsec certs --hlep", 2,
		"dcmsec certs: unknown option --hlep; did you mean --help? Try 'dcmsec certs "
		"--help'.\n");
	complains("dcmsec send --titl", 2,
		"dcmsec send: unknown option --titl; did you mean --title? Try 'dcmsec send "
		"--help'.\n");
	complains("dcmsec send --hiden", 2,
		"dcmsec send: unknown option --hiden. Try 'dcmsec send --help'.\n");
	complains("storescu --aetitel x", 1,
		"error: Unknown option --aetitel; did you mean --aetitle? Try 'storescu "
		"--help'.\n");
	complains("storescu @/no/file", 1,
		"error: cannot open the command file /no/file: No such file or directory\n");
	complains("storescu -lc f", 1,
		"error: -lc: not supported: there is none. Try 'storescu --help'.\n");
	complains("dcmsec send 1 2 3", 2,
		"dcmsec send: 3 operands?are too many. Try 'dcmsec send --help'.\n");
	complains("storescu 1 2 3", 1, "error: 3 operands?are too many. Try 'storescu --help'.\n");
}

static void help_texts(void)
{
	prints("dcmsec", "\n  send   send objects (storescu)\n");
	prints("dcmsec --help", "\n  certs  look after certificates\n");
	prints("dcmsec send --help",
		"Usage: dcmsec send HOST PATH...\nSend objects.\n\nOptions:\n"
		"      --title TITLE  calling AE title\n\nMessages:\n"
		"  -q, --quiet        print errors only\n");
	prints("dcmsec help send",
		"\n\nExit codes: 0 all went well; 1 some of it did not; 2 nobody "
		"knows what the line\nmeans; 3 none.\n\n  an example stays");
	prints("send -h", "      --version      show the version\n");
	prints("storescu --help",
		"Usage: storescu peer port file...\nSend objects.\n\nOptions:\n"
		"  -aet  --aetitle TITLE    calling AE title\n");
	prints("storescu", "  -ll   --log-level LEVEL");
	prints("dcmsec storescu -d -h", "        --arguments ");
	prints("dcmsec certs --help", "Commands:\n  index  index a folder\n");
	prints("dcmsec help certs index", "Usage: dcmsec certs index");
	prints("dcmsec --version", "dcmsec " DCMSEC_VERSION "\nBearSSL ");
	prints("storescu --version", "\nzlib ");
	command_line = "dcmsec send --help";
	listen_to(1, call_main);
	CHECK(!strstr(said, "--hidden") && !strstr(said, "-aet") && !strstr(said, "-ll"));
	for (const char *line = said; *line; line += strcspn(line, "\n") + 1)
		CHECK(strcspn(line, "\n") <= 80 || strncmp(line, "  an example", 12) == 0);
}

static void group_without_command(void)
{
	command_line = "dcmsec certs";
	listen_to(2, call_main);
	CHECK_INT(seen_code, 2);
	CHECK(strstr(said, "Commands:\n  index") != NULL);
}

static void full_output_is_an_error(void)
{
	const int full = open("/dev/full", O_WRONLY), saved = dup(1);
	if (full < 0)
		return;
	fflush(stdout);
	dup2(full, 1);
	command_line = "dcmsec --version";
	listen_to(2, call_main);
	dup2(saved, 1);
	clearerr(stdout);
	close(full);
	close(saved);
	CHECK_INT(seen_code, EXIT_SYSTEM);
	CHECK_STR(said, "dcmsec: cannot write to standard output\n");
}

int main(void)
{
	test("the program's name or first word finds the applet and its syntax", dispatch);
	test("--arguments shows the words with options by their long spelling", arguments);
	test("wrong calls end in one line with the nearest word and where help is", wrong_calls);
	test("help is made from the rows, in the caller's spelling, 80 columns wide", help_texts);
	test("a group without a command lists its commands and is a wrong call",
		group_without_command);
	test("output that cannot be written is an error", full_output_is_an_error);
	return test_end();
}
