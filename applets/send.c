/* SPDX-License-Identifier: MIT */
/* Sends the DICOM objects in files and folders to a storage provider. */
#include "app/caller.h"
#include "app/outbox.h"
#include "app/storescu.h"
#include "cli/exit.h"
#include "cli/progress.h"
#include "io/clock.h"
#include "io/wait.h"

#include <string.h>

struct send {
	struct node_opts node;
	const char *called;
	struct storescu dcmtk;
};
#define AT(field) offsetof(struct send, field)

static const struct opt options[] = {
	{ .help = "association" },
	{ "--title", "-aet --aetitle", "TITLE", opt_title, AT(node.title),
		"our AE title (DCMSEC)" },
	{ "--called", "-aec --call", "TITLE", opt_title, AT(called),
		"the peer's AE title (ANY-SCP)" },
	{ .rows = FACE ? storescu_rows : opt_none, .at = AT(dcmtk) },
	{ .rows = node_caller_rows, .at = AT(node) },
	{ .rows = node_rows, .at = AT(node) },
	{ 0 },
};

/* One run of the applet. */
struct run {
	const struct send *o;
	const struct call *call;
	struct node node;
	struct outbox out;
	struct outbox_rules rules;
	struct batch_proposal proposal;
	struct mspan token; /* that the identity is read from */
	struct batch_offers offers;
	struct progress progress;
	struct caller caller;
	size_t association;      /* the present one */
	struct outbox_sent sent; /* the object under way */
	size_t next;             /* none before this one waits for the present association */
};

/* ---- objects */

static void fail_object(struct run *r, size_t i, const char *why)
{
	r->out.batch.objects[i].state = BATCH_FAILED;
	outbox_fail(&r->out, r->out.batch.objects[i].path, why);
}

/* The peer has answered for the object under way. */
static void answered(struct run *r, const struct scu_news *news)
{
	outbox_answered(&r->out, &r->sent, news);
	const bool again = r->out.batch.objects[r->sent.at].state == BATCH_WAITING;
	r->sent.again = again ? r->sent.again - 1 : r->o->dcmtk.repeat - 1;
	r->sent.at = r->out.batch.n;
}

/* Begins to send object i. False: it cannot be sent, which is told. */
static bool begin(struct run *r, size_t i)
{
	const struct batch_object *o = &r->out.batch.objects[i];
	const struct batch_pair *p = &r->out.batch.pairs[o->pair];
	const struct uid_syntax *recode;
	struct object_info info;
	struct err e = { 0 };
	uint8_t context;
	batch_info(&r->out.batch, i, &info);
	r->sent.since = clock_ms();
	if (scu_choose(r->caller.scu, p->sop_class, p->transfer_syntax, p->syntax, &context,
		    &recode, &e)) {
		struct object_stream *stream =
			object_open(o->path, &info, recode ? syntax_of(recode) : p->syntax, &e);
		r->sent.as = recode ? recode->uid : p->transfer_syntax;
		r->sent.at = i;
		if (stream && scu_store(r->caller.scu, context, &info, stream, &e))
			return true;
	}
	r->sent.at = r->out.batch.n;
	fail_object(r, i, e.text);
	return false;
}

/* The next object that this association carries; batch.n when there is none. */
static size_t next_waiting(struct run *r)
{
	const struct batch *b = &r->out.batch;
	while (r->next < b->n &&
		(b->objects[r->next].state != BATCH_WAITING ||
			b->pairs[b->objects[r->next].pair].association != r->association))
		r->next++;
	return r->next;
}

static bool halted(const struct run *r)
{
	return *wait_stop() || r->out.halted;
}

static void go_on(struct run *r)
{
	struct err e = { 0 };
	size_t i;
	while (!halted(r) && (i = next_waiting(r)) < r->out.batch.n)
		if (begin(r, i))
			return;
	if (r->o->dcmtk.abort || !scu_release(r->caller.scu, &e))
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
	if (r->o->dcmtk.verbose_pc)
		node_tell_contexts(&r->node, scu_conn(r->caller.scu));
	if (accepted || !r->call->dcmtk)
		return;
	log_line(r->node.log, LOG_FATAL, "No Acceptable Presentation Contexts");
	r->out.code = EXIT_REFUSED;
	r->out.halted = true;
}

