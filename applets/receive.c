/* SPDX-License-Identifier: MIT */
/* Receives DICOM objects from any number of peers at once and stores each as a file. One loop, one
 * thread: a turn reads what has come on every association, settles the folders that objects went to,
 * and only then answers. */
#include "app/confine.h"
#include "app/crowd.h"
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
	bool any_class, no_sync, log_patient;
	struct limits limits;
	struct storescp dcmtk;
	struct confine confine;
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
	if (!found)
		return opt_add(field, use->values[0], use->memory, e);
	char *uid = opt_alloc(use->memory, UID_TEXT, e);
	return uid && opt_add(field, uid_class_uid(found, uid), use->memory, e);
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
	{ .rows = limits_rows, .at = AT(limits) },
	{ .rows = FACE ? storescp_rows : opt_none, .at = AT(dcmtk) },
	{ .rows = confine_rows, .at = AT(confine) },
	{ "--no-keeper", NULL, NULL, opt_flag, AT(node.secure.no_keeper),
		"keep the private key in this process, not in one of its own" },
	{ .rows = node_answerer_rows, .at = AT(node) },
	{ "--log-patient", NULL, NULL, opt_flag, AT(log_patient),
		"tell file names even if they hold who a patient is" },
	{ .rows = node_ticket_rows, .at = AT(node) },
	{ 0 },
};

struct run {
	struct receive *o;
	const struct call *call;
	struct node node;
	struct scp_config config;
	struct outdir out;
	struct door door;
	struct access_files hosts;
	struct porter porter;
	const char *syntaxes[DCMTK_SYNTAXES];
	struct asconfig *profile;    /* DCMTK's, of what is taken; NULL: none */
	struct storescp_run *events; /* NULL under our own name */
	struct inbox inbox;
	struct crowd crowd;
};

/* ---- the loop */

/* Everything that has come is acted on; what is whole is placed, and settled, all at once; then answered;
 * and so on, because an answer lets the next command in. */
static void serve(struct run *r)
{
	struct crowd *c = &r->crowd;
	bool more = true;
	while (more) {
		struct scp_news news;
		struct err why = { 0 };
		for (size_t i = 0; i < c->n; i++)
			while (scp_next(c->peers[i].scp, &news))
				inbox_tell(&r->inbox, &c->peers[i], &news);
		more = false;
		for (size_t i = 0; i < c->n; i++)
			more |= scp_place(c->peers[i].scp);
		const bool settled = !more || outdir_settle(&r->out, &why);
		for (size_t i = 0; i < c->n; i++)
			while (scp_waits(c->peers[i].scp)) {
				scp_answer(c->peers[i].scp, settled, &why, &news);
				inbox_tell(&r->inbox, &c->peers[i], &news);
				if (FACE && r->events && news.object->status == DIMSE_SUCCESS)
					storescp_stored(r->events, &c->peers[i], news.object);
			}
	}
	for (size_t i = c->n; i-- > 0;)
		if (scp_over(c->peers[i].scp)) {
			if (FACE && r->events)
				storescp_gone(r->events, c->peers[i].scp);
			scp_free(c->peers[i].scp);
			c->peers[i] = c->peers[--c->n];
		}
}

/* Waits for the next thing to do, and lets each association do it. */
static bool turn(struct run *r, uint64_t deadline, struct err *e)
{
	struct crowd *c = &r->crowd;
	const struct limits *l = &r->o->limits;
	const bool room = c->n < (size_t)l->associations + (size_t)l->handshakes;
	const uint64_t paused = crowd_paused(c, clock_ms()), due = crowd_poll(c);
	c->polls[0] =
		(struct pollfd){ .fd = room && !paused ? r->door.listener : -1, .events = POLLIN };
	if (FACE && r->events && storescp_deadline(r->events) < deadline)
		deadline = storescp_deadline(r->events);
	if (paused && paused < deadline)
		deadline = paused;
	if (!wait_for(c->polls, CROWD_OWN + c->n, due < deadline ? due : deadline))
		return err_set(
			e, ERR_SYSTEM, errno, "cannot wait for connections: %s", strerror(errno));
	const uint64_t now = clock_ms();
	const bool knocked = c->polls[0].revents != 0;
	for (size_t i = 0; i < c->n; i++) {
		const struct inbox_peer *p = &c->peers[i];
		const short revents = c->polls[CROWD_OWN + i].revents;
		if (!crowd_holds(p) && (revents || scp_deadline(p->scp) <= now))
			scp_turn(p->scp, revents, now);
	}
	crowd_heed(c, now);
	for (int i = 0; knocked && i < 64 && crowd_take(c, &r->door); i++)
		;
	serve(r);
	if (FACE && r->events)
		storescp_tick(r->events, now);
	return true;
}

