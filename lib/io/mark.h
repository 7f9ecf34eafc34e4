/* SPDX-License-Identifier: MIT */
/* What a file was when it was looked at: whether what lies under its name now is still that. */
#ifndef DCMSEC_IO_MARK_H
#define DCMSEC_IO_MARK_H

#include <stdbool.h>
#include <stdint.h>

struct mark {
	uint64_t device, inode, size;
	int64_t seconds; /* of the last change of its content, since 1970 ... */
	uint32_t nanoseconds;
};

bool mark_of(const char *path, struct mark *m); /* false, with errno: it cannot be looked at */
bool mark_same(const struct mark *a, const struct mark *b);

#endif
