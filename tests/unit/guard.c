/* SPDX-License-Identifier: MIT */
/* Origins are told apart as hosts are, failures count within a minute, and the table stays of one size
 * whoever floods it. */
#include "io/guard.h"
#include "test.h"

static void origins(void)
{
	CHECK(guard_origin("192.0.2.7:104") == guard_origin("192.0.2.7:49152"));
	CHECK(guard_origin("192.0.2.7:104") != guard_origin("192.0.2.8:104"));
	CHECK(guard_origin("[2001:db8:1:2::1]:104") == guard_origin("[2001:db8:1:2:ffff::9]:1"));
	CHECK(guard_origin("[2001:db8:1:2::1]:104") != guard_origin("[2001:db8:1:3::1]:104"));
	CHECK(guard_origin("[fe80::1%eth0]:104") == guard_origin("[fe80::2%eth1]:104"));
	CHECK(guard_origin("[::1]:104") != guard_origin("127.0.0.1:104"));
	CHECK(guard_origin("unknown address") == 0);
	CHECK(guard_origin("") == 0);
	CHECK(guard_origin("[") == 0);
	CHECK(guard_origin("300.1.1.1:4") == 0);
}

static struct guard g;
static uint64_t ms;

static void minute(void)
{
	g = (struct guard){ 0 };
	CHECK(!guard_barred(&g, 5, 1, 1000, &ms));
	for (int i = 0; i < 3; i++) {
		CHECK(!guard_barred(&g, 5, 3, 1000, &ms));
		guard_failed(&g, 5, 1000);
	}
	CHECK(guard_barred(&g, 5, 3, 2000, &ms));
	CHECK_INT(ms, 59000);
	CHECK(!guard_barred(&g, 6, 3, 2000, &ms));
	CHECK(!guard_barred(&g, 5, 4, 2000, &ms));
	CHECK(!guard_barred(&g, 5, 0, 2000, &ms));
	guard_failed(&g, 5, 60999);
	CHECK(guard_barred(&g, 5, 3, 60999, &ms));
	CHECK(!guard_barred(&g, 5, 3, 61000, &ms));
	guard_failed(&g, 5, 61000);
	CHECK(!guard_barred(&g, 5, 2, 61000, &ms));
	CHECK(guard_barred(&g, 5, 1, 61000, &ms));
}

static void forgiven(void)
{
	g = (struct guard){ 0 };
	for (int i = 0; i < 10; i++)
		guard_failed(&g, 5, 1000);
	guard_fine(&g, 6);
	CHECK(guard_barred(&g, 5, 10, 1000, &ms));
	guard_fine(&g, 5);
	CHECK(!guard_barred(&g, 5, 1, 1000, &ms));
}

static void crowded(void)
{
	g = (struct guard){ 0 };
	for (int i = 0; i < 3; i++)
		guard_failed(&g, 77, 1000);
	for (uint64_t o = 1000; o < 1000 + 3 * GUARD_ORIGINS; o++)
		guard_failed(&g, o, 2000);
	CHECK(guard_barred(&g, 77, 3, 2000, &ms)); /* the worst one stays */
	guard_failed(&g, 9, 3000);
	CHECK(guard_barred(&g, 9, 1, 3000, &ms)); /* and a new one has a place */
}

static void lines(void)
{
	struct guard_lines l = { 0 };
	unsigned long before = 99, told = 0;
	for (int i = 0; i < 1000; i++)
		told += guard_tells(&l, 5000, &before);
	CHECK_INT(told, GUARD_BURST);
	CHECK_INT(before, 0);
	CHECK(guard_tells(&l, 5100, &before));
	CHECK_INT(before, 1000 - GUARD_BURST);
	CHECK(!guard_tells(&l, 5100, &before));
	told = 0;
	for (int i = 0; i < 1000; i++)
		told += guard_tells(&l, 6100, &before);
	CHECK_INT(told, GUARD_A_SECOND);
	told = 0;
	for (int i = 0; i < 1000; i++)
		told += guard_tells(&l, UINT64_MAX / 4, &before);
	CHECK_INT(told, GUARD_BURST);
}

int main(void)
{
	test("an origin is an IPv4 address or an IPv6 /64, whatever the port", origins);
	test("failures count for a minute from the first", minute);
	test("a handshake that succeeds forgives those of its origin alone", forgiven);
	test("a flood of origins forgets the harmless ones first", crowded);
	test("a flood of lines is told in a burst and then so many a second", lines);
	return test_end();
}
