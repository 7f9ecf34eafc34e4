/* SPDX-License-Identifier: MIT */
/* The upper layer's framing, negotiation and limits, from bytes typed by hand. */
#include "ul_peer.h"

static void data_is_streamed(void)
{
	REQUIRE(bring(STA6, false));
	/* One PDU with two PDVs: the end of a command, and an empty piece of a data set. */
	struct span in = S("\4\0\0\0\0\x0f\0\0\0\5\1\3abc\0\0\0\2\1\0");
	const uint8_t *p = in.p;
	REQUIRE(ul_next(&ul, &in, &ev));
	CHECK_INT(ev.kind, UL_PDV);
	CHECK(ev.command && ev.last && ev.context == 1);
	CHECK_INT(ev.data.n, 3);
	CHECK(ev.data.p == p + 12);
	REQUIRE(ul_next(&ul, &in, &ev));
	CHECK(!ev.command && !ev.last && ev.data.n == 0);
	CHECK(!ul_next(&ul, &in, &ev));

	/* The last byte of a last fragment is last, the pieces before it are not. */
	in = S("\4\0\0\0\0\x09\0\0\0\5\1\2ab");
	REQUIRE(ul_next(&ul, &in, &ev));
	CHECK(!ev.last && ev.data.n == 2);
	CHECK(!ul_next(&ul, &in, &ev));
	in = S("c");
	REQUIRE(ul_next(&ul, &in, &ev));
	CHECK(ev.last && ev.data.n == 1);
}

static void fails(struct span in, uint8_t reason, const char *words)
{
	if (!bring(STA6, false))
		return;
	CHECK_INT(feed(in), 1);
	CHECK_INT(ev.kind, UL_FAIL);
	CHECK_INT(ul.state, STA13);
	struct span out = span_at(ul_out(&ul), 8, 2);
	uint16_t said = 0;
	span_u16be(&out, &said);
	if (said != (2 << 8 | reason) || !strstr(ev.err.text, words))
		TEST_NOTE("\"%s\": abort %04x", ev.err.text, said);
}

static void bad_data(void)
{
	fails(S("\4\0\0\0\4\1"), 6, "a P-DATA-TF of 1025 bytes; the least is 6, the most");
	fails(S("\4\0\xff\xff\xff\xff"), 6, "a P-DATA-TF of 4294967295 bytes");
	fails(S("\4\0\0\0\0\0"), 6, "a P-DATA-TF of 0 bytes");
	fails(S("\4\0\0\0\0\5\0\0\0\1\1"), 6, "a P-DATA-TF of 5 bytes");
	fails(S("\4\0\0\0\0\6\0\0\0\1\1\0"), 6, "a PDV of 1 bytes");
	fails(S("\4\0\0\0\0\6\0\0\0\3\1\0"), 6, "a PDV of 3 bytes in a P-DATA-TF with 2 left");
	fails(S("\4\0\0\0\0\6\xff\xff\xff\xff\1\0"), 6, "a PDV of 4294967295 bytes");
	fails(S("\4\0\0\0\0\6\0\0\0\2\3\0"), 6, "context 3, which was not accepted");
	fails(S("\4\0\0\0\0\6\0\0\0\2\2\0"), 6, "context 2, which was not accepted");
	fails(S("\5\0\0\0\0\5\0\0\0\0\0"), 6, "an A-RELEASE-RQ of 5 bytes instead of 4");
	fails(S("\0\0\0\0\0\4\0\0\0\0"), 1, "unrecognized PDU of type 00");
	fails(S("\1\0\0\0\0\4\0\0\0\0"), 2, "unexpected A-ASSOCIATE-RQ");
	/* The rest of a broken PDU is passed over: the abort that follows it is seen. */
	if (!bring(STA6, true))
		return;
	CHECK_INT(feed(S("\4\0\0\0\0\x0c\0\0\0\x99\1\0abcdef"
			 "\7\0\0\0\0\4\0\0\0\0")),
		1);
	CHECK_INT(ul.state, STA1);
	CHECK(ul_finished(&ul));
	/* A PDV and three bytes that are none: the PDV counts, then it ends. */
	if (!bring(STA6, true))
		return;
	CHECK_INT(feed(S("\4\0\0\0\0\x09\0\0\0\2\1\0abc")), 2);
	CHECK_INT(ev.kind, UL_FAIL);
	CHECK(strstr(ev.err.text, "3 bytes at the end of a P-DATA-TF"));
}

