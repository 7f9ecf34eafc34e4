/* SPDX-License-Identifier: MIT */
/* The conversation: who is let in, what is agreed, what is answered. */
#include "io/scp_inner.h"

#include "io/clock.h"
#include "io/wait.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	IN_ROOM = 8 * TLS_IN_SIZE,
	OUT_ROOM = 2048, /* responses are small */
	COMMAND_MAX = 512,
	WINDOW = 256, /* requests that may come before their answers: they wait in the transport */
};

struct scp *scp_new(int fd, const struct scp_config *config, struct err *e)
{
	const struct conn_config transport = {
		.secure = config->secure, .artim = config->artim, .in = IN_ROOM, .out = OUT_ROOM
	};
	struct conn *conn = conn_new(fd, &transport, e);
	if (!conn)
		return NULL;
	struct scp *s = calloc(1, sizeof *s);
	if (!s) {
		conn_free(conn);
		err_set(e, ERR_SYSTEM, 0, "no memory for another association");
		return NULL;
	}
	s->conn = conn;
	s->config = config;
	s->file.fd = -1;
	s->now = clock_ms();
	s->command = buf_on(s->command_room,
		config->max_command ? config->max_command : sizeof s->command_room);
	return s;
}

void scp_free(struct scp *s)
{
	if (!s)
		return;
	outfile_drop(s->config->out, &s->file);
	free(s->inflate);
	rewrite_free(s->rewrite);
	conn_free(s->conn);
	free(s);
}

struct conn *scp_conn(struct scp *s)
{
	return s->conn;
}

const char *scp_calling(const struct scp *s)
{
	return s->calling;
}

const char *scp_called(const struct scp *s)
{
	return s->called;
}

bool scp_waits(const struct scp *s)
{
	return s->phase == PLACED;
}

bool scp_busy(const struct scp *s)
{
	return s->phase != COMMAND;
}

/* ---- the association */

static bool listed(const struct list *list, struct span text)
{
	for (size_t i = 0; i < list->n; i++)
		if (span_eq_str(text, list->v[i]))
			return true;
	return list->n == 0;
}

static bool takes_class(const struct scp_config *config, struct span abstract)
{
	if (span_eq_str(abstract, UID_VERIFICATION))
		return true;
	const bool storage =
		uid_is_storage(abstract) || (config->any_class && !uid_class(abstract));
	return storage && listed(&config->classes, abstract);
}

/* The first syntax of our list that is proposed. */
static bool choose_ranked(
	const struct scp_config *config, const struct pdu_context *context, uint8_t *choice)
{
	for (size_t rank = 0; rank < config->syntaxes.n; rank++) {
		struct span left = context->syntaxes, uid;
		for (uint8_t i = 0; pdu_next_syntax(&left, &uid); i++)
			if (span_eq_str(uid, config->syntaxes.v[rank])) {
				*choice = i;
				return true;
			}
	}
	return false;
}

/* The first proposed syntax that we take: the order is the sender's, who knows what it has. */
static bool choose_syntax(
	const struct scp_config *config, const struct pdu_context *context, uint8_t *choice)
{
	if (config->ranked)
		return choose_ranked(config, context, choice);
	struct span left = context->syntaxes, uid;
	for (uint8_t i = 0; pdu_next_syntax(&left, &uid); i++) {
		const struct uid_syntax *known = uid_syntax(uid);
		if (known && !(known->flags & UID_NOT_A_DATASET) &&
			listed(&config->syntaxes, uid)) {
			*choice = i;
			return true;
		}
	}
	return false;
}

static struct pdu_choice choose(const struct scp_config *config, const struct pdu_context *context)
{
	struct pdu_choice choice = { .result = PDU_ACCEPTED };
	if (!takes_class(config, context->abstract))
		choice.result = PDU_REFUSED_ABSTRACT;
	else if (!choose_syntax(config, context, &choice.syntax))
		choice.result = PDU_REFUSED_SYNTAXES;
	return choice;
}

