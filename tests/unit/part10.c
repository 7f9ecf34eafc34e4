/* SPDX-License-Identifier: MIT */
#include "dicom/part10.h"
#include "dataset.h"
#include "test.h"

#define CLASS "1.2.840.10008.5.1.4.1.1.7"
#define INSTANCE "1.2.3.45"
#define IMPLICIT "1.2.840.10008.1.2"
#define DEFLATED "1.2.840.10008.1.2.1.99"

static uint8_t room[200000];
static struct part10 head;
static struct part10_scan scan;
static struct inflate inflater;
static struct err err;

static struct buf file(void)
{
	return buf_on(room, sizeof room);
}

static enum part10_result read_all(const struct buf *b)
{
	err_clear(&err);
	return part10_read(buf_span(b), true, &head, &err);
}

static void put(struct buf *b, uint16_t element, const char *vr, const char *value)
{
	buf_u16le(b, 2), buf_u16le(b, element), buf_str(b, vr);
	buf_u16le(b, (uint16_t)strlen(value)), buf_str(b, value);
}

/* Preamble, and group 0002 with a group length that is off by so much; where the group ends. */
static uint64_t meta(struct buf *b, const char *syntax, uint32_t off)
{
	buf_fill(b, 0, 128);
	buf_str(b, "DICM");
	put(b, 0, "UL", "");
	b->n -= 2;
	buf_u16le(b, 4);
	const size_t mark = buf_open(b, 4);
	put(b, 2, "UI", CLASS " ");
	put(b, 3, "UI", INSTANCE);
	put(b, 0x10, "UI", syntax);
	put(b, 0x16, "AE", "MODALITY  ");
	struct buf length = buf_on(b->p + mark - 4, 4);
	buf_u32le(&length, (uint32_t)(b->n - mark) + off);
	return b->n;
}

static void data_set(struct buf *b, struct syntax syntax)
{
	struct make m = { .b = *b, .syntax = syntax };
	make_rich(&m);
	*b = m.b;
}

static void heads_are_written(void)
{
	static const uint8_t expected[] =
		"DICM"
		"\2\0\0\0UL\4\0\x98\0\0\0"
		"\2\0\1\0OB\0\0\2\0\0\0\0\1"
		"\2\0\2\0UI\x1a\0" CLASS "\0"
		"\2\0\3\0UI\x8\0" INSTANCE "\2\0\x10\0UI\x12\0" IMPLICIT "\0"
		"\2\0\x12\0UI\6\0"
		"1.2.99"
		"\2\0\x13\0SH\6\0"
		"OURS_1"
		"\2\0\x16\0AE\4\0"
		"ONE "
		"\2\0\x17\0AE\4\0"
		"FOUR"
		"\2\0\x18\0AE\2\0"
		"B ";
	struct buf b = file();
	const struct part10_meta m = { .sop_class = CLASS,
		.sop_instance = INSTANCE,
		.transfer_syntax = IMPLICIT,
		.implementation_class = "1.2.99",
		.implementation_version = "OURS_1",
		.source_aet = "ONE",
		.sending_aet = "FOUR",
		.receiving_aet = "B" };
	part10_write(&b, &m);
	CHECK_INT(b.n, 128 + sizeof expected - 1);
	CHECK_MEM(room + 128, expected, sizeof expected - 1);
	for (int i = 0; i < 128; i++)
		CHECK_INT(room[i], 0);
	CHECK_INT(room[128 + 4 + 8], b.n - 128 - 4 - 12);
	CHECK_INT(read_all(&b), PART10_OK);
	CHECK_INT(head.at, b.n);
	CHECK(head.preamble && head.meta && !head.length_wrong);
	CHECK_STR(head.sop_class, CLASS);
	CHECK_STR(head.sop_instance, INSTANCE);
	CHECK_STR(head.transfer_syntax, IMPLICIT);
	CHECK_STR(head.source_aet, "ONE");
}

static void longest_head_fits(void)
{
	char uid[65], title[17];
	memset(uid, '1', 64), memset(title, 'A', 16);
	uid[64] = title[16] = '\0';
	struct buf b = buf_on(room, PART10_META_MAX);
	part10_write(&b, &(struct part10_meta){ uid, uid, uid, uid, title, title, title, title });
	CHECK(buf_ok(&b));
	b = buf_on(room, 300);
	part10_write(&b, &(struct part10_meta){ uid, uid, uid, uid, title, title, title, title });
	CHECK(!buf_ok(&b));
}

static void any_beginning_asks_for_more(void)
{
	struct buf b = file();
	const uint64_t end = meta(&b, IMPLICIT, 0);
	data_set(&b, implicit_le);
	enum part10_result last = PART10_MORE;
	for (size_t n = 0; n < b.n; n++) {
		const enum part10_result r =
			part10_read(span_at(buf_span(&b), 0, n), false, &head, &err);
		CHECK(r == PART10_MORE || (r == PART10_OK && n >= end && head.at == end));
		CHECK(r >= PART10_OK && (last == PART10_MORE || r == PART10_OK));
		last = r;
	}
	CHECK_INT(last, PART10_OK);
	for (size_t n = 140; n < end - 20; n++) {
		err_clear(&err);
		const enum part10_result r =
			part10_read(span_at(buf_span(&b), 0, n), true, &head, &err);
		/* a whole file that ends between two meta elements has an empty data set */
		CHECK(r == PART10_OK ? head.at == n : r == PART10_BAD && err.text[0]);
	}
}