/* What is left of a PDU that we ended in its middle is passed over, and no byte more. */
static void aborts_within_a_pdu(void)
{
	for (size_t cut = 1; cut < sizeof data - 1; cut++) {
		REQUIRE(bring(STA6, false));
		feed(span_of(data, cut));
		ul_abort(&ul);
		drain();
		CHECK_INT(feed(span_at(BYTES(data), cut, sizeof data)), 0);
		CHECK_INT(ul.state, STA13);
		CHECK_INT(feed(BYTES(abort_pdu)), 0);
		if (ul.state != STA1)
			TEST_NOTE("cut at %zu: out of step", cut);
	}
	for (size_t cut = 1; cut < sizeof ac - 1; cut++) {
		REQUIRE(bring(STA5, true));
		CHECK_INT(feed(span_of(ac, cut)), 0);
		ul_abort(&ul);
		drain();
		CHECK_INT(feed(span_at(BYTES(ac), cut, sizeof ac)), 0);
		CHECK_INT(ul.state, STA13);
		feed(BYTES(abort_pdu));
		if (ul.state != STA1)
			TEST_NOTE("answer cut at %zu: out of step", cut);
	}
}

static void other_protocols(void)
{
	static const struct {
		const char *bytes, *words;
	} known[] = { { "\x16\3\1\2\7\1\1\1",
			      "the peer speaks TLS where DICOM was expected: this" },
		{ "GET / HTTP/1.0\r\n", "the peer speaks HTTP where DICOM was expected: check" },
		{ "SSH-2.0-OpenSSH", "the peer speaks SSH" },
		{ "\x15\3\3\2\2\2\x28", "the peer speaks a TLS alert" },
		{ "hello world", "unrecognized PDU of type 68" } };
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		for (int requestor = 0; requestor < 2; requestor++) {
			REQUIRE(bring(requestor ? STA5 : STA2, requestor));
			CHECK_INT(feed(span_str(known[i].bytes)), 1);
			if (ev.kind != UL_FAIL || !strstr(ev.err.text, known[i].words))
				TEST_NOTE("%s: %s", known[i].bytes, ev.err.text);
			CHECK_INT(ul.state, STA13);
			/* Nothing in such a stream is read any more, so nothing answers it either. */
			drain();
			CHECK_INT(feed(BYTES(unknown)), 0);
			CHECK_INT(ul_out(&ul).n, 0);
		}
}

static void provider_rejects(void)
{
	char spoiled[sizeof rq];
	memcpy(spoiled, rq, sizeof rq);
	spoiled[7] = 2; /* version 2 only */
	start(false);
	CHECK_INT(feed(span_of(spoiled, sizeof rq - 1)), 1);
	CHECK_INT(ev.kind, UL_FAIL);
	CHECK(strstr(ev.err.text, "protocol version 0002"));
	CHECK_INT(ul.state, STA13);
	CHECK_MEM(ul_out(&ul).p, "\3\0\0\0\0\4\0\1\2\2", 10);
	CHECK(ul_deadline(&ul) != UINT64_MAX);

	memcpy(spoiled, rq, sizeof rq);
	spoiled[74 + 24] = '2'; /* 1.2.840.10008.3.1.1.2 */
	start(false);
	CHECK_INT(feed(span_of(spoiled, sizeof rq - 1)), 1);
	CHECK(strstr(ev.err.text, "application context 1.2.840.10008.3.1.1.2"));
	CHECK_MEM(ul_out(&ul).p, "\3\0\0\0\0\4\0\1\1\2", 10);
}

static void store_limits(void)
{
	start(false);
	ul_lend(&ul, (struct mspan){ store, 200 });
	CHECK_INT(feed(BYTES(rq)), 1);
	CHECK_INT(ev.kind, UL_FAIL);
	CHECK_INT(ev.err.kind, ERR_LIMIT);
	CHECK(strstr(ev.err.text, "an A-ASSOCIATE-RQ of 164 bytes; the limit here is 160"));
	start(true);
	ul_lend(&ul, (struct mspan){ store, 200 });
	CHECK(!ul_request(&ul, &proposal, &err));
	CHECK_INT(ul.state, STA1);

	REQUIRE(bring(STA3, false));
	CHECK(!ul_store_free(&ul));
	CHECK(ul_accept(&ul, yes, &user, &err));
	CHECK(!ul_store_free(&ul));
	drain();
	CHECK(ul_store_free(&ul));
}

