/* SPDX-License-Identifier: MIT */
#include "io/store.h"

#include "io/pkifile.h"
#include "pki/cert.h"
#include "pki/name.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
	NUMBERS = 1000,  /* HASH.0 to HASH.999 */
	CACHE_MAX = 512, /* names that are kept */
};

/* What the directories hold under one name. */
struct slot {
	enum pki_want want;
	uint32_t hash;
	unsigned epoch; /* when it was last compared with the disk */
	struct pkifiles files;
};

struct store {
	struct pki_source source; /* first: find gets a pointer to it */
	struct pkifiles files;
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

struct store *store_new(void)
{
	struct store *s = calloc(1, sizeof *s);
	return s;
}

bool store_file(struct store *s, const char *path, enum store_use use, struct err *e)
{
	struct pkifile b;
	if (!pkifile_read(&b, strdup(path), use == STORE_TRUSTED, e)) {
		pkifile_free(&b);
		return false;
	}
	if (pkifiles_add(&s->files, &b)) {
		if (s->bad.kind == ERR_NONE && b.bad.kind != ERR_NONE) {
			s->bad = b.bad;
			err_in(&s->bad, ", in %s", path);
		}
		return true;
	}
	pkifile_free(&b);
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
		struct pkifile *old = &s->files.v[i], fresh;
		const struct filestamp now = filestamp_of(old->path);
		if (filestamp_same(&now, &old->stamp))
			continue;
		if (pkifile_read(&fresh, strdup(old->path), old->trusted, NULL)) {
			pkifile_free(old);
			*old = fresh;
		} else {
			pkifile_free(&fresh);
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
		pkifiles_free(&s->slots[i].files);
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
			const struct filestamp now = filestamp_of(path);
			const bool same = at < slot->files.n &&
				strcmp(slot->files.v[at].path, path) == 0 &&
				filestamp_same(&now, &slot->files.v[at].stamp);
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
	pkifiles_free(&slot->files);
	for (size_t d = 0; d < s->n_dirs; d++) {
		for (unsigned number = 0; number < NUMBERS; number++) {
			struct pkifile b;
			char *path = numbered(s->dirs[d], slot->want, slot->hash, number);
			if (!path)
				break;
			if (!pkifile_read(&b, path, true, NULL))
				b.n = 0;
			if (!pkifiles_add(&slot->files, &b)) {
				pkifile_free(&b);
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
static bool pick(const struct pkifiles *all, enum pki_want want, uint32_t hash, size_t *i,
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
	pkifiles_free(&s->files);
	for (size_t i = 0; i < s->n_slots; i++)
		pkifiles_free(&s->slots[i].files);
	free(s->slots);
	free(s->dirs);
	free(s);
}
