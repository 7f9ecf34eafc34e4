/* SPDX-License-Identifier: MIT */
/* Two lists are made, of what files there are and of what links there are, and the second is brought in
 * line with the first. */
#include "io/rehash.h"

#include "io/crlfile.h"
#include "io/file.h"
#include "io/hashlink.h"
#include "pki/cert.h"
#include "pki/name.h"
#include "pki/object.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILE_MAX = 64 << 20 };

/* A file that deserves a link. */
struct source {
	char *name;
	struct slot_name slot; /* number is assigned when all are known */
	uint8_t print[32];
};

struct sources {
	struct source *v;
	size_t n, cap;
};

static void tell(struct rehash *r, enum rehash_event what, const char *name, const char *detail)
{
	r->count[what]++;
	if (r->tell)
		r->tell(r->arg, what, name, detail);
}

static bool add(struct sources *all, const struct source *s, struct err *e)
{
	if (all->n == all->cap) {
		const size_t cap = all->cap ? all->cap * 2 : 64;
		struct source *v = realloc(all->v, cap * sizeof *v);
		if (!v)
			return err_set(e, ERR_SYSTEM, ENOMEM, "no memory for the directory");
		all->v = v;
		all->cap = cap;
	}
	all->v[all->n++] = *s;
	return true;
}