static void private_names_are_kept(void)
{
	static const char both[] = "\1\0\0\0\0\xc7" TITLES NAME RQ_ITEM RQ_PRIVATE USER;
	struct ul_context c;
	start(false);
	REQUIRE(feed(BYTES(both)) == 1 && ev.kind == UL_ASSOC_RQ);
	CHECK_INT(ev.assoc.context_count, 2);
	CHECK(ul_accept(&ul, yes, &user, &err));
	drain();
	memset(store, 0xee, sizeof store);
	REQUIRE(ul_context(&ul, 3, &c));
	CHECK(span_eq_str(c.abstract, "1.2.3.4") && span_eq_str(c.syntax, "1.2.3.4.5.67"));
	REQUIRE(ul_context(&ul, 1, &c));
	CHECK(span_eq_str(c.abstract, UID_VERIFICATION) && span_eq_str(c.syntax, UID_IMPLICIT_LE));
	CHECK(!ul_context(&ul, 5, &c) && !ul_context(&ul, 2, &c) && !ul_context(&ul, 255, &c));
	CHECK_INT(ul_find(&ul, S("1.2.3.4"), S("1.2.3.4.5.67")), 3);
	CHECK_INT(ul_find(&ul, S("1.2.3.4"), S(UID_IMPLICIT_LE)), 0);
	CHECK_INT(ul_find(&ul, S(UID_VERIFICATION), S(UID_IMPLICIT_LE)), 1);
	CHECK_INT(ul_find(&ul, S("9.9"), S("9.9")), 0);
}

/* As many private names as the pool holds are accepted; the others are refused, not mixed up. */
static void full_pool_refuses(void)
{
	static uint8_t big[32768], wide[32768];
	char text[65] = "1.2.";
	struct buf b = buf_on(big, sizeof big);
	buf_bytes(&b, S("\1\0"));
	const size_t mark = buf_open(&b, 4);
	buf_bytes(&b, S(TITLES NAME));
	for (unsigned i = 0; i < 128; i++) {
		memset(text + 4, '1', 60);
		text[60] = (char)('1' + i / 64 % 8), text[61] = (char)('1' + i / 8 % 8);
		text[62] = (char)('1' + i % 8);
		buf_bytes(&b, S("\x20\0\0\x5d"));
		buf_u8(&b, (uint8_t)(2 * i + 1));
		buf_bytes(&b, S("\0\0\0\x30\0\0\x40"));
		buf_bytes(&b, span_of(text, 64));
		buf_bytes(&b, S("\x40\0\0\x11" UID_IMPLICIT_LE));
	}
	buf_bytes(&b, S(USER));
	buf_close_be(&b, mark, 4);
	REQUIRE(buf_ok(&b));
	start(false);
	ul_lend(&ul, (struct mspan){ wide, sizeof wide });
	REQUIRE(feed(buf_span(&b)) == 1 && ev.kind == UL_ASSOC_RQ);
	REQUIRE(ul_accept(&ul, yes, &user, &err));
	struct ul_context c;
	int kept = 0;
	for (unsigned id = 1; id < 256; id += 2)
		kept += ul_context(&ul, (uint8_t)id, &c);
	CHECK_INT(kept, UL_NAMES_ROOM / 65);
	struct pdu_assoc a;
	CHECK(pdu_decode_ac(span_at(ul_out(&ul), 6, ul_out(&ul).n), &a, &err));
	struct pdu_context pc;
	for (int i = 0; pdu_next_context(&a.items, &pc); i++)
		CHECK_INT(pc.result, i < kept ? PDU_ACCEPTED : PDU_REFUSED_NO_REASON);
}

static void answers_are_checked(void)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *words;
	} bad[] = {
#define ROW(text, words) { text, sizeof(text) - 1, words }
		ROW("\2\0\0\0\0\x8f" TITLES NAME
		    "\x21\0\0\x19\3\0\0\0\x40\0\0\x11" UID_IMPLICIT_LE USER,
			"presentation context 3, which was not proposed"),
		ROW("\2\0\0\0\0\x8f" TITLES NAME "\x21\0\0\x19\1\0\0\0\x40\0\0\x11"
		    "1.2.840.10008.1.3" USER,
			"takes 1.2.840.10008.1.3 for presentation context 1"),
		ROW("\2\0\0\0\0\x8f" TITLES NAME AC_ITEM "\x50\0\0\x11"
		    "\x51\0\0\4\0\0\0\x3f"
		    "\x52\0\0\5"
		    "1.2.3",
			"maximum length of 63 bytes is too small"),
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		REQUIRE(bring(STA5, true));
		CHECK_INT(feed(span_of(bad[i].bytes, bad[i].n)), 1);
		if (ev.kind != UL_FAIL || !strstr(ev.err.text, bad[i].words))
			TEST_NOTE("row %zu: %s", i, ev.err.text);
		CHECK_INT(ul.state, STA13);
	}
	REQUIRE(bring(STA5, true));
	CHECK_INT(ul_result(&ul, 0), PDU_NOT_ANSWERED);
	CHECK_INT(feed(S("\2\0\0\0\0\x7a" TITLES NAME "\x21\0\0\4\1\0\3\0" USER)), 1);
	CHECK_INT(ul_result(&ul, 0), PDU_REFUSED_ABSTRACT);
	CHECK_INT(ul_find(&ul, S(UID_VERIFICATION), S(UID_IMPLICIT_LE)), 0);
}

