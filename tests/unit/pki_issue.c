/* SPDX-License-Identifier: MIT */
/* The DER writer, keys and what an authority signs. Expectations are X.690's, RFC 5280's, RFC 5958's and
 * the vectors of RFC 6979 A.2.5; tests/cli/certs_ca.py has others read the whole. */
#include "base/date.h"
#include "base/hex.h"
#include "pki/der.h"
#include "pki/derw.h"
#include "pki/issue.h"
#include "pki/name.h"
#include "test.h"

enum { ROOM = 4096 };

/* RFC 6979 A.2.5: a key on P-256, and its signature of "sample" with SHA-256. */
#define SCALAR "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"
#define POINT                                                                \
	"0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6" \
	"7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"
#define SIGNATURE                                                                    \
	"3046022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716" \
	"022100f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"
/* PKCS#8 (RFC 5958 2) around ECPrivateKey (RFC 5915 3) without and with the public point. */
#define EC_P256 "301306072a8648ce3d020106082a8648ce3d030107"
#define KEY_SHORT "3041020100" EC_P256 "042730250201010420" SCALAR
#define KEY_WHOLE "308187020100" EC_P256 "046d306b0201010420" SCALAR "a144034200" POINT

static char digits[ROOM * 2];

static const char *hex_of(const struct buf *b)
{
	return buf_ok(b) ? hex_text(buf_span(b), digits, sizeof digits) : "(full)";
}

static void known_key(struct key *k)
{
	uint8_t der[128];
	size_t n;
	CHECK(hex_bytes(KEY_SHORT, der, sizeof der, &n));
	CHECK(key_read(span_of(der, n), k, NULL));
}

/* ---- the writer */

static void lengths_are_shortest(void)
{
	static const struct {
		size_t n;
		const char *head;
	} cases[] = { { 0, "0400" }, { 1, "0401" }, { 127, "047f" }, { 128, "048180" },
		{ 255, "0481ff" }, { 256, "04820100" }, { 65535, "0482ffff" },
		{ 65536, "0483010000" } };
	static uint8_t room[65536 + 16];
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf b = buf_on(room, sizeof room);
		const size_t mark = derw_open(&b);
		buf_fill(&b, 0xaa, cases[i].n);
		derw_close(&b, mark, DER_OCTETS);
		const size_t head = strlen(cases[i].head) / 2;
		CHECK_INT(b.n, cases[i].n + head);
		CHECK_STR(hex_text(span_at(buf_span(&b), 0, head), digits, sizeof digits),
			cases[i].head);
		CHECK(cases[i].n == 0 || (room[head] == 0xaa && room[b.n - 1] == 0xaa));
	}
}

static void integers_are_shortest(void)
{
	static const struct {
		uint64_t v;
		const char *der;
	} cases[] = { { 0, "020100" }, { 127, "02017f" }, { 128, "02020080" }, { 255, "020200ff" },
		{ 256, "02020100" }, { 32768, "0203008000" },
		{ UINT64_MAX, "020900ffffffffffffffff" } };
	uint8_t room[64];
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf b = buf_on(room, sizeof room);
		derw_uint(&b, cases[i].v);
		CHECK_STR(hex_of(&b), cases[i].der);
	}
	struct buf b = buf_on(room, sizeof room);
	derw_unsigned(&b, span_of("\0\0\x7f", 3));
	derw_unsigned(&b, span_of("\0\x80", 2));
	derw_unsigned(&b, span_of("", 0));
	CHECK_STR(hex_of(&b), "02017f02020080020100");
}

static void named_bits(void)
{
	static const struct {
		unsigned bits;
		const char *der;
	} cases[] = { { 0, "030100" }, { USAGE_SIGNATURE, "03020780" },
		{ USAGE_SIGNATURE | USAGE_KEY_ENCIPHERMENT, "030205a0" },
		{ USAGE_CERT_SIGN | USAGE_CRL_SIGN, "03020106" },
		{ USAGE_DECIPHER_ONLY, "0303070080" } };
	uint8_t room[64];
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf b = buf_on(room, sizeof room);
		derw_named_bits(&b, cases[i].bits);
		CHECK_STR(hex_of(&b), cases[i].der);
	}
}

