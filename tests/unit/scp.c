/* SPDX-License-Identifier: MIT */
/* The receiver's side of an association against a peer that the test plays. What counts: a file stands
 * under its final name if and only if its sender was told so. */
#define _GNU_SOURCE
#include "wire.h"

static void meet(void)
{
	int fds[2];
	pair(fds);
	peer = fds[0];
	scp = scp_new(fds[1], &scp_config, &err);
	CHECK(scp != NULL);
}

static void begin(void)
{
	wire_begin();
	meet();
}

static void finish(void)
{
	close(peer);
	wire_end();
}

/* With the association request accepted, and that read. */
static void associate(void)
{
	struct span pdu, s;
	say_rq(peer);
	scp_step();
	s = hear(peer);
	CHECK_INT(next_pdu(&s, &pdu), PDU_ASSOC_AC);
	CHECK_STR(scp_said, "a");
}

static uint16_t answer(void)
{
	scp_step();
	struct span s = hear(peer);
	return next_status(&s);
}

/* Nothing but this abort, and the association is over for the receiver. */
static bool aborted(unsigned by)
{
	scp_step();
	struct span s = hear(peer);
	return CHECK_INT(next_abort(&s), by) && CHECK(strchr(scp_said, 'x') != NULL) &&
		CHECK(scp_end.kind != ERR_NONE && *scp_end.text) && CHECK_INT(files(true), 0);
}

static void stored(void)
{
	uint8_t room[200];
	const struct span object = small_object(room, INSTANCE);
	const struct dimse rq = store_rq(1, INSTANCE);
	begin();
	associate();
	say_command(peer, 1, &rq);
	say_pdv(peer, 1, false, true, object);
	CHECK_INT(answer(), DIMSE_SUCCESS);
	CHECK_INT(files(false), 1);
	CHECK_STR(last_object.file, INSTANCE);
	CHECK_INT(last_object.bytes, object.n);
	say_short(peer, pdu_put_release_rq);
	scp_step();
	struct span pdu, s = hear(peer);
	CHECK_INT(next_pdu(&s, &pdu), PDU_RELEASE_RP);
	CHECK_STR(scp_said, "aox");
	CHECK_INT(scp_end.kind, ERR_NONE);
	close(peer);
	scp_step();
	scp_step();
	CHECK(conn_over(scp_conn(scp)));
	finish();
}

/* In fragments of every size, empty ones among them, and each byte in a PDV of its own. */
static void fragments(void)
{
	uint8_t room[200], set[512];
	for (size_t piece = 1; piece < 200; piece += piece < 10 ? 1 : 37) {
		struct span object = small_object(room, INSTANCE), part;
		struct buf b = buf_on(set, sizeof set);
		const struct dimse rq = store_rq(7, INSTANCE);
		begin();
		associate();
		dimse_put(&b, &rq);
		struct span command = buf_span(&b);
		while (command.n) {
			span_take(&command, command.n < piece ? command.n : piece, &part);
			say_pdv(peer, 1, true, false, part);
			say_pdv(peer, 1, true, command.n == 0, (struct span){ 0 });
		}
		while (object.n) {
			span_take(&object, object.n < piece ? object.n : piece, &part);
			say_pdv(peer, 1, false, false, (struct span){ 0 });
			say_pdv(peer, 1, false, false, part);
		}
		say_pdv(peer, 1, false, true, (struct span){ 0 });
		CHECK_INT(answer(), DIMSE_SUCCESS);
		CHECK_INT(files(false), 1);
		finish();
	}
}

static uint8_t talk[4096];
static size_t talk_n;

