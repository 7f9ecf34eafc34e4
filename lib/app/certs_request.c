/* SPDX-License-Identifier: MIT */
/* `dcmsec certs request`: a key that stays, and a request (PKCS#10) that travels to the authority. */
#include "app/certs.h"
#include "app/making.h"
#include "base/wipe.h"
#include "cli/json.h"
#include "io/fileput.h"
#include "pki/pem.h"

#include <stdio.h>

#define AT(field) offsetof(struct making_opts, field)

enum { PATH = 4096 };

static const struct opt options[] = { { .rows = making_name_rows },
	{ "--out", NULL, "DIR", opt_str, AT(out), "where to (default: here)" },
	{ .rows = making_key_rows, .help = "key" },
	{ .rows = log_options, .at = AT(log), .help = "output" }, { 0 } };

struct files {
	char key[PATH], request[PATH];
};

static bool write_both(struct making *m, const struct files *f, struct err *e)
{
	uint8_t room[MAKING_ROOM / 2], text[MAKING_ROOM];
	struct buf der = buf_on(room, sizeof room), pem = buf_on(text, sizeof text);
	if (!issue_request(buf_span(&m->subject), buf_span(&m->alt_names), m->key, &der))
		return err_set(e, ERR_LIMIT, 0, "the request is too large");
	const bool ok = making_key_pem(m, "the new key", &pem, e) &&
		file_put(f->key, buf_span(&pem), 0600, false, e);
	wipe(text, sizeof text);
	pem.n = 0;
	pem_write(&pem, "CERTIFICATE REQUEST", buf_span(&der));
	if (ok && file_put(f->request, buf_span(&pem), 0644, false, e))
		return true;
	if (ok)
		remove(f->key); /* it would be in the way of the next try */
	return false;
}

static void report(struct log *log, const struct files *f)
{
	struct json json;
	if (!log->json) {
		log_line(log, LOG_NOTE, "%s is for the authority; %s stays here", f->request,
			f->key);
		return;
	}
	json_begin(&json, "request");
	json_str(&json, "request", f->request);
	json_str(&json, "key", f->key);
	json_write(&json, NULL);
}

static bool make(struct making *m, const char *out, struct err *e)
{
	static const char *const names[] = { "key.pem", "request.pem" };
	struct files f;
	if (!making_names(m, e) || !path_join(out, names[0], f.key, sizeof f.key, e) ||
		!path_join(out, names[1], f.request, sizeof f.request, e) ||
		!files_absent(out, names, 2, e) || !dir_make(out, 0700, e) || !making_key(m, e) ||
		!write_both(m, &f, e))
		return false;
	report(m->log, &f);
	return true;
}

static int run(void *state, const struct call *call)
{
	struct making_opts *o = state;
	struct making m;
	struct err e = { 0 };
	log_start(&o->log, call);
	if (call->n || !o->name)
		return call_usage(call, "for whom? Give --name NAME");
	if (making_open(&m, o, &e)) {
		make(&m, o->out ? o->out : ".", &e);
		making_close(&m);
	}
	return making_done(&o->log, &e);
}

const struct applet certs_request = {
	.name = "request",
	.usage = "--name NAME [OPTION]...",
	.summary = "make a key that stays here and a request for the authority",
	.options = options,
	.size = sizeof(struct making_opts),
	.run = run,
};
