/* SPDX-License-Identifier: MIT */
/* `dcmsec certs request`: a key that stays, and a request (PKCS#10) that travels to the authority. */
#include "app/certs.h"
#include "app/making.h"
#include "base/wipe.h"
#include "io/fileput.h"
#include "pki/pem.h"

#define AT(field) offsetof(struct making_opts, field)

enum { PATH = 4096 };

static const struct opt options[] = { { .rows = making_name_rows },
	{ "--out", NULL, "DIR", opt_str, AT(out), "where to (default: here)" },
	{ .rows = making_key_rows, .help = "key" },
	{ .rows = log_options, .at = AT(log), .help = "output" }, { 0 } };

static bool make(struct making *m, const char *out, struct err *e)
{
	char path[PATH];
	uint8_t room[MAKING_ROOM / 2], text[MAKING_ROOM];
	struct buf der = buf_on(room, sizeof room), pem = buf_on(text, sizeof text);
	if (!making_names(m, e) || !making_key(m, e) || !dir_make(out, 0700, e))
		return false;
	const bool ok = path_join(out, "key.pem", path, sizeof path, e) &&
		making_key_pem(m, "the new key", &pem, e) &&
		file_put(path, buf_span(&pem), 0600, false, e);
	wipe(text, sizeof text);
	pem.n = 0;
	if (!ok)
		return false;
	if (!issue_request(buf_span(&m->subject), buf_span(&m->alt_names), m->key, &der))
		return err_set(e, ERR_LIMIT, 0, "the request is too large");
	pem_write(&pem, "CERTIFICATE REQUEST", buf_span(&der));
	return path_join(out, "request.pem", path, sizeof path, e) &&
		file_put(path, buf_span(&pem), 0644, false, e);
}

static int run(void *state, const struct call *call)
{
	struct making_opts *o = state;
	struct making m;
	struct err e = { 0 };
	const char *out = o->out ? o->out : ".";
	log_start(&o->log, call);
	if (call->n || !o->name)
		return call_usage(call, "for whom? Give --name NAME");
	if (making_open(&m, o, &e)) {
		if (make(&m, out, &e))
			log_line(&o->log, LOG_NOTE,
				"%s/request.pem is for the authority; %s/key.pem stays here", out,
				out);
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
