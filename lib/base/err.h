/* SPDX-License-Identifier: MIT */
/* What went wrong, in one line that a person can act on. The library never prints and never exits:
 * it fills a struct err that the caller owns, and returns false. */
#ifndef DCMSEC_BASE_ERR_H
#define DCMSEC_BASE_ERR_H

#include <stdbool.h>

enum err_kind {
	ERR_NONE,
	ERR_USAGE,   /* the caller asked for something that cannot be */
	ERR_INPUT,   /* a file is not what it should be */
	ERR_SYSTEM,  /* a system call failed; code is errno */
	ERR_NETWORK, /* the connection was not made, was lost, or timed out */
	ERR_PEER,    /* the peer broke the protocol, rejected or aborted */
	ERR_TLS,     /* the secure channel failed; code is the TLS alert (RFC 8446 6), 0 if none */
	ERR_TRUST,   /* a certificate or key was refused; code is the TLS alert that says so */
	ERR_RANDOM,  /* not enough randomness */
	ERR_LIMIT,   /* a stated limit was reached */
};

struct err {
	enum err_kind kind;
	int code;       /* meaning by kind; 0 when there is none */
	char text[600]; /* one line, no newline at the end, only printable characters */
};

/* Keeps the first error: does nothing when *e holds one. Returns false, always, so that a function
 * can end in "return err_set(...)". e may be NULL. Control characters and bytes that are no UTF-8
 * become '?'. */
bool err_set(struct err *e, enum err_kind kind, int code, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Adds to the text where it happened, for example err_in(e, ", in %s", path). Returns false. */
bool err_in(struct err *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

void err_clear(struct err *e);

#endif
