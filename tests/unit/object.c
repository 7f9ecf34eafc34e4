/* SPDX-License-Identifier: MIT */
/* Objects in files: what is found out about them, and how they stream. Data sets are written by
 * dataset.h, so what a recoded one must read is known without the code under test. */
#define _GNU_SOURCE
#include "dataset.h"
#include "dicom/part10.h"
#include "dicom/uid.h"
#include "io/object.h"
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECONDARY "1.2.840.10008.5.1.4.1.1.7"
enum { PAD = 200000 };

static char name[] = "/tmp/dcmsec-object-XXXXXX";
static uint8_t room[2][PAD + 10000];
static struct object_info info;
static struct err e;

static void put(struct span s)
{
	const int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	CHECK(fd >= 0 && write(fd, s.p, s.n) == (ssize_t)s.n);
	close(fd);
}

/* A data set of small elements and, behind them, one that fills many PDVs. */
static struct span data_set(struct syntax syntax, int which)
{
	struct make m = { 0 };
	make_data_set(&m, syntax, room[which], sizeof room[which]);
	make_head(&m, 0xfffcfffc, "OB", PAD);
	for (int i = 0; i < PAD; i++)
		buf_u8(&m.b, (uint8_t)(i % 251));
	CHECK(buf_ok(&m.b));
	return buf_span(&m.b);
}

/* The file with a head in front. */
static void put_file(
	const char *sop_class, const char *instance, const char *syntax, struct span body)
{
	static uint8_t whole[sizeof room[0] + PART10_META_MAX];
	const struct part10_meta meta = { .sop_class = sop_class,
		.sop_instance = instance,
		.transfer_syntax = syntax,
		.implementation_class = UID_IMPLEMENTATION };
	struct buf b = buf_on(whole, sizeof whole);
	part10_write(&b, &meta);
	buf_bytes(&b, body);
	put(buf_span(&b));
}

static enum object_result inspect(void)
{
	err_clear(&e);
	return object_inspect(name, &info, &e);
}

static void found(void)
{
	const struct span body = data_set(explicit_le, 0);
	put_file(SECONDARY, "1.2.3.45", UID_EXPLICIT_LE, body);
	CHECK_INT(inspect(), OBJECT_OK);
	CHECK_STR(info.sop_class, SECONDARY);
	CHECK_STR(info.sop_instance, "1.2.3.45");
	CHECK_STR(info.transfer_syntax, UID_EXPLICIT_LE);
	CHECK_INT(info.size, body.n);
	CHECK_INT(info.odd.kind, ERR_NONE);
	CHECK(info.syntax.explicit_vr && !info.syntax.big_endian && !info.syntax.deflated);
	put_file(SECONDARY, "1.2.3.45", "1.2.3.4.5",
		body); /* a private syntax is nobody else's to judge */
	CHECK_INT(inspect(), OBJECT_OK);
	CHECK_STR(info.transfer_syntax, "1.2.3.4.5");
	CHECK(info.syntax.encapsulated);
}

static void bare(void)
{
	static const char *const uids[] = { UID_IMPLICIT_LE, UID_EXPLICIT_LE, UID_EXPLICIT_BE };
	const struct syntax syntaxes[] = { implicit_le, explicit_le, explicit_be };
	for (int i = 0; i < 3; i++) {
		put(data_set(syntaxes[i], 0));
		CHECK_INT(inspect(), OBJECT_OK);
		CHECK_STR(info.transfer_syntax, uids[i]);
		CHECK_INT(info.at, 0);
		CHECK_STR(info.sop_instance, "1.2.3.45");
	}
}

static void odd(void)
{
	const struct span body = data_set(explicit_le, 0);
	put_file(SECONDARY, "1.2.3.99", UID_EXPLICIT_LE, body);
	CHECK_INT(inspect(), OBJECT_OK);
	CHECK_STR(info.sop_instance, "1.2.3.45");
	CHECK(strstr(info.odd.text, "SOP Instance UID 1.2.3.45, not 1.2.3.99") != NULL);
	CHECK(strstr(info.odd.text, "Class") == NULL);
	put_file("1.2.3.98", "1.2.3.99", UID_EXPLICIT_LE, body);
	CHECK_INT(inspect(), OBJECT_OK);
	CHECK_STR(info.sop_class, SECONDARY);
	CHECK(strstr(info.odd.text, "SOP Class UID " SECONDARY ", not 1.2.3.98") != NULL);
	CHECK(strstr(info.odd.text, "SOP Instance UID 1.2.3.45, not 1.2.3.99") != NULL);
}

