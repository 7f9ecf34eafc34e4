/* SPDX-License-Identifier: MIT */
#include "io/scu_inner.h"

#include "base/fnv.h"
#include "io/clock.h"

#include <stdlib.h>
#include <string.h>

enum {
	IN_ROOM = 4 * TLS_IN_SIZE, /* for servers that list a hundred authorities in one message */
	OUT_ROOM = 16 * TLS_OUT_SIZE,
	SMALL_OUT = 4096,
	SMALL_STORE = 40960, /* takes requests of over a hundred contexts */
	PDV_MAX = 1 << 20,   /* so that an abort never waits for more than this */
	COMMAND_MAX = 512,
	PDV_HEAD = 6,    /* of a PDU, which counts it, not its own head (PS3.8 9.3.5.1) */
	CLOSE_MS = 5000, /* for the peer to close at the end: a person may be waiting */
};

struct scu *scu_new(int fd, const struct scu_config *config, const struct pdu_offer *offers,
	unsigned n_offers, struct err *e)
{
	const struct conn_config transport = { .requestor = true,
		.secure = config->secure,
		.host = config->host,
		.fallback = config->fallback,
		.artim = config->artim && config->artim < CLOSE_MS ? config->artim : CLOSE_MS,
		.in = config->small ? TLS_IN_SIZE : IN_ROOM,
		.out = config->small ? SMALL_OUT : OUT_ROOM,
		.store = config->small ? SMALL_STORE : 0 };
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
	if (s->config.window > SCU_WINDOW)
		s->config.window = SCU_WINDOW;
	s->response = buf_on(s->response_room, sizeof s->response_room);
	s->proposal = (struct pdu_proposal){
		.called = config->called,
		.calling = config->calling,
		.offers = offers,
		.offer_count = n_offers,
		.user = { .max_pdu = config->max_pdu,
			.class_uid = span_str(UID_IMPLEMENTATION),
			.version = span_str(UID_IMPLEMENTATION_VERSION),
			.window = s->config.window > 1,
			.invoked = s->config.window,
			.performed = 1, /* nobody asks us */
			.identity = config->identity.kind,
			.identity_answer = config->identity.answer,
			.primary = config->identity.primary,
			.secondary = config->identity.secondary,
			.roles = config->roles,
			.role_count = config->n_roles,
			.extended = config->extended,
			.extended_count = config->n_extended },
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

uint16_t scu_id(const struct scu *s)
{
	return s->id;
}

unsigned scu_unanswered(const struct scu *s)
{
	return s->n_due + s->is_early;
}

bool scu_ready(struct scu *s)
{
	if (s->state != IDLE || s->is_early)
		return false;
	if (!conn_has_room(s->conn))
		conn_push(s->conn, true);
	return conn_has_room(s->conn);
}

/* ---- what is without an answer */

unsigned scu_find_due(const struct scu *s, uint16_t id)
{
	unsigned i = 0;
	while (i < s->n_due && s->due[i].id != id)
		i++;
	return i;
}

uint32_t scu_hash(struct span instance)
{
	const uint64_t hash = fnv_of(instance);
	return instance.n ? (uint32_t)(hash ^ hash >> 32) : 0;
}

void scu_rest(struct scu *s, const char *what)
{
	s->state = s->n_due < s->window ? IDLE : WAITING;
	conn_await(s->conn, s->n_due ? s->config.dimse : 0, what);
}

const char scu_object_due[] = "response to the object that was sent";

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
void scu_feed(struct scu *s)
{
	bool moved = conn_ul(s->conn)->state == STA6;
	while (s->state == SENDING && moved) {
		if (conn_owed(s->conn)) {
			moved = fill_room(s);
		} else if (s->last && !s->announced) {
			object_close(s->stream);
			s->stream = NULL;
			scu_rest(s, scu_object_due);
			if (s->state == WAITING) /* else more may come into the same record */
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
	do
		s->id++;
	while (scu_find_due(s, s->id) < s->n_due);
	command->id = s->id;
	s->expected = command->field | DIMSE_RSP;
	dimse_put(&set, command);
	if (!conn_has_room(s->conn))
		conn_push(s->conn, true);
	if (!buf_ok(&set))
		return err_set(e, ERR_LIMIT, 0, "the command set is too long");
	if (!conn_command(s->conn, context, buf_span(&set), e))
		return false;
	s->due[s->n_due++] = (struct scu_due){ scu_hash(command->sop_instance), s->id, context };
	return true;
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
	scu_feed(s);
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
	scu_rest(s, "response to the echo request");
	conn_push(s->conn, true);
	return true;
}

bool scu_release(struct scu *s, struct err *e)
{
	if (s->n_due)
		return err_set(e, ERR_USAGE, 0, "%u requests have no answer yet", s->n_due);
	if (!ul_release_rq(conn_ul(s->conn), e))
		return false;
	s->state = RELEASING;
	conn_await(s->conn, s->config.associate, "answer to the release request");
	conn_push(s->conn, true);
	return true;
}
