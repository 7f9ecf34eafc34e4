/* SPDX-License-Identifier: MIT */
/* `dcmsec certs verify`: the judge of TLS peers, on files. */
#include "app/certs.h"
#include "app/certs_judge.h"
#include "app/trust.h"
#include "cli/json.h"
#include "cli/log.h"

#include <stdio.h>
#include <string.h>

struct verify {
	struct log log;
	struct trust_opts trust;
	int role; /* enum pki_role */
};

#define AT(field) offsetof(struct verify, field)

static bool set_role(void *field, const struct opt_use *use, struct err *e)
{
	int *role = field;
	if (strcmp(use->values[0], "server") == 0)
		*role = PKI_SERVER;
	else if (strcmp(use->values[0], "client") == 0)
		*role = PKI_CLIENT;
	else
		return err_set(e, ERR_USAGE, 0, "the role is server or client");
	return true;
}

static const struct opt options[] = {
	{ "--role", NULL, "ROLE", set_role, AT(role),
		"server or client: what the certificate is to be used as (default: either)" },
	{ .rows = trust_rows, .at = AT(trust), .help = "trust" },
	{ .rows = log_options, .at = AT(log), .help = "output" }, { 0 }
};

static void print_path(const struct pki_path *path)
{
	char text[600];
	struct cert c;
	for (size_t i = 0; i < path->n; i++)
		if (cert_read(path->der[i], &c, NULL))
			printf("  %zu: %s\n", i, cert_text(&c, text, sizeof text));
}

static void report_json(const char *file, const struct pki_judge *j, bool accepted)
{
	struct json json;
	char name[NAME_TEXT];
	struct cert c;
	json_begin(&json, "certificate");
	json_str(&json, "file", file);
	json_bool(&json, "accepted", accepted);
	if (!accepted) {
		json_int(&json, "alert", judge_error(j)->code);
		json_str(&json, "reason", judge_error(j)->text);
	}
	json_array(&json, "path");
	for (size_t i = 0; i < j->path.n; i++)
		if (cert_read(j->path.der[i], &c, NULL))
			json_str(&json, NULL, name_text(c.subject, name, sizeof name));
	json_close(&json);
	json_write(&json, NULL);
}

static void tell(const struct log *log, const char *file, const struct pki_judge *j, bool accepted)
{
	if (log->json) {
		report_json(file, j, accepted);
	} else if (accepted) {
		printf("%s: accepted\n", file);
		if (log_shows(log, LOG_NOTE))
			print_path(&j->path);
	} else {
		printf("%s: refused: %s\n", file, judge_error(j)->text);
	}
}

static int run(void *state, const struct call *call)
{
	struct verify *v = state;
	return certs_judge(call, &v->trust, (enum pki_role)v->role, &v->log, tell);
}

const struct applet certs_verify = {
	.name = "verify",
	.usage = "[OPTION]... FILE...",
	.summary = "judge certificates as a TLS peer's would be",
	.notes = "A file holds the certificate and after it what a peer would send with it.\n"
		 "Exit codes: 0 accepted, 1 refused, 2 wrong usage, 3 a file cannot be read.\n",
	.options = options,
	.size = sizeof(struct verify),
	.run = run,
};
