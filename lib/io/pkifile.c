/* SPDX-License-Identifier: MIT */
#include "io/pkifile.h"

#include "io/crlfile.h"
#include "io/file.h"
#include "pki/object.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
	FILE_MAX =
		4 << 20, /* octets of a file that is read at once; larger ones can only be CRLs */
	CRLS_MAX = 256,  /* lists in one file, each of which takes 24 KB at least */
};

static bool no_memory(struct err *e)
{
	return err_set(e, ERR_SYSTEM, ENOMEM, "no memory for certificates");
}

struct filestamp filestamp_of(const char *path)
{
	struct stat st;
	struct filestamp stamp;
	memset(&stamp, 0, sizeof stamp); /* compared as octets, holes included */
	if (stat(path, &st) == 0 && S_ISREG(st.st_mode)) {
		stamp.dev = st.st_dev;
		stamp.ino = st.st_ino;
		stamp.size = st.st_size;
		stamp.time.tv_sec = st.st_mtim.tv_sec;
		stamp.time.tv_nsec = st.st_mtim.tv_nsec;
	}
	return stamp;
}

bool filestamp_same(const struct filestamp *a, const struct filestamp *b)
{
	return a->dev == b->dev && a->ino == b->ino && a->size == b->size &&
		a->time.tv_sec == b->time.tv_sec && a->time.tv_nsec == b->time.tv_nsec;
}

void pkifile_free(struct pkifile *b)
{
	free(b->path);
	free(b->decoded);
	for (size_t i = 0; i < b->n_crls; i++)
		crl_free(b->crls[i]);
	free(b->crls);
	free(b->items);
	file_free(&b->file);
}

void pkifiles_free(struct pkifiles *all)
{
	for (size_t i = 0; i < all->n; i++)
		pkifile_free(&all->v[i]);
	free(all->v);
	*all = (struct pkifiles){ 0 };
}

bool pkifiles_add(struct pkifiles *all, const struct pkifile *b)
{
	if (all->n == all->cap) {
		const size_t cap = all->cap ? all->cap * 2 : 4;
		struct pkifile *v = realloc(all->v, cap * sizeof *v);
		if (!v)
			return false;
		all->v = v;
		all->cap = cap;
	}
	all->v[all->n++] = *b;
	return true;
}

/* Makes room for one more item; the number of items doubles. */
static struct pki_item *room_for_item(struct pkifile *b)
{
	if ((b->n & (b->n - 1)) == 0) { /* 0, 1, 2, 4, ...: full */
		struct pki_item *items = realloc(b->items, (b->n ? b->n * 2 : 1) * sizeof *items);
		if (!items)
			return NULL;
		b->items = items;
	}
	return &b->items[b->n];
}

static bool add_cert(struct pkifile *b, struct span der, struct err *e)
{
	struct pki_item *item = room_for_item(b);
	if (!item)
		return no_memory(e);
	b->n += pki_item_cert(item, der, b->trusted, &b->bad);
	return true;
}

/* Takes over the list. */
static bool add_crl(void *batch, struct crl *crl, struct err *e)
{
	struct pkifile *b = batch;
	if (b->n_crls == CRLS_MAX) {
		crl_free(crl);
		return err_set(e, ERR_INPUT, 0,
			"there are more than %d CRLs in a file: part them into a directory and "
			"index "
			"it with dcmsec certs index",
			CRLS_MAX);
	}
	struct crl **crls = realloc(b->crls, (b->n_crls + 1) * sizeof *crls);
	if (!crls) {
		crl_free(crl);
		return no_memory(e);
	}
	b->crls = crls;
	b->crls[b->n_crls++] = crl;
	struct pki_item *item = room_for_item(b);
	if (!item)
		return no_memory(e);
	pki_item_crl(item, crl);
	b->n++;
	return true;
}

static bool read_objects(struct pkifile *b, struct err *e)
{
	struct buf decoded = buf_on(b->decoded, b->file.n + 4);
	struct span left = { b->file.p, b->file.n };
	struct object o;
	struct err broken = { 0 };
	while (object_next(&left, &decoded, &o, &broken)) {
		if (o.kind == OBJECT_CERT && !add_cert(b, o.der, e))
			return false;
		struct crl *crl = o.kind == OBJECT_CRL ? crl_new(o.der, &b->bad) : NULL;
		if (crl && !add_crl(b, crl, e))
			return false;
	}
	if (broken.kind == ERR_NONE && b->n == 0)
		broken = b->bad;
	return broken.kind == ERR_NONE || err_set(e, broken.kind, broken.code, "%s", broken.text);
}

bool pkifile_read(struct pkifile *b, char *path, bool trusted, struct err *e)
{
	*b = (struct pkifile){ .path = path, .trusted = trusted };
	if (!path)
		return no_memory(e);
	b->stamp = filestamp_of(path);
	if (b->stamp.size > FILE_MAX)
		return crl_file(path, add_crl, b, e) &&
			(b->n ||
				err_set(e, ERR_INPUT, 0, "%s is too large to be certificates",
					path));
	if (!file_load(path, FILE_MAX, &b->file, e))
		return false;
	b->decoded = malloc(b->file.n + 4);
	if (!b->decoded)
		return no_memory(e);
	if (!read_objects(b, e))
		return err_in(e, ", in %s", path);
	return b->n || err_set(e, ERR_INPUT, 0, "there is no certificate or CRL in %s", path);
}
