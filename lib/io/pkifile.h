/* SPDX-License-Identifier: MIT */
/* One file of certificates and CRLs, read and ready for the judge; and how to tell that the file on the
 * disk is another one by now. Which files there are is io/store.h's matter. */
#ifndef DCMSEC_IO_PKIFILE_H
#define DCMSEC_IO_PKIFILE_H

#include "base/err.h"
#include "pki/source.h"

#include <sys/types.h>
#include <time.h>

/* Tells one state of a file from another. All zero: not readable. */
struct filestamp {
	dev_t dev;
	ino_t ino;
	off_t size;
	struct timespec time;
};

/* What was read from one file. */
struct pkifile {
	char *path;
	struct filestamp stamp;
	bool trusted;
	struct mspan file; /* DER is used where it lies */
	uint8_t *decoded;  /* PEM is decoded to here */
	struct pki_item *items;
	size_t n;
	struct crl **crls; /* that the items point to */
	size_t n_crls;
	struct err bad; /* the first object that was passed over because it is malformed */
};

struct pkifiles {
	struct pkifile *v;
	size_t n, cap;
};

struct filestamp filestamp_of(const char *path);
bool filestamp_same(const struct filestamp *a, const struct filestamp *b);

/* Reads a file into f, which takes over path (NULL: no memory) and is to be freed in either case. What
 * is malformed among good ones is passed over. False with *e when it cannot be read or holds none. */
bool pkifile_read(struct pkifile *f, char *path, bool trusted, struct err *e);
void pkifile_free(struct pkifile *f);

/* Takes f over. False: no memory. */
bool pkifiles_add(struct pkifiles *all, const struct pkifile *f);
void pkifiles_free(struct pkifiles *all); /* leaves it empty, and usable */

#endif
