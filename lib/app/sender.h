/* SPDX-License-Identifier: MIT */
/* Sends what an outbox holds, and what a watched folder brings, over several associations in one loop,
 * and tries again what was lost, as the options say. */
#ifndef DCMSEC_APP_SENDER_H
#define DCMSEC_APP_SENDER_H

#include "app/caller.h"
#include "app/outbox.h"

struct sender_config {
	const struct sending *how;
	const struct call *call;
	const struct caller *caller; /* whom to call; what it acts on is not used */
	struct node *node;
	struct outbox *out; /* opened, and filled but for what a watched folder brings */
	uint32_t repeat;    /* how often each object is sent more than once */
	bool end_by_abort, tell_contexts;
};

/* Drives it to its end, tells the summary; the exit code is out->code. */
void sender_run(const struct sender_config *config);

#endif
