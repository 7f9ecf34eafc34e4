/* SPDX-License-Identifier: MIT */
/* Bytes flow from the input (inflated first, where need be) through the element reader into the
 * output (by way of the stage and the deflater). Nothing is buffered but what is cut: the reader is
 * only shown as much as the output can take. */
#include "dicom/recode.h"

#include <string.h>

#define TAG_LENGTH_TO_END 0x00080001U

/* The most that one event adds to its value's bytes: a header, and a word completed. */
#define EVENT_ROOM 24
_Static_assert(RECODE_ROOM > EVENT_ROOM, "something must fit");

bool recode_init(struct recode *r, struct syntax from, struct syntax to, struct elem_want *want,
	size_t wants)
{
	err_clear(&r->err);
	elem_init(&r->elem, from, want, wants);
	r->from = from;
	r->to = to;
	r->copy = from.explicit_vr == to.explicit_vr && from.big_endian == to.big_endian;
	r->drop = false;
	r->word = 1;
	r->held = 0;
	r->plain = (struct span){ 0 };
	r->staged = 0;
	r->edit = NULL;
	r->old_vrs = false;
	if (from.encapsulated != to.encapsulated)
		return err_set(&r->err, ERR_USAGE, 0,
			"compressed pixel data cannot be recoded: send it in its own transfer "
			"syntax");
	const struct syntax *const both[] = { &from, &to };
	for (int i = 0; i < 2; i++)
		if ((both[i]->big_endian || both[i]->deflated) && !both[i]->explicit_vr)
			return err_set(&r->err, ERR_USAGE, 0,
				"no transfer syntax is big endian or deflated with implicit VR "
				"(PS3.5 10)");
	if (from.deflated)
		inflate_init(&r->inflate);
	if (to.deflated)
		deflate_init(&r->deflate);
	return true;
}

void recode_whole(struct recode *r)
{
	r->copy = false;
}

void recode_old_vrs(struct recode *r)
{
	r->old_vrs = true;
}

void recode_style(struct recode *r, const struct recode_style *style)
{
	if (style->lengths || style->known_vrs || style->old_vrs)
		recode_whole(r);
	if (style->old_vrs)
		recode_old_vrs(r);
	r->elem.resolve = style->known_vrs;
	if (r->to.deflated && style->level >= 0)
		deflate_level(&r->deflate, style->level);
}

void recode_edit(struct recode *r, struct edit *edit)
{
	r->edit = edit;
}

/* ---- writing */

static void put16(const struct recode *r, struct buf *out, uint32_t v)
{
	if (r->to.big_endian)
		buf_u16be(out, (uint16_t)v);
	else
		buf_u16le(out, (uint16_t)v);
}

static void put32(const struct recode *r, struct buf *out, uint32_t v)
{
	if (r->to.big_endian)
		buf_u32be(out, v);
	else
		buf_u32le(out, v);
}

static void put_header(
	const struct recode *r, struct buf *out, uint32_t tag, unsigned vr, uint32_t length)
{
	put16(r, out, tag >> 16);
	put16(r, out, tag & 0xffff);
	if (vr == VR_NONE || !r->to.explicit_vr) {
		put32(r, out, length);
		return;
	}
	buf_u16be(out, (uint16_t)vr);
	if (vr_long(vr)) {
		put16(r, out, 0);
		put32(r, out, length);
	} else {
		put16(r, out, length);
	}
}

/* Reverses each word of our own output, eight bytes at a time: the bytes within pairs, the pairs
 * within fours, the fours. n is a multiple of word. */
static void turn(uint8_t *p, size_t n, unsigned word)
{
	while (n >= 8) {
		uint64_t v;
		memcpy(&v, p, 8);
		v = (v & 0x00ff00ff00ff00ff) << 8 | (v >> 8 & 0x00ff00ff00ff00ff);
		if (word >= 4)
			v = (v & 0x0000ffff0000ffff) << 16 | (v >> 16 & 0x0000ffff0000ffff);
		if (word == 8)
			v = v << 32 | v >> 32;
		memcpy(p, &v, 8);
		p += 8;
		n -= 8;
	}
	for (size_t at = 0; at < n; at += word)
		for (unsigned i = 0; i < word / 2; i++) {
			const uint8_t byte = p[at + i];
			p[at + i] = p[at + word - 1 - i];
			p[at + word - 1 - i] = byte;
		}
}

