/* SPDX-License-Identifier: MIT */
/* A probe's questions and what is read from answers. Answers are written here byte by byte after RFC
 * 5246 and RFC 8446; tests/interop/ciphers.py has those of real servers. */
#include "base/hex.h"
#include "probe_seal.h"
#include "test.h"
#include "tls/modern_hello.h"
#include "tls/probe.h"

static uint8_t room[PROBE_FLIGHT], bytes[4096];
static struct buf out;

static struct span of_hex(const char *text)
{
	size_t n = 0;
	CHECK(hex_bytes(text, bytes, sizeof bytes, &n));
	return span_of(bytes, n);
}

static struct probe_answer read_all(struct span s, bool ended)
{
	struct probe_answer a;
	probe_read(s, ended, (struct mspan){ room, sizeof room }, &a);
	return a;
}

/* ---- answers, put together from messages */

static uint8_t answer_room[4096], part_room[1024];

static void message(struct buf *b, uint8_t type, struct span body)
{
	buf_u8(b, type);
	buf_u24be(b, (uint32_t)body.n);
	buf_bytes(b, body);
}

static void record(struct buf *b, uint8_t type, struct span body)
{
	buf_u8(b, type);
	buf_u16be(b, 0x0303);
	buf_u16be(b, (uint16_t)body.n);
	buf_bytes(b, body);
}

static struct span hello_body(uint16_t version, uint16_t suite, const char *extensions)
{
	static uint8_t own[512];
	struct buf b = buf_on(own, sizeof own);
	buf_u16be(&b, version);
	buf_fill(&b, 0x5a, 32);
	buf_u8(&b, 0);
	buf_u16be(&b, suite);
	buf_u8(&b, 0);
	buf_bytes(&b, of_hex(extensions));
	return buf_span(&b);
}

/* ServerHello with renegotiation_info and extended_master_secret, two certificates of 3 and 2 bytes,
 * ServerKeyExchange on secp384r1, CertificateRequest with two names, ServerHelloDone. */
static struct span flight12(void)
{
	struct buf b = buf_on(part_room, sizeof part_room);
	message(&b, 2, hello_body(TLS_1_2, 0xC02F, "0009ff0100010000170000"));
	message(&b, 11, of_hex("00000b000003aabbcc0000020102"));
	message(&b, 12, of_hex("0300180401020304"));
	message(&b, 13, of_hex("0101000204010009000230000003300000"));
	message(&b, 14, of_hex(""));
	return buf_span(&b);
}

static struct span one_record(uint8_t type, struct span body)
{
	out = buf_on(answer_room, sizeof answer_room);
	record(&out, type, body);
	return buf_span(&out);
}

static void reads_a_flight(void)
{
	const struct probe_answer a = read_all(one_record(22, flight12()), false);
	CHECK_INT(a.state, PROBE_AGREED);
	CHECK_INT(a.version, TLS_1_2);
	CHECK_INT(a.suite, 0xC02F);
	CHECK_INT(a.group, 24);
	CHECK(a.renegotiation && a.ems && a.asks && a.hello);
	CHECK_INT(a.ca_names, 2);
	REQUIRE(a.cert_n == 2 && a.cert[0].n == 3 && a.cert[1].n == 2);
	CHECK_MEM(a.cert[0].p, "\xaa\xbb\xcc", 3);
}

static void cut_anywhere(void)
{
	const struct span flight = flight12();
	struct probe_answer a;
	out = buf_on(answer_room, sizeof answer_room);
	for (size_t i = 0; i < flight.n; i += 7) /* records that cut messages */
		record(&out, 22, span_at(flight, i, 7));
	const struct span all = buf_span(&out);
	for (size_t n = 0; n < all.n; n++) {
		a = read_all(span_at(all, 0, n), false);
		if (!CHECK(a.state == PROBE_MORE))
			return;
		CHECK(read_all(span_at(all, 0, n), true).state == PROBE_SILENT ||
			(n > 0 && n < 6)); /* too short to tell, or silence */
	}
	a = read_all(all, false);
	CHECK(a.state == PROBE_AGREED && a.group == 24 && a.cert_n == 2);
}

