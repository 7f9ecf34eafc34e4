/* SPDX-License-Identifier: MIT */
/* DER and PEM: what X.690, RFC 5280 and RFC 7468 allow, and what they do not. */
#include "base/buf.h"
#include "pki/der.h"
#include "pki/derw.h"
#include "pki/object.h"
#include "test.h"

#define BYTES(s) span_of((s), sizeof(s) - 1)

static void lengths_are_minimal(void)
{
	static const struct {
		struct span in;
		bool good;
	} cases[] = {
		{ { (const uint8_t *)"\x04\x00", 2 }, true },
		{ { (const uint8_t *)"\x04\x01x", 3 }, true },
		{ { (const uint8_t *)"\x04\x81\x01x", 4 },
			false }, /* long form of a short length */
		{ { (const uint8_t *)"\x04\x82\x00\x01x", 5 }, false }, /* leading zero */
		{ { (const uint8_t *)"\x04\x80\x00\x00", 4 }, false },  /* indefinite */
		{ { (const uint8_t *)"\x04\x02x", 3 }, false },         /* too short */
		{ { (const uint8_t *)"\x1f\x01x", 3 }, false },         /* high tag number */
		{ { (const uint8_t *)"\x04\x85\x00\x00\x00\x00\x01x", 8 }, false },
		{ { (const uint8_t *)"\x04\x84\xff\xff\xff\xffx", 7 }, false },
		{ { (const uint8_t *)"\x04", 1 }, false },
		{ { NULL, 0 }, false },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct span in = cases[i].in;
		struct der d;
		if (der_next(&in, &d) != cases[i].good)
			TEST_NOTE("case %zu", i);
		if (!cases[i].good)
			CHECK_INT(in.n, cases[i].in.n);
	}
}

static void integers_are_minimal(void)
{
	uint64_t v = 9;
	struct span in = BYTES("\x02\x02\x00\x80"), m;
	CHECK(der_uint(&in, &v));
	CHECK_INT(v, 128);
	in = BYTES("\x02\x02\x00\x7f");
	CHECK(!der_uint(&in, &v));
	in = BYTES("\x02\x01\xff");
	CHECK(!der_uint(&in, &v));
	CHECK(der_integer(&in, &m));
	in = BYTES("\x02\x02\xff\x80");
	CHECK(!der_integer(&in, &m));
	in = BYTES("\x02\x00");
	CHECK(!der_integer(&in, &m));
	in = BYTES("\x02\x08\x7f\xff\xff\xff\xff\xff\xff\xff");
	CHECK(der_uint(&in, &v) && v == INT64_MAX);
	in = BYTES("\x02\x09\x00\xff\xff\xff\xff\xff\xff\xff\xff");
	CHECK(!der_uint(&in, &v));
	in = BYTES("\x02\x01\x00");
	CHECK(der_unsigned(&in, &m) && m.n == 0);
}

static void bits_and_booleans(void)
{
	struct span octets, in = BYTES("\x03\x02\x05\xa0");
	unsigned unused;
	bool v;
	CHECK(der_bits(&in, &octets, &unused) && unused == 5 && octets.n == 1);
	in = BYTES("\x03\x02\x05\xb0"); /* an unused bit is set (X.690 11.2.1) */
	CHECK(!der_bits(&in, &octets, &unused));
	in = BYTES("\x03\x01\x01");
	CHECK(!der_bits(&in, &octets, &unused));
	in = BYTES("\x03\x02\x08\x00");
	CHECK(!der_bits(&in, &octets, &unused));
	in = BYTES("\x03\x00");
	CHECK(!der_bits(&in, &octets, &unused));
	in = BYTES("\x01\x01\xff");
	CHECK(der_bool(&in, &v) && v);
	in = BYTES("\x01\x01\x01");
	CHECK(!der_bool(&in, &v));
}

static void oids(void)
{
	struct span oid, in = BYTES("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b");
	char text[40], little[8];
	CHECK(der_oid(&in, &oid));
	CHECK_STR(der_oid_text(oid, text, sizeof text), "1.2.840.113549.1.1.11");
	CHECK_STR(der_oid_text(oid, little, sizeof little), "1.2.840");
	CHECK_STR(der_oid_text(BYTES("\x88\x37\x03"), text, sizeof text), "2.999.3");
	in = BYTES("\x06\x02\x2a\x86"); /* does not end */
	CHECK(!der_oid(&in, &oid));
	in = BYTES("\x06\x03\x2a\x80\x01"); /* leading zero group */
	CHECK(!der_oid(&in, &oid));
	in = BYTES("\x06\x00");
	CHECK(!der_oid(&in, &oid));
}

