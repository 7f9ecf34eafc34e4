/* SPDX-License-Identifier: MIT */
/* The limits of time and speed of one association, beside those of the connection. */
#include "io/scp_inner.h"

#include "io/clock.h"

#include <poll.h>

enum { MINUTE = 60000 };

uint64_t scp_limit(const struct scp *s)
{
	const struct scp_config *c = s->config;
	if (s->comparing)
		return s->now; /* the comparison goes on at once */
	if (!s->associated || conn_ending(s->conn))
		return CLOCK_NEVER;
	if (s->phase != DATA_SET)
		return clock_after(s->since, c->idle);
	const uint64_t whole = clock_after(s->object_since, c->object_time);
	const uint64_t minute = c->min_rate ? s->minute_since + MINUTE : CLOCK_NEVER;
	return whole < minute ? whole : minute;
}

/* False: the minute brought enough, and the next one begins. */
static bool exceeded(struct scp *s, struct err *why)
{
	const struct scp_config *c = s->config;
	if (s->phase != DATA_SET) {
		err_set(why, ERR_LIMIT, 0, "no whole message of the peer in %llu s",
			(unsigned long long)c->idle / 1000);
	} else if (s->now >= clock_after(s->object_since, c->object_time)) {
		err_set(why, ERR_LIMIT, 0, "an object took over %llu s; that is the limit here",
			(unsigned long long)c->object_time / 1000);
	} else if (s->own.object.bytes - s->minute_bytes < c->min_rate * (MINUTE / 1000)) {
		err_set(why, ERR_LIMIT, 0,
			"an object came with under %llu bytes a second for a minute; that is the "
			"limit here",
			(unsigned long long)c->min_rate);
	} else {
		s->minute_since = s->now;
		s->minute_bytes = s->own.object.bytes;
	}
	return why->kind != ERR_NONE;
}

void scp_check_limits(struct scp *s, short revents)
{
	struct err why = { 0 };
	if (s->comparing || s->now < scp_limit(s)) {
		s->late = false;
		return;
	}
	/* Where we were held up ourselves, what has come meanwhile counts: it is dealt with first. */
	const bool again = s->late;
	s->late = !again && revents & POLLIN;
	if (!s->late && exceeded(s, &why))
		scp_cut(s, &why);
}
