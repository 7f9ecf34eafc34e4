/* SPDX-License-Identifier: MIT */
/* A stack of frames, one a sequence, stands for the place in the data set. Each limit is the nearest
 * one around: what has undefined length inherits it, so one comparison finds every length that lies. */
#include "dicom/elem.h"

#include "base/buf.h"
#include "dicom/elem_path.h"

#define TAG_PIXEL_REPRESENTATION 0x00280103U
#define TAG_WAVEFORM_BITS 0x54001004U

void elem_init(struct elem *e, struct syntax syntax, struct elem_want *want, size_t wants)
{
	/* The frames are filled as they are entered: clearing them all would cost more than a
	 * small data set. */
	err_clear(&e->err);
	e->odd = 0;
	e->at = e->begin = 0;
	e->resolve = e->resolved = false;
	e->encapsulated = syntax.encapsulated;
	e->want = want;
	e->wants = wants;
	e->filling = NULL;
	e->noting = NULL;
	e->frame[0] = (struct elem_frame){
		.limit = UINT64_MAX,
		.item_limit = UINT64_MAX,
		.length = ELEM_UNDEFINED,
		.item_length = ELEM_UNDEFINED,
		.in_item = true,
		.explicit_vr = syntax.explicit_vr,
		.big_endian = syntax.big_endian,
	};
	e->depth = 0;
	e->fragments = false;
	e->tag = 0;
	e->left = 0;
	e->got = 0;
	for (size_t i = 0; i < wants; i++) {
		want[i].n = 0;
		want[i].seen = want[i].cut = false;
	}
}

/* ---- headers */

static uint64_t room(const struct elem *e)
{
	const struct elem_frame *f = &e->frame[e->depth];
	return (f->in_item ? f->item_limit : f->limit) - e->at;
}

/* Adds to e->head until it has want bytes. */
static bool top_up(struct elem *e, struct span *in, size_t want)
{
	if (e->got >= want)
		return true;
	const size_t lacking = want - e->got, n = lacking < in->n ? lacking : in->n;
	if (room(e) < lacking)
		return elem_fail(e, "the item or sequence ends within the header of an element");
	span_copy(in, e->head + e->got, n);
	e->got += n;
	e->at += n;
	return n == lacking;
}

/* Completes a header in e->head, which the pieces of input may cut anywhere. */
static bool gather(struct elem *e, struct span *in, struct elem_head *head)
{
	const struct elem_frame *f = &e->frame[e->depth];
	if (e->got == 0)
		e->begin = e->at;
	if (!top_up(e, in, 8))
		return false;
	struct span have = span_of(e->head, e->got);
	enum elem_head_result result = elem_head(&have, f->explicit_vr, f->big_endian, head);
	e->tag = head->tag;
	if (result == ELEM_HEAD_SHORT) {
		if (!top_up(e, in, sizeof e->head))
			return false;
		have = span_of(e->head, e->got);
		result = elem_head(&have, f->explicit_vr, f->big_endian, head);
	}
	if (result == ELEM_HEAD_BAD)
		return elem_fail(e,
			"its VR is no two capital letters (PS3.5 7.1.2): garbled, or not the "
			"transfer syntax it is said to be");
	if (!f->explicit_vr && !e->fragments)
		head->vr = dict_vr(head->tag, f->seen);
	e->resolved = e->resolve && head->vr == VR_UN && head->length != ELEM_UNDEFINED;
	if (e->resolved)
		head->vr = dict_vr(head->tag, f->seen);
	e->got = 0;
	return true;
}

/* ---- events */

/* Field by field into the caller's event: a copy of a whole struct just written would stall. */
static void set(const struct elem *e, struct elem_event *ev, enum elem_what what, uint32_t tag)
{
	ev->what = what;
	ev->tag = tag;
	ev->vr = VR_NONE;
	ev->length = 0;
	ev->depth = e->depth;
	ev->big_endian = e->frame[e->depth].big_endian;
	ev->at = e->at;
	ev->data.p = NULL;
	ev->data.n = 0;
	ev->left = 0;
}

/* The present value as a number, where the dictionary's choices hang on it. */
static void note(struct elem *e, struct span data)
{
	const bool big = e->frame[e->depth].big_endian;
	uint8_t byte;
	for (uint32_t left = e->left + (uint32_t)data.n; span_u8(&data, &byte); left--)
		*e->noting |= (uint16_t)(byte << ((left == 2) == big ? 8 : 0));
}

static void keep(struct elem *e, struct span data)
{
	struct elem_want *w = e->filling;
	const size_t free = w->room.n - w->n;
	if (data.n > free) {
		w->cut = true;
		data.n = free;
	}
	struct buf b = { .p = w->room.p, .n = w->n, .cap = w->room.n };
	buf_bytes(&b, data);
	w->n = b.n;
}

