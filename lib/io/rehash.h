/* SPDX-License-Identifier: MIT */
/* Makes and repairs a hashed directory as OpenSSL looks it up: for each certificate a link HASH.N, for
 * each CRL HASH.rN, numbered without gaps. What is right already is left alone, new links appear whole,
 * and no file that is not a link of this kind is ever replaced or removed. */
#ifndef DCMSEC_IO_REHASH_H
#define DCMSEC_IO_REHASH_H

#include "base/err.h"

#include <stdint.h>

enum rehash_event {
	REHASH_LINKED,     /* a link was made or corrected */
	REHASH_REMOVED,    /* a link that leads nowhere, or twice to the same, was removed */
	REHASH_DUPLICATE,  /* the file holds what another one does: not linked */
	REHASH_UNREADABLE, /* the file is not what its name says: not linked */
	REHASH_SEVERAL, /* the file holds several objects, and OpenSSL reads the first: not linked */
	REHASH_EXPIRED, /* linked, but of no use any more */
	REHASH_EVENTS
};

struct rehash {
	bool copy;   /* copies instead of links, as where the file system has none */
	int64_t now; /* for what has expired */
	/* Told of each event; name is a file in the directory, detail the link or the reason, or "". May
	 * be NULL. */
	void (*tell)(void *arg, enum rehash_event what, const char *name, const char *detail);
	void *arg;
	unsigned count[REHASH_EVENTS];
	unsigned kept; /* links that were right already */
};

/* False with *e when the directory cannot be read or written. */
bool rehash_dir(const char *dir, struct rehash *r, struct err *e);

#endif
