/* SPDX-License-Identifier: MIT */
/* One list, sorted as a walk goes, of what there is; each look merges what it finds with it. The
 * kernel's words only hasten a look and let a file settle at once, so that one that is lost (the queue
 * runs over, another host writes) costs time and nothing else. */
#define _GNU_SOURCE /* inotify */
#include "io/watch.h"

#include "base/fnv.h"
#include "io/clock.h"
#include "io/walk.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	CLOSED = 4096,    /* files closed since the last look, of which we know */
	SHARE = 10,       /* looking takes at most this part of the time */
	SOON = 50,        /* ms from a word of the kernel to a look, so that one look serves many */
	POLL_MOST = 1000, /* ms between two looks without the kernel's words */
};

/* HIDDEN: it could not be looked at the last time, and was not handed out before. */
enum entry_state { SETTLING, READY, TAKEN, HIDDEN };

struct entry {
	char *path;
	struct mark mark;
	uint64_t since; /* it is what it is since then */
	uint8_t state;  /* enum entry_state */
	bool settled;
};

struct folder {
	int wd;
	char *path;
};

struct list {
	struct entry *entries;
	size_t n, cap;
};

struct watch {
	const char *dir;
	uint64_t settle, look_at, now;
	int64_t today; /* in seconds since 1970 */
	int fd;
	struct list list;
	size_t next, last; /* to hand out, and handed out last */
	struct folder *folders;
	size_t n_folders, cap_folders;
	uint64_t closed[CLOSED]; /* hashes of their paths */
	size_t n_closed;
};

/* ---- the kernel's words */

static void forget_folder(struct folder *f)
{
	free(f->path);
	f->path = NULL;
}

/* Asks to hear of a folder; one that is known has its number already. */
static void entered(void *who, const char *path)
{
	struct watch *w = who;
	if (w->fd < 0)
		return;
	const int wd = inotify_add_watch(
		w->fd, path, IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_DELETE | IN_ONLYDIR);
	for (size_t i = 0; wd >= 0 && i < w->n_folders; i++)
		if (w->folders[i].wd == wd) {
			if (strcmp(w->folders[i].path, path) != 0) { /* it was renamed */
				char *copy = strdup(path);
				if (copy) {
					free(w->folders[i].path);
					w->folders[i].path = copy;
				}
			}
			return;
		}
	if (wd < 0)
		return; /* looking has to do */
	if (w->n_folders == w->cap_folders) {
		const size_t cap = w->cap_folders ? 2 * w->cap_folders : 16;
		struct folder *more = realloc(w->folders, cap * sizeof *more);
		if (!more)
			return;
		w->folders = more;
		w->cap_folders = cap;
	}
	char *copy = strdup(path);
	if (copy)
		w->folders[w->n_folders++] = (struct folder){ wd, copy };
}

static void was_closed(struct watch *w, int wd, const char *name)
{
	char path[4096];
	for (size_t i = 0; i < w->n_folders; i++) {
		const struct folder *f = &w->folders[i];
		if (f->wd != wd || w->n_closed == CLOSED)
			continue;
		const size_t n = strlen(f->path), more = strlen(name);
		if (n + 1 + more >= sizeof path)
			return;
		memcpy(path, f->path, n);
		path[n] = '/';
		memcpy(path + n + 1, name, more + 1);
		/* A walk puts no second slash behind one. */
		const bool slash = n && f->path[n - 1] == '/';
		if (slash)
			memmove(path + n, path + n + 1, more + 1);
		w->closed[w->n_closed++] = fnv_of(span_str(path));
	}
}

static void left_folder(struct watch *w, int wd)
{
	for (size_t i = 0; i < w->n_folders; i++)
		if (w->folders[i].wd == wd) {
			forget_folder(&w->folders[i]);
			w->folders[i] = w->folders[--w->n_folders];
			return;
		}
}

/* Reads all that there is. True: something happened. */
static bool listen_to_kernel(struct watch *w)
{
	union {
		struct inotify_event event;
		char room[8192];
	} u;
	bool any = false;
	ssize_t n;
	while (w->fd >= 0 && (n = read(w->fd, u.room, sizeof u.room)) > 0) {
		any = true;
		for (size_t at = 0; at + sizeof u.event <= (size_t)n;) {
			struct inotify_event ev;
			memcpy(&ev, u.room + at, sizeof ev);
			const char *name = u.room + at + sizeof ev;
			if (ev.mask & IN_IGNORED)
				left_folder(w, ev.wd);
			else if (ev.len && ev.mask & (IN_CLOSE_WRITE | IN_MOVED_TO) &&
				!(ev.mask & IN_ISDIR))
				was_closed(w, ev.wd, name);
			at += sizeof ev + ev.len;
		}
	}
	return any;
}

