/* SPDX-License-Identifier: MIT */
/* Patterns for file names, as shells write them. */
#ifndef DCMSEC_BASE_GLOB_H
#define DCMSEC_BASE_GLOB_H

#include <stdbool.h>

/* Whether all of name is what pattern says, by XCU 2.14 of POSIX as fnmatch does it without flags: *, ?,
 * [a-z], [!a-z], [[:digit:]], and a backslash before what is to be taken as it is. Bytes, not characters
 * of a locale; collating elements ([.x.], [=x=]) are not known. */
bool glob_match(const char *pattern, const char *name);

#endif
