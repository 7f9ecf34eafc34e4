/* SPDX-License-Identifier: MIT */
/* `dcmsec certs match`: do a private key and a certificate belong together? */
#include "app/certs.h"
#include "app/pass.h"
#include "app/trust.h"
#include "cli/exit.h"
#include "cli/json.h"
#include "cli/log.h"
#include "io/file.h"
#include "pki/cert.h"
#include "pki/name.h"

#include <stdio.h>

struct match {
	struct log log;
	const char *key, *cert;
	struct pass_opts pass;
};

#define AT(field) offsetof(struct match, field)

static const struct opt options[] = { { "--key", NULL, "FILE", opt_str, AT(key),
					      "the private key, or a PKCS#12 file with it" },
	{ "--cert", NULL, "FILE", opt_str, AT(cert), "the certificate (PEM or DER)" },
	{ .rows = pass_rows, .at = AT(pass), .help = "password" },
	{ .rows = log_options, .at = AT(log), .help = "output" }, { 0 } };

static void report(const struct match *m, const struct key *k, bool same)
{
	struct json json;
	const char *kind = k->type == KEY_RSA ? "RSA" : "EC";
	if (!m->log.json) {
		printf("%s: %s key of %u bits %s %s\n", m->key, kind, k->bits,
			same ? "belongs to" : "does not belong to", m->cert);
		return;
	}
	json_begin(&json, "match");
	json_str(&json, "key", m->key);
	json_str(&json, "cert", m->cert);
	json_str(&json, "kind", kind);
	json_uint(&json, "bits", k->bits);
	json_bool(&json, "match", same);
	json_write(&json, NULL);
}

static int answer(const struct match *m, const struct key *k, struct err *e)
{
	struct certs certs;
	struct cert c;
	struct pubkey pub;
	if (!certs_load(&certs, m->cert, e))
		return EXIT_INPUT;
	const bool read = cert_read(certs.der[0], &c, e) && pubkey_read(c.spki, &pub, e);
	const bool same = read && key_matches(k, &pub);
	certs_free(&certs);
	if (!read) {
		err_in(e, ", in %s", m->cert);
		return EXIT_INPUT;
	}
	report(m, k, same);
	return same ? EXIT_DONE : EXIT_REFUSED;
}

static int run(void *state, const struct call *call)
{
	struct match *m = state;
	struct err e = { 0 };
	log_start(&m->log, call);
	if (call->n || !m->key || !m->cert)
		return call_usage(call, "give --key FILE and --cert FILE");
	pass_warn(&m->pass, &m->log);
	struct key *k = secret_new(sizeof *k);
	int code = EXIT_INPUT;
	if (!k)
		err_set(&e, ERR_SYSTEM, 0, "no memory for the private key");
	else if (keyfile_load(m->key, &m->pass, k, &e))
		code = answer(m, k, &e);
	secret_free(k, sizeof *k);
	if (e.kind != ERR_NONE)
		log_line(&m->log, LOG_FATAL, "%s", e.text);
	return code;
}

const struct applet certs_match = {
	.name = "match",
	.usage = "--key FILE --cert FILE [OPTION]...",
	.summary = "tell whether a private key and a certificate belong together",
	.notes = "Exit codes: 0 they do, 1 they do not, 2 wrong usage, 3 a file cannot be read.\n",
	.options = options,
	.size = sizeof(struct match),
	.run = run,
};