/* ---- looking */

/* As a walk goes: names by their bytes, and a folder's content where its name stands. */
static int by_walk(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	const int x = *a == '/' ? 1 : (unsigned char)*a + (*a != 0);
	const int y = *b == '/' ? 1 : (unsigned char)*b + (*b != 0);
	return x - y;
}

static bool closed(const struct watch *w, const char *path)
{
	const uint64_t hash = fnv_of(span_str(path));
	for (size_t i = 0; i < w->n_closed; i++)
		if (w->closed[i] == hash)
			return true;
	return false;
}

/* What is to be said of a file, new or known, that is now as marked. */
static void consider(const struct watch *w, struct entry *f, const struct mark *mark)
{
	if (f->state == HIDDEN)
		f->state = SETTLING;
	if (!mark_same(&f->mark, mark)) {
		/* Whether it changed long ago is known by its time only where that is no future. */
		const int64_t age = w->today - mark->seconds;
		const bool old = age >= 0 && (uint64_t)age > w->settle / 1000 + 1;
		f->mark = *mark;
		f->state = SETTLING;
		f->since = w->now;
		f->settled = old;
		if (old || closed(w, f->path))
			f->state = READY;
	} else if (f->state == SETTLING && w->now >= f->since + w->settle) {
		f->state = READY;
		f->settled = true;
	} else if (f->state == SETTLING && !f->settled && closed(w, f->path)) {
		f->state = READY;
	}
}

static bool add(struct list *l, const struct entry *f)
{
	if (l->n == l->cap) {
		const size_t cap = l->cap ? 2 * l->cap : 64;
		struct entry *more = realloc(l->entries, cap * sizeof *more);
		if (!more)
			return false;
		l->entries = more;
		l->cap = cap;
	}
	l->entries[l->n++] = *f;
	return true;
}

static void drop(struct list *l, size_t from)
{
	for (size_t i = from; i < l->n; i++)
		free(l->entries[i].path);
}

/* One look: what is known goes over from the old list to the fresh one in the order of both. */
struct look {
	struct list *old, fresh;
	size_t at; /* in the old list */
	char spared
		[4096]; /* a path that could not be looked at: what is known of it, and below it, stays */
};

static bool is_spared(const struct look *l, const char *path)
{
	const size_t n = strlen(l->spared);
	return n && strncmp(path, l->spared, n) == 0 &&
		(!path[n] || path[n] == '/' || l->spared[n - 1] == '/');
}

/* Passes over what lies before the path, or, where that is NULL, over all: it is gone, or it is spared. */
static bool pass_over(struct look *l, const char *path)
{
	bool ok = true;
	for (; l->at < l->old->n; l->at++) {
		struct entry *f = &l->old->entries[l->at];
		if (path && by_walk(f->path, path) >= 0)
			break;
		if (f->state != TAKEN)
			f->state = HIDDEN;
		const bool stays = is_spared(l, f->path), kept = stays && add(&l->fresh, f);
		ok = ok && kept == stays;
		if (!kept)
			free(f->path);
	}
	return ok;
}

static void spare(struct look *l, const char *path)
{
	if (is_spared(l, path))
		return;
	pass_over(l, path);
	snprintf(l->spared, sizeof l->spared, "%s", path);
}

/* The entry of a path, known or new, and as it is now. */
static bool entry_of(
	const struct watch *w, struct look *l, const char *path, const struct mark *mark)
{
	struct entry f = { 0 };
	bool ok = pass_over(l, path);
	if (l->at < l->old->n && strcmp(l->old->entries[l->at].path, path) == 0)
		f = l->old->entries[l->at++];
	else
		f.path = strdup(path);
	if (f.path)
		consider(w, &f, mark);
	if (f.path && add(&l->fresh, &f))
		return ok;
	free(f.path);
	return false;
}

