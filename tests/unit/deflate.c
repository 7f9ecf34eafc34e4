/* SPDX-License-Identifier: MIT */
/* Compressed vectors: made with Python's zlib.compressobj(9, DEFLATED, -15), level 0 for the stored. */
#include "dicom/check.h"
#include "dataset.h"
#include "test.h"

static struct inflate inflater;
static struct deflate deflater;
static struct check checker;
static uint8_t big[1 << 20], packed[1 << 20];

#define DICOM "dicom dicom dicom dicom!"
#define GZIP_TAIL "\x0a\x5b\xcb\xd9\x18\x00\x00\x00" /* CRC-32 and length */
static const uint8_t fixed[] = { 0x4b, 0xc9, 0x4c, 0xce, 0xcf, 0x55, 0x48, 0x41, 0x27, 0x15, 0x01 };
static const uint8_t stored[] = { 0x01, 0x06, 0x00, 0xf9, 0xff, 0x73, 0x74, 0x6f, 0x72, 0x65,
	0x64 };

/* Inflates pieces of cut bytes; the count of what came, -1 when it failed or had no end. */
static long inflate_cut(struct span in, size_t cut, struct buf *out)
{
	inflate_init(&inflater);
	for (size_t at = 0; at < in.n; at += cut) {
		struct span part = span_at(in, at, cut), piece;
		while (inflate_next(&inflater, &part, &piece)) {
			CHECK(piece.n <= INFLATE_PIECE);
			if (out)
				buf_bytes(out, piece);
		}
	}
	return inflate_end(&inflater) ? (long)inflater.given : -1;
}

static void vectors(void)
{
	for (size_t cut = 1; cut < 30; cut++) {
		uint8_t room[64];
		struct buf out = buf_on(room, sizeof room);
		CHECK_INT(inflate_cut(span_of(fixed, sizeof fixed), cut, &out), 24);
		CHECK(span_eq_str(buf_span(&out), DICOM));
		out = buf_on(room, sizeof room);
		CHECK_INT(inflate_cut(span_of(stored, sizeof stored), cut, &out), 6);
		CHECK(span_eq_str(buf_span(&out), "stored"));
	}
}