/* By kind, hash and file name, so that numbers do not depend on the order of the directory. */
static int by_slot(const void *a, const void *b)
{
	const struct source *x = a, *y = b;
	if (x->slot.crl != y->slot.crl)
		return x->slot.crl ? 1 : -1;
	if (x->slot.hash != y->slot.hash)
		return x->slot.hash < y->slot.hash ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* ---- reading a file */

struct reading {
	struct rehash *r;
	struct source *s;
	unsigned objects;
	bool expired;
};

static bool take_crl(struct reading *g, const struct crl *crl)
{
	uint8_t both[64 + 1024];
	struct buf b = buf_on(both, sizeof both);
	buf_bytes(&b, span_of(crl->digest, sizeof crl->digest));
	buf_bytes(&b, span_at(crl->signature, 0, 1024));
	cert_sha256(buf_span(&b), g->s->print);
	g->s->slot.crl = true;
	g->expired = crl->has_next && crl->next_update < g->r->now;
	g->objects++;
	return name_hash(crl->issuer, &g->s->slot.hash);
}

static bool take_large(void *arg, struct crl *crl, struct err *e)
{
	(void)e;
	const bool ok = take_crl(arg, crl);
	crl_free(crl);
	return ok;
}

static bool take_cert(struct reading *g, struct span der, struct err *e)
{
	struct cert c;
	if (!cert_read(der, &c, e))
		return false;
	cert_sha256(der, g->s->print);
	g->s->slot.crl = false;
	g->expired = c.not_after < g->r->now;
	g->objects++;
	return name_hash(c.subject, &g->s->slot.hash);
}

static bool read_small(struct reading *g, struct span file, struct buf *room, struct err *e)
{
	struct object o;
	while (object_next(&file, room, &o, e)) {
		if (o.kind == OBJECT_CERT && !take_cert(g, o.der, e))
			return false;
		struct crl *crl = o.kind == OBJECT_CRL ? crl_new(o.der, e) : NULL;
		if (o.kind == OBJECT_CRL && !crl)
			return false;
		if (crl)
			take_crl(g, crl);
		crl_free(crl);
	}
	return e->kind == ERR_NONE;
}

static bool read_source(struct reading *g, const char *path, struct err *e)
{
	struct mspan file;
	if (!file_load(path, FILE_MAX >> 4, &file, NULL))
		return crl_file(path, take_large, g, e);
	struct buf room = buf_on(malloc(file.n + 4), file.n + 4);
	const bool ok = room.p && read_small(g, (struct span){ file.p, file.n }, &room, e);
	free(room.p);
	file_free(&file);
	return ok;
}

/* One file of the directory: a source, or a remark why not. */
static bool look_at(
	const char *path, const char *name, struct rehash *r, struct sources *all, struct err *e)
{
	struct source s = { .name = strdup(name) };
	struct reading g = { .r = r, .s = &s };
	struct err why = { 0 };
	char *full = hashlink_path(path, name);
	if (!s.name || !full) {
		free(full);
		free(s.name);
		return err_set(e, ERR_SYSTEM, ENOMEM, "no memory for the directory");
	}
	const bool read = read_source(&g, full, &why);
	free(full);
	if (read && g.objects == 1) {
		if (g.expired)
			tell(r, REHASH_EXPIRED, name, "");
		if (add(all, &s, e))
			return true;
		free(s.name);
		return false;
	}
	if (!read)
		tell(r, REHASH_UNREADABLE, name, why.text);
	else if (g.objects > 1)
		tell(r, REHASH_SEVERAL, name, "more than one object, and OpenSSL reads the first");
	else /* a key, say */
		tell(r, REHASH_UNREADABLE, name, "there is no certificate or CRL in it");
	free(s.name);
	return true;
}

static bool is_source_name(const char *name)
{
	static const char *const ends[] = { ".pem", ".crt", ".cer", ".crl" };
	const size_t n = strlen(name);
	for (size_t i = 0; n > 4 && i < 4; i++) {
		const char *end = name + n - 4;
		size_t same = 0;
		while (same < 4 && (end[same] | (same ? 0x20 : 0)) == ends[i][same])
			same++;
		if (same == 4)
			return true;
	}
	return false;
}

/* ---- the directory */

static bool read_dir(const char *path, struct rehash *r, struct sources *all,
	struct hashlinks *links, struct err *e)
{
	DIR *d = opendir(path);
	if (!d)
		return err_set(e, ERR_INPUT, errno, "cannot read %s: %s", path, strerror(errno));
	const struct dirent *entry;
	bool ok = true;
	while (ok && (entry = readdir(d))) {
		struct slot_name slot;
		if (slot_parse(entry->d_name, &slot))
			ok = hashlinks_add(links, dirfd(d), entry->d_name, &slot, e);
		else if (is_source_name(entry->d_name))
			ok = look_at(path, entry->d_name, r, all, e);
	}
	closedir(d);
	return ok;
}

/* The next free number of a hash: numbers that real files or links of somebody else's have are not. */
static unsigned next_number(
	const struct hashlinks *links, int dir, const struct source *of, unsigned from)
{
	struct slot_name s = of->slot;
	for (s.number = from; hashlinks_foreign(links, dir, &s, of->name); s.number++)
		;
	return s.number;
}

static bool bring_in_line(
	int dir, struct rehash *r, struct sources *all, struct hashlinks *links, struct err *e)
{
	unsigned number = 0;
	for (size_t i = 0; i < all->n; i++) {
		struct source *s = &all->v[i];
		const struct source *last = i ? &all->v[i - 1] : NULL;
		const bool same =
			last && last->slot.crl == s->slot.crl && last->slot.hash == s->slot.hash;
		if (!same)
			number = 0;
		bool twice = false;
		for (size_t k = i;
			same && k-- > 0 && all->v[k].slot.hash == s->slot.hash && !twice;)
			twice = memcmp(all->v[k].print, s->print, sizeof s->print) == 0;
		if (twice) {
			tell(r, REHASH_DUPLICATE, s->name, "");
			continue;
		}
		s->slot.number = next_number(links, dir, s, number);
		number = s->slot.number + 1;
		bool made;
		char text[SLOT_TEXT];
		if (!hashlinks_want(links, dir, &s->slot, s->name, r->copy, &made, e))
			return false;
		if (made)
			tell(r, REHASH_LINKED, s->name, slot_text(&s->slot, text));
		else
			r->kept++;
	}
	return true;
}

bool rehash_dir(const char *path, struct rehash *r, struct err *e)
{
	struct sources all = { 0 };
	struct hashlinks links = { 0 };
	const int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return err_set(e, ERR_INPUT, errno, "cannot open %s: %s", path, strerror(errno));
	bool ok = read_dir(path, r, &all, &links, e);
	if (ok) {
		if (all.n)
			qsort(all.v, all.n, sizeof *all.v, by_slot);
		hashlinks_sort(&links);
		ok = bring_in_line(dir, r, &all, &links, e);
	}
	for (size_t i = 0; ok && i < links.n; i++)
		if (hashlinks_drop(&links, dir, i))
			tell(r, REHASH_REMOVED, links.v[i].name, "");
	for (size_t i = 0; i < all.n; i++)
		free(all.v[i].name);
	free(all.v);
	hashlinks_free(&links);
	close(dir);
	return ok || err_in(e, ", in %s", path);
}
