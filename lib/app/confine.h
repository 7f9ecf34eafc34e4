/* SPDX-License-Identifier: MIT */
/* The options of a receiver about what it gives up once it has started, and doing so. */
#ifndef DCMSEC_APP_CONFINE_H
#define DCMSEC_APP_CONFINE_H

#include "app/node.h"

struct confine {
	const char *user; /* to become; NULL: stay who we are */
	bool off, required;
};
extern const struct opt confine_rows[]; /* for struct confine */

/* After all is opened: becomes the user, keeps what n names and the folder out within reach, and gives up
 * the rest. run: commands of the user will be started, which cannot be confined. Tells in --verbose what is in force. False with *e: no such user, not allowed, or required and not to be
 * had. */
bool confine_enter(
	const struct confine *c, struct node *n, const char *out, bool run, struct err *e);

#endif
