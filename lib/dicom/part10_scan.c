/* SPDX-License-Identifier: MIT */
/* A look at group 0008, no further. */
#include "dicom/part10.h"

#define LAST_TAG_LOOKED_AT 0x0008ffffU

void part10_scan_init(struct part10_scan *s, struct syntax syntax, struct inflate *inflate)
{
	s->want[0] = (struct elem_want){ .tag = TAG_SOP_CLASS,
		.room = { s->sop_class, sizeof s->sop_class } };
	s->want[1] = (struct elem_want){ .tag = TAG_SOP_INSTANCE,
		.room = { s->sop_instance, sizeof s->sop_instance } };
	s->over = false;
	check_init(&s->check, syntax, inflate, s->want, 2);
}

static bool over(const struct part10_scan *s, const struct elem_event *ev)
{
	const bool own = ev->depth == 0 &&
		(ev->what == ELEM_HEADER || ev->what == ELEM_SEQUENCE ||
			ev->what == ELEM_FRAGMENTS);
	if (own && ev->tag > LAST_TAG_LOOKED_AT)
		return true;
	return s->want[0].seen && s->want[1].seen &&
		(ev->what == ELEM_VALUE ? ev->left == 0 : ev->length == 0);
}

enum part10_result part10_scan(struct part10_scan *s, struct span in)
{
	struct check *c = &s->check;
	struct span piece = in;
	while (!s->over && (!c->inflate || inflate_next(c->inflate, &in, &piece))) {
		struct elem_event ev;
		while (!s->over && elem_next(&c->elem, &piece, &ev))
			s->over = over(s, &ev);
		if (c->elem.err.kind != ERR_NONE)
			return PART10_BAD;
		if (!c->inflate)
			break;
	}
	if (s->over)
		return PART10_OK;
	return check_pass(c, (struct span){ 0 }) ? PART10_MORE : PART10_BAD;
}