/* The bytes of a whole association with two objects and an echo. */
static void record(void)
{
	uint8_t room[200];
	int fds[2];
	pair(fds);
	scp = NULL;
	say_rq(fds[0]);
	for (int i = 0; i < 2; i++) {
		const char *instance = i ? "1.2.3.46" : INSTANCE;
		const struct dimse rq = store_rq((uint16_t)(i + 1), instance);
		say_command(fds[0], 1, &rq);
		say_pdv(fds[0], 1, false, true, small_object(room, instance));
	}
	const struct dimse echo = { .field = C_ECHO_RQ,
		.id = 3,
		.dataset = DIMSE_NO_DATASET,
		.sop_class = span_str(UID_VERIFICATION) };
	say_command(fds[0], 5, &echo);
	say_short(fds[0], pdu_put_release_rq);
	const ssize_t n = recv(fds[1], talk, sizeof talk, 0);
	CHECK(n > 500 && n < (ssize_t)sizeof talk);
	talk_n = n > 0 ? (size_t)n : 0;
	close(fds[0]);
	close(fds[1]);
}

static void closed_anywhere(void)
{
	record();
	for (size_t n = 0; n <= talk_n; n++) {
		int told = 0;
		begin();
		say(peer, span_of(talk, n));
		scp_step();
		struct span s = hear(peer);
		for (uint16_t status; (status = next_status(&s)) != 0xffff;)
			told += status == DIMSE_SUCCESS;
		close(peer);
		for (int i = 0; i < 4; i++)
			scp_step();
		if (!conn_over(scp_conn(scp)) || files(true) != 0 ||
			files(false) != (told > 2 ? 2 : told) || !strchr(scp_said, 'x') ||
			(n > 0 && n < talk_n && scp_end.kind == ERR_NONE)) {
			TEST_NOTE("closed after %zu bytes: said %s, %d files, %d answers, %s", n,
				scp_said, files(false), told, scp_end.text);
			n = talk_n;
		}
		wire_end();
	}
}

static void dribbled(void)
{
	int told = 0;
	record();
	begin();
	for (size_t n = 0; n < talk_n; n++) {
		say(peer, span_of(talk + n, 1));
		scp_step();
		struct span s = hear(peer);
		for (; s.n; told++)
			if (next_status(&s) != DIMSE_SUCCESS)
				break;
	}
	CHECK_INT(told, 3);
	CHECK_STR(scp_said, "aooex");
	CHECK_INT(files(false), 2);
	finish();
}

static void all_at_once(void)
{
	record();
	begin();
	say(peer, span_of(talk, talk_n));
	scp_step();
	CHECK_STR(scp_said, "aooex");
	finish();
}

static uint16_t store(const struct dimse *rq, struct span object)
{
	begin();
	associate();
	say_command(peer, 1, rq);
	say_pdv(peer, 1, false, true, object);
	const uint16_t status = answer();
	CHECK_INT(last_object.status, status);
	CHECK_INT(files(true), 0);
	if (status != DIMSE_SUCCESS) {
		CHECK_INT(files(false), 0);
		CHECK(last_object.file == NULL && *last_object.err.text);
	}
	/* Refused or not, the association goes on. */
	const struct dimse next = store_rq(9, "1.2.9");
	uint8_t room[200];
	say_command(peer, 1, &next);
	say_pdv(peer, 1, false, true, small_object(room, "1.2.9"));
	CHECK_INT(answer(), DIMSE_SUCCESS);
	finish();
	return status;
}

static void bad_objects(void)
{
	uint8_t room[200], other[200];
	struct dimse rq = store_rq(1, INSTANCE);
	const struct span good = small_object(room, INSTANCE);
	CHECK_INT(store(&rq, good), DIMSE_SUCCESS);
	CHECK_INT(store(&rq, span_of(good.p, good.n - 1)), DIMSE_CANNOT_UNDERSTAND);
	CHECK_INT(store(&rq, span_of(good.p, 3)), DIMSE_CANNOT_UNDERSTAND);
	CHECK_INT(store(&rq, (struct span){ 0 }), DIMSE_CANNOT_UNDERSTAND);
	CHECK_INT(store(&rq, span_str("this is no data set at all")), DIMSE_CANNOT_UNDERSTAND);
	CHECK_INT(store(&rq, small_object(other, "1.2.3.46")), DIMSE_CLASS_MISMATCH);
	CHECK_INT(store(&rq, small_object(other, "../../../x")), DIMSE_CLASS_MISMATCH);
	rq.sop_class = span_str("1.2.840.10008.5.1.4.1.1.2");
	CHECK_INT(store(&rq, good), DIMSE_CLASS_UNSUPPORTED);
	rq = store_rq(1, "../../x");
	CHECK(store(&rq, small_object(other, "../../x")) != DIMSE_SUCCESS);
	rq = store_rq(1, "1.02.3");
	CHECK(store(&rq, small_object(other, "1.02.3")) != DIMSE_SUCCESS);
	rq.sop_instance = span_of("1.2\0.3", 6);
	CHECK(store(&rq, small_object(other, "1.2")) != DIMSE_SUCCESS);
}