static void times(void)
{
	static const struct {
		const char *text;
		bool utc;
		int64_t seconds; /* date -u -d ... +%s; -1: refused */
	} cases[] = {
		{ "700101000000Z", true, 0 },
		{ "491231235959Z", true, 2524607999 },
		{ "500101000000Z", true, -631152000 },
		{ "20500101000000Z", false, 2524608000 },
		{ "99991231235959Z", false, 253402300799 },
		{ "7001010000Z", true, -1 },        /* no seconds (RFC 5280 4.1.2.5.1) */
		{ "700101000000+0000", true, -1 },  /* not Z */
		{ "20500101000000.5Z", false, -1 }, /* fraction (4.1.2.5.2) */
		{ "700230000000Z", true, -1 },      /* 30 February */
		{ "700101240000Z", true, -1 },
		{ "7001010000 0Z", true, -1 },
		{ "", true, -1 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint8_t room[32];
		struct buf b = buf_on(room, sizeof room);
		derw_put(&b, cases[i].utc ? DER_UTC_TIME : DER_GENERALIZED_TIME,
			span_str(cases[i].text));
		struct span in = buf_span(&b);
		int64_t seconds = -1;
		CHECK_INT(der_time(&in, &seconds), cases[i].seconds != -1);
		CHECK_INT(seconds, cases[i].seconds);
	}
}

static void written_is_read(void)
{
	uint8_t room[600], filler[300] = { 7 };
	struct buf b = buf_on(room, sizeof room);
	const size_t outer = derw_open(&b);
	derw_uint(&b, 128);
	derw_named_bits(&b, 0x61); /* bits 0, 5, 6 */
	derw_put(&b, DER_OCTETS, span_of(filler, sizeof filler));
	derw_time(&b, 2524608000);
	derw_close(&b, outer, DER_SEQUENCE);
	REQUIRE(buf_ok(&b));
	/* X.690 by hand: 30 82 01 48 | 02 02 00 80 | 03 02 01 86 | 04 82 01 2c ... */
	CHECK_MEM(room, "\x30\x82\x01\x49\x02\x02\x00\x80\x03\x02\x01\x86\x04\x82\x01\x2c\x07", 17);
	struct span in = buf_span(&b), body, octets;
	uint64_t v;
	unsigned unused;
	int64_t t;
	CHECK(der_take(&in, DER_SEQUENCE, &body) && in.n == 0);
	CHECK(der_uint(&body, &v) && v == 128);
	CHECK(der_bits(&body, &octets, &unused) && unused == 1);
	CHECK(der_take(&body, DER_OCTETS, &octets) && octets.n == 300);
	CHECK(der_time(&body, &t) && t == 2524608000 && body.n == 0);
}

/* ---- PEM */

static size_t decode_all(const char *text, char *labels, size_t cap, bool *failed)
{
	struct span in = span_str(text);
	struct pem p;
	struct err e = { 0 };
	size_t n = 0;
	labels[0] = '\0';
	while (pem_next(&in, &p, &e)) {
		uint8_t room[256];
		struct buf b = buf_on(room, sizeof room);
		const size_t used = strlen(labels);
		if (!pem_decode(&p, &b, &e))
			break;
		snprintf(labels + used, cap - used, "%.*s=%.*s;", (int)p.label.n,
			(const char *)p.label.p, (int)b.n, (const char *)room);
		n++;
	}
	*failed = e.kind != ERR_NONE;
	return n;
}

static void pem_as_it_is_found(void)
{
	static const struct {
		const char *text, *labels;
	} cases[] = {
		{ "-----BEGIN A-----\naGVsbG8=\n-----END A-----\n", "A=hello;" },
		{ "-----BEGIN A-----\r\naGVs\r\nbG8=\r\n-----END A-----\r\n", "A=hello;" },
		{ "-----BEGIN A-----  \naGVsbG8= \t\n-----END A-----   ", "A=hello;" },
		{ "\xef\xbb\xbf-----BEGIN A-----\naGVsbG8=\n-----END A-----", "A=hello;" },
		{ "-----BEGIN A-----\raGVsbG8=\r-----END A-----\r", "A=hello;" },
		{ "subject=CN = x\n-- not a line --\n-----BEGIN A-----\naGVsbG8=\n-----END "
		  "A-----\n",
			"A=hello;" },
		{ "-----BEGIN A-----\n\naGVs\n\nbG8=\n\n-----END A-----\ntext\n-----BEGIN B "
		  "C-----\nYQ==\n-----END B C-----\n",
			"A=hello;B C=a;" },
		{ "-----BEGIN A-----\n-----END A-----\n", "A=;" },
		{ "no object here", "" },
		{ "", "" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char labels[200];
		bool failed;
		decode_all(cases[i].text, labels, sizeof labels, &failed);
		CHECK(!failed);
		CHECK_STR(labels, cases[i].labels);
	}
}

static void pem_damaged(void)
{
	static const char *const bad[] = {
		"-----BEGIN A-----\naGVsbG8=\n",                      /* no end */
		"-----BEGIN A-----\naGVsbG8=\n-----END B-----\n",     /* another's end */
		"-----BEGIN A-----\naGVs-bG8=\n-----END A-----\n",    /* not the alphabet */
		"-----BEGIN A-----\naGVsbG8\n-----END A-----\n",      /* no padding */
		"-----BEGIN A-----\naGVsbG8==\n-----END A-----\n",    /* too much */
		"-----BEGIN A-----\naGVsbG9=\n-----END A-----\n",     /* bits left over */
		"-----BEGIN A-----\naGVsbG8=aGVs\n-----END A-----\n", /* goes on behind */
		"-----BEGIN A-----\na===\n-----END A-----\n",
		"-----BEGIN A-----\n====\n-----END A-----\n",
		"-----BEGIN A-----\n-----BEGIN B-----\nYQ==\n-----END B-----\n-----END A-----\n",
		"-----BEGIN A-----\nProc-Type: 4,ENCRYPTED\n\nYQ==\n-----END A-----\n", /* no DEK */
		"-----BEGIN A-----\nDEK-Info: X,00\n\nYQ==\n-----END A-----\n",
		"-----BEGIN A-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: X\n\nYQ==\n-----END A-----\n",
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		char labels[200];
		bool failed;
		decode_all(bad[i], labels, sizeof labels, &failed);
		if (!failed)
			TEST_NOTE("case %zu was taken as %s", i, labels);
	}
}

static void pem_encrypted(void)
{
	struct span in = span_str("-----BEGIN RSA PRIVATE KEY-----\r\nProc-Type: 4,ENCRYPTED\r\n"
				  "DEK-Info: AES-256-CBC,00FF\r\n\r\nYQ==\r\n"
				  "-----END RSA PRIVATE KEY-----\r\n");
	struct pem p;
	uint8_t room[8];
	struct buf b = buf_on(room, sizeof room);
	REQUIRE(pem_next(&in, &p, NULL));
	CHECK(span_eq_str(p.cipher, "AES-256-CBC"));
	CHECK(span_eq_str(p.iv, "00FF"));
	CHECK(pem_decode(&p, &b, NULL) && b.n == 1);
}

static void pem_round_trip(void)
{
	for (size_t n = 0; n < 200; n++) {
		uint8_t data[200], back[208];
		char text[500];
		for (size_t i = 0; i < n; i++)
			data[i] = (uint8_t)(i * 37 + n);
		struct buf b = buf_on(text, sizeof text), out = buf_on(back, sizeof back);
		struct pem p;
		pem_write(&b, "X", span_of(data, n));
		struct span in = buf_span(&b);
		REQUIRE(buf_ok(&b) && pem_next(&in, &p, NULL) && pem_decode(&p, &out, NULL));
		REQUIRE(out.n == n && out.n <= pem_size(&p));
		CHECK_MEM(back, data, n);
	}
}

static void decode_needs_room(void)
{
	struct span in = span_str("-----BEGIN A-----\naGVsbG8=\n-----END A-----\n");
	struct pem p;
	uint8_t room[4];
	struct buf b = buf_on(room, sizeof room);
	struct err e = { 0 };
	REQUIRE(pem_next(&in, &p, NULL));
	CHECK(!pem_decode(&p, &b, &e));
	CHECK_INT(e.kind, ERR_LIMIT);
	CHECK_INT(b.n, 0);
	CHECK(buf_ok(&b));
}

int main(void)
{
	test("lengths are definite and in their fewest octets", lengths_are_minimal);
	test("integers are in their fewest octets and within range", integers_are_minimal);
	test("bit strings and booleans are DER", bits_and_booleans);
	test("object identifiers are well-formed and written with dots", oids);
	test("times are those of RFC 5280", times);
	test("what is written is DER and read back", written_is_read);
	test("PEM with CRLF, CR, blanks, a mark, text around and no last newline is read",
		pem_as_it_is_found);
	test("damaged PEM is refused", pem_damaged);
	test("the headers of an encrypted key are found", pem_encrypted);
	test("what is written as PEM is read back", pem_round_trip);
	test("an object that does not fit is an error and leaves the buffer alone",
		decode_needs_room);
	return test_end();
}