static void put_value(struct recode *r, struct buf *out, struct span data)
{
	if (r->drop)
		return;
	if (r->word == 1) {
		buf_bytes(out, data);
		return;
	}
	while (r->held && span_u8(&data, &r->carry[r->held])) {
		if (++r->held < r->word)
			continue;
		turn(r->carry, r->word, r->word);
		buf_bytes(out, span_of(r->carry, r->word));
		r->held = 0;
	}
	struct span words = { 0 };
	span_take(&data, data.n - data.n % r->word, &words);
	const struct mspan to = buf_room(out);
	buf_bytes(out, words);
	if (words.n)
		turn(to.p, words.n, r->word);
	const size_t rest = data.n;
	span_copy(&data, r->carry, rest);
	r->held += (unsigned)rest;
}

/* ---- events */

/* In implicit VR only the dictionary tells a sequence from a value, and it must not mislead. UN may
 * stand for either: its contents are as implicit VR has them. */
static bool tellable(struct recode *r, const struct elem_event *ev)
{
	if (r->to.explicit_vr)
		return true;
	const unsigned known = dict_entry(ev->tag);
	const bool ok = ev->what == ELEM_SEQUENCE ? known == VR_SQ || known == VR_UN
						  : known != VR_SQ || ev->vr == VR_UN;
	char tag[ELEM_TAG_TEXT];
	return ok ||
		err_set(&r->err, ERR_INPUT, 0,
			"%s contradicts the data dictionary in being%s a sequence: in implicit VR "
			"that "
			"could not be told (PS3.5 7.1.3)",
			elem_tag_text(ev->tag, tag), ev->what == ELEM_SEQUENCE ? "" : " not");
}

/* What came after 1993 has a 32-bit length, as OB has. */
static bool vr_is_new(unsigned vr)
{
	return vr_long(vr) && vr != VR_OB && vr != VR_OW && vr != VR_SQ;
}

static bool begin_value(struct recode *r, struct buf *out, const struct elem_event *ev)
{
	r->drop = (ev->tag & 0xffff) == 0 || ev->tag == TAG_LENGTH_TO_END;
	if (r->drop)
		return true;
	if (!tellable(r, ev))
		return false;
	unsigned vr = ev->vr;
	const bool old = r->old_vrs && r->to.explicit_vr && vr_is_new(vr);
	if (r->to.explicit_vr && !vr_long(vr) && ev->length > 0xfffe)
		vr = VR_UN; /* PS3.5 6.2.2 */
	r->word = ev->big_endian == (!old && r->to.big_endian) ? 1 : vr_word(vr);
	if (ev->length % r->word) {
		char tag[ELEM_TAG_TEXT];
		return err_set(&r->err, ERR_INPUT, 0,
			"%s has %lu bytes, no whole number of the %u-byte words of its VR: its "
			"byte "
			"order cannot be changed",
			elem_tag_text(ev->tag, tag), (unsigned long)ev->length, r->word);
	}
	put_header(r, out, ev->tag, old ? VR_OB : vr, ev->length);
	return true;
}

/* Encapsulated pixel data, where it stays as it is. */
static bool put_fragments(struct recode *r, struct buf *out, const struct elem_event *ev)
{
	if (!r->to.encapsulated)
		return err_set(&r->err, ERR_INPUT, 0,
			"the pixel data is in fragments although its transfer syntax is "
			"uncompressed: it cannot be recoded (PS3.5 A.4)");
	r->drop = false;
	r->word = 1;
	if (ev->what == ELEM_FRAGMENTS)
		put_header(r, out, ev->tag, ev->vr, ELEM_UNDEFINED);
	else if (ev->what == ELEM_FRAGMENT)
		put_header(r, out, TAG_ITEM, VR_NONE, ev->length);
	else
		put_header(r, out, TAG_SEQUENCE_END, VR_NONE, 0);
	return true;
}

