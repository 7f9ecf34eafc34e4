/* SPDX-License-Identifier: MIT */
/* Values changed and VRs replaced in data sets with encapsulated pixel data (PS3.5 A.4), which stays as it is. What is
 * expected is written out byte by byte. */
#include "dicom/recode.h"

#include "test.h"

#define BYTES(s) span_of(s, sizeof(s) - 1)
#define FRAMES                                                       \
	"\xe0\x7f\x10\0OB\0\0\xff\xff\xff\xff\xfe\xff\0\xe0\0\0\0\0" \
	"\xfe\xff\0\xe0\x0a\0\0\0\x08\0\x18\0UI\x02\0"               \
	"9\0"                                                        \
	"\xfe\xff\0\xe0\x04\0\0\0\xfe\xff\xdd\xe0"                   \
	"\xfe\xff\xdd\xe0\0\0\0\0"

static const struct syntax encapsulated = { .explicit_vr = true, .encapsulated = true };
static const struct syntax plain = { .explicit_vr = true };
static const struct edit_value values[] = {
	{ 0x00080018, VR_UI, "1.2.345" },
	{ 0x00100020, VR_LO, "NEW" },
};
static struct recode recode;
static struct edit edit;
static uint8_t result[1024];

/* Recoded in pieces of cut bytes. False: it failed. */
static bool recoded(struct span set, size_t cut, bool edits, bool old, struct buf *out)
{
	struct err err = { 0 };
	const struct recode_style style = { .old_vrs = old, .level = -1 };
	bool more = edits;
	*out = buf_on(result, sizeof result);
	if (!recode_init(&recode, encapsulated, encapsulated, NULL, 0))
		return false;
	recode_style(&recode, &style);
	edit_init(&edit, encapsulated, values, 2);
	for (size_t at = 0; more && at < set.n; at += cut)
		more = edit_look(&edit, span_at(set, at, cut), &err);
	CHECK_INT(err.kind, ERR_NONE);
	edit_found(&edit, 0);
	if (edits)
		recode_edit(&recode, &edit);
	for (size_t at = 0; at < set.n; at += cut) {
		struct span in = span_at(set, at, cut);
		if (!recode_push(&recode, &in, out))
			return false;
		CHECK_INT(in.n, 0);
	}
	return recode_end(&recode, out);
}

static void gives(struct span set, bool edits, bool old, struct span want)
{
	for (size_t cut = 1; cut <= set.n; cut++) {
		struct buf out;
		if (!recoded(set, cut, edits, old, &out))
			TEST_NOTE("pieces of %zu bytes: %s", cut, recode.err.text);
		CHECK(span_eq(buf_span(&out), want));
	}
}

static void values_change(void)
{
	gives(BYTES("\x08\0\x18\0UI\x04\0"
		    "1.2\0"
		    "\x10\0\x20\0LO\x02\0O " FRAMES),
		true, false,
		BYTES("\x08\0\x18\0UI\x08\0"
		      "1.2.345\0"
		      "\x10\0\x20\0LO\x04\0NEW " FRAMES));
}

static void fragments_are_no_elements(void)
{
	gives(BYTES("\x08\0\x60\0CS\x02\0CT" FRAMES), true, false,
		BYTES("\x08\0\x60\0CS\x02\0CT" FRAMES));
}

static void vrs_change(void)
{
	gives(BYTES("\x08\0\x18\0UI\x04\0"
		    "1.2\0"
		    "\x40\0\x60\xa1UT\0\0\x02\0\0\0ab" FRAMES),
		false, true,
		BYTES("\x08\0\x18\0UI\x04\0"
		      "1.2\0"
		      "\x40\0\x60\xa1OB\0\0\x02\0\0\0ab" FRAMES));
	gives(BYTES("\x08\0\x18\0UI\x04\0"
		    "1.2\0"
		    "\x40\0\x60\xa1UT\0\0\x02\0\0\0ab" FRAMES),
		true, true,
		BYTES("\x08\0\x18\0UI\x08\0"
		      "1.2.345\0"
		      "\x40\0\x60\xa1OB\0\0\x02\0\0\0ab" FRAMES));
}

static void not_to_another(void)
{
	CHECK(!recode_init(&recode, encapsulated, plain, NULL, 0));
	CHECK_INT(recode.err.kind, ERR_USAGE);
	CHECK(!recode_init(&recode, plain, encapsulated, NULL, 0));
	CHECK_INT(recode.err.kind, ERR_USAGE);
}

static void broken(void)
{
	struct buf out;
	CHECK(!recoded(BYTES("\x08\0\x18\0UI\x04\0"
			     "1.2\0"
			     "\x40\0\x60\xa1UT\0\0\x09\0\0\0ab"),
		7, true, true, &out));
	CHECK_INT(recode.err.kind, ERR_INPUT);
	CHECK(!recoded(BYTES("\xe0\x7f\x10\0OB\0\0\xff\xff\xff\xff\xfe\xff\0\xe0\0\0\0\0"), 7,
		false, true, &out));
	CHECK_INT(recode.err.kind, ERR_INPUT);
}

int main(void)
{
	test("values are changed before encapsulated pixel data, and its fragments stay",
		values_change);
	test("what looks like an element within a fragment is none", fragments_are_no_elements);
	test("new VRs become OB beside encapsulated pixel data, with values changed and without",
		vrs_change);
	test("encapsulated pixel data goes to no other encoding", not_to_another);
	test("a data set that breaks off is refused, encapsulated or not", broken);
	return test_end();
}
