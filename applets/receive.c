/* SPDX-License-Identifier: MIT */
/* Receives DICOM objects from any number of peers at once and stores each as a file. One loop, one
 * thread: a turn reads what has come on every association, settles the folders that objects went to,
 * and only then answers. */
#include "app/inbox.h"
#include "app/node.h"
#include "app/storescp.h"
#include "cli/exit.h"
#include "cli/text.h"
#include "io/clock.h"
#include "io/net.h"
#include "io/scp.h"
#include "io/wait.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct receive {
	struct node_opts node;
	const char *out, *name, *bind, *port;
	bool only_called;
	struct list calling, classes, syntaxes;
	bool any_class, no_sync;
	int max_associations;
	uint64_t idle;
	struct storescp dcmtk;
};
#define AT(field) offsetof(struct receive, field)

/* The keyword of a transfer syntax, or its UID. */
static bool opt_syntax(void *field, const struct opt_use *use, struct err *e)
{
	const struct uid_syntax *s = uid_syntax_named(use->values[0]);
	if (!s)
		return err_set(e, ERR_USAGE, 0,
			"\"%s\" is neither the keyword nor the UID of a transfer syntax (PS3.6 "
			"Annex A)",
			use->values[0]);
	return opt_add(field, s->uid, use->memory, e);
}

static bool opt_class(void *field, const struct opt_use *use, struct err *e)
{
	const struct uid_class *found = uid_class_named(use->values[0]);
	if (!found && !uid_valid(span_str(use->values[0])))
		return err_set(e, ERR_USAGE, 0,
			"\"%s\" is neither the keyword nor the UID of a SOP class (PS3.6 Annex A)",
			use->values[0]);
	return opt_add(field, found ? uid_class_uid(found) : use->values[0], use->memory, e);
}

static bool opt_template(void *field, const struct opt_use *use, struct err *e)
{
	*(const char **)field = use->values[0];
	return naming_check(use->values[0], e);
}

static const struct opt options[] = {
	{ .help = "where to" },
	{ "--out", "-od --output-directory", "DIR", opt_str, AT(out),
		"store objects below this folder" },
	{ "--name", NULL, "TEMPLATE", opt_template, AT(name),
		"file names; '{StudyInstanceUID}/{SOPInstanceUID}.dcm' makes folders "
		"({SOPInstanceUID}.dcm)" },
	{ "--no-sync", NULL, NULL, opt_flag, AT(no_sync),
		"acknowledge before an object is safe from a power cut" },
	{ .help = "who and what" },
	{ "--port", NULL, "PORT", opt_str, AT(port),
		"listen on this port (2762, or 11112 with --plain)" },
	{ "--bind", NULL, "ADDRESS", opt_str, AT(bind), "listen on this address only" },
	{ "--title", "-aet --aetitle", "TITLE", opt_title, AT(node.title),
		"our AE title (DCMSEC)" },
	{ "--only-called", NULL, NULL, opt_flag, AT(only_called),
		"reject who calls another title than ours" },
	{ "--calling", NULL, "TITLE", opt_list, AT(calling),
		"let in this AE title only (repeats)" },
	{ "--accept-class", NULL, "CLASS", opt_class, AT(classes),
		"take this SOP class only, by keyword or UID (repeats)" },
	{ "--accept-syntax", NULL, "SYNTAX", opt_syntax, AT(syntaxes),
		"take this transfer syntax only, by keyword or UID (repeats)" },
	{ "--any-class", "-pm --promiscuous", NULL, opt_flag, AT(any_class),
		"take private and unknown SOP classes too" },
	{ "--max-associations", "--max-associations", "N", opt_int, AT(max_associations),
		"reject more than so many at once (1000)", .min = 1, .max = 100000 },
	{ "--idle", NULL, "TIME", opt_duration, AT(idle),
		"end an association that is silent so long (10m)" },
	{ .rows = FACE ? storescp_rows : opt_none, .at = AT(dcmtk) },
	{ .rows = node_answerer_rows, .at = AT(node) },
	{ .rows = node_rows, .at = AT(node) },
	{ 0 },
};

