/* SPDX-License-Identifier: MIT */
/* `dcmsec crl show`, `check` and `verify`. */
#include "app/certs_each.h"
#include "app/certs_judge.h"
#include "app/crl.h"
#include "app/trust.h"
#include "base/date.h"
#include "base/hex.h"
#include "cli/exit.h"
#include "cli/json.h"
#include "cli/log.h"
#include "io/crlfile.h"
#include "pki/name.h"
#include "pki/sig.h"

#include <stdio.h>

struct show {
	struct log log;
	struct trust_opts trust;
	char *certs; /* a file or folder of certificates that a list may revoke; or NULL */
	const char *path;
	const struct crl *crl; /* the present one */
	unsigned revoked;      /* certificates found in it */
	struct trust *open;
	int64_t now;
	int state;
};

#define AT(field) offsetof(struct show, field)

static bool set_at(void *field, const struct opt_use *use, struct err *e)
{
	struct show *s = field;
	s->trust.has_at = true;
	return opt_time(&s->trust.at, use, e);
}

/* A second one would go unnoticed, and with it what is revoked. */
static bool set_certs(void *field, const struct opt_use *use, struct err *e)
{
	char **certs = field;
	if (*certs)
		return err_set(e, ERR_USAGE, 0, "it is given once: put the files into one folder");
	*certs = use->values[0];
	return true;
}

static const struct opt show_options[] = { { "--certs", NULL, "PATH", set_certs, AT(certs),
						   "tell which certificates in this file or folder "
						   "are revoked" },
	{ .rows = log_options, .at = AT(log), .help = "output" }, { 0 } };

static void show_revoked(void *arg, const char *path, const struct cert *c)
{
	struct show *s = arg;
	char subject[NAME_TEXT], serial[64], since[DATE_TEXT];
	struct crl_entry entry;
	if (!crl_find(s->crl, c->issuer, c->serial, &entry))
		return;
	s->revoked++;
	name_text(c->subject, subject, sizeof subject);
	hex_text(c->serial, serial, sizeof serial);
	date_text(entry.date, since);
	if (s->log.json) {
		struct json j;
		json_begin(&j, "revoked");
		json_str(&j, "crl", s->path);
		json_str(&j, "file", path);
		json_str(&j, "subject", subject);
		json_str(&j, "serial", serial);
		json_str(&j, "since", since);
		json_str(&j, "reason", crl_reason_name(entry.reason));
		json_write(&j, NULL);
	} else {
		printf("  revokes  %s: %s, serial %s, since %s, %s\n", path, subject, serial, since,
			crl_reason_name(entry.reason));
	}
}

/* Which of the certificates in --certs the list names, by issuer and serial. */
static void show_certs(struct show *s, const struct crl *c)
{
	s->crl = c;
	s->revoked = 0;
	if (!s->certs)
		return;
	if (!certs_each(&s->certs, 1, &s->log, show_revoked, s))
		s->state = EXIT_INPUT;
	if (s->revoked == 0 && !s->log.json)
		printf("  revokes  none of the certificates in --certs\n");
}

static bool show_one(void *arg, struct crl *c, struct err *e)
{
	struct show *s = arg;
	char issuer[NAME_TEXT], from[DATE_TEXT], to[DATE_TEXT], number[64];
	(void)e;
	name_text(c->issuer, issuer, sizeof issuer);
	date_text(c->this_update, from);
	date_text(c->next_update, to);
	hex_text(c->number, number, sizeof number);
	if (s->log.json) {
		struct json j;
		json_begin(&j, "crl");
		json_str(&j, "file", s->path);
		json_str(&j, "issuer", issuer);
		json_str(&j, "from", from);
		json_str(&j, "next", c->has_next ? to : NULL);
		json_str(&j, "number", c->number.n ? number : NULL);
		json_uint(&j, "entries", c->entries.n);
		json_bool(&j, "delta", c->base.n != 0);
		json_write(&j, NULL);
	} else {
		printf("%s\n  issuer   %s\n  made     %s\n  next     %s\n  number   %s\n  entries  "
		       "%zu%s\n",
			s->path, issuer, from, c->has_next ? to : "none",
			c->number.n ? number : "none", c->entries.n,
			c->base.n ? "\n  a delta CRL" : "");
	}
	show_certs(s, c);
	crl_free(c);
	return true;
}

static int each_crl(struct show *s, const struct call *call,
	bool (*take)(void *arg, struct crl *c, struct err *e))
{
	int worst = EXIT_DONE;
	for (int i = 0; i < call->n; i++) {
		struct err e = { 0 };
		s->path = call->operands[i];
		if (!crl_file(s->path, take, s, &e)) {
			log_line(&s->log, LOG_ERROR, "%s", e.text);
			worst = EXIT_INPUT;
		}
	}
	return worst;
}

static int run_show(void *state, const struct call *call)
{
	struct show *s = state;
	log_start(&s->log, call);
	if (call->n == 0)
		return call_usage(call, "which CRL? Give its file");
	const int code = each_crl(s, call, show_one);
	return code != EXIT_DONE ? code : s->state;
}

