/* SPDX-License-Identifier: MIT */
/* Values changed in a data set that streams by. What is expected is written out byte by byte. */
#include "dicom/edit.h"

#include "test.h"

static const struct syntax explicit_le = { .explicit_vr = true };
static const struct syntax implicit_le = { 0 };
static const struct syntax explicit_be = { .explicit_vr = true, .big_endian = true };
static const struct edit_value values[] = {
	{ 0x00080018, VR_UI, "1.2.345" },
	{ 0x00100020, VR_LO, "NEW" },
};

#define BYTES(s) span_of(s, sizeof(s) - 1)

/* The data set with the values changed, handed over in pieces of cut bytes. */
static struct span changed(
	struct syntax syntax, struct span set, size_t cut, struct edit *e, struct err *err)
{
	static uint8_t room[1024];
	struct buf out = buf_on(room, sizeof room);
	bool more = true;
	edit_init(e, syntax, values, 2);
	for (size_t at = 0; more && at < set.n; at += cut)
		more = edit_look(e, span_at(set, at, cut), err);
	edit_found(e, 0);
	for (size_t at = 0; err->kind == ERR_NONE && at < set.n; at += cut) {
		struct span in = span_at(set, at, cut), next;
		while ((next = edit_peek(e, &in)).n) {
			next = span_at(next, 0, cut);
			buf_bytes(&out, next);
			edit_passed(e, &in, next.n);
		}
	}
	CHECK(buf_ok(&out));
	return buf_span(&out);
}

static void check(struct syntax syntax, struct span set, struct span want)
{
	for (size_t cut = 1; cut <= set.n; cut++) {
		struct edit e;
		struct err err = { 0 };
		const struct span got = changed(syntax, set, cut, &e, &err);
		CHECK_INT(err.kind, ERR_NONE);
		CHECK_INT(got.n, want.n);
		CHECK(span_eq(got, want));
	}
}

#define CLASS_LE               \
	"\x08\0\x16\0UI\x04\0" \
	"1.2\0"
#define BEHIND_LE "\x10\0\x40\0CS\x02\0M "

static void explicit_values(void)
{
	check(explicit_le,
		BYTES(CLASS_LE "\x08\0\x18\0UI\x04\0"
			       "9.8\0"
			       "\x10\0\x20\0LO\0\0" BEHIND_LE),
		BYTES(CLASS_LE "\x08\0\x18\0UI\x08\0"
			       "1.2.345\0"
			       "\x10\0\x20\0LO\x04\0NEW " BEHIND_LE));
}

static void implicit_values(void)
{
	check(implicit_le,
		BYTES("\x08\0\x18\0\x04\0\0\0"
		      "9.8\0"
		      "\x10\0\x40\0\x02\0\0\0M "),
		BYTES("\x08\0\x18\0\x08\0\0\0"
		      "1.2.345\0"
		      "\x10\0\x40\0\x02\0\0\0M "));
}

static void big_endian_values(void)
{
	check(explicit_be,
		BYTES("\0\x08\0\x18UI\0\x04"
		      "9.8\0"
		      "\0\x10\0\x40"
		      "CS\0\x02M "),
		BYTES("\0\x08\0\x18UI\0\x08"
		      "1.2.345\0"
		      "\0\x10\0\x40"
		      "CS\0\x02M "));
}

static void group_lengths(void)
{
	check(explicit_le,
		BYTES("\x08\0\0\0UL\x04\0\x0c\0\0\0"
		      "\x08\0\x18\0UI\x04\0"
		      "9.8\0"
		      "\x09\0\0\0UL\x04\0\0\0\0\0"),
		BYTES("\x08\0\x18\0UI\x08\0"
		      "1.2.345\0"
		      "\x09\0\0\0UL\x04\0\0\0\0\0"));
}

static void at_the_end(void)
{
	check(explicit_le,
		BYTES(CLASS_LE "\x08\0\x18\0UI\x04\0"
			       "9.8\0"),
		BYTES(CLASS_LE "\x08\0\x18\0UI\x08\0"
			       "1.2.345\0"));
}