static bool is(enum object_result want, const char *because)
{
	const enum object_result got = inspect();
	if (got != want || !strstr(e.text, because))
		TEST_NOTE("%d instead of %d, %s", (int)got, (int)want, e.text);
	return got == want;
}

static void foreign(void)
{
	put(span_str(""));
	is(OBJECT_NOT_DICOM, "empty");
	put(span_str("#!/bin/sh\necho this is no image\n"));
	is(OBJECT_NOT_DICOM, "not a DICOM file");
	memset(room[1], 0, 5000);
	put(span_of(room[1], 5000));
	is(OBJECT_NOT_DICOM, "not a DICOM file");
	put_file(UID_MEDIA_DIRECTORY, "1.2.3.45", UID_EXPLICIT_LE, data_set(explicit_le, 0));
	is(OBJECT_NOT_DICOM, "DICOMDIR");
	unlink(name);
	is(OBJECT_UNREADABLE, "No such file");
	CHECK_INT(mkdir(name, 0700), 0);
	is(OBJECT_UNREADABLE, "directory");
	rmdir(name);
}

static struct span with_uids(const char *sop_class, const char *instance)
{
	struct make m = { .b = buf_on(room[0], sizeof room[0]), .syntax = explicit_le };
	if (sop_class)
		make_text(&m, TAG_SOP_CLASS, "UI", sop_class);
	if (instance)
		make_text(&m, TAG_SOP_INSTANCE, "UI", instance);
	make_text(&m, TAG_PATIENT_ID, "LO", "4711");
	return buf_span(&m.b);
}

static void odd_length(void)
{
	struct make m = { .b = buf_on(room[0], sizeof room[0]), .syntax = explicit_le };
	make_text(&m, TAG_SOP_CLASS, "UI", SECONDARY " ");
	make_text(&m, TAG_SOP_INSTANCE, "UI", "1.2.3 ");
	make_text(&m, TAG_PATIENT_ID, "LO", "471");
	put_file(SECONDARY, "1.2.3", UID_EXPLICIT_LE, buf_span(&m.b));
	is(OBJECT_BROKEN, "PS3.8 E.1");
	make_text(&m, 0x00100040, "CS", "F");
	put_file(SECONDARY, "1.2.3", UID_EXPLICIT_LE, buf_span(&m.b));
	CHECK_INT(inspect(), OBJECT_OK);
}

static void broken(void)
{
	static const struct {
		const char *sop_class, *instance, *because;
	} cases[] = { { NULL, "1.2.3 ", "no SOP Class UID" },
		{ "1.2.3 ", NULL, "no SOP Instance UID" }, { "", "1.2.3 ", "no SOP Class UID" },
		{ "1.2.3 ", "", "no SOP Instance UID" }, { "1.2.3 ", "1.2.x ", "not a UID" },
		{ "1..2", "1.2.3 ", "not a UID" }, { "1.2.3 ", "1.2/../3", "not a UID" },
		{ "1.2.3 ",
			"1234567890123456789012345678901234567890123456789012345678901234567890",
			"not a UID" } };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		put_file("1.2.3", "1.2.3", UID_EXPLICIT_LE,
			with_uids(cases[i].sop_class, cases[i].instance));
		is(OBJECT_BROKEN, cases[i].because);
	}
	put_file("1.2.3", "1.2.3", "1.2.840.10008.1.2.6.1", with_uids("1.2.3 ", "1.2.3 "));
	is(OBJECT_BROKEN, "not one that a data set can have");
	put_file("1.2.3", "1.2.3", "x", with_uids("1.2.3 ", "1.2.3 "));
	is(OBJECT_BROKEN, "transfer syntax");
	put_file("1.2.3", "1.2.3", UID_IMPLICIT_LE, data_set(explicit_le, 0)); /* it lies */
	is(OBJECT_BROKEN, "");
	put_file("1.2.3", "1.2.3", UID_DEFLATED_LE, data_set(explicit_le, 0));
	is(OBJECT_BROKEN, "");
	put_file("1.2.3", "1.2.3", UID_EXPLICIT_LE, (struct span){ 0 });
	is(OBJECT_BROKEN, "empty");
}

/* A file cut anywhere is refused, unless the cut is between two elements, which nobody can tell. */
static void truncated(void)
{
	const struct span body = data_set(explicit_le, 0);
	struct stat s;
	put_file(SECONDARY, "1.2.3.45", UID_EXPLICIT_LE, span_of(body.p, body.n - PAD));
	CHECK_INT(inspect(), OBJECT_BROKEN);
	CHECK(stat(name, &s) == 0);
	int taken = 0;
	for (off_t n = s.st_size - 1; n > 0; n--) {
		CHECK_INT(truncate(name, n), 0);
		const enum object_result result = inspect();
		taken += result == OBJECT_OK;
		if (result == OBJECT_OK ? info.at + info.size != (uint64_t)n : !*e.text)
			TEST_NOTE("cut at %ld: %s", (long)n, e.text);
	}
	CHECK(taken > 5 && taken < 40); /* elements behind the SOP Instance UID, outside of items */
}