enum { LAST_WORDS_MS = 2000 }; /* for peers to read that they are aborted */

/* Lets associations end, and no more begin; then ends them. A second signal means now. */
static void leave(struct run *r, struct err *e)
{
	struct err why = { 0 };
	uint64_t until = clock_ms() + r->o->limits.grace;
	bool fine = true;
	door_close(&r->door); /* so that another receiver can have the port */
	r->crowd.leaving = true;
	while (fine && *wait_stop() < 2 && crowd_associated(&r->crowd) && clock_ms() < until)
		fine = turn(r, until, e);
	err_set(&why, ERR_SYSTEM, 0, "ended because the receiver ends");
	crowd_cut(&r->crowd, &why);
	until = clock_ms() + LAST_WORDS_MS;
	while (fine && *wait_stop() < 2 && r->crowd.n && clock_ms() < until)
		fine = turn(r, until, e);
}

/* What the processes beside this one were for, when one of them has ended before us. */
static const char *lost(const struct run *r)
{
	return r->node.secure.keeper.gone ? "kept the private key"
		: FACE && r->porter.gone  ? "judged hosts"
					  : NULL;
}

static void loop(struct run *r, struct err *e)
{
	bool fine = true;
	while (fine && !*wait_stop() && !lost(r) && (r->door.listener >= 0 || r->crowd.n)) {
		fine = turn(r, CLOCK_NEVER, e);
		if (wait_hung_up())
			log_line(r->node.log, LOG_NOTE,
				"SIGHUP: authorities and revocation lists are read again where "
				"they have "
				"changed, as with every new association; key and certificate are "
				"not");
	}
	if (lost(r))
		err_set(e, ERR_SYSTEM, 0, "the process that %s has ended: start the receiver again",
			lost(r));
	if (fine)
		leave(r, e);
}

/* ---- start and end */

static void tell_start(struct run *r)
{
	struct json *j = &r->node.json;
	const char *address = !r->door.ours ? "the socket it was given"
		: r->o->bind                ? r->o->bind
					    : "all addresses";
	log_line(r->node.log, LOG_NOTE, "%s listens on %s, port %u, %s, and stores in %s",
		r->o->node.title, address, r->door.at, r->node.plain ? "without TLS" : "with TLS",
		r->o->out);
	if (!r->node.log->json)
		return;
	json_begin(j, "listening");
	json_str(j, "title", r->o->node.title);
	json_str(j, "address", r->door.ours ? r->o->bind : NULL);
	json_uint(j, "port", r->door.at);
	json_bool(j, "tls", !r->node.plain);
	json_str(j, "out", r->o->out);
	json_write(j, NULL);
}

static void tell_leftover(void *arg, const char *name, uint64_t size, const char *why)
{
	const struct run *r = arg;
	if (why)
		log_line(r->node.log, LOG_INFO, "left %s alone, an object on its way: %s", name,
			why);
	else
		log_line(r->node.log, LOG_INFO,
			"removed %s, %llu bytes of an object that never arrived whole", name,
			(unsigned long long)size);
}

/* DCMTK's tools look at the folder, and make none. */
static bool open_folder(struct run *r, struct err *e)
{
	const struct receive *o = r->o;
	if (call_dcmtk(r->call) && access(o->out, F_OK) != 0)
		return err_set(e, ERR_SYSTEM, errno,
			"specified output directory does not exist: %s", o->out);
	if (!outdir_open(&r->out, o->out, !o->no_sync, e))
		return false;
	r->out.duplicates = call_dcmtk(r->call) && o->dcmtk.naming == STORESCP_BY_UID
		? OUTDIR_REPLACE
		: (enum outdir_duplicates)o->limits.duplicates;
	r->out.keep_free = o->limits.keep_free;
	outdir_clean(&r->out, tell_leftover, r);
	return true;
}

enum { ASIDE = 16 };

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
		.artim = o->node.artim };
	limits_config(&o->limits, &r->config);
	/* Commands for objects and studies are run in the order of what comes, one after the other. */
	r->config.aside = o->no_sync || call_dcmtk(r->call) ? 0 : ASIDE;
	if (!call_dcmtk(r->call))
		return;
	storescp_config(&o->dcmtk, &r->config, r->syntaxes);
	r->config.profile = r->profile;
	r->config.stall = o->node.socket;
	if (o->node.dimse)
		r->config.idle = o->node.dimse;
	r->config.names = &r->events->names;
}

