/* SPDX-License-Identifier: MIT */
/* Which object goes next, and on which association. An object waits, flies on one association, and
 * ends with an answer for good; one whose association was lost waits again. What has got an answer is
 * never handed out again. It decides; it neither sends nor tells. */
#ifndef DCMSEC_APP_QUEUE_H
#define DCMSEC_APP_QUEUE_H

#include "io/batch.h"

/* With order kept, what is known of a series: one object of it flies at a time, and the association
 * that had the first has them all. */
struct lane {
	uint64_t series;
	uint32_t link; /* the association, from 1; 0: none has it */
	bool flying;
	uint32_t passed; /* the last scan that met an earlier object of it still waiting */
};

struct queue {
	struct batch *batch;
	bool ordered; /* keep the order within a series */

	size_t waiting, flying;
	uint32_t epoch; /* changes when what a scan has passed may have to be looked at again */
	size_t first;   /* what lies before it is done */
	struct lane *lanes;
	size_t n_lanes, cap_lanes; /* the latter a power of two */
	uint32_t scan;
};

/* What one association remembers between two questions. */
struct queue_view {
	unsigned link; /* its number, from 0 */
	size_t group; /* as batch_pair.association; QUEUE_ANY: one that is not open yet takes any */
	size_t pairs; /* it knows the first so many pairs of the batch */
	size_t from;
	uint32_t epoch;
};
#define QUEUE_ANY SIZE_MAX

void queue_free(struct queue *q); /* not the batch */

/* Objects were added to the batch, or it was planned. */
void queue_added(struct queue *q, size_t n);

/* The first object that may go on this association now; batch->n where there is none, and then *due,
 * if it was later, is when one will be that only has to wait. It is not taken yet. */
size_t queue_next(struct queue *q, struct queue_view *v, uint64_t now, uint64_t *due);

bool queue_take(struct queue *q, const struct queue_view *v, size_t i); /* false: no memory */
void queue_back(struct queue *q, size_t i, uint64_t due);               /* flying: it waits again */
void queue_done(
	struct queue *q, size_t i, enum batch_state state); /* flying or waiting: for good */
void queue_left(struct queue *q, unsigned link);            /* that association is over */

/* Where object i will be after queue_compact, which forgets what is done. */
size_t queue_place(const struct queue *q, size_t i);
void queue_compact(struct queue *q);

#endif
