/* SPDX-License-Identifier: MIT */
/* What is remembered of hosts whose TLS handshakes fail, and how many complaints are told: both in memory
 * of a fixed size, whoever comes and however often. */
#ifndef DCMSEC_IO_GUARD_H
#define DCMSEC_IO_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where a peer is counted: its IPv4 address, or the /64 of its IPv6 address, which one host can fill. peer
 * is as net_accept tells it. 0: unknown, which is one origin too. */
uint64_t guard_origin(const char *peer);

enum { GUARD_ORIGINS = 512, GUARD_MINUTE = 60000 };

/* An origin's failures within a minute, which begins with the first one. When all places are taken, the
 * origin with the fewest failures, of them the oldest, gives way. */
struct guard {
	struct guard_origin {
		uint64_t origin, since; /* ms */
		unsigned failures;      /* 0: the place is free */
	} origins[GUARD_ORIGINS];
};

void guard_failed(struct guard *g, uint64_t origin, uint64_t now);
void guard_fine(struct guard *g, uint64_t origin); /* a handshake was done: all is forgiven */

/* Whether the origin failed most times (0: any number is fine) in its minute, and for how many ms more
 * that counts. */
bool guard_barred(
	const struct guard *g, uint64_t origin, unsigned most, uint64_t now, uint64_t *ms);

/* Lines that come in floods: BURST at once, then so many a second. */
enum { GUARD_BURST = 200, GUARD_A_SECOND = 10 };

struct guard_lines {
	unsigned told; /* of the burst */
	unsigned long left_out;
	uint64_t at;
};

/* True: tell it. *before is how many were left out since the last one that was told. */
bool guard_tells(struct guard_lines *l, uint64_t now, unsigned long *before);

#endif
