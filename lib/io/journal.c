/* SPDX-License-Identifier: MIT */
/* In memory a line is its hash and its place: 16 bytes an object. What a hash finds is compared with
 * the line in the file, so two objects are never taken for one. */
#include "io/journal.h"

#include "io/whole.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SLOTS_FIRST = 1024, PIECE = 65536 };

struct slot {
	uint64_t hash, at; /* at 0, where the head stands: an empty slot */
};

struct journal {
	const char *path;
	int fd;
	uint64_t size; /* of the file, which nobody else changes */
	struct slot *slots;
	size_t n, cap; /* cap is a power of two */
	bool unsynced;
	uint8_t line[JOURNAL_LINE], other[JOURNAL_LINE];
	uint8_t piece[PIECE];
};

/* ---- the table */

static struct slot *slot_for(struct slot *slots, size_t cap, uint64_t hash)
{
	size_t i = (size_t)(hash ^ hash >> 32) & (cap - 1);
	while (slots[i].at && slots[i].hash != hash)
		i = (i + 1) & (cap - 1);
	return &slots[i];
}

/* The next slot behind one whose hash is the same and whose line is another. */
static struct slot *slot_after(struct journal *j, struct slot *s)
{
	size_t i = (size_t)(s - j->slots);
	do
		i = (i + 1) & (j->cap - 1);
	while (j->slots[i].at && j->slots[i].hash != s->hash);
	return &j->slots[i];
}

static bool grow(struct journal *j, struct err *e)
{
	const size_t cap = j->cap ? 2 * j->cap : SLOTS_FIRST;
	struct slot *slots = calloc(cap, sizeof *slots);
	if (!slots)
		return err_set(e, ERR_SYSTEM, ENOMEM, "no memory for the journal %s", j->path);
	for (size_t i = 0; i < j->cap; i++) {
		const struct slot *old = &j->slots[i];
		if (!old->at)
			continue;
		size_t k = (size_t)(old->hash ^ old->hash >> 32) & (cap - 1);
		while (slots[k].at)
			k = (k + 1) & (cap - 1);
		slots[k] = *old;
	}
	free(j->slots);
	j->slots = slots;
	j->cap = cap;
	return true;
}

static bool note(struct journal *j, uint64_t hash, uint64_t at, struct err *e)
{
	if (2 * (j->n + 1) > j->cap && !grow(j, e))
		return false;
	struct slot *s = slot_for(j->slots, j->cap, hash);
	while (s->at)
		s = slot_after(j, s);
	*s = (struct slot){ hash, at };
	j->n++;
	return true;
}

/* ---- the file */

static bool broke(struct journal *j, const char *doing, struct err *e)
{
	return err_set(e, ERR_SYSTEM, errno, "cannot %s the journal %s: %s", doing, j->path,
		strerror(errno));
}

static bool lock(struct journal *j, struct err *e)
{
	struct flock all = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	if (fcntl(j->fd, F_SETLK, &all) == 0)
		return true;
	if (errno != EACCES && errno != EAGAIN)
		return broke(j, "lock", e);
	return err_set(e, ERR_SYSTEM, errno, "another process is using the journal %s", j->path);
}

/* Whoever can write the journal can make us forget to send. */
static bool ours(struct journal *j, struct err *e)
{
	struct stat s;
	if (fstat(j->fd, &s) != 0)
		return broke(j, "read", e);
	if (!S_ISREG(s.st_mode))
		return err_set(e, ERR_INPUT, 0, "%s is no journal: it is not a file", j->path);
	if (s.st_uid != geteuid() && s.st_uid != 0)
		return err_set(e, ERR_INPUT, 0, "the journal %s belongs to another user", j->path);
	if (s.st_mode & (S_IWGRP | S_IWOTH))
		return err_set(e, ERR_INPUT, 0,
			"others may write the journal %s: chmod 600 it, if what it says is to be "
			"believed",
			j->path);
	j->size = (uint64_t)s.st_size;
	return true;
}

static bool write_all(struct journal *j, struct span data, struct err *e)
{
	struct span left = data;
	if (!write_whole(j->fd, &left)) {
		broke(j, "write", e);
		/* A torn line in the middle would be named as damaged for ever. */
		if (left.n != data.n && ftruncate(j->fd, (off_t)j->size) != 0)
			err_in(e, ", and part of a line stays in it");
		return false;
	}
	j->size += data.n;
	j->unsynced = true;
	return true;
}

/* A file that appears is remembered only with its name. */
static bool sync_folder(struct journal *j, struct err *e)
{
	return folder_sync_of(j->path) || broke(j, "sync the folder of", e);
}

/* Writes the head of a new journal, or of one that broke off within it. */
static bool begin(struct journal *j, struct err *e)
{
	if (j->size && ftruncate(j->fd, 0) != 0)
		return broke(j, "cut", e);
	j->size = 0;
	return write_all(j, span_str(JOURNAL_HEAD), e) && journal_sync(j, e) && sync_folder(j, e);
}

