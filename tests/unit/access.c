/* SPDX-License-Identifier: MIT */
/* What rules mean stands in hosts_access(5); tests/interop/access_hosts.py asks libwrap itself. */
#include "io/access.h"
#include "test.h"

static struct err e;
static unsigned line;
static unsigned asked;
static const char *called; /* the client's name; NULL: none */
static enum access_named how;

static enum access_named name(void *arg, char text[ACCESS_NAME])
{
	(void)arg;
	asked++;
	if (!called)
		return ACCESS_UNNAMED;
	snprintf(text, ACCESS_NAME, "%s", called);
	return how;
}

/* The first rule for storescp that fits this address. */
static enum access_rule rule(const char *rules, const char *address)
{
	struct access_client c = { .name = name };
	enum access_rule found;
	err_clear(&e);
	line = 0;
	if (*address && !access_address(span_str(address), &c.address))
		TEST_NOTE("%s is no address", address);
	if (!access_find(span_str(rules), "storescp", &c, &found, &line, &e)) {
		TEST_NOTE("%s: %s", rules, e.text);
		return ACCESS_NO_RULE;
	}
	return found;
}

static bool fits(const char *clients, const char *address)
{
	char rules[300];
	snprintf(rules, sizeof rules, "storescp: %s\n", clients);
	return rule(rules, address) == ACCESS_RULE;
}

static bool refused(const char *rules, const char *why)
{
	enum access_rule found;
	err_clear(&e);
	const bool read = access_find(span_str(rules), "storescp", NULL, &found, &line, &e);
	if (read || e.kind != ERR_INPUT || !strstr(e.text, why))
		TEST_NOTE("\"%s\" gives \"%s\", not \"%s\"", rules, e.text, why);
	return !read;
}

static void addresses(void)
{
	CHECK(fits("192.0.2.7", "192.0.2.7"));
	CHECK(!fits("192.0.2.7", "192.0.2.70"));
	CHECK(fits("192.0.2.", "192.0.2.70"));
	CHECK(!fits("192.0.2.", "192.0.20.7"));
	CHECK(fits("10.0.0.0/8", "10.255.3.4") && !fits("10.0.0.0/8", "11.0.0.1"));
	CHECK(fits("131.155.72.0/255.255.254.0", "131.155.73.255"));
	CHECK(!fits("131.155.72.0/255.255.254.0", "131.155.74.0"));
	CHECK(fits("131.155.72.0/23", "131.155.73.255") &&
		!fits("131.155.72.0/23", "131.155.71.0"));
	CHECK(fits("0.0.0.0/0", "198.51.100.1") && !fits("0.0.0.0/0", "2001:db8::1"));
	CHECK(fits("192.0.2.7/32", "192.0.2.7") && !fits("192.0.2.7/32", "192.0.2.6"));
	CHECK(fits("192.0.*.7", "192.0.2.7") && !fits("192.0.*.7", "192.0.2.8"));
	CHECK(fits("192.0.2.?", "192.0.2.7") && !fits("192.0.2.?", "192.0.2.70"));
}

static void addresses6(void)
{
	CHECK(fits("[2001:db8::1]", "2001:db8::1") && !fits("[2001:db8::1]", "2001:db8::2"));
	CHECK(fits("[2001:db8::]/32", "2001:db8:ffff::9"));
	CHECK(!fits("[2001:db8::]/32", "2001:db9::9"));
	CHECK(fits("[2001:db8:8000::]/33", "2001:db8:9000::1"));
	CHECK(!fits("[2001:db8:8000::]/33", "2001:db8:7000::1"));
	CHECK(!fits("[::]/0", "192.0.2.7") && fits("[::]/0", "::1"));
	CHECK(fits("192.0.2.7", "::ffff:192.0.2.7")); /* RFC 4291 2.5.5.2 */
	CHECK(fits("[::ffff:192.0.2.7]", "192.0.2.7"));
}