static void times(void)
{
	static const struct {
		const char *when, *text;
		uint8_t tag;
	} cases[] = { { "1950-01-01T00:00:00", "500101000000Z", DER_UTC_TIME },
		{ "1949-12-31T23:59:59", "19491231235959Z", DER_GENERALIZED_TIME },
		{ "2049-12-31T23:59:59", "491231235959Z", DER_UTC_TIME },
		{ "2050-01-01T00:00:00", "20500101000000Z", DER_GENERALIZED_TIME },
		{ "2000-02-29T12:34:56", "000229123456Z", DER_UTC_TIME } };
	uint8_t room[64];
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf b = buf_on(room, sizeof room);
		int64_t seconds;
		struct der d;
		REQUIRE(date_parse(cases[i].when, &seconds));
		derw_time(&b, seconds);
		struct span in = buf_span(&b);
		REQUIRE(der_next(&in, &d));
		CHECK_INT(d.tag, cases[i].tag);
		CHECK(span_eq_str(d.body, cases[i].text));
	}
}

static void overflow_is_sticky(void)
{
	uint8_t room[8];
	struct buf b = buf_on(room, sizeof room);
	const size_t mark = derw_open(&b);
	buf_fill(&b, 1, 7);
	derw_close(&b, mark, DER_OCTETS); /* 9 octets */
	CHECK(!buf_ok(&b));
	derw_null(&b);
	derw_insert(&b, 0, span_of("x", 1));
	derw_time(&b, 0);
	CHECK(!buf_ok(&b));
}

/* ---- keys */

static void signs_as_rfc_6979(void)
{
	struct key k;
	uint8_t room[256];
	struct buf b = buf_on(room, sizeof room);
	known_key(&k);
	CHECK(key_sign(&k, span_str("sample"), &b));
	CHECK_STR(hex_of(&b), SIGNATURE);
	b.n = 0;
	key_sign_alg(&k, &b);
	CHECK_STR(hex_of(&b), "300a06082a8648ce3d040302"); /* RFC 5758 3.2: no parameters */
	b.n = 0;
	CHECK(key_write(&k, &b));
	CHECK_STR(hex_of(&b), KEY_WHOLE);
	b.n = 0;
	CHECK(key_spki(&k, &b));
	CHECK_STR(hex_of(&b), "3059" EC_P256 "034200" POINT);
	struct buf small = buf_on(room, 60);
	CHECK(!key_write(&k, &small));
	small = buf_on(room, 60);
	CHECK(!key_sign(&k, span_str("sample"), &small));
	key_wipe(&k);
}

static void only_good_sizes(void)
{
	static const unsigned sizes[] = { 1, 512, 1024, 2047, 4097, 8192 };
	br_hmac_drbg_context random;
	struct key k;
	br_hmac_drbg_init(&random, &br_sha256_vtable, "unit test", 9);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct err e = { 0 };
		CHECK(!keygen(&k, sizes[i], &random.vtable, &e));
		CHECK_INT(e.kind, ERR_USAGE);
	}
	uint8_t room[ROOM], spki[ROOM];
	for (unsigned bits = 0; bits <= 2048; bits += 2048) {
		struct buf b = buf_on(room, sizeof room), s = buf_on(spki, sizeof spki);
		struct key again;
		struct pubkey pub;
		REQUIRE(keygen(&k, bits, &random.vtable, NULL));
		CHECK(key_write(&k, &b) && key_spki(&k, &s));
		CHECK(key_read(buf_span(&b), &again, NULL));
		CHECK(pubkey_read(buf_span(&s), &pub, NULL) && key_matches(&again, &pub));
		CHECK_INT(again.bits, bits ? bits : 256);
	}
}

/* ---- names */

