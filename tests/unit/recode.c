/* SPDX-License-Identifier: MIT */
#include "dicom/recode.h"
#include "dataset.h"
#include "test.h"

static struct recode recode;
static struct deflate deflater;
static struct inflate inflater;
static uint8_t source[1 << 17], target[1 << 17], result[1 << 18], packed[1 << 17];

static const struct syntax *const syntaxes[] = { &implicit_le, &explicit_le, &explicit_be,
	&deflated_le };

static struct make begin(struct syntax syntax, uint8_t *room)
{
	return (struct make){ .b = buf_on(room, sizeof source), .syntax = syntax };
}

static struct span deflated(struct span plain)
{
	struct buf out = buf_on(packed, sizeof packed);
	deflate_init(&deflater);
	deflate_push(&deflater, &plain, &out);
	CHECK(deflate_end(&deflater, &out));
	return buf_span(&out);
}

/* Inflates in place of the result. */
static struct span inflated(struct span in)
{
	struct buf out = buf_on(packed, sizeof packed);
	struct span piece;
	inflate_init(&inflater);
	while (inflate_next(&inflater, &in, &piece))
		buf_bytes(&out, piece);
	CHECK(inflate_end(&inflater) && buf_ok(&out));
	return buf_span(&out);
}

static struct recode_style style = RECODE_AS_USUAL;

/* Recodes with pieces of cut bytes into outputs of cap bytes. False: it failed. */
static bool recode_cut(struct span in, struct syntax from, struct syntax to, size_t cut, size_t cap,
	struct buf *all)
{
	static uint8_t piece[1 << 17];
	*all = buf_on(result, sizeof result);
	if (!recode_init(&recode, from, to, NULL, 0))
		return false;
	recode_style(&recode, &style);
	for (size_t at = 0; at < in.n;) {
		struct span part = span_at(in, at, cut);
		const size_t shown = part.n;
		struct buf out = buf_on(piece, cap);
		if (!recode_push(&recode, &part, &out))
			return false;
		CHECK(part.n == 0 || buf_room(&out).n < RECODE_ROOM);
		at += shown - part.n;
		buf_bytes(all, buf_span(&out));
	}
	for (bool done = false; !done;) {
		struct buf out = buf_on(piece, cap);
		done = recode_end(&recode, &out);
		if (recode.err.kind != ERR_NONE)
			return false;
		buf_bytes(all, buf_span(&out));
	}
	return buf_ok(all);
}

static bool recodes(const struct make *m, struct syntax to)
{
	struct buf all;
	return recode_cut(buf_span(&m->b), m->syntax, to, m->b.n + 1, 1 << 16, &all);
}

/* The recoded bytes are those of want. */
static void gives(const struct make *m, const struct make *want)
{
	if (!recodes(m, want->syntax))
		TEST_NOTE("%s", recode.err.text);
	CHECK_MEM(result, want->b.p, want->b.n);
}

/* One pair: whatever the pieces, the bytes are those that the maker writes in the target. */
static void pair(struct syntax from, struct syntax to, bool sized)
{
	static const size_t cuts[] = { 1, 2, 3, 5, 7, 100, 1 << 16 };
	const bool copied = from.explicit_vr == to.explicit_vr && from.big_endian == to.big_endian;
	struct make m = { .sized = sized, .no_private = sized, .group_lengths = true };
	struct make want =
		copied ? m : (struct make){ .no_private = sized, .vrs_lost = !from.explicit_vr };
	const struct span expected = make_data_set(&want, to, target, sizeof target);
	for (unsigned i = 0; i < 14; i++) {
		const size_t cut = cuts[i / 2], cap = i & 1 ? RECODE_ROOM + i : 1 << 16;
		struct span in = make_data_set(&m, from, source, sizeof source);
		if (from.deflated)
			in = deflated(in);
		struct buf all;
		if (!recode_cut(in, from, to, cut, cap, &all)) {
			TEST_NOTE("%s", recode.err.text);
			return;
		}
		if (to.deflated)
			CHECK_INT(all.n % 2, 0);
		if (!span_eq(to.deflated ? inflated(buf_span(&all)) : buf_span(&all), expected))
			TEST_NOTE("explicit %d big %d to explicit %d big %d, cut %zu, out %zu: "
				  "other bytes",
				from.explicit_vr, from.big_endian, to.explicit_vr, to.big_endian,
				cut, cap);
	}
}

static void each_to_each(void)
{
	for (unsigned i = 0; i < 32; i++)
		pair(*syntaxes[i & 3], *syntaxes[i >> 2 & 3], i >> 4);
}

