/* SPDX-License-Identifier: MIT */
/* Walking the certificates, CRLs and other objects of files. */
#ifndef DCMSEC_IO_OBJECTS_H
#define DCMSEC_IO_OBJECTS_H

#include "base/err.h"
#include "pki/object.h"

/* Calls visit with each object of a file (PEM or DER); what it is given is borrowed for the call. False
 * with *e, the file named, when it cannot be read, holds no certificate, CRL, key, request or PKCS#12,
 * or visit says so. */
bool objects_of(const char *path,
	bool (*visit)(void *arg, const char *path, const struct object *o, struct err *e),
	void *arg, struct err *e);

#endif