static bool reject(
	struct scp *s, uint8_t result, uint8_t source, uint8_t reason, struct scp_news *news)
{
	char text[160];
	ul_reject(conn_ul(s->conn), result, source, reason, NULL);
	conn_push(s->conn, true);
	news->what = SCP_REJECTED;
	err_set(&news->err, ERR_PEER, reason, "%s",
		pdu_reject_text(result, source, reason, text, sizeof text));
	return true;
}

/* Because of a limit of ours, for now or for good. */
static bool reject_limit(
	struct scp *s, uint8_t result, uint8_t reason, const struct err *why, struct scp_news *news)
{
	reject(s, result, PDU_REJECT_PRESENTATION, reason, news);
	err_in(&news->err, ": %s", why->text);
	return true;
}

static unsigned count_contexts(struct span items)
{
	struct pdu_context context;
	unsigned n = 0;
	while (pdu_next_context(&items, &context))
		n++;
	return n;
}

static bool associate(struct scp *s, const struct pdu_assoc *rq, struct scp_news *news)
{
	struct pdu_choice choices[PDU_CONTEXTS];
	struct pdu_context context;
	struct span items = rq->items;
	struct err why = { 0 };
	const unsigned contexts = count_contexts(items), most = s->config->max_contexts;
	memcpy(s->calling, rq->calling, sizeof s->calling);
	memcpy(s->called, rq->called, sizeof s->called);
	const uint8_t full = s->config->admit ? s->config->admit(s->config->admit_arg, s, &why) : 0;
	if (full)
		return reject_limit(s, PDU_REJECT_TRANSIENT, full, &why, news);
	if (most && contexts > most) {
		err_set(&why, ERR_LIMIT, 0, "%u presentation contexts; %u are the limit here",
			contexts, most);
		return reject_limit(s, PDU_REJECT_PERMANENT, PDU_REJECT_LIMIT, &why, news);
	}
	if (s->config->refuse || (s->config->want_class && !rq->user.class_uid.n))
		return reject(s, PDU_REJECT_PERMANENT, PDU_REJECT_USER, PDU_REJECT_NO_REASON, news);
	if (s->config->title && strcmp(s->called, s->config->title) != 0)
		return reject(s, PDU_REJECT_PERMANENT, PDU_REJECT_USER, PDU_REJECT_CALLED, news);
	if (!listed(&s->config->calling, span_str(s->calling)))
		return reject(s, PDU_REJECT_PERMANENT, PDU_REJECT_USER, PDU_REJECT_CALLING, news);
	if (!peers_allow(s->config->peers, s->calling, conn_peer(s->conn))) {
		reject(s, PDU_REJECT_PERMANENT, PDU_REJECT_USER, PDU_REJECT_CALLING, news);
		err_in(&news->err, ": its certificate is none that this title is bound to");
		return true;
	}

	for (unsigned i = 0; i < PDU_CONTEXTS && pdu_next_context(&items, &context); i++) {
		choices[i] = choose(s->config, &context);
		if (choices[i].result == PDU_ACCEPTED)
			news->accepted++;
		else
			news->refused++;
	}
	const struct pdu_user user = { .max_pdu = s->config->max_pdu,
		.class_uid = span_str(UID_IMPLEMENTATION),
		.version = span_str(UID_IMPLEMENTATION_VERSION),
		.window = true, /* answered only where it was proposed; we invoke nothing */
		.invoked = WINDOW,
		.performed = 1 };
	if (!ul_accept(conn_ul(s->conn), choices, &user, &news->err))
		return reject(s, PDU_REJECT_PERMANENT, PDU_REJECT_USER, PDU_REJECT_NO_REASON, news);
	conn_await(s->conn, s->config->idle, "word from the peer");
	conn_push(s->conn, true);
	s->associated = true;
	s->since = s->now;
	news->what = SCP_ASSOCIATED;
	return true;
}

/* ---- messages */

static void reply(struct scp *s, uint16_t status, const struct err *why)
{
	s->reply = dimse_response(&s->request, status);
	if (why && why->kind != ERR_NONE) {
		snprintf(s->comment, sizeof s->comment, "%.64s", why->text);
		s->reply.comment = span_str(s->comment);
	}
	s->phase = REPLY;
}

