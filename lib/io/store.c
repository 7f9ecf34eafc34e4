/* SPDX-License-Identifier: MIT */
#include "io/store.h"

#include "io/crlfile.h"
#include "io/file.h"
#include "pki/cert.h"
#include "pki/name.h"
#include "pki/object.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
	FILE_MAX =
		4 << 20, /* octets of a file that is read at once; larger ones can only be CRLs */
	NUMBERS = 1000,  /* HASH.0 to HASH.999 */
	CACHE_MAX = 512, /* names that are kept */
};

/* Tells one state of a file from another. All zero: not readable. */
struct stamp {
	dev_t dev;
	ino_t ino;
	off_t size;
	struct timespec time;
};

/* What was read from one file. */
struct batch {
	char *path;
	struct stamp stamp;
	bool trusted;
	struct mspan file; /* DER is used where it lies */
	uint8_t *decoded;  /* PEM is decoded to here */
	struct pki_item *items;
	size_t n;
	struct crl **crls; /* that the items point to */
	size_t n_crls;
	struct err bad; /* the first object that was passed over because it is malformed */
};

struct batches {
	struct batch *v;
	size_t n, cap;
};

/* What the directories hold under one name. */
struct slot {
	enum pki_want want;
	uint32_t hash;
	unsigned epoch; /* when it was last compared with the disk */
	struct batches files;
};

struct store {
	struct pki_source source; /* first: find gets a pointer to it */
	struct batches files;
	const char **dirs;
	size_t n_dirs;
	struct slot *slots;
	size_t n_slots;
	unsigned epoch; /* counts verdicts */
	struct err bad;
};

static bool no_memory(struct err *e)
{
	return err_set(e, ERR_SYSTEM, ENOMEM, "no memory for certificates");
}

