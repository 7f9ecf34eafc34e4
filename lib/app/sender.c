/* SPDX-License-Identifier: MIT */
/* The loop and its policy: when an association is opened, what a lost one means, and when it is over.
 * What flies where is link's matter, and what goes next is queue's. */
#include "app/sender.h"

#include "app/link.h"
#include "cli/exit.h"
#include "cli/progress.h"
#include "io/clock.h"
#include "io/wait.h"
#include "io/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	ANSWERS = 64,        /* that share one sync of the journal */
	GRACE_MS = 10000,    /* for what is under way when a watching sender is told to end */
	DONE_ENOUGH = 256,   /* finished objects are forgotten when there are so many */
	NEWS_AT_ONCE = 1000, /* files taken from a folder before the associations have their turn */
};

_Static_assert((int)SENDING_JOBS <= (int)QUEUE_LINKS, "each association has a list in the queue");

struct sender {
	const struct sender_config *c;
	const struct sending *how;
	struct outbox *out;
	struct link *links;
	struct pollfd *polls; /* of the links, and of the watch behind them */
	unsigned n_links;     /* that there are */
	unsigned limit;       /* that may be open: the peer may take fewer */
	uint32_t failures;    /* associations in a row that came to nothing */
	uint64_t dial_at;     /* not before that */
	struct watch *watch;
	char watch_said[600]; /* the last complaint, which is not repeated */
	bool watched_all;     /* what the last look brought is all in the queue */
	uint64_t stop_by;     /* 0: nobody told us to end */
	struct outbox_answer answers[ANSWERS];
	unsigned n_answers;
	struct progress progress;
};

static bool halted(const struct sender *s)
{
	return s->out->halted || s->stop_by;
}

/* ---- what came back */

/* Remembers and tells the answers that have come. */
static void settle(struct sender *s)
{
	outbox_settle(s->out, s->answers, s->n_answers);
	s->n_answers = 0;
}

/* Gives back what flew on an association that is over. Of several objects that waited for their answers,
 * the first is held to be the one that was too much for the peer. True: an object came to its end by that. */
static bool give_back(struct sender *s, struct link *l, const struct link_report *r)
{
	const char *why = r->err.kind != ERR_NONE ? r->err.text : "the association ended before it";
	bool dropped = false;
	while (l->n) {
		const size_t at = l->flights[--l->n].at;
		if (r->unsent) { /* the last that was begun is the one that could not be read */
			if (dropped)
				outbox_return(s->out, at, why, false);
			else
				outbox_drop(s->out, at, why);
			dropped = true;
		} else if (!outbox_return(s->out, at, why, l->n == 0 && !s->stop_by)) {
			dropped = true;
		}
	}
	return dropped;
}

static unsigned count(const struct sender *s, enum link_state state)
{
	unsigned n = 0;
	for (unsigned i = 0; i < s->n_links; i++)
		n += s->links[i].state == state;
	return n;
}

/* Whether it is of use to try again after this. */
static bool passing(const struct link_report *r)
{
	return r->rejected != 1 && (r->err.kind == ERR_NETWORK || r->err.kind == ERR_PEER);
}

/* An association that ended otherwise than by release, and moved nothing. While others stand or are asked
 * for, the peer may have had enough of them: these go on, and the last of them decides. */
static void came_to_nothing(struct sender *s, const struct link *l, const struct link_report *r)
{
	const uint32_t tries = sending_tries(s->how);
	const unsigned others =
		count(s, LINK_OPEN) + count(s, LINK_ASSOCIATING) + count(s, LINK_DIALLING);
	if (!l->associated && others && passing(r)) {
		s->limit = others;
		log_line(s->c->node->log, LOG_INFO, "no more than %u associations at a time: %s",
			others, r->err.text);
		return;
	}
	if (!s->how->watch && (!passing(r) || s->failures >= tries)) {
		if (!s->out->halted)
			s->out->code = node_fail(s->c->node, s->c->call, &r->err);
		s->out->halted = true;
		return;
	}
	if (clock_ms() < s->dial_at) /* of several that were lost together, one counts */
		return;
	if (s->failures < UINT32_MAX)
		s->failures++;
	const uint64_t wait = sending_wait(s->how, s->failures, s->out->random);
	s->dial_at = clock_ms() + wait;
	outbox_tell_retry(s->out, s->c->caller->peer, false, r->err.text, wait, s->failures);
}

