/* SPDX-License-Identifier: MIT */
/* The objects that are to be sent, and which associations carry them: each association proposes just
 * the presentation contexts that its objects need, and no more than there are numbers for
 * (PS3.8 9.3.2.2: 128). */
#ifndef DCMSEC_IO_BATCH_H
#define DCMSEC_IO_BATCH_H

#include "dicom/pdu_assoc.h"
#include "dicom/syntax.h"
#include "io/mark.h"
#include "io/object.h"

enum batch_state {
	BATCH_WAITING,
	BATCH_FLYING, /* handed to an association, without an answer yet */
	BATCH_STORED,
	BATCH_FAILED
};

struct batch_object {
	char *path; /* owned; the SOP Instance UID stands behind it */
	const char *instance;
	uint64_t size;    /* of the data set */
	uint32_t at;      /* where that begins in the file */
	uint32_t pair;    /* SOP class and transfer syntax, see batch_pair */
	uint8_t state;    /* enum batch_state */
	uint32_t tries;   /* how often it was begun and not answered for good */
	uint32_t again;   /* how often it is to be sent once more after a success */
	uint64_t due;     /* while it waits: not before this time, on clock_ms's scale */
	uint64_t series;  /* as in object_info */
	struct mark mark; /* of the file when it was looked at; set by who added it */
};

/* A SOP class with one transfer syntax of its objects. */
struct batch_pair {
	const char *sop_class, *transfer_syntax; /* owned; they stay where they are */
	struct syntax syntax;
	uint32_t association; /* which carries it, from 0 */
};

/* What each SOP class is proposed with, where the sender does not leave that to its objects: the first
 * syntax in a context of its own and the others in another, or all in one. Objects in syntaxes that
 * cannot be recoded to one of these get a context besides. */
struct batch_proposal {
	const char *syntaxes[24];
	unsigned n;
	bool combine;
	const struct pdu_offer *offers; /* instead: just these, whatever the objects are, in one */
	unsigned n_offers;              /* association; NULL: none */
};

struct batch {
	const struct batch_proposal
		*proposal; /* NULL: what the objects need; set before batch_plan */
	struct batch_object *objects;
	size_t n, cap;
	struct batch_pair *pairs;
	size_t n_pairs, cap_pairs;
	size_t associations; /* after batch_plan */
	uint64_t bytes;      /* of all data sets */
};

void batch_free(struct batch *b); /* a zeroed batch is an empty one */
bool batch_add(struct batch *b, const char *path, const struct object_info *info, struct err *e);

/* Forgets the objects that are stored or failed; the others move up, in their order. */
void batch_compact(struct batch *b);

/* What is known of object i. */
void batch_info(const struct batch *b, size_t i, struct object_info *info);

/* Deals the pairs out to associations. */
void batch_plan(struct batch *b);

/* The offers of one association. For each pair a context with its own transfer syntax; for each SOP
 * class with an uncompressed pair one more with the other uncompressed ones, to recode to. Valid until
 * the batch is freed; pairs that are added later are not in it. */
struct batch_offers {
	struct pdu_offer offers[PDU_CONTEXTS];
	unsigned n;
	const char *syntaxes[PDU_CONTEXTS][SYNTAX_PLAIN]; /* used without a proposal */
};
void batch_offers(const struct batch *b, size_t association, struct batch_offers *o);

#endif