static void names(void)
{
	static const struct {
		const char *text, *want; /* NULL: refused */
	} cases[] = {
		{ "ct1.local", "CN=ct1.local" },
		{ "St. Elsewhere, Inc", "CN=St. Elsewhere\\, Inc" },
		{ "CN=a,O=b", "CN=a, O=b" },
		{ "C=DE, O=St. E\\, West, CN=x", "C=DE, O=St. E\\, West, CN=x" },
		{ "CN=a\\=b", "CN=a=b" },
		{ "O=\xc3\xa4", "O=\xc3\xa4" },
		{ "CN=1234567890123456789012345678901234567890123456789012345678901234",
			"CN=1234567890123456789012345678901234567890123456789012345678901234" },
		{ "CN=12345678901234567890123456789012345678901234567890123456789012345", NULL },
		{ "", NULL },
		{ "CN=", NULL },
		{ "CN=a,", "CN=a" },
		{ "CN=a, b", NULL },
		{ "=a", NULL },
		{ "CN=a\\", NULL },
		{ "C=D", NULL },
		{ "C=DEU", NULL },
		{ "C=D-", NULL },
		{ "C=\xc3\xa4", NULL },
		{ "XX=a", NULL },
		{ "O=\xc3", NULL },
		{ "O=a\nb", NULL },
		{ "serialNumber=a_b", NULL },
		{ "emailAddress=\xc3\xa4@b.example", NULL },
		{ "DC=", NULL },
	};
	uint8_t room[ROOM];
	char text[NAME_TEXT];
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf b = buf_on(room, sizeof room);
		struct err e = { 0 };
		const bool ok = name_write(cases[i].text, &b, &e);
		if (ok != (cases[i].want != NULL))
			TEST_NOTE("%s: %s", cases[i].text, e.text);
		else if (ok)
			CHECK_STR(name_text(buf_span(&b), text, sizeof text), cases[i].want);
		else
			CHECK_INT(e.kind, ERR_USAGE);
	}
	struct buf b = buf_on(room, sizeof room);
	CHECK(name_write("C=DE", &b, NULL)); /* PrintableString, RFC 5280 A.1 */
	CHECK_STR(hex_of(&b), "300d310b3009060355040613024445");
}

static void alternative_names(void)
{
	static const struct {
		const char *text, *want; /* NULL: refused */
	} cases[] = { { "DNS:a.b", "8203612e62" }, { "dns:a", "820161" }, { "a", "820161" },
		{ "*.a", "82032a2e61" }, { "192.0.2.1", "8704c0000201" },
		{ "IP:2001:db8::1", "871020010db8000000000000000000000001" },
		{ "a, IP:192.0.2.1", "8201618704c0000201" }, { "email:a@b", "8103614062" },
		{ "1a.2b", "820531612e3262" }, { "", NULL }, { ",", NULL }, { "a,", NULL },
		{ "a,,b", NULL }, { "DNS:", NULL }, { "a..b", NULL }, { ".a", NULL },
		{ "a.", NULL }, { "-a", NULL }, { "a-", NULL }, { "a b", NULL }, { "*", NULL },
		{ "*.*.a", NULL }, { "a.*", NULL }, { "192.0.2.256", NULL }, { "1.2.3", NULL },
		{ "IP:a", NULL }, { "IP:", NULL }, { "DNS:192.0.2.1", NULL }, { "email:a", NULL },
		{ "email:@b", NULL }, { "email:a@", NULL }, { "a/b", NULL }, { "\xc3\xa4.b", NULL },
		{ "a2345678901234567890123456789012345678901234567890123456789012345", NULL } };
	uint8_t room[ROOM];
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf b = buf_on(room, sizeof room);
		struct err e = { 0 };
		const bool ok = alt_names_write(cases[i].text, &b, &e);
		if (ok != (cases[i].want != NULL))
			TEST_NOTE("%s: %s", cases[i].text, e.text);
		else if (ok)
			CHECK_STR(hex_of(&b), cases[i].want);
	}
	struct buf small = buf_on(room, 4);
	CHECK(!alt_names_write("a.local", &small, NULL));
}

/* ---- what is signed */

