/* SPDX-License-Identifier: MIT */
/* Both ends of an association over a wire that cuts bytes as it likes, and the sender's side against a
 * peer that the test plays. */
#define _GNU_SOURCE
#include "wire.h"

enum { PAD = 1000000 }; /* more than what is under way at once */

static void ask(int fd)
{
	scu = scu_new(fd, &scu_config, offers, 3, &err);
	CHECK(scu != NULL);
}

static bool send_object(struct syntax to, uint8_t context)
{
	struct object_stream *stream = object_open(object_path, &info, to, &err);
	return CHECK(stream != NULL) && CHECK(scu_store(scu, context, &info, stream, &err));
}

/* ---- both ends */

static int middle[2]; /* the wire between them: what is read from one goes to the other */

static void carry(int from, int to, size_t most)
{
	uint8_t bytes[4096];
	const ssize_t n = recv(from, bytes, most < sizeof bytes ? most : sizeof bytes, MSG_PEEK);
	if (n == 0)
		shutdown(to, SHUT_WR);
	if (n <= 0)
		return;
	const ssize_t sent = send(to, bytes, (size_t)n, MSG_NOSIGNAL);
	if (sent > 0)
		(void)!recv(from, bytes, (size_t)sent, 0);
}

static bool until(const char *said, size_t cut)
{
	for (long i = 0; i < 3000000; i++) {
		scu_step();
		carry(middle[0], middle[1], cut);
		carry(middle[1], middle[0], cut);
		scp_step();
		if (strcmp(scu_said, said) == 0)
			return true;
	}
	TEST_NOTE("said %s instead of %s", scu_said, said);
	return false;
}

static void conversation(size_t cut)
{
	int ours[2], theirs[2];
	wire_begin();
	make_file(cut < 100 ? 20000 : PAD);
	pair(ours);
	pair(theirs);
	middle[0] = ours[1];
	middle[1] = theirs[1];
	scp = scp_new(theirs[0], &scp_config, &err);
	ask(ours[0]);
	bool fine = until("a", cut) && CHECK(scu_echo(scu, &err)) && until("ar", cut) &&
		CHECK_INT(scu_status, 0);
	const struct syntax implicit = { .explicit_vr = false };
	fine = fine && send_object(info.syntax, 1) && until("arr", cut) &&
		CHECK_INT(scu_status, 0) && CHECK_INT(last_object.bytes, info.size);
	fine = fine && send_object(implicit, 3) && until("arrr", cut) && CHECK_INT(scu_status, 0) &&
		CHECK_INT(last_object.placed, OUTFILE_DIFFERENT);
	fine = fine && CHECK(scu_release(scu, &err)) && until("arrrx", cut) &&
		CHECK_INT(scu_end.kind, ERR_NONE) && CHECK_STR(scp_said, "aeoox");
	for (int i = 0; i < 10; i++) {
		scu_step();
		carry(middle[0], middle[1], cut);
		carry(middle[1], middle[0], cut);
		scp_step();
	}
	CHECK(!fine || (conn_over(scu_conn(scu)) && conn_over(scp_conn(scp))));
	CHECK(conn_error(scu_conn(scu))->kind == ERR_NONE);
	CHECK_INT(files(false), fine ? 2 : files(false));
	close(middle[0]);
	close(middle[1]);
	wire_end();
}

static void any_cut(void)
{
	static const size_t cuts[] = { 1, 2, 7, 100, 1000, 4096 };
	for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++)
		conversation(cuts[i]);
}

/* ---- the sender against a peer of ours */

static void say_ac(int fd, uint32_t max_pdu)
{
	uint8_t room[4096];
	struct span heard = hear(fd), pdu;
	struct pdu_assoc rq;
	struct buf b = buf_on(room, sizeof room);
	static const struct pdu_choice yes[PDU_CONTEXTS];
	const struct pdu_user user = { .max_pdu = max_pdu,
		.class_uid = { (const uint8_t *)"1.2.3", 5 } };
	CHECK_INT(next_pdu(&heard, &pdu), PDU_ASSOC_RQ);
	CHECK(pdu_decode_rq(pdu, &rq, &err));
	CHECK(pdu_put_ac(&b, &rq, yes, &user, &err));
	say(fd, buf_span(&b));
}

static void begin_with(uint32_t max_pdu)
{
	int fds[2];
	wire_begin();
	make_file(PAD);
	pair(fds);
	peer = fds[0];
	ask(fds[1]);
	say_ac(peer, max_pdu);
	scu_step();
	CHECK_STR(scu_said, "a");
}

static void begin(void)
{
	begin_with(16384);
}

static void finish(void)
{
	close(peer);
	wire_end();
}

/* The peer refuses before it has read the object, and reads slowly: the next request must wait for room
 * and not fail. */
