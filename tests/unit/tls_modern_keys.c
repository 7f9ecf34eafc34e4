/* SPDX-License-Identifier: MIT */
/* Key schedule and record protection against the traces of RFC 8448 section 3, and the properties that
 * every cipher must have. */
#define _GNU_SOURCE /* memmem */
#include "base/hex.h"
#include "test.h"
#include "tls/modern_keys.h"
#include "tls/modern_record.h"
#include "tls/suites.h"

static struct span hex(const char *text)
{
	static uint8_t room[8][128];
	static unsigned next;
	uint8_t *p = room[next++ % 8];
	size_t n = 0;
	CHECK(hex_bytes(text, p, 128, &n));
	return span_of(p, n);
}

static void is(const uint8_t *got, const char *want)
{
	const struct span w = hex(want);
	CHECK_MEM(got, w.p, w.n);
}

#define HELLOS "860c06edc07858ee8e78f0e7428c58edd6b43f2ca3e6e95f02ed063cf0e1cad8"
#define TO_FINISHED "9608102a0f1ccc6db6250b7b7e417b1a000eaada3daae4777a7686c9ff83df13"

static void schedule_of_rfc8448(void)
{
	struct schedule s;
	uint8_t out[KEYS_HASH];
	schedule_start(&s, false, span_of(NULL, 0));
	is(s.secret, "33ad0a1c607ec03b09e6cd9893680ce210adf300aa1f2660e1b22e10f170f92a");
	schedule_next(&s, hex("8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d"));
	is(s.secret, "1dc826e93606aa6fdc0aadc12f741b01046aa6b99f691ed221a9f0ca043fbeac");
	schedule_derive(&s, "c hs traffic", hex(HELLOS).p, out);
	is(out, "b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21");
	keys_finished(&s, out, hex(TO_FINISHED).p, out);
	is(out, "a8ec436d677634ae525ac1fcebe11a039ec17694fac6e98527b642f2edd5ce61");
	schedule_derive(&s, "s hs traffic", hex(HELLOS).p, out);
	is(out, "b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38");
	uint8_t key[16], iv[12];
	keys_expand(&s, out, "key", span_of(NULL, 0), key, sizeof key);
	keys_expand(&s, out, "iv", span_of(NULL, 0), iv, sizeof iv);
	is(key, "3fce516009c21727d0f2e4e86ee403bc");
	is(iv, "5d313eb2671276ee13000b30");
	schedule_next(&s, span_of(NULL, 0));
	is(s.secret, "18df06843d13a08bf2a449844c5f8a478001bc4d4c627984d5a41da8d0402919");
	schedule_derive(&s, "c ap traffic", hex(TO_FINISHED).p, out);
	is(out, "9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5");
	schedule_derive(&s, "s ap traffic", hex(TO_FINISHED).p, out);
	is(out, "a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643");
}

/* The client's first record of application data: the bytes 0 to 49. */
#define DATA_RECORD                                                                                \
	"1703030043a23f7054b62c94d0affafe8228ba55cbefacea42f914aa66bcab3f2b9819a8a5b46b395bd54a9a" \
	"20441e2b62974e1f5a6292a2977014bd1e3deae63aeebb21694915e4"

static void protect_as_client(struct protect *p)
{
	struct schedule s;
	schedule_start(&s, false, span_of(NULL, 0));
	keys_protect(&s, hex("9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5").p,
		protect_suite(0x1301), p);
}

static void record_of_rfc8448(void)
{
	struct protect p = { 0 };
	uint8_t record[128];
	protect_as_client(&p);
	for (uint8_t i = 0; i < 50; i++)
		record[RECORD_HEADER + i] = i;
	CHECK_INT(protect_seal(&p, RECORD_DATA, record, 50), 72);
	is(record, DATA_RECORD);

	uint8_t type = 0;
	struct mspan content;
	int alert;
	protect_as_client(&p);
	REQUIRE(protect_open(&p, (struct mspan){ record, 72 }, NULL, &type, &content, &alert));
	CHECK_INT(type, RECORD_DATA);
	CHECK_INT(content.n, 50);
	CHECK_INT(content.p[49], 49);
}

/* A second implementation of the transcript of a retry: the bytes written out. */
static void retry_replaces_the_hello(void)
{
	struct transcript t;
	uint8_t hello[32], got[KEYS_HASH], want[32];
	br_sha256_context h;
	transcript_init(&t);
	transcript_add(&t, span_str("first hello"));
	transcript_retry(&t);
	transcript_add(&t, span_str("retry"));
	CHECK_INT(transcript_hash(&t, got), 32);
	br_sha256_init(&h);
	br_sha256_update(&h, "first hello", 11);
	br_sha256_out(&h, hello);
	br_sha256_init(&h);
	br_sha256_update(&h, "\xfe\0\0\x20", 4);
	br_sha256_update(&h, hello, 32);
	br_sha256_update(&h, "retry", 5);
	br_sha256_out(&h, want);
	CHECK_MEM(got, want, 32);
}

static const uint16_t all[] = { 0x1301, 0x1302, 0x1303, 0x1304, 0x1305, 0xC02B, 0xC02C, 0xC0AC,
	0xC0AD, 0xC0AE, 0xC0AF, 0xCCA8 };
