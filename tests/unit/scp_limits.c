/* SPDX-License-Identifier: MIT */
/* The limits of one association, each reached by a peer that the test plays and a clock that it holds. */
#define _GNU_SOURCE
#include "wire.h"

static void begin(void)
{
	wire_begin();
}

static void associate(void)
{
	int fds[2];
	struct span pdu, s;
	pair(fds);
	peer = fds[0];
	scp = scp_new(fds[1], &scp_config, &err);
	REQUIRE(scp);
	say_rq(peer);
	scp_step();
	s = hear(peer);
	CHECK_INT(next_pdu(&s, &pdu), PDU_ASSOC_AC);
}

static void finish(void)
{
	close(peer);
	wire_end();
}

static bool goes_on(void)
{
	scp_step();
	const struct span s = hear(peer);
	return s.n == 0 && !conn_ending(scp_conn(scp));
}

/* The abort, and the reason told; and no file. */
static void aborted(const char *why)
{
	scp_step();
	struct span s = hear(peer);
	CHECK_INT(next_abort(&s), BY_USER);
	shutdown(peer, SHUT_WR);
	scp_step();
	scp_step();
	CHECK(scp_over(scp));
	if (!strstr(scp_end.text, why))
		TEST_NOTE("\"%s\"", scp_end.text);
	scp_free(scp);
	scp = NULL;
	CHECK_INT(files(true) + files(false), 0);
}

static void half_an_object(void)
{
	uint8_t room[200];
	const struct dimse rq = store_rq(1, INSTANCE);
	say_command(peer, 1, &rq);
	say_pdv(peer, 1, false, false, span_at(small_object(room, INSTANCE), 0, 40));
	CHECK(goes_on());
	CHECK(scp_busy(scp));
}

/* Tells the deadline that poll would wait for, and lets it come. */
static void pass(uint64_t ms)
{
	CHECK(scp_deadline(scp) <= now + ms);
	now += ms;
}

static void dribbled_command(void)
{
	const uint8_t head[] = { 4, 0, 0, 0, 0, 100, 0, 0, 0, 96, 1 };
	begin();
	associate();
	for (size_t i = 0; i < sizeof head; i++) { /* a byte each nine seconds is no silence */
		now += 5000;
		say(peer, span_of(head + i, 1));
		CHECK(goes_on());
	}
	pass(5000);
	aborted("no whole message");
	finish();
}

static void answered_in_time(void)
{
	const struct dimse echo = { .field = C_ECHO_RQ,
		.id = 2,
		.dataset = DIMSE_NO_DATASET,
		.sop_class = span_str(UID_VERIFICATION) };
	begin();
	associate();
	for (int i = 0; i < 10; i++) { /* each message begins the time anew */
		now += 59000;
		say_command(peer, 5, &echo);
		scp_step();
		struct span s = hear(peer);
		CHECK_INT(next_status(&s), DIMSE_SUCCESS);
	}
	finish();
}

static void long_object(void)
{
	begin();
	scp_config.object_time = 100000;
	associate();
	half_an_object();
	for (int i = 0; i < 3; i++) {
		now += 30000;
		say_pdv(peer, 1, false, false, span_str("x"));
		CHECK(goes_on());
	}
	pass(10000);
	aborted("an object took over 100 s");
	finish();
}

static void slow_object(void)
{
	uint8_t much[600] = { 0 };
	begin();
	scp_config.min_rate = 10;
	associate();
	half_an_object();
	now += 50000;
	say_pdv(peer, 1, false, false, span_of(much, sizeof much));
	CHECK(goes_on());
	pass(10000); /* enough in this minute */
	CHECK(goes_on());
	for (int i = 0; i < 5; i++) {
		now += 10000;
		say_pdv(peer, 1, false, false, span_of(much, 99));
		CHECK(goes_on());
	}
	pass(10000); /* 495 bytes are too few */
	aborted("under 10 bytes a second");
	finish();
}

static void held_up_ourselves(void)
{
	uint8_t much[600] = { 0 };
	begin();
	scp_config.min_rate = 10;
	associate();
	half_an_object();
	say_pdv(peer, 1, false, false, span_of(much, sizeof much));
	now += 3600000; /* it came in time, and we were late */
	CHECK(goes_on());
	finish();
}

