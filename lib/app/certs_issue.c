/* SPDX-License-Identifier: MIT */
/* `dcmsec certs issue`: all that a node needs, from the authority's directory. */
#include "app/certs.h"
#include "app/making.h"
#include "app/pass.h"
#include "base/wipe.h"
#include "io/fileput.h"
#include "pki/pem.h"

#include <stdio.h>
#include <string.h>

#define AT(field) offsetof(struct making_opts, field)

enum { PATH = 4096 };

static bool put(const char *dir, const char *name, struct span data, unsigned mode, struct err *e)
{
	char path[PATH];
	return path_join(dir, name, path, sizeof path, e) && file_put(path, data, mode, false, e);
}

static void add_cert(struct buf *pem, struct span der)
{
	pem_write(pem, "CERTIFICATE", der);
}

static const struct opt options[] = { { .rows = making_name_rows }, { .rows = making_cert_rows },
	{ .rows = making_role_rows },
	{ "--out", NULL, "DIR", opt_str, AT(out), "where to (default: the name's)" },
	{ .rows = making_key_rows, .help = "key" }, { .rows = making_ca_rows, .help = "authority" },
	{ .rows = log_options, .at = AT(log), .help = "output" }, { 0 } };

/* Key, certificate and authority in a directory that is copied to the node as it is. */
static bool write_node(struct making *m, struct authority *a, const char *out, struct issue *i,
	struct buf *cert, struct err *e)
{
	uint8_t text[MAKING_ROOM];
	char path[PATH];
	struct buf pem = buf_on(text, sizeof text);
	bool ok = path_join(out, "key.pem", path, sizeof path, e) &&
		making_key_pem(m, "the new key", &pem, e) &&
		file_put(path, buf_span(&pem), 0600, false, e);
	wipe(text, sizeof text);
	if (!ok)
		return false;
	if (!authority_issue(a, i, &m->random, cert, e)) {
		remove(path); /* a key without a certificate would be in the way of the next try */
		return false;
	}
	pem.n = 0;
	add_cert(&pem, buf_span(cert));
	ok = put(out, "cert.pem", buf_span(&pem), 0644, e);
	pem.n = 0;
	add_cert(&pem, a->cert.der);
	return ok && put(out, "ca.pem", buf_span(&pem), 0644, e);
}

/* A common name as a directory, without anything that leads elsewhere. */
static bool out_of(const struct making *m, char *text, size_t cap, struct err *e)
{
	if (m->o->out)
		return snprintf(text, cap, "%s", m->o->out) < (int)cap ||
			err_set(e, ERR_USAGE, 0, "the path %.100s... is too long", m->o->out);
	if (!name_attribute(buf_span(&m->subject), "CN", text, cap))
		return err_set(e, ERR_USAGE, 0,
			"the name has no common name (CN=...): give --out DIR for its files");
	for (char *p = text; *p; p++)
		if (strchr("/\\ :*?\"<>|", *p) || *p < ' ' || (p == text && strchr(".-~", *p)))
			*p = '_';
	return true;
}

static bool issue_node(struct making *m, struct authority *a, struct err *e)
{
	static const char *const files[] = { "key.pem", "cert.pem", "ca.pem" };
	struct issue i;
	char out[PATH], file[PATH], then[PATH + 80];
	uint8_t room[AUTHORITY_CERT];
	struct buf cert = buf_on(room, sizeof room);
	making_issue(m, &i);
	if (!out_of(m, out, sizeof out, e) || !making_fit(m, a, &i, e) ||
		!path_join(out, "cert.pem", file, sizeof file, e) ||
		!files_absent(out, files, 3, e) || !dir_make(out, 0700, e) || !making_key(m, e))
		return false;
	i.spki = buf_span(&m->spki);
	if (!write_node(m, a, out, &i, &cert, e))
		return false;
	snprintf(then, sizeof then,
		"%s holds key.pem, cert.pem and ca.pem, to be copied to the node", out);
	making_report(m->log, "issued", &i, buf_span(&cert), file, then);
	return true;
}

static int run(void *state, const struct call *call)
{
	struct making_opts *o = state;
	struct making m;
	struct authority a;
	struct err e = { 0 };
	log_start(&o->log, call);
	if (call->n || !o->name)
		return call_usage(call, "for whom? Give --name NAME");
	pass_warn(&o->pass, &o->log);
	if (making_open(&m, o, &e)) {
		if (making_names(&m, &e) &&
			authority_open(&a, o->dir ? o->dir : "ca", &o->pass, &e)) {
			issue_node(&m, &a, &e);
			authority_close(&a);
		}
		making_close(&m);
	}
	return making_done(&o->log, &e);
}

const struct applet certs_issue = {
	.name = "issue",
	.usage = "--name NAME [OPTION]...",
	.summary = "make a node's key and certificate, ready to copy over",
	.options = options,
	.size = sizeof(struct making_opts),
	.run = run,
};
