/* SPDX-License-Identifier: MIT */
/* Sends the DICOM objects in files and folders to a storage provider. */
#include "app/caller.h"
#include "cli/exit.h"
#include "cli/progress.h"
#include "cli/text.h"
#include "io/batch.h"
#include "io/clock.h"
#include "io/wait.h"
#include "io/walk.h"

#include <string.h>

struct send {
	struct node_opts node;
	const char *called;
	bool no_halt; /* DCMTK's: go on after a failure, and end with 0 */
	bool scan;    /* DCMTK's: folders are entered; ours always are */
};
#define AT(field) offsetof(struct send, field)

static const struct opt options[] = {
	{ .help = "association" },
	{ "--title", "-aet --aetitle", "TITLE", opt_title, AT(node.title),
		"our AE title (DCMSEC)" },
	{ "--called", "-aec --call", "TITLE", opt_title, AT(called),
		"the peer's AE title (ANY-SCP)" },
	{ NULL, "-nh --no-halt", NULL, opt_flag, AT(no_halt), "go on after a failure" },
	{ NULL, "+sd --scan-directories", NULL, opt_flag, AT(scan), "enter folders" },
	{ NULL, "+r --recurse", NULL, opt_flag, AT(scan), "enter folders in folders" },
	{ .rows = node_rows, .at = AT(node) },
	{ 0 },
};

/* One run of the applet. */
struct run {
	const struct send *o;
	const struct call *call;
	struct node node;
	struct batch batch;
	struct batch_offers offers;
	struct progress progress;
	struct caller caller;
	size_t association;             /* the present one */
	size_t stored, failed, skipped; /* objects; skipped are files that are no objects */
	uint64_t bytes;                 /* of the stored ones */
	size_t at;                      /* the object under way, or batch.n */
	size_t next;                    /* none before this one waits for the present association */
	const char *sent_as;            /* its transfer syntax on the way */
	uint64_t since;                 /* when it began */
	int code;                       /* the exit code so far */
};

/* ---- collecting */

/* A file that will not be stored, and why. */
static void tell_file(
	struct run *r, const char *event, const char *path, const char *result, const char *why)
{
	struct json *j = &r->node.json;
	if (!r->node.log->json)
		return;
	json_begin(j, event);
	json_str(j, "path", path);
	json_str(j, "result", result);
	json_str(j, "reason", why);
	json_write(j, NULL);
}

static void fail_file(struct run *r, const char *path, const char *why)
{
	r->failed++;
	if (!r->code)
		r->code = EXIT_REFUSED;
	log_line(r->node.log, LOG_ERROR, "%s: %s", path, why);
	tell_file(r, "object", path, "failed", why);
}

static void pass_over(struct run *r, const char *path, const char *why)
{
	r->skipped++;
	log_line(r->node.log, LOG_NOTE, "passed over %s: it %s", path, why);
	tell_file(r, "skipped", path, "skipped", why);
}

static void look_into(struct run *r, const char *path)
{
	struct object_info info;
	struct err e = { 0 };
	switch (object_inspect(path, &info, &e)) {
	case OBJECT_OK:
		if (info.odd.kind != ERR_NONE)
			log_line(r->node.log, LOG_WARN, "%s: %s", path, info.odd.text);
		if (!batch_add(&r->batch, path, &info, &e))
			fail_file(r, path, e.text);
		break;
	case OBJECT_NOT_DICOM:
		pass_over(r, path, e.text);
		break;
	case OBJECT_BROKEN:
	case OBJECT_UNREADABLE:
		fail_file(r, path, e.text);
		break;
	}
}

static bool collect(struct run *r, char *const *paths, int n)
{
	struct walk *walk = walk_new(paths, n);
	struct walk_entry entry;
	while (walk && !*wait_stop() && walk_next(walk, &entry)) {
		if (entry.err.kind != ERR_NONE)
			fail_file(r, entry.path, entry.err.text);
		else
			look_into(r, entry.path);
	}
	walk_free(walk);
	batch_plan(&r->batch);
	r->at = r->batch.n;
	if (r->batch.n == 0 && !*wait_stop()) {
		log_line(r->node.log, LOG_ERROR, "there is nothing to send");
		r->code = EXIT_INPUT;
	}
	return r->batch.n > 0;
}

/* ---- objects */

