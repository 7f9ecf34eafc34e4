/* SPDX-License-Identifier: MIT */
/* The DICOM upper layer (PS3.8 9.2) as a pure engine: bytes, primitives and the time go in; bytes
 * and events come out. It owns no socket and no clock, and allocates nothing.
 *
 * One turn: ul_tick(now); hand what was read to ul_next until it returns false, acting on each
 * event; write ul_out; when ul_finished says so, close the transport. */
#ifndef DCMSEC_DICOM_UL_H
#define DCMSEC_DICOM_UL_H

#include "dicom/pdu_assoc.h"
#include "dicom/ul_names.h"
#include "dicom/ul_state.h"

enum {
	UL_SHORTS = 4,          /* control PDUs of ten bytes that may wait in ul_out at once */
	UL_PEER_MAX_LEAST = 64, /* a peer that takes only smaller PDUs than this is refused */
	UL_STORE_GOOD = 184320  /* for requests of 144 KB: 128 contexts of 40 syntaxes each */
};

enum ul_event_kind {
	UL_ASSOC_RQ,   /* assoc: answer with ul_accept or ul_reject */
	UL_ASSOC_AC,   /* assoc: our request was accepted; look up what with ul_context */
	UL_ASSOC_RJ,   /* result, source, reason: our request was rejected; finished */
	UL_PDV,        /* data, context, command, last */
	UL_RELEASE_RQ, /* the peer wants to end: answer with ul_release_rp; collision may be set */
	UL_RELEASE_RP, /* our release was confirmed */
	UL_ABORT,      /* source, reason: the peer aborted; finished */
	UL_FAIL,       /* err: the provider ended the association (A-P-ABORT): a protocol error, a
	                * connection lost, ARTIM, or a request that it had to reject */
};

struct ul_event {
	enum ul_event_kind kind;
	/* The spans of assoc are in the store: until ul_accept or ul_reject; those of an AC until the
	 * next ul_next, or until the store is taken back. */
	struct pdu_assoc assoc;
	uint8_t result, source, reason;
	bool collision;  /* both sides asked for release (AR-8) */
	uint8_t context; /* presentation context of the PDV, always an accepted one */
	bool command;    /* command set; otherwise data set (PS3.8 E.2) */
	bool last; /* the last byte of the last fragment of this command or data set is here */
	struct span data; /* a piece of a PDV, in the caller's input; may be empty */
	struct err err;   /* set in UL_FAIL only; otherwise not even initialised */
};

/* An accepted presentation context. The spans live as long as the struct ul. */
struct ul_context {
	uint8_t id;
	struct span abstract, syntax;
	char abstract_text[UID_TEXT],
		syntax_text[UID_TEXT]; /* where they may lie: not to be copied */
};

struct ul {
	enum ul_state state;
	bool requestor;
	/* The rest is the engine's own. */
	struct ul_wire {
		uint8_t head[PDU_SHORT]; /* a PDU head, PDV head or short PDU being gathered */
		uint8_t got;             /* bytes of it */
		uint8_t phase;
		uint8_t context, control; /* of the PDV being read */
		uint32_t pdu_left;        /* bytes of the PDU still to come */
		uint32_t pdv_left;        /* bytes of the PDV still to come */
	} wire;
	uint64_t now, artim_at;
	uint32_t artim;
	uint32_t our_max, peer_max;
	uint16_t invoked, performed;
	enum ul_evt pending;         /* what ul_next has still to report, */
	enum ul_state pending_state; /* and where it happened */
	bool closing;                /* the transport is to be closed */
	struct buf in, out;          /* the parts of the store, for the PDUs of either direction */
	size_t out_sent;
	uint8_t shorts[UL_SHORTS * PDU_SHORT];
	size_t shorts_n;
	const struct pdu_proposal *proposal; /* requestor, until answered */
	struct pdu_assoc rq;                 /* acceptor, until answered */
	struct {
		uint16_t abstract, syntax; /* numbers of names; 0: not accepted */
	} contexts[PDU_CONTEXTS];
	uint8_t results[PDU_CONTEXTS]; /* requestor: what became of each offer */
	struct ul_names names;
};

/* For one association: the next one begins with ul_init again. artim in ms: how long an acceptor waits for the request, and either side for the close; 0: for
 * ever. The acceptor's transport is open already (Sta1 to Sta2 by AE-5); the requestor starts in Sta1. */
