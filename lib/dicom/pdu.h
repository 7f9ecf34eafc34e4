/* SPDX-License-Identifier: MIT */
/* The seven protocol data units of the DICOM upper layer (PS3.8 9.3): heads, the short ones, and
 * what the first bytes of a stream look like. The association PDUs are in pdu_assoc.h. */
#ifndef DCMSEC_DICOM_PDU_H
#define DCMSEC_DICOM_PDU_H

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

enum pdu_type {
	PDU_ASSOC_RQ = 1,
	PDU_ASSOC_AC = 2,
	PDU_ASSOC_RJ = 3,
	PDU_DATA = 4,
	PDU_RELEASE_RQ = 5,
	PDU_RELEASE_RP = 6,
	PDU_ABORT = 7,
	PDU_TYPE_END
};

enum {
	PDU_HEAD = 6,      /* type, reserved, length: the length does not count these (PS3.8 9.3) */
	PDU_SHORT = 10,    /* reject, release and abort PDUs with their head */
	PDU_PDV_HEAD = 6,  /* length, context, message control header (PS3.8 9.3.5.1, E.2) */
	PDU_DATA_HEAD = 12 /* P-DATA-TF head and one PDV head */
};

const char *pdu_name(unsigned type); /* "A-ASSOCIATE-RQ"; "unknown PDU" */

/* Rejections (PS3.8 9.3.4). The same reason number means another thing with another source. */
enum { PDU_REJECT_PERMANENT = 1, PDU_REJECT_TRANSIENT = 2 };
enum {
	PDU_REJECT_USER = 1,        /* the service user: an application */
	PDU_REJECT_ACSE = 2,        /* the provider, its association part */
	PDU_REJECT_PRESENTATION = 3 /* the provider, its presentation part */
};
enum { /* with PDU_REJECT_USER */
	PDU_REJECT_NO_REASON = 1,
	PDU_REJECT_CONTEXT_NAME = 2,
	PDU_REJECT_CALLING = 3,
	PDU_REJECT_CALLED = 7
};
enum { PDU_REJECT_VERSION = 2 };                          /* with PDU_REJECT_ACSE */
enum { PDU_REJECT_CONGESTION = 1, PDU_REJECT_LIMIT = 2 }; /* with PDU_REJECT_PRESENTATION */

/* Aborts (PS3.8 9.3.8). The reason counts only when the source is the provider. */
enum { PDU_ABORT_USER = 0, PDU_ABORT_PROVIDER = 2 };
enum {
	PDU_ABORT_NO_REASON = 0,
	PDU_ABORT_UNRECOGNIZED = 1, /* unrecognized PDU */
	PDU_ABORT_UNEXPECTED = 2,   /* unexpected PDU */
	PDU_ABORT_PARAMETER = 4,    /* unrecognized PDU parameter */
	PDU_ABORT_PARAMETER_UNEXPECTED = 5,
	PDU_ABORT_VALUE = 6 /* invalid PDU parameter value */
};

/* In words. pdu_reject_text fills and returns text, as far as it fits: "rejected for good by the
 * application: called AE title not recognized". pdu_abort_text goes on after "the peer aborted: ". */
const char *pdu_result_text(uint8_t result); /* of a presentation context (PS3.8 9.3.3.2) */
char *pdu_reject_text(uint8_t result, uint8_t source, uint8_t reason, char *text, size_t cap);
const char *pdu_abort_text(uint8_t source, uint8_t reason);

void pdu_put_reject(struct buf *b, uint8_t result, uint8_t source, uint8_t reason);
void pdu_put_release_rq(struct buf *b);
void pdu_put_release_rp(struct buf *b);
void pdu_put_abort(struct buf *b, uint8_t source, uint8_t reason);

/* The head of a P-DATA-TF with one PDV of n data bytes, which are to follow (PS3.8 9.3.5, E.2). */
void pdu_put_data_head(struct buf *b, uint8_t context, bool command, bool last, uint32_t n);

/* Items and sub-items of association PDUs: type, a reserved byte, length, content (PS3.8 9.3.1). Eats
 * one; false, and nothing eaten, when the next one is cut short or none is left. */
bool pdu_next_item(struct span *items, uint8_t *type, struct span *content);
/* Opens one; buf_close_be(b, mark, 2) closes it. */
size_t pdu_open_item(struct buf *b, uint8_t type);

/* What a stream begins with. Five bytes decide; with fewer PDU_GUESS_SHORT may come. */
enum pdu_guess {
	PDU_GUESS_DICOM, /* an A-ASSOCIATE-RQ */
	PDU_GUESS_SHORT, /* too few bytes to tell */
	PDU_GUESS_TLS,   /* a TLS record that starts a handshake, or an SSL 2 hello */
	PDU_GUESS_ALERT, /* a TLS alert */
	PDU_GUESS_HTTP,
	PDU_GUESS_SSH,
	PDU_GUESS_OTHER,
};
enum pdu_guess pdu_guess(struct span first);
const char *pdu_guess_text(enum pdu_guess guess); /* "TLS", "HTTP", "something unknown" */

/* ---- application entity titles (PS3.5 6.2 AE, PS3.8 9.3.2) */

#define PDU_TITLE 17 /* 16 characters and the NUL */

/* The title without the spaces around it, and without NULs at its end, with which some peers pad
 * although PS3.8 9.3.2 wants spaces. False, with text shown as far as it is printable, when a
 * control character, a backslash or a byte beyond ASCII is in it. An empty title is true here. */
bool pdu_title(struct span field, char text[PDU_TITLE]);

/* True when text is a title that may be sent: 1 to 16 such characters, not spaces only. */
bool pdu_title_valid(const char *text);

#endif
