/* SPDX-License-Identifier: MIT */
#include "io/guard.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

/* "192.0.2.7:49152", "[2001:db8::1%eth0]:104" */
uint64_t guard_origin(const char *peer)
{
	char host[INET6_ADDRSTRLEN];
	uint8_t address[16];
	const bool v6 = *peer == '[';
	uint64_t origin = 0;
	peer += v6;
	snprintf(host, sizeof host, "%.*s", (int)strcspn(peer, v6 ? "%]" : ":"), peer);
	if (inet_pton(v6 ? AF_INET6 : AF_INET, host, address) != 1)
		return 0;
	for (int i = 0; i < (v6 ? 8 : 4); i++)
		origin = origin << 8 | address[i];
	/* No host's IPv6 address begins with all ones: those are groups. */
	return v6 ? origin : origin | (uint64_t)UINT32_MAX << 32;
}

static bool counts(const struct guard_origin *o, uint64_t now)
{
	return o->failures && now < o->since + GUARD_MINUTE;
}

/* The place of an origin, or else the one that it may have. */
static struct guard_origin *find(struct guard *g, uint64_t origin, uint64_t now)
{
	struct guard_origin *best = &g->origins[0];
	for (size_t i = 0; i < GUARD_ORIGINS; i++) {
		struct guard_origin *o = &g->origins[i];
		if (o->failures && o->origin == origin)
			return o;
		const unsigned n = counts(o, now) ? o->failures : 0;
		const unsigned least = counts(best, now) ? best->failures : 0;
		if (n < least || (n == least && o->since < best->since))
			best = o;
	}
	return best;
}

void guard_failed(struct guard *g, uint64_t origin, uint64_t now)
{
	struct guard_origin *o = find(g, origin, now);
	if (o->origin != origin || !counts(o, now))
		*o = (struct guard_origin){ .origin = origin, .since = now };
	o->failures++;
}

void guard_fine(struct guard *g, uint64_t origin)
{
	for (size_t i = 0; i < GUARD_ORIGINS; i++)
		if (g->origins[i].failures && g->origins[i].origin == origin)
			g->origins[i].failures = 0;
}

bool guard_barred(const struct guard *g, uint64_t origin, unsigned most, uint64_t now, uint64_t *ms)
{
	for (size_t i = 0; most && i < GUARD_ORIGINS; i++) {
		const struct guard_origin *o = &g->origins[i];
		if (o->origin == origin && counts(o, now) && o->failures >= most) {
			*ms = o->since + GUARD_MINUTE - now;
			return true;
		}
	}
	return false;
}

bool guard_tells(struct guard_lines *l, uint64_t now, unsigned long *before)
{
	const uint64_t regained = (now - l->at) * GUARD_A_SECOND / 1000;
	if (regained) {
		l->told = regained < l->told ? l->told - (unsigned)regained : 0;
		l->at = now;
	}
	if (l->told >= GUARD_BURST) {
		l->left_out++;
		return false;
	}
	l->told++;
	*before = l->left_out;
	l->left_out = 0;
	return true;
}
