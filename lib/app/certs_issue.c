/* SPDX-License-Identifier: MIT */
/* `dcmsec certs issue`, `sign` and `renew`: certificates from the authority's directory. */
#include "app/certs.h"
#include "app/making.h"
#include "base/wipe.h"
#include "io/file.h"
#include "io/fileput.h"
#include "io/trust.h"
#include "pki/object.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AT(field) offsetof(struct making_opts, field)

enum { PATH = 4096, FILE_MAX = 1 << 20 };

static bool put(const char *dir, const char *name, struct span data, unsigned mode, struct err *e)
{
	char path[PATH];
	return path_join(dir, name, path, sizeof path, e) && file_put(path, data, mode, false, e);
}

static void add_cert(struct buf *pem, struct span der)
{
	pem_write(pem, "CERTIFICATE", der);
}

/* ---- issue */

static const struct opt issue_options[] = { { .rows = making_name_rows },
	{ .rows = making_cert_rows },
	{ "--out", NULL, "DIR", opt_str, AT(out), "where to (default: the name's)" },
	{ .rows = making_key_rows, .help = "key" }, { .rows = making_ca_rows, .help = "authority" },
	{ .rows = log_options, .at = AT(log), .help = "output" }, { 0 } };

/* Key, certificate and authority in a directory that is copied to the node as it is. */
static bool issue_node(struct making *m, struct authority *a, const char *out, struct err *e)
{
	struct issue i;
	uint8_t room[AUTHORITY_CERT], text[MAKING_ROOM];
	struct buf cert = buf_on(room, sizeof room), pem = buf_on(text, sizeof text);
	if (!making_names(m, e) || !making_key(m, e) || !dir_make(out, 0700, e))
		return false;
	making_issue(m, &i);
	bool ok = making_key_pem(m, "the new key", &pem, e) &&
		put(out, "key.pem", buf_span(&pem), 0600, e);
	wipe(text, sizeof text);
	if (!ok || !authority_issue(a, &i, &m->random, &cert, e))
		return false;
	pem.n = 0;
	add_cert(&pem, buf_span(&cert));
	ok = put(out, "cert.pem", buf_span(&pem), 0644, e);
	pem.n = 0;
	add_cert(&pem, a->cert.der);
	return ok && put(out, "ca.pem", buf_span(&pem), 0644, e);
}

/* The name as a directory: a common name's last part of it, without anything that leads elsewhere. */
static const char *out_of(const struct making_opts *o, char *text, size_t cap)
{
	const char *equals = strrchr(o->name, '=');
	snprintf(text, cap, "%s", o->out ? o->out : equals ? equals + 1 : o->name);
	for (char *p = text; !o->out && *p; p++)
		if (*p == '/' || *p == '\\' || *p == ' ' || (*p == '.' && p == text))
			*p = '_';
	return text;
}

