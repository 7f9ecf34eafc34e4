/* SPDX-License-Identifier: MIT */
/* Objects that are answered together, within an asynchronous operations window (PS3.7 D.3.3.3): what is on
 * the disk before each step, and what each one hears. */
#define _GNU_SOURCE
#include "aside.h"

/* "id:status " of each response, in order, and "rp" for a release, "ab" for an abort. */
static const char *answers(void)
{
	static char text[400];
	struct span s = hear(peer), pdu, value;
	text[0] = '\0';
	while (s.n && strlen(text) < sizeof text - 20) {
		char *at = text + strlen(text);
		unsigned id = 0, status = 0;
		const uint8_t type = next_pdu(&s, &pdu);
		if (type == PDU_RELEASE_RP || type == PDU_ABORT)
			strcpy(at, type == PDU_ABORT ? "ab" : "rp");
		if (type != PDU_DATA || !span_skip(&pdu, PDU_PDV_HEAD))
			continue;
		while (pdu.n) {
			uint16_t group = 0, element = 0, v = 0;
			uint32_t n = 0;
			span_u16le(&pdu, &group);
			span_u16le(&pdu, &element);
			span_u32le(&pdu, &n);
			if (!CHECK(span_take(&pdu, n, &value)))
				break;
			if (n == 2)
				span_u16le(&value, &v);
			id = element == 0x120 ? v : id;
			status = element == 0x900 ? v : status;
		}
		snprintf(at, 20, "%u:%04x ", id, status);
	}
	return text;
}

static void step_by_step(void)
{
	begin(0);
	store_some(1, 3);
	take(ready(scp_conn(scp)));
	CHECK_INT(files(true), 3);
	CHECK_INT(files(false), 0);
	CHECK_STR(answers(), "");
	CHECK(!scp_waits(scp));
	CHECK(scp_place(scp));
	CHECK_INT(files(true), 0);
	CHECK_INT(files(false), 3);
	CHECK_STR(answers(), "");
	CHECK_STR(scp_said, "a");
	settle_all();
	CHECK_STR(answers(), "1:0000 2:0000 3:0000 ");
	CHECK_STR(scp_said, "aooo");
	CHECK_INT(out.n_whole, 0);
	finish();
}

static void so_many(void)
{
	begin(0);
	store_some(1, 12);
	turn();
	CHECK_STR(answers(),
		"1:0000 2:0000 3:0000 4:0000 5:0000 6:0000 7:0000 8:0000 9:0000 "
		"10:0000 11:0000 12:0000 ");
	CHECK_INT(n_lots, 3);
	CHECK(lots[0] == ASIDE + 1 && lots[1] == ASIDE + 1 && lots[2] == 2);
	CHECK_INT(files(false), 12);
	finish();
}

static void alone(void)
{
	for (int k = 0; k < 2; k++) {
		begin(k ? 5 : 1);
		scp_config.aside = k ? 0 : ASIDE;
		store_some(1, 3);
		turn();
		CHECK_STR(answers(), "1:0000 2:0000 3:0000 ");
		CHECK_INT(n_lots, 3);
		finish();
	}
}

/* Others may have taken all the places. */
static void no_place(void)
{
	struct outfile others[OUTDIR_WHOLE];
	begin(0);
	for (int i = 0; i < OUTDIR_WHOLE; i++) {
		REQUIRE(outfile_open(&out, &others[i], &err));
		CHECK(outfile_whole(&out, &others[i]));
	}
	store_some(1, 3);
	turn();
	CHECK_STR(answers(), "1:0000 2:0000 3:0000 ");
	CHECK_INT(n_lots, 3);
	for (int i = 0; i < OUTDIR_WHOLE; i++)
		outfile_drop(&out, &others[i]);
	CHECK_INT(out.n_whole, 0);
	finish();
}

static void duplicates(void)
{
	static const struct {
		enum outdir_duplicates how;
		const char *told;
		int files;
	} cases[] = { { OUTDIR_KEEP, "1:0000 2:0000 3:0000 4:0000 ", 2 },
		{ OUTDIR_REPLACE, "1:0000 2:0000 3:0000 4:0000 ", 1 },
		{ OUTDIR_REJECT, "1:0000 2:0111 3:0111 4:0111 ", 1 } };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		begin(0);
		out.duplicates = cases[i].how;
		store(1, INSTANCE, NULL);
		store(2, INSTANCE, NULL);
		store(3, INSTANCE, "else");
		store(4, INSTANCE, "else");
		turn();
		CHECK_STR(answers(), cases[i].told);
		CHECK_INT(n_lots, 1);
		CHECK_INT(files(false), cases[i].files);
		CHECK_INT(files(true), 0);
		if (cases[i].how == OUTDIR_KEEP)
			CHECK_INT(last_object.placed, OUTFILE_SAME);
		finish();
	}
}