static void went_down(struct sender *s, struct link *l, const struct link_report *r)
{
	const bool released = r->err.kind == ERR_NONE;
	settle(s); /* its answers came before this */
	const bool ended_one = give_back(s, l, r);
	queue_left(&s->out->queue, l->view.link);
	if (!released && call_dcmtk(s->c->call) && !s->out->code)
		s->out->code = EXIT_REFUSED;     /* whatever --no-halt forgives */
	if (!released && !ended_one && l->moved) /* nothing was lost, but it was to be a release */
		log_line(s->c->node->log, call_dcmtk(s->c->call) ? LOG_ERROR : LOG_INFO, "%s",
			r->err.text);
	if (released || ended_one || l->moved)
		s->failures = 0;
	else if (!s->stop_by)
		came_to_nothing(s, l, r);
}

/* ---- what goes out */

static void begin(struct sender *s, struct link *l, size_t i)
{
	struct err e = { 0 };
	queue_take(&s->out->queue, &l->view, i);
	if (link_send(l, s->out, i, &e))
		return;
	outbox_drop(s->out, i, e.text);
	l->moved = true;
}

/* An association for which there is nothing to do now stays open for a while where there may be soon. */
static void rest(struct sender *s, struct link *l, uint64_t now, uint64_t due, uint64_t *wake)
{
	struct queue *q = &s->out->queue;
	struct queue_view any = { .link = l->view.link, .group = QUEUE_ANY };
	const uint64_t until = l->idle_since + s->how->linger;
	uint64_t other = CLOCK_NEVER;
	const bool hopeless = halted(s) || (!s->watch && q->waiting == 0) ||
		(due != CLOCK_NEVER && due > until) ||
		queue_next(q, &any, now, &other) < s->out->batch.n;
	if (hopeless || now >= until) {
		link_release(l, s->c->end_by_abort);
		return;
	}
	*wake = until < *wake ? until : *wake;
	*wake = due < *wake ? due : *wake;
}

/* Begins with as many objects as the association takes. */
static void fill(struct sender *s, struct link *l, uint64_t now, uint64_t *wake)
{
	uint64_t due = CLOCK_NEVER;
	while (!halted(s) && link_ready(l)) {
		const size_t i = queue_next(&s->out->queue, &l->view, now, &due);
		if (i == s->out->batch.n)
			break;
		begin(s, l, i);
	}
	if (l->state == LINK_OPEN && l->n == 0 && s->n_answers == 0)
		rest(s, l, now, due, wake);
}

static void tell_up(struct sender *s, struct link *l)
{
	struct node *node = s->c->node;
	struct conn *conn = scu_conn(l->scu);
	unsigned accepted = 0;
	for (unsigned i = 0; i < l->offers.n; i++)
		accepted += ul_result(conn_ul(conn), i) == PDU_ACCEPTED;
	node_tell_association(node, s->c->caller->peer, node->opts->title, s->c->caller->called,
		accepted, l->offers.n - accepted);
	if (s->c->tell_contexts)
		node_tell_contexts(node, conn);
	if (accepted || !call_dcmtk(s->c->call))
		return;
	log_line(node->log, LOG_FATAL, "No Acceptable Presentation Contexts");
	s->out->code = EXIT_REFUSED;
	s->out->halted = true;
}

static void turn(struct sender *s, struct link *l, short revents, uint64_t now)
{
	struct link_report report;
	enum link_news news;
	link_turn(l, s->c->caller, revents, now);
	while ((news = link_next(l, s->c->caller, &report)) != LINK_NOTHING)
		switch (news) {
		case LINK_UP:
			tell_up(s, l);
			break;
		case LINK_ANSWERED:
			if (s->n_answers == ANSWERS)
				settle(s);
			s->answers[s->n_answers++] = report.answer;
			break;
		case LINK_DOWN:
			went_down(s, l, &report);
			break;
		case LINK_NOTHING:
			break;
		}
}

