/* SPDX-License-Identifier: MIT */
/* Certificates and CRLs on disk, as a source for the judge: files that are read at start, and OpenSSL's
 * hashed directories (HASH.N, HASH.rN), in which only what is asked for is read and then kept.
 *
 * Changes on disk are seen at the next verdict: a file is read again when its size, time or inode is
 * another; when that fails, what was read before stays in force. */
#ifndef DCMSEC_IO_STORE_H
#define DCMSEC_IO_STORE_H

#include "base/err.h"
#include "pki/source.h"

enum store_use {
	STORE_TRUSTED, /* --ca: its self-signed certificates may end a path */
	STORE_HELPING, /* --untrusted: its certificates help to build one */
};

struct store;

struct store *store_new(void);    /* NULL: no memory */
void store_free(struct store *s); /* NULL is fine */

/* Reads a file of certificates and CRLs (PEM of any mixture, or DER). Malformed ones are
 * passed over: one odd certificate in a bundle must not keep the others out. False with *e when it
 * cannot be read or holds none that is good. */
bool store_file(struct store *s, const char *path, enum store_use use, struct err *e);

/* The first certificate or CRL that was passed over; kind ERR_NONE when none was. */
const struct err *store_bad(const struct store *s);

/* Adds a hashed directory. path is borrowed for the store's life. False when it is no directory. */
bool store_dir(struct store *s, const char *path, struct err *e);

/* For pki_rules.sources; lives as long as the store. */
struct pki_source *store_source(struct store *s);

/* The subjects of the roots from files, for what a TLS server asks of clients: at most cap. Directories
 * are not listed. Borrowed until the next verdict. */
size_t store_names(const struct store *s, struct span *names, size_t cap);

#endif