static void round_trip(void)
{
	struct make m = { .vrs_lost = true };
	struct span data = make_data_set(&m, implicit_le, source, sizeof source);
	static const struct syntax *const way[] = { &implicit_le, &explicit_be, &deflated_le,
		&explicit_le, &explicit_be, &implicit_le };
	static uint8_t at[sizeof result];
	struct buf all;
	memcpy(at, data.p, data.n);
	size_t n = data.n;
	for (int i = 0; i < 5; i++) {
		REQUIRE(recode_cut(span_of(at, n), *way[i], *way[i + 1], 1000, 500, &all));
		n = all.n;
		memcpy(at, result, n);
	}
	CHECK_INT(n, data.n);
	CHECK_MEM(at, data.p, data.n);
}

static void unknown_keeps_its_bytes(void)
{
	struct make m = begin(implicit_le, source), want = begin(explicit_be, target);
	make_text(&m, 0x00091001, "US", "\1\2\3\4");
	make_text(&m, 0x00104711, "US", "\1\2"); /* even, but not in the dictionary */
	make_text(&want, 0x00091001, "UN", "\1\2\3\4");
	make_text(&want, 0x00104711, "UN", "\1\2");
	gives(&m, &want);
	m = begin(explicit_be, source), want = begin(implicit_le, target);
	make_text(&m, 0x00091001, "UN", "\1\2\3\4");
	make_text(&m, 0x00091002, "US", "\1\2\3\4");
	make_text(&m, 0x00091003, "ZZ", "\1\2\3\4");
	make_text(&want, 0x00091001, "UN", "\1\2\3\4");
	make_text(&want, 0x00091002, "US", "\2\1\4\3");
	make_text(&want, 0x00091003, "ZZ", "\1\2\3\4");
	gives(&m, &want);
}

/* PS3.5 6.2.2: what does not fit the 16-bit length of its VR becomes UN. */
static void long_values_become_unknown(void)
{
	static const uint32_t lengths[] = { 65534, 65536, 70000 };
	for (int i = 0; i < 6; i++) {
		const uint32_t length = lengths[i / 2];
		struct make m = begin(implicit_le, source);
		struct make want = begin(i & 1 ? explicit_be : explicit_le, target);
		make_head(&m, 0x00281101, "US", length);
		make_head(&want, 0x00281101, i / 2 ? "UN" : "US", length);
		for (uint32_t at = 0; at < length; at++) {
			buf_u8(&m.b, (uint8_t)at);
			buf_u8(&want.b, (uint8_t)(i == 1 ? at ^ 1 : at));
		}
		gives(&m, &want);
	}
}

static void unknown_sequences_become_sequences(void)
{
	for (int i = 0; i < 3; i++) {
		const struct syntax to = *syntaxes[i];
		struct make m = begin(explicit_le, source), want = begin(to, target);
		m.syntax = i == 1 ? explicit_be : explicit_le;
		const struct syntax from = m.syntax;
		make_head(&m, 0x00091010, "UN", ELEM_UNDEFINED);
		m.syntax = implicit_le;
		for (int side = 0; side < 2; side++) {
			struct make *const w = side ? &want : &m;
			if (side)
				make_begin(w, 0x00091010);
			const size_t item = make_begin(w, TAG_ITEM);
			make_short(w, 0x00280010, "US", 0x102);
			make_text(w, 0x00091011, "UN", "\1\2");
			make_end(w, item, TAG_ITEM_END);
			make_tag(w, TAG_SEQUENCE_END), make_32(w, 0);
		}
		m.syntax = from;
		gives(&m, &want);
	}
}

/* PS3.5 A.1 and 8.3: the choices of the dictionary hang on what was seen before. */
static void choices_are_settled(void)
{
	for (int is_signed = 0; is_signed < 2; is_signed++) {
		struct make m = begin(implicit_le, source), want = begin(explicit_be, target);
		for (int side = 0; side < 2; side++) {
			struct make *const w = side ? &want : &m;
			make_short(w, 0x00280103, "US", (uint16_t)is_signed);
			make_short(w, 0x00280106, is_signed ? "SS" : "US", 5);
			const size_t sequence = make_begin(w, 0x54000100);
			size_t item = make_begin(w, TAG_ITEM);
			make_short(w, 0x54001004, "US", 16);
			make_numbers(w, 0x54001010, "OW", 2, 3);
			make_end(w, item, TAG_ITEM_END);
			item = make_begin(w, TAG_ITEM);
			make_short(w, 0x54001004, "US", 8);
			make_text(w, 0x54001010, "OB", "\1\2\3\4");
			make_end(w, item, TAG_ITEM_END);
			item = make_begin(w, TAG_ITEM); /* the 8 bits before are not its own */
			make_numbers(w, 0x54001010, "OW", 2, 3);
			make_end(w, item, TAG_ITEM_END);
			make_end(w, sequence, TAG_SEQUENCE_END);
			make_numbers(w, 0x60003000, "OW", 2, 2);
			make_numbers(w, TAG_PIXEL_DATA, "OW", 2, 2);
		}
		gives(&m, &want);
	}
}

