/* SPDX-License-Identifier: MIT */
/* Several sources into one seed: each is read, judged and mixed in, and none can make the seed worse.
 * The same bytes twice, or a copy of a part, count once. */
#ifndef DCMSEC_IO_ENTROPY_COLLECT_H
#define DCMSEC_IO_ENTROPY_COLLECT_H

#include "io/entropy_source.h"
#include "rand/credit.h"

enum { COLLECT_SOURCES = 32 }; /* at most */

/* What came of one source. */
struct collect_result {
	const char *spec; /* borrowed */
	struct source_gift gift;
	struct credit credit; /* credit.estimated: there is a table to show */
	uint8_t digest[POOL_OUT];
	size_t sample; /* bytes that were judged */
};

struct collect {
	struct pool pool;
	struct collect_result results[COLLECT_SOURCES];
	size_t n;
	/* private */
	struct mspan sample; /* of all sources, one after the other */
	size_t used, share;  /* bytes of sample that are filled, and that each source may fill */
	void *memory;
};

/* For as many sources as are to come; their samples share what can be estimated together. Allocates
 * about 28 MB at the most. False: no memory, or too many sources. */
bool collect_open(struct collect *c, size_t sources, struct err *e);
void collect_close(struct collect *c);

/* Reads one source and adds its credit to c->pool. live as in struct source_tap. False: it failed, with
 * *e; the collection goes on as if it were not there. */
bool collect_from(struct collect *c, const char *spec, void (*live)(void *ctx, double bits),
	void *ctx, struct err *e);

#endif
