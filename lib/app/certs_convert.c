/* SPDX-License-Identifier: MIT */
/* `dcmsec certs convert`: between PEM, DER and PKCS#12, and keys with and without a password. */
#include "app/certs.h"
#include "app/making.h"
#include "app/pass.h"
#include "base/wipe.h"
#include "cli/exit.h"
#include "io/file.h"
#include "io/fileput.h"
#include "pki/object.h"
#include "pki/pkcs12.h"

#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 1 << 20, ROOM = 1 << 20, KEY_ROOM = 8192 };

enum form { FORM_PEM, FORM_DER, FORM_PKCS12 };

struct convert {
	struct log log;
	int form;
	bool encrypt, key_only;
	const char *key, *out;
	struct pass_opts pass, new_pass;
};

#define AT(field) offsetof(struct convert, field)

static bool set_form(void *field, const struct opt_use *use, struct err *e)
{
	static const char *const words[] = { "pem", "der", "pkcs12" };
	int *form = field;
	for (int i = 0; i < 3; i++)
		if (strcmp(use->values[0], words[i]) == 0) {
			*form = i;
			return true;
		}
	return err_set(e, ERR_USAGE, 0, "the form is pem, der or pkcs12");
}

static const struct opt options[] = { { "--to", NULL, "FORM", set_form, AT(form),
					      "pem (default), der or pkcs12" },
	{ "--out", NULL, "FILE", opt_str, AT(out), "where to; what is there is not overwritten" },
	{ "--key", NULL, "FILE", opt_str, AT(key),
		"for pkcs12: the key that belongs to the certificate" },
	{ "--key-only", NULL, NULL, opt_flag, AT(key_only),
		"the key of the file, not its certificates" },
	{ "--encrypt", NULL, NULL, opt_flag, AT(encrypt), "encrypt the key that is written" },
	{ .rows = making_new_pass_rows, .at = AT(new_pass) },
	{ .rows = pass_rows, .at = AT(pass), .help = "password of the key that is read" },
	{ .rows = log_options, .at = AT(log), .help = "output" }, { 0 } };

/* All that a conversion holds at once; secret, and wiped as a whole. */
struct work {
	const struct convert *o;
	struct entropy random;
	struct span file;
	struct key key;
	struct buf pkcs8, decoded, out;
	struct pkcs12 p12;
	struct span certs[PKCS12_CERTS];
	size_t n;
	uint8_t key_room[KEY_ROOM], decoded_room[ROOM], out_room[ROOM], scratch[ROOM];
};

static bool open_key(void *arg, const struct span *password, struct mspan work, struct err *e)
{
	struct work *w = arg;
	w->pkcs8.n = 0;
	return key_load_pkcs8(w->file, password, work, &w->key, &w->pkcs8, e);
}

static bool open_pkcs12(void *arg, const struct span *password, struct mspan work, struct err *e)
{
	struct work *w = arg;
	(void)work;
	w->decoded.n = 0;
	return pkcs12_read(w->file, password, &w->decoded, &w->p12, e);
}

static bool load_key(struct work *w, const char *path, struct err *e)
{
	struct mspan file;
	if (!file_load(path, FILE_MAX, &file, e))
		return false;
	w->file = (struct span){ file.p, file.n };
	const bool ok = password_loop(&w->o->pass, path, open_key, w, e);
	file_free(&file);
	return ok || err_in(e, ", in %s", path);
}

static bool put_key(struct work *w, struct err *e)
{
	const bool pem = w->o->form == FORM_PEM;
	struct buf secret = buf_on(w->scratch, KEY_ROOM);
	struct span der = buf_span(&w->pkcs8);
	if (w->o->encrypt) {
		if (!making_encrypt(&w->random, &w->o->new_pass, "the key that is written", der,
			    &secret, e))
			return false;
		der = buf_span(&secret);
	}
	if (pem)
		pem_write(&w->out, w->o->encrypt ? "ENCRYPTED PRIVATE KEY" : "PRIVATE KEY", der);
	else
		buf_bytes(&w->out, der);
	return true;
}

