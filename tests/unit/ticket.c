/* SPDX-License-Identifier: MIT */
/* The keys of tickets as time goes on. That tickets are opened with them is in tls_resume.c. */
#include "test.h"
#include "tls/ticket.h"

/* However far the clock leaps, and whatever a process did in between: keys are by the clock alone. */
static void keys_after_any_leap(void)
{
	static const uint64_t leaps[] = { 1, 2, 3, 4095, 4096, 4097, 1000003, UINT64_C(1) << 33,
		UINT64_C(1) << 45 };
	static const uint32_t lifetimes[] = { 1, 7200, 604800 };
	static const uint8_t seed[32] = { 3 }, binding[32] = { 4 };
	static struct tls_tickets busy, idle;
	for (size_t k = 0; k < 3; k++) {
		const uint64_t step = lifetimes[k] * UINT64_C(1000);
		uint64_t now = UINT64_C(1700000000000) / step * step;
		tickets_init(&idle, seed, binding, lifetimes[k], now);
		busy = idle;
		const struct ticket_key first = idle.keys[0];
		for (size_t i = 0; i < sizeof leaps / sizeof *leaps; i++) {
			const uint64_t before = now;
			uint8_t room[64];
			struct buf plain = buf_on(room, sizeof room);
			now += leaps[i] * step;
			/* One is awake on the way there, and at the last a lifetime before. */
			for (uint64_t at = before; at < now; at += (now - before) / 3 + 1)
				tickets_open(&busy, at, (struct span){ 0 }, &plain);
			tickets_open(&busy, now - step, (struct span){ 0 }, &plain);
			const struct ticket_key last = busy.keys[0];
			tickets_open(&busy, now, (struct span){ 0 }, &plain);
			tickets_open(&idle, now, (struct span){ 0 }, &plain);
			CHECK(memcmp(busy.keys, idle.keys, sizeof busy.keys) == 0);
			if (i < 8) { /* behind the last leaf nothing changes any more */
				CHECK(memcmp(&idle.keys[1], &last, sizeof last) == 0);
				CHECK(memcmp(&idle.keys[0], &last, sizeof last) != 0);
			}
			CHECK(memcmp(&idle.keys[0], &first, sizeof first) != 0);
		}
	}
}

/* What lies behind is not to be had from what is kept: no node that a past key comes from is there. */
static void keys_of_the_past_are_gone(void)
{
	static const uint8_t seed[32] = { 3 }, binding[32] = { 4 };
	static struct tls_tickets t, then;
	const uint64_t step = TICKET_LIFETIME * UINT64_C(1000), start = 470000 * step;
	uint8_t room[64];
	struct buf plain = buf_on(room, sizeof room);
	tickets_init(&t, seed, binding, TICKET_LIFETIME, start);
	for (uint64_t i = 0; i < 300; i++) {
		then = t;
		tickets_open(&t, start + (i + 1) * step, (struct span){ 0 }, &plain);
		for (unsigned level = 0; level <= TICKET_LEVELS; level++) {
			static const uint8_t none[32];
			const bool there = memcmp(t.ahead[level], none, sizeof none) != 0;
			CHECK_INT(there, (t.leaf >> level & 1) == 0);
			/* What was used up is not kept anywhere. */
			if (then.leaf >> level & 1 || !(t.leaf >> level & 1))
				continue;
			for (unsigned other = 0; other <= TICKET_LEVELS; other++)
				CHECK(memcmp(t.ahead[other], then.ahead[level], 32) != 0);
		}
	}
}

int main(void)
{
	test("processes come to the same keys after a leap of the clock of any length",
		keys_after_any_leap);
	test("what made keys before the last two is gone", keys_of_the_past_are_gone);
	return test_end();
}