struct run {
	const struct receive *o;
	const struct call *call;
	struct node node;
	struct scp_config config;
	struct outdir out;
	int listener;
	const char *syntaxes[DCMTK_SYNTAXES];
	struct storescp_run *events; /* NULL under our own name */
	struct inbox inbox;
	struct inbox_peer *peers;
	struct pollfd *polls; /* [0] is the listener, [i + 1] belongs to peers[i] */
	size_t n, cap;
	uint64_t accept_again; /* descriptors or memory ran out: none is taken before this time */
};

enum { ACCEPT_PAUSE_MS = 500 };

/* ---- the loop */

/* Room for one more peer. */
static bool grow(struct run *r)
{
	if (r->n < r->cap)
		return true;
	const size_t cap = r->cap ? 2 * r->cap : 16;
	struct inbox_peer *peers = realloc(r->peers, cap * sizeof *peers);
	if (peers)
		r->peers = peers;
	struct pollfd *polls = realloc(r->polls, (cap + 1) * sizeof *polls);
	if (polls)
		r->polls = polls;
	if (peers && polls)
		r->cap = cap;
	return peers && polls;
}

/* What ran out may not be ours to give back, so time alone must end this as well. */
static void pause_accepting(struct run *r, int failure)
{
	if (!r->accept_again)
		log_line(r->node.log, LOG_ERROR, "cannot take more connections: %s",
			strerror(failure));
	r->accept_again = clock_after(clock_ms(), ACCEPT_PAUSE_MS);
}

/* Takes a connection that waits. False: there is none, or it cannot be had now. */
static bool take_peer(struct run *r)
{
	struct err e = { 0 };
	if (!grow(r)) {
		pause_accepting(r, ENOMEM);
		return false;
	}
	struct inbox_peer *p = &r->peers[r->n];
	*p = (struct inbox_peer){ 0 };
	const int fd = net_accept(r->listener, p->who);
	if (fd < 0) {
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
			pause_accepting(r, errno);
		return false;
	}
	r->accept_again = 0;
	p->scp = scp_new(fd, &r->config, r->n >= (size_t)r->o->max_associations, &e);
	if (!p->scp) {
		log_line(r->node.log, LOG_ERROR, "%s: %s", p->who, e.text);
		return true;
	}
	r->n++;
	return true;
}

/* Everything that has come is acted on; what was stored is settled, all at once, then answered; and
 * so on, because an answer lets the next command in. */
static void serve(struct run *r)
{
	bool more = true;
	while (more) {
		struct scp_news news;
		struct err why = { 0 };
		more = false;
		for (size_t i = 0; i < r->n; i++) {
			while (scp_next(r->peers[i].scp, &news))
				inbox_tell(&r->inbox, &r->peers[i], &news);
			more |= scp_waits(r->peers[i].scp);
		}
		const bool settled = !more || outdir_settle(&r->out, &why);
		for (size_t i = 0; i < r->n; i++) {
			if (!scp_waits(r->peers[i].scp))
				continue;
			scp_answer(r->peers[i].scp, settled, &why, &news);
			inbox_tell(&r->inbox, &r->peers[i], &news);
			if (FACE && r->events && news.object->status == DIMSE_SUCCESS)
				storescp_stored(r->events, &r->peers[i], news.object);
		}
	}
	for (size_t i = r->n; i-- > 0;)
		if (conn_over(scp_conn(r->peers[i].scp))) {
			if (FACE && r->events)
				storescp_gone(r->events, r->peers[i].scp);
			scp_free(r->peers[i].scp);
			r->peers[i] = r->peers[--r->n];
		}
}

/* Waits for the next thing to do, and lets each association do it. */
static bool turn(struct run *r, uint64_t deadline)
{
	/* Beyond the limit some are let in to be told so; the rest wait in the kernel's queue. */
	const bool room = r->n < (size_t)r->o->max_associations + 16;
	const bool paused = r->accept_again > clock_ms();
	r->polls[0] = (struct pollfd){ .fd = *wait_stop() || !room || paused ? -1 : r->listener,
		.events = POLLIN };
	if (FACE && r->events && storescp_deadline(r->events) < deadline)
		deadline = storescp_deadline(r->events);
	if (paused && r->accept_again < deadline)
		deadline = r->accept_again;
	for (size_t i = 0; i < r->n; i++) {
		const struct conn *c = scp_conn(r->peers[i].scp);
		r->polls[i + 1] = (struct pollfd){ .fd = conn_fd(c), .events = conn_wants(c) };
		if (conn_deadline(c) < deadline)
			deadline = conn_deadline(c);
	}
	if (!wait_for(r->polls, r->n + 1, deadline))
		return false;
	const uint64_t now = clock_ms();
	const bool knocked = r->polls[0].revents != 0;
	for (size_t i = 0; i < r->n; i++)
		if (r->polls[i + 1].revents || conn_deadline(scp_conn(r->peers[i].scp)) <= now ||
			*wait_stop())
			scp_turn(r->peers[i].scp, r->polls[i + 1].revents, now);
	for (int i = 0; knocked && i < 64 && take_peer(r); i++)
		;
	serve(r);
	if (FACE && r->events)
		storescp_tick(r->events, now);
	return true;
}

