/* SPDX-License-Identifier: MIT */
/* Randomness of the operating system and of the processor. No state, no policy: io/entropy and
 * io/entropy_source decide what it is worth. */
#ifndef DCMSEC_IO_ENTROPY_OS_H
#define DCMSEC_IO_ENTROPY_OS_H

#include "base/err.h"
#include "base/span.h"

/* Fills out from getrandom, or from /dev/urandom where the kernel has no getrandom, once the kernel
 * says that its generator is seeded; waits for that at most 10 seconds. The bytes pass the health
 * tests. *from is the name of what gave them. False: ERR_RANDOM with all that was tried. */
bool entropy_os_read(struct mspan out, const char **from, struct err *e);

/* Fills out with the processor's random instruction (RDSEED, RDRAND, RNDRRS, RNDR), and *from with
 * its name. False: it has none, or it failed. */
bool entropy_cpu_read(struct mspan out, const char **from);

/* A value that no two processes share, at any two moments: who we are and when. It is no secret and
 * counts as no entropy. Of the 64 bytes all are set. system: also with what the kernel gave this program
 * at its start for such purposes. */
void entropy_unique(uint8_t out[64], bool system);

#endif
