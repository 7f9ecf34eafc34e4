/* SPDX-License-Identifier: MIT */
/* The element reader, with inflation before it where the syntax wants that. */
#include "dicom/check.h"

#include <assert.h>

void check_init(struct check *c, struct syntax syntax, struct inflate *inflate,
	struct elem_want *want, size_t wants)
{
	assert(inflate || !syntax.deflated);
	elem_init(&c->elem, syntax, want, wants);
	c->inflate = syntax.deflated ? inflate : NULL;
	if (c->inflate)
		inflate_init(c->inflate);
}

/* The inflater's error becomes the reader's: its user looks in one place. */
static bool inflated_well(struct check *c)
{
	if (c->inflate->err.kind != ERR_NONE && c->elem.err.kind == ERR_NONE)
		c->elem.err = c->inflate->err;
	return c->elem.err.kind == ERR_NONE;
}

bool check_pass(struct check *c, struct span in)
{
	if (!c->inflate)
		return elem_pass(&c->elem, in);
	struct span piece;
	while (inflate_next(c->inflate, &in, &piece))
		if (!elem_pass(&c->elem, piece))
			return false;
	return inflated_well(c);
}

uint64_t check_skip(struct check *c, uint64_t n)
{
	return c->inflate ? 0 : elem_skip(&c->elem, n);
}

bool check_end(struct check *c)
{
	if (c->inflate && !inflate_end(c->inflate))
		return inflated_well(c);
	return elem_end(&c->elem);
}
