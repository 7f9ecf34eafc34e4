/* SPDX-License-Identifier: MIT */
/* Resumption inside our own engine: TLS 1.3 by pre-shared keys with (EC)DHE (RFC 8446 2.2, 4.2.11,
 * 4.6.1), TLS 1.2 by tickets with extended master secret (RFC 5077, RFC 7627 5.3). modern_resume.c
 * chooses sessions and judges their certificates again, modern_psk.c has the binders, modern_ticket.c
 * NewSessionTicket. */
#ifndef DCMSEC_TLS_MODERN_RESUME_H
#define DCMSEC_TLS_MODERN_RESUME_H

#include "tls/modern_hello.h"
#include "tls/sessions.h"
#include "tls/ticket.h"

struct modern;

enum {
	/* tls_link.resume: before the chain that is gathered there is room for all that stands before
	 * it in a NewSessionTicket message; behind it for a session as it was kept. */
	RESUME_FRONT = 4 + 12 + TICKET_BEFORE + SESSION_HEAD,
	RESUME_COPY = RESUME_FRONT + SESSION_CHAIN + TICKET_TAG + 2,
};
_Static_assert(RESUME_COPY + SESSION_BYTES <= TLS_RESUME_SIZE, "tls_link.resume is too small");

struct resume {
	struct tls_tickets *tickets;
	struct tls_sessions *sessions;
	uint64_t now;
	struct mspan room;
	struct tls_session offer; /* client: what is offered; without a ticket: nothing */
	bool willing; /* server: the client wants a ticket; client, TLS 1.2: one was announced */
	bool used;    /* the handshake resumes */
	uint16_t identity;              /* server: which was chosen */
	size_t heard;                   /* server: bytes of the hello that are in the transcript */
	uint8_t secret[SESSION_SECRET]; /* of the session resumed; later, TLS 1.3: for the next */
	struct span message;            /* server: NewSessionTicket, whole */
};

/* ---- modern_resume.c */

void resume_start(struct modern *m, const struct tls_link *link);
/* Client: chooses what to offer, if anything. The judge has accepted its certificates. */
void resume_offer(struct modern *m);
bool resume_offers(const struct modern *m, uint16_t version);
/* Server: what a ticket says; false when it is none that can be resumed now. Not judged yet. */
bool resume_recall(
	struct modern *m, struct span ticket, uint16_t version, struct tls_session *session);
/* ... and wipes it; the spans of session are gone then. */
void resume_forget(struct modern *m);
/* Has the certificates judged as if they came now. False: no more is known of the peer than before. */
bool resume_judge(struct modern *m, struct span chain);
/* Client: a ticket came for this session, with the secret to resume it by. */
void resume_keep(struct modern *m, struct span ticket, uint32_t lifetime, uint32_t age_add,
	struct span secret);

/* TLS 1.2: takes the master secret and the suite of a session for this connection. */
void resume_continue12(struct modern *m, const struct tls_session *session);

/* ---- modern_psk.c, TLS 1.3 */

void psk_write_modes(const struct modern *m, struct buf *b);
/* Client: the last extension of a hello; the bytes of it, at the end, that depend on all before them, of
 * which there may be none; and how these are made once all before them is in the transcript. */
void psk_write(const struct modern *m, struct buf *b);
size_t psk_binders(const struct modern *m);
void psk_bind(const struct modern *m, struct mspan binders);
/* Client: what the server chose; false when it failed. */
bool psk_chosen(struct modern *m, const struct hello *h);
/* Server: chooses, when there is one to choose; false when it failed. message: with its header. */
bool psk_choose(struct modern *m, const struct hello *h, struct span message);

/* ---- modern_ticket.c */

/* Server: makes m->resume.message, or leaves it empty; in TLS 1.2 it is never empty. */
void ticket_make(struct modern *m);
bool ticket_read13(struct modern *m, struct span body);
bool ticket_read12(struct modern *m, struct span body);
/* TLS 1.3, both sides: once the client's Finished is in the transcript. */
void ticket_secret(struct modern *m);

#endif