/* ---- refusals */

static void refuses(const struct make *m, struct syntax to, const char *words)
{
	if (recodes(m, to))
		TEST_NOTE("it was recoded, not refused for %s", words);
	else if (!strstr(recode.err.text, words))
		TEST_NOTE("\"%s\" says not \"%s\"", recode.err.text, words);
}

static void impossible_syntaxes_are_refused(void)
{
	static const struct syntax implicit_be = { .big_endian = true };
	static const struct syntax implicit_deflated = { .deflated = true };
	CHECK(!recode_init(&recode, encapsulated_le, explicit_le, NULL, 0));
	CHECK_INT(recode.err.kind, ERR_USAGE);
	CHECK(!recode_init(&recode, explicit_le, encapsulated_le, NULL, 0));
	CHECK(!recode_init(&recode, explicit_le, implicit_be, NULL, 0));
	CHECK(!recode_init(&recode, implicit_deflated, explicit_le, NULL, 0));
	struct span in = span_str("1234");
	struct buf out = buf_on(result, sizeof result);
	CHECK(!recode_push(&recode, &in, &out) && !recode_end(&recode, &out));
	CHECK_INT(out.n, 0);
}

static void fragments_are_refused(void)
{
	struct make m = begin(explicit_le, source);
	make_head(&m, TAG_PIXEL_DATA, "OB", ELEM_UNDEFINED);
	make_tag(&m, TAG_SEQUENCE_END), make_32(&m, 0);
	refuses(&m, implicit_le, "in fragments");
	refuses(&m, explicit_be, "in fragments");
}

static void contradictions_are_refused(void)
{
	struct make m = begin(explicit_le, source);
	make_end(&m, make_begin(&m, TAG_PATIENT_ID), TAG_SEQUENCE_END);
	refuses(&m, implicit_le, "(0010,0020) contradicts the data dictionary in being a sequence");
	CHECK(recodes(&m, explicit_be));
	m = begin(explicit_le, source);
	make_text(&m, 0x00081140, "LO", "text");
	refuses(&m, implicit_le,
		"(0008,1140) contradicts the data dictionary in being not a sequence");
	CHECK(recodes(&m, explicit_be));
}

static void broken_words_are_refused(void)
{
	struct make m = begin(explicit_le, source);
	make_text(&m, TAG_PIXEL_DATA, "OW", "abc");
	refuses(&m, explicit_be, "(7fe0,0010) has 3 bytes");
	CHECK(recodes(&m, implicit_le));
	m = begin(explicit_be, source);
	make_text(&m, 0x00186020, "FD", "abcd");
	refuses(&m, explicit_le, "(0018,6020) has 4 bytes");
}

static void broken_input_is_refused(void)
{
	static const struct syntax *const from[] = { &implicit_le, &explicit_be };
	for (int i = 0; i < 2; i++) {
		struct make m = { 0 };
		const struct span data = make_data_set(&m, *from[i], source, sizeof source);
		m.b.n = data.n - 1;
		refuses(&m, explicit_le, "(7fe0,0010): the data set breaks off: 1 more bytes");
		m.b.n = 13;
		refuses(&m, explicit_le, "breaks off");
		m.b.n = 0;
		refuses(&m, deflated_le, "empty");
	}
	struct make m = { 0 };
	const struct span packed_set =
		deflated(make_data_set(&m, explicit_le, source, sizeof source));
	struct buf all;
	for (size_t n = 0; n < packed_set.n - 1; n++) {
		uint8_t copy[4096];
		memcpy(copy, packed_set.p, n);
		CHECK(!recode_cut(span_of(copy, n), deflated_le, implicit_le, 50, 1000, &all));
		CHECK(strstr(recode.err.text, "breaks off") != NULL);
	}
}

#define EXPLICIT_UN                                                                                     \
	"\x08\0\x40\x11UN\0\0\x10\0\0\0\xfe\xff\0\xe0\x08\0\0\0\x08\0\x55\x11\0\0\0\0" /* a sequence */ \
	"\x18\0\x50\0UN\0\0\x04\0\0\0"                                                                  \
	"1.5 "                                                                                          \
	"\x28\0\x06\x01UN\0\0\x02\0\0\0\x01\x02"                                                        \
	"\x40\0\x60\xa1UT\0\0\x02\0\0\0ab"                                                              \
	"\x01\x70\x01\x10UN\0\0\x02\0\0\0xy"