static void requests_hold_what_was_asked(void)
{
	struct key k;
	uint8_t rooms[3][ROOM];
	struct buf name = buf_on(rooms[0], ROOM), alt = buf_on(rooms[1], ROOM);
	struct buf der = buf_on(rooms[2], ROOM);
	struct request r;
	known_key(&k);
	REQUIRE(name_write("CN=a", &name, NULL) && alt_names_write("a.local", &alt, NULL));
	REQUIRE(issue_request(buf_span(&name), buf_span(&alt), &k, &der));
	REQUIRE(request_read(buf_span(&der), &r, NULL));
	CHECK(span_eq(r.subject, buf_span(&name)));
	CHECK(span_eq(r.alt_names, buf_span(&alt)));
	/* Every octet is signed, or says how. */
	unsigned taken = 0;
	for (size_t i = 0; i < der.n; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			der.p[i] ^= (uint8_t)(1 << bit);
			taken += request_read(buf_span(&der), &r, NULL);
			der.p[i] ^= (uint8_t)(1 << bit);
		}
	CHECK_INT(taken, 0);
	for (size_t n = 0; n < der.n; n++)
		CHECK(!request_read(span_at(buf_span(&der), 0, n), &r, NULL));
	der.n = 0;
	CHECK(issue_request(buf_span(&name), (struct span){ 0 }, &k, &der));
	CHECK(request_read(buf_span(&der), &r, NULL) && r.alt_names.n == 0);
	struct buf small = buf_on(rooms[2], 150);
	CHECK(!issue_request(buf_span(&name), buf_span(&alt), &k, &small));
}

static bool fill_issue(struct issue *i, struct key *k, struct buf *name, struct buf *spki)
{
	known_key(k);
	*i = (struct issue){ .not_before = 0,
		.not_after = 86400,
		.path_length = -1,
		.serial = span_of("\x80\x01", 2),
		.usage = USAGE_SIGNATURE };
	if (!name_write("CN=a", name, NULL) || !key_spki(k, spki))
		return false;
	i->subject = i->issuer = buf_span(name);
	i->spki = buf_span(spki);
	return true;
}

static void certificates_hold_what_was_asked(void)
{
	struct key k;
	struct issue i;
	struct cert c;
	struct pubkey pub;
	struct sig_alg alg;
	uint8_t rooms[3][ROOM];
	struct buf name = buf_on(rooms[0], ROOM), spki = buf_on(rooms[1], ROOM);
	struct buf der = buf_on(rooms[2], ROOM);
	REQUIRE(fill_issue(&i, &k, &name, &spki));
	i.ca = true;
	i.path_length = 0;
	i.usage = USAGE_CERT_SIGN;
	REQUIRE(issue_cert(&i, &k, &der) && cert_read(buf_span(&der), &c, NULL));
	CHECK(c.ca && c.path_length == 0 && c.usage == USAGE_CERT_SIGN && c.purposes == 0);
	CHECK_STR(hex_text(c.serial, digits, sizeof digits), "008001"); /* positive */
	CHECK_INT(c.version, 3);
	CHECK_INT(c.critical, 1 << EXT_BASIC_CONSTRAINTS | 1 << EXT_KEY_USAGE);
	CHECK(!cert_has(&c, EXT_SUBJECT_ALT_NAME) && !cert_has(&c, EXT_EXT_KEY_USAGE));
	CHECK(span_eq(c.inner, c.algorithm));
	REQUIRE(pubkey_read(c.spki, &pub, NULL) && sig_alg_read(c.algorithm, &alg, NULL));
	CHECK(sig_verify(&alg, &pub, c.tbs, c.signature));
	i.ca = false;
	i.usage = USAGE_SIGNATURE;
	i.purposes = PURPOSE_CLIENT;
	i.alt_names = span_of("\x82\x01\x61", 3);
	der.n = 0;
	REQUIRE(issue_cert(&i, &k, &der) && cert_read(buf_span(&der), &c, NULL));
	CHECK(!c.ca && c.purposes == PURPOSE_CLIENT && span_eq(c.alt_names, i.alt_names));
	CHECK_INT(c.not_after - c.not_before, 86400);
	/* RFC 5280 4.2.1.6: critical when the subject is empty. */
	i.subject = span_of("\x30\0", 2);
	der.n = 0;
	REQUIRE(issue_cert(&i, &k, &der) && cert_read(buf_span(&der), &c, NULL));
	CHECK(c.critical >> EXT_SUBJECT_ALT_NAME & 1);
	for (size_t cap = 0; cap < der.n; cap += 7) {
		struct buf small = buf_on(rooms[2], cap);
		CHECK(!issue_cert(&i, &k, &small));
	}
}

