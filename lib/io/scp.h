/* SPDX-License-Identifier: MIT */
/* A service class provider: one association that a peer opened with us, its objects stored as they
 * stream in, its echoes answered. It never waits, and it never acknowledges an object before the
 * caller has settled the folder that the object went to. */
#ifndef DCMSEC_IO_SCP_H
#define DCMSEC_IO_SCP_H

#include "base/list.h"
#include "dicom/asconfig.h"
#include "dicom/dimse.h"
#include "dicom/recode.h"
#include "dicom/uid.h"
#include "dicom/naming.h"
#include "io/conn.h"
#include "io/outdir.h"
#include "io/peers.h"

/* The name of an object's file below the folder, for who does not name by a template. False: *e. */
struct scp_names {
	bool (*make)(
		void *arg, const struct naming_values *values, char out[NAMING_CAP], struct err *e);
	void *arg;
};

/* Where an association breaks off, for testing peers. */
enum scp_break { SCP_NO_BREAK, SCP_BREAK_DURING, SCP_BREAK_AFTER };

struct scp;

/* Shared by all associations of a receiver. */
struct scp_config {
	struct secure *secure; /* NULL: plain TCP */
	struct outdir *out;
	const char *name;               /* file name template, see dicom/naming.h */
	const char *title;              /* called AE title that must be meant; NULL: any */
	const struct peers *peers;      /* certificates that calling titles are bound to */
	struct list calling;            /* calling AE titles let in; none: all */
	struct list classes;            /* storage SOP classes taken, by UID; none: all */
	struct list syntaxes;           /* transfer syntaxes taken, by UID; none: all */
	const struct asconfig *profile; /* instead of both, and with roles; or NULL */
	const struct scp_names *names;  /* instead of name; or NULL */
	const char *
		write; /* uncompressed objects are stored in this transfer syntax; NULL: as they came */
	struct recode_style style; /* how they are rewritten, and what alone makes them so */
	bool ranked; /* syntaxes: the first one of the list that is offered; else of the offer */
	bool bare;   /* files without file meta information */
	bool ignore; /* take objects and store nothing */
	bool refuse; /* reject every association */
	bool want_class; /* reject who names no implementation class UID */
	int breaks;      /* enum scp_break */
	uint64_t pause_during,
		pause_after; /* ms that everything stands still within and after an object */
	uint64_t stall;      /* ms an association may be silent within an object; 0: as idle */
	unsigned aside; /* objects of an association whose answers may wait for those behind them
				where its window allows that, so that they share their syncs; 0: none */
	bool any_class; /* private and unknown SOP classes too */
	uint32_t max_pdu;
	uint64_t artim;     /* ms for TLS and the association request, and for the peer to close */
	uint64_t idle;      /* ms an association may be silent; 0: for ever */
	size_t max_command; /* bytes of a command set; 0: DIMSE_MAX */
	unsigned max_contexts; /* presentation contexts that a request may have; 0: any number */
	uint64_t object_time;  /* ms that an object may take; 0: any time */
	uint64_t min_rate;     /* bytes a second, in each minute of an object; 0: none */
	uint64_t max_bytes;    /* of data sets in an association; 0: any number */

	/* Whether there is room for one more association: 0, or PDU_REJECT_CONGESTION or
	 * PDU_REJECT_LIMIT with *why. NULL: there always is. */
	uint8_t (*admit)(void *arg, const struct scp *s, struct err *why);
	void *admit_arg;
};

enum scp_what {
	SCP_SECURED,    /* TLS is ready: see conn_facts */
	SCP_ASSOCIATED, /* calling and called title, contexts accepted and refused */
	SCP_REJECTED,   /* err says why; the association ends */
	SCP_ECHOED,
	SCP_OBJECT, /* an object was answered: object */
	SCP_ENDED,  /* err; kind ERR_NONE after a release */
};

/* An object that was answered. Borrowed until the next call. */
struct scp_object {
	char sop_class[UID_TEXT], sop_instance[UID_TEXT];
	const char *transfer_syntax;
	const char *file; /* its name below the folder; NULL when it was not stored */
	enum outfile_placed placed;
	uint64_t bytes; /* of the data set */
	uint16_t status;
	struct err err; /* why it was refused */
};

struct scp_news {
	enum scp_what what;
	unsigned accepted, refused; /* presentation contexts */
	const struct scp_object *object;
	struct err err;
};

/* Takes over the connected socket, also when it fails. The configuration is borrowed. */
struct scp *scp_new(int fd, const struct scp_config *config, struct err *e);
void scp_free(struct scp *s);
struct conn *scp_conn(struct scp *s);

/* Titles of the association; empty before SCP_ASSOCIATED or SCP_REJECTED. */
const char *scp_calling(const struct scp *s);
const char *scp_called(const struct scp *s);

uint64_t scp_deadline(const struct scp *s); /* of the connection, and of the limits */
void scp_turn(struct scp *s, short revents, uint64_t now);
bool scp_over(const struct scp *s); /* nothing will happen any more */

/* The next thing that happened. False: nothing for now, or answers are due: scp_place, and settle the folder;
 * then scp_answer while scp_waits; then again scp_next, because an answer lets the next command in. Who has
 * several associations does each step for all, so that they share what the disk has to do. */
bool scp_next(struct scp *s, struct scp_news *news);

/* Syncs and places the objects that are whole. True: some wait for the folder to be settled. */
bool scp_place(struct scp *s);
bool scp_waits(const struct scp *s);
/* Answers the oldest of them: settled false (with why) turns success into out of resources, for each that was
 * placed since the last settling. Gives SCP_OBJECT. */
void scp_answer(struct scp *s, bool settled, const struct err *why, struct scp_news *news);

/* Ends it now, with an abort where there is an association: what SCP_ENDED tells is *why. */
void scp_cut(struct scp *s, const struct err *why);
bool scp_busy(const struct scp *s); /* an object is coming in */

#endif