static void names(void)
{
	called = "ct1.hospital.org", how = ACCESS_NAMED;
	CHECK(fits("CT1.Hospital.ORG", "192.0.2.7") && !fits("ct2.hospital.org", "192.0.2.7"));
	CHECK(fits(".hospital.org", "192.0.2.7") && !fits(".ospital.org", "192.0.2.7"));
	CHECK(!fits(".ct1.hospital.org", "192.0.2.7"));
	CHECK(fits("ct?.hospital.*", "192.0.2.7") && fits("KNOWN", "192.0.2.7"));
	CHECK(!fits("LOCAL", "192.0.2.7") && !fits("UNKNOWN", "192.0.2.7"));
	called = "ct1";
	CHECK(fits("LOCAL", "192.0.2.7") && fits("local", "192.0.2.7"));
	how = ACCESS_FORGED;
	CHECK(!fits("ct1", "192.0.2.7") && !fits("KNOWN", "192.0.2.7") &&
		!fits("LOCAL", "192.0.2.7"));
	CHECK(fits("PARANOID", "192.0.2.7") && !fits("UNKNOWN", "192.0.2.7") &&
		fits("ALL", "192.0.2.7"));
	called = NULL;
	CHECK(fits("UNKNOWN", "192.0.2.7") && !fits("KNOWN", "192.0.2.7") &&
		!fits("LOCAL", "192.0.2.7"));
	CHECK(fits("ALL", "") && !fits("0.0.0.0/0", ""));
}

static void lookups(void)
{
	asked = 0;
	CHECK(fits("10., 192.0.2.0/24, host.example", "192.0.2.7"));
	CHECK_INT(asked, 0);
	CHECK(!fits("a.example b.example .c KNOWN", "192.0.2.7"));
	CHECK_INT(asked, 1);
	CHECK(rule("sshd: host.example\nstorescp: 10.\n", "192.0.2.7") == ACCESS_NO_RULE);
	CHECK_INT(asked, 1);
	called = "10.1.evil.example", how = ACCESS_NAMED;
	CHECK(!fits("10.1.", "192.0.2.7")); /* a name that looks like the begin of an address */
	CHECK_INT(asked, 1);
}

static void exceptions(void)
{
	CHECK(!fits("10. EXCEPT 10.1.2.3", "10.1.2.3") && fits("10. EXCEPT 10.1.2.3", "10.1.2.4"));
	CHECK(!fits("10. EXCEPT 10.1.2.3", "11.1.2.4"));
	static const char three[] = "ALL EXCEPT 10. EXCEPT 10.1., 10.2.";
	CHECK(fits(three, "11.0.0.1") && !fits(three, "10.3.0.1"));
	CHECK(fits(three, "10.1.0.1") && fits(three, "10.2.0.1"));
	static const char four[] = "ALL EXCEPT 10. EXCEPT 10.1. EXCEPT 10.1.1.";
	CHECK(!fits(four, "10.1.1.9") && fits(four, "10.1.2.9") && !fits(four, "10.2.2.9"));
	CHECK(!fits("12. EXCEPT 10.", "10.1.1.1"));
	CHECK(rule("ALL EXCEPT storescp: ALL\n", "10.0.0.1") == ACCESS_NO_RULE);
	CHECK(rule("ALL EXCEPT sshd: ALL\n", "10.0.0.1") == ACCESS_RULE);
}

static void lines(void)
{
	static const char rules[] = "# storescp: ALL\n\n \t\r\n"
				    "sshd, in.telnetd: 192.0.2.\n"
				    "sshd, StoreSCP: 10. \\\n  11. \\\r12.\\\n,13.\n"
				    "storescp: 192.0.2.7: deny\n"
				    "ALL: 192.0.2.8 : allow";
	CHECK(rule(rules, "10.0.0.1") == ACCESS_RULE);
	CHECK_INT(line, 5);
	CHECK(rule(rules, "13.0.0.1") == ACCESS_RULE);
	CHECK(rule(rules, "192.0.2.7") == ACCESS_RULE_DENY);
	CHECK_INT(line, 8);
	CHECK(rule(rules, "192.0.2.8") == ACCESS_RULE_ALLOW);
	CHECK_INT(line, 9);
	CHECK(rule(rules, "192.0.2.9") == ACCESS_NO_RULE);
	CHECK(rule("", "192.0.2.9") == ACCESS_NO_RULE);
	CHECK(rule("store*: ALL", "192.0.2.9") == ACCESS_RULE);
}

