/* SPDX-License-Identifier: MIT */
/* What a sender has to send, what became of each object and of its file, and what is told of it in lines
 * and in events. */
#ifndef DCMSEC_APP_OUTBOX_H
#define DCMSEC_APP_OUTBOX_H

#include "app/node.h"
#include "app/queue.h"
#include "app/sending.h"
#include "io/journal.h"
#include "io/scu.h"
#include "io/walk.h"

/* What is taken in, and what a failure means. */
struct outbox_rules {
	struct walk_rules walk;
	bool strict; /* what the user named and is no object is a failure, and what is not there ends all */
	bool only_files, only_data_sets;
	bool halt;    /* the first failure is the last */
	bool forgive; /* objects that fail do not count for the exit code */
	bool rename;  /* append .done or .bad to what was sent */
};
extern const struct outbox_rules outbox_usual;

struct outbox {
	const struct outbox_rules *rules;
	const struct sending *how;
	struct node *node;
	const char *peer, *called; /* where it goes, for the journal */
	struct batch batch;
	struct queue queue;
	struct journal *journal;        /* NULL: none */
	struct drbg *random;            /* for the waits; NULL: none */
	size_t stored, failed, skipped; /* objects; skipped are files that are no objects */
	size_t already;                 /* objects that the journal remembers */
	size_t retried;                 /* how often one was begun again */
	uint64_t bytes;                 /* of the stored ones */
	int code;                       /* the exit code so far */
	struct outbox_opener {          /* how objects are opened; open NULL: as they are */
		struct object_stream *(*open)(void *arg, const char *path, struct object_info *info,
			struct syntax to, struct err *e);
		void *arg;
	} opener;
	bool halted; /* nothing more is to be sent, by the rules */
};

/* What the peer said of an object that was on its way. */
struct outbox_answer {
	size_t at;      /* which */
	const char *as; /* its transfer syntax on the way */
	uint64_t ms;    /* how long it took */
	uint16_t status;
	char comment[DIMSE_COMMENT + 1];
};

/* Opens the journal, if there is to be one. False: *e. Released with outbox_close. */
bool outbox_open(struct outbox *out, struct err *e);
void outbox_close(struct outbox *out);

/* Looks for objects below the paths, and plans the associations. False: there is nothing to do, which was
 * told. */
bool outbox_collect(struct outbox *out, char *const *paths, int n);

/* Looks into one file and adds what it holds, without planning. What is no whole object is told, but not
 * where it may still become one (whole is false). False: it is none. */
bool outbox_look(struct outbox *out, const char *path, bool named, bool whole);
void outbox_plan(struct outbox *out); /* after that */

/* An object in the queue that will not be stored, and why. */
void outbox_drop(struct outbox *out, size_t i, const char *why);

/* One that was on its way without an answer: it waits again, or, when it was tried often enough, is
 * dropped. True: it waits. */
bool outbox_return(struct outbox *out, size_t i, const char *why, bool charge);

/* Answers that came: what is stored is remembered in the journal first; then all is counted and told, and
 * files are put away. */
void outbox_settle(struct outbox *out, const struct outbox_answer *answers, size_t n);

/* Tells what was not sent, and the sums. */
void outbox_summary(struct outbox *out, uint64_t ms);

/* ---- outbox_tell.c */

void outbox_tell_failed(struct outbox *out, const char *path, const char *why);
void outbox_tell_skipped(struct outbox *out, const char *path, const char *why);
void outbox_tell_already(struct outbox *out, const char *path, const char *instance);
void outbox_tell_answer(struct outbox *out, const struct outbox_answer *a, bool stored);
/* Trying again: what (a path, or the peer), why, in how many ms, and the number of the attempt. */
void outbox_tell_retry(struct outbox *out, const char *what, bool object, const char *why,
	uint64_t ms, uint32_t attempt);
void outbox_tell_moved(struct outbox *out, const char *path, const char *to); /* NULL: deleted */

#endif
