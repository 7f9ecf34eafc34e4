/* SPDX-License-Identifier: MIT */
/* The objects that are whole: set aside, placed, settled, answered. */
#include "io/scp_inner.h"

#include "dicom/part10.h"
#include "io/whole.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COMMAND_MAX = 512 };

struct scp_item *scp_first(const struct scp *s)
{
	struct scp *mine = (struct scp *)(uintptr_t)s; /* asking changes nothing */
	return s->aside ? s->aside : s->phase == HELD ? &mine->own : NULL;
}

bool scp_waits(const struct scp *s)
{
	const struct scp_item *o = scp_first(s);
	return o && (o->stage == PLACED || o->stage == SETTLED);
}

bool scp_owes(const struct scp *s)
{
	const struct scp_item *o = scp_first(s);
	return o && o->stage != TOLD;
}

/* ---- set aside */

bool scp_set_aside(struct scp *s)
{
	if (ul_window_performed(conn_ul(s->conn)) == 1 || s->n_aside >= s->config->aside)
		return false;
	struct scp_item *o = malloc(sizeof *o), **last = &s->aside;
	if (!o)
		return false;
	*o = s->own;
	if (!outfile_whole(s->config->out, &o->file)) {
		free(o);
		return false;
	}
	while (*last)
		last = &(*last)->next;
	*last = o;
	s->n_aside++;
	s->own.file.fd = -1;
	s->own.name = NULL;
	return true;
}

/* The oldest of those set aside is answered, or will never be; *spent keeps it for who was told. */
static void remove_first(struct scp *s)
{
	struct scp_item *o = s->aside;
	s->aside = o->next;
	s->n_aside--;
	scp_drop_item(s, o);
	free(s->spent);
	s->spent = o;
}

void scp_drop_aside(struct scp *s)
{
	while (s->aside)
		remove_first(s);
	free(s->spent);
}

/* ---- placed */

/* Whether the stored file may hold the object that has come: equal bytes in another transfer syntax are
 * another object. A bare one does not say. */
static bool may_be_it(void *arg, int there, uint64_t *body)
{
	const struct scp_item *o = arg;
	uint8_t head[PART10_META_MAX];
	struct part10 p;
	struct err e = { 0 };
	*body = 0;
	if (o->file.body == 0)
		return true;
	const ssize_t n = read_whole(there, (struct mspan){ head, sizeof head }, 0);
	if (n <= 0 || part10_read(span_of(head, (size_t)n), false, &p, &e) != PART10_OK)
		return false;
	*body = p.at;
	return strcmp(p.transfer_syntax, o->stored_as) == 0;
}

/* Goes on placing it. False: it is being compared. */
static bool place(struct scp *s, struct scp_item *o)
{
	const struct outfile_like same = { may_be_it, o };
	if (o->stage != WHOLE)
		return true;
	if (o->name)
		o->object.placed = outfile_place(
			s->config->out, &o->file, o->name, &same, o->placed, &o->object.err);
	if (o->name && o->object.placed == OUTFILE_COMPARING)
		return false;
	if (o->name && o->object.placed == OUTFILE_FAILED) {
		o->object.status = DIMSE_OUT_OF_RESOURCES;
	} else if (o->name && o->object.placed == OUTFILE_REJECTED) {
		err_set(&o->object.err, ERR_PEER, 0, "%s is there already", o->name);
		o->object.status = DIMSE_DUPLICATE;
	} else if (o->name) {
		o->object.file = o->placed;
	}
	o->stage = PLACED;
	scp_drop_item(s, o);
	return true;
}

/* In the order in which they came, as if each had been placed before the next one was read. None while an
 * answer waits for room: what is placed has to hear whether the folder was settled then. */
bool scp_place(struct scp *s)
{
	struct scp_item *o = s->aside;
	s->comparing = false;
	if (!scp_owes(s))
		return false;
	while (o && place(s, o))
		o = o->next;
	s->comparing = o || (s->phase == HELD && !place(s, &s->own));
	return scp_waits(s);
}

/* ---- answered */

static void send_one(struct scp *s, const struct scp_item *o)
{
	const struct dimse aside = { .field = C_STORE_RQ,
		.id = o->id,
		.sop_class = span_str(o->object.sop_class),
		.sop_instance = span_str(o->object.sop_instance) };
	struct dimse rsp = dimse_response(o == &s->own ? &s->request : &aside, o->object.status);
	char comment[DIMSE_COMMENT + 1];
	uint8_t room[COMMAND_MAX];
	struct buf set = buf_on(room, sizeof room);
	if (o->object.err.kind != ERR_NONE) {
		snprintf(comment, sizeof comment, "%.64s", o->object.err.text);
		rsp.comment = span_str(comment);
	}
	dimse_put(&set, &rsp);
	if (!buf_ok(&set) || !conn_command(s->conn, o->context, buf_span(&set), NULL))
		ul_abort(conn_ul(s->conn));
	conn_push(s->conn, true);
}

void scp_send_replies(struct scp *s)
{
	for (const struct scp_item *o; (o = scp_first(s)) && o->stage == TOLD;) {
		/* What ends has said its last word: nobody hears this one, and the next may be told. */
		if (!conn_ending(s->conn) && !conn_has_room(s->conn))
			return;
		if (!conn_ending(s->conn))
			send_one(s, o);
		if (o == &s->own)
			scp_next_message(s);
		else
			remove_first(s);
	}
}

static void settle(struct scp *s, struct scp_item *o, bool settled, const struct err *why)
{
	if (o->stage != PLACED)
		return;
	o->stage = SETTLED;
	/* The file that it was a duplicate of may be taken back with it. */
	const bool hangs =
		o->object.status == DIMSE_SUCCESS || o->object.placed == OUTFILE_REJECTED;
	if (settled || !hangs)
		return;
	if (o->object.file && o->object.placed != OUTFILE_SAME &&
		o->object.placed != OUTFILE_REPLACED)
		outfile_unplace(s->config->out, o->placed);
	o->object.err = *why;
	o->object.status = DIMSE_OUT_OF_RESOURCES;
	o->object.file = NULL;
}

void scp_answer(struct scp *s, bool settled, const struct err *why, struct scp_news *news)
{
	for (struct scp_item *o = s->aside; o; o = o->next)
		settle(s, o, settled, why);
	settle(s, &s->own, settled, why);
	struct scp_item *o = scp_first(s);
	*news = (struct scp_news){ .what = SCP_OBJECT, .object = &o->object };
	scp_stand_still(s->config->pause_after);
	o->stage = TOLD;
	scp_send_replies(s);
}