static void odd_commands(void)
{
	struct dimse rq = store_rq(1, INSTANCE);
	begin();
	associate();
	rq.dataset = DIMSE_NO_DATASET; /* nothing follows: it must be answered now */
	say_command(peer, 1, &rq);
	CHECK_INT(answer(), DIMSE_MISTYPED);
	struct dimse echo = { .field = C_ECHO_RQ,
		.id = 2,
		.dataset = DIMSE_DATASET,
		.sop_class = span_str(UID_VERIFICATION) };
	say_command(peer, 5, &echo); /* something follows: it must be read */
	CHECK_INT(answer(), 0xffff);
	say_pdv(peer, 5, false, true, span_str("what"));
	CHECK_INT(answer(), DIMSE_MISTYPED);
	echo.field = C_FIND_RQ;
	say_command(peer, 5, &echo);
	say_pdv(peer, 5, false, true, span_str("what"));
	CHECK_INT(answer(), DIMSE_UNRECOGNIZED);
	echo.field = C_ECHO_RQ;
	echo.dataset = DIMSE_NO_DATASET;
	say_command(peer, 5, &echo);
	CHECK_INT(answer(), DIMSE_SUCCESS);
	CHECK_STR(scp_said, "ae");
	finish();
}

static void protocol_errors(void)
{
	static const unsigned by[] = { BY_USER, BY_USER, BY_USER, BY_PROVIDER | PDU_ABORT_VALUE,
		BY_USER, BY_USER, BY_PROVIDER | PDU_ABORT_VALUE, BY_PROVIDER | PDU_ABORT_UNEXPECTED,
		BY_PROVIDER | PDU_ABORT_UNRECOGNIZED };
	uint8_t room[200], big[20000] = { 0 };
	const struct dimse rq = store_rq(1, INSTANCE);
	for (int k = 0; k < 9; k++) {
		const struct dimse answer_of_ours = { .field = C_ECHO_RSP,
			.dataset = DIMSE_NO_DATASET };
		begin();
		associate();
		if (k >= 4)
			say_command(peer, 1, &rq);
		if (k == 0) /* a data set where a command is due */
			say_pdv(peer, 1, false, true, small_object(room, INSTANCE));
		else if (k == 1) /* a response to nothing */
			say_command(peer, 5, &answer_of_ours);
		else if (k == 2) /* a command set without end */
			for (int i = 0; i < 50; i++)
				say_pdv(peer, 1, true, false, span_of(big, 100));
		else if (k == 3) /* a context that was not accepted */
			say_pdv(peer, 9, true, true, span_of(big, 10));
		else if (k == 4) /* a command where a data set is due */
			say_command(peer, 1, &rq);
		else if (k == 5) /* the data set in another context */
			say_pdv(peer, 3, false, true, small_object(room, INSTANCE));
		else if (k == 6) /* a PDU larger than we said we take */
			say_pdv(peer, 1, false, false, span_of(big, 16384 - PDU_PDV_HEAD + 1));
		else if (k == 7) /* a second association request */
			say_rq(peer);
		else /* no PDU */
			say(peer, span_str("HTTP/1.1 200 OK\r\n\r\n"));
		if (!aborted(by[k]))
			TEST_NOTE("case %d", k);
		CHECK_INT(files(false), 0);
		finish();
	}
}

