/* SPDX-License-Identifier: MIT */
/* A service class user: asks a peer for an association, sends it objects (C-STORE) or asks whether it
 * is there (C-ECHO), and releases. It never waits: one loop may drive several. Where the peer grants an
 * asynchronous operations window (PS3.7 D.3.3.3), objects go out one behind the other without waiting
 * for answers, which may come in any order. */
#ifndef DCMSEC_IO_SCU_H
#define DCMSEC_IO_SCU_H

#include "dicom/dimse.h"
#include "io/conn.h"
#include "io/object.h"

struct scu;

enum { SCU_WINDOW = 256 };

/* Who the user is (PS3.7 D.3.3.7); zeroed: nothing is said. */
struct scu_identity {
	uint8_t kind; /* PDU_IDENTITY_* */
	bool answer;  /* the peer must say yes */
	struct span primary, secondary;
};

struct scu_config {
	struct secure *secure; /* NULL: plain TCP */
	const char *host;      /* the name connected to, for SNI */
	bool fallback;         /* see conn_falls_back */
	const char *calling, *called;
	struct scu_identity identity; /* borrowed until the association stands */
	const struct pdu_role *roles; /* asked for (PS3.7 D.3.3.4); these too borrowed */
	unsigned n_roles;
	const struct pdu_extended *extended; /* PS3.7 D.3.3.5 */
	unsigned n_extended;
	const char *prefer; /* what uncompressed objects are best recoded to; NULL: explicit VR */
	bool prefer_always; /* even where the peer takes them as they are */
	uint32_t max_pdu;   /* the largest PDU that we take */
	uint32_t max_send;  /* the largest that we send; 0: as large as the peer takes */
	bool small;         /* as little memory as may be: one record at a time, and small ones */
	uint16_t
		window; /* objects that may be without an answer, up to SCU_WINDOW; 0, 1: not proposed */
	uint64_t sending;   /* ms without a byte moving while an object goes out; 0: no limit */
	uint64_t associate; /* ms for TLS and the association's answer; 0: no limit */
	uint64_t dimse;     /* ms until a response; 0: no limit */
	uint64_t artim;     /* ms for the peer to close at the end */
};

enum scu_what {
	SCU_SECURED,    /* TLS is ready: see conn_facts */
	SCU_ASSOCIATED, /* now idle: scu_store, scu_echo or scu_release */
	SCU_RESPONSE,   /* id, status, comment. Without a window: now idle again */
	SCU_UNSENT,     /* the object could not be read to its end: err; the association is lost */
	SCU_ENDED,      /* err; kind ERR_NONE after a release */
};

struct scu_news {
	enum scu_what what;
	uint16_t id; /* of the request, see scu_id */
	uint16_t status;
	char comment[DIMSE_COMMENT + 1]; /* the peer's words, printable */
	struct err err;
	uint8_t rejected; /* SCU_ENDED by A-ASSOCIATE-RJ: its result, 1 for good, 2 for now (PS3.8 9.3.4) */
};

/* Takes over the connected socket, also when it fails. The offers and the strings are borrowed. */
struct scu *scu_new(int fd, const struct scu_config *config, const struct pdu_offer *offers,
	unsigned n_offers, struct err *e);
void scu_free(struct scu *s);
struct conn *scu_conn(struct scu *s); /* to poll, and to ask */

void scu_turn(struct scu *s, short revents, uint64_t now);
bool scu_next(struct scu *s, struct scu_news *news); /* false: nothing more for now */

/* The context for an object of this class and syntax. *recode is the syntax it must be recoded to, or
 * NULL where the peer takes its own. False with *e, which names class, syntax and the peer's reason. */
bool scu_choose(struct scu *s, const char *sop_class, const char *transfer_syntax,
	struct syntax syntax, uint8_t *context, const struct uid_syntax **recode, struct err *e);

/* Whether an object may begin now. With a window this comes true again before its answer is there: ask
 * when scu_next has no more news. */
bool scu_ready(struct scu *s);
uint16_t scu_id(const struct scu *s);         /* of the last request */
unsigned scu_unanswered(const struct scu *s); /* requests, with one that is still going out */

/* Each begins one thing when idle; the outcome is news. The stream is taken over. What fills no record
 * leaves with the next scu_turn, which conn_wants asks for. A release has to wait for the answers. */
bool scu_store(struct scu *s, uint8_t context, const struct object_info *info,
	struct object_stream *stream, struct err *e);
bool scu_echo(struct scu *s, struct err *e);
bool scu_release(struct scu *s, struct err *e);
void scu_abort(struct scu *s);

/* Bytes of the present object's data set that have been handed to the transport. */
uint64_t scu_bytes(const struct scu *s);

#endif
