/* SPDX-License-Identifier: MIT */
/* The asynchronous operations window (PS3.7 D.3.3.3) in both roles, against a peer that the test plays. */
#define _GNU_SOURCE
#include "wire.h"

enum { PROPOSED = 4, NOT_PROPOSED = 1, SILENT = -1 };

static char answers[100]; /* "id:status ", in the order in which they were told */

static void step(void)
{
	struct scu_news news;
	char text[20];
	scu_turn(scu, ready(scu_conn(scu)), now);
	while (scu_next(scu, &news)) {
		note(scu_said, "saruxp"[news.what]);
		if (news.what == SCU_RESPONSE) {
			snprintf(text, sizeof text, "%u:%04x ", news.id, news.status);
			if (strlen(answers) + strlen(text) < sizeof answers)
				strcat(answers, text);
		}
		if (news.what == SCU_ENDED)
			scu_end = news.err;
	}
}

/* An association in which we proposed `proposed`, and the peer said `granted`, or nothing of it. */
static void begin(uint16_t proposed, int granted, uint32_t pad)
{
	int fds[2];
	uint8_t room[4096];
	struct scu_config config = scu_config;
	static const struct pdu_choice yes[PDU_CONTEXTS];
	struct pdu_assoc rq;
	struct span pdu;
	struct buf b = buf_on(room, sizeof room);
	wire_begin();
	answers[0] = '\0';
	make_file(pad);
	pair(fds);
	peer = fds[0];
	config.window = proposed;
	scu = scu_new(fds[1], &config, offers, 3, &err);
	REQUIRE(scu != NULL);
	struct span heard = hear(peer);
	CHECK_INT(next_pdu(&heard, &pdu), PDU_ASSOC_RQ);
	CHECK(pdu_decode_rq(pdu, &rq, &err));
	CHECK_INT(rq.user.window, proposed > 1);
	CHECK_INT(rq.user.invoked, proposed > 1 ? proposed : 1);
	CHECK_INT(rq.user.performed, 1);
	const struct pdu_user user = { .max_pdu = 16384,
		.class_uid = { (const uint8_t *)"1.2.3", 5 },
		.window = granted != SILENT,
		.invoked = (uint16_t)(granted == SILENT ? 1 : granted),
		.performed = 1 };
	CHECK(pdu_put_ac(&b, &rq, yes, &user, &err));
	say(peer, buf_span(&b));
	step();
	CHECK_STR(scu_said, "a");
}

static void finish(void)
{
	close(peer);
	wire_end();
}

static bool store(void)
{
	struct object_stream *stream = object_open(object_path, &info, info.syntax, &err);
	return CHECK(stream != NULL) && CHECK(scu_store(scu, 1, &info, stream, &err));
}

/* Sends until no more may be sent; how many. */
static unsigned fill(void)
{
	unsigned n = 0;
	for (; n < 300 && scu_ready(scu); n++)
		if (!store())
			break;
	return n;
}

static void say_stored(uint16_t id, uint16_t status)
{
	say_response(C_STORE_RSP, id, status);
}

static void as_many_as_granted(void)
{
	static const struct {
		uint16_t proposed;
		int granted;
		unsigned all;
	} cases[] = { { PROPOSED, 3, 3 }, { PROPOSED, 0, PROPOSED }, { PROPOSED, 100, PROPOSED },
		{ PROPOSED, 1, 1 }, { PROPOSED, SILENT, 1 }, { NOT_PROPOSED, SILENT, 1 },
		{ NOT_PROPOSED, 50, 1 }, { 0, SILENT, 1 } };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		begin(cases[i].proposed, cases[i].granted, 100);
		CHECK_INT(fill(), cases[i].all);
		CHECK_INT(scu_unanswered(scu), cases[i].all);
		step();
		hear(peer);
		say_stored(1, 0);
		step();
		CHECK_STR(answers, "1:0000 ");
		CHECK_INT(fill(), 1);
		CHECK_INT(scu_id(scu), cases[i].all + 1);
		finish();
	}
}

static void any_order(void)
{
	begin(PROPOSED, 4, 100);
	CHECK_INT(fill(), 4);
	step();
	hear(peer);
	say_stored(3, DIMSE_OUT_OF_RESOURCES);
	say_stored(1, 0);
	say_stored(4, 0xb000);
	step();
	CHECK_STR(answers, "3:a700 1:0000 4:b000 ");
	CHECK_INT(scu_unanswered(scu), 1);
	CHECK(!scu_release(scu, &err) && err.kind == ERR_USAGE);
	err_clear(&err);
	say_stored(2, 0);
	step();
	CHECK_STR(scu_said, "arrrr");
	CHECK(scu_release(scu, &err));
	step();
	struct span s = hear(peer), pdu;
	CHECK_INT(next_pdu(&s, &pdu), PDU_RELEASE_RQ);
	finish();
}

