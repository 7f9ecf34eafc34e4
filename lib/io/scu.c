/* SPDX-License-Identifier: MIT */
#include "io/scu.h"

#include "dicom/syntax.h"
#include "io/clock.h"

#include <stdlib.h>
#include <string.h>

enum {
	OUT_ROOM = 4 * TLS_OUT_SIZE,
	PDV_MAX = 1 << 20, /* so that an abort never waits for more than this */
	COMMAND_MAX = 512,
	PDV_HEAD = 6,    /* of a PDU, which counts it, not its own head (PS3.8 9.3.5.1) */
	CLOSE_MS = 5000, /* for the peer to close at the end: a person may be waiting */
};

enum state { ASSOCIATING, IDLE, SENDING, WAITING, RELEASING, ENDED };

struct scu {
	struct conn *conn;
	struct scu_config config;
	struct pdu_proposal proposal;
	enum state state;
	bool told_secure, told_end;
	uint16_t id, expected; /* of the last message, and the command field of its response */
	uint8_t context;
	struct object_stream *stream;
	uint32_t next; /* bytes announced for the next PDV */
	bool announced, last;
	struct err unsent;     /* why the object could not be read */
	struct scu_news early; /* an answer that came before all of the object was sent */
	bool is_early;
	uint64_t bytes;
	struct buf response;
	uint8_t response_room[DIMSE_MAX];
};

struct scu *scu_new(int fd, const struct scu_config *config, const struct pdu_offer *offers,
	unsigned n_offers, struct err *e)
{
	const struct conn_config transport = { .requestor = true,
		.secure = config->secure,
		.host = config->host,
		.fallback = config->fallback,
		.artim = config->artim && config->artim < CLOSE_MS ? config->artim : CLOSE_MS,
		.out = OUT_ROOM };
	struct conn *conn = conn_new(fd, &transport, e);
	if (!conn)
		return NULL;
	struct scu *s = calloc(1, sizeof *s);
	if (!s) {
		conn_free(conn);
		err_set(e, ERR_SYSTEM, 0, "no memory for an association");
		return NULL;
	}
	s->conn = conn;
	s->config = *config;
	s->response = buf_on(s->response_room, sizeof s->response_room);
	s->proposal = (struct pdu_proposal){
		.called = config->called,
		.calling = config->calling,
		.offers = offers,
		.offer_count = n_offers,
		.user = { .max_pdu = config->max_pdu,
			.class_uid = span_str(UID_IMPLEMENTATION),
			.version = span_str(UID_IMPLEMENTATION_VERSION),
			.identity = config->identity.kind,
			.identity_answer = config->identity.answer,
			.primary = config->identity.primary,
			.secondary = config->identity.secondary },
	};
	if (!ul_request(conn_ul(conn), &s->proposal, e)) {
		scu_free(s);
		return NULL;
	}
	conn_await(conn, config->associate,
		config->secure ? "answer to the TLS or association request"
			       : "answer to the association request");
	conn_turn(conn, 0, clock_ms()); /* the first words are ours */
	return s;
}

void scu_free(struct scu *s)
{
	if (!s)
		return;
	object_close(s->stream);
	conn_free(s->conn);
	free(s);
}

struct conn *scu_conn(struct scu *s)
{
	return s->conn;
}

uint64_t scu_bytes(const struct scu *s)
{
	return s->bytes;
}

/* ---- sending */

void scu_abort(struct scu *s)
{
	conn_abort(s->conn);
}

/* The head of the next PDV, and with it the promise of its bytes. False: no room, or failed. */
static bool begin_pdv(struct scu *s)
{
	const uint32_t peer = ul_data_max(conn_ul(s->conn));
	const uint32_t ours = s->config.max_send ? s->config.max_send - PDV_HEAD : peer;
	const uint32_t max = ours < peer ? ours : peer;
	if (!s->announced &&
		!object_announce(
			s->stream, max < PDV_MAX ? max : PDV_MAX, &s->next, &s->last, &s->unsent))
		return false;
	s->announced = true;
	if (!conn_data(s->conn, s->context, s->last, s->next, &s->unsent))
		return false;
	s->announced = false;
	return true;
}