static void window_is_negotiated(void)
{
	static const char with[] = "\1\0\0\0\0\xac" TITLES NAME RQ_ITEM "\x50\0\0\x19"
				   "\x51\0\0\4\0\0\4\0"
				   "\x52\0\0\5"
				   "1.2.3"
				   "\x53\0\0\4\0\x08\0\1";
	struct pdu_user ours = user;
	ours.window = true;
	ours.invoked = 4;
	ours.performed = 0;
	start(false);
	REQUIRE(feed(BYTES(with)) == 1);
	CHECK(ul_accept(&ul, yes, &ours, &err));
	struct pdu_assoc a;
	REQUIRE(pdu_decode_ac(span_at(ul_out(&ul), 6, ul_out(&ul).n), &a, &err));
	CHECK(a.user.window && a.user.invoked == 4 && a.user.performed == 1);
	CHECK_INT(ul_window_performed(&ul), 4);
	CHECK_INT(ul_window_invoked(&ul), 1);
	/* Not asked for: not answered. */
	start(false);
	REQUIRE(feed(BYTES(rq)) == 1);
	CHECK(ul_accept(&ul, yes, &ours, &err));
	REQUIRE(pdu_decode_ac(span_at(ul_out(&ul), 6, ul_out(&ul).n), &a, &err));
	CHECK(!a.user.window);
	CHECK_INT(ul_window_performed(&ul), 1);
}

static void sending_data(void)
{
	uint8_t head[PDU_DATA_HEAD];
	REQUIRE(bring(STA6, true));
	CHECK_INT(ul_data_max(&ul), 1024 - 6);
	CHECK(ul_data(&ul, 1, false, true, 1018, head, &err));
	CHECK_MEM(head, "\4\0\0\0\4\0\0\0\3\xfc\1\2", 12);
	CHECK(!ul_data(&ul, 1, false, true, 1019, head, &err));
	CHECK(strstr(err.text, "the peer's maximum length allows 1018"));
	err_clear(&err);
	CHECK(!ul_data(&ul, 3, false, true, 1, head, &err));
	CHECK(strstr(err.text, "context 3 was not accepted"));
	ul_abort(&ul);
	err_clear(&err);
	CHECK(!ul_data(&ul, 1, false, true, 1, head, &err));
	CHECK(strstr(err.text, "cannot send data in this state"));
}

/* What echoscu and storescp said to each other, from a capture. */
static void dcmtk_conversation(void)
{
	static uint8_t bytes[1000];
	static const struct pdu_proposal theirs = { .called = "STORE",
		.calling = "ECHOER",
		.offers = offers,
		.offer_count = 1,
		.user = { .max_pdu = 16384, .class_uid = { (const uint8_t *)"1.2.3", 5 } } };
	static const enum ul_event_kind want[2][3] = { { UL_ASSOC_RQ, UL_PDV, UL_RELEASE_RQ },
		{ UL_ASSOC_AC, UL_PDV, UL_RELEASE_RP } };
	static const char *const files[2] = { "tests/corpus/pdu/dcmtk-echoscu-stream",
		"tests/corpus/pdu/dcmtk-storescp-stream" };
	for (int requestor = 0; requestor < 2; requestor++) {
		FILE *f = fopen(files[requestor], "rb");
		REQUIRE(f);
		struct span in = span_of(bytes, fread(bytes, 1, sizeof bytes, f));
		fclose(f);
		start(requestor);
		if (requestor) {
			CHECK(ul_request(&ul, &theirs, &err) && ul_connected(&ul, &err));
			drain();
		}
		for (int i = 0; i < 3; i++) {
			REQUIRE(ul_next(&ul, &in, &ev));
			if (ev.kind != want[requestor][i])
				TEST_NOTE("event %d of %s: %s", i, files[requestor],
					ev.kind == UL_FAIL ? ev.err.text : "");
			if (ev.kind == UL_ASSOC_RQ)
				CHECK(ul_accept(&ul, yes, &user, &err));
			if (ev.kind == UL_PDV)
				CHECK(ev.command && ev.last && ev.data.n > 60);
			if (ev.kind == UL_PDV && requestor)
				CHECK(ul_release_rq(&ul, &err));
		}
		CHECK_INT(in.n, 0);
		CHECK_INT(ul.state, requestor ? STA1 : STA8);
	}
}

