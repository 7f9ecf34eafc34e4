/* SPDX-License-Identifier: MIT */
#include "io/trust.h"

#include "io/clock.h"
#include "io/file.h"
#include "pki/object.h"

#include <stdlib.h>

enum { FILE_MAX = 1 << 20 };

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

bool trust_open(struct trust *t, const struct trust_opts *o, struct err *e)
{
	*t = (struct trust){ 0 };
	t->rules.revocation = (enum pki_revocation)o->revocation;
	t->rules.depth = o->depth - 1;
	t->rules.sha1 = o->sha1;
	t->store = store_new();
	if (!t->store)
		return err_set(e, ERR_SYSTEM, 0, "no memory for certificates");
	t->source = store_source(t->store);
	t->rules.sources = &t->source;
	t->rules.n_sources = 1;
	t->rules.memo = &t->memo;
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

int64_t trust_now(const struct trust_opts *o)
{
	return o->has_at ? o->at : clock_seconds();
}

bool certs_load(struct certs *c, const char *path, struct err *e)
{
	struct object o;
	struct err broken = { 0 };
	*c = (struct certs){ 0 };
	if (!file_load(path, FILE_MAX, &c->file, e))
		return false;
	c->decoded = malloc(c->file.n + 4);
	if (!c->decoded) {
		file_free(&c->file);
		return err_set(e, ERR_SYSTEM, 0, "no memory for %s", path);
	}
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