static void early_answer(void)
{
	/* The sizes differ so that for some the last bytes just fill our buffer. */
	for (uint32_t less = 0; less < 66000; less += 700) {
		begin();
		make_file(PAD - less);
		REQUIRE(send_object(info.syntax, 1));
		say_response(C_STORE_RSP, 1, DIMSE_OUT_OF_RESOURCES);
		size_t heard = 0;
		for (int i = 0; i < 10000 && !strchr(scu_said, 'r'); i++) {
			uint8_t some[20000];
			scu_step();
			const ssize_t n = recv(peer, some, sizeof some, 0);
			heard += n > 0 ? (size_t)n : 0;
		}
		CHECK_STR(scu_said, "ar");
		CHECK_INT(scu_status, DIMSE_OUT_OF_RESOURCES);
		CHECK(conn_has_room(scu_conn(scu)));
		CHECK(send_object(info.syntax, 1));
		say_response(C_STORE_RSP, 2, DIMSE_SUCCESS);
		for (int i = 0; i < 10000 && strlen(scu_said) < 3; i++) {
			scu_step();
			heard += hear(peer).n;
		}
		CHECK_STR(scu_said, "arr");
		CHECK_INT(scu_status, DIMSE_SUCCESS);
		for (int i = 0; i < 20; i++) { /* the rest of what was put */
			scu_step();
			heard += hear(peer).n;
		}
		CHECK(heard > 2 * info.size); /* both went out to their ends */
		finish();
	}
}

/* Every way to end while an object is on its way names the cause, and not what it led to. */
static void ended_while_sending(void)
{
	static const char *const words[] = { "closed", "aborted the association", "released",
		"no progress", "unexpected PDU|unrecognized", "unexpected" };
	for (int k = 0; k < 6; k++)
		for (int at = 0; at < 2; at++) {
			/* Within a PDV; and between two, one of which ends where our buffer does. */
			static uint32_t max_pdu = 300;
			for (bool there = false; !there;) {
				begin_with(at ? max_pdu : 16384);
				REQUIRE(send_object(info.syntax, 1));
				there = !at || conn_owed(scu_conn(scu)) == 0;
				if (!there) {
					finish();
					REQUIRE(++max_pdu < 2000);
				}
			}
			CHECK_INT(conn_owed(scu_conn(scu)) == 0, at);
			if (k == 0)
				close(peer);
			else if (k == 1)
				say(peer, span_of("\7\0\0\0\0\4\0\0\2\1", 10));
			else if (k == 2)
				say_short(peer, pdu_put_release_rq);
			else if (k == 3)
				now = clock_ms() + 60001, hear(peer); /* it wakes too late */
			else if (k == 4)
				say(peer, span_str("HTTP/1.1 200 OK\r\n"));
			else
				say_response(C_STORE_RSP, 77, 0);
			for (int i = 0; i < 20; i++) {
				scu_step();
				now += 1000; /* ARTIM, for who does not close */
			}
			char word[60];
			snprintf(word, sizeof word, "%s", words[k]);
			char *other = strchr(word, '|');
			if (other)
				*other++ = '\0';
			if (strcmp(scu_said, "ax") != 0 ||
				!(strstr(scu_end.text, word) ||
					(other && strstr(scu_end.text, other))) ||
				!conn_over(scu_conn(scu)))
				TEST_NOTE("case %d.%d: %s, %s", k, at, scu_said, scu_end.text);
			if (k == 0)
				peer = -1;
			finish();
		}
}

static void object_lost(void)
{
	begin();
	REQUIRE(send_object(info.syntax, 1));
	CHECK_INT(truncate(object_path, 100000), 0);
	for (int i = 0; i < 10000 && !strchr(scu_said, 'u'); i++) {
		scu_step();
		hear(peer);
	}
	CHECK_STR(scu_said, "au");
	CHECK(strstr(scu_end.text, "shorter") != NULL);
	for (int i = 0; i < 20 && !conn_over(scu_conn(scu)); i++) {
		now += 1000;
		scu_step();
	}
	CHECK(conn_over(scu_conn(scu)));
	finish();
}

static void wrong_answers(void)
{
	for (int k = 0; k < 5; k++) {
		begin();
		if (k < 4)
			CHECK(scu_echo(scu, &err));
		if (k == 0)
			say_response(C_ECHO_RSP, 2, 0); /* another message */
		else if (k == 1)
			say_response(C_STORE_RSP, 1, 0); /* another kind of response */
		else if (k == 2)
			say_response(C_ECHO_RQ, 1, 0); /* a request */
		else if (k == 3)
			say_pdv(peer, 1, true, true, span_str("no command set"));
		else
			say_response(C_ECHO_RSP, 1, 0); /* to nothing */
		scu_step();
		CHECK_STR(scu_said, "ax");
		CHECK_INT(scu_end.kind, ERR_PEER);
		struct span s = hear(peer), pdu;
		CHECK(k == 4 || next_pdu(&s, &pdu) == PDU_DATA);
		CHECK_INT(next_abort(&s), BY_USER);
		finish();
	}
}

