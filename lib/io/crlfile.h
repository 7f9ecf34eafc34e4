/* SPDX-License-Identifier: MIT */
/* Revocation lists from files of any size: read in one pass, and only what pki/crl.h keeps is kept. */
#ifndef DCMSEC_IO_CRLFILE_H
#define DCMSEC_IO_CRLFILE_H

#include "base/err.h"
#include "pki/crl.h"

/* What one file may hold, so that nobody's file costs more than about a second and 16 MB. */
enum {
	CRLFILE_ENTRIES = 1 << 20, /* of all its lists */
	CRLFILE_OCTETS = 80 << 20, /* as it lies on the disk, PEM or DER */
};

/* Reads the DER of one list. NULL with *e; else the caller's, for crl_free. */
struct crl *crl_new(struct span der, struct err *e);
void crl_free(struct crl *c);

/* Calls take with each list of a file, DER or PEM (objects of other kinds are skipped); the list is
 * then take's. True when there was one, the whole
 * file was read and take always said so. */
bool crl_file(const char *path, bool (*take)(void *arg, struct crl *c, struct err *e), void *arg,
	struct err *e);

#endif