static bool value(struct elem *e, struct span *in, struct elem_event *ev)
{
	if (in->n == 0)
		return false;
	set(e, ev, ELEM_VALUE, e->tag);
	span_take(in, in->n < e->left ? in->n : e->left, &ev->data);
	e->at += ev->data.n;
	e->left -= (uint32_t)ev->data.n;
	ev->left = e->left;
	if (e->filling)
		keep(e, ev->data);
	if (e->noting)
		note(e, ev->data);
	return true;
}

static void leave(struct elem *e, struct elem_event *ev)
{
	const struct elem_frame *f = &e->frame[e->depth];
	const uint32_t length = f->length;
	e->tag = f->tag;
	e->depth--;
	set(e, ev, ELEM_SEQUENCE_END, e->tag);
	ev->vr = VR_SQ;
	ev->length = length;
}

static void leave_item(struct elem *e, struct elem_event *ev)
{
	struct elem_frame *f = &e->frame[e->depth];
	f->in_item = false;
	set(e, ev, ELEM_ITEM_END, f->tag);
	ev->length = f->item_length;
}

/* An item or sequence of stated length ends where that is reached. */
static bool ends_here(struct elem *e, struct elem_event *ev)
{
	const struct elem_frame *f = &e->frame[e->depth];
	if (e->got || e->depth == 0 || e->fragments)
		return false;
	if (f->in_item && f->item_length != ELEM_UNDEFINED && e->at == f->item_limit) {
		leave_item(e, ev);
		return true;
	}
	if (!f->in_item && f->length != ELEM_UNDEFINED && e->at == f->limit) {
		leave(e, ev);
		return true;
	}
	return false;
}

/* The offset behind length bytes from here, or the limit around for an undefined length. */
static bool limit(struct elem *e, uint32_t length, uint64_t *at)
{
	const uint64_t free = room(e);
	*at = e->at + (length == ELEM_UNDEFINED ? free : length);
	return length == ELEM_UNDEFINED || length <= free ||
		elem_fail(e,
			"its length %lu is more than the %llu bytes that are left of the item or "
			"sequence around it",
			(unsigned long)length, (unsigned long long)free);
}

static bool enter(struct elem *e, const struct elem_head *h, struct elem_event *ev)
{
	const struct elem_frame *outer = &e->frame[e->depth];
	uint64_t end;
	if (!limit(e, h->length, &end))
		return false;
	if (e->depth == ELEM_DEPTH)
		return elem_fail(e, "sequences are nested deeper than %d, the most that is taken",
			ELEM_DEPTH);
	set(e, ev, ELEM_SEQUENCE, h->tag);
	ev->vr = h->vr;
	ev->length = h->length;
	/* PS3.5 6.2.2: an unknown sequence stays as implicit VR had it */
	const bool unknown = h->vr == VR_UN || e->resolved;
	e->frame[++e->depth] = (struct elem_frame){
		.limit = end,
		.length = h->length,
		.tag = h->tag,
		.explicit_vr = outer->explicit_vr && !unknown,
		.big_endian = outer->big_endian && !unknown,
		.seen = outer->seen,
	};
	return true;
}

/* Decides who takes the value that follows. */
static void begin_value(struct elem *e)
{
	struct elem_frame *f = &e->frame[e->depth];
	e->filling = NULL;
	e->noting = e->left != 2                     ? NULL
		: e->tag == TAG_PIXEL_REPRESENTATION ? &f->seen.pixel_representation
		: e->tag == TAG_WAVEFORM_BITS        ? &f->seen.waveform_bits
						     : NULL;
	if (e->noting)
		*e->noting = 0;
	if (e->depth > 0)
		return;
	for (size_t i = 0; i < e->wants; i++)
		if (e->want[i].tag == e->tag && !e->want[i].seen) {
			e->filling = &e->want[i];
			e->filling->seen = true;
		}
}

static bool element(struct elem *e, const struct elem_head *h, struct elem_event *ev)
{
	struct elem_frame *f = &e->frame[e->depth];
	const unsigned group = h->tag >> 16;
	if (group == 0 || group == 2)
		return elem_fail(
			e, "elements of group %04x have no place in a data set (PS3.5 7.1)", group);
	if (h->tag <= f->last)
		e->odd |= ELEM_ODD_ORDER;
	f->last = h->tag;
	if (!vr_known(h->vr))
		e->odd |= ELEM_ODD_VR;
	const bool undefined = h->length == ELEM_UNDEFINED;
	if (h->vr == VR_SQ || (undefined && h->vr == VR_UN && h->tag != TAG_PIXEL_DATA))
		return enter(e, h, ev);
	set(e, ev, undefined ? ELEM_FRAGMENTS : ELEM_HEADER, h->tag);
	ev->big_endian = ev->big_endian && !e->resolved;
	ev->vr = h->vr;
	ev->length = h->length;
	if (undefined) {
		/* PS3.5 7.1.1 with A.4: beside sequences only these are delimited */
		if (h->vr != VR_OB && h->vr != VR_OW && h->tag != TAG_PIXEL_DATA)
			return elem_fail(
				e, "its VR does not allow an undefined length (PS3.5 7.1.1)");
		if (!e->encapsulated)
			e->odd |= ELEM_ODD_FRAGMENTS;
		e->fragments = true;
		return true;
	}
	uint64_t end;
	if (!limit(e, h->length, &end))
		return false;
	e->left = h->length;
	if (h->length & 1)
		e->odd |= ELEM_ODD_LENGTH;
	begin_value(e);
	return true;
}

