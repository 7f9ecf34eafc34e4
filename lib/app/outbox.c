/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700 /* realpath */
#include "app/outbox.h"

#include "cli/exit.h"
#include "io/clock.h"
#include "io/dispose.h"
#include "io/wait.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct outbox_rules outbox_usual = { .walk = { .folders = true, .deep = true } };

bool outbox_open(struct outbox *out, struct err *e)
{
	size_t damaged;
	out->queue.batch = &out->batch;
	out->queue.ordered = out->how->keep_order;
	if (!out->how->journal)
		return true;
	out->journal = journal_open(out->how->journal, &damaged, e);
	if (out->journal && damaged)
		log_line(out->node->log, LOG_WARN,
			"%zu lines of the journal %s are damaged; what they stood for is sent "
			"again",
			damaged, out->how->journal);
	return out->journal != NULL;
}

void outbox_close(struct outbox *out)
{
	journal_close(out->journal);
	queue_free(&out->queue);
	batch_free(&out->batch);
}

/* ---- what becomes of files */

static void mark(struct outbox *out, const char *path, const char *ending)
{
	char to[4096];
	if (!out->rules->rename)
		return;
	const bool fits = (size_t)snprintf(to, sizeof to, "%s%s", path, ending) < sizeof to;
	if (!fits || rename(path, to) != 0)
		log_line(out->node->log, LOG_WARN, "cannot rename %s: %s", path,
			fits ? strerror(errno) : "the name is too long");
}

/* What had to be done to a file and was not, is a failure of this host. */
static void put_away(struct outbox *out, const char *path, const struct mark *m, const char *dir)
{
	struct err e = { 0 };
	char to[4096];
	const bool ok =
		dir ? dispose_move(path, m, dir, to, sizeof to, &e) : dispose_delete(path, m, &e);
	if (ok) {
		outbox_tell_moved(out, path, dir ? to : NULL);
		return;
	}
	log_line(out->node->log, LOG_ERROR, "%s: it was sent, and cannot be %s: %s", path,
		dir ? "moved" : "deleted", e.text);
	if (!out->code)
		out->code = EXIT_SYSTEM;
}

static void done_its_duty(struct outbox *out, const char *path, const struct mark *m)
{
	if (out->how->move_to || out->how->delete)
		put_away(out, path, m, out->how->move_to);
}

static void failed(struct outbox *out, const char *path, const struct mark *m)
{
	struct err e = { 0 };
	char to[4096];
	out->failed++;
	out->halted |= out->rules->halt;
	if (!out->code && !out->rules->forgive)
		out->code = EXIT_REFUSED;
	mark(out, path, ".bad");
	if (!out->how->move_failed || !m)
		return;
	if (dispose_move(path, m, out->how->move_failed, to, sizeof to, &e))
		outbox_tell_moved(out, path, to);
	else
		log_line(out->node->log, LOG_ERROR, "%s: cannot be moved: %s", path, e.text);
}

static void fail(struct outbox *out, const char *path, const struct mark *m, const char *why)
{
	outbox_tell_failed(out, path, why);
	failed(out, path, m);
}

/* ---- taking in */

/* False: the path has no absolute one. */
static bool key_of(const struct outbox *out, const char *path, const char *instance,
	const struct mark *m, char absolute[PATH_MAX], struct journal_key *key)
{
	*key = (struct journal_key){ .peer = out->peer,
		.called = out->called,
		.path = absolute,
		.instance = instance,
		.mark = *m };
	return realpath(path, absolute) != NULL;
}

static bool remembered(
	struct outbox *out, const char *path, const char *instance, const struct mark *m)
{
	char absolute[PATH_MAX];
	struct journal_key key;
	return out->journal && key_of(out, path, instance, m, absolute, &key) &&
		journal_has(out->journal, &key);
}

/* Why an object is not one of those that the rules ask for; NULL when it is. */
static const char *unwanted(const struct outbox *out, const struct object_info *info)
{
	if (out->rules->only_files && !info->file)
		return "is a data set without file meta information";
	if (out->rules->only_data_sets && info->file)
		return "has file meta information, and a bare data set is wanted";
	return NULL;
}

