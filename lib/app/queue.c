/* SPDX-License-Identifier: MIT */
/* Without order kept, an association goes through the objects from where it was. With it, of each series
 * only the first object that is not done can go: a series that has an association stands in that one's
 * list while its first object waits, and is passed over by everybody else, so nothing is looked at again
 * and again. */
#include "app/queue.h"

#include <stdlib.h>
#include <string.h>

void queue_free(struct queue *q)
{
	free(q->lanes);
	free(q->behind);
	q->lanes = NULL;
	q->behind = NULL;
	q->n_lanes = q->cap_lanes = q->cap_behind = 0;
	memset(q->ready, 0, sizeof q->ready);
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

/* NULL: order does not matter to this object. One that is not known has no first object. */
static struct lane *lane_of(const struct queue *q, size_t i)
{
	const uint64_t series = q->batch->objects[i].series;
	return q->cap_lanes && series ? find(q->lanes, q->cap_lanes, series) : NULL;
}

/* Room for the lane of one more series, and for what lies behind each object. */
static bool grow(struct queue *q)
{
	if (q->batch->n > q->cap_behind) {
		struct behind *more = realloc(q->behind, q->batch->cap * sizeof *more);
		if (!more)
			return false;
		q->behind = more;
		q->cap_behind = q->batch->cap;
	}
	if (2 * (q->n_lanes + 1) <= q->cap_lanes)
		return true;
	const size_t cap = q->cap_lanes ? 2 * q->cap_lanes : 64;
	struct lane *more = calloc(cap, sizeof *more);
	if (!more)
		return false;
	for (size_t k = 0; k < q->cap_lanes; k++)
		if (q->lanes[k].series)
			*find(more, cap, q->lanes[k].series) = q->lanes[k];
	free(q->lanes);
	q->lanes = more;
	q->cap_lanes = cap;
	return true;
}

static bool finished(const struct batch_object *o)
{
	return o->state == BATCH_STORED || o->state == BATCH_FAILED;
}

/* The first object of a lane, if it waits, stands in the list of the association that has the lane. */
static void stand(struct queue *q, const struct lane *l)
{
	if (!l->link || !l->first || q->batch->objects[l->first - 1].state != BATCH_WAITING)
		return;
	q->behind[l->first - 1].ready = q->ready[l->link - 1];
	q->ready[l->link - 1] = l->first;
}

/* Object i becomes the last of its series. */
static void enlist(struct queue *q, size_t i)
{
	struct lane *l = lane_of(q, i);
	if (!l)
		return;
	q->n_lanes += !l->series;
	l->series = q->batch->objects[i].series;
	q->behind[i] = (struct behind){ 0 };
	if (l->first)
		q->behind[l->last - 1].series = (uint32_t)i + 1;
	l->last = (uint32_t)i + 1;
	if (l->first)
		return;
	l->first = l->last;
	stand(q, l);
}

bool queue_added(struct queue *q)
{
	const bool room = !q->ordered || grow(q);
	if (room)
		enlist(q, q->batch->n - 1);
	q->waiting++;
	q->epoch++;
	return room;
}

/* ---- asking */

static bool carries(const struct queue *q, const struct queue_view *v, const struct batch_object *o)
{
	return v->group == QUEUE_ANY ||
		(o->pair < v->pairs && q->batch->pairs[o->pair].association == v->group);
}

/* Whether the object may go now; *due is moved forward to when it may. */
static bool is_due(const struct batch_object *o, uint64_t now, uint64_t *due)
{
	if (o->due > now && o->due < *due)
		*due = o->due;
	return o->due <= now;
}

/* The place that names the next object of a series that this association has and that may go on it; 0 is
 * in it where there is none. */
static uint32_t *next_of_ours(
	struct queue *q, const struct queue_view *v, uint64_t now, uint64_t *due)
{
	uint32_t *at = &q->ready[v->link];
	while (*at) {
		const struct batch_object *o = &q->batch->objects[*at - 1];
		q->steps++;
		if (o->state != BATCH_WAITING) { /* given up while it waited */
			*at = q->behind[*at - 1].ready;
			continue;
		}
		if (carries(q, v, o) && is_due(o, now, due))
			break;
		at = &q->behind[*at - 1].ready;
	}
	return at;
}

/* Whether nobody has what this object has to wait for. */
static bool is_free(const struct queue *q, size_t i)
{
	const struct lane *l = lane_of(q, i);
	return !l || (!l->link && l->first == i + 1);
}

size_t queue_next(struct queue *q, struct queue_view *v, uint64_t now, uint64_t *due)
{
	const struct batch *b = q->batch;
	const uint32_t ours = *next_of_ours(q, v, now, due);
	if (ours)
		return ours - 1;
	while (q->first < b->n && finished(&b->objects[q->first]))
		q->first++;
	if (v->epoch != q->epoch || v->from < q->first) {
		v->from = q->first;
		v->epoch = q->epoch;
	}
	bool passing = true; /* nothing that could go here later lies behind */
	for (size_t i = v->from; i < b->n; i++) {
		const struct batch_object *o = &b->objects[i];
		q->steps++;
		if (o->state == BATCH_WAITING && is_free(q, i) && carries(q, v, o)) {
			if (is_due(o, now, due))
				return i;
			passing = false;
		}
		if (passing)
			v->from = i + 1;
	}
	return b->n;
}

/* ---- telling */

void queue_take(struct queue *q, const struct queue_view *v, size_t i)
{
	struct batch_object *o = &q->batch->objects[i];
	struct lane *l = lane_of(q, i);
	uint32_t *at = &q->ready[v->link];
	if (l && l->link) {
		for (; *at != i + 1; q->steps++)
			at = &q->behind[*at - 1].ready;
		*at = q->behind[i].ready;
	}
	if (l)
		l->link = v->link + 1;
	o->state = BATCH_FLYING;
	q->waiting--;
	q->flying++;
}

void queue_back(struct queue *q, size_t i, uint64_t due)
{
	struct batch_object *o = &q->batch->objects[i];
	const struct lane *l = lane_of(q, i);
	o->state = BATCH_WAITING;
	o->due = due;
	q->flying--;
	q->waiting++;
	if (l)
		stand(q, l);
	else
		q->epoch++;
}

void queue_done(struct queue *q, size_t i, enum batch_state state)
{
	struct batch_object *o = &q->batch->objects[i];
	struct lane *l = lane_of(q, i);
	if (o->state == BATCH_FLYING)
		q->flying--;
	else
		q->waiting--;
	o->state = (uint8_t)state;
	if (!l || l->first != i + 1)
		return;
	while (l->first && finished(&q->batch->objects[l->first - 1]))
		l->first = q->behind[l->first - 1].series;
	if (l->link)
		stand(q, l);
	else
		q->epoch++;
}

void queue_left(struct queue *q, unsigned link)
{
	for (size_t i = 0; i < q->cap_lanes; i++)
		if (q->lanes[i].link == link + 1)
			q->lanes[i].link = 0;
	q->ready[link] = 0;
	q->epoch++;
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
	if (q->waiting + q->flying == 0) {
		queue_free(q); /* nothing is under way, so no series has an association */
		return;
	}
	memset(q->ready, 0, sizeof q->ready);
	for (size_t k = 0; k < q->cap_lanes; k++)
		q->lanes[k].first = q->lanes[k].last = 0;
	for (size_t i = 0; i < q->batch->n; i++)
		enlist(q, i);
}