static void left_within(void)
{
	uint8_t room[200];
	const struct dimse rq = store_rq(1, INSTANCE);
	const struct span object = small_object(room, INSTANCE);
	for (int k = 0; k < 2; k++) {
		begin();
		associate();
		say_command(peer, 1, &rq);
		say_pdv(peer, 1, false, false, object); /* all of it, but not said to be the last */
		scp_step();
		CHECK_INT(files(true), 1);
		if (k == 0)
			say_short(peer, pdu_put_release_rq);
		else
			say(peer, span_of("\7\0\0\0\0\4\0\0\0\0", 10));
		scp_step();
		CHECK_STR(scp_said, "ax");
		CHECK_INT(scp_end.kind, ERR_PEER);
		CHECK_INT(files(true) + files(false), 0);
		finish();
	}
}

static void not_settled(void)
{
	uint8_t room[200];
	const struct dimse rq = store_rq(1, INSTANCE);
	begin();
	associate();
	settle_fails = true;
	say_command(peer, 1, &rq);
	say_pdv(peer, 1, false, true, small_object(room, INSTANCE));
	CHECK_INT(answer(), DIMSE_OUT_OF_RESOURCES);
	CHECK_INT(files(false) + files(true), 0);
	settle_fails = false;
	say_command(peer, 1, &rq);
	say_pdv(peer, 1, false, true, small_object(room, INSTANCE));
	CHECK_INT(answer(), DIMSE_SUCCESS);
	CHECK_INT(last_object.placed, OUTFILE_NEW);
	settle_fails = true; /* an older copy is not taken back */
	say_command(peer, 1, &rq);
	say_pdv(peer, 1, false, true, small_object(room, INSTANCE));
	CHECK_INT(answer(), DIMSE_OUT_OF_RESOURCES);
	CHECK_INT(files(false), 1);
	finish();
}

static uint8_t none_admitted(void *arg, const struct scp *s, struct err *why)
{
	(void)arg;
	(void)s;
	err_set(why, ERR_LIMIT, 0, "three are enough");
	return PDU_REJECT_LIMIT;
}

static void rejected(void)
{
	struct span pdu, s;
	for (int k = 0; k < 3; k++) {
		const char *titles[] = { "MINE" };
		wire_begin();
		if (k == 0)
			scp_config.admit = none_admitted;
		if (k == 1)
			scp_config.title = "OTHER";
		if (k == 2)
			scp_config.calling = (struct list){ .v = titles, .n = 1 };
		meet();
		say_rq(peer);
		scp_step();
		s = hear(peer);
		CHECK_INT(next_pdu(&s, &pdu), PDU_ASSOC_RJ);
		static const uint8_t want[3][4] = { { 0, 2, 3, 2 }, { 0, 1, 1, 7 },
			{ 0, 1, 1, 3 } };
		CHECK(pdu.n == 4);
		CHECK_MEM(pdu.p, want[k], 4);
		CHECK(scp_said[0] == 'r' && scp_rejected.kind == ERR_PEER);
		finish();
	}
}

static void silent(void)
{
	begin(); /* says nothing: ARTIM */
	now += 2999;
	scp_step();
	CHECK(!conn_over(scp_conn(scp)));
	now += 2;
	scp_step();
	CHECK(strchr(scp_said, 'x') && strstr(scp_end.text, "ARTIM"));
	close(peer);
	scp_step();
	CHECK(conn_over(scp_conn(scp)));
	finish();

	begin(); /* associated and idle */
	associate();
	now = clock_ms() + 60001;
	scp_step();
	struct span pdu, s = hear(peer);
	CHECK_INT(next_pdu(&s, &pdu), PDU_ABORT);
	close(peer);
	scp_step();
	scp_step();
	CHECK_STR(scp_said, "ax");
	CHECK(strstr(scp_end.text, "no word from the peer for 60 s") != NULL);
	finish();
}