enum { N = 300 };

static size_t sealed(struct protect *a, struct protect *b, uint16_t code, uint8_t record[N + 64])
{
	static const uint8_t key[32] = { 1, 2, 3 }, iv[12] = { 4, 5, 6 };
	protect_set(a, protect_suite(code), key, iv);
	protect_set(b, protect_suite(code), key, iv);
	memset(record + protect_before(a), 'x', N);
	const size_t n = protect_seal(a, RECORD_HANDSHAKE, record, N);
	CHECK_INT(n, protect_before(a) + N + protect_after(a));
	return n;
}

static void what_is_sealed_opens(void)
{
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct protect a = { 0 }, b = { 0 };
		uint8_t record[N + 64], type;
		struct mspan content;
		int alert;
		for (int round = 0; round < 3; round++) {
			const size_t n = round ? protect_seal(&a, RECORD_HANDSHAKE, record, N)
					       : sealed(&a, &b, all[i], record);
			CHECK_INT(record[0], protect_suite(all[i])->version == TLS_1_3 ? 23 : 22);
			if (!protect_open(
				    &b, (struct mspan){ record, n }, NULL, &type, &content, &alert))
				TEST_NOTE("suite %04x, round %d", all[i], round);
			CHECK_INT(type, RECORD_HANDSHAKE);
			CHECK_INT(content.n, N);
		}
	}
}

static void what_is_altered_does_not(void)
{
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct protect a = { 0 }, b = { 0 };
		uint8_t record[N + 64], type;
		struct mspan content;
		int alert = 0;
		const size_t n = sealed(&a, &b, all[i], record);
		uint8_t copy[N + 64];
		for (size_t bit = 0; bit < 8 * n; bit++) {
			const size_t at = bit / 8;
			if (protect_suite(all[i])->version == TLS_1_2 && (at == 3 || at == 4))
				continue; /* there the caller's length counts, not the header's */
			memcpy(copy, record, n);
			copy[at] ^= (uint8_t)(1 << bit % 8);
			if (protect_open(
				    &b, (struct mspan){ copy, n }, NULL, &type, &content, &alert))
				TEST_NOTE("suite %04x, bit %zu", all[i], bit);
			CHECK_INT(alert, 20);
			CHECK_INT(content.n, 0);
			CHECK(!memmem(copy, n, "xxxxxxxx", 8)); /* the plaintext */
		}
		for (size_t cut = 0; cut < n; cut++) {
			memcpy(copy, record, n);
			CHECK(!protect_open(
				&b, (struct mspan){ copy, cut }, NULL, &type, &content, &alert));
		}
	}
}

static void order_and_repetition_count(void)
{
	struct protect a = { 0 }, b = { 0 };
	uint8_t record[N + 64], again[N + 64], type;
	struct mspan content;
	int alert;
	const size_t n = sealed(&a, &b, 0x1303, record);
	memcpy(again, record, n);
	CHECK(protect_open(&b, (struct mspan){ record, n }, NULL, &type, &content, &alert));
	CHECK(!protect_open(&b, (struct mspan){ again, n }, NULL, &type, &content, &alert));
}

static void only_padding_is_refused(void)
{
	struct protect a = { 0 }, b = { 0 };
	uint8_t record[N + 64], type;
	struct mspan content;
	int alert = 0;
	sealed(&a, &b, 0x1301, record);
	a.count = 0;
	memset(record + RECORD_HEADER, 0, N);
	const size_t n = protect_seal(&a, (enum record_type)0, record, N);
	CHECK(!protect_open(&b, (struct mspan){ record, n }, NULL, &type, &content, &alert));
	CHECK_INT(alert, 10);
}

static void padding_is_taken_off(void)
{
	struct protect a = { 0 }, b = { 0 };
	uint8_t record[N + 64], type;
	struct mspan content;
	int alert = 0;
	sealed(&a, &b, 0x1302, record);
	a.count = 0;
	memset(record + RECORD_HEADER, 0, N);
	memcpy(record + RECORD_HEADER, "hello\x17", 6);
	const size_t n = protect_seal(&a, (enum record_type)0, record, N);
	REQUIRE(protect_open(&b, (struct mspan){ record, n }, NULL, &type, &content, &alert));
	CHECK_INT(type, RECORD_DATA);
	CHECK_INT(content.n, 5);
}

int main(void)
{
	test("secrets and keys are those of RFC 8448", schedule_of_rfc8448);
	test("a record is sealed and opened as in RFC 8448", record_of_rfc8448);
	test("after a retry the transcript begins with the hash of the first hello",
		retry_replaces_the_hello);
	test("every cipher opens what it sealed, record after record", what_is_sealed_opens);
	test("a record altered in any bit or cut anywhere does not open, nor leaves plaintext",
		what_is_altered_does_not);
	test("a record does not open twice", order_and_repetition_count);
	test("a record of nothing but padding is an unexpected message", only_padding_is_refused);
	test("padding behind the type is taken off", padding_is_taken_off);
	return test_end();
}
