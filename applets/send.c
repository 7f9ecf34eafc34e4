/* SPDX-License-Identifier: MIT */
/* Sends the DICOM objects in files and folders to a storage provider. */
#include "app/caller.h"
#include "app/sender.h"
#include "app/storescu.h"
#include "io/wait.h"

#include <stdlib.h>

struct send {
	struct node_opts node;
	struct sending how;
	struct storescu dcmtk;
};
#define AT(field) offsetof(struct send, field)

static const struct opt options[] = {
	{ .rows = node_title_rows, .at = AT(node) },
	{ .rows = sending_rows, .at = AT(how) },
	{ .rows = FACE ? storescu_rows : opt_none, .at = AT(dcmtk) },
	{ .rows = node_caller_rows, .at = AT(node) },
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
	struct mspan token;       /* that the identity is read from */
	struct asconfig *profile; /* of the contexts; NULL: none */
	struct storescu_changes changes;
	struct caller caller;
};

/* What the name that we are called by makes of the options. */
static void prepare(struct run *r)
{
	r->rules = outbox_usual;
	r->out.rules = &r->rules;
	/* DCMTK's tool asks for none. */
	r->caller.wishes.window = call_dcmtk(r->call) ? 1 : (uint16_t)r->o->how.window;
	r->caller.wishes.small = r->o->how.small;
	r->out.how = &r->o->how;
	r->out.node = &r->node;
	r->out.peer = r->caller.peer;
	r->out.called = r->o->node.called;
	if (!call_dcmtk(r->call))
		return;
	r->rules = storescu_outbox(&r->o->dcmtk);
	storescu_proposal(&r->o->dcmtk, r->profile, &r->proposal);
	r->out.opener = storescu_opener(&r->changes, &r->o->dcmtk, &r->node);
	r->out.batch.proposal = &r->proposal;
}

/* Where the waits before retries get their jitter from. Without any they are merely equal. */
static void open_random(struct run *r)
{
	struct err e = { 0 };
	if (sending_tries(&r->o->how))
		r->out.random = node_random(&r->node, &e);
}

static void send_all(struct run *r)
{
	const struct sender_config config = {
		.how = &r->o->how,
		.call = r->call,
		.caller = &r->caller,
		.node = &r->node,
		.out = &r->out,
		.repeat = (uint32_t)r->o->dcmtk.repeat - 1,
		.end_by_abort = r->o->dcmtk.abort,
		.tell_contexts = r->o->dcmtk.verbose_pc,
	};
	sender_run(&config);
}

static bool open_all(struct run *r, struct err *e)
{
	return caller_find(&r->caller, r->call, e) && sending_check(&r->o->how, e) &&
		(!FACE ||
			storescu_wishes(
				&r->o->dcmtk, r->profile, &r->caller.wishes, &r->token, e)) &&
		outbox_open(&r->out, e);
}

/* What is wrong with the operands; NULL when nothing is. */
static const char *misfit(const struct send *o, const struct call *call)
{
	if (o->node.list)
		return NULL;
	if (call_dcmtk(call))
		return call->n > 2 ? NULL : "a peer, a port and at least one file are needed";
	if (o->how.watch)
		return call->n == 1 ? NULL : "with --watch, one peer is wanted and nothing else";
	return call->n > 1 ? NULL : "a peer and something to send are needed";
}

static int send_run(void *state, const struct call *call)
{
	struct send *o = state;
	struct run r = { .o = o, .call = call };
	struct err e = { 0 };
	const int first = call_dcmtk(call) ? 2 : 1;
	const char *wrong = misfit(o, call);
	if (wrong)
		return call_usage(call, "%s", wrong);
	/* One association has no use for the room that sessions take, but for a file of them. */
	o->node.secure.no_tickets = o->how.small && !o->node.session;
	if (!node_open(&r.node, &o->node, TLS_CLIENT, call, &r.out.code))
		return r.out.code;
	r.caller = (struct caller){ .node = &r.node, .called = o->node.called };
	const bool ready = !FACE ||
		dcmtk_config_open(&o->dcmtk.config, ASCONFIG_PROPOSE, r.node.log, &r.profile, &e);
	prepare(&r);
	open_random(&r);
	wait_signals();
	if (!ready || !open_all(&r, &e))
		r.out.code = node_fail(&r.node, call, &e);
	else if (o->how.watch || outbox_collect(&r.out, call->operands + first, call->n - first))
		send_all(&r);
	else
		outbox_summary(&r.out, 0);
	outbox_close(&r.out);
	if (FACE)
		storescu_forget(&o->dcmtk, &r.token);
	free(r.profile);
	node_close(&r.node);
	return r.out.code;
}

static const struct send defaults = {
	.node = NODE_DEFAULTS, .how = SENDING_DEFAULTS, .dcmtk = STORESCU_DEFAULTS
};
static const struct send alias_defaults = {
	.node = NODE_DCMTK("STORESCU"), .how = SENDING_DEFAULTS, .dcmtk = STORESCU_DEFAULTS
};

const struct applet applet_send = {
	.name = "send",
	.alias = FACE ? "storescu" : NULL,
	.usage = "[OPTION]... HOST[:PORT] PATH...",
	.alias_usage = FACE ? "[options] peer port dcmfile-in..." : NULL,
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
	.alias_defaults = FACE ? &alias_defaults : NULL,
	.alias_rules = FACE ? storescu_rules : NULL,
	.run = send_run,
};