static void cut_off(void)
{
	uint8_t room[200];
	const struct dimse rq = store_rq(1, INSTANCE);
	struct err why = { 0 };
	begin();
	associate();
	say_command(peer, 1, &rq);
	say_pdv(peer, 1, false, false, span_at(small_object(room, INSTANCE), 0, 40));
	scp_step();
	CHECK(scp_busy(scp));
	err_set(&why, ERR_LIMIT, 0, "enough of you");
	scp_cut(scp, &why);
	struct span pdu, s = hear(peer);
	CHECK_INT(next_pdu(&s, &pdu), PDU_ABORT);
	close(peer);
	scp_step();
	scp_step();
	CHECK(scp_over(scp));
	CHECK_STR(scp_end.text, "enough of you");
	scp_free(scp);
	scp = NULL;
	CHECK_INT(files(true) + files(false), 0);
	wire_end();
}

/* Asks and asks without reading an answer, then is gone: the receiver stops reading, and ends. */
static void never_reads(void)
{
	const struct dimse echo = { .field = C_ECHO_RQ,
		.id = 2,
		.dataset = DIMSE_NO_DATASET,
		.sop_class = span_str(UID_VERIFICATION) };
	uint8_t room[256];
	struct buf b = buf_on(room, sizeof room);
	uint8_t set[200];
	struct buf command = buf_on(set, sizeof set);
	begin();
	associate();
	dimse_put(&command, &echo);
	pdu_put_data_head(&b, 5, true, true, (uint32_t)command.n);
	buf_bytes(&b, buf_span(&command));
	int stuck = 0;
	for (int i = 0; i < 1000000 && stuck < 3; i++) {
		const ssize_t n = send(peer, b.p, b.n, MSG_NOSIGNAL);
		stuck = n == (ssize_t)b.n ? 0 : stuck + 1;
		if (n > 0 && n < (ssize_t)b.n)
			break; /* the queue is full in the middle of one */
		scp_step();
	}
	CHECK_INT(conn_wants(scp_conn(scp)) & POLLIN, 0);
	CHECK(conn_wants(scp_conn(scp)) & POLLOUT);
	close(peer);
	scp_said[0] = '\0';
	int turns = 0;
	while (!conn_over(scp_conn(scp)) && turns < 2000000)
		scp_step(), turns++;
	CHECK(turns < 20);
	CHECK(strchr(scp_said, 'x') != NULL);
	peer = -1;
	finish();
}

/* After our abort the peer sends and sends: one turn must end all the same, and time ends the rest. */
static void floods(void)
{
	static uint8_t zeros[65536];
	begin();
	associate();
	say(peer, span_str("HTTP/1.1 200 OK\r\n\r\n"));
	scp_step();
	CHECK_STR(scp_said, "ax");
	int steps = 0;
	for (; steps < 100 && !conn_over(scp_conn(scp)); steps++) {
		(void)!send(peer, zeros, sizeof zeros, MSG_NOSIGNAL);
		now += 100;
		scp_step();
	}
	CHECK(conn_over(scp_conn(scp)));
	finish();
}

int main(void)
{
	test("an object is stored, answered, and the association released", stored);
	test("commands and data sets come in fragments of any size, empty ones too", fragments);
	test("closed after any byte, only what was acknowledged stands under its name",
		closed_anywhere);
	test("byte by byte the outcome is the same", dribbled);
	test("and in one piece, before any answer", all_at_once);
	test("a bad object is refused with its status, and the association goes on", bad_objects);
	test("a command with or without the data set it should have is answered in time",
		odd_commands);
	test("what breaks the rules of DIMSE is aborted as user, what breaks those of PDUs as "
	     "provider, and leaves nothing",
		protocol_errors);
	test("an object that its sender leaves leaves nothing", left_within);
	test("what cannot be made durable is not acknowledged and taken back", not_settled);
	test("who may not come in is rejected with the reason", rejected);
	test("silence is ended by ARTIM before and by the idle limit after association", silent);
	test("cut off within an object, it aborts, says why, and leaves no file", cut_off);
	test("a peer that never reads its answers holds nothing up when it is gone", never_reads);
	test("a peer that floods after the end is cut by time", floods);
	return test_end();
}
