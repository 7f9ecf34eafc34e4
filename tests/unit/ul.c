/* SPDX-License-Identifier: MIT */
/* The upper layer against PS3.8 Table 9-10, typed here from the standard as text, and its bytes. */
#include "dicom/uid.h"
#include "dicom/ul.h"
#include "test.h"

#include <stdlib.h>

#define S(literal) span_of(literal, sizeof(literal) - 1)
#define ARTIM 1000

/* ---- PDUs typed by hand (PS3.8 9.3) */

#define TITLES             \
	"\0\1\0\0"         \
	"CALLED          " \
	"CALLING         " \
	"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define NAME "\x10\0\0\x15" UID_APPLICATION_CONTEXT
#define USER                 \
	"\x50\0\0\x11"       \
	"\x51\0\0\4\0\0\4\0" \
	"\x52\0\0\5"         \
	"1.2.3"
#define RQ_ITEM                            \
	"\x20\0\0\x2e\1\0\0\0\x30\0\0\x11" \
	"1.2.840.10008.1.1"                \
	"\x40\0\0\x11"                     \
	"1.2.840.10008.1.2"
#define RQ_PRIVATE                       \
	"\x20\0\0\x1f\3\0\0\0\x30\0\0\7" \
	"1.2.3.4"                        \
	"\x40\0\0\x0c"                   \
	"1.2.3.4.5.67"
#define AC_ITEM                            \
	"\x21\0\0\x19\1\0\0\0\x40\0\0\x11" \
	"1.2.840.10008.1.2"
static const char rq[] = "\1\0\0\0\0\xa4" TITLES NAME RQ_ITEM USER;
static const char ac[] = "\2\0\0\0\0\x8f" TITLES NAME AC_ITEM USER;
static const char rj[] = "\3\0\0\0\0\4\0\1\1\7";
static const char data[] = "\4\0\0\0\0\x0a\0\0\0\6\1\3abcd";
static const char release_rq[] = "\5\0\0\0\0\4\0\0\0\0";
static const char release_rp[] = "\6\0\0\0\0\4\0\0\0\0";
static const char abort_pdu[] = "\7\0\0\0\0\4\0\0\2\6";
static const char unknown[] = "\x2a\0\0\0\0\1x";
#define BYTES(array) span_of(array, sizeof(array) - 1)

static const char *const syntaxes[] = { UID_IMPLICIT_LE };
static const struct pdu_offer offers[] = { { UID_VERIFICATION, syntaxes, 1 } };
static const struct pdu_proposal proposal = { .called = "CALLED",
	.calling = "CALLING",
	.offers = offers,
	.offer_count = 1,
	.user = { .max_pdu = 1024, .class_uid = { (const uint8_t *)"1.2.3", 5 } } };
static const struct pdu_user user = { .max_pdu = 1024,
	.class_uid = { (const uint8_t *)"1.2.3", 5 } };
static const struct pdu_choice yes[PDU_CONTEXTS];

static struct ul ul;
static uint8_t store[4096];
static struct err err;
static struct ul_event ev;

static void start(bool requestor)
{
	ul_init(&ul, requestor, ARTIM, 5000);
	ul_lend(&ul, (struct mspan){ store, sizeof store });
	err_clear(&err);
}

/* Events from bytes; the last one stays in ev. */
static int feed(struct span in)
{
	static struct ul_event now;
	int n = 0;
	for (; ul_next(&ul, &in, &now); n++)
		ev = now;
	if (in.n)
		TEST_NOTE("%zu bytes were not eaten", in.n);
	return n;
}

static void drain(void)
{
	for (struct span out; (out = ul_out(&ul)).n;)
		ul_out_done(&ul, out.n > 7 ? 7 : out.n);
}

