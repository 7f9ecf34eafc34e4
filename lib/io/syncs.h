/* SPDX-License-Identifier: MIT */
/* Several files synced at once. Each waits for the disk to write down what it has in its cache; those
 * that wait together share that, where those that come one after the other each wait for their own. */
#ifndef DCMSEC_IO_SYNCS_H
#define DCMSEC_IO_SYNCS_H

#include <stddef.h>

enum { SYNCS_MOST = 33 };

struct syncs {
	unsigned long context; /* of the kernel's asynchronous requests; 0: there is none */
};

/* Before a sandbox: what it makes is not made again. Where the kernel offers nothing, and for a struct of
 * zeros, files are synced one after the other. */
void syncs_open(struct syncs *s);
void syncs_close(struct syncs *s);

/* fdatasync of up to SYNCS_MOST files: failures[i] is the errno of fds[i], or 0. Back when all are done. */
void syncs_all(struct syncs *s, const int *fds, int *failures, size_t n);

#endif