static bool start(struct run *r, struct err *e)
{
	struct receive *o = r->o;
	char port[NET_PORT], host[NET_HOST];
	snprintf(port, sizeof port, "%u", node_port(&r->node));
	if (!limits_descriptors(&o->limits, r->node.log, e))
		return false;
	if (call_dcmtk(r->call) && !o->dcmtk.inetd &&
		!net_host_port("any", r->call->operands[0], host, port, e))
		return false;
	if (o->port)
		snprintf(port, sizeof port, "%s", o->port);
	if ((FACE &&
		    !dcmtk_config_open(
			    &o->dcmtk.config, ASCONFIG_ACCEPT, r->node.log, &r->profile, e)) ||
		!open_folder(r, e))
		return false;
	configure(r);
	if (!crowd_open(&r->crowd, &o->limits, &r->inbox, &r->config))
		return err_set(e, ERR_SYSTEM, ENOMEM, "no memory for associations");
	if (FACE && o->dcmtk.hosts) {
		if (!access_hosts_ok(&r->hosts, e))
			return false;
		r->crowd.porter = &r->porter;
	}
	r->door = (struct door){ .bind = o->bind, .port = port, .inetd = o->dcmtk.inetd };
	if (!door_open(&r->door, e))
		return false;
	if (r->door.listener >= 0)
		tell_start(r);
	else
		crowd_take(&r->crowd, &r->door);
	return true;
}

/* Only under DCMTK's name are there names and events of its kind. */
static bool open_events(struct run *r)
{
	if (!call_dcmtk(r->call))
		return true;
	r->events = malloc(sizeof *r->events);
	if (FACE && r->events)
		storescp_open(r->events, &r->o->dcmtk, r->node.log, &r->out);
	return r->events != NULL;
}

static bool runs_commands(const struct receive *o)
{
	return FACE && (o->dcmtk.on_object || o->dcmtk.on_study);
}

/* While there is neither a key nor a socket that it could have a copy of. */
static bool start_porter(struct run *r, struct err *e)
{
	const struct storescp *o = &r->o->dcmtk;
	r->hosts = (struct access_files)ACCESS_HOSTS("storescp", !o->no_lookup);
	return !FACE || !o->hosts || porter_start(&r->porter, &r->hosts, e);
}

static int receive_run(void *state, const struct call *call)
{
	struct receive *o = state;
	struct run r = {
		.o = o, .call = call, .door = { .listener = -1, .single = -1 }, .out = { .fd = -1 }
	};
	struct err e = { 0 };
	int code = EXIT_DONE;
	if (call_dcmtk(call) && !o->out)
		o->out = ".";
	if (call->n != (call_dcmtk(call) ? 1 : 0) && !(o->dcmtk.inetd && !call->n) && !o->node.list)
		return call_usage(
			call, call_dcmtk(call) ? "a port is needed" : "no operand is expected");
	if (!o->out && !o->node.list)
		return call_usage(call, "where to? Give --out DIR");
	o->node.secure.user = o->confine.user;
	start_porter(&r, &e);
	if (!node_open(&r.node, &o->node, TLS_SERVER, call, &code)) {
		porter_end(&r.porter);
		return code;
	}
	r.inbox.node = &r.node;
	r.inbox.contexts = o->dcmtk.verbose_pc;
	r.inbox.hide_names =
		!call_dcmtk(call) && !o->log_patient && (naming_uses(o->name) & NAMING_PATIENT);
	wait_signals();
	wait_hangups();
	if (!open_events(&r))
		err_set(&e, ERR_SYSTEM, ENOMEM, "out of memory");
	else if (e.kind == ERR_NONE && start(&r, &e) &&
		confine_enter(&o->confine, &r.node, o->out, runs_commands(o), &e)) {
		loop(&r, &e);
		inbox_summary(&r.inbox);
	}
	if (e.kind != ERR_NONE)
		code = node_fail(&r.node, call, &e);
	crowd_close(&r.crowd);
	door_close(&r.door);
	porter_end(&r.porter);
	if (FACE && r.events)
		storescp_close(r.events);
	free(r.events);
	free(r.profile);
	outdir_close(&r.out);
	node_close(&r.node);
	return code;
}

static const struct receive defaults = {
	.node = NODE_DEFAULTS, .name = "{SOPInstanceUID}.dcm", .limits = LIMITS_DEFAULTS
};

static const struct receive alias_defaults = { .node = NODE_DCMTK("STORESCP"),
	.name = "{SOPInstanceUID}",
	.limits = LIMITS_DCMTK,
	.dcmtk = STORESCP_DEFAULTS };

const struct applet applet_receive = {
	.name = "receive",
	.alias = FACE ? "storescp" : NULL,
	.usage = "[OPTION]... --out DIR",
	.alias_usage = FACE ? "[options] port" : NULL,
	.summary = "receive DICOM objects and store them as files",
	.notes = "Ends on SIGTERM or SIGINT, after the associations that run: see --grace. --port "
		 "0 takes any free "
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
	.alias_defaults = FACE ? &alias_defaults : NULL,
	.alias_rules = FACE ? storescp_rules : NULL,
	.run = receive_run,
};
