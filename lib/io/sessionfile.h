/* SPDX-License-Identifier: MIT */
/* TLS sessions kept in a file from one run of a sender to the next. The file is a help and nothing more:
 * one that cannot be used is told and left alone, and the handshakes are full ones. */
#ifndef DCMSEC_IO_SESSIONFILE_H
#define DCMSEC_IO_SESSIONFILE_H

#include "base/err.h"
#include "tls/sessions.h"

struct session_file {
	const char *path; /* borrowed */
	int fd;           /* -1: not in use */
};

/* Opens path, or makes it for us alone, keeps other processes off it, and adds what it holds to *s. A
 * store of another peer or configuration is begun anew. False with *e, a warning, when the file cannot
 * be used: it is somebody else's, others may read it, another process has it, it is no such file or
 * damaged. */
bool session_file_open(
	struct session_file *f, const char *path, struct tls_sessions *s, struct err *e);

/* Writes what changed, and closes. False with *e. Of one that is not in use: fine. */
bool session_file_close(struct session_file *f, struct tls_sessions *s, struct err *e);

#endif
