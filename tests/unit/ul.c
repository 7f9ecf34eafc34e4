/* SPDX-License-Identifier: MIT */
/* The upper layer against PS3.8 Table 9-10, typed here from the standard as text. */
#include "ul_peer.h"

#include <stdlib.h>

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
		ul_abort(&ul);
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

/* ---- time and ends */

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
	ul_abort(&ul);
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

static void one_association_each(void)
{
	REQUIRE(bring(STA4, true));
	ul_abort(&ul);
	CHECK(ul_finished(&ul));
	CHECK(!ul_request(&ul, &proposal, &err));
	CHECK(strstr(err.text, "requested once"));
	start(false);
	ul_closed(&ul);
	CHECK(!ul_request(&ul, &proposal, &err));
	CHECK_INT(ul.state, STA1);
}

static void memory_is_small(void)
{
	/* 1,000 associations of these are 2.5 MB. */
	CHECK(sizeof(struct ul) <= 2500);
}

/* 128 contexts of 40 syntaxes that are as long as usual: the widest that a profile of DCMTK's makes. */
static void widest_request_fits(void)
{
	static uint8_t big[UL_STORE_GOOD], wide[UL_STORE_GOOD];
	struct buf b = buf_on(big, sizeof big);
	buf_bytes(&b, S("\1\0"));
	const size_t mark = buf_open(&b, 4);
	buf_bytes(&b, S(TITLES NAME));
	for (unsigned i = 0; i < 128; i++) {
		buf_bytes(&b, S("\x20\0"));
		const size_t context = buf_open(&b, 2);
		buf_u8(&b, (uint8_t)(2 * i + 1));
		buf_bytes(&b,
			S("\0\0\0\x30\0\0\x19"
			  "1.2.840.10008.5.1.4.1.1.2"));
		for (unsigned k = 0; k < 39; k++)
			buf_bytes(&b,
				S("\x40\0\0\x16"
				  "1.2.840.10008.1.2.9.99"));
		buf_bytes(&b, S("\x40\0\0\x11" UID_IMPLICIT_LE));
		buf_close_be(&b, context, 2);
	}
	buf_bytes(&b, S(USER));
	buf_close_be(&b, mark, 4);
	REQUIRE(buf_ok(&b) && b.n > 120000);
	static struct pdu_choice choices[128];
	for (unsigned i = 0; i < 128; i++)
		choices[i] = (struct pdu_choice){ PDU_ACCEPTED, 39 };
	start(false);
	ul_lend(&ul, (struct mspan){ wide, sizeof wide });
	REQUIRE(feed(buf_span(&b)) == 1 && ev.kind == UL_ASSOC_RQ);
	CHECK_INT(ev.assoc.context_count, 128);
	CHECK(ul_accept(&ul, choices, &user, &err));
	struct ul_context c;
	CHECK(ul_context(&ul, 255, &c) && span_eq_str(c.syntax, UID_IMPLICIT_LE));
}

int main(void)
{
	test("every cell of PS3.8 Table 9-10 acts, sends, tells and ends as the standard says",
		every_cell);
	test("ARTIM ends what waits too long", artim);
	test("a connection closed within a request is reported", half_a_request);
	test("an engine serves one association", one_association_each);
	test("the memory of an association is bounded", memory_is_small);
	test("a request of 128 contexts with 40 syntaxes each fits the usual store",
		widest_request_fits);
	return test_end();
}
