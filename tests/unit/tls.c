/* SPDX-License-Identifier: MIT */
/* The tables of lib/tls: suites, profiles, alerts, first bytes. */
#include "base/err.h"
#include "test.h"
#include "tls/alert.h"
#include "tls/engine.h"
#include "tls/profile.h"
#include "tls/suites.h"

static void suites_are_sorted(void)
{
	for (size_t i = 0; i < tls_suites_n; i++) {
		if (i > 0)
			CHECK(tls_suites[i - 1].code < tls_suites[i].code);
		CHECK(tls_suite_code(tls_suites[i].code) == &tls_suites[i]);
		CHECK(tls_suite_name(tls_suite_iana(&tls_suites[i]).text) == &tls_suites[i]);
		if (*tls_suite_openssl(&tls_suites[i]).text)
			CHECK(tls_suite_name(tls_suite_openssl(&tls_suites[i]).text) ==
				&tls_suites[i]);
	}
}

/* IANA's registry, and RFC 5288, 5289, 7905. */
static void suites_have_both_names(void)
{
	const struct tls_suite *s = tls_suite_name("ecdhe-rsa-aes128-gcm-sha256");
	REQUIRE(s);
	CHECK_INT(s->code, 0xC02F);
	CHECK_STR(tls_suite_iana(s).text, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
	CHECK_STR(tls_suite_kx(s), "ECDHE");
	CHECK_STR(tls_suite_auth(s), "RSA");
	CHECK_STR(tls_suite_enc(s), "AES-128-GCM");
	CHECK(s->forward && s->bits == 128);
	s = tls_suite_name("TLS_RSA_WITH_3DES_EDE_CBC_SHA");
	REQUIRE(s);
	CHECK_STR(tls_suite_openssl(s).text, "DES-CBC3-SHA");
	CHECK_STR(tls_suite_mac(s), "SHA1");
	CHECK(!s->forward && s->bits == 112);
	CHECK(tls_suite_code(0xCCA9) == tls_suite_name("ECDHE-ECDSA-CHACHA20-POLY1305"));
}

static void unknown_suites_have_none(void)
{
	CHECK(!tls_suite_code(0x0000));
	CHECK(!tls_suite_code(0xFFFF));
	CHECK(!tls_suite_code(0x1306));
	CHECK(!tls_suite_name(""));
	CHECK(!tls_suite_name("TLS_RSA"));
	CHECK_STR(tls_group_name(29), "x25519");
	CHECK_STR(tls_group_name(1), "");
	CHECK_STR(tls_version_name(TLS_1_2), "TLSv1.2");
	CHECK_STR(tls_version_name(0x7f1c), "unknown");
}

static void profiles_list_known_suites(void)
{
	size_t n = 0;
	for (const struct tls_profile *p = tls_profiles; p->name; p++, n++) {
		CHECK(tls_profile_name(p->name) == p);
		for (const uint16_t *code = p->suites; *code; code++) {
			CHECK(tls_suite_code(*code));
			CHECK(tls_profile_has(p, *code));
		}
		for (const uint16_t *code = p->suites13; code && *code; code++)
			CHECK(tls_suite_code(*code) && tls_suite_code(*code)->first == TLS_1_3);
	}
	CHECK_INT(n, 8);
	CHECK_STR(tls_profiles[0].name, "8996");
	CHECK(!tls_profile_name("9999"));
	CHECK(!tls_profile_has(tls_profile_name("8996"), 0x000A));
}

static void default_profile_is_aead_only(void)
{
	struct tls_config c = { 0 };
	struct err e = { 0 };
	REQUIRE(tls_profile_apply(&tls_profiles[0], NULL, 0, &c, &e));
	CHECK_INT(c.min_version, TLS_1_2);
	CHECK(c.suites_n >= 4);
	for (size_t i = 0; i < c.suites_n; i++) {
		const struct tls_suite *s = tls_suite_code(c.suites[i]);
		CHECK_STR(tls_suite_mac(s), "AEAD");
		CHECK(s->forward && s->have != TLS_HAVE_NONE);
	}
}

static void order_follows_the_processor(void)
{
	struct tls_config c = { 0 };
	REQUIRE(tls_profile_apply(tls_profile_name("8996-mod"), NULL, 0, &c, NULL));
	size_t chacha = 99, aes = 99;
	for (size_t i = 0; i < c.suites_n; i++) {
		if (c.suites[i] == 0xCCA8)
			chacha = i;
		if (c.suites[i] == 0xC02F)
			aes = i;
	}
	CHECK(chacha != 99 && aes != 99);
	CHECK((aes < chacha) == tls_host_has_aes());
}

/* The list of a profile in the order that it is offered in, from IANA's codes. */
static void order_is(const char *profile, bool aes, const uint16_t *want, size_t n)
{
	struct tls_config c = { 0 };
	REQUIRE(tls_profile_apply_for(tls_profile_name(profile), aes, NULL, 0, &c, NULL));
	CHECK_INT(c.suites_n, n);
	for (size_t i = 0; i < n && i < c.suites_n; i++)
		if (c.suites[i] != want[i])
			TEST_NOTE("%s, AES %d: suite %zu is %04x, not %04x", profile, aes, i,
				c.suites[i], want[i]);
}

static void fast_suites_stand_first(void)
{
	static const uint16_t gcm[] = { 0x1301, 0x1302, 0x1303, 0xC02F, 0xC02B, 0xC030, 0xC02C },
			      gcm_soft[] = { 0x1303, 0x1301, 0x1302, 0xC02F, 0xC02B, 0xC030,
				      0xC02C };
	static const uint16_t mod[] = { 0x1301, 0x1302, 0x1304, 0x1305, 0x1303, 0xC02F, 0xC02B,
		0xC030, 0xC02C, 0xC0AC, 0xC0AD, 0xC0AE, 0xC0AF, 0xCCA8, 0xCCA9 },
			      mod_soft[] = { 0x1303, 0x1301, 0x1302, 0x1304, 0x1305, 0xCCA8, 0xCCA9,
				      0xC02F, 0xC02B, 0xC030, 0xC02C, 0xC0AC, 0xC0AD, 0xC0AE,
				      0xC0AF };
	static const uint16_t aes[] = { 0x002F, 0x000A };
	order_is("8996", true, gcm, 7);
	order_is("8996", false, gcm_soft, 7);
	order_is("8996-mod", true, mod, 15);
	order_is("8996-mod", false, mod_soft, 15);
	order_is("aes", true, aes, 2);
	order_is("aes", false, aes, 2); /* no ChaCha20, so nothing to put first */
}

static void empty_profile_says_so(void)
{
	struct tls_config c = { 0 };
	struct err e = { 0 };
	CHECK(!tls_profile_apply(tls_profile_name("null"), NULL, 0, &c, &e));
	CHECK_INT(e.kind, ERR_USAGE);
	CHECK(strstr(e.text, "null") && strstr(e.text, "8996"));
}

static void extra_suites_are_checked(void)
{
	struct tls_config c = { 0 };
	struct err e = { 0 };
	const uint16_t chacha = 0xCCA8, null = 0x0002, dhe = 0x009E, nobody = 0x7777;
	CHECK(tls_profile_apply(&tls_profiles[0], &chacha, 1, &c, &e));
	CHECK_INT(c.suites[c.suites_n - 1], chacha);
	CHECK(!tls_profile_apply(&tls_profiles[0], &null, 1, &c, &e));
	err_clear(&e);
	CHECK(!tls_profile_apply(&tls_profiles[0], &dhe, 1, &c, &e));
	CHECK(strstr(e.text, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"));
	err_clear(&e);
	CHECK(!tls_profile_apply(&tls_profiles[0], &nobody, 1, &c, &e));
	CHECK(strstr(e.text, "0x7777"));
}

/* RFC 8446 6 and RFC 5246 7.2; 60 and 21 from RFC 2246, 41 from SSL 3, 111 to 114 from RFC 6066. */
static void every_alert_has_words(void)
{
	static const uint8_t assigned[] = { 0, 10, 20, 21, 22, 30, 40, 41, 42, 43, 44, 45, 46, 47,
		48, 49, 50, 51, 60, 70, 71, 80, 86, 90, 100, 109, 110, 111, 112, 113, 114, 115, 116,
		120 };
	CHECK_INT(tls_alerts_n, sizeof assigned);
	for (size_t i = 0; i < sizeof assigned; i++) {
		struct err e = { 0 };
		const struct tls_alert *a = tls_alert_code(assigned[i]);
		if (!CHECK(a))
			continue;
		CHECK(!tls_alert_received(&e, assigned[i]));
		CHECK_INT(e.code, assigned[i]);
		CHECK(strstr(e.text, a->name) && strstr(e.text, a->remedy));
		CHECK(!strchr(e.text, '?'));
	}
}

static void certificate_alerts_are_about_trust(void)
{
	struct err e = { 0 };
	tls_alert_received(&e, 48);
	CHECK_INT(e.kind, ERR_TRUST);
	err_clear(&e);
	tls_alert_received(&e, 70);
	CHECK_INT(e.kind, ERR_TLS);
	err_clear(&e);
	tls_alert_received(&e, 200);
	CHECK_INT(e.kind, ERR_TLS);
	CHECK(strstr(e.text, "200"));
}

static void first_bytes_are_recognised(void)
{
	static const struct {
		const char *bytes;
		size_t n;
		enum tls_sniff is;
	} known[] = {
		{ "\x16\x03\x01\x02\x00\x01", 6, TLS_SNIFF_TLS },
		{ "\x15\x03\x03\x00\x02\x02", 6, TLS_SNIFF_TLS },
		{ "\x01\x00\x00\x00\x00\xcd", 6, TLS_SNIFF_DICOM }, /* A-ASSOCIATE-RQ */
		{ "\x07\x00\x00\x00\x00\x04", 6, TLS_SNIFF_DICOM }, /* A-ABORT */
		{ "GET / ", 6, TLS_SNIFF_HTTP },
		{ "HTTP/1", 6, TLS_SNIFF_HTTP },
		{ "SSH-2.", 6, TLS_SNIFF_SSH },
		{ "\x80\x2e\x01\x03\x01\x00", 6, TLS_SNIFF_SSL2 },
		{ "\x08\x00\x00\x00\x00\x04", 6, TLS_SNIFF_OTHER }, /* no such PDU */
		{ "\x17\x03\x03\x00\x10\x00", 6, TLS_SNIFF_OTHER }, /* data before a handshake */
		{ "\x16\x02\x00\x00\x00\x00", 6, TLS_SNIFF_OTHER },
		{ "\xff\xff\xff\xff\xff\xff", 6, TLS_SNIFF_OTHER },
		{ "", 0, TLS_SNIFF_SHORT },
		{ "\x16", 1, TLS_SNIFF_SHORT },
		{ "\x16\x03", 2, TLS_SNIFF_SHORT },
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		const enum tls_sniff is = tls_sniff(span_of(known[i].bytes, known[i].n));
		if (is != known[i].is)
			TEST_NOTE("row %zu is %d", i, is);
	}
}

int main(void)
{
	test("suites are sorted and found by code and by both names", suites_are_sorted);
	test("suites carry the registry's names and parts", suites_have_both_names);
	test("unknown suites, groups and versions are not found", unknown_suites_have_none);
	test("the eight profiles list suites that the table knows", profiles_list_known_suites);
	test("the default profile offers forward secrecy and AEAD only",
		default_profile_is_aead_only);
	test("AES stands first where the processor has it", order_follows_the_processor);
	test("AES stands first on hosts with instructions for it, ChaCha20 elsewhere",
		fast_suites_stand_first);
	test("a profile of which nothing is left says so", empty_profile_says_so);
	test("an added suite is refused when unknown, not here, or NULL", extra_suites_are_checked);
	test("every assigned alert has a name, a meaning and a remedy", every_alert_has_words);
	test("alerts about certificates are errors of trust", certificate_alerts_are_about_trust);
	test("the first bytes tell TLS, SSL 2, DICOM, HTTP and SSH apart",
		first_bytes_are_recognised);
	return test_end();
}