static long long bytes_read(void)
{
	FILE *io = fopen("/proc/self/io", "r");
	long long n = -1;
	if (io && fscanf(io, "rchar: %lld", &n) != 1)
		n = -1;
	if (io)
		fclose(io);
	return n;
}

static void sparse(void)
{
	static const uint64_t each = 2500000000u;
	struct make m = { .b = buf_on(room[0], sizeof room[0]), .syntax = explicit_le };
	make_text(&m, TAG_SOP_CLASS, "UI", SECONDARY " ");
	make_text(&m, TAG_SOP_INSTANCE, "UI", "1.2.3.45");
	make_head(&m, TAG_PIXEL_DATA, "OB", (uint32_t)each);
	const size_t first = m.b.n;
	make_head(&m, 0xfffcfffc, "OB", (uint32_t)each);
	const size_t second = m.b.n - first;
	const int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	CHECK_INT(write(fd, room[0], first), first);
	CHECK_INT(pwrite(fd, room[0] + first, second, (off_t)(first + each)), second);
	const off_t end = (off_t)(first + second + 2 * each);
	if (ftruncate(fd, end) != 0) {
		close(fd);
		test_skip("a file of 5 GB", "this file system does not take one");
		return;
	}
	const long long before = bytes_read();
	CHECK_INT(inspect(), OBJECT_OK);
	const long long after = bytes_read();
	CHECK_INT(info.size, end);
	if (before < 0)
		test_skip("large values are passed over unread", "no /proc/self/io here");
	else
		CHECK(after - before < 200000);
	CHECK_INT(ftruncate(fd, end - 1), 0);
	is(OBJECT_BROKEN, "breaks off");
	CHECK_INT(ftruncate(fd, (off_t)(first + each)),
		0); /* the second element is not there at all */
	CHECK_INT(inspect(), OBJECT_OK);
	close(fd);
}

/* ---- streaming */

/* Reads all of the stream as a sender does. The count, or -1. */
static long long stream(struct syntax to, uint32_t max, size_t piece, uint8_t *out, size_t cap)
{
	struct object_stream *s = object_open(name, &info, to, &e);
	struct buf b = buf_on(out, cap);
	bool last = false, fine = s != NULL;
	while (fine && !last) {
		uint32_t n = 0;
		fine = object_announce(s, max, &n, &last, &e);
		if (!fine)
			break;
		if (n > max || (n % 2 && !last) || (n == 0 && !last)) {
			TEST_NOTE("a PDV of %u bytes at most %u", (unsigned)n, (unsigned)max);
			fine = false;
		}
		while (fine && n) {
			struct mspan to_fill = buf_room(&b);
			if (to_fill.n > piece)
				to_fill.n = piece;
			const size_t got = object_read(s, to_fill, &e);
			fine = got > 0 && got <= n;
			buf_filled(&b, got);
			n -= (uint32_t)got;
		}
	}
	object_close(s);
	return fine ? (long long)b.n : -1;
}

static const struct {
	uint32_t max;
	size_t piece;
} sizes[] = { { 2, 1 }, { 3, 2 }, { 58, 7 }, { 63, 63 }, { 64, 5 }, { 70, 70 }, { 1001, 13 },
	{ 16378, 1000 }, { 131066, 16384 }, { 1 << 20, 1 << 20 } };

static uint8_t streamed[2 * PAD];

static void as_it_is(void)
{
	const struct span body = data_set(explicit_le, 0);
	put_file(SECONDARY, "1.2.3.45", UID_EXPLICIT_LE, body);
	REQUIRE(inspect() == OBJECT_OK);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		CHECK_INT(stream(explicit_le, sizes[i].max, sizes[i].piece, streamed,
				  sizeof streamed),
			body.n);
		CHECK_MEM(streamed, body.p, body.n);
	}
}