static bool put_event(struct recode *r, struct buf *out, const struct elem_event *ev)
{
	switch (ev->what) {
	case ELEM_HEADER:
		return begin_value(r, out, ev);
	case ELEM_VALUE:
		put_value(r, out, ev->data);
		return true;
	case ELEM_SEQUENCE:
		if (!tellable(r, ev))
			return false;
		put_header(r, out, ev->tag, VR_SQ, ev->length ? ELEM_UNDEFINED : 0);
		return true;
	case ELEM_ITEM:
		put_header(r, out, TAG_ITEM, VR_NONE, ev->length ? ELEM_UNDEFINED : 0);
		return true;
	case ELEM_ITEM_END:
		if (ev->length)
			put_header(r, out, TAG_ITEM_END, VR_NONE, 0);
		return true;
	case ELEM_SEQUENCE_END:
		if (ev->length)
			put_header(r, out, TAG_SEQUENCE_END, VR_NONE, 0);
		return true;
	case ELEM_FRAGMENTS:
	case ELEM_FRAGMENT:
	case ELEM_FRAGMENTS_END:
		return put_fragments(r, out, ev);
	}
	return true;
}

static bool reader_failed(struct recode *r)
{
	if (r->err.kind == ERR_NONE)
		r->err = r->elem.err;
	return r->err.kind != ERR_NONE;
}

/* From in to out until one of them is used up. */
static bool encode(struct recode *r, struct span *in, struct buf *out)
{
	while (buf_room(out).n >= RECODE_ROOM) {
		const struct span shown = span_at(*in, 0, buf_room(out).n - EVENT_ROOM);
		struct span rest = shown;
		struct elem_event ev;
		bool more = false;
		if (r->copy)
			elem_pass(&r->elem, rest);
		else
			more = elem_next(&r->elem, &rest, &ev);
		if (more && !put_event(r, out, &ev))
			return false;
		if (reader_failed(r))
			return false;
		if (r->copy)
			buf_bytes(out, shown);
		span_skip(in, r->copy ? shown.n : shown.n - rest.n);
		if (in->n == 0 && !more)
			return true;
	}
	return true;
}

/* ---- the pipe */

/* True: the stage is empty. */
static bool drain(struct recode *r, struct buf *out)
{
	struct span rest = span_of(r->stage, r->staged);
	deflate_push(&r->deflate, &rest, out);
	memmove(r->stage, rest.p, rest.n);
	r->staged = rest.n;
	return rest.n == 0;
}

static bool encode_staged(struct recode *r, struct span *in, struct buf *out)
{
	do {
		struct buf stage = buf_on(r->stage, sizeof r->stage);
		if (!drain(r, out))
			return true;
		if (!encode(r, in, &stage))
			return false;
		r->staged = stage.n;
	} while (r->staged);
	return true;
}

static bool write_plain(struct recode *r, struct span *in, struct buf *out)
{
	return r->to.deflated ? encode_staged(r, in, out) : encode(r, in, out);
}

/* What is plain already, edited first where that is asked for. */
static bool write(struct recode *r, struct span *in, struct buf *out)
{
	if (!r->edit)
		return write_plain(r, in, out);
	for (;;) {
		const struct span next = edit_peek(r->edit, in);
		struct span rest = next;
		if (!write_plain(r, &rest, out))
			return false;
		edit_passed(r->edit, in, next.n - rest.n);
		if (next.n == 0 || rest.n || buf_room(out).n < RECODE_ROOM)
			return true;
	}
}

bool recode_push(struct recode *r, struct span *in, struct buf *out)
{
	if (r->err.kind != ERR_NONE)
		return false;
	if (!r->from.deflated)
		return write(r, in, out);
	do {
		if (!write(r, &r->plain, out))
			return false;
		if (buf_room(out).n < RECODE_ROOM || r->plain.n)
			return true;
	} while (inflate_next(&r->inflate, in, &r->plain));
	if (r->inflate.err.kind != ERR_NONE)
		r->err = r->inflate.err;
	return r->err.kind == ERR_NONE;
}

bool recode_end(struct recode *r, struct buf *out)
{
	struct span none = { 0 };
	if (!recode_push(r, &none, out) || buf_room(out).n < RECODE_ROOM)
		return false;
	if (r->from.deflated && !inflate_end(&r->inflate)) {
		r->err = r->inflate.err;
		return false;
	}
	if (!elem_end(&r->elem)) {
		reader_failed(r);
		return false;
	}
	return !r->to.deflated || deflate_end(&r->deflate, out);
}