static bool no_entry(void *arg, struct span *serial, int64_t *date, unsigned *reason)
{
	(void)arg, (void)serial, (void)date, (void)reason;
	return false;
}

static bool one_entry(void *arg, struct span *serial, int64_t *date, unsigned *reason)
{
	unsigned *left = arg;
	*serial = span_of("\x40\x01", 2);
	*date = 0;
	*reason = *left == 1 ? 0 : 1;
	return (*left)-- > 0;
}

/* What follows nextUpdate in a CRL's signed part. */
static uint8_t after_dates(struct span crl)
{
	struct span body, tbs, part;
	struct der d;
	if (!der_take(&crl, DER_SEQUENCE, &body) || !der_take(&body, DER_SEQUENCE, &tbs) ||
		!der_take(&tbs, DER_INTEGER, &part) || !der_take(&tbs, DER_SEQUENCE, &part) ||
		!der_take(&tbs, DER_SEQUENCE, &part) || !der_take(&tbs, DER_UTC_TIME, &part) ||
		!der_take(&tbs, DER_UTC_TIME, &part) || !der_next(&tbs, &d))
		return 0;
	return d.tag;
}

static void lists(void)
{
	struct key k;
	struct issue i;
	uint8_t rooms[3][ROOM];
	struct buf name = buf_on(rooms[0], ROOM), spki = buf_on(rooms[1], ROOM);
	struct buf der = buf_on(rooms[2], ROOM);
	REQUIRE(fill_issue(&i, &k, &name, &spki));
	struct issue_crl c = {
		.issuer = i.subject, .number = 1, .next_update = 86400, .next = no_entry
	};
	CHECK(issue_crl(&c, &k, &der));
	CHECK_INT(
		after_dates(buf_span(&der)), DER_CONTEXT_CONS + 0); /* RFC 5280 5.1.2.6: no list */
	unsigned left = 2;
	c.next = one_entry;
	c.arg = &left;
	der.n = 0;
	CHECK(issue_crl(&c, &k, &der));
	CHECK_INT(after_dates(buf_span(&der)), DER_SEQUENCE);
	/* The first has keyCompromise, the second no reason (RFC 5280 5.3.1). */
	CHECK(strstr(hex_of(&der), "300c300a0603551d1504030a0101") != NULL);
	CHECK(strstr(hex_of(&der), "30130202400117") != NULL);
	left = 200;
	struct buf small = buf_on(rooms[2], 400);
	CHECK(!issue_crl(&c, &k, &small));
}

int main(void)
{
	test("lengths take the fewest octets (X.690 10.1)", lengths_are_shortest);
	test("integers take the fewest octets and stay positive (X.690 8.3)",
		integers_are_shortest);
	test("named bits have no trailing zeros (X.690 11.2.2)", named_bits);
	test("times change their form at 1950 and 2050 (RFC 5280 4.1.2.5)", times);
	test("what does not fit stays unwritten", overflow_is_sticky);
	test("an EC key signs and is written as RFC 6979, 5915 and 5958 have it",
		signs_as_rfc_6979);
	test("keys of other sizes are not made, and those that are load again", only_good_sizes);
	test("names are written as RFC 5280 A.1 limits them, or refused", names);
	test("alternative names are host names, addresses or mail, or refused", alternative_names);
	test("a request holds what was asked, and with any bit changed is refused",
		requests_hold_what_was_asked);
	test("a certificate holds what was asked", certificates_hold_what_was_asked);
	test("an empty list is left out of a CRL, and so are unspecified reasons", lists);
	return test_end();
}