static void bytes(void)
{
	uint8_t room[200];
	const struct span object = small_object(room, INSTANCE);
	const struct dimse rq = store_rq(1, INSTANCE);
	begin();
	scp_config.max_bytes = 2 * object.n;
	associate();
	for (int i = 0; i < 2; i++) {
		say_command(peer, 1, &rq);
		say_pdv(peer, 1, false, true, object);
		scp_step();
		struct span s = hear(peer);
		CHECK_INT(next_status(&s), DIMSE_SUCCESS);
	}
	char path[OUTDIR_NAME + 200];
	snprintf(path, sizeof path, "%s/%s", folder, INSTANCE);
	CHECK(unlink(path) == 0);
	say_command(peer, 1, &rq);
	say_pdv(peer, 1, false, false, span_str("x"));
	aborted("the association brought over");
	finish();
}

static void command_set(void)
{
	const struct dimse rq = store_rq(1, INSTANCE);
	begin();
	scp_config.max_command = 100;
	associate();
	say_command(peer, 1, &rq);
	aborted("100 bytes");
	finish();
}

static void contexts(void)
{
	for (unsigned most = 2; most <= 3; most++) {
		int fds[2];
		struct span pdu, s;
		begin();
		scp_config.max_contexts = most;
		pair(fds);
		peer = fds[0];
		scp = scp_new(fds[1], &scp_config, &err);
		say_rq(peer); /* of three contexts */
		scp_step();
		s = hear(peer);
		CHECK_INT(next_pdu(&s, &pdu), most < 3 ? PDU_ASSOC_RJ : PDU_ASSOC_AC);
		if (most < 3) {
			CHECK_MEM(pdu.p, "\0\1\3\2", 4);
			CHECK(strstr(scp_rejected.text, "3 presentation contexts") != NULL);
		}
		finish();
	}
}

/* Two objects of 3 MB that are the same: while they are compared others have their turn, and the answer
 * comes once they are. */
static void compared_in_turns(void)
{
	static uint8_t block[1 << 16];
	uint8_t room[200], head[8];
	struct span s;
	int turns[2] = { 0, 0 };
	begin();
	associate();
	for (int i = 0; i < 2; i++) {
		const struct dimse rq = store_rq(1, INSTANCE);
		struct buf b = buf_on(head, sizeof head);
		say_command(peer, 1, &rq);
		say_pdv(peer, 1, false, false, small_object(room, INSTANCE));
		buf_u32le(&b, 48 * sizeof block);
		const uint8_t pixels[] = { 0xe0, 0x7f, 0x10, 0, 'O', 'B', 0, 0 };
		say_pdv(peer, 1, false, false, span_of(pixels, sizeof pixels));
		say_pdv(peer, 1, false, false, buf_span(&b));
		for (int n = 0; n < 48 * 8; n++)
			say_pdv(peer, 1, false, n == 48 * 8 - 1, span_of(block, sizeof block / 8));
		scp_step();
		s = hear(peer);
		uint16_t status = next_status(&s);
		for (; status == 0xffff && turns[i] < 1000; turns[i]++) {
			scp_step();
			s = hear(peer);
			status = next_status(&s);
		}
		CHECK_INT(status, DIMSE_SUCCESS);
	}
	CHECK_INT(last_object.placed, OUTFILE_SAME);
	CHECK(turns[1] > turns[0] + 3);
	CHECK_INT(files(false), 1);
	finish();
}

int main(void)
{
	test("a command that dribbles in is no message: cut by --idle", dribbled_command);
	test("each message that is answered begins that time anew", answered_in_time);
	test("an object that takes too long is cut", long_object);
	test("an object that comes too slowly for a minute is cut", slow_object);
	test("what came while we were held up ourselves counts", held_up_ourselves);
	test("an association that brings too many bytes is cut", bytes);
	test("a command set over the limit is cut", command_set);
	test("a request of too many contexts is rejected, one of as many is not", contexts);
	test("a large duplicate is compared in several turns, and then answered",
		compared_in_turns);
	return test_end();
}
