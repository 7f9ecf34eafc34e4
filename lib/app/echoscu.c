/* SPDX-License-Identifier: MIT */
#include "app/echoscu.h"

#include "dicom/uid.h"
#include "io/trust.h"
#include "pki/cert.h"

#include <stdio.h>
#include <stdlib.h>

#define AT(field) offsetof(struct echoscu, field)
#define JPEG "1.2.840.10008.1.2.4." /* PS3.6 Table A-1 */

static const char *const syntaxes[ECHOSCU_SYNTAXES] = { UID_IMPLICIT_LE, UID_EXPLICIT_LE,
	UID_EXPLICIT_BE, JPEG "50", JPEG "51", JPEG "52", JPEG "53", JPEG "54", JPEG "55",
	JPEG "56", JPEG "57", JPEG "58", JPEG "59", JPEG "60", JPEG "61", JPEG "62", JPEG "63",
	JPEG "64", JPEG "65", JPEG "66", JPEG "70", "1.2.840.10008.1.2.5", UID_DEFLATED_LE,
	JPEG "80", JPEG "81", JPEG "90", JPEG "91", JPEG "92", JPEG "93", JPEG "100", JPEG "101",
	JPEG "102", JPEG "103", JPEG "104", JPEG "105", JPEG "106", JPEG "107", JPEG "108" };

const struct opt echoscu_rows[] = {
	{ NULL, "-pts --propose-ts", "N", opt_int, AT(syntaxes),
		"propose so many transfer syntaxes", .min = 1, .max = ECHOSCU_SYNTAXES },
	{ NULL, "-ppc --propose-pc", "N", opt_int, AT(contexts),
		"propose so many presentation contexts", .min = 1, .max = PDU_CONTEXTS },
	{ NULL, "--abort", NULL, opt_flag, AT(abort), "end with an abort" },
	{ .help = "certificates in files" },
	{ NULL, "+vc --verify-cert", "FILE", opt_str, AT(verify),
		"judge this certificate by the CA settings, and end" },
	{ NULL, "+rc --is-root-cert", "FILE", opt_str, AT(root),
		"tell whether it is a self-signed root CA, and end" },
	{ 0 },
};

const struct opt_rule echoscu_rules[] = {
	NODE_DCMTK_RULES("--enable-tls --anonymous-tls"),
	{ 0 },
};

unsigned echoscu_offers(const struct echoscu *o, struct pdu_offer *offers)
{
	for (int i = 0; i < o->contexts; i++)
		offers[i] = (struct pdu_offer){ UID_VERIFICATION, syntaxes, (unsigned)o->syntaxes };
	return (unsigned)o->contexts;
}

enum { NOT_ACCEPTED = 22, SCRATCH = 64 * 1024 };

static bool accepted(const struct trust_opts *opts, const struct certs *certs, struct err *e)
{
	const struct mspan scratch = { malloc(SCRATCH), SCRATCH };
	struct trust t;
	struct pki_judge j;
	bool good = false;
	if (trust_open(&t, opts, e)) {
		judge_init(&j, &t.rules, opts->host, trust_now(opts),
			scratch.p ? scratch : (struct mspan){ 0 });
		good = judge_certs(&j, certs->der, certs->n);
		if (!good)
			*e = *judge_error(&j);
		trust_close(&t);
	}
	free(scratch.p);
	return good;
}

/* It trusts itself, and may sign others (RFC 5280 4.2.1.9). */
static bool is_root(const char *file, const struct certs *certs, struct err *e)
{
	struct cert c;
	const struct trust_opts itself = { .ca = { .v = &file, .n = 1 } };
	if (!cert_read(certs->der[0], &c, e))
		return false;
	if (!cert_self_issued(&c) || !c.ca)
		return err_set(e, ERR_TRUST, 0, "%s", c.ca ? "another issued it" : "it is no CA");
	return accepted(&itself, certs, e);
}

int echoscu_judge(const struct echoscu *o, const struct node_opts *node, struct log *log)
{
	const char *file = o->verify ? o->verify : o->root;
	struct certs certs = { 0 };
	struct err e = { 0 };
	const bool good = certs_load(&certs, file, &e) &&
		(o->verify ? accepted(&node->secure.trust, &certs, &e) : is_root(file, &certs, &e));
	if (!good)
		log_line(log, LOG_ERROR, "%s: %s", file, e.text);
	if (o->verify)
		printf("Verification of certificate '%s' %s.\n", file, good ? "passed" : "failed");
	else
		printf("Certificate '%s' is %sa valid, self-signed root CA.\n", file,
			good ? "" : "not ");
	certs_free(&certs);
	return good ? 0 : NOT_ACCEPTED;
}
