/* SPDX-License-Identifier: MIT */
/* `dcmsec certs init`: an authority of one's own, in a directory. */
#include "app/certs.h"
#include "app/making.h"
#include "base/wipe.h"

#include <stdio.h>

#define AT(field) offsetof(struct making_opts, field)

enum { ROOT_DAYS = 3650 };

static const struct opt options[] = { { "--dir", NULL, "DIR", opt_str, AT(dir),
					      "the directory to make (default: ca)" },
	{ "--name", NULL, "NAME", opt_str, AT(name), "the authority's name: St. Elsewhere" },
	{ "--days", NULL, "N", opt_int, AT(days), "how long it is valid (3650)", .min = 1,
		.max = 36500 },
	{ .rows = making_time_rows },
	{ "--intermediates", NULL, NULL, opt_flag, AT(intermediates),
		"it may certify further authorities (default: nodes only)" },
	{ .rows = making_key_rows, .help = "key" },
	{ .rows = log_options, .at = AT(log), .help = "output" }, { 0 } };

static void report(struct making *m, const struct issue *i, struct span cert)
{
	char file[4096], then[8192];
	snprintf(file, sizeof file, "%s/ca.pem", m->o->dir);
	snprintf(then, sizeof then,
		"%s is to be trusted by every node; %s/ca.key stays here and is secret", file,
		m->o->dir);
	making_report(m->log, "authority", i, cert, file, then);
}

static bool make(struct making *m, struct err *e)
{
	struct issue i;
	uint8_t serial[16], room[AUTHORITY_CERT], pem[MAKING_ROOM];
	struct buf cert = buf_on(room, sizeof room), key = buf_on(pem, sizeof pem);
	if (!making_names(m, e) || !making_key(m, e) ||
		!drbg_bytes(&m->random.rand.private, (struct mspan){ serial, sizeof serial }, e))
		return false;
	serial[0] = (uint8_t)((serial[0] & 0x7f) | 0x40);
	making_issue(m, &i);
	i.issuer = i.subject;
	i.serial = span_of(serial, sizeof serial);
	i.ca = true;
	i.path_length = m->o->intermediates ? -1 : 0;
	i.usage = USAGE_CERT_SIGN | USAGE_CRL_SIGN;
	i.purposes = 0;
	i.alt_names = (struct span){ 0 };
	uint8_t id[20];
	if (issue_key_id(i.spki, id))
		i.issuer_key_id = span_of(id, sizeof id);
	if (!issue_cert(&i, m->key, &cert))
		return err_set(e, ERR_LIMIT, 0, "the certificate is too large");
	const bool ok = making_key_pem(m, "the authority's key", &key, e) &&
		authority_make(m->o->dir, buf_span(&cert), buf_span(&key), e);
	wipe(pem, sizeof pem);
	if (ok)
		report(m, &i, buf_span(&cert));
	return ok;
}

static int run(void *state, const struct call *call)
{
	struct making_opts *o = state;
	struct making m;
	struct err e = { 0 };
	log_start(&o->log, call);
	if (call->n || !o->name)
		return call_usage(call, "whose authority? Give --name NAME");
	o->dir = o->dir ? o->dir : "ca";
	o->days = o->days ? o->days : ROOT_DAYS;
	if (making_open(&m, o, &e)) {
		make(&m, &e);
		making_close(&m);
	}
	return making_done(&o->log, &e);
}

const struct applet certs_init = {
	.name = "init",
	.usage = "--name NAME [OPTION]...",
	.summary = "make an authority: a root certificate and the directory it issues from",
	.options = options,
	.size = sizeof(struct making_opts),
	.run = run,
};
