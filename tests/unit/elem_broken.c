/* SPDX-License-Identifier: MIT */
/* What the element reader refuses, and how it says so. */
#include "dataset.h"
#include "test.h"

static struct elem elem;
static uint8_t room[1 << 16];

static bool read_cut(struct span data, struct syntax syntax, size_t cut)
{
	elem_init(&elem, syntax, NULL, 0);
	for (size_t at = 0; at < data.n; at += cut)
		elem_pass(&elem, span_at(data, at, cut));
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

/* The reading fails, and says the words. */
static void fails(const struct make *m, const char *words)
{
	if (reads(m))
		TEST_NOTE("it was read, not refused for %s", words);
	else if (!strstr(elem.err.text, words))
		TEST_NOTE("\"%s\" says not \"%s\"", elem.err.text, words);
}

static void truncation_is_found(void)
{
	static const struct syntax syntaxes[] = { { .explicit_vr = false }, { .explicit_vr = true },
		{ .explicit_vr = true, .big_endian = true } };
	for (unsigned i = 0; i < 6; i++) {
		struct make m = { .sized = i & 1, .no_private = i & 1 };
		const struct span data = make_data_set(&m, syntaxes[i / 2], room, sizeof room);
		/* where the data set's own elements begin: only there a cut cannot be told */
		static bool boundary[sizeof room];
		struct span in = data;
		struct elem_event ev;
		memset(boundary, 0, sizeof boundary);
		elem_init(&elem, m.syntax, NULL, 0);
		while (elem_next(&elem, &in, &ev))
			if (ev.depth == 0 && (ev.what == ELEM_HEADER || ev.what == ELEM_SEQUENCE))
				boundary[ev.at] = true;
		unsigned told = 0;
		for (size_t n = 0; n < data.n; n++) {
			const bool complete = read_cut(span_at(data, 0, n), m.syntax, n + 1);
			if (complete != (boundary[n] && n))
				TEST_NOTE("%zu of %zu bytes: %d", n, data.n, complete);
			told += !complete && elem.err.kind == ERR_INPUT && elem.err.text[0];
		}
		CHECK(told > data.n - 40 && told < data.n);
	}
}

static void place_is_named(void)
{
	struct make m = begin(implicit_le);
	make_begin(&m, 0x00081140);
	make_end(&m, make_begin(&m, TAG_ITEM), TAG_ITEM_END);
	make_begin(&m, TAG_ITEM);
	make_head(&m, 0x00081150, "UI", 10);
	buf_str(&m.b, "1.2");
	CHECK(!reads(&m));
	CHECK_STR(elem.err.text,
		"at byte 24 of the data set, (0008,1140)[2].(0008,1150): the data set "
		"breaks off: 7 more bytes of its value are missing");
}

static void lying_lengths_are_found(void)
{
	for (int lie = 0; lie < 4; lie++) {
		struct make m = begin(explicit_le);
		make_head(&m, 0x00081140, "SQ", lie == 0 ? 19 : 20);
		make_tag(&m, TAG_ITEM), make_32(&m, lie == 1 ? 13 : lie == 2 ? 11 : 12);
		make_head(&m, 0x00081150, "UI", lie == 3 ? 6 : 4);
		buf_str(&m.b, "1.23");
		make_text(&m, TAG_PATIENT_ID, "LO", "ID");
		fails(&m, "more than the");
	}
	/* an item of 4 bytes cannot hold a header; a sequence of 4 no item */
	struct make m = begin(explicit_le);
	make_head(&m, 0x00081140, "SQ", 12);
	make_tag(&m, TAG_ITEM), make_32(&m, 4);
	buf_str(&m.b, "1234");
	fails(&m, "ends within the header");
	m = begin(explicit_le);
	make_head(&m, 0x00081140, "SQ", 4);
	buf_str(&m.b, "1234");
	fails(&m, "ends within the header");
	/* a sequence without end in an item with one */
	m = begin(explicit_le);
	make_head(&m, 0x00081140, "SQ", 20);
	make_tag(&m, TAG_ITEM), make_32(&m, 12);
	make_head(&m, 0x00081140, "SQ", ELEM_UNDEFINED);
	make_text(&m, TAG_PATIENT_ID, "LO", "ID");
	fails(&m, "ends within the header");
}

static void huge_sequence_is_not_believed(void)
{
	struct make m = begin(explicit_le);
	make_head(&m, 0x00081140, "SQ", 0xfffffffe);
	fails(&m, "(0008,1140): the data set breaks off within an item or sequence");
	CHECK(!strstr(elem.err.text, "(0008,1140).(0008,1140)"));
	m = begin(implicit_le);
	make_head(&m, TAG_PIXEL_DATA, "OW", 0xfffffffe);
	fails(&m, "4294967294 more bytes");
}

static void nested(struct make *m, unsigned depth)
{
	*m = begin(implicit_le);
	for (unsigned i = 0; i < depth; i++) {
		make_begin(m, 0x00081140);
		make_begin(m, TAG_ITEM);
	}
	for (unsigned i = 0; i < depth; i++) {
		make_tag(m, TAG_ITEM_END), make_32(m, 0);
		make_tag(m, TAG_SEQUENCE_END), make_32(m, 0);
	}
}

static void depth_is_bounded(void)
{
	struct make m;
	nested(&m, ELEM_DEPTH);
	CHECK(reads(&m));
	nested(&m, ELEM_DEPTH + 1);
	fails(&m, "nested deeper than 64");
}

static void other_groups_are_refused(void)
{
	struct make m = begin(explicit_le);
	make_text(&m, 0x00020010, "UI", "1.23");
	fails(&m, "group 0002");
	m = begin(implicit_le);
	make_text(&m, 0x00000100, "US", "\1\1");
	fails(&m, "group 0000");
	m = begin(explicit_le);
	make_begin(&m, 0x00081140);
	make_begin(&m, TAG_ITEM);
	make_text(&m, 0x00020010, "UI", "1.23");
	fails(&m, "group 0002");
}

static void garbage_is_refused(void)
{
	struct make m = begin(explicit_le);
	make_text(&m, 0x00080005, "C\1", "AB");
	fails(&m, "two capital letters");
	m = begin(explicit_le);
	make_head(&m, 0x00080005, "UT", ELEM_UNDEFINED);
	fails(&m, "undefined length");
	m = begin(implicit_le);
	make_head(&m, TAG_PATIENT_ID, "LO", ELEM_UNDEFINED);
	fails(&m, "undefined length");
	m = begin(implicit_le);
	fails(&m, "empty");
}

static void stray_delimiters_are_refused(void)
{
	static const uint32_t stray[] = { TAG_ITEM, TAG_ITEM_END, TAG_SEQUENCE_END, 0xfffe0001 };
	for (int i = 0; i < 4; i++) {
		struct make m = begin(explicit_le);
		make_tag(&m, stray[i]), make_32(&m, 0);
		fails(&m, "stands where none can be");
	}
	struct make m = begin(explicit_le); /* before the end of an item of stated length */
	make_head(&m, 0x00081140, "SQ", ELEM_UNDEFINED);
	make_tag(&m, TAG_ITEM), make_32(&m, 16);
	make_tag(&m, TAG_ITEM_END), make_32(&m, 0);
	fails(&m, "stands where none can be");
	m = begin(explicit_le); /* behind it */
	make_head(&m, 0x00081140, "SQ", ELEM_UNDEFINED);
	make_tag(&m, TAG_ITEM), make_32(&m, 0);
	make_tag(&m, TAG_ITEM_END), make_32(&m, 0);
	fails(&m, "stands where none can be");
	m = begin(explicit_le); /* between elements and items */
	make_begin(&m, 0x00081140);
	make_text(&m, 0x00081150, "UI", "1.23");
	fails(&m, "between the items");
}

static void broken_fragments_are_refused(void)
{
	struct make m = begin(encapsulated_le);
	make_head(&m, TAG_PIXEL_DATA, "OB", ELEM_UNDEFINED);
	fails(&m, "delimiter of its fragments is missing");
	make_tag(&m, TAG_ITEM), make_32(&m, ELEM_UNDEFINED);
	fails(&m, "only fragments of stated length");
	m.b.n -= 8;
	make_tag(&m, TAG_ITEM_END), make_32(&m, 0);
	fails(&m, "only fragments of stated length");
	m.b.n -= 8;
	make_tag(&m, TAG_ITEM), make_32(&m, 100);
	fails(&m, "100 more bytes");
}

static void failure_stays(void)
{
	struct make m = begin(explicit_le);
	make_text(&m, 0x00020010, "UI", "1.23");
	CHECK(!reads(&m));
	struct span in = span_str("more");
	struct elem_event ev;
	CHECK(!elem_next(&elem, &in, &ev) && !elem_pass(&elem, in) && !elem_end(&elem));
	CHECK(strstr(elem.err.text, "group 0002") != NULL);
}

int main(void)
{
	test("a data set cut at any byte is found out, save between its own elements",
		truncation_is_found);
	test("an error names offset, path of tags and items, and what is missing", place_is_named);
	test("a length that passes the item or sequence around it is refused",
		lying_lengths_are_found);
	test("a length of 4 GB with nothing behind it is incomplete",
		huge_sequence_is_not_believed);
	test("64 sequences within each other are read, 65 refused", depth_is_bounded);
	test("elements of groups 0000 and 0002 are refused, within items too",
		other_groups_are_refused);
	test("a VR that is none, a wrong undefined length and nothing at all are refused",
		garbage_is_refused);
	test("items and delimiters where none can be are refused", stray_delimiters_are_refused);
	test("fragments without length or end are refused", broken_fragments_are_refused);
	test("after a failure nothing more is read and the first error stays", failure_stays);
	return test_end();
}
