/* SPDX-License-Identifier: MIT */
/* Names and hosts. Hashes are those OpenSSL 3.0 prints for the same names (tests/interop/pki_hash.py
 * compares many more). */
#include "base/hex.h"
#include "pki/derw.h"
#include "pki/der.h"
#include "pki/host.h"
#include "pki/name.h"
#include "test.h"

/* Writes a name of attributes CN, one SET each, of the given string types. */
static struct span name_of(struct buf *b, const uint8_t *tags, const char *const *values, size_t n)
{
	const size_t name = derw_open(b);
	for (size_t i = 0; i < n; i++) {
		const size_t set = derw_open(b), pair = derw_open(b);
		derw_oid(b, span_of("\x55\x04\x03", 3));
		derw_put(b, tags[i], span_str(values[i]));
		derw_close(b, pair, DER_SEQUENCE);
		derw_close(b, set, DER_SET);
	}
	derw_close(b, name, DER_SEQUENCE);
	return buf_span(b);
}

static struct span cn(uint8_t *room, uint8_t tag, const char *value)
{
	struct buf b = buf_on(room, 512);
	return name_of(&b, &tag, &value, 1);
}

static void equal_by_meaning(void)
{
	static const struct {
		uint8_t tag;
		const char *value;
		bool same;
	} cases[] = {
		{ DER_UTF8, "St. Elsewhere", true }, { DER_PRINTABLE, "ST.  elsewhere ", true },
		{ DER_IA5, "\t st.\t\n Elsewhere", true }, { DER_T61, "St. Elsewhere", true },
		{ DER_PRINTABLE, "St.Elsewhere", false }, { DER_PRINTABLE, "St. Elsewher", false },
		{ DER_UTF8, "", false },
		{ DER_VISIBLE, "St. Elsewhere", false }, /* no canonical form of its own */
		{ DER_UTF8, "St. \xc3", false },         /* not UTF-8 */
	};
	uint8_t a[512], b[512];
	const struct span base = cn(a, DER_UTF8, "St. Elsewhere");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		CHECK_INT(name_equal(base, cn(b, cases[i].tag, cases[i].value)), cases[i].same);
}

static void text_is_harmless(void)
{
	static const struct {
		uint8_t tag;
		const char *value, *text;
	} cases[] = {
		{ DER_UTF8, "plain", "CN=plain" },
		{ DER_UTF8, "a,b+c\"d\\e<f>g;h", "CN=a\\,b\\+c\\\"d\\\\e\\<f\\>g\\;h" },
		{ DER_UTF8, " #lead and trail ", "CN=\\ #lead and trail\\ " },
		{ DER_UTF8, "#lead", "CN=\\#lead" },
		{ DER_UTF8, "esc\x1b[2J\n", "CN=esc\\1B[2J\\0A" },
		{ DER_UTF8, "c1\xc2\x9b", "CN=c1\\C2\\9B" },
		{ DER_UTF8, "\xc3\xa4", "CN=\xc3\xa4" },
		{ DER_T61, "\xe4", "CN=\xc3\xa4" },
		{ DER_UTF8, "bad\xff", "CN=#0C04626164FF" },
		{ DER_OCTETS, "ab", "CN=#04026162" },
		{ DER_VISIBLE, "visible", "CN=visible" },
	};
	uint8_t a[512];
	char text[NAME_TEXT];
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		CHECK_STR(name_text(cn(a, cases[i].tag, cases[i].value), text, sizeof text),
			cases[i].text);
	CHECK_STR(name_text(span_of("\x30\x00", 2), text, sizeof text), "(empty name)");
	CHECK_STR(name_text(span_of("\x30\x01", 2), text, sizeof text), "(malformed name)");
	/* cut, and never within a character */
	CHECK_STR(name_text(cn(a, DER_UTF8, "abc\xc3\xa4xyz"), text, 11), "CN=abc...");
}

static void hashes(void)
{
	uint32_t h = 0;
	uint8_t a[512];
	CHECK(name_hash(span_of("\x30\x00", 2), &h));
	CHECK_INT(h, 0xeea339da);
	/* openssl req -x509 -subj '/CN=Test' ... | openssl x509 -hash -subject_hash_old */
	CHECK(name_hash(cn(a, DER_UTF8, "Test"), &h));
	CHECK_INT(h, 0x756b76dc);
	CHECK(name_hash_old(cn(a, DER_UTF8, "Test"), &h));
	CHECK_INT(h, 0xcd5a9239);
	CHECK(!name_hash(span_of("\x30\x05", 2), &h));
}

