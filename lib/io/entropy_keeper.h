/* SPDX-License-Identifier: MIT */
/* The pool keeper: one process that keeps an exchange file fresh for all others on the host, as Postfix's
 * tlsmgr does, and answers the EGD protocol for other software. */
#ifndef DCMSEC_IO_ENTROPY_KEEPER_H
#define DCMSEC_IO_ENTROPY_KEEPER_H

#include "io/entropy.h"

struct keeper_opts {
	const char *exchange;       /* the file, replaced whole each time */
	uint64_t interval;          /* ms between two replacements */
	const char *serve;          /* path of a unix socket for the EGD protocol, or NULL */
	const char *const *sources; /* as source_read names them; asked again where they can be */
	size_t n_sources;
	void (*note)(void *ctx, const char *text); /* what a person may want to know, one line */
	void *ctx;
};

/* Replaces the file at once, then at each interval after stirring in fresh entropy and what others left
 * in the file, and a last time when a signal ends it (wait_signals must have been called). A file that
 * cannot be written for a while is noted and tried again. False: the first write failed, or the socket
 * cannot be had. */
bool keeper_run(struct entropy *en, const struct keeper_opts *o, struct err *e);

/* ---- the EGD server, for entropy_keeper.c */

enum { KEEPER_CLIENTS = 32 }; /* at once; one more ends the one that was silent longest */

struct egd_server;
struct pollfd;

/* Listens at path, replacing a socket that nobody listens at. Allocates. NULL: reported. */
struct egd_server *egd_server_new(const char *path, struct rand *r, struct err *e);
void egd_server_free(struct egd_server *s); /* removes the socket too */

/* What to wait for: at most KEEPER_CLIENTS + 1; and what came of it. */
size_t egd_server_polls(const struct egd_server *s, struct pollfd *fds);
void egd_server_turn(struct egd_server *s, const struct pollfd *fds, uint64_t now);

#endif