static void wrong_group_lengths_do_no_harm(void)
{
	static const uint32_t off[] = { 1, 100, (uint32_t)-1, (uint32_t)-50, 0x80000000 };
	for (size_t i = 0; i < sizeof off / sizeof *off; i++) {
		struct buf b = file();
		const uint64_t end = meta(&b, IMPLICIT, off[i]);
		data_set(&b, implicit_le);
		CHECK_INT(read_all(&b), PART10_OK);
		CHECK(head.length_wrong);
		CHECK_INT(head.at, end);
	}
	/* without it at all */
	struct buf b = file();
	buf_fill(&b, 0, 128);
	buf_str(&b, "DICM");
	put(&b, 0x10, "UI", IMPLICIT);
	const size_t end = b.n;
	data_set(&b, implicit_le);
	CHECK_INT(read_all(&b), PART10_OK);
	CHECK(head.length_wrong && head.meta);
	CHECK_INT(head.at, end);
	CHECK_STR(head.transfer_syntax, IMPLICIT);
}

/* What is deflated may begin with the very bytes of an element of group 0002. */
static void deflated_data_may_look_like_meta(void)
{
	struct buf b = file();
	const uint64_t end = meta(&b, DEFLATED, 0);
	put(&b, 0x16, "AE", "XX");
	CHECK_INT(read_all(&b), PART10_OK);
	CHECK_INT(head.at, end);
	CHECK_STR(head.source_aet, "MODALITY");
}

static void bare_data_sets_are_known(void)
{
	static const struct syntax *const syntaxes[] = { &implicit_le, &explicit_le, &explicit_be };
	for (int i = 0; i < 6; i++) {
		const struct syntax s = *syntaxes[i / 2];
		struct buf b = file();
		struct make m = { .b = b, .syntax = s, .group_lengths = i & 1 };
		make_rich(&m);
		b = m.b;
		for (int whole = 0; whole < 2; whole++) {
			CHECK_INT(part10_read(buf_span(&b), whole, &head, &err), PART10_OK);
			CHECK(!head.preamble && !head.meta);
			CHECK_INT(head.at, 0);
			CHECK_INT(head.guess.explicit_vr, s.explicit_vr);
			CHECK_INT(head.guess.big_endian, s.big_endian);
		}
		CHECK_INT(part10_read(span_at(buf_span(&b), 0, 100), false, &head, &err),
			PART10_MORE);
		/* behind a preamble, too */
		b = file();
		buf_fill(&b, 0, 128);
		buf_str(&b, "DICM");
		data_set(&b, s);
		CHECK_INT(read_all(&b), PART10_OK);
		CHECK_INT(head.at, 132);
		CHECK_INT(head.guess.explicit_vr, s.explicit_vr);
		CHECK_INT(head.guess.big_endian, s.big_endian);
	}
	struct make m = { .b = file(), .syntax = explicit_le }; /* one element is enough */
	make_text(&m, TAG_SOP_INSTANCE, "UI", INSTANCE);
	CHECK_INT(read_all(&m.b), PART10_OK);
	m = (struct make){ .b = file(), .syntax = implicit_le }; /* a sequence first */
	make_begin(&m, 0x00080006);
	make_begin(&m, TAG_ITEM);
	CHECK_INT(read_all(&m.b), PART10_OK);
}

static void meta_without_preamble(void)
{
	struct buf b = file();
	const uint64_t end = meta(&b, IMPLICIT, 0);
	data_set(&b, implicit_le);
	buf_eat(&b, 132);
	CHECK_INT(read_all(&b), PART10_OK);
	CHECK(!head.preamble && head.meta && !head.length_wrong);
	CHECK_INT(head.at, end - 132);
}

static void foreign_files_are_not_dicom(void)
{
	static const struct {
		const char *bytes;
		size_t n;
	} files[] = {
		{ "", 0 }, { "\x8\0", 2 }, { "\x8\0\5\0CS\2\0A", 9 }, /* cut within its value */
		{ "\x8\0\5\0\3\0\0\0ABC", 11 },                       /* an odd length */
		{ "\x8\0\x5\0\2\0\0\0ABgarbage.", 18 }, /* a second header that is none */
		{ "\x9\0\x10\0\4\0\0\0ABCD", 12 },      /* a private group first */
		{ "\x8\0\x18\0\2\0\0\0"
		  "1.\x8\0\x16\0\0\0\0\0",
			18 }, /* descending */
		{ "The quick brown fox jumps over the lazy dog", 43 },
		{ "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1", 20 },
		{ "\x7f"
		  "ELF\2\1\1\0\0\0\0\0\0\0\0\0",
			16 },
		{ "\x20\x8\0\5\0CS\xa\0ISO_IR 100", 19 }, /* pydicom's no_meta.dcm begins so */
	};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		if (part10_read(span_of(files[i].bytes, files[i].n), true, &head, &err) !=
			PART10_NOT_DICOM)
			TEST_NOTE("file %zu was taken", i);
	struct buf b = file();
	buf_fill(&b, 0, 5000);
	CHECK_INT(read_all(&b), PART10_NOT_DICOM);
	CHECK_INT(part10_read(buf_span(&b), false, &head, &err), PART10_NOT_DICOM);
}

