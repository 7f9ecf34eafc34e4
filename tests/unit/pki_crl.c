/* SPDX-License-Identifier: MIT */
/* CRLs as a stream: in any pieces, with what must be refused; and what is written is read. */
#include "pki/crl.h"
#include "pki/der.h"
#include "pki/derw.h"
#include "pki/issue.h"
#include "test.h"

enum { NOW = 1795354800, DAY = 86400, ENTRIES = 3000 };

static br_hmac_drbg_context drbg;
static struct key key;
static uint8_t name_room[200], spki_room[200], der_room[200000];
static struct span name, spki, der;
static struct crl crl;
static struct crl_scan scan;
static uint64_t keys[ENTRIES];
static uint32_t dates[ENTRIES];
static uint8_t reasons[ENTRIES];

static bool full(struct crl_table *t)
{
	(void)t;
	return false;
}

static bool read(struct span in, size_t piece, struct err *e)
{
	crl.entries = (struct crl_table){ keys, dates, reasons, 0, ENTRIES, ENTRIES, full };
	crl_begin(&scan, &crl);
	while (in.n) {
		struct span part;
		span_take(&in, in.n < piece ? in.n : piece, &part);
		if (!crl_feed(&scan, part, e))
			return false;
	}
	return crl_end(&scan, e);
}

/* Serials 1, 3, 5 ... of two octets each, reasons by turns. */
static bool odd(void *arg, struct span *serial, int64_t *date, unsigned *reason)
{
	static uint8_t octets[2];
	unsigned *n = arg;
	if (*n >= ENTRIES)
		return false;
	const unsigned v = 0x4000 + 2 * *n + 1;
	octets[0] = (uint8_t)(v >> 8);
	octets[1] = (uint8_t)v;
	*serial = span_of(octets, 2);
	*date = NOW - DAY + *n % 7;
	*reason = *n % 5;
	++*n;
	return true;
}

static void write(unsigned skip)
{
	unsigned from = skip;
	struct buf b = buf_on(der_room, sizeof der_room);
	const struct issue_crl c = { .issuer = name,
		.number = 300,
		.this_update = NOW,
		.next_update = NOW + DAY,
		.next = odd,
		.arg = &from };
	CHECK(issue_crl(&c, &key, &b));
	der = buf_span(&b);
}

static void any_pieces(void)
{
	static const size_t pieces[] = { 1, 2, 13, 4096, 16384, 1 << 20 };
	struct pubkey pub;
	CHECK(pubkey_read(spki, &pub, NULL));
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		struct err e = { 0 };
		struct crl_entry entry = { 0 };
		if (!CHECK(read(der, pieces[i], &e)))
			TEST_NOTE("%s", e.text);
		CHECK_INT(crl.entries.n, ENTRIES);
		CHECK(crl_verify(&crl, &pub, NULL));
		CHECK_INT(crl.this_update, NOW);
		CHECK(crl.has_next && crl.next_update == NOW + DAY);
		CHECK(span_eq(crl.number, span_of("\x01\x2c", 2)));
		CHECK(crl_find(&crl, name, span_of("\x40\x01", 2), &entry));
		CHECK(crl_find(&crl, name, span_of("\x40\x0d", 2), &entry)); /* the seventh */
		CHECK_INT(entry.reason, 1);
		CHECK_INT(entry.date, NOW - DAY + 6);
		CHECK(!crl_find(&crl, name, span_of("\x40\x02", 2), &entry));
		CHECK(!crl_find(&crl, span_of("\x30\x00", 2), span_of("\x40\x01", 2), &entry));
	}
}

static void none(void)
{
	struct err e = { 0 };
	write(ENTRIES);
	CHECK(read(der, 50, &e));
	CHECK_INT(crl.entries.n, 0);
	write(0);
}

/* Each octet changed, or the end cut off: it may still be a CRL, but its signature does not hold. */
static void damaged(void)
{
	struct pubkey pub;
	CHECK(pubkey_read(spki, &pub, NULL));
	write(ENTRIES - 3);
	const size_t n = der.n;
	for (size_t i = 0; i < n; i++) {
		struct err e = { 0 };
		der_room[i] ^= 0x04;
		if (read(der, 4096, &e) && crl_verify(&crl, &pub, NULL))
			TEST_NOTE("octet %zu can be changed", i);
		der_room[i] ^= 0x04;
		err_clear(&e);
		if (read(span_at(der, 0, i), 4096, &e))
			TEST_NOTE("cut to %zu octets it is taken", i);
		CHECK_INT(e.kind, ERR_INPUT);
	}
	struct err e = { 0 };
	der_room[n] = 0;
	CHECK(!read(span_of(der_room, n + 1), 4096, &e));
	write(0);
}

static void bounded(void)
{
	struct err e = { 0 };
	crl.entries = (struct crl_table){ keys, dates, reasons, 0, 10, ENTRIES, full };
	crl_begin(&scan, &crl);
	CHECK(!crl_feed(&scan, der, &e));
	CHECK_INT(e.kind, ERR_SYSTEM); /* no memory for more */
	crl.entries = (struct crl_table){ keys, dates, reasons, 0, ENTRIES, ENTRIES - 1, full };
	crl_begin(&scan, &crl);
	err_clear(&e);
	CHECK(!crl_feed(&scan, der, &e));
	CHECK_INT(e.kind, ERR_INPUT); /* no more are allowed */
	/* an entry of more than 4 KB */
	static uint8_t room[20000];
	struct buf b = buf_on(room, sizeof room);
	const size_t all = derw_open(&b), tbs = derw_open(&b);
	key_sign_alg(&key, &b);
	buf_bytes(&b, name);
	derw_time(&b, NOW);
	const size_t list = derw_open(&b), entry = derw_open(&b), serial = derw_open(&b);
	buf_u8(&b, 1);
	buf_fill(&b, 7, 9000);
	derw_close(&b, serial, DER_INTEGER);
	derw_time(&b, NOW);
	derw_close(&b, entry, DER_SEQUENCE);
	derw_close(&b, list, DER_SEQUENCE);
	derw_close(&b, tbs, DER_SEQUENCE);
	derw_close(&b, all, DER_SEQUENCE);
	err_clear(&e);
	CHECK(!read(buf_span(&b), 1000, &e));
	CHECK_INT(e.kind, ERR_INPUT);
}

