/* SPDX-License-Identifier: MIT */
/* `dcmsec certs revoke`, and `dcmsec crl make`, which tells the nodes of it. */
#include "app/certs.h"
#include "app/crl.h"
#include "app/making.h"
#include "app/pass.h"
#include "base/date.h"
#include "base/hex.h"
#include "cli/json.h"
#include "io/trust.h"
#include "pki/crl.h"

#include <stdio.h>
#include <string.h>

enum { CRL_DAYS = 30 };

struct revoke {
	struct making_opts o; /* first: the shared rows are relative to it */
	int reason;
};

#define AT(field) offsetof(struct revoke, field)

static bool set_reason(void *field, const struct opt_use *use, struct err *e)
{
	int *reason = field;
	for (unsigned r = 0; r <= 10; r++)
		if (r != CRL_REMOVE && strcmp(use->values[0], crl_reason_name(r)) == 0) {
			*reason = (int)r;
			return true;
		}
	return err_set(e, ERR_USAGE, 0,
		"reasons are keyCompromise, affiliationChanged, superseded, cessationOfOperation, "
		"certificateHold, privilegeWithdrawn and unspecified");
}

static const struct opt revoke_options[] = { { "--reason", NULL, "REASON", set_reason, AT(reason),
						     "why: keyCompromise, superseded, ..." },
	{ .rows = making_time_rows }, { .rows = making_ca_rows, .help = "authority" },
	{ .rows = log_options, .at = AT(o.log), .help = "output" }, { 0 } };

static void report(struct revoke *r, const struct authority_entry *x)
{
	struct json json;
	char serial[64], date[DATE_TEXT];
	hex_text(span_of(x->serial, x->serial_n), serial, sizeof serial);
	date_text(x->revoked, date);
	if (!r->o.log.json) {
		log_line(&r->o.log, LOG_NOTE, "%s, serial %s: revoked", x->subject, serial);
		return;
	}
	json_begin(&json, "revoked");
	json_str(&json, "subject", x->subject);
	json_str(&json, "serial", serial);
	json_str(&json, "date", date);
	json_str(&json, "reason", crl_reason_name(x->reason));
	json_write(&json, NULL);
}

/* A serial number as it is listed, or the file of the certificate. */
static bool revoke_one(struct revoke *r, struct authority *a, const char *which, struct err *e)
{
	uint8_t octets[AUTHORITY_SERIAL];
	size_t n = 0;
	struct certs certs = { 0 };
	struct cert c;
	struct span serial = { 0 };
	if (hex_bytes(which, octets, sizeof octets, &n) && n) {
		serial = span_of(octets, n);
	} else {
		if (!certs_load(&certs, which, e))
			return false;
		if (!cert_read(certs.der[0], &c, e))
			err_in(e, ", in %s", which);
		else if (!name_equal(c.issuer, a->cert.subject))
			err_set(e, ERR_INPUT, 0, "%s was not issued by this authority", which);
		else
			serial = c.serial;
	}
	const bool ok = e->kind == ERR_NONE &&
		(authority_revoke(a, serial, making_now(&r->o), (unsigned)r->reason, e) ||
			err_in(e, ": %s", which));
	if (ok)
		report(r, authority_find(a, serial));
	certs_free(&certs);
	return ok;
}

static int run_revoke(void *state, const struct call *call)
{
	struct revoke *r = state;
	struct authority a;
	struct err e = { 0 };
	log_start(&r->o.log, call);
	if (call->n == 0)
		return call_usage(call, "which certificates? Give serial numbers or files");
	pass_warn(&r->o.pass, &r->o.log);
	if (authority_open(&a, r->o.dir ? r->o.dir : "ca", &r->o.pass, &e)) {
		for (int i = 0; i < call->n && e.kind == ERR_NONE; i++)
			revoke_one(r, &a, call->operands[i], &e);
		if (e.kind == ERR_NONE)
			log_line(&r->o.log, LOG_NOTE,
				"now make a CRL (dcmsec crl make) and give it to the nodes");
		authority_close(&a);
	}
	return making_done(&r->o.log, &e);
}

const struct applet certs_revoke = {
	.name = "revoke",
	.usage = "[OPTION]... SERIAL|FILE...",
	.summary = "take back certificates: they go into the next CRL",
	.options = revoke_options,
	.size = sizeof(struct revoke),
	.run = run_revoke,
};

static const struct opt crl_options[] = { { "--days", NULL, "N", opt_int, AT(o.days),
						  "until the next one (30)", .min = 1,
						  .max = 36500 },
	{ .rows = making_time_rows }, { .rows = making_ca_rows, .help = "authority" },
	{ .rows = log_options, .at = AT(o.log), .help = "output" }, { 0 } };

static void report_crl(struct revoke *r, const char *dir, uint64_t number, int64_t next)
{
	struct json json;
	char file[4096], date[DATE_TEXT];
	snprintf(file, sizeof file, "%s/ca.crl", dir);
	date_text(next, date);
	if (!r->o.log.json) {
		log_line(&r->o.log, LOG_NOTE, "%s is number %llu, good until %s", file,
			(unsigned long long)number, date);
		return;
	}
	json_begin(&json, "crl");
	json_str(&json, "file", file);
	json_uint(&json, "number", number);
	json_str(&json, "next", date);
	json_write(&json, NULL);
}

static int run_crl(void *state, const struct call *call)
{
	struct revoke *r = state;
	struct authority a;
	struct err e = { 0 };
	uint64_t number;
	const char *dir = r->o.dir ? r->o.dir : "ca";
	log_start(&r->o.log, call);
	if (call->n)
		return call_usage(call, "no operands are taken");
	pass_warn(&r->o.pass, &r->o.log);
	if (authority_open(&a, dir, &r->o.pass, &e)) {
		const int64_t days = r->o.days ? r->o.days : CRL_DAYS;
		const int64_t next = making_now(&r->o) + days * MAKING_DAY;
		if (authority_crl(&a, making_from(&r->o), next, &number, &e))
			report_crl(r, dir, number, next);
		authority_close(&a);
	}
	return making_done(&r->o.log, &e);
}

const struct applet crl_make = {
	.name = "make",
	.usage = "[OPTION]...",
	.summary = "make the authority's next CRL",
	.options = crl_options,
	.size = sizeof(struct revoke),
	.run = run_crl,
};