static void wrong_ids(void)
{
	static const struct {
		uint16_t first, second;
	} cases[] = { { 3, 3 }, { 1, 9 }, { 2, 0 } };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		begin(PROPOSED, 3, 100);
		CHECK_INT(fill(), 3);
		step();
		hear(peer);
		say_stored(cases[i].first, 0);
		say_stored(cases[i].second, 0);
		step();
		CHECK_STR(scu_said, "arx");
		CHECK_INT(scu_end.kind, ERR_PEER);
		CHECK(strstr(scu_end.text, "unexpected C-STORE-RSP") != NULL);
		struct span s = hear(peer);
		CHECK_INT(next_abort(&s), BY_USER);
		CHECK(!scu_ready(scu));
		finish();
	}
}

/* What is right but for one thing: it is no answer, and the association ends. */
static void answers_to_something_else(void)
{
	static const struct {
		uint8_t context, then; /* of the command's halves */
		const char *instance, *why;
		bool data;
	} cases[] = {
		{ 1, 1, INSTANCE, NULL, false },
		{ 1, 1, "", NULL, false }, /* U(=) in PS3.7 Table 9.1-1: it need not be there */
		{ 3, 3, INSTANCE, "in presentation context 3 what was asked in 1", false },
		{ 1, 3, INSTANCE, "from presentation context 1 to 3 (PS3.8 E.1)", false },
		{ 3, 1, INSTANCE, "from presentation context 3 to 1", false },
		{ 1, 1, INSTANCE "6", "another SOP instance", false },
		{ 1, 1, INSTANCE, "a data set, which no answer to us has", true },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint8_t room[512];
		struct buf b = buf_on(room, sizeof room);
		const struct dimse d = { .field = C_STORE_RSP,
			.id = 1,
			.dataset = DIMSE_NO_DATASET,
			.sop_instance = span_str(cases[i].instance) };
		dimse_put(&b, &d);
		const struct span set = buf_span(&b);
		begin(PROPOSED, 3, 100);
		CHECK_INT(fill(), 3);
		step();
		hear(peer);
		say_pdv(peer, cases[i].context, true, false, span_at(set, 0, 20));
		if (cases[i].data)
			say_pdv(peer, 1, false, true, span_str("data"));
		say_pdv(peer, cases[i].then, true, true, span_at(set, 20, set.n));
		step();
		CHECK_STR(scu_said, cases[i].why ? "ax" : "ar");
		if (cases[i].why) {
			struct span s = hear(peer);
			CHECK_INT(next_abort(&s), BY_USER);
			CHECK_INT(scu_end.kind, ERR_PEER);
			if (!strstr(scu_end.text, cases[i].why))
				TEST_NOTE("case %d: %s", (int)i, scu_end.text);
		}
		finish();
	}
}

/* What breaks the rules is answered by an abort, and then the close is waited for, whatever lies unread. */
static void the_close_is_heard(void)
{
	static const struct span wrong[] = { { (const uint8_t *)"\6\0\0\0\0\4\0\0\0\0", 10 },
		{ (const uint8_t *)"\6\0\0\0\0\5\0\0\0\0\0", 11 },
		{ (const uint8_t *)"\1\0\0\0\1\0rest", 10 },
		{ (const uint8_t *)"HTTP/1.1 400 Bad Request", 24 } };
	static const unsigned reasons[] = { PDU_ABORT_UNEXPECTED, PDU_ABORT_VALUE,
		PDU_ABORT_UNEXPECTED, PDU_ABORT_UNRECOGNIZED };
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		begin(PROPOSED, 4, 100);
		say(peer, wrong[i]);
		step();
		CHECK_STR(scu_said, "ax");
		struct span s = hear(peer);
		CHECK_INT(next_abort(&s), BY_PROVIDER | reasons[i]);
		CHECK(conn_wants(scu_conn(scu)) & POLLIN);
		close(peer);
		step();
		CHECK(conn_over(scu_conn(scu)));
		peer = -1;
		wire_end();
	}
}