static struct stamp stamp_of(const char *path)
{
	struct stat st;
	struct stamp stamp;
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

static bool stamp_same(const struct stamp *a, const struct stamp *b)
{
	return a->dev == b->dev && a->ino == b->ino && a->size == b->size &&
		a->time.tv_sec == b->time.tv_sec && a->time.tv_nsec == b->time.tv_nsec;
}

static void batch_free(struct batch *b)
{
	free(b->path);
	free(b->decoded);
	for (size_t i = 0; i < b->n_crls; i++)
		crl_free(b->crls[i]);
	free(b->crls);
	free(b->items);
	file_free(&b->file);
}

static void batches_free(struct batches *all)
{
	for (size_t i = 0; i < all->n; i++)
		batch_free(&all->v[i]);
	free(all->v);
	*all = (struct batches){ 0 };
}

static bool batches_add(struct batches *all, const struct batch *b)
{
	if (all->n == all->cap) {
		const size_t cap = all->cap ? all->cap * 2 : 4;
		struct batch *v = realloc(all->v, cap * sizeof *v);
		if (!v)
			return false;
		all->v = v;
		all->cap = cap;
	}
	all->v[all->n++] = *b;
	return true;
}

/* Makes room for one more item; the number of items doubles. */
static struct pki_item *room_for_item(struct batch *b)
{
	if ((b->n & (b->n - 1)) == 0) { /* 0, 1, 2, 4, ...: full */
		struct pki_item *items = realloc(b->items, (b->n ? b->n * 2 : 1) * sizeof *items);
		if (!items)
			return NULL;
		b->items = items;
	}
	return &b->items[b->n];
}

static bool add_cert(struct batch *b, struct span der, struct err *e)
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
	struct batch *b = batch;
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

static bool read_objects(struct batch *b, struct err *e)
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

/* Reads a file into b, which takes over path. */
static bool batch_read(struct batch *b, char *path, bool trusted, struct err *e)
{
	*b = (struct batch){ .path = path, .trusted = trusted };
	if (!path)
		return no_memory(e);
	b->stamp = stamp_of(path);
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

struct store *store_new(void)
{
	struct store *s = calloc(1, sizeof *s);
	return s;
}

bool store_file(struct store *s, const char *path, enum store_use use, struct err *e)
{
	struct batch b;
	if (!batch_read(&b, strdup(path), use == STORE_TRUSTED, e)) {
		batch_free(&b);
		return false;
	}
	if (batches_add(&s->files, &b)) {
		if (s->bad.kind == ERR_NONE && b.bad.kind != ERR_NONE) {
			s->bad = b.bad;
			err_in(&s->bad, ", in %s", path);
		}
		return true;
	}
	batch_free(&b);
	return no_memory(e);
}

bool store_dir(struct store *s, const char *path, struct err *e)
{
	struct stat st;
	if (stat(path, &st))
		return err_set(e, ERR_INPUT, errno, "cannot open %s: %s", path, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return err_set(e, ERR_INPUT, ENOTDIR,
			"%s is not a directory: give a single file with --ca", path);
	const char **dirs = realloc(s->dirs, (s->n_dirs + 1) * sizeof *dirs);
	if (!dirs)
		return no_memory(e);
	s->dirs = dirs;
	s->dirs[s->n_dirs++] = path;
	return true;
}

const struct err *store_bad(const struct store *s)
{
	return &s->bad;
}

/* ---- looking up */

/* What changed among the files that were named; those are few, so each is looked at. */
static void refresh_files(struct store *s)
{
	for (size_t i = 0; i < s->files.n; i++) {
		struct batch *old = &s->files.v[i], fresh;
		const struct stamp now = stamp_of(old->path);
		if (stamp_same(&now, &old->stamp))
			continue;
		if (batch_read(&fresh, strdup(old->path), old->trusted, NULL)) {
			batch_free(old);
			*old = fresh;
		} else {
			batch_free(&fresh);
			old->stamp = now; /* not again before it changes again */
		}
	}
}

static void begin(struct pki_source *source)
{
	struct store *s = (struct store *)(void *)source;
	s->epoch++;
	refresh_files(s);
	if (s->n_slots < CACHE_MAX)
		return;
	for (size_t i = 0; i < s->n_slots; i++)
		batches_free(&s->slots[i].files);
	s->n_slots = 0;
}

/* DIR/HASH.N or DIR/HASH.rN; NULL where there is no such entry, dangling links being entries. */
static char *numbered(const char *dir, enum pki_want want, uint32_t hash, unsigned number)
{
	struct stat st;
	const size_t room = strlen(dir) + 24;
	char *path = malloc(room);
	if (!path)
		return NULL;
	snprintf(path, room, "%s/%08lx.%s%u", dir, (unsigned long)hash, want == PKI_CRLS ? "r" : "",
		number);
	if (lstat(path, &st) == 0)
		return path;
	free(path);
	return NULL;
}

/* True when the disk still has exactly what the slot was read from. */
static bool slot_current(const struct store *s, const struct slot *slot)
{
	size_t at = 0;
	for (size_t d = 0; d < s->n_dirs; d++) {
		for (unsigned number = 0; number < NUMBERS; number++) {
			char *path = numbered(s->dirs[d], slot->want, slot->hash, number);
			if (!path)
				break;
			const struct stamp now = stamp_of(path);
			const bool same = at < slot->files.n &&
				strcmp(slot->files.v[at].path, path) == 0 &&
				stamp_same(&now, &slot->files.v[at].stamp);
			free(path);
			if (!same)
				return false;
			at++;
		}
	}
	return at == slot->files.n;
}

/* An entry that cannot be read, or is no certificate, counts as empty: the numbers go on behind it. */
static void slot_read(const struct store *s, struct slot *slot)
{
	batches_free(&slot->files);
	for (size_t d = 0; d < s->n_dirs; d++) {
		for (unsigned number = 0; number < NUMBERS; number++) {
			struct batch b;
			char *path = numbered(s->dirs[d], slot->want, slot->hash, number);
			if (!path)
				break;
			if (!batch_read(&b, path, true, NULL))
				b.n = 0;
			if (!batches_add(&slot->files, &b)) {
				batch_free(&b);
				return;
			}
		}
	}
}

static struct slot *slot_of(struct store *s, enum pki_want want, uint32_t hash)
{
	struct slot *slot = NULL;
	for (size_t i = 0; i < s->n_slots && !slot; i++)
		if (s->slots[i].want == want && s->slots[i].hash == hash)
			slot = &s->slots[i];
	if (!slot) {
		struct slot *slots = realloc(s->slots, (s->n_slots + 1) * sizeof *slots);
		if (!slots)
			return NULL;
		s->slots = slots;
		slot = &s->slots[s->n_slots++];
		*slot = (struct slot){ .want = want, .hash = hash, .epoch = s->epoch };
		slot_read(s, slot);
	} else if (slot->epoch != s->epoch) {
		slot->epoch = s->epoch;
		if (!slot_current(s, slot))
			slot_read(s, slot);
	}
	return slot;
}

/* Counts *i down over what fits; true at the one that was asked for. */
static bool pick(const struct batches *all, enum pki_want want, uint32_t hash, size_t *i,
	struct pki_found *found)
{
	for (size_t k = 0; k < all->n; k++)
		for (size_t m = 0; m < all->v[k].n; m++) {
			const struct pki_item *item = &all->v[k].items[m];
			if (item->kind != want || item->hash != hash || (*i)--)
				continue;
			*found = (struct pki_found){ item->der, item->crl, item->trusted };
			return true;
		}
	return false;
}

static bool find(struct pki_source *source, enum pki_want want, struct span name, size_t i,
	struct pki_found *found)
{
	struct store *s = (struct store *)(void *)source;
	uint32_t hash;
	if (!name_hash(name, &hash))
		return false;
	if (pick(&s->files, want, hash, &i, found))
		return true;
	const struct slot *slot = s->n_dirs ? slot_of(s, want, hash) : NULL;
	return slot && pick(&slot->files, want, hash, &i, found);
}

struct pki_source *store_source(struct store *s)
{
	s->source = (struct pki_source){ .begin = begin, .find = find };
	return &s->source;
}

size_t store_names(const struct store *s, struct span *names, size_t cap)
{
	size_t n = 0;
	for (size_t k = 0; k < s->files.n; k++)
		for (size_t m = 0; m < s->files.v[k].n && n < cap; m++) {
			const struct pki_item *item = &s->files.v[k].items[m];
			struct cert c;
			if (item->kind == PKI_CERTS && item->trusted &&
				cert_read(item->der, &c, NULL) && cert_self_issued(&c))
				names[n++] = c.subject;
		}
	return n;
}

void store_free(struct store *s)
{
	if (!s)
		return;
	batches_free(&s->files);
	for (size_t i = 0; i < s->n_slots; i++)
		batches_free(&s->slots[i].files);
	free(s->slots);
	free(s->dirs);
	free(s);
}