/* What may follow the end: nothing, a NUL, gzip's trailer of this very text. */
static void tails(void)
{
	static const struct {
		const char *tail;
		size_t n;
		bool allowed;
	} cases[] = {
		{ "", 0, true },
		{ "\0", 1, true },
		{ GZIP_TAIL, 8, true },
		{ GZIP_TAIL "\0", 9, true },
		{ "\1", 1, false },
		{ "\0\0", 2, false },
		{ "\0\0\0\0\0\0\0", 7, false },
		{ "\0\0\0\0\x19\0\0\0", 8, false },
		{ GZIP_TAIL "\1", 9, false },
		{ GZIP_TAIL "\0\0", 10, false },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (size_t cut = 1; cut < 40; cut += 6) {
			uint8_t room[64];
			struct buf in = buf_on(room, sizeof room);
			buf_bytes(&in, span_of(fixed, sizeof fixed));
			buf_bytes(&in, span_of(cases[i].tail, cases[i].n));
			const bool ok = inflate_cut(buf_span(&in), cut, NULL) == 24;
			if (ok != cases[i].allowed)
				TEST_NOTE("case %zu, cut %zu", i, cut);
			CHECK(ok || strstr(inflater.err.text, "follow the end"));
		}
}

static void cut_streams(void)
{
	for (size_t n = 0; n < sizeof fixed; n++) {
		CHECK_INT(inflate_cut(span_of(fixed, n), 5, NULL), -1);
		CHECK(strstr(inflater.err.text, "breaks off") != NULL);
	}
}

static void garbage(void)
{
	CHECK_INT(inflate_cut(span_of("\xff\xff\xff", 3), 1, NULL), -1);
	CHECK(strstr(inflater.err.text, "garbled") != NULL);
	struct span in = span_of(fixed, sizeof fixed), piece;
	CHECK(!inflate_next(&inflater, &in, &piece));
	CHECK_INT(in.n, sizeof fixed);
}

static size_t deflate_all(struct span in, size_t cut, size_t cap, struct buf *all)
{
	deflate_init(&deflater);
	for (size_t at = 0; at < in.n;) {
		uint8_t room[4096];
		struct buf out = buf_on(room, cap);
		struct span part = span_at(in, at, cut);
		const size_t shown = part.n;
		deflate_push(&deflater, &part, &out);
		CHECK(part.n == 0 || out.n == cap);
		at += shown - part.n;
		buf_bytes(all, buf_span(&out));
	}
	for (bool done = false; !done;) {
		uint8_t room[4096];
		struct buf out = buf_on(room, cap);
		done = deflate_end(&deflater, &out);
		buf_bytes(all, buf_span(&out));
	}
	CHECK_INT(deflater.given, all->n);
	CHECK(buf_ok(all));
	return all->n;
}

static void round_trips(void)
{
	static uint8_t data[300000], back[300000];
	uint32_t x = 1;
	for (size_t i = 0; i < sizeof data; i++) {
		x = x * 1664525 + 1013904223;
		data[i] = (uint8_t)(i % 50000 < 30000 ? x >> 24 & 15 : i / 7);
	}
	static const size_t cuts[] = { 100, 5000, sizeof data }, caps[] = { 1, 77, 4096 };
	for (int i = 0; i < 9; i++) {
		struct buf all = buf_on(packed, sizeof packed), out = buf_on(back, sizeof back);
		CHECK_INT(
			deflate_all(span_of(data, sizeof data), cuts[i / 3], caps[i % 3], &all) % 2,
			0);
		CHECK_INT(inflate_cut(buf_span(&all), cuts[2 - i / 3], &out), sizeof data);
		CHECK_MEM(back, data, sizeof data);
	}
}

/* A raw stream without compression is stored blocks (RFC 1951 3.2.4): five bytes before at most 65535. */
static void levels(void)
{
	static const char text[] = "to be or not to be, or to have been, and not to be again; ";
	static uint8_t prose[60000];
	size_t sizes[10];
	for (size_t i = 0; i < 60000; i++)
		prose[i] = (uint8_t)((size_t)text[i % (sizeof text - 1)] + i / 700 % 3);
	for (int level = 0; level < 10; level++) {
		struct buf all = buf_on(packed, sizeof packed);
		struct span in = span_of(prose, 60000);
		deflate_init(&deflater);
		deflate_level(&deflater, level);
		deflate_push(&deflater, &in, &all);
		CHECK(deflate_end(&deflater, &all));
		CHECK_INT(inflate_cut(buf_span(&all), all.n, NULL), 60000);
		sizes[level] = all.n;
	}
	CHECK(sizes[0] > 60000 && sizes[0] < 60100);
	CHECK(sizes[1] < 30000 && sizes[6] <= sizes[1] && sizes[9] <= sizes[6]);
	struct buf all = buf_on(packed, sizeof packed);
	struct span in = span_of(prose, 60000);
	deflate_init(&deflater);
	deflate_push(&deflater, &in, &all);
	CHECK(deflate_end(&deflater, &all));
	CHECK_INT(all.n, sizes[6]);
}

/* The last byte of input may bring more than a piece takes: the rest comes without further input. */
static void ends_are_brought_out(void)
{
	for (size_t n = INFLATE_PIECE - 300; n < INFLATE_PIECE + 600; n++) {
		struct buf all = buf_on(packed, sizeof packed);
		struct span zeros = span_of(big, n);
		deflate_init(&deflater);
		deflate_push(&deflater, &zeros, &all);
		CHECK(deflate_end(&deflater, &all));
		CHECK_INT(inflate_cut(buf_span(&all), all.n, NULL), n);
		CHECK_INT(inflate_cut(buf_span(&all), 1, NULL), n);
	}
}

/* 256 MB out of a quarter of one, in the memory of one struct. */
static void bombs(void)
{
	struct buf all = buf_on(packed, sizeof packed);
	deflate_init(&deflater);
	for (int i = 0; i < 256; i++) {
		struct span zeros = span_of(big, sizeof big);
		deflate_push(&deflater, &zeros, &all);
	}
	CHECK(deflate_end(&deflater, &all));
	CHECK(all.n < 300000);
	CHECK_INT(inflate_cut(buf_span(&all), 1000, NULL), 256L << 20);
	inflate_init(&inflater);
	inflater.limit = 1000000;
	struct span in = buf_span(&all), piece;
	uint64_t n = 0;
	while (inflate_next(&inflater, &in, &piece))
		n += piece.n;
	CHECK_INT(inflater.err.kind, ERR_LIMIT);
	CHECK(n <= 1000000 && all.n - in.n < 10000);
}

static void data_sets_are_checked(void)
{
	static uint8_t room[8192];
	struct make m = { 0 };
	const struct span data = make_data_set(&m, explicit_le, room, sizeof room);
	struct buf all = buf_on(packed, sizeof packed);
	deflate_all(data, 1000, 4096, &all);
	uint8_t uid[64];
	struct elem_want want = { .tag = TAG_SOP_INSTANCE, .room = { uid, sizeof uid } };
	check_init(&checker, deflated_le, &inflater, &want, 1);
	for (size_t at = 0; at < all.n; at += 10)
		CHECK(check_pass(&checker, span_at(buf_span(&all), at, 10)));
	CHECK(check_end(&checker));
	CHECK(span_eq_str(elem_value(&want), "1.2.3.45"));
	CHECK_INT(checker.elem.at, data.n);

	check_init(&checker, deflated_le, &inflater, NULL, 0);
	CHECK(check_pass(&checker, span_at(buf_span(&all), 0, all.n / 2)));
	CHECK(!check_end(&checker));
	CHECK(strstr(checker.elem.err.text, "deflated data set breaks off") != NULL);

	all = buf_on(packed, sizeof packed);
	deflate_all(span_at(data, 0, data.n - 3), 1000, 4096, &all);
	check_init(&checker, deflated_le, &inflater, NULL, 0);
	CHECK(check_pass(&checker, buf_span(&all)));
	CHECK(!check_end(&checker));
	CHECK(strstr(checker.elem.err.text, "3 more bytes") != NULL);
}

int main(void)
{
	test("streams that zlib made elsewhere inflate, however cut", vectors);
	test("after the end one NUL or gzip's trailer may follow, nothing else", tails);
	test("a stream cut anywhere has no end", cut_streams);
	test("garbage is refused, and stays refused", garbage);
	test("what is deflated inflates to the same, has even length, and fits any output",
		round_trips);
	test("level 0 stores, higher ones take no more room, and 6 is the usual one", levels);
	test("what a last byte holds comes out, whatever the size", ends_are_brought_out);
	test("a bomb comes out in small pieces and stops at the limit", bombs);
	test("deflated data sets are checked to both their ends", data_sets_are_checked);
	return test_end();
}
