/* SPDX-License-Identifier: MIT */
/* Giving up what a receiver does not need once it has started: other files, new programs, outgoing
 * connections. By Landlock for the file system and a seccomp filter for system calls, as far as the
 * kernel has them; neither can be taken back. */
#ifndef DCMSEC_IO_SANDBOX_H
#define DCMSEC_IO_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

/* Folders, with all that lies below them, that stay within reach. */
struct sandbox_path {
	const char *path;
	bool write; /* files and folders may also be made, changed, moved and removed there */
};

struct sandbox_facts {
	int landlock; /* the version of its interface that is in force; 0: none, and then ... */
	int seccomp;  /* 1: the filter is in force; 0: none, and then ... */
	const char *why_landlock, *why_seccomp; /* ... why; static */
};

/* No core dumps from now on: they could hold keys. For every applet that has any. */
void sandbox_no_dumps(void);

/* Reaches for both. run: other programs will be started, which no filter would fit: then only new privileges
 * are given up. A path that is not there is passed over; with NULL files stay as they are. */
void sandbox_enter(
	const struct sandbox_path *paths, size_t n, bool run, struct sandbox_facts *facts);

/* For the process that keeps the key: no file, no socket but those it has, no new process. */
void sandbox_keeper(void);

/* For one that asks the network for names and addresses: reads what lies in the folders of the files that this
 * takes (hosts, resolv.conf, hosts.allow, hosts.deny), and of what they link to, asks, and starts processes like
 * itself. */
void sandbox_names(void);

#endif