static void tell_answer(struct run *r, const struct scu_news *news, bool stored)
{
	const struct batch_object *o = &r->batch.objects[r->at];
	const struct batch_pair *p = &r->batch.pairs[o->pair];
	struct json *j = &r->node.json;
	char status[5], class_text[UID_TEXT], syntax_text[UID_TEXT];
	node_status(news->status, status);
	if (!stored || news->status != DIMSE_SUCCESS)
		log_line(r->node.log, stored ? LOG_WARN : LOG_ERROR, "%s: %s: %s (%s)%s%s", o->path,
			stored ? "stored with a warning" : "the peer refused it",
			dimse_status_text(news->status), status, *news->comment ? ": " : "",
			news->comment);
	else
		log_line(r->node.log, LOG_INFO, "%s: stored (%s, %s)", o->path,
			uid_name(span_str(p->sop_class), class_text),
			uid_name(span_str(r->sent_as), syntax_text));
	if (!r->node.log->json)
		return;
	json_begin(j, "object");
	json_str(j, "path", o->path);
	json_str(j, "sop_class", p->sop_class);
	json_str(j, "sop_instance", o->instance);
	json_str(j, "transfer_syntax", p->transfer_syntax);
	json_str(j, "sent_as", r->sent_as);
	json_uint(j, "bytes", o->size);
	json_uint(j, "ms", clock_ms() - r->since);
	json_str(j, "status", status);
	json_str(j, "result", stored ? "stored" : "failed");
	json_str(j, "reason", dimse_status_text(news->status));
	json_str(j, "comment", news->comment);
	json_write(j, NULL);
}

static void fail_object(struct run *r, size_t i, const char *why)
{
	r->batch.objects[i].state = BATCH_FAILED;
	fail_file(r, r->batch.objects[i].path, why);
}

/* DCMTK's exit code for a status: its high byte, and 1 for those below 0200. */
static int dcmtk_code(uint16_t status)
{
	return status >> 8 > 1 ? status >> 8 : 1;
}

/* The peer has answered for the object under way. */
static void answered(struct run *r, const struct scu_news *news)
{
	struct batch_object *o = &r->batch.objects[r->at];
	const enum dimse_class class = dimse_class(news->status);
	const bool stored = class == DIMSE_OK || class == DIMSE_WARNING;
	o->state = stored ? BATCH_STORED : BATCH_FAILED;
	if (stored) {
		r->stored++;
		r->bytes += o->size;
	} else {
		r->failed++;
		r->code = r->call->dcmtk ? dcmtk_code(news->status) : EXIT_REFUSED;
	}
	tell_answer(r, news, stored);
	r->at = r->batch.n;
}

/* Begins to send object i. False: it cannot be sent, which is told. */
static bool begin(struct run *r, size_t i)
{
	const struct batch_object *o = &r->batch.objects[i];
	const struct batch_pair *p = &r->batch.pairs[o->pair];
	const struct uid_syntax *recode;
	struct object_info info;
	struct err e = { 0 };
	uint8_t context;
	batch_info(&r->batch, i, &info);
	r->since = clock_ms();
	if (scu_choose(r->caller.scu, p->sop_class, p->transfer_syntax, p->syntax, &context,
		    &recode, &e)) {
		struct object_stream *stream =
			object_open(o->path, &info, recode ? syntax_of(recode) : p->syntax, &e);
		r->sent_as = recode ? recode->uid : p->transfer_syntax;
		r->at = i;
		if (stream && scu_store(r->caller.scu, context, &info, stream, &e))
			return true;
	}
	r->at = r->batch.n;
	fail_object(r, i, e.text);
	return false;
}

/* The next object that this association carries; batch.n when there is none. */
static size_t next_waiting(struct run *r)
{
	const struct batch *b = &r->batch;
	while (r->next < b->n &&
		(b->objects[r->next].state != BATCH_WAITING ||
			b->pairs[b->objects[r->next].pair].association != r->association))
		r->next++;
	return r->next;
}

static bool halted(const struct run *r)
{
	return *wait_stop() || (r->call->dcmtk && !r->o->no_halt && r->code);
}

static void go_on(struct run *r)
{
	struct err e = { 0 };
	size_t i;
	while (!halted(r) && (i = next_waiting(r)) < r->batch.n)
		if (begin(r, i))
			return;
	if (!scu_release(r->caller.scu, &e))
		scu_abort(r->caller.scu);
}

/* ---- associations */

static void tell_associated(struct run *r)
{
	unsigned accepted = 0;
	for (unsigned i = 0; i < r->offers.n; i++)
		accepted += ul_result(conn_ul(scu_conn(r->caller.scu)), i) == PDU_ACCEPTED;
	node_tell_association(&r->node, r->caller.peer, r->o->node.title, r->o->called, accepted,
		r->offers.n - accepted);
}

static void draw(void *who)
{
	struct run *r = who;
	r->progress.objects = r->stored + r->failed;
	r->progress.bytes = r->bytes + (r->at < r->batch.n ? scu_bytes(r->caller.scu) : 0);
	progress_draw(&r->progress, clock_ms());
}

/* Acts on what happened. False when the association is over, with why in *e. */
static bool act(void *who, const struct scu_news *news, struct err *e)
{
	struct run *r = who;
	switch (news->what) {
	case SCU_SECURED:
		node_tell_secured(&r->node, scu_conn(r->caller.scu), r->caller.peer);
		return true;
	case SCU_ASSOCIATED:
		tell_associated(r);
		go_on(r);
		return true;
	case SCU_RESPONSE:
		answered(r, news);
		go_on(r);
		return true;
	case SCU_UNSENT:
	case SCU_ENDED:
		*e = news->err;
		break;
	}
	return false;
}