static void add(
	struct outbox *out, const char *path, const struct object_info *info, const struct mark *m)
{
	struct err e = { 0 };
	const char *why = unwanted(out, info);
	if (!why && remembered(out, path, info->sop_instance, m)) {
		out->already++;
		outbox_tell_already(out, path, info->sop_instance);
		done_its_duty(out, path, m); /* which the last run may not have come to */
		return;
	}
	if (why || !batch_add(&out->batch, path, info, &e)) {
		fail(out, path, m, why ? why : e.text);
		return;
	}
	if (info->odd.kind != ERR_NONE)
		log_line(out->node->log, LOG_WARN, "%s: %s", path, info->odd.text);
	out->batch.objects[out->batch.n - 1].mark = *m;
	if (!queue_added(&out->queue))
		outbox_drop(out, out->batch.n - 1, "no memory to keep the order of its series");
}

bool outbox_look(struct outbox *out, const char *path, bool named, bool whole)
{
	struct object_info info;
	struct mark m;
	struct err e = { 0 };
	const bool there = mark_of(path, &m);
	const enum object_result found = object_inspect(path, &info, &e);
	if (found == OBJECT_OK && there)
		add(out, path, &info, &m);
	else if (!whole)
		return false;
	else if (found == OBJECT_NOT_DICOM && !(named && out->rules->strict)) {
		out->skipped++;
		outbox_tell_skipped(out, path, e.text);
	} else
		fail(out, path, there ? &m : NULL, e.kind != ERR_NONE ? e.text : "is gone");
	return found == OBJECT_OK;
}

/* Something that could not even be looked at. False: that ends everything. */
static bool missed(struct outbox *out, const struct walk_entry *entry)
{
	const bool ends = entry->named && out->rules->strict;
	if (ends && entry->err.kind == ERR_USAGE) { /* a folder that is not to be entered */
		log_line(out->node->log, LOG_WARN,
			"ignoring directory because option --scan-directories is not set: %s",
			entry->path);
		return true;
	}
	if (!ends) {
		fail(out, entry->path, NULL, entry->err.text);
		return true;
	}
	log_line(out->node->log, out->rules->halt ? LOG_FATAL : LOG_WARN,
		"cannot access file: %s: %s%s", entry->path, strerror(entry->err.code),
		out->rules->halt ? "" : ", ignoring file");
	if (!out->rules->halt)
		return true;
	out->code = EXIT_REFUSED;
	return false;
}

void outbox_plan(struct outbox *out)
{
	batch_plan(&out->batch);
}

bool outbox_collect(struct outbox *out, char *const *paths, int n)
{
	struct walk *walk = walk_new_by(paths, n, &out->rules->walk);
	struct walk_entry entry;
	bool go = true;
	while (go && walk && !*wait_stop() && !out->halted && walk_next(walk, &entry)) {
		if (entry.err.kind != ERR_NONE)
			go = missed(out, &entry);
		else
			outbox_look(out, entry.path, entry.named, true);
	}
	walk_free(walk);
	if (!go)
		return false;
	out->halted = false; /* what was found before the failure is sent */
	outbox_plan(out);
	if (out->batch.n == 0 && out->already == 0 && !*wait_stop()) {
		log_line(out->node->log, out->rules->strict ? LOG_FATAL : LOG_ERROR, "%s",
			out->rules->strict ? "no input files to be sent"
					   : "there is nothing to send");
		out->code = out->rules->strict ? EXIT_REFUSED : EXIT_INPUT;
	}
	return out->batch.n > 0;
}

/* ---- what came of it */

void outbox_drop(struct outbox *out, size_t i, const char *why)
{
	struct batch_object *o = &out->batch.objects[i];
	queue_done(&out->queue, i, BATCH_FAILED);
	fail(out, o->path, &o->mark, why);
}

/* How long the object is to wait before its next attempt; it has had some. */
static uint64_t wait_for_object(struct outbox *out, const struct batch_object *o)
{
	return sending_wait(out->how, o->tries, out->random);
}

