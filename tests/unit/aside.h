/* SPDX-License-Identifier: MIT */
/* An association with an asynchronous operations window, its peer played by the test, and a receiver's turn in
 * two halves. */
#ifndef DCMSEC_TEST_ASIDE_H
#define DCMSEC_TEST_ASIDE_H

#include "wire.h"

#include "io/scp_inner.h"

enum { ASIDE = 4 };

static unsigned lots[64], n_lots; /* how many were answered after each settling */

static inline void begin(uint16_t window)
{
	struct span pdu, s;
	int fds[2];
	wire_begin();
	outdir_close(&out);
	CHECK(outdir_open(&out, folder, true, &err));
	scp_config.aside = ASIDE;
	n_lots = 0;
	pair(fds);
	peer = fds[0];
	scp = scp_new(fds[1], &scp_config, &err);
	REQUIRE(scp);
	say_rq_window(peer, window, 1);
	scp_step();
	s = hear(peer);
	CHECK_INT(next_pdu(&s, &pdu), PDU_ASSOC_AC);
	CHECK_STR(scp_said, "a");
}

static inline void finish(void)
{
	if (peer >= 0)
		close(peer);
	wire_end();
}

/* Reads what has come. */
static inline void take(short revents)
{
	struct scp_news news;
	scp_turn(scp, revents, now);
	while (scp_next(scp, &news))
		scp_hear(&news);
}

/* The rest of a turn. */
static inline void settle_all(void)
{
	struct scp_news news;
	struct err why = { 0 };
	while (scp_place(scp)) {
		const bool settled = outdir_settle(&out, &why) && !settle_fails;
		if (!settled)
			err_set(&why, ERR_SYSTEM, EIO, "cannot sync");
		for (lots[n_lots] = 0; scp_waits(scp); lots[n_lots]++) {
			scp_answer(scp, settled, &why, &news);
			scp_hear(&news);
		}
		n_lots += n_lots < 63;
		CHECK(scp->own.stage != PLACED); /* each knows what this settling came to */
		for (const struct scp_item *o = scp->aside; o; o = o->next)
			CHECK(o->stage != PLACED);
		while (scp_next(scp, &news))
			scp_hear(&news);
	}
}

static inline void turn(void)
{
	take(ready(scp_conn(scp)));
	settle_all();
}

/* An object whose data set differs by more from others of its instance. */
static inline void store(uint16_t id, const char *instance, const char *more)
{
	uint8_t room[200], tail[64];
	struct buf b = buf_on(tail, sizeof tail);
	const struct dimse rq = store_rq(id, instance);
	say_command(peer, 1, &rq);
	say_pdv(peer, 1, false, !more, small_object(room, instance));
	if (!more)
		return;
	buf_bytes(&b, span_of("\xfc\xff\xfc\xffOB\0\0", 8));
	buf_u32le(&b, (uint32_t)strlen(more));
	buf_str(&b, more);
	say_pdv(peer, 1, false, true, buf_span(&b));
}

static inline void store_some(uint16_t first, uint16_t last)
{
	for (uint16_t id = first; id <= last; id++) {
		char instance[20];
		snprintf(instance, sizeof instance, "1.2.%u", id);
		store(id, instance, NULL);
	}
}

#endif
