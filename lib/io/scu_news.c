/* SPDX-License-Identifier: MIT */
/* What the peer has to say, and what that means for what was asked of it. */
#include "io/scu_inner.h"

static void end(struct scu *s, struct scu_news *news)
{
	s->state = ENDED;
	s->told_end = true;
	news->what = SCU_ENDED;
}

/* Whether an answer is one to something that was asked, and to just that; *which of what is due. */
static bool belongs(const struct scu *s, const struct dimse *d, unsigned *which, struct err *e)
{
	const unsigned i = scu_find_due(s, d->id);
	const struct scu_due *due = &s->due[i];
	*which = i;
	if (i == s->n_due || d->field != s->expected)
		return err_set(e, ERR_PEER, 0, "the peer answered with an unexpected %s",
			dimse_field_text(d->field));
	if (due->context != s->within)
		return err_set(e, ERR_PEER, 0,
			"the peer answered in presentation context %u what was asked in %u",
			s->within, due->context);
	if (d->sop_instance.n && due->instance && scu_hash(d->sop_instance) != due->instance)
		return err_set(e, ERR_PEER, 0,
			"the peer answered for another SOP instance than the one that was sent "
			"(PS3.7 9.1.1.1)");
	return true;
}

/* The whole of an answer is here. */
static void answered(struct scu *s, struct scu_news *news)
{
	struct dimse d;
	unsigned which;
	const bool good = dimse_decode(buf_span(&s->response), &d, &news->err) &&
		belongs(s, &d, &which, &news->err);
	s->response.n = 0;
	s->within = 0;
	if (!good)
		return;
	s->due[which] = s->due[--s->n_due];
	news->what = SCU_RESPONSE;
	news->id = d.id;
	news->status = d.status;
	size_t n = d.comment.n < DIMSE_COMMENT ? d.comment.n : DIMSE_COMMENT;
	for (size_t i = 0; i < n; i++)
		news->comment[i] =
			d.comment.p[i] < 0x20 || d.comment.p[i] > 0x7e ? '?' : (char)d.comment.p[i];
}

static bool responded(struct scu *s, const struct ul_event *ev, struct scu_news *news)
{
	if (!s->within)
		s->within = ev->context;
	if (!ev->command)
		err_set(&news->err, ERR_PEER, 0,
			"the peer sent a data set, which no answer to us has (PS3.7 9.3)");
	else if (ev->context != s->within)
		err_set(&news->err, ERR_PEER, 0,
			"a message went from presentation context %u to %u (PS3.8 E.1)", s->within,
			ev->context);
	else if (dimse_gather(&s->response, ev->data, &news->err) && !ev->last)
		return false;
	else if (news->err.kind == ERR_NONE)
		answered(s, news);
	if (news->err.kind != ERR_NONE) {
		scu_abort(s);
		end(s, news);
	}
	return true;
}

/* As many as the peer grants, 0 being any number (PS3.7 D.3.3.3), and no more than we proposed. */
static void agree_window(struct scu *s)
{
	const uint16_t granted = ul_window_invoked(conn_ul(s->conn));
	s->window = s->config.window > 1 ? s->config.window : 1;
	if (granted && granted < s->window)
		s->window = granted;
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
		agree_window(s);
		scu_rest(s, NULL);
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

/* Nobody wants to know any more, but the upper layer has to see the end, and what lies unread would keep
 * the connection from being read. */
static void hear_out(struct scu *s)
{
	struct ul_event ev;
	while (s->told_end && conn_next(s->conn, &ev))
		;
	conn_push(s->conn, true);
}

void scu_turn(struct scu *s, short revents, uint64_t now)
{
	conn_turn(s->conn, revents, now);
	scu_feed(s);
	hear_out(s);
}

/* Whether an answer has to wait: the peer has made up its mind before the end of the object, but reads
 * to it all the same; and who sends one object at a time needs room for the next request. */
static bool too_early(const struct scu *s, uint16_t id)
{
	return (s->state == SENDING && id == s->id) || (s->window == 1 && !conn_has_room(s->conn));
}

/* Tells an answer. One that was awaited makes room for the next request. */
static void tell(struct scu *s)
{
	if (s->state != SENDING && s->state != ENDED)
		scu_rest(s, scu_object_due);
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
	if (s->is_early && s->state <= WAITING && !too_early(s, s->early.id)) {
		*news = s->early;
		s->is_early = false;
		tell(s);
		return true;
	}
	struct ul_event ev;
	while (conn_next(s->conn, &ev)) {
		if (!upper_layer_news(s, &ev, news))
			continue;
		if (news->what == SCU_RESPONSE && too_early(s, news->id)) {
			s->early = *news;
			s->is_early = true;
			continue;
		}
		if (news->what == SCU_RESPONSE)
			tell(s);
		hear_out(s);
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