static void reads_tls13(void)
{
	struct buf b = buf_on(part_room, sizeof part_room);
	message(&b, 2, hello_body(TLS_1_2, 0x1301, "0010002b0002030400330006001d00020506"));
	struct probe_answer a = read_all(one_record(22, buf_span(&b)), false);
	CHECK_INT(a.state, PROBE_AGREED);
	CHECK_INT(a.version, TLS_1_3);
	CHECK_INT(a.group, 29);
	CHECK_INT(a.share.n, 2);

	/* a HelloRetryRequest names a group only (RFC 8446 4.1.4) */
	struct span body = hello_body(TLS_1_2, 0x1302, "000c002b00020304003300020017");
	uint8_t retry[512];
	memcpy(retry, body.p, body.n);
	memcpy(retry + 2, hello_retry_random, 32);
	b = buf_on(part_room, sizeof part_room);
	message(&b, 2, span_of(retry, body.n));
	a = read_all(one_record(22, buf_span(&b)), false);
	CHECK(a.state == PROBE_AGREED && a.version == TLS_1_3 && a.group == 23 && !a.share.n);
}

static void reads_dhe(void)
{
	struct buf b = buf_on(part_room, sizeof part_room);
	message(&b, 2, hello_body(TLS_1_0, 0x0033, ""));
	/* a prime of 3 bytes with a leading zero, and then 0x01ff: 9 bits */
	message(&b, 12,
		of_hex("000300"
		       "01ff"
		       "000105"));
	message(&b, 14, of_hex(""));
	const struct probe_answer a = read_all(one_record(22, buf_span(&b)), false);
	CHECK(a.state == PROBE_AGREED && a.version == TLS_1_0);
	CHECK_INT(a.dh_bits, 9);
	CHECK(!a.renegotiation && !a.ems && !a.asks && a.group == 0);
}

static void reads_old_request(void)
{
	struct buf b = buf_on(part_room, sizeof part_room);
	message(&b, 2, hello_body(PROBE_SSL3, 0x000A, ""));
	message(&b, 13, of_hex("0201020000")); /* no signature algorithms before TLS 1.2 */
	message(&b, 14, of_hex(""));
	const struct probe_answer a = read_all(one_record(22, buf_span(&b)), false);
	CHECK(a.state == PROBE_AGREED && a.version == PROBE_SSL3 && a.asks && a.ca_names == 0);
}

static void alerts(void)
{
	struct probe_answer a = read_all(of_hex("15030300020228"), false);
	CHECK(a.state == PROBE_REFUSED && a.alert == 40 && !a.hello);
	a = read_all(of_hex("15030000020100"), false); /* close_notify is a warning */
	CHECK(a.state == PROBE_REFUSED && a.alert == 0);
	a = read_all(of_hex("15030300020170"), false); /* unrecognized_name ends nothing */
	CHECK_INT(a.state, PROBE_MORE);
	out = buf_on(answer_room, sizeof answer_room);
	record(&out, 21, of_hex("0170"));
	record(&out, 22, flight12());
	a = read_all(buf_span(&out), false);
	CHECK(a.state == PROBE_AGREED && a.group == 24);
	out = buf_on(answer_room, sizeof answer_room);
	record(&out, 22, span_at(flight12(), 0, 60)); /* the hello, then a refusal */
	record(&out, 21, of_hex("0250"));
	a = read_all(buf_span(&out), false);
	CHECK(a.state == PROBE_REFUSED && a.alert == 80 && a.hello);
}