/* Of three whole ones the second cannot be synced. */
static void one_fails(void)
{
	int ends[2];
	begin(0);
	store_some(1, 3);
	take(ready(scp_conn(scp)));
	REQUIRE(scp->n_aside == 3);
	CHECK_INT(pipe(ends), 0);
	CHECK(dup2(ends[1], scp->aside->next->file.fd) >= 0);
	settle_all();
	CHECK_STR(answers(), "1:0000 2:a700 3:0000 ");
	CHECK_INT(files(false), 2);
	CHECK_INT(files(true), 0);
	close(ends[0]);
	close(ends[1]);
	finish();
}

static void folder_fails(void)
{
	static const enum outdir_duplicates how[] = { OUTDIR_KEEP, OUTDIR_REPLACE, OUTDIR_REJECT };
	for (int k = 0; k < 3; k++) {
		begin(0);
		out.duplicates = how[k];
		store_some(1, 2);
		store(3, "1.2.2", NULL);
		take(ready(scp_conn(scp)));
		settle_fails = true;
		settle_all();
		CHECK_STR(answers(), "1:a700 2:a700 3:a700 ");
		CHECK_INT(files(false) + files(true), 0);
		settle_fails = false;
		store_some(4, 5);
		turn();
		CHECK_STR(answers(), "4:0000 5:0000 ");
		finish();
	}
}

/* What else comes between them keeps its place. */
static void between(void)
{
	uint8_t room[200];
	const struct dimse echo = { .field = C_ECHO_RQ,
		.id = 2,
		.dataset = DIMSE_NO_DATASET,
		.sop_class = span_str(UID_VERIFICATION) };
	const struct dimse rq = store_rq(4, "1.2.99");
	begin(0);
	store_some(1, 1);
	say_command(peer, 5, &echo);
	store_some(3, 3);
	say_command(peer, 1, &rq); /* another instance than its data set says */
	say_pdv(peer, 1, false, true, small_object(room, INSTANCE));
	store_some(5, 5);
	turn();
	CHECK_STR(answers(), "1:0000 2:0000 3:0000 4:a900 5:0000 ");
	CHECK_INT(files(false), 3);
	CHECK_INT(files(true), 0);
	finish();
}

static void ends(void)
{
	static const char *const heard[] = { "1:0000 2:0000 rp", NULL, "1:0000 2:0000 ab", NULL };
	for (int k = 0; k < 4; k++) {
		uint8_t room[200];
		const struct dimse rq = store_rq(3, INSTANCE);
		begin(0);
		store_some(1, 2);
		if (k == 0)
			say_short(peer, pdu_put_release_rq);
		else if (k == 1)
			say(peer, span_of("\7\0\0\0\0\4\0\0\0\0", 10));
		else if (k == 2) { /* within a third one something that has no place there */
			say_command(peer, 1, &rq);
			say_pdv(peer, 1, false, false, small_object(room, INSTANCE));
			say_command(peer, 1, &rq);
		} else {
			close(peer);
			peer = -1;
		}
		turn();
		CHECK_STR(scp_said, "aoox");
		CHECK_INT(scp_end.kind, k == 0 ? ERR_NONE : k == 3 ? scp_end.kind : ERR_PEER);
		if (heard[k])
			CHECK_STR(answers(), heard[k]);
		CHECK_INT(files(false), 2); /* whole, also where nobody heard of it */
		CHECK_INT(files(true), 0);
		finish();
	}
}

static void given_up(void)
{
	begin(0);
	store_some(1, 3);
	take(ready(scp_conn(scp)));
	CHECK_INT(files(true), 3);
	scp_free(scp);
	scp = NULL;
	CHECK_INT(files(true) + files(false), 0);
	CHECK_INT(out.n_whole, 0);
	finish();
}

int main(void)
{
	test("whole objects are synced, placed, settled and answered, in this order and together",
		step_by_step);
	test("so many are set aside, and no more", so_many);
	test("without a window, or when told so, each is answered before the next one", alone);
	test("where all places are taken too", no_place);
	test("two of one instance become what they become one after the other", duplicates);
	test("one that cannot be synced is refused, and no other", one_fails);
	test("a folder that cannot be synced refuses all, and takes all back", folder_fails);
	test("echoes and bad objects between them are answered in their turn", between);
	test("what ends the association comes after their answers, and they are kept whole", ends);
	test("given up before they are placed, they leave nothing", given_up);
	return test_end();
}
