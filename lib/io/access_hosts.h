/* SPDX-License-Identifier: MIT */
/* Whether a host may connect, by /etc/hosts.allow and /etc/hosts.deny: the first rule of the one lets in, else
 * the first rule of the other keeps out, else all may. A file that is missing has no rules. */
#ifndef DCMSEC_IO_ACCESS_HOSTS_H
#define DCMSEC_IO_ACCESS_HOSTS_H

#include "base/err.h"

struct access_files {
	const char *allow, *deny;
	const char *daemon; /* our name in the rules */
	bool names;         /* ask for names of hosts, for rules that depend on them */
};

#define ACCESS_HOSTS(DAEMON, NAMES)                                  \
	{                                                            \
		"/etc/hosts.allow", "/etc/hosts.deny", DAEMON, NAMES \
	}

/* Reads both files without judging anybody. False with ERR_INPUT: file, line, and what is wrong there. */
bool access_hosts_ok(const struct access_files *f, struct err *e);

/* The same for a peer, "192.0.2.7:49152" or "[2001:db8::1]:104" as net_accept tells it. The files are
 * read anew, so that a change counts at once. wanted NULL: where a rule depends on the name it is asked for,
 * which waits for DNS. Otherwise no name is known, and *wanted becomes true where one would be asked for.
 * False with ERR_NETWORK and the rule that keeps it out, or with ERR_INPUT: what is wrong lets nobody in. */
bool access_hosts_allow(
	const struct access_files *f, const char *peer, bool *wanted, struct err *e);

#endif
