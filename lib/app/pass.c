/* SPDX-License-Identifier: MIT */
#include "app/pass.h"

#define AT(field) offsetof(struct pass_opts, field)

static bool set_fd(void *field, const struct opt_use *use, struct err *e)
{
	int *fd = field;
	if (!opt_int(fd, use, e))
		return false;
	++*fd;
	return true;
}

static bool set_text(void *field, const struct opt_use *use, struct err *e)
{
	struct pass_opts *o = field;
	(void)e;
	o->text = use->values[0];
	o->empty = !*o->text;
	return true;
}

const struct opt pass_rows[] = { { "--pass-file", NULL, "FILE", opt_str, AT(file),
					 "the password of the key is the file's first line" },
	{ "--pass-fd", NULL, "N", set_fd, AT(fd), "it is the first line of this descriptor",
		.max = 1023 },
	{ "--pass-env", NULL, "NAME", opt_str, AT(env), "it is in this environment variable" },
	{ "--pass", "+pw --use-passwd", "WORD", set_text, 0,
		"it is WORD, which other users of this host can see" },
	{ NULL, "-pw --null-passwd", NULL, opt_flag, AT(empty), "it is empty" },
	{ NULL, "+ps --std-passwd", NULL, opt_off, AT(never_ask), "ask for it on the terminal" },
	{ "--no-prompt", NULL, NULL, opt_flag, AT(never_ask),
		"do not ask for a password on the terminal" },
	{ 0 } };

void pass_warn(const struct pass_opts *opts, struct log *log)
{
	if (opts->text && *opts->text)
		log_line(log, LOG_WARN,
			"a password on the command line is visible to every user of this "
			"host: --pass-file is safer");
}
