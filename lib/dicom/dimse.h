/* SPDX-License-Identifier: MIT */
/* DIMSE command sets (PS3.7 6.3, 9.3, Annex E): group 0000 in implicit VR little endian. C-STORE,
 * C-ECHO and C-CANCEL are understood; any other request can be answered with 0211. */
#ifndef DCMSEC_DICOM_DIMSE_H
#define DCMSEC_DICOM_DIMSE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

enum {
	DIMSE_MAX =
		4096, /* the largest command set that is gathered; those needed have under 500 */
	DIMSE_COMMENT = 64, /* characters of an error comment (VR LO) */
	DIMSE_NO_DATASET = 0x0101,
	DIMSE_DATASET = 0x0001 /* what we write; any other number than 0101 means the same */
};

enum { /* command fields (PS3.7 E.1) */
	C_STORE_RQ = 0x0001,
	C_STORE_RSP = 0x8001,
	C_GET_RQ = 0x0010,
	C_FIND_RQ = 0x0020,
	C_MOVE_RQ = 0x0021,
	C_ECHO_RQ = 0x0030,
	C_ECHO_RSP = 0x8030,
	N_EVENT_REPORT_RQ = 0x0100,
	N_GET_RQ = 0x0110,
	N_SET_RQ = 0x0120,
	N_ACTION_RQ = 0x0130,
	N_CREATE_RQ = 0x0140,
	N_DELETE_RQ = 0x0150,
	C_CANCEL_RQ = 0x0FFF,
	DIMSE_RSP = 0x8000 /* set in every response */
};

enum { DIMSE_MEDIUM = 0, DIMSE_HIGH = 1, DIMSE_LOW = 2 }; /* priority */

enum { /* status, the ones we use by name (PS3.7 Annex C, PS3.4 B.2.3) */
	DIMSE_SUCCESS = 0x0000,
	DIMSE_PROCESSING = 0x0110,
	DIMSE_DUPLICATE = 0x0111,
	DIMSE_BAD_INSTANCE = 0x0117,
	DIMSE_NO_SUCH_CLASS = 0x0118,
	DIMSE_MISSING = 0x0120,
	DIMSE_CLASS_UNSUPPORTED = 0x0122,
	DIMSE_NOT_AUTHORIZED = 0x0124,
	DIMSE_DUPLICATE_ID = 0x0210,
	DIMSE_UNRECOGNIZED = 0x0211,
	DIMSE_MISTYPED = 0x0212,
	DIMSE_RESOURCES = 0x0213,
	DIMSE_OUT_OF_RESOURCES = 0xA700,
	DIMSE_CLASS_MISMATCH = 0xA900,
	DIMSE_CANNOT_UNDERSTAND = 0xC000
};

/* A command set, both ways. Spans of a decoded one point into the set. */
struct dimse {
	uint16_t field;
	uint16_t id;            /* Message ID, or that of the request in a response or cancel */
	uint16_t priority;      /* C-STORE-RQ */
	uint16_t dataset;       /* Command Data Set Type */
	uint16_t status;        /* responses */
	uint16_t error_id;      /* responses; 0: not there */
	uint16_t originator_id; /* C-STORE-RQ, with originator */
	struct span sop_class,
		sop_instance;   /* Affected SOP ..., without padding; empty: not there */
	struct span originator; /* C-STORE-RQ: AE title of the C-MOVE requestor; empty: none */
	struct span comment;    /* responses; any bytes when decoded */
	uint32_t offending;     /* responses: the (first) tag, 0xggggeeee; 0: none */
	bool spaced;            /* decoded: a UID was padded with a space (PS3.5 9.1 wants NUL) */
};

/* Adds a piece of a command fragment to store, which should hold DIMSE_MAX. False with ERR_LIMIT
 * when the set gets larger. After the last piece buf_span(store) is the set. */
bool dimse_gather(struct buf *store, struct span piece, struct err *e);

/* False: *e names element and rule. When e->code is not 0 it is the status to answer with, and field
 * and id (and what else is valid) are set in *d: answer with dimse_response. When it is 0 the set is
 * broken and the association is to be aborted. A request that is none of ours gives false with
 * DIMSE_UNRECOGNIZED. dimse_has_dataset tells whether a data set comes all the same. */
bool dimse_decode(struct span set, struct dimse *d, struct err *e);

/* True: a data set follows, as the command set says. */
bool dimse_has_dataset(const struct dimse *d);

/* Writes the command set with its group length. Empty optional members are left out. The fields
 * decide what is written: those of PS3.7 9.3 for d->field. */
void dimse_put(struct buf *b, const struct dimse *d);

/* The response to rq with its SOP class and instance, which must outlive it. */
struct dimse dimse_response(const struct dimse *rq, uint16_t status);

/* ---- status */

enum dimse_class { DIMSE_OK, DIMSE_PENDING, DIMSE_CANCELLED, DIMSE_WARNING, DIMSE_FAILURE };
enum dimse_class dimse_class(uint16_t status);
const char *dimse_status_text(
	uint16_t status);                     /* "out of resources"; of C-STORE where they differ */
const char *dimse_field_text(uint16_t field); /* "C-STORE-RQ"; "unknown command" */

#endif
