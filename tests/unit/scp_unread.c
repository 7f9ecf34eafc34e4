/* SPDX-License-Identifier: MIT */
/* Objects that are answered together, and a peer that does not read: what waits for room, and what waits for
 * that. */
#define _GNU_SOURCE
#include "aside.h"

enum { RIVALS = 100 };

static void put_object(struct buf *all, uint16_t id)
{
	uint8_t set[300], room[200];
	char instance[20];
	struct buf command = buf_on(set, sizeof set);
	snprintf(instance, sizeof instance, "1.2.%u", id);
	const struct dimse rq = store_rq(id, instance);
	const struct span object = small_object(room, instance);
	dimse_put(&command, &rq);
	pdu_put_data_head(all, 1, true, true, (uint32_t)command.n);
	buf_bytes(all, buf_span(&command));
	pdu_put_data_head(all, 1, false, true, (uint32_t)object.n);
	buf_bytes(all, object);
}

/* The peer sends on and reads nothing: answers that wait hold it up, and in the end it hears all. Each second
 * settling fails: what was placed before may not be taken for settled by the next one. */
static void unread(void)
{
	enum { ALL = 2000 };
	static uint8_t room[ALL * 400];
	struct buf all = buf_on(room, sizeof room);
	unsigned heard = 0;
	int good = 0;
	begin(0);
	out.sync = false;
	/* The kernel is to hold less than all the answers. */
	const int least = 4096;
	REQUIRE(setsockopt(peer, SOL_SOCKET, SO_RCVBUF, &least, sizeof least) == 0);
	REQUIRE(setsockopt(peer, SOL_SOCKET, SO_SNDBUF, &least, sizeof least) == 0);
	for (uint16_t id = 1; id <= ALL; id++)
		put_object(&all, id);
	REQUIRE(buf_ok(&all));
	struct span left = buf_span(&all);
	for (int stuck = 0, idle = 0; idle < 50; turn()) {
		const ssize_t n = send(peer, left.p, left.n, MSG_NOSIGNAL | MSG_DONTWAIT);
		stuck = n > 0 ? 0 : stuck + 1;
		settle_fails = !settle_fails;
		span_skip(&left, n > 0 ? (size_t)n : 0);
		if (stuck < 3)
			continue; /* as long as anything goes, nothing is read */
		CHECK(heard || left.n);
		const unsigned before = heard;
		struct span s = hear(peer);
		for (uint16_t status; (status = next_status(&s)) != 0xffff; heard++)
			good += status == DIMSE_SUCCESS;
		idle = heard == before ? idle + 1 : 0;
	}
	CHECK_INT(heard, ALL);
	CHECK(good > 0 && good < ALL);
	CHECK_INT(files(false), good);
	finish();
}

/* So many files of one name that a new one is compared in more than one turn. */
static void put_rivals(const char *name)
{
	for (int i = 1; i <= RIVALS; i++) {
		char path[100];
		snprintf(path, sizeof path, i == 1 ? "%s/%s" : "%s/%s~%d", folder, name, i);
		const int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		CHECK(fd >= 0 && close(fd) == 0);
	}
}

/* Echoes until the answer to another message would have no room. */
static void fill_up(void)
{
	const struct dimse echo = { .field = C_ECHO_RQ,
		.id = 1,
		.dataset = DIMSE_NO_DATASET,
		.sop_class = span_str(UID_VERIFICATION) };
	const int fd = conn_fd(scp_conn(scp)), least = 4096;
	REQUIRE(setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &least, sizeof least) == 0);
	while (conn_has_room(scp_conn(scp))) {
		say_command(peer, 5, &echo);
		take(ready(scp_conn(scp)));
	}
}

/* One that is compared over several turns comes after one whose answer has no room yet. Were it placed then,
 * in a turn in which this association waits for no settling, nobody would tell it how that one ended. */
static void compared(void)
{
	for (int fails = 0; fails < 2; fails++) {
		struct err why = { 0 };
		struct scp_news news;
		uint16_t status, last = 0xffff;
		begin(0);
		put_rivals("1.2.3");
		fill_up();
		store_some(2, 3);
		take(ready(scp_conn(scp)));
		CHECK(scp_place(scp) && outdir_settle(&out, &why));
		scp_answer(scp, true, &why, &news);
		REQUIRE(scp->n_aside == 2 && scp->aside->stage == TOLD);
		/* Others may have something to be settled now. */
		CHECK(!scp_place(scp));
		CHECK_INT(out.n_unsettled, 0);
		CHECK_INT(files(true), 1);
		CHECK_INT(files(false), RIVALS + 1);
		settle_fails = fails;
		for (int i = 0; i < 5; i++, turn())
			for (struct span s = hear(peer); (status = next_status(&s)) != 0xffff;)
				last = status;
		CHECK_INT(last, fails ? DIMSE_OUT_OF_RESOURCES : DIMSE_SUCCESS);
		CHECK_INT(files(true), 0);
		CHECK_INT(files(false), RIVALS + 1 + !fails);
		finish();
	}
}

int main(void)
{
	test("a peer that does not read its answers is held up, and hears all in the end", unread);
	test("none is placed while an answer before it waits for room: it would not hear how "
	     "settling ended",
		compared);
	return test_end();
}