static void strangers(void)
{
	static const char *const cases[] = {
		"485454502f312e3120343030",           /* HTTP */
		"5353482d322e302d4f70656e",           /* SSH */
		"0300000000040000010300000000040000", /* A-ASSOCIATE-RJ */
		"15030300030228",                     /* alert of 3 bytes, cut: see below */
		"1603030005"
		"0200000100", /* a ServerHello of one byte */
		"1603030004"
		"0e000000", /* done before hello */
		"1603030004"
		"0b000000", /* certificates before hello */
		"1603030004"
		"63000000",       /* no such message */
		"18030300020000", /* heartbeat */
		"16030348010000", /* a record of 18,433 bytes */
		"1603030005"
		"0000000100", /* a HelloRequest with content */
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct probe_answer a = read_all(of_hex(cases[i]), false);
		if (i == 3)
			CHECK_INT(a.state, PROBE_MORE);
		else if (!CHECK(a.state == PROBE_STRANGER && a.why && *a.why))
			TEST_NOTE("%s", cases[i]);
	}
	out = buf_on(answer_room, sizeof answer_room);
	record(&out, 22, flight12()); /* rubbish behind a whole flight undoes nothing */
	buf_bytes(&out, of_hex("ffffffffff"));
	CHECK_INT(read_all(buf_span(&out), false).state, PROBE_AGREED);
	CHECK_INT(read_all(of_hex("1503030003022800"), false).state, PROBE_STRANGER);
	CHECK_INT(read_all(of_hex(""), true).state, PROBE_SILENT);
	CHECK_INT(read_all(of_hex(""), false).state, PROBE_MORE);
}

/* One message behind a good hello. */
static enum probe_state behind(uint16_t suite, uint8_t type, const char *body)
{
	struct buf b = buf_on(part_room, sizeof part_room);
	message(&b, 2, hello_body(TLS_1_2, suite, ""));
	message(&b, type, of_hex(body));
	return read_all(one_record(22, buf_span(&b)), false).state;
}