static void in_items(void)
{
	const struct span set =
		BYTES(CLASS_LE "\x08\0\x40\x11SQ\0\0\xff\xff\xff\xff\xfe\xff\0\xe0\xff\xff\xff\xff"
			       "\x08\0\x18\0UI\x04\0"
			       "9.8\0"
			       "\xfe\xff\x0d\xe0\0\0\0\0"
			       "\xfe\xff\xdd\xe0\0\0\0\0" BEHIND_LE);
	check(explicit_le, set, set);
}

static void absent(void)
{
	struct edit e;
	struct err err = { 0 };
	const struct span set = BYTES(CLASS_LE "\x08\0\x18\0UI\x04\0"
					       "9.8\0" BEHIND_LE);
	changed(explicit_le, set, set.n, &e, &err);
	CHECK(edit_found(&e, 0));
	CHECK(!edit_found(&e, 1));
	check(explicit_le, BYTES(BEHIND_LE), BYTES(BEHIND_LE));
}

static void twice(void)
{
	check(explicit_le,
		BYTES("\x08\0\x18\0UI\x04\0"
		      "9.8\0"
		      "\x08\0\x18\0UI\x04\0"
		      "7.6\0" BEHIND_LE),
		BYTES("\x08\0\x18\0UI\x08\0"
		      "1.2.345\0"
		      "\x08\0\x18\0UI\x04\0"
		      "7.6\0" BEHIND_LE));
}

static void broken(void)
{
	struct edit e;
	struct err err = { 0 };
	const struct span set = BYTES(CLASS_LE "\x08\0\x18\0"
					       "\x01\x02\x04\0"
					       "9.8\0" BEHIND_LE);
	changed(explicit_le, set, set.n, &e, &err);
	CHECK_INT(err.kind, ERR_INPUT);
}

static void too_long(void)
{
	static char text[1100];
	const struct edit_value large[] = { { 0x00080016, VR_UI, text } };
	struct edit e;
	struct err err = { 0 };
	memset(text, '1', sizeof text - 1);
	edit_init(&e, explicit_le, large, 1);
	CHECK(!edit_look(&e, BYTES(CLASS_LE), &err));
	CHECK_INT(err.kind, ERR_USAGE);
}

/* Values of so many groups, each with its length, that there are not places enough. */
static void too_many(void)
{
	struct edit_value many[12];
	uint8_t room[12 * 24];
	struct buf set = buf_on(room, sizeof room);
	struct edit e;
	struct err err = { 0 };
	for (unsigned i = 0; i < 12; i++) {
		many[i] = (struct edit_value){ (0x10 + 2 * i) << 16 | 0x10, VR_LO, "x" };
		buf_u16le(&set, (uint16_t)(0x10 + 2 * i));
		buf_bytes(&set, BYTES("\0\0UL\x04\0\0\0\0\0"));
		buf_u16le(&set, (uint16_t)(0x10 + 2 * i));
		buf_bytes(&set, BYTES("\x10\0LO\x02\0ab"));
	}
	edit_init(&e, explicit_le, many, 12);
	CHECK(!edit_look(&e, buf_span(&set), &err));
	CHECK_INT(err.kind, ERR_INPUT);
}

static void nothing(void)
{
	struct edit e;
	struct err err = { 0 };
	edit_init(&e, explicit_le, values, 0);
	struct span in = BYTES(CLASS_LE);
	CHECK(!edit_look(&e, in, &err));
	CHECK_INT(err.kind, ERR_NONE);
	CHECK_INT(edit_peek(&e, &in).n, sizeof CLASS_LE - 1);
}

int main(void)
{
	test("values are changed and padded in explicit VR, all else stays", explicit_values);
	test("in implicit VR", implicit_values);
	test("in big endian", big_endian_values);
	test("lengths of groups that change are left out, others stay", group_lengths);
	test("the last element is changed too", at_the_end);
	test("elements of items are not changed", in_items);
	test("what is not there is not added, and can be asked", absent);
	test("of an element that stands twice the first is changed", twice);
	test("a broken head is refused", broken);
	test("values without room are refused", too_long);
	test("more places than there is room for are refused", too_many);
	test("without values nothing is looked for", nothing);
	return test_end();
}
