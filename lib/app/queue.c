/* SPDX-License-Identifier: MIT */
#include "app/queue.h"

#include <stdlib.h>
#include <string.h>

void queue_free(struct queue *q)
{
	free(q->lanes);
	q->lanes = NULL;
	q->n_lanes = q->cap_lanes = 0;
}

void queue_added(struct queue *q, size_t n)
{
	q->waiting += n;
	q->epoch++;
}

/* ---- lanes */

/* Where the lane of a series is or would be; the table is never full. */
static struct lane *find(struct lane *lanes, size_t cap, uint64_t series)
{
	size_t i = (size_t)series & (cap - 1);
	while (lanes[i].series && lanes[i].series != series)
		i = (i + 1) & (cap - 1);
	return &lanes[i];
}

/* NULL: order does not matter to this object, or there is no memory to keep it. */
static struct lane *lane_of(struct queue *q, size_t i)
{
	const uint64_t series = q->batch->objects[i].series;
	if (!q->ordered || !series)
		return NULL;
	if (2 * (q->n_lanes + 1) > q->cap_lanes) {
		const size_t cap = q->cap_lanes ? 2 * q->cap_lanes : 64;
		struct lane *more = calloc(cap, sizeof *more);
		if (!more)
			return NULL;
		for (size_t k = 0; k < q->cap_lanes; k++)
			if (q->lanes[k].series)
				*find(more, cap, q->lanes[k].series) = q->lanes[k];
		free(q->lanes);
		q->lanes = more;
		q->cap_lanes = cap;
	}
	struct lane *l = find(q->lanes, q->cap_lanes, series);
	q->n_lanes += !l->series;
	l->series = series;
	return l;
}

/* ---- asking */

static bool finished(const struct batch_object *o)
{
	return o->state == BATCH_STORED || o->state == BATCH_FAILED;
}

static bool carries(const struct queue *q, const struct queue_view *v, const struct batch_object *o)
{
	return v->group == QUEUE_ANY ||
		(o->pair < v->pairs && q->batch->pairs[o->pair].association == v->group);
}

/* Whether a waiting object may go on this association now. Asked in their order. */
static bool may_go(
	struct queue *q, const struct queue_view *v, size_t i, uint64_t now, uint64_t *due)
{
	const struct batch_object *o = &q->batch->objects[i];
	struct lane *l = lane_of(q, i);
	if (l) {
		const bool blocked =
			l->passed == q->scan || l->flying || (l->link && l->link != v->link + 1);
		l->passed = q->scan;
		if (blocked)
			return false;
	} else if (q->ordered && o->series) {
		return false;
	}
	if (!carries(q, v, o))
		return false;
	if (o->due > now && o->due < *due)
		*due = o->due;
	return o->due <= now;
}

size_t queue_next(struct queue *q, struct queue_view *v, uint64_t now, uint64_t *due)
{
	const struct batch *b = q->batch;
	while (q->first < b->n && finished(&b->objects[q->first]))
		q->first++;
	if (v->epoch != q->epoch || v->from < q->first || q->ordered) {
		v->from = q->first;
		v->epoch = q->epoch;
	}
	q->scan++;
	bool passing = true; /* nothing that could go here later lies behind */
	for (size_t i = v->from; i < b->n; i++) {
		const struct batch_object *o = &b->objects[i];
		if (o->state == BATCH_WAITING && may_go(q, v, i, now, due))
			return i;
		passing &= o->state != BATCH_WAITING || !carries(q, v, o);
		if (passing)
			v->from = i + 1;
	}
	return b->n;
}

/* ---- telling */

bool queue_take(struct queue *q, const struct queue_view *v, size_t i)
{
	struct batch_object *o = &q->batch->objects[i];
	struct lane *l = lane_of(q, i);
	if (q->ordered && o->series && !l)
		return false;
	if (l) {
		l->link = v->link + 1;
		l->flying = true;
	}
	o->state = BATCH_FLYING;
	q->waiting--;
	q->flying++;
	return true;
}

static void landed(struct queue *q, size_t i)
{
	struct lane *l = lane_of(q, i);
	if (l)
		l->flying = false;
	q->flying--;
}

void queue_back(struct queue *q, size_t i, uint64_t due)
{
	struct batch_object *o = &q->batch->objects[i];
	landed(q, i);
	o->state = BATCH_WAITING;
	o->due = due;
	q->waiting++;
	q->epoch++;
}

void queue_done(struct queue *q, size_t i, enum batch_state state)
{
	struct batch_object *o = &q->batch->objects[i];
	if (o->state == BATCH_FLYING)
		landed(q, i);
	else
		q->waiting--;
	o->state = (uint8_t)state;
}

void queue_left(struct queue *q, unsigned link)
{
	for (size_t i = 0; i < q->cap_lanes; i++)
		if (q->lanes[i].link == link + 1)
			q->lanes[i].link = 0;
}

size_t queue_place(const struct queue *q, size_t i)
{
	size_t place = 0;
	for (size_t k = 0; k < i; k++)
		place += !finished(&q->batch->objects[k]);
	return place;
}

void queue_compact(struct queue *q)
{
	batch_compact(q->batch);
	q->first = 0;
	q->epoch++;
	if (q->waiting + q->flying)
		return;
	queue_free(q); /* nothing is under way, so no series has an association */
}
