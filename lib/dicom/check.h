/* SPDX-License-Identifier: MIT */
/* Looks on while a data set streams by, in any transfer syntax, deflated too: says whether it
 * parses to its end, and catches the values that are wanted. Changes nothing. */
#ifndef DCMSEC_DICOM_CHECK_H
#define DCMSEC_DICOM_CHECK_H

#include "dicom/deflate.h"
#include "dicom/elem.h"

struct check {
	struct elem elem; /* elem.err, elem.odd and elem.at (of the inflated bytes) may be read */
	/* private */
	struct inflate *inflate;
};

/* inflate is needed, and borrowed to the end, when the syntax is deflated; otherwise it may be NULL.
 * want as for elem_init. */
void check_init(struct check *c, struct syntax syntax, struct inflate *inflate,
	struct elem_want *want, size_t wants);

/* Looks at the next bytes, cut anywhere. False: the data set is broken; c->elem.err tells where. */
bool check_pass(struct check *c, struct span in);

/* As elem_skip; never anything of a deflated data set. */
uint64_t check_skip(struct check *c, uint64_t n);

/* The data set is over. False: it is not complete, or was broken; c->elem.err. */
bool check_end(struct check *c);

#endif