/* ---- opening */

/* Opens what is useful: no more associations than there are objects for them, and only one to see
 * whether the peer is back. */
static void open_links(struct sender *s, uint64_t now, uint64_t *wake)
{
	struct queue *q = &s->out->queue;
	if (count(s, LINK_SHUT) == s->n_links)
		s->limit = s->n_links; /* another time the peer may take more */
	for (unsigned i = 0; i < s->n_links && !halted(s); i++) {
		struct link *l = &s->links[i];
		const unsigned coming = count(s, LINK_DIALLING) + count(s, LINK_ASSOCIATING);
		const unsigned there = coming + count(s, LINK_OPEN);
		if (there >= s->limit || q->waiting <= coming || (s->failures && coming))
			return;
		if (l->state != LINK_SHUT)
			continue;
		if (now < s->dial_at) {
			*wake = s->dial_at < *wake ? s->dial_at : *wake;
			return;
		}
		struct link_report report = { 0 };
		struct queue_view any = { .link = l->view.link, .group = QUEUE_ANY };
		const size_t at = queue_next(q, &any, now, wake);
		if (at == s->out->batch.n)
			return;
		const struct batch *b = &s->out->batch;
		const size_t group = b->pairs[b->objects[at].pair].association;
		if (!link_open(l, s->c->caller, b, group, &report.err))
			went_down(s, l, &report);
	}
}

/* ---- a folder that is watched */

static void complain(struct sender *s, const struct err *e)
{
	if (strcmp(s->watch_said, e->text) == 0)
		return;
	snprintf(s->watch_said, sizeof s->watch_said, "%s", e->text);
	if (e->kind != ERR_NONE)
		log_line(s->c->node->log, LOG_ERROR, "%s", e->text);
}

static void compact(struct sender *s)
{
	struct queue *q = &s->out->queue;
	const size_t done = s->out->batch.n - q->waiting - q->flying;
	if (done < DONE_ENOUGH || done < s->out->batch.n / 2 || s->n_answers)
		return;
	for (unsigned i = 0; i < s->n_links; i++)
		for (unsigned k = 0; k < s->links[i].n; k++)
			s->links[i].flights[k].at = queue_place(q, s->links[i].flights[k].at);
	queue_compact(q);
}

static void look(struct sender *s, uint64_t now)
{
	struct watch_file f;
	struct err e = { 0 };
	if (!s->watch || halted(s))
		return;
	if (s->watched_all) {
		watch_look(s->watch, now, &e);
		complain(s, &e);
	}
	const size_t before = s->out->batch.n;
	unsigned n = 0;
	while (n < NEWS_AT_ONCE && watch_next(s->watch, &f)) {
		n++;
		if (!outbox_look(s->out, f.path, false, f.settled) && !f.settled)
			watch_later(s->watch);
	}
	s->watched_all = n < NEWS_AT_ONCE;
	if (s->out->batch.n > before)
		outbox_plan(s->out);
	compact(s);
}

/* ---- the loop */

static void draw(struct sender *s)
{
	uint64_t bytes = s->out->bytes;
	for (unsigned i = 0; i < s->n_links; i++)
		if (s->links[i].n)
			bytes += scu_bytes(s->links[i].scu);
	s->progress.objects = s->out->stored + s->out->failed;
	s->progress.bytes = bytes;
	progress_draw(&s->progress, clock_ms());
}

/* Told to end: a watching sender lets what is under way come to its end, within some time; another
 * leaves at once, and what was under way has failed. */
static void stop(struct sender *s, uint64_t now)
{
	const bool first = s->stop_by == 0;
	if (first)
		s->stop_by = now + (s->watch ? GRACE_MS : 0);
	if (first && !s->watch && (s->out->queue.waiting || s->out->queue.flying))
		s->out->code = EXIT_SYSTEM;
	struct link_report report = { 0 };
	err_set(&report.err, ERR_SYSTEM, 0, "interrupted before the peer answered");
	if (first && !s->watch && !s->out->queue.flying)
		log_line(s->c->node->log, LOG_ERROR, "%s", report.err.text);
	for (unsigned i = 0; i < s->n_links; i++) {
		struct link *l = &s->links[i];
		if (now < s->stop_by && l->state == LINK_OPEN)
			continue;
		link_abort(l);
		while (!s->watch && l->n)
			outbox_drop(s->out, l->flights[--l->n].at, report.err.text);
		give_back(s, l, &report);
	}
}

