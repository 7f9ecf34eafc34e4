/* SPDX-License-Identifier: MIT */
/* The state machine of the upper layer as data: PS3.8 Table 9-10 with the standard's own names. It
 * decides; ul.c acts. */
#ifndef DCMSEC_DICOM_UL_STATE_H
#define DCMSEC_DICOM_UL_STATE_H

enum ul_state {   /* PS3.8 9.2.1; zero is none */
	STA1 = 1, /* idle */
	STA2,     /* transport open, awaiting A-ASSOCIATE-RQ */
	STA3,     /* awaiting the local answer to it */
	STA4,     /* awaiting the transport to open */
	STA5,     /* awaiting A-ASSOCIATE-AC or -RJ */
	STA6,     /* association established */
	STA7,     /* awaiting A-RELEASE-RP */
	STA8,     /* awaiting the local answer to A-RELEASE-RQ */
	STA9,     /* release collision, requestor: awaiting the local answer */
	STA10,    /* release collision, acceptor: awaiting A-RELEASE-RP */
	STA11,    /* release collision, requestor: awaiting A-RELEASE-RP */
	STA12,    /* release collision, acceptor: awaiting the local answer */
	STA13,    /* awaiting the transport to close */
	STA_END
};

enum ul_evt {             /* the rows of Table 9-10, in its order; zero is none */
	EV_ASSOCIATE = 1, /* A-ASSOCIATE request (local) */
	EV_CONNECTED,     /* transport connect confirmation */
	EV_ASSOC_AC,      /* A-ASSOCIATE-AC received */
	EV_ASSOC_RJ,      /* A-ASSOCIATE-RJ received */
	EV_CONNECTION,    /* transport connection indication */
	EV_ASSOC_RQ,      /* A-ASSOCIATE-RQ received */
	EV_ACCEPT,        /* A-ASSOCIATE response, accept (local) */
	EV_REJECT,        /* A-ASSOCIATE response, reject (local) */
	EV_P_DATA,        /* P-DATA request (local) */
	EV_P_DATA_TF,     /* P-DATA-TF received */
	EV_RELEASE,       /* A-RELEASE request (local) */
	EV_RELEASE_RQ,    /* A-RELEASE-RQ received */
	EV_RELEASE_RP,    /* A-RELEASE-RP received */
	EV_RELEASE_RSP,   /* A-RELEASE response (local) */
	EV_ABORT,         /* A-ABORT request (local) */
	EV_ABORT_PDU,     /* A-ABORT received */
	EV_CLOSED,        /* transport connection closed */
	EV_ARTIM,         /* ARTIM expired */
	EV_INVALID,       /* unrecognized or invalid PDU received */
	EV_END
};

enum ul_action { /* PS3.8 9.2.2; zero: the cell is empty, the event cannot happen there */
	AE_1 = 1,
	AE_2,
	AE_3,
	AE_4,
	AE_5,
	AE_6,
	AE_7,
	AE_8,
	DT_1,
	DT_2,
	AR_1,
	AR_2,
	AR_3,
	AR_4,
	AR_5,
	AR_6,
	AR_7,
	AR_8,
	AR_9,
	AR_10,
	AA_1,
	AA_2,
	AA_3,
	AA_4,
	AA_5,
	AA_6,
	AA_7,
	AA_8,
};

struct ul_cell {
	unsigned char action; /* enum ul_action */
	unsigned char next;   /* enum ul_state; AE_6 may end in STA13, AR_8 in STA10 instead */
};

/* evt and state must be within their enums; an empty cell has action 0. */
struct ul_cell ul_cell(enum ul_evt evt, enum ul_state state);

const char *ul_state_text(enum ul_state state); /* "waiting for A-ASSOCIATE-RQ" */

#endif
