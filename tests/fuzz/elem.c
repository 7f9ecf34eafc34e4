/* SPDX-License-Identifier: MIT */
/* The element reader and the check around it. The first byte chooses syntax and cuts. What it finds
 * must hang together, and must not depend on the cuts. */
#include "dicom/check.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct check check;
static struct elem elem;
static struct inflate inflater;

struct seen {
	unsigned events;
	uint64_t bytes;
	unsigned odd;
	bool complete;
	char error[sizeof((struct err *)0)->text];
};

static void look(struct span in, struct syntax syntax, size_t cut, struct seen *seen)
{
	unsigned open = 0;
	uint64_t left = 0;
	*seen = (struct seen){ 0 };
	elem_init(&elem, syntax, NULL, 0);
	for (size_t at = 0; at < in.n; at += cut) {
		struct span part = span_at(in, at, cut);
		struct elem_event ev;
		while (elem_next(&elem, &part, &ev)) {
			seen->events += ev.what != ELEM_VALUE;
			seen->bytes += ev.data.n;
			if (ev.what == ELEM_SEQUENCE || ev.what == ELEM_ITEM ||
				ev.what == ELEM_FRAGMENTS)
				open++;
			if (ev.what == ELEM_SEQUENCE_END || ev.what == ELEM_ITEM_END ||
				ev.what == ELEM_FRAGMENTS_END)
				assert(open-- > 0);
			assert(ev.depth <= ELEM_DEPTH);
			assert(ev.what == ELEM_VALUE ? ev.data.n && ev.data.n + ev.left == left
						     : left == 0);
			if (ev.what == ELEM_VALUE)
				left = ev.left;
			else if (ev.what == ELEM_HEADER || ev.what == ELEM_FRAGMENT)
				left = ev.length;
		}
		assert(part.n == 0 || elem.err.kind == ERR_INPUT);
	}
	assert(elem.at <= in.n);
	seen->complete = elem_end(&elem);
	assert(seen->complete == (elem.err.kind == ERR_NONE));
	assert(!seen->complete || elem.at == in.n);
	seen->odd = elem.odd;
	memcpy(seen->error, elem.err.text, sizeof seen->error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = span_of(data, size);
	uint8_t choice;
	if (!span_u8(&in, &choice))
		return 0;
	struct syntax syntax = { .explicit_vr = choice & 1,
		.big_endian = choice & 2,
		.encapsulated = choice & 4,
		.deflated = choice & 8 };
	static struct seen whole, cut;
	look(in, syntax, in.n + 1, &whole);
	look(in, syntax, (size_t)(choice >> 4) + 1, &cut);
	assert(whole.events == cut.events && whole.bytes == cut.bytes && whole.odd == cut.odd);
	assert(whole.complete == cut.complete && strcmp(whole.error, cut.error) == 0);

	uint8_t room[5];
	struct elem_want want[] = { { .tag = TAG_SOP_INSTANCE, .room = { room, sizeof room } } };
	check_init(&check, syntax, &inflater, want, 1);
	inflater.limit = 1 << 20;
	check_pass(&check, in);
	check_end(&check);
	assert(want->n <= sizeof room && (!want->n || want->seen));
	return 0;
}
