/* SPDX-License-Identifier: MIT */
/* The porter: a process of its own that judges hosts by the rules of access_hosts.h. It reads the files and
 * asks for names; so a name server that is slow holds nobody up, and who serves peers needs neither. */
#ifndef DCMSEC_IO_PORTER_H
#define DCMSEC_IO_PORTER_H

#include "io/access_hosts.h"
#include "io/helper.h"

#include <stdint.h>

struct porter {
	struct helper helper; /* fd: ready to read when there may be an answer */
	bool gone;            /* it ended before its time: nobody is let in any more */
};

/* Starts it, before the caller gives up the rights that it needs. f is borrowed. False with
 * ERR_SYSTEM. */
bool porter_start(struct porter *p, const struct access_files *f, struct err *e);
void porter_end(struct porter *p);

/* Asks about a peer as net_accept tells it. id comes back with the answer, which may come after those to
 * later questions, or never: wait for it no longer than PORTER_WAIT ms, and then ask again without names.
 * That is answered at once, by what the rules say of a host whose name is not known. So it is also, names
 * or not, when too many names, or too many of one address, are being looked up already. False: there is
 * no room for a question now. */
enum { PORTER_WAIT = 15000 };
bool porter_ask(struct porter *p, uint64_t id, const char *peer, bool names);

/* The next answer: why->kind is ERR_NONE when the peer may come in, otherwise as access_hosts_allow has it.
 * False: none has come. */
bool porter_next(struct porter *p, uint64_t *id, struct err *why);

#endif
