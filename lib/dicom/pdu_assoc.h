/* SPDX-License-Identifier: MIT */
/* A-ASSOCIATE-RQ and A-ASSOCIATE-AC (PS3.8 9.3.2, 9.3.3). Decoding checks every length and every
 * rule once and copies nothing: presentation contexts are walked afterwards, in the PDU's bytes. */
#ifndef DCMSEC_DICOM_PDU_ASSOC_H
#define DCMSEC_DICOM_PDU_ASSOC_H

#include "dicom/pdu.h"
#include "dicom/pdu_user.h"

enum {
	PDU_CONTEXTS = 128, /* the odd numbers of a byte (PS3.8 9.3.2.2) */
	PDU_SYNTAXES = 255, /* transfer syntaxes that one context may propose; more is an error */
};

/* Results of a presentation context (PS3.8 9.3.3.2). */
enum {
	PDU_ACCEPTED = 0,
	PDU_REFUSED_USER = 1,
	PDU_REFUSED_NO_REASON = 2,
	PDU_REFUSED_ABSTRACT = 3, /* the SOP class is not supported */
	PDU_REFUSED_SYNTAXES = 4, /* none of the transfer syntaxes is */
	PDU_NOT_ANSWERED = 255    /* ours: the peer's answer does not mention the context */
};

/* A decoded PDU. Its spans point into the PDU's bytes and live as long as these. */
struct pdu_assoc {
	bool accept;            /* an AC; otherwise an RQ */
	uint16_t version;       /* bit 0 set: version 1 */
	char called[PDU_TITLE]; /* empty in an AC, where the fields are not significant */
	char calling[PDU_TITLE];
	struct span titles;       /* the 64 bytes that an AC gives back */
	struct span context_name; /* application context */
	struct span items;        /* for pdu_next_context */
	unsigned context_count;
	struct pdu_user user;
};

/* One presentation context of a decoded PDU. */
struct pdu_context {
	uint8_t id;           /* odd */
	uint8_t result;       /* AC; PDU_ACCEPTED in an RQ */
	struct span abstract; /* RQ; without padding; may be no valid UID */
	struct span
		syntaxes; /* for pdu_next_syntax; in an AC at most one, which counts when accepted */
	unsigned syntax_count;
};

/* pdu is the PDU after its six-byte head. False: *e names item and clause, and e->code is the abort
 * reason (PDU_ABORT_VALUE and so on). */
bool pdu_decode_rq(struct span pdu, struct pdu_assoc *a, struct err *e);
bool pdu_decode_ac(struct span pdu, struct pdu_assoc *a, struct err *e);

/* Walk a decoded PDU: start with a copy of a->items; false at the end. */
bool pdu_next_context(struct span *items, struct pdu_context *c);
/* Start with a copy of c->syntaxes. The UID is without padding and may be no valid one. */
bool pdu_next_syntax(struct span *syntaxes, struct span *uid);

/* ---- encoding; all strings and arrays are the caller's */

struct pdu_offer { /* a presentation context that we propose */
	const char *abstract;
	const char *const *syntaxes; /* the preferred one first */
	unsigned syntax_count;
};

struct pdu_proposal {
	const char *called, *calling;
	const struct pdu_offer *offers;
	unsigned offer_count; /* 1 to PDU_CONTEXTS; context i gets the number 2 * i + 1 */
	struct pdu_user user;
};

struct pdu_choice { /* the answer to one presentation context */
	uint8_t result;
	uint8_t syntax; /* which of the proposed ones, from 0, when accepted */
};

/* False: the proposal breaks a rule (ERR_USAGE) or b is too small (ERR_LIMIT). */
bool pdu_put_rq(struct buf *b, const struct pdu_proposal *p, struct err *e);
/* choices answers the contexts of rq, in their order. */
bool pdu_put_ac(struct buf *b, const struct pdu_assoc *rq, const struct pdu_choice *choices,
	const struct pdu_user *user, struct err *e);

#endif
