/* SPDX-License-Identifier: MIT */
/* Strings that somebody else owns, in order: what a repeated option collected (one entry a use,
 * two where it takes two values). */
#ifndef DCMSEC_BASE_LIST_H
#define DCMSEC_BASE_LIST_H

#include <stddef.h>

struct list {
	const char **v;
	size_t n;
};

#endif