static void broken_meta_is_told(void)
{
	char uid[80];
	memset(uid, '1', sizeof uid);
	uid[66] = '\0';
	struct buf b = file();
	meta(&b, uid, 0);
	CHECK_INT(read_all(&b), PART10_BAD);
	CHECK(strstr(err.text, "(0002,0010) is no UID") != NULL);
	b = file();
	meta(&b, IMPLICIT, 0);
	room[140 + 4 + 8 + 5] = '\0'; /* a NUL within the SOP class */
	CHECK_INT(read_all(&b), PART10_BAD);
	CHECK(strstr(err.text, "(0002,0002) is no UID") != NULL);
	b = file();
	meta(&b, IMPLICIT, 0);
	put(&b, 0x18, "a?", "");
	CHECK_INT(read_all(&b), PART10_BAD);
	CHECK(strstr(err.text, "garbled at byte") != NULL);
	b = file();
	meta(&b, IMPLICIT, 0);
	put(&b, 0x102, "OB", "");
	buf_u32le(&b, ELEM_UNDEFINED);
	CHECK_INT(read_all(&b), PART10_BAD);
	b.n -= 4;
	buf_u32le(&b, 1000000);
	CHECK_INT(read_all(&b), PART10_BAD);
	CHECK(strstr(err.text, "breaks off") != NULL);
	err_clear(&err);
	CHECK_INT(part10_read(buf_span(&b), false, &head, &err), PART10_MORE);
	buf_fill(&b, 0, 100000);
	CHECK_INT(part10_read(buf_span(&b), false, &head, &err), PART10_BAD);
	CHECK(strstr(err.text, "64 KB") != NULL);
}

static void scan_stops_early(void)
{
	static const size_t cuts[] = { 1, 7, 100000 };
	for (int i = 0; i < 6; i++) {
		const struct syntax s = i & 1 ? explicit_be : implicit_le;
		struct buf b = file();
		data_set(&b, s);
		memset(room + b.n - 40, 0xff, 40); /* what comes later is not looked at */
		part10_scan_init(&scan, s, NULL);
		enum part10_result r = PART10_MORE;
		for (size_t at = 0; r == PART10_MORE && at < b.n; at += cuts[i / 2])
			r = part10_scan(&scan, span_at(buf_span(&b), at, cuts[i / 2]));
		CHECK_INT(r, PART10_OK);
		CHECK(span_eq_str(elem_text(&scan.want[0]), CLASS));
		CHECK(span_eq_str(elem_text(&scan.want[1]), INSTANCE));
	}
}

static void scan_without_uids(void)
{
	struct make m = { .b = file(), .syntax = explicit_le };
	make_text(&m, 0x00080005, "CS", "AB");
	part10_scan_init(&scan, explicit_le, NULL);
	CHECK_INT(part10_scan(&scan, buf_span(&m.b)), PART10_MORE);
	CHECK(check_end(&scan.check));
	make_text(&m, TAG_PATIENT_ID, "LO", "ID");
	part10_scan_init(&scan, explicit_le, NULL);
	CHECK_INT(part10_scan(&scan, buf_span(&m.b)), PART10_OK);
	CHECK(!scan.want[0].seen && !scan.want[1].seen);
	part10_scan_init(&scan, implicit_le, NULL);
	CHECK_INT(part10_scan(&scan, span_of("\2\0\x10\0....", 8)), PART10_BAD);
	CHECK(strstr(scan.check.elem.err.text, "group 0002") != NULL);
	part10_scan_init(&scan, deflated_le, &inflater);
	CHECK_INT(part10_scan(&scan, span_str("\xff\xff\xff")), PART10_BAD);
	CHECK(strstr(scan.check.elem.err.text, "garbled") != NULL);
}

int main(void)
{
	test("a head has preamble, group length and every element of PS3.10", heads_are_written);
	test("the longest head fits PART10_META_MAX, and none is cut silently", longest_head_fits);
	test("a beginning asks for more, a whole file that breaks off is refused",
		any_beginning_asks_for_more);
	test("a wrong or missing group length does not move the data set",
		wrong_group_lengths_do_no_harm);
	test("deflated bytes that look like meta information are data",
		deflated_data_may_look_like_meta);
	test("bare data sets are known in each encoding", bare_data_sets_are_known);
	test("meta information without preamble is read", meta_without_preamble);
	test("what is not DICOM is not taken for it", foreign_files_are_not_dicom);
	test("broken meta information is told", broken_meta_is_told);
	test("a scan finds the UIDs and looks no further", scan_stops_early);
	test("a scan tells missing UIDs and broken data sets", scan_without_uids);
	return test_end();
}