static void malformed_messages(void)
{
	static const struct {
		uint8_t type;
		const char *body, *what;
	} cases[] = {
		{ 2, "00", "a second hello" },
		{ 11, "", "no list of certificates" },
		{ 11, "000001", "a list longer than the message" },
		{ 11, "000003000000", "an empty certificate" },
		{ 11, "000004000002aa", "a certificate longer than its list" },
		{ 11, "000004000001aaff", "bytes behind the list" },
		{ 12, "", "no key exchange" },
		{ 12, "0300", "half a group" },
		{ 13, "", "an empty request" },
		{ 13, "0101", "a request without algorithms" },
		{ 13, "010100020401", "a request without names" },
		{ 13, "01010002040100020003", "a name longer than its list" },
		{ 13, "010100020401000000", "bytes behind the request" },
		{ 14, "00", "content in ServerHelloDone" },
		{ 1, "", "a ClientHello" },
		{ 20, "", "a Finished" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (!CHECK(behind(0xC02F, cases[i].type, cases[i].body) == PROBE_STRANGER))
			TEST_NOTE("%s is taken", cases[i].what);
	CHECK_INT(behind(0x0033, 12, "0000"), PROBE_STRANGER);     /* no prime */
	CHECK_INT(behind(0x0033, 12, "00020000"), PROBE_STRANGER); /* a prime of zero */
	CHECK_INT(behind(0x0033, 12, "0009ff"), PROBE_STRANGER);
	CHECK_INT(behind(0xC02F, 4, "aa"), PROBE_MORE); /* a ticket says nothing */
}

static void malformed_hellos(void)
{
	static const struct {
		uint16_t version;
		const char *extensions;
	} cases[] = {
		{ 0x0304, "" },                              /* only in supported_versions */
		{ 0x02ff, "" },                              /* before SSL 3.0 */
		{ TLS_1_2, "0006002b00020303" },             /* supported_versions with 1.2 */
		{ TLS_1_2, "0007002b0003030400" },           /* and with too much */
		{ TLS_1_2, "000c002b00020304003300020017" }, /* a group, yet no retry */
		{ TLS_1_2, "0011002b0002030400330007001d0002050600" }, /* more than a share */
		{ TLS_1_2, "0008ff01000100ff01000100" },               /* length too short */
		{ TLS_1_2, "0004002b0009" },                           /* extension too long */
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf b = buf_on(part_room, sizeof part_room);
		message(&b, 2, hello_body(cases[i].version, 0x1301, cases[i].extensions));
		const struct probe_answer a = read_all(one_record(22, buf_span(&b)), false);
		if (!CHECK(a.state == PROBE_STRANGER))
			TEST_NOTE("hello %zu is taken", i);
	}
}

/* ---- questions */

static void questions(void)
{
	static const uint16_t suites[] = { 0xC02F, 0x000A }, groups[] = { 29, 23 };
	struct probe_ask ask = { .suites = suites,
		.suites_n = 2,
		.groups = groups,
		.groups_n = 2,
		.name = "pacs.example" };
	uint8_t hello[PROBE_HELLO];
	for (uint16_t v = PROBE_SSL3; v <= TLS_1_3; v++) {
		struct hello h;
		int alert = 0;
		ask.version = v;
		struct buf b = buf_on(hello, sizeof hello);
		REQUIRE(probe_hello(&ask, &b));
		CHECK_INT(hello[2], v == PROBE_SSL3 ? 0 : 1);
		CHECK_INT(hello[3] << 8 | hello[4], b.n - 5);
		CHECK_INT(hello[6] << 16 | hello[7] << 8 | hello[8], b.n - 9);
		REQUIRE(hello_client(span_at(buf_span(&b), 9, b.n), &h, &alert));
		CHECK_INT(h.version, v < TLS_1_2 ? v : TLS_1_2);
		CHECK_INT(h.suites.n, v == TLS_1_3 ? 4 : 6); /* and the signal of RFC 5746 */
		CHECK_INT(hello_has(&h, EXT_VERSIONS), v == TLS_1_3);
		CHECK_INT(hello_has(&h, EXT_KEY_SHARE), v == TLS_1_3);
		CHECK_INT(hello_has(&h, EXT_SIGNATURES), v >= TLS_1_2);
		CHECK_INT(hello_has(&h, EXT_GROUPS), v > PROBE_SSL3);
		CHECK_INT(hello_has(&h, EXT_SERVER_NAME), v > PROBE_SSL3);
	}
	ask.name = "192.0.2.7"; /* an address is no server name (RFC 6066 3) */
	struct buf b = buf_on(hello, sizeof hello);
	CHECK(probe_hello(&ask, &b));
	struct hello h;
	int alert = 0;
	REQUIRE(hello_client(span_at(buf_span(&b), 9, b.n), &h, &alert));
	CHECK(!hello_has(&h, EXT_SERVER_NAME));
	b = buf_on(hello, 60);
	CHECK(!probe_hello(&ask, &b));
}

/* ---- verdicts */

static void put_suite(struct probe_peer *p, uint16_t version, uint16_t suite)
{
	const unsigned v = version - PROBE_SSL3;
	p->version[v] = true;
	p->suites[v][p->suites_n[v]++] = suite;
}

static struct probe_judgement judged(const struct probe_peer *p, const char *profile)
{
	struct probe_judgement j;
	probe_judge(p, tls_profile_name(profile), &j);
	return j;
}

static void verdicts(void)
{
	struct probe_peer p = { .rsa_bits = 2048, .groups = { 23 }, .groups_n = 1 };
	put_suite(&p, TLS_1_2, 0xC02F);
	struct probe_judgement j = judged(&p, "8996");
	CHECK(j.verdict == PROBE_YES && j.suites == 1 && j.of == 7 && j.here && !j.why[0]);
	CHECK(j.version == TLS_1_2 && j.suite == 0xC02F);
	CHECK_INT(judged(&p, "bcp195-ex").verdict, PROBE_YES);
	CHECK_INT(judged(&p, "aes").verdict, PROBE_NO);
	CHECK_INT(judged(&p, "null").verdict, PROBE_NO);

	put_suite(&p, TLS_1_3, 0x1302); /* newer than bcp195-ex knows: no harm */
	CHECK_INT(judged(&p, "8996").version, TLS_1_3);
	CHECK_INT(judged(&p, "bcp195-ex").verdict, PROBE_YES);

	put_suite(&p, TLS_1_0, 0x002F);
	j = judged(&p, "8996");
	CHECK_INT(j.verdict, PROBE_WIDER);
	CHECK(strstr(j.why, "TLSv1.0") && strstr(j.why, "TLS_RSA_WITH_AES_128_CBC_SHA"));
	CHECK_INT(judged(&p, "bcp195").verdict, PROBE_YES);
	CHECK_INT(judged(&p, "aes").verdict, PROBE_WIDER);
}

static void verdicts_cut_short(void)
{
	struct probe_peer p = { .rsa_bits = 1024, .incomplete = true };
	put_suite(&p, TLS_1_2, 0xC02F);
	CHECK_INT(judged(&p, "8996").verdict, PROBE_NO); /* the key is known */
	CHECK_INT(judged(&p, "bcp195-nd").verdict, PROBE_UNKNOWN);
	CHECK_INT(judged(&p, "basic").verdict, PROBE_UNKNOWN);
	put_suite(&p, TLS_1_0, 0x0002);
	CHECK_INT(judged(&p, "bcp195-nd").verdict, PROBE_WIDER);
}

static void verdicts_of_keys(void)
{
	struct probe_peer p = { .rsa_bits = 1024, .groups = { 23 }, .groups_n = 1 };
	put_suite(&p, TLS_1_2, 0xC02F);
	struct probe_judgement j = judged(&p, "8996");
	CHECK(j.verdict == PROBE_NO && strstr(j.why, "1024"));
	CHECK_INT(judged(&p, "bcp195-nd").verdict, PROBE_YES); /* has no rule about keys */
	p = (struct probe_peer){ .ec_bits = 224, .groups = { 23 }, .groups_n = 1 };
	put_suite(&p, TLS_1_2, 0xC02B);
	j = judged(&p, "8996");
	CHECK(j.verdict == PROBE_NO && strstr(j.why, "224"));
	p = (struct probe_peer){ .rsa_bits = 2048, .groups = { 21 }, .groups_n = 1 };
	put_suite(&p, TLS_1_2, 0xC02F);
	j = judged(&p, "8996"); /* ECDHE on secp224r1 only */
	CHECK(j.verdict == PROBE_NO && strstr(j.why, "groups"));
	p = (struct probe_peer){ .rsa_bits = 2048, .dh_bits = 1024 };
	put_suite(&p, TLS_1_2, 0x009E);
	j = judged(&p, "bcp195-nd");
	CHECK(j.verdict == PROBE_WIDER && strstr(j.why, "1024") && !j.here);
	p = (struct probe_peer){ 0 };
	j = judged(&p, "8996");
	CHECK(j.verdict == PROBE_NO && strstr(j.why, "version"));
	CHECK(!probe_has(&p, 0x0200, 0xC02F) && !probe_has(&p, 0x0305, 0xC02F));
}

static void keys(void)
{
	uint8_t small[32], large[32];
	struct probe_key k;
	memset(small, 7, sizeof small);
	memset(large, 0xff, sizeof large);
	CHECK(probe_key(&k, 29, small) && k.n == 32);
	CHECK(probe_key(&k, 23, large) && k.n == 65 && k.point[0] == 4);
	CHECK(probe_key(&k, 24, small) && k.n == 97);
	CHECK(probe_key(&k, 25, small) && k.n == 133);
	CHECK(!probe_key(&k, 30, small));  /* X448 */
	CHECK(!probe_key(&k, 256, small)); /* ffdhe2048 */
	CHECK(!probe_key(&k, 21, small));
}

/* The answer to a ClientHello of ours whose encrypted part has this content. */
static struct probe_answer unsealed(uint8_t type, struct span content, bool other_key, size_t less)
{
	static uint8_t opened[PROBE_FLIGHT];
	struct probe_answer a = { 0 };
	struct probe_key k;
	uint8_t hello[SEAL_HELLO], other[32] = { 9 };
	const struct mspan into = { opened, sizeof opened };
	out = buf_on(answer_room, sizeof answer_room);
	if (!CHECK(seal_client(&k, hello) && seal_flight(&k, hello, type, content, &out)))
		return a;
	const struct span all = span_at(buf_span(&out), 0, out.n - less);
	a = read_all(all, false);
	CHECK(a.state == PROBE_AGREED && a.version == TLS_1_3 && a.group == 29);
	if (other_key)
		CHECK(probe_key(&k, 29, other));
	probe_open(&k, span_of(hello, sizeof hello), all, false, into, &a);
	return a;
}

static void opens_a_sealed_flight(void)
{
	struct buf b = buf_on(part_room, sizeof part_room);
	message(&b, 8, of_hex("0000"));
	/* RFC 8446 4.3.2: no context; signature_algorithms, certificate_authorities with two names */
	message(&b, 13,
		of_hex("000014"
		       "000d000400020403"
		       "002f00080006000130000130"));
	message(&b, 11,
		of_hex("00000010"
		       "000003aabbcc0000"
		       "0000030102030000"));
	const struct span content = buf_span(&b);
	struct probe_answer a = unsealed(RECORD_HANDSHAKE, content, false, 0);
	CHECK(a.state == PROBE_AGREED && a.asks && a.ca_names == 2);
	REQUIRE(a.cert_n == 2 && a.cert[0].n == 3 && a.cert[1].n == 3);
	CHECK_MEM(a.cert[1].p, "\x01\x02\x03", 3);
	CHECK_INT(unsealed(RECORD_HANDSHAKE, content, false, 1).state, PROBE_MORE);
	CHECK_INT(unsealed(RECORD_HANDSHAKE, span_at(content, 0, 9), false, 0).state, PROBE_MORE);
	a = unsealed(RECORD_ALERT, of_hex("0228"), false, 0);
	CHECK(a.state == PROBE_REFUSED && a.alert == 40);
}

/* What cannot be opened is said to be so, and nothing is taken from it. */
static void refuses_sealed_rubbish(void)
{
	static const struct {
		uint8_t type;
		const char *body;
	} cases[] = {
		{ 2, "" },
		{ 14, "" },
		{ 20, "00" }, /* not in this place */
		{ 13, "" },
		{ 13, "0000" },
		{ 13, "0000020000ff" },           /* requests cut or too long */
		{ 13, "000008002f000400020009" }, /* a name longer than its list */
		{ 13, "000008000d0000000d0000" }, /* an extension twice */
		{ 11, "" },
		{ 11, "00000001" },
		{ 11,
			"0000000500000000"
			"00" },
		{ 11, "00000006000002aabb00" }, /* no extensions behind it */
		{ 11,
			"0000000600000100"
			"0000ff" },
	};
	struct probe_answer a;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf b = buf_on(part_room, sizeof part_room);
		message(&b, cases[i].type, of_hex(cases[i].body));
		a = unsealed(RECORD_HANDSHAKE, buf_span(&b), false, 0);
		if (!CHECK(a.state == PROBE_STRANGER && a.why))
			TEST_NOTE("case %zu is taken", i);
	}
	struct buf b = buf_on(part_room, sizeof part_room);
	message(&b, 8, of_hex("0000"));
	message(&b, 11,
		of_hex("00000008"
		       "000003aabbcc0000"));
	a = unsealed(RECORD_HANDSHAKE, buf_span(&b), true, 0);
	CHECK(a.state == PROBE_STRANGER && a.cert_n == 0);
	a = unsealed(RECORD_DATA, buf_span(&b), false, 0);
	CHECK(a.state == PROBE_STRANGER && a.cert_n == 0);
}

int main(void)
{
	test("a TLS 1.2 flight tells suite, group, certificates and the wish for one",
		reads_a_flight);
	test("however a flight is cut, it is read the same, and never too early", cut_anywhere);
	test("TLS 1.3 answers tell version and group, retries too", reads_tls13);
	test("the bits of a DHE prime are counted without leading zeros", reads_dhe);
	test("a request of SSL 3.0 has no signature algorithms", reads_old_request);
	test("alerts refuse, warnings do not", alerts);
	test("what is not TLS is told as such", strangers);
	test("malformed and misplaced messages are told as such", malformed_messages);
	test("malformed ServerHellos are told as such", malformed_hellos);
	test("a ClientHello of each version has what that version knows", questions);
	test("verdicts: yes, wider, no", verdicts);
	test("a probe cut short leaves open what it did not ask", verdicts_cut_short);
	test("verdicts heed keys, groups and the prime", verdicts_of_keys);
	test("shares are made on the groups that there is arithmetic for", keys);
	test("our share opens the encrypted part of TLS 1.3", opens_a_sealed_flight);
	test("an encrypted answer that is broken or not ours tells nothing",
		refuses_sealed_rubbish);
	return test_end();
}
