/* SPDX-License-Identifier: MIT */
#include "io/entropy_collect.h"

#include "base/buf.h"
#include "base/wipe.h"
#include "rand/health.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool collect_open(struct collect *c, size_t sources, struct err *e)
{
	*c = (struct collect){ 0 };
	if (sources > COLLECT_SOURCES)
		return err_set(e, ERR_LIMIT, 0, "%zu sources; at most %d are read", sources,
			COLLECT_SOURCES);
	pool_init(&c->pool);
	c->share = ESTIMATE_MOST / (sources ? sources : 1);
	c->sample = (struct mspan){ malloc(ESTIMATE_MOST), ESTIMATE_MOST };
	c->memory = malloc(estimate_memory(ESTIMATE_MOST));
	if (c->sample.p && c->memory)
		return true;
	collect_close(c);
	return err_set(e, ERR_SYSTEM, ENOMEM, "no memory to estimate entropy in");
}

void collect_close(struct collect *c)
{
	if (c->sample.p)
		wipe(c->sample.p, c->used);
	if (c->memory)
		wipe(c->memory, estimate_memory(c->used));
	free(c->sample.p);
	free(c->memory);
	wipe(c, sizeof *c);
}

static bool seen_before(const struct collect *c, const struct collect_result *r)
{
	for (size_t i = 0; i < c->n; i++)
		if (wipe_same(c->results[i].digest, r->digest, sizeof r->digest))
			return true;
	return false;
}

/* A live source must also pass the health tests at the entropy that it is credited with. */
static bool healthy(const struct collect_result *r, struct span sample, const char **why)
{
	struct health h;
	if (r->gift.file || r->credit.bits <= 0)
		return true;
	health_init(&h, r->credit.estimate.least);
	if (!health_bytes(&h, sample))
		*why = h.failed;
	return !h.failed;
}

static void judge(struct collect *c, struct collect_result *r, struct span before, struct span new)
{
	struct credit *const credit = &r->credit;
	const char *why = NULL;
	credit_judge(new, r->gift.dicom, c->memory, credit);
	if (credit->bits > 0 && seen_before(c, r))
		why = "it was read before";
	else if (credit->bits > 0 && before.n > 0 &&
		credit_copied(span_of(before.p, before.n + new.n), before.n, c->memory))
		why = "a part of it is copied from another source";
	else
		healthy(r, new, &why);
	if (why) {
		credit->bits = 0;
		credit->why = why;
	}
}

bool collect_from(struct collect *c, const char *spec, void (*live)(void *ctx, double bits),
	void *ctx, struct err *e)
{
	struct pool own; /* what this source gave, condensed for itself, to know it again */
	struct collect_result *const r = &c->results[c->n];
	struct buf b = buf_on(c->sample.p, c->sample.n);
	if (c->n == COLLECT_SOURCES)
		return err_set(e, ERR_LIMIT, 0, "more than %d sources", COLLECT_SOURCES);
	*r = (struct collect_result){ .spec = spec };
	buf_filled(&b, c->used);
	struct source_tap tap = { .pool = &own,
		.sample = buf_room(&b),
		.wanted = CREDIT_NEEDED,
		.live = live,
		.ctx = ctx };
	if (tap.sample.n > c->share)
		tap.sample.n = c->share;
	pool_init(&own);
	const bool ok = source_read(spec, &tap, &r->gift, e);
	pool_out(&own, r->digest);
	pool_wipe(&own);
	pool_add(&c->pool, span_of(r->digest, sizeof r->digest), 0);
	if (!ok)
		return false;
	r->sample = tap.n;
	if (r->gift.vouched >= 0)
		r->credit.bits = r->gift.vouched;
	else
		judge(c, r, buf_span(&b), span_of(tap.sample.p, tap.n));
	c->used += tap.n;
	c->pool.bits += r->credit.bits;
	c->n++;
	return true;
}
