/* SPDX-License-Identifier: MIT */
/* `dcmsec certs revoke`, and `dcmsec crl make`, which tells the nodes of it. */
#include "app/certs.h"
#include "app/crl.h"
#include "app/making.h"
#include "base/hex.h"
#include "io/clock.h"
#include "io/trust.h"
#include "pki/crl.h"

#include <string.h>

enum { DAY = 86400, CRL_DAYS = 30 };

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
	{ .rows = making_ca_rows, .help = "authority" },
	{ .rows = log_options, .at = AT(o.log), .help = "output" }, { 0 } };

/* A serial number as it is listed, or the file of the certificate. */
static bool revoke_one(struct authority *a, const char *which, unsigned reason, struct err *e)
{
	uint8_t serial[AUTHORITY_SERIAL];
	size_t n;
	struct certs certs;
	struct cert c;
	if (hex_bytes(which, serial, sizeof serial, &n) && n)
		return authority_revoke(a, span_of(serial, n), clock_seconds(), reason, e);
	if (!certs_load(&certs, which, e))
		return false;
	const bool ok = cert_read(certs.der[0], &c, e) &&
		(name_equal(c.issuer, a->cert.subject) ||
			err_set(e, ERR_INPUT, 0, "%s was not issued by this authority", which)) &&
		authority_revoke(a, c.serial, clock_seconds(), reason, e);
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
	if (authority_open(&a, r->o.dir ? r->o.dir : "ca", &r->o.pass, &e)) {
		for (int i = 0; i < call->n && e.kind == ERR_NONE; i++)
			revoke_one(&a, call->operands[i], (unsigned)r->reason, &e);
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
	{ .rows = making_ca_rows, .help = "authority" },
	{ .rows = log_options, .at = AT(o.log), .help = "output" }, { 0 } };

static int run_crl(void *state, const struct call *call)
{
	struct revoke *r = state;
	struct authority a;
	struct err e = { 0 };
	uint64_t number;
	const char *dir = r->o.dir ? r->o.dir : "ca";
	const int64_t now = clock_seconds();
	log_start(&r->o.log, call);
	if (call->n)
		return call_usage(call, "no operands are taken");
	if (authority_open(&a, dir, &r->o.pass, &e)) {
		const int64_t days = r->o.days ? r->o.days : CRL_DAYS;
		if (authority_crl(&a, now, now + days * DAY, &number, &e))
			log_line(&r->o.log, LOG_NOTE,
				"%s/ca.crl is number %llu, good for %lld days", dir,
				(unsigned long long)number, (long long)days);
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