static void draw(void *who)
{
	struct run *r = who;
	r->progress.objects = r->out.stored + r->out.failed;
	r->progress.bytes =
		r->out.bytes + (r->sent.at < r->out.batch.n ? scu_bytes(r->caller.scu) : 0);
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
	batch_offers(&r->out.batch, r->association, &r->offers);
	const bool released = caller_associate(&r->caller, r->offers.offers, r->offers.n, e);
	if (r->sent.at < r->out.batch.n)
		fail_object(r, r->sent.at,
			e->kind != ERR_NONE ? e->text : "the association ended before it");
	r->sent.at = r->out.batch.n;
	return released;
}

/* An association that was lost over one object is opened again for the others; one that moved nothing
 * is not. */
static void send_association(struct run *r)
{
	while (!halted(r) && next_waiting(r) < r->out.batch.n) {
		struct err e = { 0 };
		const size_t before = r->out.stored + r->out.failed;
		const bool released = associate(r, &e);
		if (!released && r->call->dcmtk && !r->out.code)
			r->out.code = EXIT_REFUSED; /* whatever --no-halt forgives */
		if (released || r->out.stored + r->out.failed > before)
			continue;
		r->out.code = node_fail(&r->node, r->call, &e);
		return;
	}
}

/* ---- the whole */

static void send_all(struct run *r)
{
	r->sent.at = r->out.batch.n;
	r->sent.again = r->o->dcmtk.repeat - 1;
	progress_start(&r->progress, r->node.log, clock_ms());
	r->progress.objects_all = r->out.batch.n + r->out.failed;
	r->progress.bytes_all = r->out.batch.bytes;
	for (; r->association < r->out.batch.associations && !halted(r); r->association++) {
		r->next = 0;
		send_association(r);
	}
	progress_end(&r->progress);
	outbox_summary(&r->out, clock_ms() - r->progress.start);
}

/* What the name that we are called by makes of the options. */
static void prepare(struct run *r)
{
	r->rules = outbox_usual;
	r->out.rules = &r->rules;
	if (!FACE || !r->call->dcmtk)
		return;
	r->rules = storescu_outbox(&r->o->dcmtk);
	storescu_proposal(&r->o->dcmtk, &r->proposal);
	r->out.batch.proposal = &r->proposal;
}

static int send_run(void *state, const struct call *call)
{
	struct send *o = state;
	struct run r = { .o = o, .call = call };
	struct err e = { 0 };
	const int first = call->dcmtk ? 2 : 1;
	if (call->n <= first && !o->node.list)
		return call_usage(call,
			call->dcmtk ? "a peer, a port and at least one file are needed"
				    : "a peer and something to send are needed");
	if (!node_open(&r.node, &o->node, TLS_CLIENT, call, &r.out.code))
		return r.out.code;
	r.out.node = &r.node;
	prepare(&r);
	r.caller = (struct caller){
		.node = &r.node, .called = o->called, .act = act, .turn = draw, .who = &r
	};
	wait_signals();
	if (!caller_find(&r.caller, call, &e) ||
		(FACE && !storescu_wishes(&o->dcmtk, &r.caller.wishes, &r.token, &e)))
		r.out.code = node_fail(&r.node, call, &e);
	else if (outbox_collect(&r.out, call->operands + first, call->n - first))
		send_all(&r);
	else
		outbox_summary(&r.out, 0);
	batch_free(&r.out.batch);
	if (FACE)
		storescu_forget(&o->dcmtk, &r.token);
	node_close(&r.node);
	return r.out.code;
}

static const struct send defaults = {
	.node = NODE_DEFAULTS, .called = "ANY-SCP", .dcmtk = STORESCU_DEFAULTS
};
static const struct send alias_defaults = {
	.node = NODE_DCMTK("STORESCU"), .called = "ANY-SCP", .dcmtk = STORESCU_DEFAULTS
};

const struct applet applet_send = {
	.name = "send",
	.alias = FACE ? "storescu" : NULL,
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
	.alias_defaults = &alias_defaults,
	.alias_rules = FACE ? storescu_rules : NULL,
	.run = send_run,
};
