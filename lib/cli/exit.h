/* SPDX-License-Identifier: MIT */
/* The exit codes of every applet under its own name, as docs/dcmsec.1 lists them. Under a DCMTK name
 * DCMTK's codes hold instead. */
#ifndef DCMSEC_CLI_EXIT_H
#define DCMSEC_CLI_EXIT_H

#include "base/err.h"

enum {
	EXIT_DONE = 0,     /* all was done: every object stored, the certificate accepted */
	EXIT_REFUSED = 1,  /* some was refused or failed: an object, a certificate */
	EXIT_USAGE = 2,    /* the command line is wrong */
	EXIT_INPUT = 3,    /* a file cannot be read or is not what it should be */
	EXIT_NETWORK = 4,  /* no connection, or it was lost */
	EXIT_SECURITY = 5, /* TLS failed, or a certificate was refused by either side */
	EXIT_PEER = 6,     /* the peer rejected or aborted the association, or broke the protocol */
	EXIT_RANDOM = 7,   /* not enough randomness */
	EXIT_SYSTEM = 8,   /* this host: disk, memory, permissions, limits */
};

int exit_code(const struct err *e); /* the code for an error's kind; EXIT_DONE for none */

#endif