/* Opens an association and sends what it carries. False, with why, when it did not end by release. */
static bool associate(struct run *r, struct err *e)
{
	batch_offers(&r->batch, r->association, &r->offers);
	const bool released = caller_associate(&r->caller, r->offers.offers, r->offers.n, e);
	if (r->at < r->batch.n)
		fail_object(r, r->at,
			e->kind != ERR_NONE ? e->text : "the association ended before it");
	r->at = r->batch.n;
	return released;
}

/* An association that was lost over one object is opened again for the others; one that moved nothing
 * is not. */
static void send_association(struct run *r)
{
	while (!halted(r) && next_waiting(r) < r->batch.n) {
		struct err e = { 0 };
		const size_t before = r->stored + r->failed;
		if (associate(r, &e) || r->stored + r->failed > before)
			continue;
		r->code = node_fail(&r->node, r->call, &e);
		return;
	}
}

/* ---- the whole */

static void summary(struct run *r)
{
	const uint64_t ms = clock_ms() - r->progress.start;
	char objects[TEXT_NUMBER], size[TEXT_NUMBER], time[TEXT_NUMBER], rate[TEXT_NUMBER];
	struct json *j = &r->node.json;
	size_t unsent = 0;
	for (size_t i = 0; i < r->batch.n; i++) {
		if (r->batch.objects[i].state != BATCH_WAITING)
			continue;
		unsent++;
		log_line(r->node.log, LOG_ERROR, "%s: not sent", r->batch.objects[i].path);
		tell_file(r, "object", r->batch.objects[i].path, "failed", "not sent");
	}
	if (unsent && !r->code)
		r->code = EXIT_REFUSED;
	log_line(r->node.log, LOG_NOTE,
		"%s stored, %s in %s (%s); %zu failed, %zu not sent, %zu passed over",
		text_count(r->stored, "object", objects), text_size(r->bytes, size),
		text_duration(ms, time), text_rate(r->bytes, ms, rate), r->failed, unsent,
		r->skipped);
	if (!r->node.log->json)
		return;
	json_begin(j, "summary");
	json_uint(j, "stored", r->stored);
	json_uint(j, "failed", r->failed);
	json_uint(j, "unsent", unsent);
	json_uint(j, "skipped", r->skipped);
	json_uint(j, "bytes", r->bytes);
	json_uint(j, "ms", ms);
	json_write(j, NULL);
}

static void send_all(struct run *r)
{
	progress_start(&r->progress, r->node.log, clock_ms());
	r->progress.objects_all = r->batch.n + r->failed;
	r->progress.bytes_all = r->batch.bytes;
	for (; r->association < r->batch.associations && !halted(r); r->association++) {
		r->next = 0;
		send_association(r);
	}
	progress_end(&r->progress);
	summary(r);
}

static int send_run(void *state, const struct call *call)
{
	struct send *o = state;
	struct run r = { .o = o, .call = call };
	struct err e = { 0 };
	const int first = call->dcmtk ? 2 : 1;
	if (call->n <= first)
		return call_usage(call,
			call->dcmtk ? "a peer, a port and at least one file are needed"
				    : "a peer and something to send are needed");
	if (!node_open(&r.node, &o->node, TLS_CLIENT, call, &r.code))
		return r.code;
	r.caller = (struct caller){
		.node = &r.node, .called = o->called, .act = act, .turn = draw, .who = &r
	};
	wait_signals();
	if (!caller_find(&r.caller, call, &e))
		r.code = node_fail(&r.node, call, &e);
	else if (collect(&r, call->operands + first, call->n - first))
		send_all(&r);
	batch_free(&r.batch);
	node_close(&r.node);
	return call->dcmtk && o->no_halt ? 0 : r.code;
}

static const struct send defaults = { .node = NODE_DEFAULTS, .called = "ANY-SCP" };

const struct applet applet_send = {
	.name = "send",
	.alias = "storescu",
	.usage = "[OPTION]... HOST[:PORT] PATH...",
	.alias_usage = "[options] peer port dcmfile-in...",
	.summary = "send DICOM objects to a storage peer",
	.notes = "Folders are searched for DICOM files; what is not DICOM is passed over. The port "
		 "is 2762, "
		 "or 11112 with --plain.\n"
		 "\n"
		 "Exit codes: 0 every object was stored; 1 some were not; 2 usage; 3 nothing to "
		 "send; 4 no "
		 "connection; 5 TLS or a certificate; 6 rejected or aborted; 7 randomness; 8 this "
		 "host.\n"
		 "\n"
		 "  dcmsec send --key ct1.key --cert ct1.pem --ca ca.pem pacs.local /data/outbox\n",
	.options = options,
	.size = sizeof(struct send),
	.defaults = &defaults,
	.run = send_run,
};
