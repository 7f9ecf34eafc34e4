/* SPDX-License-Identifier: MIT */
/* What a TLS session leaves behind to be resumed, and its one form in bytes: inside the tickets of a
 * server, and in the store of a client. Both judge the certificates in it again before they use it. */
#ifndef DCMSEC_TLS_SESSION_H
#define DCMSEC_TLS_SESSION_H

#include "base/buf.h"
#include "tls/engine.h"

enum {
	SESSION_SECRET = 48,
	SESSION_NAME = 255,
	SESSION_TICKET = 6144, /* bytes of a ticket that is kept, or made */
	SESSION_CHAIN = 5632,  /* of the certificates */
	/* Bytes before the chain, without a ticket. */
	SESSION_HEAD = 1 + 2 + 2 + 8 + 4 + 4 + 1 + SESSION_SECRET + 1 + SESSION_NAME + 2 + 3,
	SESSION_BYTES = SESSION_HEAD + SESSION_TICKET + SESSION_CHAIN,
	SESSION_WEEK = 7 * 24 * 3600, /* seconds that one lives at most (RFC 8446 4.6.1) */
};

/* All spans are borrowed. A session of TLS 1.2 always has extended master secret: there are no others
 * (RFC 7627 5.3). */
struct tls_session {
	uint16_t version, suite;
	uint64_t issued;    /* ms since 1970, when it was made or came */
	uint32_t lifetime;  /* seconds */
	uint32_t age_add;   /* client, TLS 1.3 */
	struct span secret; /* TLS 1.3: the pre-shared key; TLS 1.2: the master secret */
	struct span server_name;
	struct span ticket; /* client: what the server gave; server: none */
	struct span chain;  /* the peer's certificates, each with its length in 3 bytes before it */
};

/* The form in bytes up to the chain, which follows. */
void session_write_head(struct buf *b, const struct tls_session *s);
/* False when it is not exactly one session that this program could have made. */
bool session_read(struct span bytes, struct tls_session *s);

/* The next certificate; false when there is none, or the list is malformed. */
bool session_next_cert(struct span *chain, struct span *cert);

bool session_live(const struct tls_session *s, uint64_t now); /* not yet over, nor of the future */

/* True when a connection of this configuration could agree on the same version and suite. */
bool session_allowed(const struct tls_session *s, const struct tls_config *config);

/* A digest of all in the configuration that a session depends on, and of what else the caller adds (the
 * peer, the rules that it is judged by). A session of another binding is none. */
void session_binding(const struct tls_config *config, uint8_t binding[32]);
void session_binding_add(uint8_t binding[32], struct span more);

#endif