/* Puts bytes where there is room. False: there was none, or failed. */
static bool fill_room(struct scu *s)
{
	struct mspan room = conn_room(s->conn);
	if (room.n == 0) {
		conn_push(s->conn, false);
		room = conn_room(s->conn);
	}
	const size_t n = room.n ? object_read(s->stream, room, &s->unsent) : 0;
	conn_room_done(s->conn, n);
	s->bytes += n;
	return n > 0;
}

/* Sends until the transport takes no more. An association that is ending takes none: why it ends is
 * still to be told, and is not the object's fault. */
static void feed(struct scu *s)
{
	bool moved = conn_ul(s->conn)->state == STA6;
	while (s->state == SENDING && moved) {
		if (conn_owed(s->conn)) {
			moved = fill_room(s);
		} else if (s->last && !s->announced) {
			object_close(s->stream);
			s->stream = NULL;
			s->state = WAITING;
			conn_await(
				s->conn, s->config.dimse, "response to the object that was sent");
			conn_push(s->conn, true);
		} else {
			moved = begin_pdv(s);
			if (!moved && s->unsent.kind == ERR_NONE) { /* no room: make some, once */
				conn_push(s->conn, true);
				moved = begin_pdv(s);
			}
		}
	}
	if (s->unsent.kind != ERR_NONE && s->state == SENDING) {
		s->state = ENDED;
		scu_abort(s);
	}
}

static bool request(struct scu *s, uint8_t context, struct dimse *command, struct err *e)
{
	uint8_t room[COMMAND_MAX];
	struct buf set = buf_on(room, sizeof room);
	if (s->state != IDLE)
		return err_set(e, ERR_USAGE, 0, "the association is not free for a request");
	command->id = ++s->id;
	s->expected = command->field | DIMSE_RSP;
	dimse_put(&set, command);
	if (!conn_has_room(s->conn))
		conn_push(s->conn, true);
	if (!buf_ok(&set))
		return err_set(e, ERR_LIMIT, 0, "the command set is too long");
	return conn_command(s->conn, context, buf_span(&set), e);
}

bool scu_store(struct scu *s, uint8_t context, const struct object_info *info,
	struct object_stream *stream, struct err *e)
{
	struct dimse command = { .field = C_STORE_RQ,
		.priority = DIMSE_MEDIUM,
		.dataset = DIMSE_DATASET,
		.sop_class = span_str(info->sop_class),
		.sop_instance = span_str(info->sop_instance) };
	if (!request(s, context, &command, e)) {
		object_close(stream);
		return false;
	}
	s->stream = stream;
	s->context = context;
	s->announced = s->last = false;
	s->bytes = 0;
	s->state = SENDING;
	conn_await(s->conn, s->config.sending, "progress of the object that is being sent");
	feed(s);
	return true;
}

bool scu_echo(struct scu *s, struct err *e)
{
	struct ul_context agreed = { 0 };
	uint8_t context = 0;
	for (unsigned i = 0; !context && i < PDU_CONTEXTS; i++)
		if (ul_context(conn_ul(s->conn), (uint8_t)(2 * i + 1), &agreed) &&
			span_eq_str(agreed.abstract, UID_VERIFICATION))
			context = agreed.id;
	struct dimse command = { .field = C_ECHO_RQ,
		.dataset = DIMSE_NO_DATASET,
		.sop_class = span_str(UID_VERIFICATION) };
	if (!context)
		return err_set(e, ERR_PEER, 0, "the peer does not offer verification (C-ECHO)");
	if (!request(s, context, &command, e))
		return false;
	s->state = WAITING;
	conn_await(s->conn, s->config.dimse, "response to the echo request");
	conn_push(s->conn, true);
	return true;
}