bool outbox_return(struct outbox *out, size_t i, const char *why, bool charge)
{
	struct batch_object *o = &out->batch.objects[i];
	uint64_t due = 0;
	if (charge && o->tries++ >= sending_tries(out->how)) {
		outbox_drop(out, i, why);
		return false;
	}
	if (charge)
		due = clock_ms() + wait_for_object(out, o);
	out->retried += charge;
	queue_back(&out->queue, i, due);
	return true;
}

/* Puts what is stored into the journal. False: it cannot be remembered, and sending ends with that. */
static bool remember(struct outbox *out, const struct outbox_answer *answers, size_t n)
{
	struct err e = { 0 };
	char absolute[PATH_MAX];
	struct journal_key key;
	if (!out->journal)
		return true;
	for (size_t k = 0; k < n && e.kind == ERR_NONE; k++) {
		const struct batch_object *o = &out->batch.objects[answers[k].at];
		if (sending_outcome(answers[k].status) > SENDING_REDUCED)
			continue;
		if (!key_of(out, o->path, o->instance, &o->mark, absolute, &key))
			err_set(&e, ERR_SYSTEM, errno, "cannot remember %s: %s", o->path,
				strerror(errno));
		else
			journal_add(out->journal, &key, &e);
	}
	if (e.kind == ERR_NONE && journal_sync(out->journal, &e))
		return true;
	if (!out->halted || out->code != EXIT_SYSTEM) /* once, whatever else is answered yet */
		log_line(out->node->log, LOG_ERROR,
			"%s: nothing more is sent, since it would be forgotten", e.text);
	out->halted = true;
	out->code = EXIT_SYSTEM;
	return false;
}

/* DCMTK's exit code for a status: its high byte, and 1 for those below 0200. */
static int dcmtk_code(uint16_t status)
{
	return status >> 8 > 1 ? status >> 8 : 1;
}

static void refused(struct outbox *out, const struct outbox_answer *a)
{
	const struct batch_object *o = &out->batch.objects[a->at];
	queue_done(&out->queue, a->at, BATCH_FAILED);
	if (!out->rules->forgive)
		out->code = FACE && out->node->log->dcmtk ? dcmtk_code(a->status) : EXIT_REFUSED;
	outbox_tell_answer(out, a, false);
	failed(out, o->path, &o->mark);
}

static void stored(struct outbox *out, const struct outbox_answer *a, bool reduced, bool safe)
{
	struct batch_object *o = &out->batch.objects[a->at];
	const bool again = o->again > 0;
	out->stored++;
	out->bytes += o->size;
	outbox_tell_answer(out, a, true);
	if (again) {
		o->again--;
		queue_back(&out->queue, a->at, 0);
		return;
	}
	queue_done(&out->queue, a->at, BATCH_STORED);
	mark(out, o->path, ".done");
	if (!safe)
		log_line(out->node->log, LOG_WARN,
			"%s: stored, and the next run sends it again: the journal does not "
			"remember it",
			o->path);
	else if (!reduced)
		done_its_duty(out, o->path, &o->mark);
	else if (out->how->move_to || out->how->delete)
		log_line(out->node->log, LOG_WARN,
			"%s: left where it is: the peer did not say that it has all of it",
			o->path);
}

static void one_answer(struct outbox *out, const struct outbox_answer *a, bool safe)
{
	struct batch_object *o = &out->batch.objects[a->at];
	const enum sending_outcome outcome = sending_outcome(a->status);
	if (outcome == SENDING_LATER && o->tries < sending_tries(out->how)) {
		o->tries++;
		const uint64_t wait = wait_for_object(out, o);
		outbox_tell_retry(out, o->path, true, dimse_status_text(a->status), wait, o->tries);
		queue_back(&out->queue, a->at, clock_ms() + wait);
	} else if (outcome == SENDING_STORED || outcome == SENDING_REDUCED) {
		stored(out, a, outcome == SENDING_REDUCED, safe);
	} else {
		refused(out, a);
	}
}

void outbox_settle(struct outbox *out, const struct outbox_answer *answers, size_t n)
{
	const bool safe = remember(out, answers, n);
	for (size_t k = 0; k < n; k++)
		one_answer(out, &answers[k], safe);
}