static void recoded(void)
{
	static const char *const uids[] = { UID_EXPLICIT_LE, UID_EXPLICIT_LE, UID_EXPLICIT_BE,
		UID_EXPLICIT_BE };
	const struct syntax from[] = { explicit_le, explicit_le, explicit_be, explicit_be };
	const struct syntax to[] = { implicit_le, explicit_be, explicit_le, implicit_le };
	for (int k = 0; k < 4; k++) {
		put_file(SECONDARY, "1.2.3.45", uids[k], data_set(from[k], 0));
		REQUIRE(inspect() == OBJECT_OK);
		const struct span want = data_set(to[k], 1);
		for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
			if (!CHECK_INT(stream(to[k], sizes[i].max, sizes[i].piece, streamed,
					       sizeof streamed),
				    want.n) ||
				!CHECK_MEM(streamed, want.p, want.n))
				return;
		}
	}
}

static void deflated(void)
{
	const struct span body = data_set(explicit_le, 0);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		put_file(SECONDARY, "1.2.3.45", UID_EXPLICIT_LE, body);
		REQUIRE(inspect() == OBJECT_OK);
		const long long n =
			stream(deflated_le, sizes[i].max, sizes[i].piece, room[1], sizeof room[1]);
		CHECK(n > 0 && n < PAD / 10 && n % 2 == 0);
		put_file(SECONDARY, "1.2.3.45", UID_DEFLATED_LE, span_of(room[1], (size_t)n));
		REQUIRE(inspect() == OBJECT_OK);
		CHECK_INT(stream(explicit_le, sizes[i].max, sizes[i].piece, streamed,
				  sizeof streamed),
			body.n);
		CHECK_MEM(streamed, body.p, body.n);
	}
}

static void changed(void)
{
	const struct span body = data_set(explicit_le, 0);
	struct object_stream *s;
	put_file(SECONDARY, "1.2.3.45", UID_EXPLICIT_LE, body);
	REQUIRE(inspect() == OBJECT_OK);
	CHECK_INT(truncate(name, (off_t)(info.at + info.size + 2)), 0);
	CHECK(object_open(name, &info, explicit_le, &e) == NULL);
	CHECK_INT(e.kind, ERR_INPUT);
	for (int k = 0; k < 2; k++) {
		const struct syntax to = k ? implicit_le : explicit_le;
		uint8_t out[4096];
		uint32_t n = 0, all = 0;
		bool last = false;
		put_file(SECONDARY, "1.2.3.45", UID_EXPLICIT_LE, body);
		REQUIRE(inspect() == OBJECT_OK);
		s = object_open(name, &info, to, &e);
		REQUIRE(s != NULL);
		CHECK_INT(truncate(name, (off_t)info.at + PAD / 2), 0);
		while (e.kind == ERR_NONE && !last && object_announce(s, 4096, &n, &last, &e)) {
			all += n;
			while (n && e.kind == ERR_NONE)
				n -= (uint32_t)object_read(s, (struct mspan){ out, 1000 }, &e);
		}
		CHECK_INT(e.kind, ERR_INPUT);
		CHECK(strstr(e.text, "shorter") != NULL && !last && all > 1000);
		object_close(s);
	}
	unlink(name);
	err_clear(&e);
	CHECK(object_open(name, &info, explicit_le, &e) == NULL);
	CHECK_INT(e.kind, ERR_INPUT);
	object_close(NULL);
}

static void not_recoded(void)
{
	put_file(SECONDARY, "1.2.3.45", "1.2.840.10008.1.2.4.50", data_set(explicit_le, 0));
	REQUIRE(inspect() == OBJECT_OK);
	CHECK(object_open(name, &info, explicit_le, &e) == NULL);
	CHECK_INT(e.kind, ERR_USAGE);
	put_file(SECONDARY, "1.2.3.45", UID_EXPLICIT_LE, data_set(explicit_le, 0));
	REQUIRE(inspect() == OBJECT_OK);
	CHECK(object_open(name, &info, encapsulated_le, &e) == NULL);
	CHECK_INT(e.kind, ERR_USAGE);
}

int main(void)
{
	close(mkstemp(name));
	test("a file's object is found with its UIDs, its syntax and its size", found);
	test("a bare data set is found in each syntax it may have", bare);
	test("where head and data set disagree about UIDs, the data set is believed and both are "
	     "named",
		odd);
	test("what is not DICOM is told from what cannot be read", foreign);
	test("an object without UIDs, with wrong ones or in a wrong syntax is broken", broken);
	test("a data set with an odd number of bytes cannot be sent", odd_length);
	test("a file cut anywhere but between elements is broken", truncated);
	test("of a file of 5 GB only the headers are read", sparse);
	test("an object streams as it is, in even pieces of any size", as_it_is);
	test("an object streams recoded, in even pieces of any size", recoded);
	test("an object streams deflated and inflated, in even pieces of any size", deflated);
	test("a file that changes or shrinks is noticed", changed);
	test("encapsulated pixel data is not recoded", not_recoded);
	unlink(name);
	return test_end();
}