static int run_issue(void *state, const struct call *call)
{
	struct making_opts *o = state;
	struct making m;
	struct authority a;
	struct err e = { 0 };
	char out[PATH];
	log_start(&o->log, call);
	if (call->n || !o->name)
		return call_usage(call, "for whom? Give --name NAME");
	if (making_open(&m, o, &e)) {
		if (authority_open(&a, o->dir ? o->dir : "ca", &o->pass, &e)) {
			if (issue_node(&m, &a, out_of(o, out, sizeof out), &e))
				log_line(&o->log, LOG_NOTE,
					"%s holds key.pem, cert.pem and ca.pem: copy it to the "
					"node",
					out);
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
	.options = issue_options,
	.size = sizeof(struct making_opts),
	.run = run_issue,
};

/* ---- sign and renew: for a key that is elsewhere */

static const struct opt sign_options[] = { { .rows = making_cert_rows },
	{ "--san", NULL, "LIST", opt_str, AT(san), "these names instead of those that are there" },
	{ "--out", NULL, "FILE", opt_str, AT(out), "where to (default: standard output)" },
	{ .rows = making_ca_rows, .help = "authority" },
	{ .rows = log_options, .at = AT(log), .help = "output" }, { 0 } };

/* What is asked for: a request, or (renew) a certificate that was issued here before. */
static bool wishes(const struct object *o, const struct authority *a, bool renew, struct issue *i,
	struct err *e)
{
	if (!renew) {
		struct request r;
		if (o->kind != OBJECT_REQUEST)
			return err_set(e, ERR_INPUT, 0, "it is no certificate request");
		if (!request_read(o->der, &r, e))
			return false;
		i->subject = r.subject;
		i->spki = r.spki;
		i->alt_names = r.alt_names;
		return true;
	}
	struct cert c;
	struct pubkey key;
	struct sig_alg alg;
	if (o->kind != OBJECT_CERT)
		return err_set(e, ERR_INPUT, 0, "it is no certificate");
	if (!cert_read(o->der, &c, e))
		return false;
	if (!pubkey_read(a->cert.spki, &key, e) || !sig_alg_read(c.algorithm, &alg, e) ||
		!sig_verify(&alg, &key, c.tbs, c.signature))
		return err_set(e, ERR_INPUT, 0, "it was not issued by this authority");
	i->subject = c.subject;
	i->spki = c.spki;
	i->alt_names = c.alt_names;
	i->purposes = c.purposes & (PURPOSE_SERVER | PURPOSE_CLIENT);
	return true;
}

static bool sign_one(
	struct making *m, struct authority *a, const char *path, bool renew, struct err *e)
{
	struct mspan file;
	struct object object;
	struct issue i;
	uint8_t room[AUTHORITY_CERT], text[MAKING_ROOM], decoded[MAKING_ROOM];
	struct buf cert = buf_on(room, sizeof room), pem = buf_on(text, sizeof text);
	struct buf store = buf_on(decoded, sizeof decoded);
	if (!file_load(path, FILE_MAX, &file, e))
		return false;
	struct span left = { file.p, file.n };
	struct err why = { 0 };
	making_issue(m, &i);
	bool ok = object_next(&left, &store, &object, &why) ||
		err_set(&why, ERR_INPUT, 0, "there is nothing to sign in it");
	ok = ok && wishes(&object, a, renew, &i, &why);
	if (!ok)
		err_set(e, why.kind == ERR_TRUST ? ERR_INPUT : why.kind, 0, "%s, in %s", why.text,
			path);
	if (ok && m->o->san) {
		ok = alt_names_write(m->o->san, &m->alt_names, e);
		i.alt_names = buf_span(&m->alt_names);
	}
	ok = ok && authority_issue(a, &i, &m->random, &cert, e);
	if (ok) {
		add_cert(&pem, buf_span(&cert));
		if (m->o->out)
			ok = file_put(m->o->out, buf_span(&pem), 0644, renew, e);
		else
			fwrite(text, 1, pem.n, stdout);
	}
	file_free(&file);
	return ok;
}

static int run_sign_or_renew(struct making_opts *o, const struct call *call, bool renew)
{
	struct making m;
	struct authority a;
	struct err e = { 0 };
	log_start(&o->log, call);
	if (call->n != 1)
		return call_usage(call,
			renew ? "which certificate? Give its file"
			      : "which request? Give its file");
	if (making_open(&m, o, &e)) {
		if (authority_open(&a, o->dir ? o->dir : "ca", &o->pass, &e)) {
			sign_one(&m, &a, call->operands[0], renew, &e);
			authority_close(&a);
		}
		making_close(&m);
	}
	return making_done(&o->log, &e);
}

static int run_sign(void *state, const struct call *call)
{
	return run_sign_or_renew(state, call, false);
}

static int run_renew(void *state, const struct call *call)
{
	return run_sign_or_renew(state, call, true);
}

const struct applet certs_sign = {
	.name = "sign",
	.usage = "[OPTION]... REQUEST",
	.summary = "issue a certificate for a request",
	.options = sign_options,
	.size = sizeof(struct making_opts),
	.run = run_sign,
};

const struct applet certs_renew = {
	.name = "renew",
	.usage = "[OPTION]... CERTIFICATE",
	.summary = "issue a certificate anew for the same key and names",
	.options = sign_options,
	.size = sizeof(struct making_opts),
	.run = run_renew,
};
