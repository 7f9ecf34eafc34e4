/* SPDX-License-Identifier: MIT */
#include "dicom/check.h"
#include "dataset.h"
#include "test.h"

static struct elem elem;
static uint8_t room[1 << 16];

/* ---- events as a line of text */

static char text[20000];

static void log_event(const struct elem_event *ev, bool *in_value)
{
	static const char *const names[] = { "el", "", "sq", "item", "enditem", "endsq", "frags",
		"frag", "endfrags" };
	const size_t used = strlen(text);
	char *to = text + used;
	const size_t cap = sizeof text - used;
	if (ev->what != ELEM_VALUE) {
		snprintf(to, cap, "%s%s%u%08x", *in_value ? "' " : "", names[ev->what], ev->depth,
			(unsigned)ev->tag);
		const size_t n = strlen(text);
		if (ev->vr)
			snprintf(text + n, sizeof text - n, "%c%c ", (int)(ev->vr >> 8),
				(int)(ev->vr & 0xff));
		else
			snprintf(text + n, sizeof text - n, " ");
		*in_value = false;
		return;
	}
	snprintf(to, cap, "%s", *in_value ? "" : "'");
	*in_value = true;
	for (size_t i = 0; i < ev->data.n; i++) {
		const size_t n = strlen(text);
		snprintf(text + n, sizeof text - n, "%c",
			ev->data.p[i] < 0x20 ? '0' + ev->data.p[i] : ev->data.p[i]);
	}
}

/* Reads it cut into pieces; the result of elem_end. */
static bool read_cut(struct span data, struct syntax syntax, size_t cut)
{
	bool in_value = false;
	elem_init(&elem, syntax, NULL, 0);
	text[0] = '\0';
	for (size_t at = 0; at < data.n || at == 0; at += cut) {
		struct span in = span_at(data, at, cut);
		struct elem_event ev;
		while (elem_next(&elem, &in, &ev))
			log_event(&ev, &in_value);
		if (elem.err.kind == ERR_NONE && in.n)
			TEST_NOTE("%zu bytes were not eaten", in.n);
	}
	return elem_end(&elem);
}

static bool reads(const struct make *m)
{
	return read_cut(buf_span(&m->b), m->syntax, m->b.n + 1);
}

static struct make begin(struct syntax syntax)
{
	return (struct make){ .b = buf_on(room, sizeof room), .syntax = syntax };
}

static void events_in_order(void)
{
	struct make m = begin(explicit_le);
	make_text(&m, 0x00080005, "CS", "AB");
	const size_t sequence = make_begin(&m, 0x00081140);
	const size_t item = make_begin(&m, TAG_ITEM);
	make_text(&m, 0x00081150, "UI", "1.23");
	make_end(&m, item, TAG_ITEM_END);
	make_end(&m, sequence, TAG_SEQUENCE_END);
	make_text(&m, 0x0040a160, "UT", "");
	CHECK(reads(&m));
	CHECK_STR(text,
		"el000080005CS 'AB' sq000081140SQ item100081140 el100081150UI '1.23' "
		"enditem100081140 endsq000081140SQ el00040a160UT ");
	CHECK_INT(elem.odd, 0);
	CHECK_INT(elem.at, m.b.n);
}

static void cuts_do_not_matter(void)
{
	static const struct syntax syntaxes[] = { { .explicit_vr = false }, { .explicit_vr = true },
		{ .explicit_vr = true, .big_endian = true } };
	static char whole[sizeof text];
	for (unsigned i = 0; i < 6; i++) {
		struct make m = { .sized = i & 1, .no_private = i & 1, .group_lengths = i & 1 };
		const struct span data = make_data_set(&m, syntaxes[i / 2], room, sizeof room);
		CHECK(buf_ok(&m.b));
		CHECK(read_cut(data, m.syntax, data.n));
		memcpy(whole, text, sizeof text);
		CHECK(strstr(whole, "el07fe00010OW") != NULL);
		for (size_t cut = 1; cut < 40; cut++) {
			CHECK(read_cut(data, m.syntax, cut));
			CHECK_STR(text, whole);
		}
	}
}

static void encodings_tell_the_same(void)
{
	static char first[sizeof text];
	struct make m = { .vrs_lost = true };
	CHECK(read_cut(make_data_set(&m, explicit_le, room, sizeof room), explicit_le, 4096));
	memcpy(first, text, sizeof text);
	for (char *p = strstr(first, "091002SQ"); p; p = NULL)
		memcpy(p, "091002UN", 8); /* a private sequence: what implicit VR cannot know */
	m = (struct make){ 0 };
	CHECK(read_cut(make_data_set(&m, implicit_le, room, sizeof room), implicit_le, 4096));
	CHECK_STR(text, first);
}

static void fragments_are_read(void)
{
	struct make m = begin(encapsulated_le);
	make_head(&m, TAG_PIXEL_DATA, "OB", ELEM_UNDEFINED);
	make_tag(&m, TAG_ITEM), make_32(&m, 0);
	make_tag(&m, TAG_ITEM), make_32(&m, 4), buf_str(&m.b, "abcd");
	make_tag(&m, TAG_SEQUENCE_END), make_32(&m, 0);
	make_text(&m, 0xfffcfffc, "OB", "00");
	CHECK(reads(&m));
	CHECK_STR(text,
		"frags07fe00010OB frag07fe00010 frag07fe00010 'abcd' endfrags07fe00010 "
		"el0fffcfffcOB '00");
	CHECK_INT(elem.odd, 0);
	CHECK(read_cut(buf_span(&m.b), explicit_le, 5));
	CHECK_INT(elem.odd, ELEM_ODD_FRAGMENTS);
}