void ul_init(struct ul *ul, bool requestor, uint32_t artim, uint64_t now);

/* Storage for association PDUs, needed from before ul_request (requestor) or the first ul_next
 * (acceptor) until ul_store_free; then it may be taken back with an empty mspan. Four fifths of it are
 * for the request, and are its limit, the rest for the answer, which names one syntax a context. It is
 * filled from its beginning, so what no PDU needs is never touched. */
void ul_lend(struct ul *ul, struct mspan store);
bool ul_store_free(const struct ul *ul);

/* ---- bytes */

/* Eats from *in. True: *ev is one event; call again. False: all of *in is eaten and nothing is
 * pending. Also called with an empty *in after ul_tick and ul_closed, to fetch what they caused. */
bool ul_next(struct ul *ul, struct span *in, struct ul_event *ev);

/* Control PDUs for the peer, borrowed until the next call on ul. They go before any P-DATA whose
 * head is asked for later, and after the bytes owed for one asked for before. */
struct span ul_out(const struct ul *ul);
void ul_out_done(struct ul *ul, size_t n);

/* True when the transport is to be closed; ul_out is empty then. */
bool ul_finished(const struct ul *ul);

/* ---- time, in ms of any steady clock */

uint64_t ul_deadline(const struct ul *ul); /* when ARTIM expires; UINT64_MAX: it does not run */
void ul_tick(struct ul *ul, uint64_t now); /* tells the time, and lets ARTIM expire */

/* ---- primitives. False with ERR_USAGE, and nothing changed, when the state does not allow it. */

/* Checks and encodes the request (Sta4). *p and what it points to are borrowed until UL_ASSOC_AC,
 * UL_ASSOC_RJ or UL_FAIL. */
bool ul_request(struct ul *ul, const struct pdu_proposal *p, struct err *e);
bool ul_connected(struct ul *ul, struct err *e); /* the transport is open: the request goes out */
void ul_closed(struct ul *ul);                   /* the transport closed, by whomever */

/* One choice for each context of the request, in order. A choice whose UIDs are not valid (PS3.5
 * 9.1), or for whose names UL_NAMES_ROOM is too small, is changed to a refusal. Of *user, window and
 * identity answer are sent only when the request asked for them, and no wider than it asked.
 * ERR_PEER when the peer's maximum length is too small to work with: reject or abort then. */
bool ul_accept(struct ul *ul, const struct pdu_choice *choices, const struct pdu_user *user,
	struct err *e);
bool ul_reject(struct ul *ul, uint8_t result, uint8_t source, uint8_t reason, struct err *e);

bool ul_release_rq(struct ul *ul, struct err *e);
bool ul_release_rp(struct ul *ul, struct err *e);
/* A-ABORT, of the user (PS3.8 7.3), who may have any reason: also what breaks the rules of DIMSE. What breaks
 * those of this layer it aborts itself (7.4). With no association to abort it asks for the close. */
void ul_abort(struct ul *ul);

/* ---- data to send */

/* The most data bytes that one PDV in a PDU of its own may have; UINT32_MAX - 6: no limit. */
uint32_t ul_data_max(const struct ul *ul);

/* The head of a P-DATA-TF with one PDV of n data bytes that the caller appends itself (DT-1, AR-7).
 * False: wrong state, no such context, or n over ul_data_max. */
bool ul_data(struct ul *ul, uint8_t context, bool command, bool last, uint32_t n,
	uint8_t head[PDU_DATA_HEAD], struct err *e);

/* ---- what was agreed */

bool ul_context(const struct ul *ul, uint8_t id, struct ul_context *c); /* false: not accepted */
/* The context in which this may be sent; 0: none. */
uint8_t ul_find(const struct ul *ul, struct span abstract, struct span syntax);
/* Requestor: the result for offer i of the proposal (PDU_ACCEPTED, ..., PDU_NOT_ANSWERED). */
uint8_t ul_result(const struct ul *ul, unsigned i);
/* Asynchronous operations (PS3.7 D.3.3.3): how many we may have outstanding as invoker and the
 * peer may have; 0: any number. 1 and 1 unless both sides said otherwise. */
uint16_t ul_window_invoked(const struct ul *ul);
uint16_t ul_window_performed(const struct ul *ul);

#endif