static bool put_pkcs12(struct work *w, struct err *e)
{
	struct password p;
	uint8_t fresh[72];
	struct cert c;
	struct pubkey pub;
	if (!w->o->key || w->n == 0)
		return err_set(e, ERR_USAGE, 0,
			"for PKCS#12 give --key FILE and a file of certificates, "
			"the key's own first");
	if (!load_key(w, w->o->key, e) || !cert_read(w->certs[0], &c, e) ||
		!pubkey_read(c.spki, &pub, e))
		return false;
	if (!key_matches(&w->key, &pub))
		return err_set(e, ERR_INPUT, 0, "the key does not belong to the first certificate");
	if (!password_get(&p, &w->o->new_pass, "the PKCS#12 file", true, e) ||
		!drbg_bytes(&w->random.rand.private, (struct mspan){ fresh, sizeof fresh }, e))
		return false;
	const bool ok = pkcs12_write(buf_span(&w->pkcs8), w->certs, w->n, span_of(p.text, p.n),
		fresh, (struct mspan){ w->scratch, sizeof w->scratch }, &w->out, e);
	wipe(&p, sizeof p);
	return ok;
}

static const char *label_of(enum object_kind kind)
{
	return kind == OBJECT_CRL        ? "X509 CRL"
		: kind == OBJECT_REQUEST ? "CERTIFICATE REQUEST"
					 : "CERTIFICATE";
}

/* Certificates, CRLs and requests as they are; DER takes the first. */
static bool put_objects(struct work *w, struct err *e)
{
	struct object o;
	struct span left = w->file;
	while (object_next(&left, &w->decoded, &o, e)) {
		if (o.kind == OBJECT_OTHER || o.kind == OBJECT_KEY || o.kind == OBJECT_PKCS12)
			continue;
		if (o.kind == OBJECT_CERT && w->n < PKCS12_CERTS)
			w->certs[w->n++] = o.der;
		if (w->o->form == FORM_DER && w->out.n == 0)
			buf_bytes(&w->out, o.der);
		else if (w->o->form == FORM_PEM)
			pem_write(&w->out, label_of(o.kind), o.der);
	}
	return e->kind == ERR_NONE;
}

static bool put_opened(struct work *w, struct err *e)
{
	if (w->o->form == FORM_PKCS12)
		return err_set(e, ERR_USAGE, 0, "it is a PKCS#12 file already");
	for (size_t i = 0; i < w->p12.n && (w->o->form == FORM_PEM || i == 0); i++) {
		if (w->o->form == FORM_PEM)
			pem_write(&w->out, "CERTIFICATE", w->p12.certs[i]);
		else
			buf_bytes(&w->out, w->p12.certs[i]);
	}
	return true;
}

static bool convert(struct work *w, const char *path, struct err *e)
{
	struct mspan file;
	if (w->o->key_only)
		return load_key(w, path, e) && put_key(w, e);
	if (!file_load(path, FILE_MAX, &file, e))
		return false;
	w->file = (struct span){ file.p, file.n };
	bool ok = object_kind_of(w->file) == OBJECT_PKCS12
		? password_loop(&w->o->pass, path, open_pkcs12, w, e) && put_opened(w, e)
		: put_objects(w, e);
	if (ok && w->o->form == FORM_PKCS12)
		ok = put_pkcs12(w, e);
	file_free(&file);
	if (!ok)
		return err_in(e, ", in %s", path);
	return w->out.n ||
		err_set(e, ERR_INPUT, 0,
			"there is no certificate, CRL or request in %s; for a key give "
			"--key-only",
			path);
}

static int run(void *state, const struct call *call)
{
	struct convert *o = state;
	struct err e = { 0 };
	const struct entropy_opts random = { 0 };
	log_start(&o->log, call);
	if (call->n != 1 || !o->out)
		return call_usage(call, "give one file to convert, and --out FILE");
	pass_warn(&o->pass, &o->log);
	struct work *w = secret_new(sizeof *w);
	if (!w) {
		err_set(&e, ERR_SYSTEM, 0, "no memory");
	} else if (entropy_open(&w->random, &random, &e)) {
		w->o = o;
		w->pkcs8 = buf_on(w->key_room, sizeof w->key_room);
		w->decoded = buf_on(w->decoded_room, sizeof w->decoded_room);
		w->out = buf_on(w->out_room, sizeof w->out_room);
		const bool secret = o->key_only || o->form == FORM_PKCS12;
		if (convert(w, call->operands[0], &e) && !buf_ok(&w->out))
			err_set(&e, ERR_LIMIT, 0, "the result is too large");
		if (e.kind == ERR_NONE)
			file_put(o->out, buf_span(&w->out), secret ? 0600 : 0644, false, &e);
		entropy_close(&w->random, NULL);
	}
	secret_free(w, sizeof *w);
	return making_done(&((struct convert *)state)->log, &e);
}

const struct applet certs_convert = {
	.name = "convert",
	.usage = "--out FILE [OPTION]... FILE",
	.summary = "convert certificates and keys between PEM, DER and PKCS#12",
	.options = options,
	.size = sizeof(struct convert),
	.run = run,
};
