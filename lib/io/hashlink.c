/* SPDX-License-Identifier: MIT */
#include "io/hashlink.h"

#include "io/whole.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool slot_parse(const char *name, struct slot_name *slot)
{
	*slot = (struct slot_name){ 0 };
	for (int i = 0; i < 8; i++) {
		const char *digits = "0123456789abcdef",
			   *at = name[i] ? strchr(digits, name[i]) : NULL;
		if (!at)
			return false;
		slot->hash = slot->hash << 4 | (uint32_t)(at - digits);
	}
	name += 8;
	if (*name++ != '.')
		return false;
	slot->crl = *name == 'r';
	name += slot->crl;
	size_t n = 0;
	for (; name[n] >= '0' && name[n] <= '9' && n < 6; n++)
		slot->number = slot->number * 10 + (unsigned)(name[n] - '0');
	return n && !name[n] && (n == 1 || name[0] != '0');
}

char *slot_text(const struct slot_name *slot, char text[SLOT_TEXT])
{
	snprintf(text, SLOT_TEXT, "%08lx.%s%u", (unsigned long)slot->hash, slot->crl ? "r" : "",
		slot->number % 1000000);
	return text;
}

char *hashlink_path(const char *dir, const char *name)
{
	const size_t n = strlen(dir) + strlen(name) + 2;
	char *path = malloc(n);
	if (path)
		snprintf(path, n, "%s/%s", dir, name);
	return path;
}

static bool no_memory(struct err *e)
{
	return err_set(e, ERR_SYSTEM, ENOMEM, "no memory for the directory");
}

bool hashlinks_add(
	struct hashlinks *l, int dir, const char *name, const struct slot_name *slot, struct err *e)
{
	char target[1024];
	if (l->n == l->cap) {
		const size_t cap = l->cap ? l->cap * 2 : 64;
		struct hashlink *v = realloc(l->v, cap * sizeof *v);
		if (!v)
			return no_memory(e);
		l->v = v;
		l->cap = cap;
	}
	struct hashlink *h = &l->v[l->n];
	*h = (struct hashlink){ .slot = *slot, .name = strdup(name) };
	if (!h->name)
		return no_memory(e);
	l->n++;
	const ssize_t n = readlinkat(dir, name, target, sizeof target - 1);
	if (n >= 0) {
		struct stat st;
		target[n] = '\0';
		h->target = strdup(target);
		if (!h->target)
			return no_memory(e);
		/* A link to elsewhere is somebody's own, unless it leads nowhere. */
		h->ours = !strchr(target, '/') || fstatat(dir, name, &st, 0) != 0;
	}
	return true;
}

static int by_slot(const void *a, const void *b)
{
	const struct slot_name *x = &((const struct hashlink *)a)->slot;
	const struct slot_name *y = &((const struct hashlink *)b)->slot;
	if (x->crl != y->crl)
		return x->crl ? 1 : -1;
	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

void hashlinks_sort(struct hashlinks *l)
{
	if (l->n)
		qsort(l->v, l->n, sizeof *l->v, by_slot);
}

static struct hashlink *find(const struct hashlinks *l, const struct slot_name *slot)
{
	const struct hashlink wanted = { .slot = *slot };
	return l->n ? bsearch(&wanted, l->v, l->n, sizeof *l->v, by_slot) : NULL;
}

static bool same_octets(int a, int b)
{
	char x[8192], y[8192];
	for (;;) {
		const ssize_t n = read(a, x, sizeof x);
		if (n < 0 || read(b, y, sizeof y) != n)
			return false;
		if (n == 0 || memcmp(x, y, (size_t)n) != 0)
			return n == 0;
	}
}

static bool is_copy(int dir, const char *name, const char *file)
{
	const int a = openat(dir, name, O_RDONLY | O_CLOEXEC);
	const int b = openat(dir, file, O_RDONLY | O_CLOEXEC);
	const bool same = a >= 0 && b >= 0 && same_octets(a, b);
	if (a >= 0)
		close(a);
	if (b >= 0)
		close(b);
	return same;
}

bool hashlinks_foreign(
	const struct hashlinks *l, int dir, const struct slot_name *slot, const char *file)
{
	const struct hashlink *h = find(l, slot);
	return h && !h->ours && (h->target || !is_copy(dir, h->name, file));
}

static bool copy_file(int dir, const char *file, const char *temp)
{
	const int from = openat(dir, file, O_RDONLY | O_CLOEXEC);
	const int to = openat(dir, temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	const bool ok = from >= 0 && to >= 0 && copy_whole(from, to);
	if (from >= 0)
		close(from);
	if (to >= 0)
		close(to);
	return ok;
}

/* Under a name of its own first: a reader finds the old one or the new one, never none. */
static bool make(int dir, const char *name, const char *file, bool copy, struct err *e)
{
	char temp[64];
	snprintf(temp, sizeof temp, ".%s.%ld", name, (long)getpid());
	unlinkat(dir, temp, 0);
	bool ok = !copy && symlinkat(file, dir, temp) == 0;
	if (!ok && (copy || errno == EPERM || errno == ENOTSUP || errno == ENOSYS))
		ok = copy_file(dir, file, temp);
	if (ok && renameat(dir, temp, dir, name) == 0)
		return true;
	const int why = errno;
	unlinkat(dir, temp, 0);
	return err_set(
		e, ERR_SYSTEM, why, "cannot make the link %s to %s: %s", name, file, strerror(why));
}

bool hashlinks_want(struct hashlinks *l, int dir, const struct slot_name *slot, const char *file,
	bool copy, bool *made, struct err *e)
{
	char name[SLOT_TEXT];
	struct hashlink *h = find(l, slot);
	*made = false;
	if (h) {
		h->wanted = true;
		if (!h->target || strcmp(h->target, file) == 0)
			return true; /* a file that stands here is a copy: hashlinks_foreign looked */
	}
	*made = true;
	return make(dir, slot_text(slot, name), file, copy, e);
}

bool hashlinks_drop(struct hashlinks *l, int dir, size_t i)
{
	const struct hashlink *h = &l->v[i];
	return h->ours && !h->wanted && unlinkat(dir, h->name, 0) == 0;
}

void hashlinks_free(struct hashlinks *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].name);
		free(l->v[i].target);
	}
	free(l->v);
	*l = (struct hashlinks){ 0 };
}