/* A list of these entries with a signature of nothing. */
static bool read_list(struct span first, struct span second)
{
	static uint8_t room[2000];
	struct buf b = buf_on(room, sizeof room);
	const size_t all = derw_open(&b), tbs = derw_open(&b);
	key_sign_alg(&key, &b);
	buf_bytes(&b, name);
	derw_time(&b, NOW);
	const size_t list = derw_open(&b);
	buf_bytes(&b, first);
	buf_bytes(&b, second);
	derw_close(&b, list, DER_SEQUENCE);
	derw_close(&b, tbs, DER_SEQUENCE);
	key_sign_alg(&key, &b);
	derw_put(&b, DER_BITS, span_of("\0", 2));
	derw_close(&b, all, DER_SEQUENCE);
	return read(buf_span(&b), 4096, NULL);
}

/* A serial and a date are read in a shorter way when the entry before has the same date: the verdict on
 * any octets has to be the one that the longer way gives. */
static void same_date(void)
{
	static const struct {
		const char *what, *octets;
		size_t n;
		bool good;
	} cases[] = {
		{ "one octet", "\x30\x12\x02\x01\x05\x17\x0d", 7, true },
		{ "zero", "\x30\x12\x02\x01\x00\x17\x0d", 7, true },
		{ "a sign octet", "\x30\x13\x02\x02\x00\x85\x17\x0d", 8, true },
		{ "negative", "\x30\x13\x02\x02\xff\x05\x17\x0d", 8, true },
		{ "a needless zero", "\x30\x13\x02\x02\x00\x05\x17\x0d", 8, false },
		{ "needless ones", "\x30\x13\x02\x02\xff\x85\x17\x0d", 8, false },
		{ "no octet", "\x30\x11\x02\x00\x17\x0d", 6, false },
		{ "a length too small", "\x30\x11\x02\x01\x05\x17\x0d", 7, false },
		{ "a length too large", "\x30\x13\x02\x01\x05\x17\x0d", 7, false },
		{ "a long form of length", "\x30\x81\x12\x02\x01\x05\x17\x0d", 8, false },
		{ "an indefinite length", "\x30\x80\x02\x01\x05\x17\x0d", 7, false },
		{ "a serial past the end", "\x30\x12\x02\x7f\x05\x17\x0d", 7, false },
		{ "another tag within", "\x30\x12\x04\x01\x05\x17\x0d", 7, false },
		{ "another tag", "\x31\x12\x02\x01\x05\x17\x0d", 7, false },
		{ "another kind of time", "\x30\x12\x02\x01\x05\x18\x0d", 7, false },
	};
	static const char one[] = "\x30\x12\x02\x01\x09\x17\x0d"
				  "261201000000Z";
	static const char other[] = "\x30\x12\x02\x01\x09\x17\x0d"
				    "261202000000Z";
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint8_t room[64];
		struct buf b = buf_on(room, sizeof room);
		struct crl_entry entry;
		buf_bytes(&b, span_of(cases[i].octets, cases[i].n));
		buf_str(&b, "261201000000Z");
		const bool good = cases[i].good;
		if (read_list(span_of(one, sizeof one - 1), buf_span(&b)) != good ||
			read_list(span_of(other, sizeof other - 1), buf_span(&b)) != good ||
			read_list(buf_span(&b), span_of(one, sizeof one - 1)) != good)
			TEST_NOTE("%s is %s", cases[i].what, good ? "refused" : "taken");
		if (i == 0) {
			read_list(span_of(one, sizeof one - 1), buf_span(&b));
			CHECK_INT(crl.entries.n, 2);
			CHECK(crl_find(&crl, name, span_of("\x05", 1), &entry));
			CHECK_INT(entry.date, 1796083200); /* 2026-12-01 */
			CHECK(crl_find(&crl, name, span_of("\x09", 1), &entry));
		}
	}
	/* Which cannot be another list's: the date that the last list ended with is forgotten. */
	CHECK(read_list(span_of(other, sizeof other - 1), span_of(one, sizeof one - 1)));
	CHECK(!read_list(span_of("\x30\x05\x02\x01\x05\x17\x00", 7), span_of("", 0)));
}

int main(void)
{
	br_hmac_drbg_init(&drbg, &br_sha256_vtable, "a fixed seed", 12);
	struct buf n = buf_on(name_room, sizeof name_room), s = buf_on(spki_room, sizeof spki_room);
	CHECK(keygen(&key, 0, &drbg.vtable, NULL) &&
		name_write("CN=CA, O=St. Elsewhere", &n, NULL));
	CHECK(key_spki(&key, &s));
	name = buf_span(&n);
	spki = buf_span(&s);
	write(0);
	test("a CRL in any pieces gives the same entries and digest", any_pieces);
	test("a CRL without entries is a CRL", none);
	test("a damaged CRL is malformed or its signature does not hold; a cut one is malformed",
		damaged);
	test("entries are bounded in number by memory and in size by 4 KB", bounded);
	test("an entry of the date before is read as strictly as any other", same_date);
	key_wipe(&key);
	return test_end();
}