static void within(void)
{
	static const uint8_t tags[] = { DER_UTF8, DER_PRINTABLE, DER_UTF8 };
	static const char *const parts[] = { "Country", "Org", "Leaf" };
	static const char *const other[] = { "COUNTRY", "ORG", "x" };
	uint8_t a[512], b[512], c[512];
	struct buf full = buf_on(a, sizeof a), base = buf_on(b, sizeof b),
		   else_where = buf_on(c, 512);
	const struct span leaf = name_of(&full, tags, parts, 3);
	CHECK(name_within(leaf, name_of(&base, tags, other, 2)));
	CHECK(!name_within(leaf, name_of(&else_where, tags, other, 3)));
	CHECK(!name_within(buf_span(&base), leaf));
	CHECK(name_within(leaf, span_of("\x30\x00", 2)));
}

static void attributes(void)
{
	static const uint8_t tags[] = { DER_UTF8, DER_UTF8 };
	static const char *const parts[] = { "first", "Second One" };
	uint8_t a[512];
	char text[32], little[4];
	struct buf b = buf_on(a, sizeof a);
	const struct span name = name_of(&b, tags, parts, 2);
	CHECK(name_attribute(name, "CN", text, sizeof text));
	CHECK_STR(text, "Second One");
	CHECK(!name_attribute(name, "O", text, sizeof text));
	CHECK(!name_attribute(name, "CN", little, sizeof little));
	CHECK(name_has(name, span_str("CN"), span_str("second  one")));
	CHECK(name_has(name, span_str("2.5.4.3"), span_str("FIRST")));
	CHECK(!name_has(name, span_str("CN"), span_str("second")));
	CHECK(!name_has(name, span_str("XX"), span_str("first")));
}

static void addresses(void)
{
	static const struct {
		const char *text, *hex; /* NULL: refused */
	} cases[] = {
		{ "192.0.2.1", "c0000201" },
		{ "0.0.0.0", "00000000" },
		{ "::", "00000000000000000000000000000000" },
		{ "::1", "00000000000000000000000000000001" },
		{ "2001:db8::1", "20010db8000000000000000000000001" },
		{ "2001:DB8:0:0:0:0:0:1", "20010db8000000000000000000000001" },
		{ "1:2:3:4:5:6:7::", "00010002000300040005000600070000" },
		{ "::ffff:192.0.2.1", "00000000000000000000ffffc0000201" },
		{ "1:2:3:4:5:6:1.2.3.4", "00010002000300040005000601020304" },
		{ "256.0.0.1", NULL },
		{ "1.2.3", NULL },
		{ "1.2.3.4.5", NULL },
		{ "1.2.3.", NULL },
		{ "1:2:3:4:5:6:7", NULL },
		{ "1:2:3:4:5:6:7:8:9", NULL },
		{ "1::2::3", NULL },
		{ ":::", NULL },
		{ ":1", NULL },
		{ "1:2:3:4:5:6:7:8::", NULL },
		{ "12345::", NULL },
		{ "1.2.3.4::", NULL },
		{ "host", NULL },
		{ "", NULL },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint8_t address[16];
		char hex[40];
		size_t n = 0;
		const bool good = host_address(cases[i].text, address, &n);
		if (good != (cases[i].hex != NULL))
			TEST_NOTE("%s", cases[i].text);
		if (good && cases[i].hex)
			CHECK_STR(hex_text(span_of(address, n), hex, sizeof hex), cases[i].hex);
	}
}

static bool dns(const char *pattern, const char *host)
{
	uint8_t room[300];
	struct buf b = buf_on(room, sizeof room);
	derw_put(&b, DER_CONTEXT + 2, span_str(pattern));
	const struct cert c = { .alt_names = buf_span(&b) };
	return host_matches(&c, host);
}

static void hosts(void)
{
	CHECK(dns("ct1.local", "ct1.local"));
	CHECK(dns("CT1.Local", "ct1.lOCAL."));
	CHECK(dns("*.hospital.example", "ct1.hospital.example"));
	CHECK(!dns("*.hospital.example", "hospital.example"));
	CHECK(!dns("*.hospital.example", "a.b.hospital.example"));
	CHECK(!dns("*.hospital.example", ".hospital.example"));
	CHECK(!dns("c*.hospital.example", "ct1.hospital.example"));
	CHECK(!dns("a.*.example", "a.b.example"));
	CHECK(!dns("*.example", "a.example"));
	CHECK(!dns("*", "a"));
	CHECK(!dns("ct1.local", "ct1.local.evil"));
	CHECK(!dns("192.0.2.1", "192.0.2.1")); /* an address is no DNS name (RFC 6125 1.7.2) */
	CHECK(!dns("", ""));
}

int main(void)
{
	test("names are compared without regard to string type, case and white space",
		equal_by_meaning);
	test("the text of a name is escaped, valid UTF-8 and cut at a character", text_is_harmless);
	test("hashes are OpenSSL's", hashes);
	test("a name is below another by whole attributes", within);
	test("attributes are found by short name and by number", attributes);
	test("IPv4 and IPv6 addresses are read, everything else is not", addresses);
	test("hosts match by whole names, a wildcard stands for one label", hosts);
	return test_end();
}
