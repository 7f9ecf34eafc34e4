/* SPDX-License-Identifier: MIT */
/* The randomness of a running process: the chain of rand/drbg, fed by the operating system and by a
 * seed file, with the clock and the process number it needs. Sources that are collected with care,
 * by `dcmsec seed`, are in io/entropy_source. */
#ifndef DCMSEC_IO_ENTROPY_H
#define DCMSEC_IO_ENTROPY_H

#include "rand/drbg.h"

/* What the options of the TLS applets say. */
struct entropy_opts {
	const char *seed;        /* file to add at start, or NULL */
	const char *write_seed;  /* file to leave fresh seed in, or NULL; may be the same */
	bool no_system;          /* the seed alone, nothing of the operating system */
	struct span collected;   /* seed that is in memory already, borrowed for the opening */
	unsigned collected_bits; /* what it is worth */
	bool limits;             /* when the public and the private generator draw fresh entropy: */
	uint64_t requests;       /* ... after so many requests; 0: not for that reason */
	uint64_t interval;       /* ... after so many ms; 0: not for that reason */
};

struct entropy {
	struct rand rand;
	struct entropy_opts opts;
	uint64_t *page;    /* one page that the kernel zeroes in the child of a fork, or NULL */
	const char *from;  /* what of the system gave bytes last, or NULL */
	unsigned credited; /* bits that all sources together are worth; 384 are needed */
	const char *why;   /* the seed file counts for nothing, one phrase; or NULL */
	char report[400];  /* which sources gave what, in words, for --verbose */
	char warning
		[600]; /* what the user should know, such as a seed file others can read; or "" */
};

/* Reads a seed file into *s (rand/seedfile) and adds to warning, of cap bytes, when others can read
 * or write it. ERR_INPUT or ERR_SYSTEM when it cannot be read. */
struct seedfile;
bool entropy_read_seed(
	const char *path, struct seedfile *s, char *warning, size_t cap, struct err *e);

/* Replaces path atomically, mode 0600, by size bytes (at most DRBG_REQUEST) of the primary, into which
 * what is there now is stirred. Nothing else is ever made from those bytes. */
bool entropy_write_seed(struct rand *r, const char *path, size_t size, struct err *e);

/* Collects, seeds the chain and makes all three generators ready. Costs about 0.1 ms. With
 * write_seed the file is replaced at once, so that a seed that was used does not stay on disk.
 * False: ERR_RANDOM when there is less than 384 bits, with what to do; ERR_INPUT or ERR_SYSTEM when
 * the seed file cannot be read or written. *en must stay where it is until entropy_close. */
bool entropy_open(struct entropy *en, const struct entropy_opts *opts, struct err *e);

/* Writes fresh seed when asked to, and wipes the chain. False: the file could not be written. */
bool entropy_close(struct entropy *en, struct err *e);

#endif