static void association_answers(void)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *text;
	} cases[] = { { "\3\0\0\0\0\4\0\1\1\7", 10, "called AE title not recognized" },
		{ "\7\0\0\0\0\4\0\0\0\0", 10, "aborted" }, { "\25\3\3\0\2\2\50", 7, "TLS" },
		{ "", 0, "closed" }, { "\2\0\0", 3, "closed" } };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int fds[2];
		wire_begin();
		pair(fds);
		peer = fds[0];
		ask(fds[1]);
		say(peer, span_of(cases[i].bytes, cases[i].n));
		shutdown(peer, SHUT_WR);
		for (int k = 0; k < 5; k++)
			scu_step();
		CHECK_STR(scu_said, "x");
		if (!strstr(scu_end.text, cases[i].text))
			TEST_NOTE("%zu: %s", i, scu_end.text);
		finish();
	}
}

static void too_late(void)
{
	int fds[2];
	wire_begin(); /* to the association */
	pair(fds);
	peer = fds[0];
	ask(fds[1]);
	now = clock_ms() + 29000;
	scu_step();
	CHECK_STR(scu_said, "");
	now += 1001;
	for (int i = 0; i < 10; i++) {
		scu_step();
		now += 1000;
	}
	CHECK_STR(scu_said, "x");
	CHECK(strstr(scu_end.text, "no answer to the association request for 30 s") != NULL);
	finish();

	begin(); /* to an echo; a few bytes of the answer give no new time */
	CHECK(scu_echo(scu, &err));
	now = clock_ms();
	const uint64_t end = conn_deadline(scu_conn(scu));
	CHECK(end >= now + 59000 && end <= now + 60000);
	now += 50000;
	say(peer, span_of("\4\0", 2));
	scu_step();
	CHECK_INT(conn_deadline(scu_conn(scu)), end);
	now = end + 1;
	for (int i = 0; i < 10; i++) {
		scu_step();
		now += 1000;
	}
	CHECK_STR(scu_said, "ax");
	CHECK(strstr(scu_end.text, "no response to the echo request for 60 s") != NULL);
	finish();
}

static void releases(void)
{
	begin(); /* collision: both ask, both answer (PS3.8 Table 9-10, AR-8 to AR-10) */
	CHECK(scu_release(scu, &err));
	say_short(peer, pdu_put_release_rq);
	scu_step();
	CHECK_STR(scu_said, "a");
	struct span s = hear(peer), pdu;
	CHECK_INT(next_pdu(&s, &pdu), PDU_RELEASE_RQ);
	CHECK_INT(next_pdu(&s, &pdu), PDU_RELEASE_RP);
	say_short(peer, pdu_put_release_rp);
	scu_step();
	CHECK_STR(scu_said, "ax");
	CHECK_INT(scu_end.kind, ERR_NONE);
	finish();

	begin(); /* the peer does not close after the release: we do */
	CHECK(scu_release(scu, &err));
	say_short(peer, pdu_put_release_rp);
	scu_step();
	CHECK_STR(scu_said, "ax");
	for (int i = 0; i < 10 && !conn_over(scu_conn(scu)); i++) {
		now += 1000;
		scu_step();
	}
	CHECK(conn_over(scu_conn(scu)));
	finish();

	begin(); /* only what the state allows */
	CHECK(scu_release(scu, &err));
	CHECK(!scu_release(scu, &err));
	err_clear(&err);
	CHECK(!scu_echo(scu, &err) && err.kind == ERR_USAGE);
	err_clear(&err);
	struct object_stream *stream = object_open(object_path, &info, info.syntax, &err);
	CHECK(!scu_store(scu, 1, &info, stream, &err) && err.kind == ERR_USAGE);
	finish();
}

static void choosing(void)
{
	const struct uid_syntax *recode;
	const struct syntax explicit = { .explicit_vr = true },
			    fragments = { true, false, false, true };
	uint8_t context;
	begin();
	CHECK(scu_choose(scu, SECONDARY, UID_EXPLICIT_LE, explicit, &context, &recode, &err));
	CHECK(context == 1 && recode == NULL);
	CHECK(scu_choose(scu, SECONDARY, UID_EXPLICIT_BE, explicit, &context, &recode, &err));
	CHECK(context == 1 && recode && strcmp(recode->uid, UID_EXPLICIT_LE) == 0);
	CHECK(!scu_choose(
		scu, SECONDARY, "1.2.840.10008.1.2.4.50", fragments, &context, &recode, &err));
	CHECK(strstr(err.text, "Secondary Capture") && strstr(err.text, "JPEG Baseline"));
	finish();
}

int main(void)
{
	test("echo, store, recoded store and release, however the bytes are cut", any_cut);
	test("an answer before the end of an object waits for its end, and the next request for "
	     "room",
		early_answer);
	test("what ends an association within an object is named", ended_while_sending);
	test("an object that shrinks on its way ends in an abort that names it", object_lost);
	test("an answer to something else is a protocol error, which the user aborts",
		wrong_answers);
	test("what comes instead of an association is told", association_answers);
	test("silence is given up after the time allowed, and so is an answer of a byte now and "
	     "then",
		too_late);
	test("releases: collision, a peer that does not close, and twice", releases);
	test("the peer's own syntax is preferred, then another uncompressed one", choosing);
	return test_end();
}
