/* SPDX-License-Identifier: MIT */
/* Giving up root's rights. */
#ifndef DCMSEC_IO_USER_H
#define DCMSEC_IO_USER_H

#include "base/err.h"

/* Becomes a user for good: "NAME" with the user's own group, "NAME:GROUP", or numbers, by /etc/passwd and
 * /etc/group; other groups are given up. Who is that user already, and not root, stays
 * as he is. False with *e:
 * ERR_USAGE when there is no such user, ERR_SYSTEM when we may not. */
bool user_become(const char *user, struct err *e);

#endif
