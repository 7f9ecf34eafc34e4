/* SPDX-License-Identifier: MIT */
/* What the two halves of a provider share: scp.c talks, scp_object.c stores. For these alone. */
#ifndef DCMSEC_IO_SCP_INNER_H
#define DCMSEC_IO_SCP_INNER_H

#include "dicom/check.h"
#include "io/rewrite.h"
#include "io/scp.h"

enum {
	WANTS = 9,      /* data elements that feed file names and checks */
	WANT_ROOM = 72, /* a UID, or the 64 characters of an LO */
};

enum phase {
	COMMAND,  /* gathering a command set */
	DATA_SET, /* its data set streams in */
	PLACED,   /* waiting for the folder to settle */
	REPLY,    /* response is ready, and waits for room */
};

struct scp {
	struct conn *conn;
	const struct scp_config *config;
	bool full, told_secure, told_end, stopping, stopped;
	char calling[PDU_TITLE], called[PDU_TITLE];
	enum phase phase;
	struct buf command;
	uint8_t command_room[DIMSE_MAX];

	struct dimse request, reply;
	uint8_t context;
	struct ul_context agreed;
	struct scp_object object;
	char comment[DIMSE_COMMENT + 1];
	struct outfile file;
	char placed[OUTDIR_NAME];
	struct check check;
	struct elem_want want[WANTS];
	uint8_t values[WANTS][WANT_ROOM];
	struct rewrite *rewrite; /* of the present object; NULL: stored as it comes */
	struct inflate *inflate; /* made when the first deflated object comes */
};

/* ---- scp_object.c */

/* A C-STORE-RQ has come, and its data set follows. bad says what is wrong with the request, to be answered
 * with bad_status once the data set has passed; NULL: nothing. */
void scp_begin_object(struct scp *s, uint16_t bad_status, const struct err *bad);
void scp_pass_on(struct scp *s, struct span data); /* a piece of it */
void scp_finish_object(struct scp *s);             /* the last byte is here: judged, and placed */

#endif
