/* SPDX-License-Identifier: MIT */
/* What is in a file: one DER object, or the objects of a PEM text, each with its kind. The kind of a
 * DER object is told from its structure, not from the file's name. */
#ifndef DCMSEC_PKI_OBJECT_H
#define DCMSEC_PKI_OBJECT_H

#include "pki/pem.h"

enum object_kind {
	OBJECT_OTHER, /* well-formed, but nothing this program uses */
	OBJECT_CERT,
	OBJECT_CRL,
	OBJECT_KEY,     /* PKCS#1, SEC1 or PKCS#8, plain or encrypted */
	OBJECT_REQUEST, /* PKCS#10 */
	OBJECT_PKCS12,
};

struct object {
	enum object_kind kind;
	struct span der; /* in the file itself (DER) or in the store (PEM); borrowed from them */
	struct pem pem;  /* for PEM; label empty for DER */
};

/* Eats the next object of a file. A PEM object is decoded to the end of store. False at the end, with
 * *e set when something is malformed or does not fit; *e stays clear for a file without objects. */
bool object_next(struct span *file, struct buf *store, struct object *o, struct err *e);

enum object_kind object_kind_of(struct span der);
enum object_kind object_kind_of_label(struct span label); /* "EC PRIVATE KEY" */

#endif