static bool finished(const struct sender *s)
{
	if (count(s, LINK_SHUT) < s->n_links)
		return false;
	const struct queue *q = &s->out->queue;
	return halted(s) || (!s->watch && q->waiting == 0 && q->flying == 0);
}

/* Associations that nobody needs any more before they stand. */
static void drop_early(struct sender *s)
{
	const struct queue *q = &s->out->queue;
	if (!s->out->halted && (q->waiting || q->flying))
		return;
	for (unsigned i = 0; i < s->n_links; i++)
		if (s->links[i].state == LINK_DIALLING || s->links[i].state == LINK_ASSOCIATING)
			link_abort(&s->links[i]);
}

static void sleep_and_turn(struct sender *s, uint64_t wake)
{
	for (unsigned i = 0; i < s->n_links; i++) {
		const uint64_t until = link_wants(&s->links[i], &s->polls[i]);
		wake = until < wake ? until : wake;
	}
	struct pollfd *watch = &s->polls[s->n_links];
	*watch = (struct pollfd){ .fd = -1 };
	if (s->watch && !halted(s)) {
		const uint64_t until = s->watched_all ? watch_deadline(s->watch) : clock_ms();
		*watch = (struct pollfd){ .fd = watch_fd(s->watch), .events = POLLIN };
		wake = until < wake ? until : wake;
	}
	wait_for(s->polls, s->n_links + 1, wake);
	const uint64_t now = clock_ms();
	for (unsigned i = 0; i < s->n_links; i++)
		if (s->links[i].state != LINK_SHUT)
			turn(s, &s->links[i], s->polls[i].revents, now);
}

static void loop(struct sender *s)
{
	for (;;) {
		uint64_t wake = CLOCK_NEVER;
		const uint64_t now = clock_ms();
		settle(s);
		look(s, now);
		if (*wait_stop())
			stop(s, now);
		for (unsigned i = 0; i < s->n_links; i++)
			fill(s, &s->links[i], now, &wake);
		drop_early(s);
		open_links(s, now, &wake);
		draw(s);
		if (finished(s))
			return;
		if (s->stop_by > now && s->stop_by < wake)
			wake = s->stop_by;
		sleep_and_turn(s, wake);
	}
}

void sender_run(const struct sender_config *c)
{
	struct err e = { 0 };
	struct sender *s = calloc(1, sizeof *s);
	const unsigned n = (unsigned)c->how->jobs;
	struct link *links = calloc(n, sizeof *links);
	struct pollfd *polls = calloc(n + 1, sizeof *polls);
	struct watch *watch = c->how->watch ? watch_new(c->how->watch, c->how->settle, &e) : NULL;
	if (!s || !links || !polls)
		err_set(&e, ERR_SYSTEM, 0, "no memory for %u associations", n);
	if (e.kind == ERR_NONE) {
		*s = (struct sender){ .c = c,
			.how = c->how,
			.out = c->out,
			.links = links,
			.polls = polls,
			.n_links = n,
			.limit = n,
			.watch = watch,
			.watched_all = true };
		for (unsigned i = 0; i < n; i++)
			links[i].view.link = i;
		for (size_t i = 0; i < c->out->batch.n; i++)
			c->out->batch.objects[i].again = c->repeat;
		progress_start(&s->progress, c->node->log, clock_ms());
		s->progress.objects_all = watch ? 0 : c->out->batch.n + c->out->failed;
		s->progress.bytes_all = c->out->batch.bytes;
		loop(s);
		progress_end(&s->progress);
		outbox_summary(c->out, clock_ms() - s->progress.start);
	} else {
		c->out->code = node_fail(c->node, c->call, &e);
	}
	watch_free(watch);
	free(polls);
	free(links);
	free(s);
}
