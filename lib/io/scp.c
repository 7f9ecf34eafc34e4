/* SPDX-License-Identifier: MIT */
/* The conversation: what comes, and what is answered. */
#include "io/scp_inner.h"

#include "io/clock.h"
#include "io/wait.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	IN_ROOM = 16 * TLS_IN_SIZE,
	OUT_ROOM = 2048, /* responses are small */
};

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

static size_t command_max(const struct scp_config *config)
{
	return config->max_command ? config->max_command : DIMSE_MAX;
}

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
	s->own.file.fd = -1;
	s->now = clock_ms();
	s->command = buf_on(s->usual_room, smaller(sizeof s->usual_room, command_max(config)));
	return s;
}

void scp_free(struct scp *s)
{
	if (!s)
		return;
	scp_drop_aside(s);
	scp_drop_item(s, &s->own);
	scp_forget_object(s);
	free(s->inflate);
	rewrite_free(s->rewrite);
	free(s->large_room);
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

bool scp_busy(const struct scp *s)
{
	return s->phase != COMMAND || s->aside;
}

/* ---- messages */

void scp_next_message(struct scp *s)
{
	s->phase = COMMAND;
	s->command.n = 0;
	s->since = s->now;
	if (s->config->stall)
		conn_await(s->conn, s->config->idle, "word from the peer");
}

/* The present message needs no more than an answer. */
static void reply(struct scp *s, uint16_t status, const struct err *why)
{
	s->own.object.status = status;
	s->own.object.err = why ? *why : (struct err){ 0 };
	s->own.context = s->context;
	s->own.stage = TOLD;
	s->phase = HELD;
}

/* No more is read, for the reason in news. It is told, and acted on, after all answers. */
static bool ends(struct scp *s, enum ending how, const struct scp_news *news)
{
	s->ending = how;
	s->own.object.err = news->err;
	return false;
}

static bool tell_end(struct scp *s, struct scp_news *news)
{
	if (s->ending == RELEASED)
		ul_release_rp(conn_ul(s->conn), NULL);
	else if (s->ending == ABORTS)
		ul_abort(conn_ul(s->conn));
	conn_push(s->conn, true);
	scp_drop_item(s, &s->own);
	news->what = SCP_ENDED;
	news->err = s->own.object.err;
	s->told_end = true;
	return true;
}

static bool command_came(struct scp *s, const struct ul_event *ev, struct scp_news *news)
{
	struct err why = { 0 };
	ul_context(conn_ul(s->conn), ev->context, &s->agreed);
	const bool good = dimse_decode(buf_span(&s->command), &s->request, &why);
	if (!good && why.code == 0) {
		news->err = why;
		return ends(s, ABORTS, news);
	}
	if (s->request.field == C_STORE_RQ && dimse_has_dataset(&s->request)) {
		scp_begin_object(s, (uint16_t)why.code, good ? NULL : &why);
		return false;
	}
	if (dimse_has_dataset(&s->request)) { /* of a request that is none of ours: passed over */
		s->own.object = (struct scp_object){ .status = (uint16_t)(good ? DIMSE_UNRECOGNIZED
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
		return ends(s, ABORTS, news);
	}
	if (good && s->request.field == C_ECHO_RQ) {
		reply(s, DIMSE_SUCCESS, NULL);
		news->what = SCP_ECHOED;
		return true;
	}
	reply(s, good ? DIMSE_UNRECOGNIZED : (uint16_t)why.code, &why);
	return false;
}

void scp_stand_still(uint64_t ms)
{
	if (ms)
		wait_for(NULL, 0, clock_after(clock_ms(), ms));
}

/* What testing peers asks for. */
static bool breaks_off(struct scp *s, bool last)
{
	if (last)
		scp_stand_still(s->config->pause_during);
	return s->config->breaks == SCP_BREAK_DURING ||
		(s->config->breaks == SCP_BREAK_AFTER && last);
}

/* A command set that is larger than usual gets a room of its own. */
static bool gather(struct scp *s, struct span data, struct err *e)
{
	const size_t most = command_max(s->config);
	if (!s->large_room && s->command.n + data.n > s->command.cap && s->command.cap < most) {
		s->large_room = malloc(most);
		if (!s->large_room)
			return err_set(e, ERR_SYSTEM, 0, "no memory for a large command set");
		const struct span so_far = buf_span(&s->command);
		s->command = buf_on(s->large_room, most);
		buf_bytes(&s->command, so_far);
	}
	return dimse_gather(&s->command, data, e);
}

static bool pdv(struct scp *s, const struct ul_event *ev, struct scp_news *news)
{
	if (ev->command != (s->phase == COMMAND)) {
		err_set(&news->err, ERR_PEER, 0,
			"the peer sent a %s where a %s was due (PS3.7 6.3)",
			ev->command ? "command" : "data set", ev->command ? "data set" : "command");
		return ends(s, ABORTS, news);
	}
	/* The fragments of a message, of its command too, are in one context (PS3.8 E.1). */
	if (s->phase == COMMAND && s->command.n == 0)
		s->context = ev->context;
	if (ev->context != s->context) {
		err_set(&news->err, ERR_PEER, 0,
			"a message went from presentation context %u to %u (PS3.8 E.1)", s->context,
			ev->context);
		return ends(s, ABORTS, news);
	}
	if (s->phase == COMMAND) {
		if (!gather(s, ev->data, &news->err))
			return ends(s, ABORTS, news);
		return ev->last && command_came(s, ev, news);
	}
	scp_pass_on(s, ev->data);
	if (s->config->max_bytes && s->bytes > s->config->max_bytes) {
		err_set(&news->err, ERR_LIMIT, 0,
			"the association brought over %llu bytes; that is the limit here",
			(unsigned long long)s->config->max_bytes);
		return ends(s, ABORTS, news);
	}
	if (s->request.field == C_STORE_RQ && breaks_off(s, ev->last)) {
		err_set(&news->err, ERR_PEER, 0, "aborted %s an object, as asked for",
			ev->last ? "after" : "within");
		return ends(s, ABORTS, news);
	}
	if (ev->last && s->request.field == C_STORE_RQ)
		scp_finish_object(s);
	else if (ev->last)
		reply(s, s->own.object.status, NULL);
	return false;
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
	return conn_over(s->conn) && !scp_owes(s);
}

void scp_turn(struct scp *s, short revents, uint64_t now)
{
	s->now = now;
	conn_turn(s->conn, revents, now);
	scp_check_limits(s, revents);
	scp_send_replies(s);
}

static bool reads_on(const struct scp *s)
{
	const struct scp_item *o = scp_first(s);
	return (s->told_end || !s->ending) && s->phase != HELD && !(o && o->stage == TOLD);
}

static bool upper_layer_news(struct scp *s, const struct ul_event *ev, struct scp_news *news)
{
	switch (ev->kind) {
	case UL_ASSOC_RQ:
		return scp_associate(s, &ev->assoc, news);
	case UL_PDV:
		return pdv(s, ev, news);
	case UL_RELEASE_RQ:
		if (s->phase != COMMAND)
			err_set(&news->err, ERR_PEER, 0,
				"the peer released the association within an object");
		return ends(s, RELEASED, news);
	case UL_ABORT:
		err_set(&news->err, ERR_PEER, ev->reason, "the peer aborted: %s",
			pdu_abort_text(ev->source, ev->reason));
		return ends(s, LEFT, news);
	case UL_FAIL:
		news->err = ev->err;
		return ends(s, LEFT, news);
	case UL_ASSOC_AC: /* these three are for requestors: the state machine aborts instead */
	case UL_ASSOC_RJ:
	case UL_RELEASE_RP:
		break;
	}
	return false;
}

bool scp_next(struct scp *s, struct scp_news *news)
{
	*news = (struct scp_news){ .what = SCP_ENDED };
	free(s->spent);
	s->spent = NULL;
	if (!s->told_secure && conn_secured(s->conn)) {
		s->told_secure = true;
		news->what = SCP_SECURED;
		return true;
	}
	struct ul_event ev;
	while (reads_on(s) && conn_next(s->conn, &ev)) {
		if (s->told_end)
			continue; /* nobody wants to know any more, but the upper layer has to see the end */
		const bool tells = upper_layer_news(s, &ev, news);
		scp_send_replies(s);
		if (tells)
			return true;
	}
	if (scp_owes(s))
		return false; /* what came before the end is answered first, whatever became of the connection */
	if (s->ending && !s->told_end && !scp_first(s))
		return tell_end(s, news);
	conn_push(s->conn, true);
	if (conn_over(s->conn) && !s->told_end) { /* by us, which is no event of the upper layer */
		s->told_end = true;
		news->err = *conn_error(s->conn);
		return true;
	}
	return false;
}
