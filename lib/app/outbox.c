/* SPDX-License-Identifier: MIT */
#include "app/outbox.h"

#include "cli/exit.h"
#include "cli/text.h"
#include "io/clock.h"
#include "io/wait.h"
#include "io/walk.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const struct outbox_rules outbox_usual = { .walk = { .folders = true, .deep = true } };

/* A file that will not be stored, and why. */
static void tell_file(struct outbox *out, const char *event, const char *path, const char *result,
	const char *why)
{
	struct json *j = &out->node->json;
	if (!out->node->log->json)
		return;
	json_begin(j, event);
	json_str(j, "path", path);
	json_str(j, "result", result);
	json_str(j, "reason", why);
	json_write(j, NULL);
}

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

void outbox_fail(struct outbox *out, const char *path, const char *why)
{
	out->failed++;
	out->halted |= out->rules->halt;
	if (!out->code && !out->rules->forgive)
		out->code = EXIT_REFUSED;
	log_line(out->node->log, LOG_ERROR, "%s: %s", path, why);
	tell_file(out, "object", path, "failed", why);
	mark(out, path, ".bad");
}

static void pass_over(struct outbox *out, const char *path, const char *why)
{
	out->skipped++;
	log_line(out->node->log, LOG_NOTE, "passed over %s: it %s", path, why);
	tell_file(out, "skipped", path, "skipped", why);
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

static void look_into(struct outbox *out, const char *path, bool named)
{
	struct object_info info;
	struct err e = { 0 };
	const char *why;
	switch (object_inspect(path, &info, &e)) {
	case OBJECT_OK:
		why = unwanted(out, &info);
		if (why || !batch_add(&out->batch, path, &info, &e))
			outbox_fail(out, path, why ? why : e.text);
		else if (info.odd.kind != ERR_NONE)
			log_line(out->node->log, LOG_WARN, "%s: %s", path, info.odd.text);
		break;
	case OBJECT_NOT_DICOM:
		if (named && out->rules->strict)
			outbox_fail(out, path, e.text);
		else
			pass_over(out, path, e.text);
		break;
	case OBJECT_BROKEN:
	case OBJECT_UNREADABLE:
		outbox_fail(out, path, e.text);
		break;
	}
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
		outbox_fail(out, entry->path, entry->err.text);
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

bool outbox_collect(struct outbox *out, char *const *paths, int n)
{
	struct walk *walk = walk_new_by(paths, n, &out->rules->walk);
	struct walk_entry entry;
	bool go = true;
	while (go && walk && !*wait_stop() && !out->halted && walk_next(walk, &entry)) {
		if (entry.err.kind != ERR_NONE)
			go = missed(out, &entry);
		else
			look_into(out, entry.path, entry.named);
	}
	walk_free(walk);
	if (!go)
		return false;
	out->halted = false; /* what was found before the failure is sent */
	batch_plan(&out->batch);
	if (out->batch.n == 0 && !*wait_stop()) {
		log_line(out->node->log, out->rules->strict ? LOG_FATAL : LOG_ERROR, "%s",
			out->rules->strict ? "no input files to be sent"
					   : "there is nothing to send");
		out->code = out->rules->strict ? EXIT_REFUSED : EXIT_INPUT;
	}
	return out->batch.n > 0;
}

static void tell_answer(struct outbox *out, const struct outbox_sent *sent,
	const struct scu_news *news, bool stored)
{
	const struct batch_object *o = &out->batch.objects[sent->at];
	const struct batch_pair *p = &out->batch.pairs[o->pair];
	struct json *j = &out->node->json;
	char status[5], class_text[UID_TEXT], syntax_text[UID_TEXT];
	node_status(news->status, status);
	if (!stored || news->status != DIMSE_SUCCESS)
		log_line(out->node->log, stored ? LOG_WARN : LOG_ERROR, "%s: %s: %s (%s)%s%s",
			o->path, stored ? "stored with a warning" : "the peer refused it",
			dimse_status_text(news->status), status, *news->comment ? ": " : "",
			news->comment);
	else
		log_line(out->node->log, LOG_INFO, "%s: stored (%s, %s)", o->path,
			uid_name(span_str(p->sop_class), class_text),
			uid_name(span_str(sent->as), syntax_text));
	if (!out->node->log->json)
		return;
	json_begin(j, "object");
	json_str(j, "path", o->path);
	json_str(j, "sop_class", p->sop_class);
	json_str(j, "sop_instance", o->instance);
	json_str(j, "transfer_syntax", p->transfer_syntax);
	json_str(j, "sent_as", sent->as);
	json_uint(j, "bytes", o->size);
	json_uint(j, "ms", clock_ms() - sent->since);
	json_str(j, "status", status);
	json_str(j, "result", stored ? "stored" : "failed");
	json_str(j, "reason", dimse_status_text(news->status));
	json_str(j, "comment", news->comment);
	json_write(j, NULL);
}

/* DCMTK's exit code for a status: its high byte, and 1 for those below 0200. */
static int dcmtk_code(uint16_t status)
{
	return status >> 8 > 1 ? status >> 8 : 1;
}

void outbox_answered(
	struct outbox *out, const struct outbox_sent *sent, const struct scu_news *news)
{
	struct batch_object *o = &out->batch.objects[sent->at];
	const enum dimse_class class = dimse_class(news->status);
	const bool stored = class == DIMSE_OK || class == DIMSE_WARNING;
	o->state = !stored ? BATCH_FAILED : sent->again ? BATCH_WAITING : BATCH_STORED;
	if (stored) {
		out->stored++;
		out->bytes += o->size;
	} else {
		out->failed++;
		out->halted |= out->rules->halt;
		if (!out->rules->forgive)
			out->code = out->node->log->dcmtk ? dcmtk_code(news->status) : EXIT_REFUSED;
	}
	tell_answer(out, sent, news, stored);
	if (o->state != BATCH_WAITING)
		mark(out, o->path, stored ? ".done" : ".bad");
}

void outbox_summary(struct outbox *out, uint64_t ms)
{
	char objects[TEXT_NUMBER], size[TEXT_NUMBER], time[TEXT_NUMBER], rate[TEXT_NUMBER];
	struct json *j = &out->node->json;
	size_t unsent = 0;
	for (size_t i = 0; i < out->batch.n; i++) {
		if (out->batch.objects[i].state != BATCH_WAITING)
			continue;
		unsent++;
		log_line(out->node->log, LOG_ERROR, "%s: not sent", out->batch.objects[i].path);
		tell_file(out, "object", out->batch.objects[i].path, "failed", "not sent");
	}
	if (unsent && !out->code && !out->rules->forgive)
		out->code = EXIT_REFUSED;
	log_line(out->node->log, LOG_NOTE,
		"%s stored, %s in %s (%s); %zu failed, %zu not sent, %zu passed over",
		text_count(out->stored, "object", objects), text_size(out->bytes, size),
		text_duration(ms, time), text_rate(out->bytes, ms, rate), out->failed, unsent,
		out->skipped);
	if (!out->node->log->json)
		return;
	json_begin(j, "summary");
	json_uint(j, "stored", out->stored);
	json_uint(j, "failed", out->failed);
	json_uint(j, "unsent", unsent);
	json_uint(j, "skipped", out->skipped);
	json_uint(j, "bytes", out->bytes);
	json_uint(j, "ms", ms);
	json_write(j, NULL);
}
