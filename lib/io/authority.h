/* SPDX-License-Identifier: MIT */
/* An issuing authority kept in one plain directory:
 *   ca.pem ca.key      its certificate, and its key (0600, encrypted if asked)
 *   ca.crl             its newest CRL
 *   index.txt          a line for each certificate it issued, for people to read
 *   issued/SERIAL.pem  those certificates
 *   .lock              held by the command that is at work
 * A certificate is in the index before it exists anywhere else, so whatever stops a command, none is
 * out there that cannot be revoked. */
#ifndef DCMSEC_IO_AUTHORITY_H
#define DCMSEC_IO_AUTHORITY_H

#include "io/entropy.h"
#include "io/keyfile.h"
#include "pki/cert.h"
#include "pki/issue.h"
#include "pki/name.h"

enum { AUTHORITY_CERT = 8192, AUTHORITY_SERIAL = 20 };

struct authority_entry {
	uint8_t serial[AUTHORITY_SERIAL]; /* contents of the INTEGER */
	size_t serial_n;
	int64_t from, to, revoked; /* revoked 0: it is not */
	unsigned reason;
	char subject[NAME_TEXT];
};

struct authority {
	const char *dir;
	int lock;
	struct key *key; /* in memory for secrets */
	uint8_t der[AUTHORITY_CERT];
	struct cert cert; /* points into der */
	struct authority_entry *entries;
	size_t n;
};

/* Makes the directory with this certificate and key; one that is there already is not touched. */
bool authority_make(const char *dir, struct span cert, struct span key_pem, struct err *e);

/* Opens it, asking for the key's password where there is one, and waits until no other command is at
 * work in it. False with *e; nothing is to be closed. */
bool authority_open(
	struct authority *a, const char *dir, const struct pass_opts *pass, struct err *e);
void authority_close(struct authority *a);

/* False when i's dates are not within those of the authority (its start is moved there). */
bool authority_spans(const struct authority *a, struct issue *i, struct err *e);

/* The entry with this serial number, or NULL. Borrowed until the next issue. */
struct authority_entry *authority_find(struct authority *a, struct span serial);

/* Issues: i->subject, spki, dates and uses are the caller's, the rest is filled in; i->serial is then
 * borrowed from a. The certificate is kept in the directory and its DER appended to out. */
bool authority_issue(struct authority *a, struct issue *i, struct entropy *random, struct buf *out,
	struct err *e);

/* Marks one as revoked. False when it is not one of this authority's, or is revoked already; from
 * certificateHold it may go on to another reason (RFC 5280 5.3.1). */
bool authority_revoke(
	struct authority *a, struct span serial, int64_t date, unsigned reason, struct err *e);

/* Writes ca.crl with a number above the last one's (RFC 5280 5.2.3), and refuses to when that cannot be
 * read. */
bool authority_crl(struct authority *a, int64_t now, int64_t next, uint64_t *number, struct err *e);

#endif
