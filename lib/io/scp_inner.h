/* SPDX-License-Identifier: MIT */
/* What the parts of a provider share: scp_associate.c lets in, scp.c talks, scp_object.c takes what streams
 * in, scp_answer.c places and answers what is whole, scp_limits.c loses patience. For these alone. */
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
	HELD,     /* nothing more is read before its answer has left: see own.stage */
};

/* An object from its last byte to its answer. Each step is taken for all that are there at once. */
enum stage {
	WHOLE,   /* waits to be synced and placed, or is compared with one of its name */
	PLACED,  /* waits for the folder to settle */
	SETTLED, /* what becomes of it is known */
	TOLD,    /* ... also to the caller; its answer waits for room */
};

/* An object from its request to its answer. With a window (PS3.7 D.3.3.3) one that is whole is set aside,
 * and the next one is read meanwhile. */
struct scp_item {
	struct scp_object object;
	enum stage stage;
	uint16_t id; /* Message ID */
	uint8_t context;
	const char *stored_as; /* transfer syntax */
	struct outfile file;
	char *name; /* that the file shall have; NULL: there is none to place */
	char placed[OUTDIR_NAME];
	struct scp_item *next; /* came after it */
};

/* Why no more is read, once what came before is answered. The reason is in own.object.err. */
enum ending {
	GOES_ON,
	LEFT,     /* the peer aborted, or the connection is lost */
	RELEASED, /* it waits for our word */
	ABORTS, /* because of what came, or was asked for: we are the user of the upper layer (PS3.8 7.3) */
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

	struct dimse request;
	uint8_t context;
	struct ul_context agreed;
	struct scp_item own;    /* of the present message */
	struct scp_item *aside; /* came before it; the oldest first */
	unsigned n_aside;
	struct scp_item *spent; /* answered, and borrowed by who was told */
	bool comparing;         /* one of them is compared, and goes on in the next turn */
	enum ending ending;
	struct scp_reading *reading;
	struct rewrite *rewrite; /* of the present object; NULL: stored as it comes */
	struct inflate *inflate; /* made when the first deflated object comes */
};

/* ---- scp.c */

void scp_next_message(struct scp *s); /* the next command may come */
void scp_stand_still(uint64_t ms);    /* all of the process, for testing peers */

/* ---- scp_answer.c */

/* What is to be answered next; NULL: nothing. And whether it is still to be placed or told. */
struct scp_item *scp_first(const struct scp *s);
bool scp_owes(const struct scp *s);

/* Lets the peer go on: the present object, which is whole, is placed and answered when no more is there to
 * be read. False: its window does not let it, or too many wait. */
bool scp_set_aside(struct scp *s);
void scp_drop_aside(struct scp *s);

/* Sends what is to be said while there is room for it, or where nobody hears it any more. */
void scp_send_replies(struct scp *s);

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
void scp_finish_object(struct scp *s);             /* the last byte is here: judged, and named */
void scp_forget_object(struct scp *s);             /* gives back what is needed within one */
void scp_drop_item(struct scp *s, struct scp_item *o); /* what is not placed had never been */

#endif
