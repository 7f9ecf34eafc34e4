/* SPDX-License-Identifier: MIT */
#include "dicom/edit.h"

#include <string.h>

void edit_init(struct edit *e, struct syntax syntax, const struct edit_value *values, size_t n)
{
	e->values = values;
	e->n_values = n;
	e->syntax = syntax;
	e->n_places = 0;
	e->enough = n == 0;
	e->bytes = buf_on(e->room, sizeof e->room);
	e->at = 0;
	e->place = e->put = 0;
	elem_init(&e->elem, syntax, NULL, 0);
}

/* ---- finding */

static void put16(struct edit *e, uint32_t v)
{
	if (e->syntax.big_endian)
		buf_u16be(&e->bytes, (uint16_t)v);
	else
		buf_u16le(&e->bytes, (uint16_t)v);
}

static void put_element(struct edit *e, const struct edit_value *value)
{
	const size_t n = strlen(value->text), even = n + n % 2;
	put16(e, value->tag >> 16);
	put16(e, value->tag & 0xffff);
	if (e->syntax.explicit_vr) {
		buf_u16be(&e->bytes, (uint16_t)value->vr);
		put16(e, (uint32_t)even);
	} else { /* little endian always */
		buf_u32le(&e->bytes, (uint32_t)even);
	}
	buf_str(&e->bytes, value->text);
	buf_fill(&e->bytes, value->vr == VR_UI ? 0 : ' ', even - n); /* PS3.5 6.2 */
}

/* The new value of an element; NULL with *drop where it is to be left out, or without. */
static const struct edit_value *new_value(const struct edit *e, uint32_t tag, bool *drop)
{
	*drop = false;
	for (size_t i = 0; i < e->n_values; i++) {
		if (e->values[i].tag == tag)
			return &e->values[i];
		*drop |= (tag & 0xffff) == 0 && tag == (e->values[i].tag & 0xffff0000);
	}
	return NULL;
}

static bool seen(const struct edit *e, uint32_t tag)
{
	for (size_t i = 0; i < e->n_places; i++)
		if (e->places[i].tag == tag)
			return true;
	return false;
}

/* An element of the data set itself begins. */
static bool begin_element(struct edit *e, const struct elem_event *ev, struct err *err)
{
	bool drop;
	if (e->n_places && !e->places[e->n_places - 1].end)
		e->places[e->n_places - 1].end = ev->at;
	e->enough = ev->tag > e->values[e->n_values - 1].tag;
	const struct edit_value *value = new_value(e, ev->tag, &drop);
	if ((!value && !drop) || seen(e, ev->tag))
		return true;
	if (e->n_places == EDIT_PLACES)
		return err_set(err, ERR_INPUT, 0, "has too many elements to change");
	struct edit_place *place = &e->places[e->n_places++];
	*place = (struct edit_place){ .tag = ev->tag, .at = ev->at, .from = e->bytes.n };
	if (value)
		put_element(e, value);
	place->n = e->bytes.n - place->from;
	return buf_ok(&e->bytes) ||
		err_set(err, ERR_USAGE, 0, "new values of so many bytes have no room");
}

bool edit_look(struct edit *e, struct span in, struct err *err)
{
	struct elem_event ev;
	while (!e->enough && elem_next(&e->elem, &in, &ev)) {
		if (ev.depth != 0 ||
			(ev.what != ELEM_HEADER && ev.what != ELEM_SEQUENCE &&
				ev.what != ELEM_FRAGMENTS))
			continue;
		if (!begin_element(e, &ev, err))
			return false;
	}
	if (e->elem.err.kind != ERR_NONE)
		return err_set(err, ERR_INPUT, 0, "%s", e->elem.err.text);
	return !e->enough;
}

bool edit_found(struct edit *e, size_t i)
{
	if (e->n_places && !e->places[e->n_places - 1].end)
		e->places[e->n_places - 1].end = e->elem.at;
	return seen(e, e->values[i].tag);
}

/* ---- passing */

struct span edit_peek(struct edit *e, struct span *in)
{
	for (;;) {
		const struct edit_place *place =
			e->place < e->n_places ? &e->places[e->place] : NULL;
		if (!place)
			return *in;
		if (e->at < place->at)
			return span_at(*in, 0,
				place->at - e->at < in->n ? (size_t)(place->at - e->at) : in->n);
		if (e->put < place->n)
			return span_at(
				buf_span(&e->bytes), place->from + e->put, place->n - e->put);
		const uint64_t left = place->end - e->at;
		const size_t drop = left < in->n ? (size_t)left : in->n;
		span_skip(in, drop);
		e->at += drop;
		if (e->at < place->end)
			return (struct span){ 0 };
		e->place++;
		e->put = 0;
	}
}

void edit_passed(struct edit *e, struct span *in, size_t n)
{
	const struct edit_place *place = e->place < e->n_places ? &e->places[e->place] : NULL;
	if (place && e->at >= place->at) {
		e->put += n;
		return;
	}
	span_skip(in, n);
	e->at += n;
}
