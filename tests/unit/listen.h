/* SPDX-License-Identifier: MIT */
/* What a function writes to standard output (1) or error (2), caught in a file. */
#ifndef DCMSEC_TEST_LISTEN_H
#define DCMSEC_TEST_LISTEN_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char said[20000];

static inline void listen_to(int fd, void (*function)(void))
{
	char name[] = "/tmp/dcmsec-unit-XXXXXX";
	const int file = mkstemp(name), saved = dup(fd);
	unlink(name);
	fflush(stdout);
	dup2(file, fd);
	function();
	fflush(stdout);
	dup2(saved, fd);
	const ssize_t n = pread(file, said, sizeof said - 1, 0);
	said[n > 0 ? n : 0] = '\0';
	close(file);
	close(saved);
}

#endif