/* Brings a new engine into a state by the shortest legal way; false: not in this role. */
static bool bring(enum ul_state state, bool requestor)
{
	start(requestor);
	if (state == STA1)
		return requestor;
	if (state == STA2)
		return !requestor;
	if (requestor && state == STA3)
		return false;
	if (!requestor && (state == STA4 || state == STA5))
		return false;
	if (state == STA9 || state == STA11)
		if (!requestor)
			return false;
	if ((state == STA10 || state == STA12) && requestor)
		return false;
	if (requestor) {
		CHECK(ul_request(&ul, &proposal, &err));
		if (state == STA4)
			return true;
		CHECK(ul_connected(&ul, &err));
		drain();
		if (state == STA5)
			return true;
		CHECK(feed(BYTES(ac)) == 1 && ev.kind == UL_ASSOC_AC);
	} else {
		CHECK(feed(BYTES(rq)) == 1 && ev.kind == UL_ASSOC_RQ);
		if (state == STA3)
			return true;
		CHECK(ul_accept(&ul, yes, &user, &err));
		drain();
	}
	if (state == STA6)
		return true;
	if (state == STA8)
		return CHECK(feed(BYTES(release_rq)) == 1);
	if (state == STA13) {
		ul_abort(&ul, PDU_ABORT_USER, 0);
		drain();
		return true;
	}
	CHECK(ul_release_rq(&ul, &err));
	drain();
	if (state == STA7)
		return true;
	CHECK(feed(BYTES(release_rq)) == 1 && ev.kind == UL_RELEASE_RQ && ev.collision);
	if (state == STA11)
		CHECK(ul_release_rp(&ul, &err));
	if (state == STA12)
		CHECK(feed(BYTES(release_rp)) == 1 && ev.kind == UL_RELEASE_RP);
	drain();
	return true;
}

/* ---- PS3.8 Table 9-10, columns Sta1 to Sta13, "." for an empty cell */

static const char table[19][13 * 6 + 1] = {
	"AE-1  .     .     .     .     .     .     .     .     .     .     .     .     ",
	".     .     .     AE-2  .     .     .     .     .     .     .     .     .     ",
	".     AA-1  AA-8  .     AE-3  AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-6  ",
	".     AA-1  AA-8  .     AE-4  AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-6  ",
	"AE-5  .     .     .     .     .     .     .     .     .     .     .     .     ",
	".     AE-6  AA-8  .     AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-7  ",
	".     .     AE-7  .     .     .     .     .     .     .     .     .     .     ",
	".     .     AE-8  .     .     .     .     .     .     .     .     .     .     ",
	".     .     .     .     .     DT-1  .     AR-7  .     .     .     .     .     ",
	".     AA-1  AA-8  .     AA-8  DT-2  AR-6  AA-8  AA-8  AA-8  AA-8  AA-8  AA-6  ",
	".     .     .     .     .     AR-1  .     .     .     .     .     .     .     ",
	".     AA-1  AA-8  .     AA-8  AR-2  AR-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-6  ",
	".     AA-1  AA-8  .     AA-8  AA-8  AR-3  AA-8  AA-8  AR-10 AR-3  AA-8  AA-6  ",
	".     .     .     .     .     .     .     AR-4  AR-9  .     .     AR-4  .     ",
	".     .     AA-1  AA-2  AA-1  AA-1  AA-1  AA-1  AA-1  AA-1  AA-1  AA-1  .     ",
	".     AA-2  AA-3  .     AA-3  AA-3  AA-3  AA-3  AA-3  AA-3  AA-3  AA-3  AA-2  ",
	".     AA-5  AA-4  AA-4  AA-4  AA-4  AA-4  AA-4  AA-4  AA-4  AA-4  AA-4  AR-5  ",
	".     AA-2  .     .     .     .     .     .     .     .     .     .     AA-2  ",
	".     AA-1  AA-8  .     AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-7  ",
};

/* PS3.8 9.2.2: next state (0: AR-8 decides by role; 99: unchanged), PDU sent, event for the user (-1:
 * none), ARTIM afterwards (1 runs, 0 does not, -1 as before), transport closed. */
