/* SPDX-License-Identifier: MIT */
/* What storescp does when an object has been stored and when a study is complete. A study is complete
 * when its time is over, or when an object of another one comes from where it came from, or when
 * that association is gone. */
#include "app/storescp.h"

#include "io/clock.h"
#include "io/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 16384 };

/* The values of a line's placeholders. */
struct facts {
	const char *folder, *file, *calling, *called, *who;
	const char *base; /* the output folder, as our user wrote it */
};

/* Appends what a peer may have chosen. Whatever quotes the user put around it, nothing in it means
 * anything to a shell, and nothing makes it an option. */
static void put_foreign(char *line, const char *value)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				   "._-/:@+,%[]";
	size_t n = strlen(line);
	for (size_t i = 0; value[i] && n + 1 < LINE; i++) {
		const bool fine = strchr(good, value[i]) && !(i == 0 && value[i] == '-');
		line[n++] = fine ? value[i] : '_';
	}
	line[n] = '\0';
}

static void put_own(char *line, const char *text, size_t length)
{
	const size_t n = strlen(line);
	snprintf(line + n, LINE - n, "%.*s", (int)length, text);
}

static void put_value(char *line, char key, const struct facts *f)
{
	switch (key) {
	case 'p':
		put_own(line, f->base, strlen(f->base));
		if (*f->folder)
			put_own(line, "/", 1);
		put_foreign(line, f->folder);
		break;
	case 'f':
		put_foreign(line, f->file);
		break;
	case 'a':
		put_foreign(line, f->calling);
		break;
	case 'c':
		put_foreign(line, f->called);
		break;
	case 'r':
		put_foreign(line, f->who);
		break;
	}
}

static void run_line(struct storescp_run *r, const char *template, const struct facts *f)
{
	struct err e = { 0 };
	char *line = calloc(1, LINE);
	if (!line)
		return;
	for (const char *p = template; *p; p++) {
		const bool key = *p == '#' && p[1] && strchr(f->file ? "pfacr" : "pacr", p[1]);
		if (key)
			put_value(line, *++p, f);
		else
			put_own(line, p, 1);
	}
	if (strlen(line) + 1 >= LINE)
		err_set(&e, ERR_LIMIT, 0, "the command is longer than %d bytes", LINE - 1);
	else
		command_run(line, r->o->wait, &e);
	if (e.kind != ERR_NONE)
		log_line(r->log, LOG_ERROR, "%s", e.text);
	free(line);
}

/* An address without its port: what #r is. */
static void host_of(const char *who, char host[NET_ADDR])
{
	const char *colon = strrchr(who, ':');
	snprintf(host, NET_ADDR, "%.*s", colon ? (int)(colon - who) : (int)strlen(who), who);
}

/* ---- studies */

static void forget(struct storescp_study *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->files[i]);
	free(s->files);
	*s = (struct storescp_study){ 0 };
}

static void rename_files(struct storescp_run *r, struct storescp_study *s)
{
	for (size_t i = 0; i < s->n; i++) {
		struct err e = { 0 };
		const char *slash = strrchr(s->files[i], '/');
		const char *leaf = slash ? slash + 1 : s->files[i];
		char name[64];
		int letters = (int)strcspn(leaf, ".");
		if (r->o->naming == STORESCP_BY_TIME && leaf[letters]) {
			leaf += letters + 1;
			letters = (int)strcspn(leaf, ".");
		}
		snprintf(name, sizeof name, "%.*s%06zu", letters > 10 ? 10 : letters, leaf, i + 1);
		if (!outfile_rename(r->out, s->files[i], name, &e))
			log_line(r->log, LOG_WARN, "%s", e.text);
	}
	struct err e = { 0 };
	if (!outdir_settle(r->out, &e))
		log_line(r->log, LOG_WARN, "%s", e.text);
}

static void complete(struct storescp_run *r, struct storescp_study *s)
{
	struct facts f = { .folder = s->folder,
		.calling = s->calling,
		.called = s->called,
		.who = s->who,
		.base = r->out->path };
	if (r->o->rename)
		rename_files(r, s);
	if (r->o->on_study)
		run_line(r, r->o->on_study, &f);
	forget(s);
}

