/* SPDX-License-Identifier: MIT */
/* What the parts of a provider share: scp_associate.c lets in, scp.c talks, scp_object.c stores,
 * scp_limits.c loses patience. For these alone. */
#ifndef DCMSEC_IO_SCP_INNER_H
#define DCMSEC_IO_SCP_INNER_H

#include "dicom/check.h"
#include "io/rewrite.h"
#include "io/scp.h"

enum {
	WANTS = 9, /* data elements that feed file names and checks */
	USUAL_COMMAND = 512,
	WANT_ROOM = 72, /* a UID, or the 64 characters of an LO */
};

enum phase {
	COMMAND,  /* gathering a command set */
	DATA_SET, /* its data set streams in */
	PLACING,  /* its file is compared with one of that name */
	PLACED,   /* waiting for the folder to settle */
	REPLY,    /* response is ready, and waits for room */
};

/* Needed from the first byte of a data set to its last: a thousand associations that wait need none. */
struct scp_reading {
	struct check check;
	struct elem_want want[WANTS];
	uint8_t values[WANTS][WANT_ROOM];
};

struct scp {
	struct conn *conn;
	const struct scp_config *config;
	bool told_secure, told_end, associated;
	bool late; /* a limit is passed, and looked at in the next turn */
	char calling[PDU_TITLE], called[PDU_TITLE];
	enum phase phase;
	struct buf command; /* in usual_room, or for a larger one in large_room */
	uint8_t usual_room[USUAL_COMMAND], *large_room;

	uint64_t now;
	uint64_t
		since; /* when the association stood, or the last message of the peer was answered */
	uint64_t object_since, minute_since; /* when the object began, and its present minute */
	uint64_t minute_bytes;               /* that it had then */
	uint64_t bytes;                      /* of data sets, in all */

	struct dimse request, reply;
	uint8_t context;
	struct ul_context agreed;
	struct scp_object object;
	char comment[DIMSE_COMMENT + 1];
	struct outfile file;
	char *name; /* that the file shall have */
	char placed[OUTDIR_NAME];
	struct scp_reading *reading;
	struct rewrite *rewrite; /* of the present object; NULL: stored as it comes */
	struct inflate *inflate; /* made when the first deflated object comes */
};

/* ---- scp_associate.c */

/* Accepts or rejects the request, and tells which. */
bool scp_associate(struct scp *s, const struct pdu_assoc *rq, struct scp_news *news);

/* ---- scp_limits.c */

/* When the next limit of the present phase is passed, if nothing comes. */
uint64_t scp_limit(const struct scp *s);

/* A peer that says a byte now and then is not silent, and yet brings nothing: cut. */
void scp_check_limits(struct scp *s, short revents);

/* ---- scp_object.c */

/* A C-STORE-RQ has come, and its data set follows. bad says what is wrong with the request, to be answered
 * with bad_status once the data set has passed; NULL: nothing. */
void scp_begin_object(struct scp *s, uint16_t bad_status, const struct err *bad);
void scp_pass_on(struct scp *s, struct span data); /* a piece of it */
void scp_finish_object(struct scp *s);             /* the last byte is here: judged, and placed */
void scp_place(struct scp *s);                     /* goes on placing it */
void scp_forget_object(struct scp *s);             /* gives back what is needed within one */

#endif
