/* SPDX-License-Identifier: MIT */
#include "app/trust.h"

#include "io/clock.h"
#include "io/file.h"
#include "pki/object.h"

#include <stdlib.h>

enum { FILE_MAX = 1 << 20 };

#define AT(field) offsetof(struct trust_opts, field)

static bool set_at(void *field, const struct opt_use *use, struct err *e)
{
	struct trust_opts *o = field;
	o->has_at = true;
	return opt_time(&o->at, use, e);
}

static bool set_depth(void *field, const struct opt_use *use, struct err *e)
{
	int *depth = field;
	if (!opt_int(depth, use, e))
		return false;
	++*depth;
	return true;
}

const struct opt trust_rows[] = { { "--ca", NULL, "FILE", opt_list, AT(ca),
					  "trust the authorities in this file (repeats)" },
	{ "--ca-dir", NULL, "DIR", opt_list, AT(ca_dir),
		"trust those in this hashed directory (repeats)" },
	{ "--untrusted", NULL, "FILE", opt_list, AT(untrusted),
		"certificates that may help to build a path (repeats)" },
	{ "--crl", NULL, "FILE", opt_list, AT(crl), "revocation lists (repeats)" },
	{ "--check-crl", NULL, NULL, opt_const, AT(revocation),
		"the certificate itself must not be revoked", .value = PKI_CRL_LEAF },
	{ "--check-crl-all", NULL, NULL, opt_const, AT(revocation),
		"no certificate of the path may be revoked", .value = PKI_CRL_ALL },
	{ "--verify-host", NULL, "NAME", opt_str, AT(host),
		"it must be good for this host name or address" },
	{ "--verify-depth", NULL, "N", set_depth, AT(depth),
		"at most so many intermediate certificates", .max = PKI_PATH },
	{ "--at", NULL, "TIME", set_at, 0, "judge as of this time: @EPOCH or ISO 8601" },
	{ "--allow-sha1", NULL, NULL, opt_flag, AT(sha1), "accept signatures with SHA-1" }, { 0 } };

static bool open_files(struct store *s, const struct list *paths, enum store_use use, struct err *e)
{
	for (size_t i = 0; i < paths->n; i++)
		if (!store_file(s, paths->v[i], use, e))
			return false;
	return true;
}

static bool open_dirs(struct store *s, const struct list *paths, struct err *e)
{
	for (size_t i = 0; i < paths->n; i++)
		if (!store_dir(s, paths->v[i], e))
			return false;
	return true;
}

bool trust_open(struct trust *t, const struct trust_opts *o, enum pki_role role, struct err *e)
{
	*t = (struct trust){ .host = o->host, .now = o->has_at ? o->at : clock_seconds() };
	t->rules.role = role;
	t->rules.revocation = (enum pki_revocation)o->revocation;
	t->rules.depth = o->depth - 1;
	t->rules.sha1 = o->sha1;
	t->store = store_new();
	if (!t->store)
		return err_set(e, ERR_SYSTEM, 0, "no memory for certificates");
	t->source = store_source(t->store);
	t->rules.sources = &t->source;
	t->rules.n_sources = 1;
	if (open_files(t->store, &o->ca, STORE_TRUSTED, e) &&
		open_files(t->store, &o->untrusted, STORE_HELPING, e) &&
		open_files(t->store, &o->crl, STORE_HELPING, e) &&
		open_dirs(t->store, &o->ca_dir, e))
		return true;
	trust_close(t);
	return false;
}

void trust_close(struct trust *t)
{
	store_free(t->store);
	t->store = NULL;
}

bool certs_load(struct certs *c, const char *path, struct err *e)
{
	struct object o;
	struct err broken = { 0 };
	*c = (struct certs){ 0 };
	if (!file_load(path, FILE_MAX, &c->file, e))
		return false;
	c->decoded = malloc(c->file.n + 4);
	if (!c->decoded)
		return err_set(e, ERR_SYSTEM, 0, "no memory for %s", path);
	struct buf room = buf_on(c->decoded, c->file.n + 4);
	struct span left = { c->file.p, c->file.n };
	while (c->n < PKI_PEER_CERTS && object_next(&left, &room, &o, &broken))
		if (o.kind == OBJECT_CERT)
			c->der[c->n++] = o.der;
	if (broken.kind == ERR_NONE && c->n == 0)
		err_set(&broken, ERR_INPUT, 0, "there is no certificate in it");
	if (broken.kind == ERR_NONE)
		return true;
	certs_free(c);
	return err_set(e, broken.kind, broken.code, "%s, in %s", broken.text, path);
}

void certs_free(struct certs *c)
{
	file_free(&c->file);
	free(c->decoded);
	*c = (struct certs){ 0 };
}
