/* SPDX-License-Identifier: MIT */
/* Which object goes next, and on which association. An object waits, flies on one association, and
 * ends with an answer for good; one whose association was lost waits again. What has got an answer is
 * never handed out again. It decides; it neither sends nor tells. */
#ifndef DCMSEC_APP_QUEUE_H
#define DCMSEC_APP_QUEUE_H

#include "io/batch.h"

enum { QUEUE_LINKS = 64 };

/* With order kept, what is known of a series: one object of it flies at a time, and the association
 * that had the first has them all. Objects are numbered from 1 here, and 0 is none. */
struct lane {
	uint64_t series;
	uint32_t link;        /* the association, from 1; 0: none has it */
	uint32_t first, last; /* of its objects that are not done */
};

/* What comes behind an object: in its series, and, while it is the first of that and waits, in the list
 * of the association that has the series. */
struct behind {
	uint32_t series, ready;
};

struct queue {
	struct batch *batch;
	bool ordered; /* keep the order within a series */

	size_t waiting, flying;
	uint32_t epoch; /* changes when what a scan has passed may have to be looked at again */
	size_t first;   /* what lies before it is done */
	struct lane *lanes;
	size_t n_lanes, cap_lanes; /* the latter a power of two */
	struct behind *behind;     /* for each object of the batch */
	size_t cap_behind;
	uint32_t ready[QUEUE_LINKS]; /* the lists of the associations */
	uint64_t steps;              /* objects looked at so far: what the questions cost */
};

/* What one association remembers between two questions. */
struct queue_view {
	unsigned link; /* its number, from 0, below QUEUE_LINKS */
	size_t group; /* as batch_pair.association; QUEUE_ANY: one that is not open yet takes any */
	size_t pairs; /* it knows the first so many pairs of the batch */
	size_t from;
	uint32_t epoch;
};
#define QUEUE_ANY SIZE_MAX

void queue_free(struct queue *q); /* not the batch */

/* The last object of the batch is new. False: there is no memory to keep the order of its series; it
 * never goes, and is to be given up with queue_done. */
bool queue_added(struct queue *q);

/* The first object that may go on this association now, with order kept one of the series that it has
 * before others; batch->n where there is none, and then *due, if it was later, is when one will be that
 * only has to wait. It is not taken yet. What all questions cost grows with the number of objects, and
 * not faster. */
size_t queue_next(struct queue *q, struct queue_view *v, uint64_t now, uint64_t *due);

void queue_take(struct queue *q, const struct queue_view *v, size_t i); /* as queue_next gave it */
void queue_back(struct queue *q, size_t i, uint64_t due);               /* flying: it waits again */
void queue_done(
	struct queue *q, size_t i, enum batch_state state); /* flying or waiting: for good */
void queue_left(struct queue *q, unsigned link);            /* that association is over */

/* Where object i will be after queue_compact, which forgets what is done. */
size_t queue_place(const struct queue *q, size_t i);
void queue_compact(struct queue *q);

#endif