/* True: the first line is a journal's. *fresh: nothing else, or less, is in the file. */
static bool read_head(struct journal *j, bool *fresh, struct err *e)
{
	const struct span head = span_str(JOURNAL_HEAD);
	const ssize_t n = read_whole(j->fd, (struct mspan){ j->piece, head.n }, 0);
	if (n < 0)
		return broke(j, "read", e);
	/* A file that grew just before the power went may have its size and not its bytes. */
	static const uint8_t zeros[sizeof JOURNAL_HEAD];
	const struct span found = span_of(j->piece, (size_t)n), lost = span_of(zeros, found.n);
	const bool blank = j->size <= head.n && span_eq(found, lost);
	*fresh = found.n < head.n || blank;
	if (blank || span_eq(found, span_at(head, 0, found.n)))
		return true;
	return err_set(e, ERR_INPUT, 0,
		"%s is there already and is no journal of ours; it is left as it is", j->path);
}

/* What another run wrote and was killed before it synced is believed from now on, so it has to last. Who
 * may not read the folder cannot sync it. */
static bool settle_old(struct journal *j, struct err *e)
{
	struct err unreadable = { 0 };
	j->unsynced = true;
	if (!journal_sync(j, e))
		return false;
	if (!sync_folder(j, &unreadable) && unreadable.code != EACCES) {
		*e = unreadable;
		return false;
	}
	return true;
}

/* Notes the lines from the head on. What follows the last newline is torn, and cut. */
static bool read_lines(struct journal *j, size_t *damaged, struct err *e)
{
	uint64_t at = span_str(JOURNAL_HEAD).n, hash;
	for (;;) {
		const ssize_t n =
			read_whole(j->fd, (struct mspan){ j->piece, sizeof j->piece }, at);
		if (n < 0)
			return broke(j, "read", e);
		struct span piece = span_of(j->piece, (size_t)n), line;
		const uint64_t before = at;
		while (journal_next(&piece, &line)) {
			if (!journal_good(line, &hash))
				(*damaged)++;
			else if (!note(j, hash, at, e))
				return false;
			at += line.n;
		}
		if (n == 0 || before + (uint64_t)n >= j->size)
			break;
		if (at == before) { /* no newline in all of the piece: nothing that we wrote */
			at += piece.n;
			(*damaged)++;
		}
	}
	if (at < j->size && ftruncate(j->fd, (off_t)at) != 0)
		return broke(j, "cut the torn end of", e);
	j->size = at;
	return true;
}

struct journal *journal_open(const char *path, size_t *damaged, struct err *e)
{
	struct journal *j = calloc(1, sizeof *j);
	bool fresh = false;
	*damaged = 0;
	if (!j) {
		err_set(e, ERR_SYSTEM, ENOMEM, "no memory for the journal %s", path);
		return NULL;
	}
	j->path = path;
	j->fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600);
	const bool good = j->fd < 0
		? broke(j, "open", e)
		: ours(j, e) && lock(j, e) && ours(j, e) && read_head(j, &fresh, e) && grow(j, e) &&
			(fresh ? begin(j, e) : read_lines(j, damaged, e) && settle_old(j, e));
	if (good)
		return j;
	journal_close(j);
	return NULL;
}

void journal_close(struct journal *j)
{
	if (!j)
		return;
	if (j->fd >= 0)
		close(j->fd);
	free(j->slots);
	free(j);
}

/* ---- asking and adding */

bool journal_has(struct journal *j, const struct journal_key *key)
{
	struct buf b = buf_on(j->line, sizeof j->line);
	const uint64_t hash = journal_put(&b, key);
	const struct span line = buf_span(&b);
	for (struct slot *s = slot_for(j->slots, j->cap, hash); buf_ok(&b) && s->at;
		s = slot_after(j, s)) {
		const ssize_t n = read_whole(j->fd, (struct mspan){ j->other, line.n }, s->at);
		if (n == (ssize_t)line.n && span_eq(span_of(j->other, line.n), line))
			return true;
	}
	return false;
}

bool journal_add(struct journal *j, const struct journal_key *key, struct err *e)
{
	struct buf b = buf_on(j->line, sizeof j->line);
	const uint64_t hash = journal_put(&b, key), at = j->size;
	if (!buf_ok(&b))
		return err_set(e, ERR_LIMIT, 0, "%s is too long a path for the journal", key->path);
	return write_all(j, buf_span(&b), e) && note(j, hash, at, e);
}

bool journal_sync(struct journal *j, struct err *e)
{
	if (!j->unsynced)
		return true;
	if (fdatasync(j->fd) != 0)
		return broke(j, "sync", e);
	j->unsynced = false;
	return true;
}