/* PS3.5 6.2.2: within UN of undefined length the items are implicit VR little endian. */
static void unknown_sequences_are_implicit(void)
{
	struct make m = begin(explicit_be);
	make_head(&m, 0x00091010, "UN", ELEM_UNDEFINED);
	m.syntax = implicit_le;
	const size_t item = make_begin(&m, TAG_ITEM);
	make_text(&m, 0x00080005, "CS", "AB");
	make_end(&m, item, TAG_ITEM_END);
	make_tag(&m, TAG_SEQUENCE_END), make_32(&m, 0);
	m.syntax = explicit_be;
	make_text(&m, TAG_PATIENT_ID, "LO", "ID");
	CHECK(reads(&m));
	CHECK_STR(text,
		"sq000091010UN item100091010 el100080005CS 'AB' enditem100091010 "
		"endsq000091010SQ el000100020LO 'ID");
}

static void oddities_are_noted(void)
{
	struct make m = begin(explicit_le);
	make_text(&m, 0x00100010, "ZZ", "abcd");
	CHECK(reads(&m));
	CHECK_INT(elem.odd, ELEM_ODD_VR);
	make_text(&m, 0x00100010, "PN", "abcd");
	CHECK(reads(&m));
	CHECK_INT(elem.odd, ELEM_ODD_VR | ELEM_ODD_ORDER);
	m = begin(implicit_le);
	make_text(&m, 0x00100010, "PN", "abc");
	CHECK(reads(&m));
	CHECK_INT(elem.odd, ELEM_ODD_LENGTH);
}

/* dcmdump and pydicom read all of these, too. */
static void needless_delimiters_are_noted(void)
{
	for (int i = 0; i < 3; i++) {
		struct make m = begin(explicit_le);
		make_head(&m, 0x00081140, "SQ", i == 2 ? ELEM_UNDEFINED : 28);
		make_tag(&m, TAG_ITEM), make_32(&m, i == 0 ? 20 : 12);
		make_text(&m, 0x00081150, "UI", "1.23");
		make_tag(&m, i == 0 ? TAG_ITEM_END : TAG_SEQUENCE_END), make_32(&m, i == 2 ? 4 : 0);
		make_text(&m, TAG_PATIENT_ID, "LO", "ID");
		CHECK(reads(&m));
		CHECK_STR(text,
			"sq000081140SQ item100081140 el100081150UI '1.23' enditem100081140 "
			"endsq000081140SQ el000100020LO 'ID");
		CHECK_INT(elem.odd, ELEM_ODD_DELIMITER);
	}
}

static void items_count_for_themselves(void)
{
	struct make m = begin(explicit_le);
	const size_t sequence = make_begin(&m, 0x00081140);
	for (int i = 0; i < 3; i++) {
		const size_t item = make_begin(&m, TAG_ITEM);
		make_text(&m, 0x00081150, "UI", "1.23");
		make_text(&m, 0x00081155, "UI", "1.23");
		make_end(&m, item, TAG_ITEM_END);
	}
	make_end(&m, sequence, TAG_SEQUENCE_END);
	make_text(&m, 0x00081199, "SQ", "");
	CHECK(reads(&m));
	CHECK_INT(elem.odd, 0);
}

static void wanted_values_are_caught(void)
{
	static uint8_t class[64], id[2], nested[8], empty[4];
	struct elem_want want[] = { { .tag = TAG_SOP_CLASS, .room = { class, sizeof class } },
		{ .tag = TAG_PATIENT_ID, .room = { id, sizeof id } },
		{ .tag = 0x00081155, .room = { nested, sizeof nested } },
		{ .tag = 0x00104000, .room = { empty, sizeof empty } } };
	static const size_t cuts[] = { 1, 3, 100000 };
	for (unsigned i = 0; i < 6; i++) {
		struct make m = { 0 };
		const struct syntax syntax = i & 1 ? explicit_be : implicit_le;
		const struct span data = make_data_set(&m, syntax, room, sizeof room);
		elem_init(&elem, syntax, want, 4);
		for (size_t at = 0; at < data.n; at += cuts[i / 2])
			CHECK(elem_pass(&elem, span_at(data, at, cuts[i / 2])));
		CHECK(elem_end(&elem));
		CHECK(span_eq_str(elem_value(&want[0]), "1.2.840.10008.5.1.4.1.1.7 "));
		CHECK(span_eq_str(elem_text(&want[0]), "1.2.840.10008.5.1.4.1.1.7"));
		CHECK(want[1].seen && want[1].cut && span_eq_str(elem_value(&want[1]), "47"));
		CHECK(!want[2].seen && elem_text(&want[2]).n == 0);
		CHECK(want[3].seen && want[3].n == 0 && !want[3].cut);
	}
}

int main(void)
{
	test("events come in the order of the data set", events_in_order);
	test("however the bytes are cut, the events are the same", cuts_do_not_matter);
	test("implicit VR tells what explicit VR tells", encodings_tell_the_same);
	test("encapsulated pixel data is read fragment by fragment", fragments_are_read);
	test("a sequence of VR UN holds implicit VR little endian", unknown_sequences_are_implicit);
	test("departures that leave no doubt are noted and read", oddities_are_noted);
	test("delimiters that are needless or have a length are noted and read",
		needless_delimiters_are_noted);
	test("the order of tags begins anew in each item and goes on behind",
		items_count_for_themselves);
	test("wanted values are caught at top level, and no more than fits",
		wanted_values_are_caught);
	return test_end();
}
