/* SPDX-License-Identifier: MIT */
/* The user information item of association PDUs (PS3.8 9.3.2.3, PS3.7 Annex D.3.3): what both
 * sides say about themselves and ask for beyond presentation contexts. */
#ifndef DCMSEC_DICOM_PDU_USER_H
#define DCMSEC_DICOM_PDU_USER_H

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

struct pdu_role { /* PS3.7 D.3.3.4 */
	struct span abstract;
	bool scu, scp; /* RQ: what the requestor wants to be; AC: what is granted */
};

struct pdu_extended { /* PS3.7 D.3.3.5 and D.3.3.6; the information is opaque here */
	struct span abstract;
	struct span info; /* common: service class UID, related classes, as encoded */
	bool common;      /* common extended negotiation (RQ only) */
};

enum { /* PS3.7 D.3.3.7 */
	PDU_IDENTITY_NONE = 0,
	PDU_IDENTITY_USER = 1,
	PDU_IDENTITY_PASSCODE = 2, /* user name and passcode */
	PDU_IDENTITY_KERBEROS = 3,
	PDU_IDENTITY_SAML = 4,
	PDU_IDENTITY_JWT = 5
};

struct pdu_user {
	uint32_t max_pdu;      /* the largest P-DATA-TF the sender of this takes; 0: any */
	struct span class_uid; /* implementation; empty when a peer sent none that is a UID */
	struct span version;   /* implementation version name, cut at 16 characters; empty: none */
	bool window;           /* asynchronous operations were proposed or answered (D.3.3.3) */
	uint16_t invoked, performed; /* 0: any number; 1 and 1 when there is no window */
	uint8_t identity;            /* RQ: PDU_IDENTITY_*, or a number not of the standard */
	bool identity_answer;        /* RQ: an answer is wanted; AC: there is one */
	struct span primary;   /* RQ: user name, ticket or assertion; AC: the server's response */
	struct span secondary; /* RQ: the passcode; secret */
	struct span items;     /* decoded: for pdu_next_role and pdu_next_extended */
	const struct pdu_role *roles; /* to encode */
	unsigned role_count;
	const struct pdu_extended *extended; /* to encode */
	unsigned extended_count;
};

/* item is the content of a user information item. False: as pdu_decode_rq. */
bool pdu_decode_user(struct span item, bool accept, struct pdu_user *u, struct err *e);
void pdu_put_user(struct buf *b, bool accept, const struct pdu_user *u); /* with its item head */

/* Walk a decoded item: start with a copy of u->items; false at the end. */
bool pdu_next_role(struct span *items, struct pdu_role *r);
bool pdu_next_extended(struct span *items, struct pdu_extended *x);

#endif