enum { GRACE_MS = 10000 }; /* for objects that are under way when we are asked to end */

static void loop(struct run *r, struct err *e)
{
	bool fine = true;
	while (fine && !*wait_stop() && (r->listener >= 0 || r->n)) {
		fine = turn(r, CLOCK_NEVER);
		if (wait_hung_up())
			log_line(r->node.log, LOG_NOTE,
				"SIGHUP: authorities and revocation lists are read again where "
				"they have "
				"changed, as with every new association; key and certificate are "
				"not");
	}
	const uint64_t until = clock_after(clock_ms(), GRACE_MS);
	while (fine && r->n && clock_ms() < until) {
		for (size_t i = 0; i < r->n; i++) {
			scp_stop(r->peers[i].scp);
			scp_turn(r->peers[i].scp, 0,
				clock_ms()); /* now, not when the peer next speaks */
		}
		serve(r);
		fine = r->n == 0 || turn(r, until);
	}
	if (!fine)
		err_set(e, ERR_SYSTEM, errno, "cannot wait for connections: %s", strerror(errno));
}

/* ---- start and end */

static void tell_start(struct run *r, unsigned port)
{
	struct json *j = &r->node.json;
	const char *address = r->o->bind ? r->o->bind : "all addresses";
	log_line(r->node.log, LOG_NOTE, "%s listens on %s, port %u, %s, and stores in %s",
		r->o->node.title, address, port, r->node.plain ? "without TLS" : "with TLS",
		r->o->out);
	if (!r->node.log->json)
		return;
	json_begin(j, "listening");
	json_str(j, "title", r->o->node.title);
	json_str(j, "address", r->o->bind);
	json_uint(j, "port", port);
	json_bool(j, "tls", !r->node.plain);
	json_str(j, "out", r->o->out);
	json_write(j, NULL);
}

/* DCMTK's tools look at the folder, and make none. */
static bool open_folder(struct run *r, struct err *e)
{
	const struct receive *o = r->o;
	if (r->call->dcmtk && access(o->out, F_OK) != 0)
		return err_set(e, ERR_SYSTEM, errno,
			"specified output directory does not exist: %s", o->out);
	if (!outdir_open(&r->out, o->out, !o->no_sync, e))
		return false;
	r->out.replace = r->call->dcmtk && o->dcmtk.naming == STORESCP_BY_UID;
	return true;
}

static void configure(struct run *r)
{
	const struct receive *o = r->o;
	r->config = (struct scp_config){ .secure = node_secure(&r->node),
		.out = &r->out,
		.name = o->name,
		.title = o->only_called ? o->node.title : NULL,
		.peers = &r->node.peers,
		.calling = o->calling,
		.classes = o->classes,
		.syntaxes = o->syntaxes,
		.any_class = o->any_class,
		.max_pdu = (uint32_t)o->node.max_pdu,
		.artim = o->node.artim,
		.idle = o->idle };
	if (!FACE || !r->call->dcmtk)
		return;
	storescp_config(&o->dcmtk, &r->config, r->syntaxes);
	r->config.stall = o->node.socket;
	if (o->node.dimse)
		r->config.idle = o->node.dimse;
	r->config.names = &r->events->names;
}

/* From inetd: a listening socket, or one connection, after which we end. */
static bool inherit(struct run *r, struct err *e)
{
	struct inbox_peer *p = &r->peers[0];
	bool listening;
	*p = (struct inbox_peer){ 0 };
	const int fd = net_inherit(&listening, p->who, e);
	if (fd < 0)
		return false;
	if (listening) {
		r->listener = fd;
		return true;
	}
	p->scp = scp_new(fd, &r->config, false, e);
	r->n = p->scp != NULL;
	return p->scp != NULL;
}

