/* SPDX-License-Identifier: MIT */
/* The words of the element reader: the path to where it stands, and texts out of values. */
#include "dicom/elem_path.h"

#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>

#define PATH_LEVELS 8 /* of the outermost sequences; more would not fit an error's line */

char *elem_tag_text(uint32_t tag, char text[ELEM_TAG_TEXT])
{
	snprintf(text, ELEM_TAG_TEXT, "(%04x,%04x)", (unsigned)(tag >> 16),
		(unsigned)(tag & 0xffff));
	return text;
}

/* "(0008,1140)[2].(0008,1150)": item 2 of the first, in it the second. */
static void path(const struct elem *e, char *text, size_t cap)
{
	struct buf b = buf_on(text, cap - 1);
	char tag[ELEM_TAG_TEXT], number[16];
	/* A sequence of which no item has begun yet is itself the element that is meant. */
	const struct elem_frame *inner = &e->frame[e->depth];
	const unsigned depth =
		e->depth - (e->depth && !inner->item && inner->tag == e->tag ? 1 : 0);
	for (unsigned i = 1; i <= depth && i <= PATH_LEVELS; i++) {
		snprintf(number, sizeof number, "[%lu].", (unsigned long)e->frame[i].item);
		buf_str(&b, elem_tag_text(e->frame[i].tag, tag));
		buf_str(&b, e->frame[i].item ? number : ".");
	}
	if (depth > PATH_LEVELS)
		buf_str(&b, "....");
	buf_str(&b, elem_tag_text(e->tag, tag));
	text[b.n] = '\0';
}

bool elem_fail(struct elem *e, const char *format, ...)
{
	char rule[200], where[PATH_LEVELS * (ELEM_TAG_TEXT + 12) + 32];
	va_list args;
	va_start(args, format);
	vsnprintf(rule, sizeof rule, format, args);
	va_end(args);
	if (e->tag == 0)
		return err_set(&e->err, ERR_INPUT, 0, "at byte %llu of the data set: %s",
			(unsigned long long)e->begin, rule);
	path(e, where, sizeof where);
	return err_set(&e->err, ERR_INPUT, 0, "at byte %llu of the data set, %s: %s",
		(unsigned long long)e->begin, where, rule);
}

struct span elem_value(const struct elem_want *w)
{
	return span_of(w->room.p, w->n);
}

struct span elem_text(const struct elem_want *w)
{
	struct span s = elem_value(w);
	for (struct span last = span_at(s, s.n - 1, 1);
		span_eq_str(last, " ") || (last.n && last.p[0] == '\0');
		last = span_at(s, s.n - 1, 1))
		s.n--;
	return s;
}
