/* SPDX-License-Identifier: MIT */
/* `dcmsec certs index`: hashed directories, without OpenSSL's rehash. */
#include "app/certs.h"
#include "cli/exit.h"
#include "cli/json.h"
#include "cli/log.h"
#include "io/clock.h"
#include "io/rehash.h"

#include <stdio.h>

struct index {
	struct log log;
	bool copy;
};

#define AT(field) offsetof(struct index, field)

static const struct opt options[] = {
	{ "--copy", NULL, NULL, opt_flag, AT(copy),
		"copies instead of links (for file systems without links they are made anyway)" },
	{ .rows = log_options, .at = AT(log), .help = "output" }, { 0 }
};

static const char *const words[REHASH_EVENTS] = { [REHASH_LINKED] = "linked",
	[REHASH_REMOVED] = "removed",
	[REHASH_DUPLICATE] = "duplicate",
	[REHASH_UNREADABLE] = "unreadable",
	[REHASH_SEVERAL] = "several",
	[REHASH_EXPIRED] = "expired" };

static void tell(void *arg, enum rehash_event what, const char *name, const char *detail)
{
	struct index *x = arg;
	if (x->log.json) {
		struct json json;
		json_begin(&json, words[what]);
		json_str(&json, "file", name);
		if (*detail)
			json_str(&json, "detail", detail);
		json_write(&json, NULL);
	} else if (what == REHASH_LINKED || what == REHASH_REMOVED) {
		log_line(&x->log, LOG_INFO, "%s: %s %s", words[what], name, detail);
	} else {
		log_line(&x->log, LOG_WARN, "%s: %s%s%s", words[what], name, *detail ? ": " : "",
			detail);
	}
}

static int run(void *state, const struct call *call)
{
	struct index *x = state;
	int worst = EXIT_DONE;
	log_start(&x->log, call);
	if (call->n == 0)
		return call_usage(call, "which directory?");
	for (int i = 0; i < call->n; i++) {
		struct err e = { 0 };
		struct rehash r = {
			.copy = x->copy, .now = clock_seconds(), .tell = tell, .arg = x
		};
		if (!rehash_dir(call->operands[i], &r, &e)) {
			log_line(&x->log, LOG_ERROR, "%s", e.text);
			worst = exit_code(&e);
			continue;
		}
		log_line(&x->log, LOG_NOTE, "%s: %u linked, %u right already, %u removed",
			call->operands[i], r.count[REHASH_LINKED], r.kept, r.count[REHASH_REMOVED]);
		if (r.count[REHASH_UNREADABLE] && worst == EXIT_DONE)
			worst = EXIT_REFUSED;
	}
	return worst;
}

const struct applet certs_index = {
	.name = "index",
	.usage = "[OPTION]... DIR...",
	.summary = "make or repair a hashed directory of certificates and CRLs",
	.notes = "Files .pem, .crt, .cer and .crl with one object each get a link HASH.N or "
		 "HASH.rN, as "
		 "openssl rehash makes them. Files that are not links are never touched.\n"
		 "Exit codes: 0 done, 1 some files could not be read, 2 wrong usage, 3 no such "
		 "directory.\n",
	.options = options,
	.size = sizeof(struct index),
	.run = run,
};
