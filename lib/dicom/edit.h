/* SPDX-License-Identifier: MIT */
/* A few short values of a data set's own elements changed while it streams by: first the places are found
 * in its head, then the bytes pass, others in those places. All else stays as it is, bit for bit, but for
 * group lengths (gggg,0000) of the groups that are changed: they would be wrong, and are left out.
 *
 * What is not in the data set is not added. The data set is plain: a deflated one is inflated first. */
#ifndef DCMSEC_DICOM_EDIT_H
#define DCMSEC_DICOM_EDIT_H

#include "base/buf.h"
#include "dicom/elem.h"

#define EDIT_PLACES 16

/* A new value. Of text, which is padded to even length. */
struct edit_value {
	uint32_t tag;
	unsigned vr; /* one whose length has 16 bits */
	const char *text;
};

struct edit {
	/* private */
	const struct edit_value *values;
	size_t n_values;
	struct syntax syntax;
	struct elem elem;
	struct edit_place {
		uint32_t tag;
		uint64_t at, end; /* of the element; end 0: not known yet */
		size_t from, n;   /* in bytes, of what comes in its place */
	} places[EDIT_PLACES];
	size_t n_places;
	bool enough; /* the head is over */
	struct buf bytes;
	uint8_t room[1024];

	uint64_t at;  /* how much has passed */
	size_t place; /* the next */
	size_t put;   /* of its bytes, what has been passed on */
};

/* The values, in order of tag, are borrowed until edit_found. */
void edit_init(struct edit *e, struct syntax syntax, const struct edit_value *values, size_t n);

/* Looks through the next bytes of the head. True: more is wanted, while there is any. False: all places are
 * found; or err is set: the head is broken, or has more places than there is room for. */
bool edit_look(struct edit *e, struct span in, struct err *err);

/* The head is over. Whether value i is there to be changed. */
bool edit_found(struct edit *e, size_t i);

/* What passes on next, after what is dropped has been eaten from *in: the front of *in, or bytes that come in
 * its place. Empty: more input is wanted, or it was the last. */
struct span edit_peek(struct edit *e, struct span *in);
/* So many bytes of what edit_peek gave, from the same *in, have passed. */
void edit_passed(struct edit *e, struct span *in, size_t n);

#endif
