/* SPDX-License-Identifier: MIT */
/* One association on one socket: where the upper layer and TLS meet. It moves bytes when the socket is
 * ready and never waits; what happened comes out as events of the upper layer.
 *
 * One turn: poll for conn_wants until conn_deadline; conn_turn; then conn_next until it returns false,
 * acting on each event; conn_push. When conn_over, conn_error says what the transport had to complain
 * about, and conn_free releases everything. */
#ifndef DCMSEC_IO_CONN_H
#define DCMSEC_IO_CONN_H

#include "dicom/ul.h"
#include "io/secure.h"

struct conn;

struct conn_config {
	bool requestor;        /* we ask for the association; otherwise the peer does */
	struct secure *secure; /* NULL: plain TCP */
	const char *host;      /* requestor: the name connected to, for SNI */
	bool fallback;  /* a second connection, because conn_falls_back said so of the first */
	uint64_t artim; /* ms to associate, for an acceptor, and to see the peer close */
	/* Bytes of the wire that are taken, and given, at once: several TLS records, each of TLS_IN_SIZE
	 * and TLS_OUT_SIZE. Who sends wants much out, who receives much in; the least is one record in
	 * and 1024 out. What is never filled is never resident. */
	size_t in, out;
	size_t store; /* for association PDUs, see ul_lend; 0: UL_STORE_GOOD */
};

/* Takes over the connected socket fd, also when it fails (NULL, with *e). The configuration is copied;
 * what it points to is borrowed. */
struct conn *conn_new(int fd, const struct conn_config *config, struct err *e);
void conn_free(struct conn *c);

/* The engine, for its primitives and questions: ul_request, ul_accept, ul_release_rq ... Bytes and time
 * are conn's matter. */
struct ul *conn_ul(struct conn *c);

int conn_fd(const struct conn *c);
short conn_wants(const struct conn *c);       /* POLLIN, POLLOUT */
uint64_t conn_deadline(const struct conn *c); /* on clock_ms's scale; CLOCK_NEVER */

/* Something must move within ms from now, and again from each time that it does; for a requestor that is
 * a kilobyte, so that an answer that is shorter must be whole by then. Otherwise the association is
 * aborted with the error "no WHAT for N s". 0: no limit. what is borrowed. */
void conn_await(struct conn *c, uint64_t ms, const char *what);

/* The socket is ready (revents of poll; 0 when only time passed): reads and writes what it can. */
void conn_turn(struct conn *c, short revents, uint64_t now);

/* The next event; its spans are borrowed until the next call on c. UL_FAIL carries the transport's own
 * error where there is one. False: none for now. */
bool conn_next(struct conn *c, struct ul_event *ev);

/* Writes what waits: control PDUs, commands, and, when whole is set, data that fills no record yet. */
void conn_push(struct conn *c, bool whole);

/* ---- data to send */

/* True when a command set of the usual size can be sent without waiting. */
bool conn_has_room(const struct conn *c);

/* A whole command set in one PDV. False with *e when the state or the peer's limit forbids it. Call it
 * only after conn_has_room. */
bool conn_command(struct conn *c, uint8_t context, struct span command, struct err *e);

/* Begins a PDV of n data bytes, which the caller then puts into conn_room. False with *e (as ul_data),
 * or with *e clear when there is no room yet. */
bool conn_data(struct conn *c, uint8_t context, bool last, uint32_t n, struct err *e);
uint32_t conn_owed(const struct conn *c); /* bytes of the PDV that are still to be put */
struct mspan conn_room(struct conn *c);   /* no larger than what is owed; empty: write first */
void conn_room_done(struct conn *c, size_t n);

/* ---- ending */

/* The transport is to end now, without more words of the upper layer. A TLS alert or close_notify and
 * what is queued still goes out where the peer takes it. */
void conn_close(struct conn *c);
bool conn_ending(
	const struct conn *c);        /* conn_close was called, or the transport ended by itself */
bool conn_over(const struct conn *c); /* nothing will move any more */

/* A-ABORT (PS3.8 9.3.8) by us, then conn_close: who aborts owes nobody any patience. Inside a PDV, where
 * an abort cannot stand, the close alone has to say it. */
void conn_abort(struct conn *c);
/* The same because of *why, which conn_error tells if nothing went wrong before. */
void conn_give_up(struct conn *c, const struct err *why);
const struct err *conn_error(const struct conn *c);

/* The TLS handshake failed because the peer has nothing but what a fresh connection with
 * conn_config.fallback would offer (tls_falls_back). */
bool conn_falls_back(const struct conn *c);

/* ---- who the peer is */

bool conn_secured(const struct conn *c); /* the TLS handshake is done */
const struct tls_facts *conn_facts(
	struct conn *c); /* NULL when plain; borrowed as the engine says */
const struct pki_peer *conn_peer(const struct conn *c); /* NULL when plain or not judged */

#endif