static const struct action {
	const char *name;
	int next, sent, event, artim;
	bool closed;
} actions[] = {
	{ "AE-1", 4, 0, -1, 0, false },
	{ "AE-2", 5, 1, -1, 0, false },
	{ "AE-3", 6, 0, UL_ASSOC_AC, 0, false },
	{ "AE-4", 1, 0, UL_ASSOC_RJ, 0, true },
	{ "AE-5", 2, 0, -1, 1, false },
	{ "AE-6", 3, 0, UL_ASSOC_RQ, 0, false },
	{ "AE-7", 6, 2, -1, 0, false },
	{ "AE-8", 13, 3, -1, 1, false },
	{ "DT-1", 6, 0, -1, 0, false },
	{ "DT-2", 6, 0, UL_PDV, 0, false },
	{ "AR-1", 7, 5, -1, 0, false },
	{ "AR-2", 8, 0, UL_RELEASE_RQ, 0, false },
	{ "AR-3", 1, 0, UL_RELEASE_RP, 0, true },
	{ "AR-4", 13, 6, -1, 1, false },
	{ "AR-5", 1, 0, -1, 0, true },
	{ "AR-6", 7, 0, UL_PDV, 0, false },
	{ "AR-7", 8, 0, -1, 0, false },
	{ "AR-8", 0, 0, UL_RELEASE_RQ, 0, false },
	{ "AR-9", 11, 6, -1, 0, false },
	{ "AR-10", 12, 0, UL_RELEASE_RP, 0, false },
	{ "AA-1", 13, 7, -1, 1, false },
	{ "AA-2", 1, 0, -1, 0, true },
	{ "AA-3", 1, 0, UL_ABORT, 0, true },
	{ "AA-4", 1, 0, UL_FAIL, 0, true },
	{ "AA-5", 1, 0, -1, 0, true },
	{ "AA-6", 13, 0, -1, -1, false },
	{ "AA-7", 13, 7, -1, -1, false },
	{ "AA-8", 13, 7, UL_FAIL, 1, false },
	{ ".", 99, 0, -1, -1, false },
};

static const struct action *action_of(int evt, int state)
{
	char name[7] = "";
	memcpy(name, table[evt - 1] + 6 * (state - 1), 6);
	strtok(name, " ");
	for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
		if (strcmp(actions[i].name, name) == 0)
			return &actions[i];
	abort();
}

/* Makes an event of the table happen; returns how many events the user saw. */
static int fire(int evt, bool *did)
{
	uint8_t head[PDU_DATA_HEAD];
	*did = true;
	switch (evt) {
	case 1:
		*did = ul_request(&ul, &proposal, &err);
		return 0;
	case 2:
		*did = ul_connected(&ul, &err);
		return 0;
	case 3:
		return feed(BYTES(ac));
	case 4:
		return feed(BYTES(rj));
	case 6:
		return feed(BYTES(rq));
	case 7:
		*did = ul_accept(&ul, yes, &user, &err);
		return 0;
	case 8:
		*did = ul_reject(&ul, 1, 1, 7, &err);
		return 0;
	case 9:
		*did = ul_data(&ul, 1, true, true, 4, head, &err);
		return 0;
	case 10:
		return feed(BYTES(data));
	case 11:
		*did = ul_release_rq(&ul, &err);
		return 0;
	case 12:
		return feed(BYTES(release_rq));
	case 13:
		return feed(BYTES(release_rp));
	case 14:
		*did = ul_release_rp(&ul, &err);
		return 0;
	case 15:
		ul_abort(&ul, PDU_ABORT_USER, 0);
		return 0;
	case 16:
		return feed(BYTES(abort_pdu));
	case 17:
		ul_closed(&ul);
		return feed((struct span){ 0 });
	case 18:
		ul_tick(&ul, 5000 + ARTIM);
		return feed((struct span){ 0 });
	default:
		return feed(BYTES(unknown));
	}
}

static void check_cell(int evt, int state, bool requestor)
{
	const struct action *want = action_of(evt, state);
	const bool empty = want->next == 99,
		   primitive = evt == 1 || evt == 2 || evt == 7 || evt == 8 || evt == 9 ||
		evt == 11 || evt == 14;
	const uint64_t artim = ul_deadline(&ul);
	bool did;
	const int events = fire(evt, &did);
	struct span out = ul_out(&ul);
	uint8_t sent = 0;
	span_u8(&out, &sent);
	char where[80];
	snprintf(where, sizeof where, "Evt%d in Sta%d (%s, %s)", evt, state, want->name,
		requestor ? "requestor" : "acceptor");

	int next = want->next == 0 ? (requestor ? 9 : 10) : empty ? state : want->next;
	int event = want->event;
	/* Ours beyond the standard: Sta2 tells why nothing came of a connection, and an abort with no
	 * association closes. */
	if (state == 2 && (want->sent == 7 || evt == 18))
		event = UL_FAIL;
	if (state == 2 && evt == 16)
		event = UL_ABORT;
	if (evt == 15 && state <= 2)
		next = 1;
	if ((int)ul.state != next)
		TEST_NOTE("%s ends in Sta%d, not Sta%d", where, (int)ul.state, next);
	if (primitive && did != !empty)
		TEST_NOTE("%s: the primitive said %d", where, did);
	if (sent != want->sent)
		TEST_NOTE("%s sends PDU type %d, not %d", where, sent, want->sent);
	if (events != (event >= 0) || (events && (int)ev.kind != event))
		TEST_NOTE("%s: %d events, kind %d, not %d", where, events, (int)ev.kind, event);
	if (want->artim >= 0 && (ul_deadline(&ul) != UINT64_MAX) != (want->artim == 1))
		TEST_NOTE("%s: ARTIM", where);
	if (want->artim < 0 && !(evt == 15 && state <= 2) && ul_deadline(&ul) != artim)
		TEST_NOTE("%s: ARTIM changed", where);
	if (ul_finished(&ul) !=
		(want->closed || (evt == 15 && state <= 2) || (evt == 17 && state == 1)))
		TEST_NOTE("%s: finished is %d", where, ul_finished(&ul));
	/* AA-1 names the user as source, AA-7 and AA-8 the provider (PS3.8 Table 9-9). */
	uint8_t abort_tail[3];
	out = span_at(ul_out(&ul), 7, 3);
	if (sent == 7 && span_copy(&out, abort_tail, 3) &&
		abort_tail[1] != (strcmp(want->name, "AA-1") == 0 ? 0 : 2))
		TEST_NOTE("%s: abort source %d", where, abort_tail[1]);
}

