/* SPDX-License-Identifier: MIT */
/* `dcmsec certs sign` and `renew`: a certificate for a key that is elsewhere and stays there. */
#include "app/certs.h"
#include "app/making.h"
#include "app/pass.h"
#include "io/file.h"
#include "io/fileput.h"
#include "pki/object.h"

#include <stdio.h>

#define AT(field) offsetof(struct making_opts, field)

enum { FILE_MAX = 1 << 20, RSA_LEAST = 2048 };

static const struct opt out_rows[] = { { "--san", NULL, "LIST", opt_str, AT(san),
					       "these names instead of those that are there" },
	{ "--out", NULL, "FILE", opt_str, AT(out), "where to (default: standard output)" }, { 0 } };

static const struct opt sign_options[] = { { .rows = making_cert_rows },
	{ .rows = making_role_rows }, { .rows = out_rows },
	{ .rows = making_ca_rows, .help = "authority" },
	{ .rows = log_options, .at = AT(log), .help = "output" }, { 0 } };

static const struct opt renew_options[] = { { .rows = making_cert_rows }, { .rows = out_rows },
	{ .rows = making_ca_rows, .help = "authority" },
	{ .rows = log_options, .at = AT(log), .help = "output" }, { 0 } };

static bool as_requested(
	const struct object *o, const struct authority *a, struct issue *i, struct err *e)
{
	struct request r;
	struct pubkey key;
	if (o->kind != OBJECT_REQUEST)
		return err_set(e, ERR_INPUT, 0, "it is no certificate request");
	if (!request_read(o->der, &r, e) || !pubkey_read(r.spki, &key, e))
		return false;
	/* It would be taken for a root that vouches for itself. */
	if (name_equal(r.subject, a->cert.subject) || span_eq(r.spki, a->cert.spki))
		return err_set(e, ERR_INPUT, 0,
			"it asks for the authority's own name or key: nodes have names of their "
			"own");
	if (key.type == KEY_RSA && key.bits < RSA_LEAST)
		return err_set(e, ERR_INPUT, 0,
			"its RSA key of %u bits is too short (RFC 9325 4.5): make one of 2048 at "
			"least",
			key.bits);
	i->subject = r.subject;
	i->spki = r.spki;
	i->alt_names = r.alt_names;
	return true;
}

/* A certificate that the index knows and that is good, whatever its dates. */
static bool as_before(const struct object *o, struct authority *a, struct issue *i, struct err *e)
{
	struct cert c;
	struct pubkey key;
	struct sig_alg alg;
	if (o->kind != OBJECT_CERT)
		return err_set(e, ERR_INPUT, 0, "it is no certificate");
	if (!cert_read(o->der, &c, e))
		return false;
	const struct authority_entry *x = authority_find(a, c.serial);
	if (!x || !pubkey_read(a->cert.spki, &key, e) || !sig_alg_read(c.algorithm, &alg, e) ||
		!sig_verify(&alg, &key, c.tbs, c.signature))
		return err_set(e, ERR_INPUT, 0, "it was not issued by this authority");
	if (x->revoked)
		return err_set(e, ERR_INPUT, 0,
			"it is revoked, and its key may be in other hands: make a new one (dcmsec "
			"certs issue or request)");
	i->subject = c.subject;
	i->spki = c.spki;
	i->alt_names = c.alt_names;
	i->purposes = c.purposes & (PURPOSE_SERVER | PURPOSE_CLIENT);
	return true;
}

/* What is asked for, in i, which borrows from room. */
static bool wishes(struct making *m, struct authority *a, struct span file, bool renew,
	struct buf *room, struct issue *i, struct err *e)
{
	struct object object, second;
	struct err why = { 0 };
	bool ok = (object_next(&file, room, &object, &why) ||
			  err_set(&why, ERR_INPUT, 0, "there is nothing in it to sign")) &&
		(renew ? as_before(&object, a, i, &why) : as_requested(&object, a, i, &why));
	/* A request of which nothing is signed should not go unnoticed; a chain may be renewed. */
	if (ok && !renew && file.n &&
		(!object.pem.label.n || object_next(&file, room, &second, &why)))
		ok = err_set(&why, ERR_INPUT, 0, "there is more in it than one request");
	if (!ok)
		return err_set(e, ERR_INPUT, 0, "%s", why.text);
	if (!m->o->san)
		return true;
	if (!alt_names_write(m->o->san, &m->alt_names, e))
		return false;
	i->alt_names = buf_span(&m->alt_names);
	return true;
}

static bool hand_out(const struct making *m, struct span der, bool replace, struct err *e)
{
	char text[MAKING_ROOM];
	struct buf pem = buf_on(text, sizeof text);
	pem_write(&pem, "CERTIFICATE", der);
	if (m->o->out)
		return file_put(m->o->out, buf_span(&pem), 0644, replace, e);
	return m->log->json || (fwrite(text, 1, pem.n, stdout) == pem.n && fflush(stdout) == 0) ||
		err_set(e, ERR_SYSTEM, 0, "cannot write to standard output");
}

static bool sign_one(
	struct making *m, struct authority *a, const char *path, bool renew, struct err *e)
{
	struct mspan file;
	struct issue i;
	uint8_t room[AUTHORITY_CERT], decoded[MAKING_ROOM];
	struct buf cert = buf_on(room, sizeof room), store = buf_on(decoded, sizeof decoded);
	if (m->o->out && !renew && !files_absent(NULL, &m->o->out, 1, e))
		return false;
	if (!file_load(path, FILE_MAX, &file, e))
		return false;
	making_issue(m, &i);
	bool ok = wishes(m, a, span_of(file.p, file.n), renew, &store, &i, e) ||
		err_in(e, ", in %s", path);
	ok = ok && making_fit(m, a, &i, e) && authority_issue(a, &i, &m->random, &cert, e);
	if (ok) {
		making_report(m->log, renew ? "renewed" : "signed", &i, buf_span(&cert), m->o->out,
			m->o->out ? m->o->out : "standard output");
		ok = hand_out(m, buf_span(&cert), renew, e) ||
			err_in(e, "; the certificate is in %s/issued", a->dir);
	}
	file_free(&file);
	return ok;
}

static int run(struct making_opts *o, const struct call *call, bool renew)
{
	struct making m;
	struct authority a;
	struct err e = { 0 };
	log_start(&o->log, call);
	if (call->n != 1)
		return call_usage(call,
			renew ? "which certificate? Give its file"
			      : "which request? Give its file");
	pass_warn(&o->pass, &o->log);
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
	return run(state, call, false);
}

static int run_renew(void *state, const struct call *call)
{
	return run(state, call, true);
}

const struct applet certs_sign = {
	.name = "sign",
	.usage = "[OPTION]... REQUEST",
	.summary = "issue a certificate for a request",
	.notes = "Unless --san says others, the names that it asks for are in the certificate:\n"
		 "--verbose tells them. Look at them before the certificate leaves the house.\n",
	.options = sign_options,
	.size = sizeof(struct making_opts),
	.run = run_sign,
};

const struct applet certs_renew = {
	.name = "renew",
	.usage = "[OPTION]... CERTIFICATE",
	.summary = "issue a certificate anew for the same key, names and role",
	.options = renew_options,
	.size = sizeof(struct making_opts),
	.run = run_renew,
};