/* Sends the response when there is room; then the next command may come. */
static void send_reply(struct scp *s)
{
	uint8_t room[COMMAND_MAX];
	struct buf set = buf_on(room, sizeof room);
	if (s->phase != REPLY || !conn_has_room(s->conn))
		return;
	dimse_put(&set, &s->reply);
	if (!buf_ok(&set) || !conn_command(s->conn, s->context, buf_span(&set), NULL))
		ul_abort(conn_ul(s->conn), PDU_ABORT_USER, PDU_ABORT_NO_REASON);
	s->phase = COMMAND;
	s->command.n = 0;
	s->since = s->now;
	if (s->config->stall)
		conn_await(s->conn, s->config->idle, "word from the peer");
	conn_push(s->conn, true);
}

/* The association is aborted: by the provider because of what came, or by its user. */
static bool broken(struct scp *s, uint8_t source, struct scp_news *news)
{
	ul_abort(conn_ul(s->conn), source,
		source == PDU_ABORT_USER ? PDU_ABORT_NO_REASON : PDU_ABORT_VALUE);
	conn_push(s->conn, true);
	news->what = SCP_ENDED;
	s->told_end = true;
	return true;
}

static bool command_came(struct scp *s, const struct ul_event *ev, struct scp_news *news)
{
	struct err why = { 0 };
	s->context = ev->context;
	ul_context(conn_ul(s->conn), ev->context, &s->agreed);
	const bool good = dimse_decode(buf_span(&s->command), &s->request, &why);
	if (!good && why.code == 0) {
		news->err = why;
		return broken(s, PDU_ABORT_PROVIDER, news);
	}
	if (s->request.field == C_STORE_RQ && dimse_has_dataset(&s->request)) {
		scp_begin_object(s, (uint16_t)why.code, good ? NULL : &why);
		return false;
	}
	if (dimse_has_dataset(&s->request)) { /* of a request that is none of ours: passed over */
		s->object = (struct scp_object){ .status = (uint16_t)(good ? DIMSE_UNRECOGNIZED
									   : why.code),
			.transfer_syntax = "" };
		s->phase = DATA_SET;
		return false;
	}
	/* Nothing here can be cancelled, and a cancel has no answer (PS3.7 9.3.2.3). */
	if (good && s->request.field == C_CANCEL_RQ) {
		s->command.n = 0;
		return false;
	}
	if (good && s->request.field & DIMSE_RSP) {
		err_set(&news->err, ERR_PEER, 0, "the peer sent %s, but we asked nothing",
			dimse_field_text(s->request.field));
		return broken(s, PDU_ABORT_PROVIDER, news);
	}
	if (good && s->request.field == C_ECHO_RQ) {
		reply(s, DIMSE_SUCCESS, NULL);
		news->what = SCP_ECHOED;
		return true;
	}
	reply(s, good ? DIMSE_UNRECOGNIZED : (uint16_t)why.code, &why);
	return false;
}

static void stand_still(uint64_t ms)
{
	if (ms)
		wait_for(NULL, 0, clock_after(clock_ms(), ms));
}

/* What testing peers asks for. */
static bool breaks_off(struct scp *s, bool last)
{
	if (last)
		stand_still(s->config->pause_during);
	return s->config->breaks == SCP_BREAK_DURING ||
		(s->config->breaks == SCP_BREAK_AFTER && last);
}

static bool pdv(struct scp *s, const struct ul_event *ev, struct scp_news *news)
{
	if (ev->command != (s->phase == COMMAND) ||
		(s->phase == DATA_SET && ev->context != s->context)) {
		err_set(&news->err, ERR_PEER, 0,
			"the peer sent a %s where a %s was due (PS3.7 6.3)",
			ev->command ? "command" : "data set", ev->command ? "data set" : "command");
		return broken(s, PDU_ABORT_PROVIDER, news);
	}
	if (s->phase == COMMAND) {
		if (!dimse_gather(&s->command, ev->data, &news->err))
			return broken(s, PDU_ABORT_PROVIDER, news);
		return ev->last && command_came(s, ev, news);
	}
	scp_pass_on(s, ev->data);
	if (s->config->max_bytes && s->bytes > s->config->max_bytes) {
		err_set(&news->err, ERR_LIMIT, 0,
			"the association brought over %llu bytes; that is the limit here",
			(unsigned long long)s->config->max_bytes);
		return broken(s, PDU_ABORT_USER, news);
	}
	if (s->request.field == C_STORE_RQ && breaks_off(s, ev->last)) {
		err_set(&news->err, ERR_PEER, 0, "aborted %s an object, as asked for",
			ev->last ? "after" : "within");
		return broken(s, PDU_ABORT_PROVIDER, news);
	}
	if (ev->last && s->request.field == C_STORE_RQ)
		scp_finish_object(s);
	else if (ev->last)
		reply(s, s->object.status, NULL);
	return false;
}

