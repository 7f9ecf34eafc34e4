/* SPDX-License-Identifier: MIT */
/* The sources that `dcmsec seed` collects from, by the word that names them on its command line. Each
 * takes a while, gives what it has, and never more than asked. */
#ifndef DCMSEC_IO_ENTROPY_SOURCE_H
#define DCMSEC_IO_ENTROPY_SOURCE_H

#include "base/err.h"
#include "rand/pool.h"

#include <sys/stat.h>

enum {
	SOURCE_BYTES = 64,       /* asked of sources that give finished random bytes */
	SOURCE_MOST = 64 << 20,  /* bytes read of a file; the rest is left alone */
	SOURCE_WAIT = 5000,      /* ms for a device or a daemon in all */
	SOURCE_KEY_BITS = 2,     /* credited for the timing of a keystroke */
	SOURCE_KEY_WAIT = 30000, /* ms for the next keystroke */
};

/* Where the bytes of a source go. */
struct source_tap {
	struct pool *pool;                    /* all of them */
	struct mspan sample;                  /* room for those that may count, to be estimated */
	size_t n;                             /* how many of those there are */
	uint64_t size;                        /* bytes in all */
	double wanted;                        /* bits: the keyboard stops there */
	void (*live)(void *ctx, double bits); /* the keyboard's count as it grows, or NULL */
	void *ctx;
};

/* What a source gave. */
struct source_gift {
	double vouched; /* bits by its own word: a generator's or a daemon's; negative: estimate */
	bool file;      /* a file that somebody else may have too */
	bool dicom;     /* of which only the pixel data may count */
	char what[200]; /* in words */
};

/* Reads from spec: PATH, "-" (standard input), "dev:PATH", "egd:SOCKET", "egd:HOST:PORT", "keyboard",
 * "os", "cpu". A drained daemon gives fewer bytes, which is no error. False: it cannot be read or
 * failed a health test (ERR_INPUT, ERR_RANDOM); what it gave until then is in the pool all the same
 * and counts for nothing. */
bool source_read(const char *spec, struct source_tap *tap, struct source_gift *gift, struct err *e);

/* True for a source that can be asked again and again without a person: os, cpu, egd, dev. */
bool source_repeats(const char *spec);

/* ---- the kinds, for entropy_source.c */

/* Puts bytes into the pool and, if they may count, into the sample. */
void tap_bytes(struct source_tap *tap, struct span bytes, bool counts);

bool source_file(const char *path, int fd, struct source_tap *tap, struct source_gift *g,
	struct err *e); /* fd is read to its end and left open; path is for messages */
bool source_device(const char *path, int fd, const struct stat *st, struct source_tap *tap,
	struct source_gift *g,
	struct err *e); /* likewise, until it has given enough or time is up */
bool source_egd(const char *where, struct source_tap *tap, struct source_gift *g, struct err *e);
bool source_keyboard(struct source_tap *tap, struct source_gift *g, struct err *e);

#endif