static bool start(struct run *r, struct err *e)
{
	const struct receive *o = r->o;
	char port[NET_PORT], host[NET_HOST];
	unsigned bound = 0;
	snprintf(port, sizeof port, "%u", node_port(&r->node));
	if (!grow(r))
		return err_set(e, ERR_SYSTEM, 0, "no memory for associations");
	if (r->call->dcmtk && !o->dcmtk.inetd &&
		!net_host_port("any", r->call->operands[0], host, port, e))
		return false;
	if (o->port)
		snprintf(port, sizeof port, "%s", o->port);
	if (!open_folder(r, e))
		return false;
	configure(r);
	if (o->dcmtk.inetd)
		return inherit(r, e);
	r->listener = net_listen(o->bind, port, &bound, e);
	if (r->listener < 0)
		return false;
	tell_start(r, bound);
	return true;
}

/* Only under DCMTK's name are there names and events of its kind. */
static bool open_events(struct run *r)
{
	if (!FACE || !r->call->dcmtk)
		return true;
	r->events = malloc(sizeof *r->events);
	if (FACE && r->events)
		storescp_open(r->events, &r->o->dcmtk, r->node.log, &r->out);
	return r->events != NULL;
}

static int receive_run(void *state, const struct call *call)
{
	struct receive *o = state;
	struct run r = { .o = o, .call = call, .listener = -1, .out = { .fd = -1 } };
	struct err e = { 0 };
	int code = EXIT_DONE;
	if (call->dcmtk && !o->out)
		o->out = ".";
	if (call->n != (call->dcmtk ? 1 : 0) && !o->node.list)
		return call_usage(
			call, call->dcmtk ? "a port is needed" : "no operand is expected");
	if (!o->out && !o->node.list)
		return call_usage(call, "where to? Give --out DIR");
	if (!node_open(&r.node, &o->node, TLS_SERVER, call, &code))
		return code;
	r.inbox.node = &r.node;
	r.inbox.contexts = o->dcmtk.verbose_pc;
	wait_signals();
	wait_hangups();
	if (!open_events(&r))
		err_set(&e, ERR_SYSTEM, ENOMEM, "out of memory");
	else if (start(&r, &e)) {
		loop(&r, &e);
		inbox_summary(&r.inbox);
	}
	if (e.kind != ERR_NONE)
		code = node_fail(&r.node, call, &e);
	for (size_t i = 0; i < r.n; i++)
		scp_free(r.peers[i].scp);
	if (r.listener >= 0)
		close(r.listener);
	if (FACE && r.events)
		storescp_close(r.events);
	free(r.events);
	outdir_close(&r.out);
	free(r.peers);
	free(r.polls);
	node_close(&r.node);
	return code;
}

static const struct receive defaults = { .node = NODE_DEFAULTS,
	.name = "{SOPInstanceUID}.dcm",
	.max_associations = 1000,
	.idle = 600000 };

static const struct receive alias_defaults = { .node = NODE_DCMTK("STORESCP"),
	.name = "{SOPInstanceUID}",
	.max_associations = 1000,
	.idle = 86400000,
	.dcmtk = STORESCP_DEFAULTS };

const struct applet applet_receive = {
	.name = "receive",
	.alias = FACE ? "storescp" : NULL,
	.usage = "[OPTION]... --out DIR",
	.alias_usage = "[options] port",
	.summary = "receive DICOM objects and store them as files",
	.notes = "Ends on SIGTERM or SIGINT, after the objects under way. --port 0 takes any free "
		 "port and says "
		 "which.\n"
		 "\n"
		 "Exit codes: 0 ended as asked; 2 usage; 3 a key or certificate file; 4 cannot "
		 "listen; 5 TLS; 7 "
		 "randomness; 8 this host.\n"
		 "\n"
		 "  dcmsec receive --key pacs.key --cert pacs.pem --ca ca.pem --out /data/inbox\n",
	.options = options,
	.size = sizeof(struct receive),
	.defaults = &defaults,
	.alias_defaults = &alias_defaults,
	.alias_rules = FACE ? storescp_rules : NULL,
	.run = receive_run,
};
