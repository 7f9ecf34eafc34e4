/* SPDX-License-Identifier: MIT */
/* What the parts of a user share: scu.c begins and sends, scu_news.c hears what comes of it, scu_choose.c
 * finds the context for an object. For these alone. */
#ifndef DCMSEC_IO_SCU_INNER_H
#define DCMSEC_IO_SCU_INNER_H

#include "io/scu.h"

/* WAITING: nothing goes out, and nothing may before an answer is there. */
enum scu_state { ASSOCIATING, IDLE, SENDING, WAITING, RELEASING, ENDED };

/* A request without an answer, and what that has to agree with. */
struct scu_due {
	uint32_t instance; /* part of the hash of the SOP Instance UID; 0: none */
	uint16_t id;
	uint8_t context;
};

struct scu {
	struct conn *conn;
	struct scu_config config;
	struct pdu_proposal proposal;
	enum scu_state state;
	bool told_secure, told_end;
	uint16_t id, expected; /* of the last message, and the command field of its response */
	uint16_t window;       /* agreed */
	struct scu_due due[SCU_WINDOW];
	unsigned n_due;
	uint8_t context;
	struct object_stream *stream;
	uint32_t next; /* bytes announced for the next PDV */
	bool announced, last;
	struct err unsent;     /* why the object could not be read */
	struct scu_news early; /* an answer that came before all of the object was sent */
	bool is_early;
	uint64_t bytes;
	struct buf response;
	uint8_t within; /* the context of the message that is coming in; 0: none is */
	uint8_t response_room[DIMSE_MAX];
};

/* ---- scu.c */

/* Where the request with this message ID stands among those without an answer; n_due: nowhere. */
unsigned scu_find_due(const struct scu *s, uint16_t id);

/* Nothing goes out now: an answer may be late, or nothing is due. */
void scu_rest(struct scu *s, const char *what);

/* What is kept of an instance. */
uint32_t scu_hash(struct span instance);

void scu_feed(struct scu *s); /* sends until the transport takes no more */

extern const char scu_object_due[];

#endif