static uint64_t next_look(const struct watch *w, uint64_t took)
{
	const uint64_t least = took * SHARE;
	uint64_t wait = w->settle;
	if (w->fd < 0 && wait > POLL_MOST)
		wait = POLL_MOST;
	for (size_t i = 0; i < w->list.n; i++) {
		const struct entry *f = &w->list.entries[i];
		if (f->state != SETTLING)
			continue;
		const uint64_t due = f->since + w->settle;
		const uint64_t left = due > w->now ? due - w->now : 0;
		wait = left < wait ? left : wait;
	}
	wait = wait < SOON ? SOON : wait;
	return w->now + (wait < least ? least : wait);
}

static bool look_through(struct watch *w, struct err *e)
{
	const struct walk_rules rules = {
		.folders = true, .deep = true, .entered = entered, .who = w
	};
	char *paths[1] = { (char *)(uintptr_t)w->dir };
	struct walk *walk = walk_new_by(paths, 1, &rules);
	struct walk_entry found;
	struct look look = { .old = &w->list };
	struct mark mark;
	bool ok = walk != NULL;
	while (ok && walk_next(walk, &found)) {
		const bool seen = found.err.kind == ERR_NONE;
		if (seen && mark_of(found.path, &mark)) {
			ok = entry_of(w, &look, found.path, &mark);
			continue;
		}
		/* A file may be gone by now; a folder that is not to be read is told. */
		const int why = seen ? errno : found.err.code;
		if (why != ENOENT)
			spare(&look, found.path);
		if (why != ENOENT && !seen)
			err_set(e, found.err.kind, found.err.code, "%s", found.err.text);
	}
	if (!ok)
		spare(&look, w->dir);
	walk_free(walk);
	ok &= pass_over(&look, NULL);
	free(w->list.entries);
	w->list = look.fresh;
	if (!ok)
		err_set(e, ERR_SYSTEM, ENOMEM, "no memory to look through %s", w->dir);
	return e->kind == ERR_NONE;
}

bool watch_look(struct watch *w, uint64_t now, struct err *e)
{
	if (listen_to_kernel(w) && w->look_at > now + SOON)
		w->look_at = now + SOON;
	if (now < w->look_at)
		return true;
	struct stat s;
	const uint64_t began = clock_ms();
	w->now = now;
	w->today = clock_seconds();
	w->next = 0;
	const bool ok = stat(w->dir, &s) == 0
		? look_through(w, e)
		: err_set(e, ERR_INPUT, errno, "cannot open %s: %s", w->dir, strerror(errno));
	w->n_closed = 0;
	w->look_at = next_look(w, clock_ms() - began);
	return ok;
}

/* ---- the whole */

struct watch *watch_new(const char *dir, uint64_t settle, struct err *e)
{
	struct stat s;
	if (stat(dir, &s) != 0 || !S_ISDIR(s.st_mode)) {
		err_set(e, ERR_INPUT, 0, "%s is no folder that can be watched", dir);
		return NULL;
	}
	struct watch *w = calloc(1, sizeof *w);
	if (!w) {
		err_set(e, ERR_SYSTEM, ENOMEM, "no memory to watch %s", dir);
		return NULL;
	}
	w->dir = dir;
	w->settle = settle;
	w->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	entered(w, dir);
	return w;
}

void watch_free(struct watch *w)
{
	if (!w)
		return;
	if (w->fd >= 0)
		close(w->fd);
	drop(&w->list, 0);
	free(w->list.entries);
	for (size_t i = 0; i < w->n_folders; i++)
		forget_folder(&w->folders[i]);
	free(w->folders);
	free(w);
}

int watch_fd(const struct watch *w)
{
	return w->fd;
}

uint64_t watch_deadline(const struct watch *w)
{
	return w->look_at;
}

bool watch_next(struct watch *w, struct watch_file *f)
{
	while (w->next < w->list.n && w->list.entries[w->next].state != READY)
		w->next++;
	if (w->next >= w->list.n)
		return false;
	struct entry *found = &w->list.entries[w->next];
	w->last = w->next++;
	found->state = TAKEN;
	*f = (struct watch_file){ found->path, found->mark, found->settled };
	return true;
}

void watch_later(struct watch *w)
{
	struct entry *f = &w->list.entries[w->last];
	f->state = SETTLING;
	f->settled = false;
	const uint64_t due = f->since + w->settle;
	if (due < w->look_at)
		w->look_at = due;
}