struct storescp_study *storescp_study(struct storescp_run *r, struct span uid)
{
	struct storescp_study *oldest = &r->studies[0];
	for (size_t i = 0; i < STORESCP_STUDIES; i++) {
		struct storescp_study *s = &r->studies[i];
		if (*s->uid && span_eq_str(uid, s->uid))
			return s;
		if (s->last < oldest->last)
			oldest = s;
	}
	if (*oldest->uid)
		complete(r, oldest);
	span_text(uid, oldest->uid, sizeof oldest->uid);
	oldest->last = clock_ms();
	return oldest;
}

static void keep_file(struct storescp_study *s, const char *file)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->files[i], file) == 0)
			return;
	if (s->n == s->cap) {
		const size_t cap = s->cap ? 2 * s->cap : 64;
		char **files = realloc(s->files, cap * sizeof *files);
		if (!files)
			return;
		s->files = files;
		s->cap = cap;
	}
	s->files[s->n] = strdup(file);
	s->n += s->files[s->n] != NULL;
}

/* The study of a file, by the folder that it is in. */
static struct storescp_study *study_of(struct storescp_run *r, const char *file)
{
	const char *slash = strrchr(file, '/');
	const size_t n = slash ? (size_t)(slash - file) : 0;
	for (size_t i = 0; slash && i < STORESCP_STUDIES; i++)
		if (strlen(r->studies[i].folder) == n && !strncmp(r->studies[i].folder, file, n))
			return &r->studies[i];
	return NULL;
}

static bool has_events(const struct storescp_run *r)
{
	return r->o->on_study || r->o->rename;
}

void storescp_stored(
	struct storescp_run *r, const struct inbox_peer *p, const struct scp_object *object)
{
	if (!object->file)
		return;
	struct storescp_study *s = study_of(r, object->file);
	const char *slash = strrchr(object->file, '/');
	char host[NET_ADDR];
	host_of(p->who, host);
	if (s) {
		s->last = clock_ms();
		s->owner = p->scp;
		snprintf(s->calling, sizeof s->calling, "%s", scp_calling(p->scp));
		snprintf(s->called, sizeof s->called, "%s", scp_called(p->scp));
		snprintf(s->who, sizeof s->who, "%s", host);
		if (r->o->rename)
			keep_file(s, object->file);
	}
	for (size_t i = 0; s && has_events(r) && i < STORESCP_STUDIES; i++) {
		struct storescp_study *other = &r->studies[i];
		if (other != s && *other->uid && (!other->owner || other->owner == p->scp))
			complete(r, other);
	}
	struct facts f = { .folder = s ? s->folder : "",
		.file = slash ? slash + 1 : object->file,
		.calling = scp_calling(p->scp),
		.called = scp_called(p->scp),
		.who = host,
		.base = r->out->path };
	if (r->o->on_object)
		run_line(r, r->o->on_object, &f);
}

void storescp_gone(struct storescp_run *r, const struct scp *scp)
{
	for (size_t i = 0; i < STORESCP_STUDIES; i++)
		if (r->studies[i].owner == scp)
			r->studies[i].owner = NULL;
}

uint64_t storescp_deadline(const struct storescp_run *r)
{
	uint64_t first = CLOCK_NEVER;
	for (size_t i = 0; r->o->study_times_out && i < STORESCP_STUDIES; i++) {
		const struct storescp_study *s = &r->studies[i];
		const uint64_t at =
			*s->uid ? clock_after(s->last, r->o->study_timeout) : CLOCK_NEVER;
		first = at < first ? at : first;
	}
	return first;
}

void storescp_tick(struct storescp_run *r, uint64_t now)
{
	for (size_t i = 0; r->o->study_times_out && i < STORESCP_STUDIES; i++)
		if (*r->studies[i].uid &&
			clock_after(r->studies[i].last, r->o->study_timeout) <= now)
			complete(r, &r->studies[i]);
}

void storescp_close(struct storescp_run *r)
{
	for (size_t i = 0; i < STORESCP_STUDIES; i++)
		forget(&r->studies[i]);
}