void scp_answer(struct scp *s, bool settled, const struct err *why, struct scp_news *news)
{
	struct scp_object *o = &s->object;
	*news = (struct scp_news){ .what = SCP_OBJECT, .object = o };
	stand_still(s->config->pause_after);
	if (!settled && o->status == DIMSE_SUCCESS) {
		if (o->file && o->placed != OUTFILE_SAME && o->placed != OUTFILE_REPLACED)
			outfile_unplace(s->config->out, s->placed);
		o->err = *why;
		o->status = DIMSE_OUT_OF_RESOURCES;
		o->file = NULL;
	}
	reply(s, o->status, &o->err);
	send_reply(s);
}

void scp_cut(struct scp *s, const struct err *why)
{
	conn_give_up(s->conn, why);
}

uint64_t scp_deadline(const struct scp *s)
{
	const uint64_t limit = scp_limit(s), transport = conn_deadline(s->conn);
	return limit < transport ? limit : transport;
}

bool scp_over(const struct scp *s)
{
	return conn_over(s->conn) && s->phase != PLACING && s->phase != PLACED;
}

void scp_turn(struct scp *s, short revents, uint64_t now)
{
	s->now = now;
	conn_turn(s->conn, revents, now);
	scp_check_limits(s, revents);
	send_reply(s);
	if (s->phase == PLACING)
		scp_place(s);
}

static bool upper_layer_news(struct scp *s, const struct ul_event *ev, struct scp_news *news)
{
	switch (ev->kind) {
	case UL_ASSOC_RQ:
		return associate(s, &ev->assoc, news);
	case UL_PDV:
		return pdv(s, ev, news);
	case UL_RELEASE_RQ:
		ul_release_rp(conn_ul(s->conn), NULL);
		conn_push(s->conn, true);
		if (scp_busy(s))
			err_set(&news->err, ERR_PEER, 0,
				"the peer released the association within an object");
		break;
	case UL_ABORT:
		err_set(&news->err, ERR_PEER, ev->reason, "the peer aborted: %s",
			pdu_abort_text(ev->source, ev->reason));
		break;
	case UL_FAIL:
		news->err = ev->err;
		break;
	case UL_ASSOC_AC: /* these three are for requestors: the state machine aborts instead */
	case UL_ASSOC_RJ:
	case UL_RELEASE_RP:
		return false;
	}
	news->what = SCP_ENDED;
	s->told_end = true;
	return true;
}

bool scp_next(struct scp *s, struct scp_news *news)
{
	*news = (struct scp_news){ .what = SCP_ENDED };
	if (!s->told_secure && conn_secured(s->conn)) {
		s->told_secure = true;
		news->what = SCP_SECURED;
		return true;
	}
	struct ul_event ev;
	while (s->phase < PLACING && conn_next(s->conn, &ev)) {
		if (s->told_end)
			continue; /* nobody wants to know any more, but the upper layer has to see the end */
		if (!upper_layer_news(s, &ev, news)) {
			send_reply(s);
			continue;
		}
		send_reply(s);
		if (s->told_end)
			outfile_drop(s->config->out, &s->file);
		return true;
	}
	if (s->phase == PLACING || s->phase == PLACED)
		/* its answer comes first, whatever became of the connection */
		return false;
	conn_push(s->conn, true);
	if (conn_over(s->conn) && !s->told_end) { /* by us, which is no event of the upper layer */
		s->told_end = true;
		news->err = *conn_error(s->conn);
		return true;
	}
	return false;
}
