/* SPDX-License-Identifier: MIT */
/* Asks a peer whether it is there: an association, one C-ECHO (PS3.7 9.1.5), a release. */
#include "app/node.h"
#include "cli/exit.h"
#include "cli/text.h"
#include "io/clock.h"
#include "io/net.h"
#include "io/scu.h"
#include "io/wait.h"

struct echo {
	struct node_opts node;
	const char *called;
	int repeat;
};
#define AT(field) offsetof(struct echo, field)

static const struct opt options[] = {
	{ .help = "association" },
	{ "--title", "-aet --aetitle", "TITLE", opt_title, AT(node.title),
		"our AE title (DCMSEC)" },
	{ "--called", "-aec --call", "TITLE", opt_title, AT(called),
		"the peer's AE title (ANY-SCP)" },
	{ "--repeat", "--repeat", "N", opt_int, AT(repeat),
		"how many echoes in the association (1)", .min = 1, .max = 1000000 },
	{ .rows = node_rows, .at = AT(node) },
	{ 0 },
};

struct run {
	const struct echo *o;
	const struct call *call;
	struct node node;
	struct scu *scu;
	char peer[NET_PEER];
	uint64_t since; /* when the present echo was sent */
	int echoed, refused;
};

static void next_echo(struct run *r, struct err *e)
{
	r->since = clock_ms();
	if (r->echoed + r->refused < r->o->repeat && scu_echo(r->scu, e))
		return;
	if (e->kind != ERR_NONE || !scu_release(r->scu, e))
		scu_abort(r->scu);
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
		log_line(r->node.log, LOG_NOTE, "%s answered the echo in %s", r->peer,
			text_duration(ms, time));
	else
		log_line(r->node.log, LOG_ERROR, "%s answered the echo with %s (%s)", r->peer,
			dimse_status_text(news->status), status);
	if (!r->node.log->json)
		return;
	json_begin(j, "echo");
	json_str(j, "peer", r->peer);
	json_str(j, "status", status);
	json_uint(j, "ms", ms);
	json_write(j, NULL);
}

/* Acts on what happened. False when the association is over, with why in *e. */
static bool act(struct run *r, const struct scu_news *news, struct err *e)
{
	switch (news->what) {
	case SCU_SECURED:
		node_tell_secured(&r->node, scu_conn(r->scu), r->peer);
		return true;
	case SCU_ASSOCIATED: {
		const bool accepted = ul_result(conn_ul(scu_conn(r->scu)), 0) == PDU_ACCEPTED;
		node_tell_association(
			&r->node, r->peer, r->o->node.title, r->o->called, accepted, !accepted);
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

static void converse(struct run *r, struct err *e)
{
	struct scu_news news;
	bool live = true;
	while (live) {
		while (live && scu_next(r->scu, &news))
			live = act(r, &news, e);
		if (live && *wait_stop()) {
			scu_abort(r->scu);
			err_set(e, ERR_SYSTEM, 0, "interrupted");
			live = false;
		}
		if (live)
			scu_turn(r->scu, wait_conn(scu_conn(r->scu)), clock_ms());
	}
	while (!conn_over(scu_conn(r->scu)))
		scu_turn(r->scu, wait_conn(scu_conn(r->scu)), clock_ms());
}

static void ask(struct run *r, struct err *e)
{
	static const char *const syntaxes[] = { UID_IMPLICIT_LE };
	static const struct pdu_offer offer = { UID_VERIFICATION, syntaxes, 1 };
	const struct node_opts *o = &r->o->node;
	char host[NET_HOST], port[NET_PORT];
	const struct scu_config config = { .secure = node_secure(&r->node),
		.host = host,
		.calling = o->title,
		.called = r->o->called,
		.max_pdu = (uint32_t)o->max_pdu,
		.associate = o->associate,
		.dimse = o->dimse,
		.artim = o->artim };
	char *const *words = r->call->operands;
	if (r->call->dcmtk ? !net_host_port(words[0], words[1], host, port, e)
			   : !net_split(words[0], node_port(&r->node), host, port, e))
		return;
	net_peer_text(host, port, r->peer);
	const int fd = net_connect(host, port, o->connect, wait_stop(), e);
	if (fd < 0)
		return;
	r->scu = scu_new(fd, &config, &offer, 1, e);
	if (r->scu)
		converse(r, e);
	scu_free(r->scu);
}

static int echo_run(void *state, const struct call *call)
{
	struct echo *o = state;
	struct run r = { .o = o, .call = call };
	struct err e = { 0 };
	int code = EXIT_DONE;
	if (call->n != (call->dcmtk ? 2 : 1))
		return call_usage(
			call, call->dcmtk ? "a peer and a port are needed" : "one peer is needed");
	if (!node_open(&r.node, &o->node, TLS_CLIENT, call, &code))
		return code;
	wait_signals();
	ask(&r, &e);
	if (e.kind != ERR_NONE)
		code = node_fail(&r.node, call, &e);
	else if (r.refused)
		code = EXIT_REFUSED;
	node_close(&r.node);
	return code;
}

static const struct echo defaults = { .node = NODE_DEFAULTS, .called = "ANY-SCP", .repeat = 1 };

const struct applet applet_echo = {
	.name = "echo",
	.alias = "echoscu",
	.usage = "[OPTION]... HOST[:PORT]",
	.alias_usage = "[options] peer port",
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
	.run = echo_run,
};
