/* SPDX-License-Identifier: MIT */
/* What a sender tells, as lines for people and as events for programs. */
#include "app/outbox.h"

#include "cli/exit.h"
#include "cli/text.h"

#include <stdio.h>

/* A file of which there is no more to say. */
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

void outbox_tell_failed(struct outbox *out, const char *path, const char *why)
{
	log_line(out->node->log, LOG_ERROR, "%s: %s", path, why);
	tell_file(out, "object", path, "failed", why);
}

void outbox_tell_skipped(struct outbox *out, const char *path, const char *why)
{
	log_line(out->node->log, LOG_NOTE, "passed over %s: it %s", path, why);
	tell_file(out, "skipped", path, "skipped", why);
}

void outbox_tell_already(struct outbox *out, const char *path, const char *instance)
{
	struct json *j = &out->node->json;
	log_line(out->node->log, LOG_INFO, "%s: sent already, as the journal says", path);
	if (!out->node->log->json)
		return;
	json_begin(j, "already_sent");
	json_str(j, "path", path);
	json_str(j, "sop_instance", instance);
	json_write(j, NULL);
}

void outbox_tell_moved(struct outbox *out, const char *path, const char *to)
{
	struct json *j = &out->node->json;
	log_line(out->node->log, LOG_INFO, "%s: %s%s", path, to ? "moved to " : "deleted",
		to ? to : "");
	if (!out->node->log->json)
		return;
	json_begin(j, "put_away");
	json_str(j, "path", path);
	json_str(j, "to", to);
	json_write(j, NULL);
}

void outbox_tell_retry(struct outbox *out, const char *what, bool object, const char *why,
	uint64_t ms, uint32_t attempt)
{
	struct json *j = &out->node->json;
	const uint32_t tries = sending_tries(out->how);
	char time[TEXT_NUMBER], of[24] = "";
	out->retried++;
	if (tries != UINT32_MAX)
		snprintf(of, sizeof of, " of %u", (unsigned)tries);
	log_line(out->node->log, LOG_WARN, "%s%s%s; retry %u%s in %s", object ? what : "",
		object ? ": " : "", why, (unsigned)attempt, of, text_duration(ms, time));
	if (!out->node->log->json)
		return;
	json_begin(j, "retry");
	json_str(j, object ? "path" : "peer", what);
	json_str(j, "reason", why);
	json_uint(j, "attempt", attempt);
	json_uint(j, "wait_ms", ms);
	json_write(j, NULL);
}

void outbox_tell_answer(struct outbox *out, const struct outbox_answer *a, bool stored)
{
	const struct batch_object *o = &out->batch.objects[a->at];
	const struct batch_pair *p = &out->batch.pairs[o->pair];
	struct json *j = &out->node->json;
	char status[5], class_text[UID_TEXT], syntax_text[UID_TEXT];
	node_status(a->status, status);
	if (!stored || a->status != DIMSE_SUCCESS)
		log_line(out->node->log, stored ? LOG_WARN : LOG_ERROR, "%s: %s: %s (%s)%s%s",
			o->path, stored ? "stored with a warning" : "the peer refused it",
			dimse_status_text(a->status), status, *a->comment ? ": " : "", a->comment);
	else
		log_line(out->node->log, LOG_INFO, "%s: stored (%s, %s)", o->path,
			uid_name(span_str(p->sop_class), class_text),
			uid_name(span_str(a->as), syntax_text));
	if (!out->node->log->json)
		return;
	json_begin(j, "object");
	json_str(j, "path", o->path);
	json_str(j, "sop_class", p->sop_class);
	json_str(j, "sop_instance", o->instance);
	json_str(j, "transfer_syntax", p->transfer_syntax);
	json_str(j, "sent_as", a->as);
	json_uint(j, "bytes", o->size);
	json_uint(j, "ms", a->ms);
	json_str(j, "status", status);
	json_str(j, "result", stored ? "stored" : "failed");
	json_str(j, "reason", dimse_status_text(a->status));
	json_str(j, "comment", a->comment);
	json_write(j, NULL);
}

/* Objects that still wait. Those of a watched folder are still in it, and the next run finds them. */
static size_t tell_unsent(struct outbox *out)
{
	size_t unsent = 0;
	for (size_t i = 0; i < out->batch.n; i++) {
		const struct batch_object *o = &out->batch.objects[i];
		if (o->state == BATCH_STORED || o->state == BATCH_FAILED)
			continue;
		unsent++;
		if (!out->how->watch)
			outbox_tell_failed(out, o->path, "not sent");
	}
	return unsent;
}

void outbox_summary(struct outbox *out, uint64_t ms)
{
	char objects[TEXT_NUMBER], size[TEXT_NUMBER], time[TEXT_NUMBER], rate[TEXT_NUMBER];
	char already[TEXT_NUMBER + 24] = "";
	struct json *j = &out->node->json;
	const size_t unsent = tell_unsent(out);
	if (unsent && !out->how->watch && !out->code && !out->rules->forgive)
		out->code = EXIT_REFUSED;
	if (out->journal)
		snprintf(already, sizeof already, ", already sent: %zu", out->already);
	log_line(out->node->log, LOG_NOTE,
		"%s stored, %s in %s (%s); %zu failed, %zu not sent, %zu passed over%s",
		text_count(out->stored, "object", objects), text_size(out->bytes, size),
		text_duration(ms, time), text_rate(out->bytes, ms, rate), out->failed, unsent,
		out->skipped, already);
	if (!out->node->log->json)
		return;
	json_begin(j, "summary");
	json_uint(j, "stored", out->stored);
	json_uint(j, "failed", out->failed);
	json_uint(j, "unsent", unsent);
	json_uint(j, "skipped", out->skipped);
	json_uint(j, "already_sent", out->already);
	json_uint(j, "retried", out->retried);
	json_uint(j, "bytes", out->bytes);
	json_uint(j, "ms", ms);
	json_write(j, NULL);
}
