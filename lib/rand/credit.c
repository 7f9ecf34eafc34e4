/* SPDX-License-Identifier: MIT */
#include "rand/credit.h"

#include "rand/plain.h"

enum { COPY = 32 };

static bool is_text(struct span s)
{
	struct plain p;
	plain_init(&p);
	plain_add(&p, s);
	return plain_is_text(&p);
}

void credit_judge(struct span sample, bool pixels, void *memory, struct credit *c)
{
	*c = (struct credit){ 0 };
	c->estimated = estimate_all(sample, memory, &c->estimate);
	if (!c->estimated)
		c->why = "it is too short to be judged";
	else if (!pixels && is_text(span_at(sample, 0, ESTIMATE_MOST)))
		c->why = "it is text";
	else
		c->bits = c->estimate.least * (double)c->estimate.n;
	if (!c->why && c->bits < 1)
		c->why = "it is predictable";
	if (c->why)
		c->bits = 0;
}

bool credit_copied(struct span joint, size_t a, void *memory)
{
	const size_t all = estimate_longest(joint, memory);
	const size_t first = estimate_longest(span_at(joint, 0, a), memory);
	const size_t second = estimate_longest(span_at(joint, a, joint.n), memory);
	return all >= COPY && all > first && all > second;
}
