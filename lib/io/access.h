/* SPDX-License-Identifier: MIT */
/* The rules of hosts_access(5) that say which hosts may connect: daemon list, a colon, client list. What
 * they mean is found out here without a system call; access_hosts.h reads the files and asks for names. */
#ifndef DCMSEC_IO_ACCESS_H
#define DCMSEC_IO_ACCESS_H

#include "base/err.h"
#include "base/span.h"

enum { ACCESS_ADDRESS = 16, ACCESS_NAME = 256 };

/* An address, as bytes: 4 of IPv4 (also of one that comes mapped into IPv6), 16 of IPv6, or none. */
struct access_address {
	uint8_t bytes[ACCESS_ADDRESS];
	size_t n;
};

/* From text without brackets. False: it is none. */
bool access_address(struct span text, struct access_address *a);

enum access_named {
	ACCESS_UNNAMED, /* the host has no name, or it cannot be found out now */
	ACCESS_NAMED,   /* it has, and the name has its address */
	ACCESS_FORGED,  /* it has, and the name does not have its address: libwrap's PARANOID */
};

/* Who is judged. name is asked only where a rule depends on it, and at most once. */
struct access_client {
	struct access_address address;
	enum access_named (*name)(void *arg, char text[ACCESS_NAME]);
	void *arg;

	/* private, zero at first */
	bool asked;
	enum access_named named;
	char text[ACCESS_NAME];
};

enum access_rule { ACCESS_NO_RULE, ACCESS_RULE, ACCESS_RULE_ALLOW, ACCESS_RULE_DENY };

/* The first rule of a file's text whose daemons and clients fit. ACCESS_RULE has no third part;
 * the others end in ": allow" or ": deny", which hold in either file (hosts_options(5)). *line is where
 * the rule stands. client NULL: only reads the rules. False with ERR_INPUT, and *line: a rule for this
 * daemon is none, or wants what is not offered: netgroups, user names, files of patterns, other
 * options (spawn, twist and the like). Rules for other daemons are not looked into. */
bool access_find(struct span rules, const char *daemon, struct access_client *client,
	enum access_rule *found, unsigned *line, struct err *e);

#endif