/* An answer to what went before is told while an object goes out; one to the object itself waits for its end. */
static void answers_within(void)
{
	begin(PROPOSED, 4, 300000);
	make_file(100);
	REQUIRE(store());
	make_file(990000);
	REQUIRE(store());
	CHECK(!scu_ready(scu)); /* the peer does not read, so it is still going out */
	say_stored(2, DIMSE_OUT_OF_RESOURCES);
	say_stored(1, 0);
	step();
	CHECK_STR(answers, "1:0000 ");
	CHECK_INT(scu_unanswered(scu), 1);
	for (int i = 0; i < 1000 && strlen(scu_said) < 3; i++) {
		hear(peer);
		step();
	}
	CHECK_STR(answers, "1:0000 2:a700 ");
	CHECK_INT(scu_unanswered(scu), 0);
	finish();
}

/* Whole objects leave without being pushed by whoever sends them. */
static void nothing_stays(void)
{
	begin(PROPOSED, 4, 100);
	REQUIRE(store());
	CHECK(conn_wants(scu_conn(scu)) & POLLOUT);
	step();
	CHECK(!(conn_wants(scu_conn(scu)) & POLLOUT));
	CHECK(hear(peer).n > info.size);
	finish();
}

static void too_late(void)
{
	begin(PROPOSED, 4, 100);
	CHECK_INT(fill(), 4);
	step();
	say_stored(1, 0); /* time counts from the last word */
	now = clock_ms() + 59000;
	step();
	CHECK_STR(scu_said, "ar");
	now = clock_ms() + 60500;
	for (int i = 0; i < 10; i++) {
		step();
		now += 1000;
	}
	CHECK_STR(scu_said, "arx");
	CHECK(strstr(scu_end.text, "no response to the object that was sent") != NULL);
	finish();
}

/* ---- the receiver */

static void begin_receiver(uint16_t invoked, struct pdu_user *said)
{
	int fds[2];
	struct pdu_assoc ac;
	struct span pdu;
	wire_begin();
	pair(fds);
	peer = fds[0];
	scp = scp_new(fds[1], &scp_config, &err);
	REQUIRE(scp != NULL);
	say_rq_window(peer, invoked, 7);
	scp_step();
	struct span heard = hear(peer);
	CHECK_INT(next_pdu(&heard, &pdu), PDU_ASSOC_AC);
	CHECK(pdu_decode_ac(pdu, &ac, &err));
	*said = ac.user;
}

static void receiver_grants(void)
{
	static const struct {
		uint16_t asked;
		bool granted;
		uint16_t number;
	} cases[] = { { 1, false, 1 }, { 5, true, 5 }, { 0, true, 256 }, { 60000, true, 256 } };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct pdu_user said;
		begin_receiver(cases[i].asked, &said);
		CHECK_INT(said.window, cases[i].granted);
		CHECK_INT(said.invoked, cases[i].number);
		CHECK_INT(said.performed, 1);
		finish();
	}
}

/* As many requests as it likes, more than it was granted: each is answered in its turn. */
static void receiver_answers(void)
{
	struct pdu_user said;
	uint8_t room[200];
	begin_receiver(2, &said);
	CHECK_INT(said.invoked, 2);
	for (uint16_t id = 1; id <= 6; id++) {
		char instance[20];
		snprintf(instance, sizeof instance, "1.2.%u", id);
		const struct dimse rq = store_rq(id, instance);
		say_command(peer, 1, &rq);
		say_pdv(peer, 1, false, true, small_object(room, instance));
	}
	scp_step();
	CHECK_STR(scp_said, "aoooooo");
	CHECK_INT(files(false), 6);
	struct span s = hear(peer);
	for (int i = 0; i < 6; i++)
		CHECK_INT(next_status(&s), DIMSE_SUCCESS);
	CHECK_INT(next_status(&s), 0xffff);
	finish();
}

int main(void)
{
	test("as many objects are without an answer as were proposed and granted",
		as_many_as_granted);
	test("answers in any order belong to their message IDs", any_order);
	test("an answer to an unknown or answered message ID ends the association", wrong_ids);
	test("after an error of the peer its close is heard at once, whatever lies unread",
		the_close_is_heard);
	test("an answer in another context, of another instance, in pieces from two, or "
	     "with data is "
	     "none",
		answers_to_something_else);
	test("an answer to the object that goes out waits for its end, others do not",
		answers_within);
	test("what was sent without filling a record leaves with the next turn", nothing_stays);
	test("with several objects without an answer, silence has its limit", too_late);
	test("a receiver grants a window where one was proposed", receiver_grants);
	test("a receiver answers all requests in order, also more than it granted",
		receiver_answers);
	return test_end();
}