bool scu_release(struct scu *s, struct err *e)
{
	if (!ul_release_rq(conn_ul(s->conn), e))
		return false;
	s->state = RELEASING;
	conn_await(s->conn, s->config.associate, "answer to the release request");
	conn_push(s->conn, true);
	return true;
}

/* ---- choosing a context */

static uint8_t refusal(struct scu *s, const char *sop_class, const char *syntax)
{
	uint8_t found = PDU_NOT_ANSWERED;
	for (unsigned i = 0; i < s->proposal.offer_count; i++) {
		const struct pdu_offer *o = &s->proposal.offers[i];
		if (strcmp(o->abstract, sop_class) == 0 && strcmp(o->syntaxes[0], syntax) == 0)
			found = ul_result(conn_ul(s->conn), i);
	}
	return found;
}

bool scu_choose(struct scu *s, const char *sop_class, const char *transfer_syntax,
	struct syntax syntax, uint8_t *context, const struct uid_syntax **recode, struct err *e)
{
	const struct span abstract = span_str(sop_class);
	*recode = NULL;
	*context = ul_find(conn_ul(s->conn), abstract, span_str(transfer_syntax));
	if (s->config.prefer && !syntax.encapsulated && (!*context || s->config.prefer_always)) {
		const struct span best = span_str(s->config.prefer);
		const uint8_t found = ul_find(conn_ul(s->conn), abstract, best);
		if (found && strcmp(s->config.prefer, transfer_syntax) != 0)
			*recode = uid_syntax(best);
		*context = found ? found : *context;
	}
	for (size_t i = 0; !*context && !syntax.encapsulated && i < SYNTAX_PLAIN; i++) {
		*context = ul_find(conn_ul(s->conn), abstract, span_str(syntax_plain[i]));
		if (*context)
			*recode = uid_syntax(span_str(syntax_plain[i]));
	}
	if (*context)
		return true;
	char class_text[UID_TEXT], syntax_text[UID_TEXT];
	return err_set(e, ERR_PEER, 0, "the peer does not take %s in %s%s: %s",
		uid_name(abstract, class_text), uid_name(span_str(transfer_syntax), syntax_text),
		syntax.encapsulated ? "" : " or another uncompressed transfer syntax",
		pdu_result_text(refusal(s, sop_class, transfer_syntax)));
}

/* ---- news */

static void end(struct scu *s, struct scu_news *news)
{
	s->state = ENDED;
	s->told_end = true;
	news->what = SCU_ENDED;
}

static bool responded(struct scu *s, const struct ul_event *ev, struct scu_news *news)
{
	struct dimse d;
	if (!ev->command) /* C-STORE and C-ECHO responses carry no data set; dimse_decode says so too */
		return false;
	if (!dimse_gather(&s->response, ev->data, &news->err)) {
		scu_abort(s);
		end(s, news);
		return true;
	}
	if (!ev->last)
		return false;
	const struct span set = buf_span(&s->response);
	const bool good = dimse_decode(set, &d, &news->err);
	const bool due = s->state == WAITING || s->state == SENDING;
	s->response.n = 0;
	if (!good || !due || s->is_early || d.field != s->expected || d.id != s->id) {
		err_set(&news->err, ERR_PEER, 0, "the peer answered with an unexpected %s",
			good ? dimse_field_text(d.field) : "message");
		scu_abort(s);
		end(s, news);
		return true;
	}
	news->what = SCU_RESPONSE;
	news->status = d.status;
	size_t n = d.comment.n < DIMSE_COMMENT ? d.comment.n : DIMSE_COMMENT;
	for (size_t i = 0; i < n; i++)
		news->comment[i] =
			d.comment.p[i] < 0x20 || d.comment.p[i] > 0x7e ? '?' : (char)d.comment.p[i];
	return true;
}