/* ---- however the bytes are cut, the events are the same */

static uint32_t seed;
static uint32_t random_below(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

/* Runs a stream through an acceptor and writes down what was seen, with the pieces of PDVs joined. */
static void transcript(struct span in, uint32_t most, struct buf *log)
{
	bool open = false;
	start(false);
	log->n = 0;
	while (in.n) {
		struct span piece;
		const uint32_t n = most ? 1 + random_below(most) : (uint32_t)in.n;
		span_take(&in, n > in.n ? in.n : n, &piece);
		while (ul_next(&ul, &piece, &ev)) {
			if (ev.kind == UL_PDV) {
				if (!open) {
					buf_u8(log, (uint8_t)ev.kind);
					buf_u8(log, ev.context);
					buf_u8(log, ev.command);
				}
				buf_bytes(log, ev.data);
				open = !ev.last;
				if (ev.last)
					buf_u8(log, '!');
				continue;
			}
			buf_u8(log, (uint8_t)ev.kind);
			buf_str(log, ev.kind == UL_FAIL ? ev.err.text : "");
			if (ev.kind == UL_ASSOC_RQ)
				ul_accept(&ul, yes, &user, &err);
			if (ev.kind == UL_RELEASE_RQ)
				ul_release_rp(&ul, &err);
		}
	}
	buf_bytes(log, ul_out(&ul));
	buf_u8(log, (uint8_t)ul.state);
}

static void cuts_do_not_matter(void)
{
	static uint8_t stream[4000], first[8000], again[8000];
	seed = 2026;
	for (int round = 0; round < 300; round++) {
		struct buf b = buf_on(stream, sizeof stream);
		buf_bytes(&b, BYTES(rq));
		for (int i = 0; i < 8; i++) {
			const uint32_t n = random_below(90);
			const bool last = random_below(2);
			buf_bytes(&b, S("\4\0"));
			const size_t mark = buf_open(&b, 4);
			buf_u32be(&b, n + 2);
			buf_u8(&b, 1);
			buf_u8(&b, (uint8_t)(2 * last));
			buf_fill(&b, (uint8_t)('a' + i), n);
			if (i % 3 == 0)
				buf_bytes(&b, S("\0\0\0\4\1\3zz"));
			buf_close_be(&b, mark, 4);
		}
		if (round % 2)
			buf_bytes(&b, BYTES(release_rq));
		buf_bytes(&b, round % 3 ? BYTES(abort_pdu) : BYTES(data));
		/* Most rounds are spoiled somewhere behind the request. */
		if (round % 4)
			stream[170 + random_below((uint32_t)b.n - 170)] ^=
				(uint8_t)(1 + random_below(255));
		struct buf whole = buf_on(first, sizeof first), cut = buf_on(again, sizeof again);
		transcript(buf_span(&b), 0, &whole);
		for (uint32_t most = 1; most < 60; most = most * 2 + 1) {
			transcript(buf_span(&b), most, &cut);
			if (!buf_ok(&whole) || !span_eq(buf_span(&whole), buf_span(&cut)))
				TEST_NOTE("round %d differs with pieces up to %u", round, most);
		}
	}
}

int main(void)
{
	test("data is handed out in place, and last only with the last byte", data_is_streamed);
	test("broken P-DATA and PDV lengths end in an abort that names the rule", bad_data);
	test("an abort of ours in the middle of a PDU does not lose its end", aborts_within_a_pdu);
	test("TLS, HTTP and SSH are named, and nothing more of them is read", other_protocols);
	test("another version or application context is rejected with its reason",
		provider_rejects);
	test("an association PDU over the limit is refused, and the store is free in the end",
		store_limits);
	test("UIDs that are in no table outlive the request", private_names_are_kept);
	test("contexts for whose names there is no room are refused", full_pool_refuses);
	test("an answer to what was not proposed is refused", answers_are_checked);
	test("the asynchronous window is the smaller of both", window_is_negotiated);
	test("data is sent only within state, context and the peer's maximum", sending_data);
	test("a conversation of DCMTK's tools gives the events that it should", dcmtk_conversation);
	test("however the bytes are cut, the events are the same", cuts_do_not_matter);
	return test_end();
}