const struct applet crl_show = {
	.name = "show",
	.usage = "[OPTION]... FILE...",
	.summary =
		"show issuer, dates, number and size of CRLs, and which certificates they revoke",
	.notes = "Exit codes: 0 done, 2 wrong usage, 3 a file cannot be read.\n",
	.options = show_options,
	.size = sizeof(struct show),
	.run = run_show,
};

/* ---- check */

static const struct opt check_options[] = {
	{ .rows = trust_rows, .at = AT(trust), .help = "trust" },
	{ .rows = log_options, .at = AT(log), .help = "output" }, { 0 }
};

static void tell_check(
	const struct log *log, const char *file, const struct pki_judge *j, bool good)
{
	struct json json;
	if (!log->json) {
		printf("%s: %s%s\n", file,
			good ? "not revoked" : "refused: ", judge_error(j)->text);
		return;
	}
	json_begin(&json, "check");
	json_str(&json, "file", file);
	json_bool(&json, "good", good);
	if (!good)
		json_str(&json, "reason", judge_error(j)->text);
	json_write(&json, NULL);
}

static int run_check(void *state, const struct call *call)
{
	struct show *s = state;
	if (s->trust.revocation == PKI_CRL_OFF)
		s->trust.revocation = PKI_CRL_LEAF;
	return certs_judge(call, &s->trust, PKI_ANY, &s->log, tell_check);
}

const struct applet crl_check = {
	.name = "check",
	.usage = "--ca FILE --crl FILE [OPTION]... CERTIFICATE...",
	.summary = "tell whether certificates are revoked, with the reason for the answer",
	.notes = "Exit codes: 0 not revoked, 1 revoked or not to be told, 2 wrong usage, 3 a file "
		 "cannot be "
		 "read.\n",
	.options = check_options,
	.size = sizeof(struct show),
	.run = run_check,
};

/* ---- verify: the list itself, by the certificate of its issuer */

/* Whether one of the trusted certificates of the issuer's name may have signed it, and did. */
static const char *verify_signature(struct trust *t, const struct crl *c)
{
	const char *why = "no trusted certificate of its issuer was found: give it with --ca";
	struct pki_found found;
	for (size_t i = 0; t->source->find(t->source, PKI_CERTS, c->issuer, i, &found); i++) {
		struct cert ca;
		struct pubkey key;
		if (!cert_read(found.der, &ca, NULL) || !name_equal(ca.subject, c->issuer) ||
			!pubkey_read(ca.spki, &key, NULL))
			continue;
		why = "its signature does not verify: install it anew (RFC 5280 6.3.3 g)";
		if (!crl_verify(c, &key, NULL))
			continue;
		if (ca.usage & USAGE_CRL_SIGN)
			return NULL;
		return "its issuer's key usage lacks cRLSign (RFC 5280 6.3.3 f)";
	}
	return why;
}

static const char *verify_list(struct show *s, const struct crl *c)
{
	if (c->unknown.n)
		return "it has a critical extension that is not understood (RFC 5280 5.2)";
	if (s->now < c->this_update)
		return "it is not valid yet: correct this host's clock";
	if (c->has_next && s->now > c->next_update)
		return "it has expired: install a new one";
	return verify_signature(s->open, c);
}

static bool verify_one(void *arg, struct crl *c, struct err *e)
{
	struct show *s = arg;
	const char *why = verify_list(s, c);
	(void)e;
	crl_free(c);
	s->state |= why != NULL;
	if (s->log.json) {
		struct json j;
		json_begin(&j, "crl");
		json_str(&j, "file", s->path);
		json_bool(&j, "good", !why);
		json_str(&j, "reason", why);
		json_write(&j, NULL);
	} else {
		printf("%s: %s%s\n", s->path, why ? "refused: " : "good", why ? why : "");
	}
	return true;
}

static int run_verify(void *state, const struct call *call)
{
	struct show *s = state;
	struct trust t;
	struct err e = { 0 };
	log_start(&s->log, call);
	if (call->n == 0)
		return call_usage(call, "which CRL? Give its file");
	if (!trust_open(&t, &s->trust, &e)) {
		log_line(&s->log, LOG_FATAL, "%s", e.text);
		return EXIT_INPUT;
	}
	s->open = &t;
	s->now = trust_now(&s->trust);
	const int code = each_crl(s, call, verify_one);
	trust_close(&t);
	return code != EXIT_DONE ? code : s->state ? EXIT_REFUSED : EXIT_DONE;
}

static const struct opt verify_options[] = { { "--ca", NULL, "FILE", opt_list, AT(trust.ca),
						     "the issuer's certificate (repeats)" },
	{ "--ca-dir", NULL, "DIR", opt_list, AT(trust.ca_dir),
		"a hashed directory with it (repeats)" },
	{ "--at", NULL, "TIME", set_at, 0, "as of this time: @EPOCH or ISO 8601" },
	{ .rows = log_options, .at = AT(log), .help = "output" }, { 0 } };

const struct applet crl_verify_applet = {
	.name = "verify",
	.usage = "--ca FILE [OPTION]... FILE...",
	.summary = "check the signature and the dates of CRLs",
	.notes = "Exit codes: 0 good, 1 refused, 2 wrong usage, 3 a file cannot be read.\n",
	.options = verify_options,
	.size = sizeof(struct show),
	.run = run_verify,
};
