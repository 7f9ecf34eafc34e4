/* SPDX-License-Identifier: MIT */
/* Asks a peer whether it is there: an association, one C-ECHO (PS3.7 9.1.5), a release. */
#include "app/caller.h"
#include "app/echoscu.h"
#include "cli/exit.h"
#include "cli/text.h"
#include "dicom/uid.h"
#include "io/clock.h"
#include "io/wait.h"

struct echo {
	struct node_opts node;
	int repeat;
	struct echoscu dcmtk;
};
#define AT(field) offsetof(struct echo, field)

static const struct opt options[] = {
	{ .rows = node_title_rows, .at = AT(node) },
	{ "--repeat", "--repeat", "N", opt_int, AT(repeat),
		"how many echoes in the association (1)", .min = 1, .max = 1000000 },
	{ .rows = FACE ? echoscu_rows : opt_none, .at = AT(dcmtk) },
	{ .rows = node_caller_rows, .at = AT(node) },
	{ 0 },
};

struct run {
	const struct echo *o;
	const struct call *call;
	struct node node;
	struct caller caller;
	uint64_t since; /* when the present echo was sent */
	int echoed, refused;
};

static void next_echo(struct run *r, struct err *e)
{
	r->since = clock_ms();
	if (r->echoed + r->refused < r->o->repeat && scu_echo(r->caller.scu, e))
		return;
	if (e->kind != ERR_NONE || r->o->dcmtk.abort || !scu_release(r->caller.scu, e))
		scu_abort(r->caller.scu);
}

static void answered(struct run *r, const struct scu_news *news)
{
	struct json *j = &r->node.json;
	char status[5], time[TEXT_NUMBER];
	const uint64_t ms = clock_ms() - r->since;
	const bool good = news->status == DIMSE_SUCCESS;
	node_status(news->status, status);
	if (good)
		r->echoed++;
	else
		r->refused++;
	if (good)
		log_line(r->node.log, LOG_NOTE, "%s answered the echo in %s", r->caller.peer,
			text_duration(ms, time));
	else
		log_line(r->node.log, LOG_ERROR, "%s answered the echo with %s (%s)",
			r->caller.peer, dimse_status_text(news->status), status);
	if (!r->node.log->json)
		return;
	json_begin(j, "echo");
	json_str(j, "peer", r->caller.peer);
	json_str(j, "status", status);
	json_uint(j, "ms", ms);
	json_write(j, NULL);
}

/* Acts on what happened. False when the association is over, with why in *e. */
static bool act(void *who, const struct scu_news *news, struct err *e)
{
	struct run *r = who;
	switch (news->what) {
	case SCU_SECURED:
		node_tell_secured(&r->node, scu_conn(r->caller.scu), r->caller.peer);
		return true;
	case SCU_ASSOCIATED: {
		const unsigned n = (unsigned)r->o->dcmtk.contexts;
		unsigned accepted = 0;
		for (unsigned k = 0; k < n; k++)
			accepted += ul_result(conn_ul(scu_conn(r->caller.scu)), k) == PDU_ACCEPTED;
		node_tell_association(&r->node, r->caller.peer, r->o->node.title, r->o->node.called,
			accepted, n - accepted);
		next_echo(r, e);
		return true;
	}
	case SCU_RESPONSE:
		answered(r, news);
		next_echo(r, e);
		return true;
	case SCU_UNSENT:
	case SCU_ENDED:
		err_set(e, news->err.kind, news->err.code, "%s", news->err.text);
		break;
	}
	return false;
}

static void ask(struct run *r, struct err *e)
{
	static const char *const usual[] = { UID_IMPLICIT_LE };
	struct pdu_offer offers[PDU_CONTEXTS] = { { UID_VERIFICATION, usual, 1 } };
	const unsigned n = FACE ? echoscu_offers(&r->o->dcmtk, offers) : 1;
	if (caller_find(&r->caller, r->call, e))
		caller_associate(&r->caller, offers, n, e);
}

static int echo_run(void *state, const struct call *call)
{
	struct echo *o = state;
	struct run r = { .o = o, .call = call };
	struct err e = { 0 };
	int code = EXIT_DONE;
	if (FACE && (o->dcmtk.verify || o->dcmtk.root)) {
		log_start(&o->node.log, call);
		return echoscu_judge(&o->dcmtk, &o->node, &o->node.log);
	}
	if (call->n != (call_dcmtk(call) ? 2 : 1) && !o->node.list)
		return call_usage(call,
			call_dcmtk(call) ? "a peer and a port are needed" : "one peer is needed");
	if (!node_open(&r.node, &o->node, TLS_CLIENT, call, &code))
		return code;
	r.caller =
		(struct caller){ .node = &r.node, .called = o->node.called, .act = act, .who = &r };
	wait_signals();
	ask(&r, &e);
	if (e.kind != ERR_NONE)
		code = node_fail(&r.node, call, &e);
	else if (r.refused)
		code = EXIT_REFUSED;
	node_close(&r.node);
	return code;
}

static const struct echo defaults = {
	.node = NODE_DEFAULTS, .repeat = 1, .dcmtk = ECHOSCU_DEFAULTS
};
static const struct echo alias_defaults = {
	.node = NODE_DCMTK("ECHOSCU"), .repeat = 1, .dcmtk = ECHOSCU_DEFAULTS
};

const struct applet applet_echo = {
	.name = "echo",
	.alias = FACE ? "echoscu" : NULL,
	.usage = "[OPTION]... HOST[:PORT]",
	.alias_usage = FACE ? "[options] peer port" : NULL,
	.summary = "ask a DICOM peer whether it is there (C-ECHO)",
	.notes = "The port is 2762, or 11112 with --plain.\n"
		 "\n"
		 "Exit codes: 0 it answered; 1 it answered with a failure; 2 usage; 4 no "
		 "connection; 5 TLS or a "
		 "certificate; 6 rejected or aborted; 7 randomness; 8 this host.\n"
		 "\n"
		 "  dcmsec echo --key ct1.key --cert ct1.pem --ca ca.pem pacs.local\n",
	.options = options,
	.size = sizeof(struct echo),
	.defaults = &defaults,
	.alias_defaults = FACE ? &alias_defaults : NULL,
	.alias_rules = FACE ? echoscu_rules : NULL,
	.run = echo_run,
};
