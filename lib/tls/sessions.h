/* SPDX-License-Identifier: MIT */
/* The sessions that a client may resume: a few, of one peer and one configuration, shared by all
 * connections of a process. And the whole store as bytes, to be kept from one run to the next. */
#ifndef DCMSEC_TLS_SESSIONS_H
#define DCMSEC_TLS_SESSIONS_H

#include "tls/session.h"

enum {
	SESSIONS = 4,
	SESSIONS_BYTES = 4 + 32 + 1 + SESSIONS * (4 + SESSION_BYTES) + 32,
};

/* Secret: wiped by who keeps it. */
struct tls_sessions {
	uint8_t binding[32];
	uint64_t count; /* of all that came: the newest has the highest number */
	bool changed;   /* since it was read or written */
	struct session_slot {
		uint64_t number; /* 0: free */
		size_t n;
		uint8_t bytes[SESSION_BYTES];
	} slots[SESSIONS];
};

/* Empty, and good for what binding says (session_binding). */
void sessions_init(struct tls_sessions *s, const uint8_t binding[32]);

/* Keeps a session, in place of the oldest. One that is too large, or lives no time, is not kept. */
void sessions_add(struct tls_sessions *s, const struct tls_session *session);

/* The newest that is live and that the configuration allows: its bytes go to *copy, session points into
 * them, and it leaves the store: a ticket is to be used once (RFC 8446 C.4), and one that leads to no
 * connection is not to be tried again. False: none. */
bool sessions_take(struct tls_sessions *s, uint64_t now, const struct tls_config *config,
	struct buf *copy, struct tls_session *session);

/* The store as bytes, and back: false when the bytes are damaged, or of another binding (then *other is
 * set); the store is empty then. */
void sessions_write(const struct tls_sessions *s, struct buf *b);
bool sessions_read(struct tls_sessions *s, struct span bytes, bool *other);

#endif