static void every_cell(void)
{
	int cells = 0;
	for (int evt = 1; evt <= 19; evt++)
		for (int state = 1; state <= 13; state++)
			for (int requestor = 0; requestor < 2; requestor++) {
				/* Evt5 is ul_init as an acceptor. */
				if (evt == 5)
					continue;
				if (!bring((enum ul_state)state, requestor))
					continue;
				CHECK_INT(ul.state, state);
				check_cell(evt, state, requestor);
				cells++;
			}
	start(false);
	CHECK_INT(ul.state, STA2);
	CHECK_INT(ul_deadline(&ul), 5000 + ARTIM);
	CHECK_INT(cells, 18 * 17);
}

/* ---- bytes */

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
	CHECK(strstr(ev.err.text, "an A-ASSOCIATE-RQ of 164 bytes; the limit here is 100"));
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
	ul_abort(&ul, PDU_ABORT_USER, 0);
	err_clear(&err);
	CHECK(!ul_data(&ul, 1, false, true, 1, head, &err));
	CHECK(strstr(err.text, "cannot send data in this state"));
}

static void artim(void)
{
	start(false);
	ul_tick(&ul, 5000 + ARTIM - 1);
	CHECK_INT(feed((struct span){ 0 }), 0);
	ul_tick(&ul, 5000 + ARTIM);
	CHECK_INT(feed((struct span){ 0 }), 1);
	CHECK(strstr(ev.err.text, "no A-ASSOCIATE-RQ came within 1000 ms"));
	CHECK(ul_finished(&ul));
	/* A peer that neither reads our abort nor closes is not waited for. */
	REQUIRE(bring(STA6, false));
	ul_tick(&ul, 9000);
	ul_abort(&ul, PDU_ABORT_USER, 0);
	CHECK_INT(ul_deadline(&ul), 9000 + ARTIM);
	CHECK(ul_out(&ul).n == 10);
	ul_tick(&ul, 9000 + ARTIM);
	CHECK(ul_finished(&ul) && ul_out(&ul).n == 0);
	CHECK_INT(feed(BYTES(data)), 0);
}

static void half_a_request(void)
{
	start(false);
	CHECK_INT(feed(span_of(rq, 50)), 0);
	ul_closed(&ul);
	CHECK_INT(feed((struct span){ 0 }), 1);
	CHECK(ev.kind == UL_FAIL &&
		strstr(ev.err.text, "the connection was closed: waiting for A-ASSOC"));
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

static void memory_is_small(void)
{
	/* 1,000 associations of these are 2.5 MB. */
	CHECK(sizeof(struct ul) <= 2500);
}

int main(void)
{
	test("every cell of PS3.8 Table 9-10 acts, sends, tells and ends as the standard says",
		every_cell);
	test("data is handed out in place, and last only with the last byte", data_is_streamed);
	test("broken P-DATA and PDV lengths end in an abort that names the rule", bad_data);
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
	test("ARTIM ends what waits too long", artim);
	test("a connection closed within a request is reported", half_a_request);
	test("however the bytes are cut, the events are the same", cuts_do_not_matter);
	test("the memory of an association is bounded", memory_is_small);
	return test_end();
}
