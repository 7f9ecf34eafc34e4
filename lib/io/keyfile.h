/* SPDX-License-Identifier: MIT */
/* A private key from a file, with its password from wherever the user keeps it. */
#ifndef DCMSEC_IO_KEYFILE_H
#define DCMSEC_IO_KEYFILE_H

#include "base/err.h"
#include "pki/key.h"

/* Where the password is; at most one is set. A zeroed struct: ask on the terminal if there is one. */
struct pass_opts {
	const char *text; /* --pass: on the command line, for all to see */
	const char *file; /* its first line */
	const char *env;  /* the name of an environment variable */
	int fd;           /* plus 1; 0: none */
	bool empty;       /* the empty password */
	bool never_ask;   /* not even on a terminal */
};

struct password {
	char text[256];
	size_t n;
};

/* Gets the password that opts name, or asks for it with the terminal's echo off; what names the thing
 * it is for. twice: asks for it again, for one that is to be set. False with *e. The caller wipes it. */
bool password_get(struct password *p, const struct pass_opts *opts, const char *what, bool twice,
	struct err *e);

/* Loads the key of a file into memory that the caller made for secrets. A wrong password is asked for
 * again, twice, when it comes from the terminal. False with *e, the file named. */
bool keyfile_load(const char *path, const struct pass_opts *opts, struct key *k, struct err *e);

/* The same around anything that a password opens: open is called without a password first. */
bool password_loop(const struct pass_opts *opts, const char *what,
	bool (*open)(void *arg, const struct span *password, struct mspan work, struct err *e),
	void *arg, struct err *e);

#endif