/* By hand from PS3.5 6.2.2 and 7.1.2. */
static void styled(struct syntax to, bool known, bool old, const void *want, size_t n)
{
	static const char in[] = EXPLICIT_UN;
	struct buf all;
	style.known_vrs = known;
	style.old_vrs = old;
	for (size_t cut = 1; cut < 40; cut += 13)
		if (!recode_cut(span_of(in, sizeof in - 1), explicit_le, to, cut, 1000, &all))
			TEST_NOTE("%s", recode.err.text);
		else if (!span_eq(buf_span(&all), span_of(want, n)))
			TEST_NOTE("known %d old %d big %d: other bytes", known, old, to.big_endian);
	style = (struct recode_style)RECODE_AS_USUAL;
}

static void vrs_change_on_request(void)
{
	static const char kept[] = EXPLICIT_UN;
	static const char known[] =
		"\x08\0\x40\x11SQ\0\0\xff\xff\xff\xff\xfe\xff\0\xe0\xff\xff\xff\xff"
		"\x08\0\x55\x11UI\0\0\xfe\xff\x0d\xe0\0\0\0\0\xfe\xff\xdd\xe0\0\0\0\0"
		"\x18\0\x50\0DS\x04\0"
		"1.5 "
		"\x28\0\x06\x01US\x02\0\x01\x02"
		"\x40\0\x60\xa1UT\0\0\x02\0\0\0ab"
		"\x01\x70\x01\x10UN\0\0\x02\0\0\0xy";
	static const char known_big[] =
		"\0\x08\x11\x40SQ\0\0\xff\xff\xff\xff\xff\xfe\xe0\0\xff\xff\xff\xff"
		"\0\x08\x11\x55UI\0\0\xff\xfe\xe0\x0d\0\0\0\0\xff\xfe\xe0\xdd\0\0\0\0"
		"\0\x18\0\x50"
		"DS\0\x04"
		"1.5 "
		"\0\x28\x01\x06US\0\x02\x02\x01"
		"\0\x40\xa1\x60OB\0\0\0\0\0\x02"
		"ab"
		"\x70\x01\x10\x01OB\0\0\0\0\0\x02xy";
	styled(explicit_le, false, false, kept, sizeof kept - 1);
	styled(explicit_le, true, false, known, sizeof known - 1);
	styled(explicit_be, true, true, known_big, sizeof known_big - 1);
	char old[sizeof kept];
	memcpy(old, kept, sizeof old);
	for (size_t i = 0; i + 1 < sizeof old; i++)
		if (memcmp(old + i, "UN", 2) == 0 || memcmp(old + i, "UT", 2) == 0)
			memcpy(old + i, "OB", 2);
	styled(explicit_le, false, true, old, sizeof old - 1);
}

static void broken_unknown_is_refused(void)
{
	static const char in[] = "\x08\0\x40\x11UN\0\0\x04\0\0\0abcd"; /* no item */
	struct buf all;
	style.known_vrs = true;
	CHECK(!recode_cut(span_of(in, sizeof in - 1), explicit_le, explicit_le, 100, 1000, &all));
	CHECK(strstr(recode.err.text, "(0008,1140)") != NULL);
	style = (struct recode_style)RECODE_AS_USUAL;
	CHECK(recode_cut(span_of(in, sizeof in - 1), explicit_le, explicit_le, 100, 1000, &all));
}

int main(void)
{
	test("on request UN becomes what the dictionary knows, and new VRs become OB",
		vrs_change_on_request);
	test("what is no sequence behind UN, and should be, is refused", broken_unknown_is_refused);
	test("each uncompressed transfer syntax recodes to each, however cut", each_to_each);
	test("through all transfer syntaxes and back, every byte is the same", round_trip);
	test("UN and VRs that are not known keep their bytes, known VRs turn them",
		unknown_keeps_its_bytes);
	test("values over 64 KB whose VR has a 16-bit length become UN",
		long_values_become_unknown);
	test("sequences of VR UN become SQ with recoded items", unknown_sequences_become_sequences);
	test("pixel representation and waveform bits decide between VRs", choices_are_settled);
	test("compressed, and impossible, transfer syntaxes are refused",
		impossible_syntaxes_are_refused);
	test("fragments under an uncompressed transfer syntax are refused", fragments_are_refused);
	test("to implicit VR, what contradicts the dictionary is refused",
		contradictions_are_refused);
	test("values that are no whole number of words are refused where they must turn",
		broken_words_are_refused);
	test("a broken data set is refused with its place, deflated or not",
		broken_input_is_refused);
	return test_end();
}