static bool upper_layer_news(struct scu *s, const struct ul_event *ev, struct scu_news *news)
{
	switch (ev->kind) {
	case UL_ASSOC_AC:
		if (s->config.identity.answer && !ev->assoc.user.identity_answer) {
			err_set(&news->err, ERR_PEER, 0,
				"the peer did not say yes to the user identity (PS3.7 D.3.3.7.2)");
			scu_abort(s);
			end(s, news);
			return true;
		}
		s->state = IDLE;
		conn_await(s->conn, 0, NULL);
		news->what = SCU_ASSOCIATED;
		return true;
	case UL_ASSOC_RJ: {
		char text[160];
		news->rejected = ev->result;
		err_set(&news->err, ERR_PEER, ev->reason, "the association was %s",
			pdu_reject_text(ev->result, ev->source, ev->reason, text, sizeof text));
		end(s, news);
		return true;
	}
	case UL_PDV:
		return responded(s, ev, news);
	case UL_RELEASE_RQ:
		if (conn_owed(s->conn)) /* no answer can stand inside a PDV */
			conn_close(s->conn);
		else
			ul_release_rp(conn_ul(s->conn), NULL);
		conn_push(s->conn, true);
		if (ev->collision)
			return false;
		err_set(&news->err, ERR_PEER, 0,
			"the peer released the association before all was done");
		end(s, news);
		return true;
	case UL_RELEASE_RP:
		conn_close(s->conn);
		conn_push(s->conn, true);
		end(s, news);
		return true;
	case UL_ABORT:
		err_set(&news->err, ERR_PEER, ev->reason, "the peer aborted the association: %s",
			pdu_abort_text(ev->source, ev->reason));
		end(s, news);
		return true;
	case UL_FAIL:
		news->err = ev->err;
		end(s, news);
		return true;
	case UL_ASSOC_RQ: /* not for a requestor: the state machine aborts instead */
		break;
	}
	return false;
}

void scu_turn(struct scu *s, short revents, uint64_t now)
{
	struct ul_event ev;
	conn_turn(s->conn, revents, now);
	feed(s);
	while (s->told_end && conn_next(s->conn, &ev))
		; /* nobody wants to know any more, but the upper layer has to see the end */
	conn_push(s->conn, true);
}

/* Idle again: nothing is due, so nothing can be late. */
static void rest(struct scu *s)
{
	s->state = IDLE;
	conn_await(s->conn, 0, NULL);
}

bool scu_next(struct scu *s, struct scu_news *news)
{
	*news = (struct scu_news){ .what = SCU_ENDED };
	if (s->told_end)
		return false;
	if (!s->told_secure && conn_secured(s->conn)) {
		s->told_secure = true;
		news->what = SCU_SECURED;
		return true;
	}
	if (s->unsent.kind != ERR_NONE) {
		news->what = SCU_UNSENT;
		news->err = s->unsent;
		s->unsent.kind = ERR_NONE;
		s->told_end = true;
		return true;
	}
	if (s->is_early && s->state == WAITING && conn_has_room(s->conn)) {
		*news = s->early;
		s->is_early = false;
		rest(s);
		return true;
	}
	struct ul_event ev;
	while (conn_next(s->conn, &ev)) {
		if (!upper_layer_news(s, &ev, news))
			continue;
		if (news->what == SCU_RESPONSE &&
			(s->state == SENDING || !conn_has_room(s->conn))) {
			/* The peer has made up its mind before the end, but reads to it all the
			 * same; and there must be room for the next request. */
			s->early = *news;
			s->is_early = true;
			continue;
		}
		if (news->what == SCU_RESPONSE)
			rest(s);
		conn_push(s->conn, true);
		return true;
	}
	conn_push(s->conn, true);
	if (conn_ending(s->conn)) { /* by us, which is no event of the upper layer */
		news->err = *conn_error(s->conn);
		end(s, news);
		return true;
	}
	return false;
}
