/* SPDX-License-Identifier: MIT */
/* `dcmsec hash`: the names that certificates and CRLs have in OpenSSL's hashed directories. */
#include "cli/applet.h"
#include "cli/exit.h"
#include "cli/json.h"
#include "cli/log.h"
#include "io/crlfile.h"
#include "io/objects.h"
#include "pki/cert.h"
#include "pki/name.h"

#include <stdio.h>

extern const struct applet applet_hash;

struct hash {
	struct log log;
	bool old, issuer;
	int files;
};

#define AT(field) offsetof(struct hash, field)

static const struct opt options[] = {
	{ "--issuer", NULL, NULL, opt_flag, AT(issuer),
		"hash the issuer's name of a certificate, not the subject's" },
	{ "--old", NULL, NULL, opt_flag, AT(old), "as OpenSSL before 1.0 did (MD5)" },
	{ .rows = log_options, .at = AT(log), .help = "output" }, { 0 }
};

static void print_json(const char *path, const char *kind, struct span subject, struct span issuer)
{
	static const struct {
		const char *key;
		bool old, issuer;
	} rows[] = { { "hash", false, false }, { "hash_old", true, false },
		{ "issuer_hash", false, true }, { "issuer_hash_old", true, true } };
	struct json json;
	char text[NAME_TEXT];
	json_begin(&json, "hash");
	json_str(&json, "file", path);
	json_str(&json, "kind", kind);
	for (size_t i = 0; i < 4; i++) {
		const struct span name = rows[i].issuer ? issuer : subject;
		uint32_t h = 0;
		char digits[12];
		if (name.n && (rows[i].old ? name_hash_old : name_hash)(name, &h)) {
			snprintf(digits, sizeof digits, "%08lx", (unsigned long)h);
			json_str(&json, rows[i].key, digits);
		}
	}
	if (subject.n)
		json_str(&json, "subject", name_text(subject, text, sizeof text));
	json_str(&json, "issuer", name_text(issuer, text, sizeof text));
	json_write(&json, NULL);
}

static void print(const struct hash *s, const char *path, struct span name)
{
	uint32_t h = 0;
	if (!(s->old ? name_hash_old : name_hash)(name, &h))
		return; /* cannot be: names are checked when they are read */
	if (s->files > 1)
		printf("%08lx %s\n", (unsigned long)h, path);
	else
		printf("%08lx\n", (unsigned long)h);
}

static bool one(void *arg, const char *path, const struct object *o, struct err *e)
{
	const struct hash *s = arg;
	struct cert c;
	if (o->kind == OBJECT_CERT) {
		if (!cert_read(o->der, &c, e))
			return false;
		if (s->log.json)
			print_json(path, "certificate", c.subject, c.issuer);
		else
			print(s, path, s->issuer ? c.issuer : c.subject);
	} else if (o->kind == OBJECT_CRL) {
		struct crl *crl = crl_new(o->der, e);
		if (!crl)
			return false;
		if (s->log.json)
			print_json(path, "crl", (struct span){ 0 }, crl->issuer);
		else
			print(s, path, crl->issuer);
		crl_free(crl);
	}
	return true;
}

static int run(void *state, const struct call *call)
{
	struct hash *s = state;
	int worst = EXIT_DONE;
	log_start(&s->log, call);
	if (call->n == 0)
		return call_usage(call, "which certificates or CRLs? Give their files");
	s->files = call->n;
	for (int i = 0; i < call->n; i++) {
		struct err e = { 0 };
		if (!objects_of(call->operands[i], one, s, &e)) {
			log_line(&s->log, LOG_ERROR, "%s", e.text);
			worst = EXIT_INPUT;
		}
	}
	return worst;
}

const struct applet applet_hash = {
	.name = "hash",
	.usage = "[OPTION]... FILE...",
	.summary = "print the hashes by which OpenSSL looks up certificates and CRLs",
	.notes = "One line for each certificate (its subject) and CRL (its issuer): the hash, and "
		 "the "
		 "file where there are several. The values are those of openssl x509 -hash, "
		 "-issuer_hash, -subject_hash_old, -issuer_hash_old and openssl crl -hash.\n"
		 "Exit codes: 0 done, 2 wrong usage, 3 a file cannot be read.\n",
	.options = options,
	.size = sizeof(struct hash),
	.run = run,
};