static void mistakes(void)
{
	CHECK(refused("storescp: ALL\nstorescp ALL\n", "a colon"));
	CHECK_INT(line, 2);
	CHECK(refused("storescp: @trusted", "netgroup"));
	CHECK(refused("storescp: root@192.0.2.7", "user"));
	CHECK(refused("storescp: /etc/trusted", "file of patterns"));
	CHECK(refused("storescp@192.0.2.1: ALL", "our addresses"));
	CHECK(refused("storescp: ALL: spawn (x)", "allow"));
	CHECK(refused("storescp: ALL: twist x: allow", "allow"));
	CHECK(refused("storescp: ALL:", "allow"));
	CHECK(refused("storescp:\n", "nothing"));
	CHECK(refused(": ALL\n", "nothing"));
	CHECK(refused("storescp: ALL EXCEPT\n", "EXCEPT"));
	CHECK(refused("storescp: EXCEPT ALL\n", "EXCEPT"));
	CHECK(refused("storescp: 10.0.0.1 EXCEPT EXCEPT ALL\n", "EXCEPT"));
	CHECK(refused("storescp: 192.0.2.256", "no address"));
	CHECK(refused("storescp: 192.0.2", "no address"));
	CHECK(refused("storescp: 192.0.2.0/33", "mask"));
	CHECK(refused("storescp: 192.0.2.0/", "mask"));
	CHECK(refused("storescp: 192.0.2.0/-1", "mask"));
	CHECK(refused("storescp: 192.0.2.0/255.0.255.0", "mask"));
	CHECK(refused("storescp: 192.0.2.1/24", "beyond"));
	CHECK(refused("storescp: [2001:db8::1]/64", "beyond"));
	CHECK(refused("storescp: [2001:db8::]/129", "mask"));
	CHECK(refused("storescp: [2001:db8::1", "address"));
	CHECK(refused("storescp: [2001:db8::1]x", "no address"));
	CHECK(refused("storescp: []", "no address"));
	CHECK(refused("storescp: .hospital.*", "wildcards"));
	CHECK(refused("storescp: ALL, 10., ALL, @late", "netgroup")); /* behind what decides */
	char long_line[5000] = "storescp: ";
	memset(long_line + 10, 'a', 4200);
	CHECK(refused(long_line, "too long"));
	static const char nul[] = "storescp: ALL\0 EXCEPT x\n";
	enum access_rule found;
	err_clear(&e);
	CHECK(!access_find(span_of(nul, sizeof nul - 1), "storescp", NULL, &found, &line, &e));
	/* what is for others is not ours to judge */
	CHECK(rule("sshd: @netgroup: spawn (x)\nftpd@host: root@y\n", "192.0.2.7") ==
		ACCESS_NO_RULE);
}

int main(void)
{
	test("IPv4 hosts, prefixes, networks and wildcards fit who they should", addresses);
	test("IPv6 hosts and networks in brackets fit, and mapped addresses are IPv4", addresses6);
	test("names fit whole, by domain and by keyword, and forged ones only PARANOID", names);
	test("a name is asked for once, and only where a rule depends on it", lookups);
	test("EXCEPT takes from what is before it, and nests to the right", exceptions);
	test("comments, joined lines and rules for others are passed over, the first rule counts",
		lines);
	test("what is no rule, or wants what is not offered, is refused with its line", mistakes);
	return test_end();
}