/* Items and delimiters between elements (PS3.5 7.5). */
static bool delimiter(struct elem *e, const struct elem_head *h, struct elem_event *ev)
{
	struct elem_frame *f = &e->frame[e->depth];
	if (h->tag == TAG_ITEM && !f->in_item) {
		if (!limit(e, h->length, &f->item_limit))
			return false;
		f->item++;
		f->item_length = h->length;
		f->last = 0;
		f->seen = e->frame[e->depth - 1].seen;
		f->in_item = true;
		set(e, ev, ELEM_ITEM, f->tag);
		ev->length = h->length;
		return true;
	}
	/* Where a length ends it all the same, a delimiter is needless, and in the way of nothing. */
	const bool item_sized = f->item_length != ELEM_UNDEFINED,
		   sized = f->length != ELEM_UNDEFINED;
	if ((f->in_item ? item_sized : sized) || h->length != 0)
		e->odd |= ELEM_ODD_DELIMITER;
	if (h->tag == TAG_ITEM_END && e->depth && f->in_item &&
		(!item_sized || e->at == f->item_limit)) {
		leave_item(e, ev);
		return true;
	}
	if (h->tag == TAG_SEQUENCE_END && !f->in_item && (!sized || e->at == f->limit)) {
		leave(e, ev);
		return true;
	}
	return elem_fail(e, "an item or delimiter stands where none can be (PS3.5 7.5)");
}

/* Within encapsulated pixel data (PS3.5 A.4). */
static bool fragment(struct elem *e, const struct elem_head *h, struct elem_event *ev)
{
	uint64_t end;
	if (h->tag == TAG_SEQUENCE_END) {
		if (h->length != 0)
			e->odd |= ELEM_ODD_DELIMITER;
		e->fragments = false;
		set(e, ev, ELEM_FRAGMENTS_END, e->frame[e->depth].last);
		ev->length = ELEM_UNDEFINED;
		return true;
	}
	if (h->tag != TAG_ITEM || h->length == ELEM_UNDEFINED)
		return elem_fail(e,
			"within encapsulated pixel data only fragments of stated length and "
			"the sequence delimiter may stand (PS3.5 A.4)");
	if (!limit(e, h->length, &end))
		return false;
	set(e, ev, ELEM_FRAGMENT, e->frame[e->depth].last);
	ev->length = h->length;
	e->left = h->length;
	if (h->length & 1)
		e->odd |= ELEM_ODD_LENGTH;
	e->filling = NULL;
	e->noting = NULL;
	return true;
}

bool elem_next(struct elem *e, struct span *in, struct elem_event *ev)
{
	if (e->err.kind != ERR_NONE)
		return false;
	if (e->left)
		return value(e, in, ev);
	if (ends_here(e, ev))
		return true;
	struct elem_head h;
	if (!gather(e, in, &h))
		return false;
	const struct elem_frame *f = &e->frame[e->depth];
	bool ok;
	if (e->fragments)
		ok = fragment(e, &h, ev);
	else if (h.tag >> 16 == TAG_ITEM >> 16)
		ok = delimiter(e, &h, ev);
	else if (!f->in_item)
		ok = elem_fail(e, "an element stands between the items of a sequence (PS3.5 7.5)");
	else
		ok = element(e, &h, ev);
	ev->at = e->begin;
	return ok;
}

bool elem_pass(struct elem *e, struct span in)
{
	struct elem_event ev;
	while (elem_next(e, &in, &ev))
		;
	return e->err.kind == ERR_NONE;
}

uint64_t elem_skip(struct elem *e, uint64_t n)
{
	if (e->err.kind != ERR_NONE || e->filling || e->noting)
		return 0;
	if (n > e->left)
		n = e->left;
	e->at += n;
	e->left -= (uint32_t)n;
	return n;
}

bool elem_end(struct elem *e)
{
	if (!elem_pass(e, (struct span){ 0 })) /* what ends by its length ends now */
		return false;
	if (e->left)
		return elem_fail(e,
			"the data set breaks off: %lu more bytes of its value are missing",
			(unsigned long)e->left);
	if (e->got)
		return elem_fail(e, "the data set breaks off within the header of an element");
	if (e->fragments)
		return elem_fail(
			e, "the data set breaks off: the delimiter of its fragments is missing");
	if (e->depth)
		return elem_fail(e, "the data set breaks off within an item or sequence");
	return e->at || elem_fail(e, "the data set is empty");
}
