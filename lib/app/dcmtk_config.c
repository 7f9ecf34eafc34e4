/* SPDX-License-Identifier: MIT */
#include "app/dcmtk_config.h"

#include "io/file.h"

#include <stdlib.h>

static bool set_config(void *field, const struct opt_use *use, struct err *e)
{
	struct dcmtk_config *c = field;
	(void)e;
	c->file = use->values[0];
	c->profile = use->values[1];
	return true;
}

const struct opt dcmtk_config_rows[] = {
	{ NULL, "-xf --config-file", "FILE PROFILE", set_config, 0,
		"negotiate as this profile in the file says" },
	{ 0 },
};

bool dcmtk_config_open(const struct dcmtk_config *c, enum asconfig_side side, struct log *log,
	struct asconfig **a, struct err *e)
{
	struct mspan text = { 0 };
	struct err why = { 0 };
	*a = NULL;
	if (!c->file)
		return true;
	struct asconfig *read = malloc(sizeof *read);
	if (!read)
		return err_set(e, ERR_SYSTEM, 0, "no memory for %s", c->file);
	const bool loaded = file_load(c->file, ASCONFIG_TEXT, &text, &why);
	const bool good =
		loaded && asconfig_read(read, span_of(text.p, text.n), c->profile, side, &why);
	file_free(&text);
	if (!good) {
		free(read);
		return err_set(e, why.kind, 0, "reading config file: %s%s%s", loaded ? c->file : "",
			loaded ? ": " : "", why.text);
	}
	if (read->odd.kind != ERR_NONE)
		log_line(log, LOG_WARN, "config file %s: %s", c->file, read->odd.text);
	*a = read;
	return true;
}
