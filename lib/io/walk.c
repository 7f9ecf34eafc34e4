/* SPDX-License-Identifier: MIT */
/* A folder is read whole (its names), sorted, and its entries visited before the next one is read: the
 * memory is that of the folders on the way down, not of the tree. */
#include "io/walk.h"

#include "base/glob.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { DEPTH = 64 };

struct level {
	char **names;
	size_t n, at;
	size_t prefix; /* length of the folder's path */
	dev_t dev;
	ino_t ino;
};

const struct walk_rules walk_all = { .folders = true, .deep = true };

struct walk {
	const struct walk_rules *rules;
	char *const *paths;
	int n, at;
	int depth;
	struct level levels[DEPTH];
	char path[4096];
};

struct walk *walk_new_by(char *const *paths, int n, const struct walk_rules *rules)
{
	struct walk *w = calloc(1, sizeof *w);
	if (w) {
		w->paths = paths;
		w->n = n;
		w->rules = rules;
	}
	return w;
}

struct walk *walk_new(char *const *paths, int n)
{
	return walk_new_by(paths, n, &walk_all);
}

static void leave(struct walk *w)
{
	struct level *l = &w->levels[--w->depth];
	for (size_t i = 0; i < l->n; i++)
		free(l->names[i]);
	free(l->names);
	*l = (struct level){ 0 };
}

void walk_free(struct walk *w)
{
	while (w && w->depth)
		leave(w);
	free(w);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool add_name(struct level *l, const char *name)
{
	if ((l->n & (l->n - 1)) == 0) { /* at a power of two the array is full */
		char **more = realloc(l->names, (l->n ? 2 * l->n : 1) * sizeof *more);
		if (!more)
			return false;
		l->names = more;
	}
	l->names[l->n] = strdup(name);
	if (!l->names[l->n])
		return false;
	l->n++;
	return true;
}

static bool inside(const struct walk *w, const struct stat *s)
{
	for (int i = 0; i < w->depth; i++)
		if (w->levels[i].dev == s->st_dev && w->levels[i].ino == s->st_ino)
			return true;
	return false;
}

/* Reads the names in w->path and makes them the next to visit. */
static bool enter(struct walk *w, const struct stat *s, struct err *e)
{
	if (w->depth == DEPTH)
		return err_set(
			e, ERR_LIMIT, 0, "%s lies more than %d folders deep", w->path, DEPTH);
	if (inside(w, s))
		return err_set(e, ERR_INPUT, 0, "%s leads back to a folder above it", w->path);
	if (w->rules->entered)
		w->rules->entered(w->rules->who, w->path);
	DIR *dir = opendir(w->path);
	if (!dir)
		return err_set(e, ERR_INPUT, errno, "cannot open the folder %s: %s", w->path,
			strerror(errno));
	struct level *l = &w->levels[w->depth++];
	*l = (struct level){ .prefix = strlen(w->path), .dev = s->st_dev, .ino = s->st_ino };
	bool ok = true;
	struct dirent *d;
	/* Only errno tells a failed readdir from the end, and allocating may leave anything in it. */
	while (errno = 0, ok && (d = readdir(dir)))
		if (d->d_name[0] != '.')
			ok = add_name(l, d->d_name);
	const int failure = errno;
	closedir(dir);
	if (l->n)
		qsort(l->names, l->n, sizeof *l->names, by_name);
	if (!ok || failure)
		return err_set(e, ERR_SYSTEM, failure, "cannot read all of the folder %s: %s",
			w->path, ok ? strerror(failure) : "out of memory");
	return true;
}

/* Puts the next path to look at into w->path. */
static bool advance(struct walk *w, struct walk_entry *entry)
{
	while (w->depth) {
		struct level *l = &w->levels[w->depth - 1];
		if (l->at == l->n) {
			leave(w);
			continue;
		}
		const bool slash = l->prefix && w->path[l->prefix - 1] == '/';
		const size_t left = sizeof w->path - l->prefix;
		const int n = snprintf(
			w->path + l->prefix, left, "%s%s", slash ? "" : "/", l->names[l->at++]);
		if ((size_t)n >= left)
			err_set(&entry->err, ERR_LIMIT, 0, "%s... is too long a path", w->path);
		entry->named = false;
		return true;
	}
	if (w->at == w->n)
		return false;
	const char *named = w->paths[w->at++];
	if ((size_t)snprintf(w->path, sizeof w->path, "%s", named) >= sizeof w->path)
		err_set(&entry->err, ERR_LIMIT, 0, "%s... is too long a path", w->path);
	entry->named = true;
	return true;
}

static bool wanted(const struct walk *w, const struct walk_entry *entry)
{
	const char *slash = strrchr(w->path, '/');
	return entry->named || !w->rules->pattern ||
		glob_match(w->rules->pattern, slash ? slash + 1 : w->path);
}

bool walk_next(struct walk *w, struct walk_entry *entry)
{
	*entry = (struct walk_entry){ .path = w->path };
	while (advance(w, entry)) {
		struct stat s;
		if (entry->err.kind != ERR_NONE)
			return true;
		if (stat(w->path, &s) != 0)
			return !err_set(&entry->err, ERR_INPUT, errno, "cannot open %s: %s",
				w->path, strerror(errno));
		if (S_ISREG(s.st_mode)) {
			if (!wanted(w, entry))
				continue;
			entry->size = (uint64_t)s.st_size;
			return true;
		}
		if (!S_ISDIR(s.st_mode)) {
			if (entry->named)
				return !err_set(&entry->err, ERR_INPUT, 0,
					"%s is neither a file nor a folder", w->path);
			continue; /* sockets and the like in a folder are nobody's images */
		}
		if (entry->named && !w->rules->folders)
			return !err_set(&entry->err, ERR_USAGE, 0, "%s is a folder", w->path);
		if (!entry->named && !w->rules->deep)
			continue;
		if (!enter(w, &s, &entry->err))
			return true;
	}
	return false;
}
