/* SPDX-License-Identifier: MIT */
/* What a sender has to send, what became of each object, and what is told of it in lines and in
 * events. */
#ifndef DCMSEC_APP_OUTBOX_H
#define DCMSEC_APP_OUTBOX_H

#include "app/node.h"
#include "io/batch.h"
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
	struct node *node;
	struct batch batch;
	size_t stored, failed, skipped; /* objects; skipped are files that are no objects */
	uint64_t bytes;                 /* of the stored ones */
	int code;                       /* the exit code so far */
	bool halted;                    /* nothing more is to be sent, by the rules */
};

/* An object on its way. */
struct outbox_sent {
	size_t at;      /* which, or batch.n */
	const char *as; /* its transfer syntax on the way */
	uint64_t since; /* when it began */
	int again;      /* how often it is to be sent once more */
};

/* Looks for objects below the paths, and plans the associations. False: there are none, which was
 * told. */
bool outbox_collect(struct outbox *out, char *const *paths, int n);

/* Counts and tells a file that will not be stored, and why. */
void outbox_fail(struct outbox *out, const char *path, const char *why);

/* Counts and tells what the peer answered. */
void outbox_answered(
	struct outbox *out, const struct outbox_sent *sent, const struct scu_news *news);

/* Tells what was not sent, and the sums. */
void outbox_summary(struct outbox *out, uint64_t ms);

#endif
