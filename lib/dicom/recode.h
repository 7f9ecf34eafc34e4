/* SPDX-License-Identifier: MIT */
/* A data set from one uncompressed transfer syntax to another while it streams by: implicit VR
 * little endian, explicit VR little and big endian, deflated, from each to each. No value is held.
 *
 * What changes besides headers and byte order:
 * - Where source and target differ only in deflation, nothing: the bytes pass as they are.
 * - Sequences and items get undefined length, since their length is not known before their end;
 *   empty ones keep length 0.
 * - Group lengths (gggg,0000) and Length to End (0008,0001), retired both, are left out: they
 *   would be wrong.
 * - A sequence with VR UN of undefined length (PS3.5 6.2.2) becomes SQ.
 * - From implicit VR: VRs are dict_vr's. Private and unknown elements become UN and keep their
 *   bytes, in big endian too (PS3.5 6.2.2: the contents of UN are as implicit VR little endian has
 *   them). A value of 64 KB or more whose VR has a 16-bit length becomes UN as well.
 * - UN, OB, strings and VRs that are not known are never swapped.
 * Refused: encapsulated pixel data, unless it stays as it is; values to be swapped that are no whole number of words; to
 * implicit VR, sequences that the dictionary takes for values, and the reverse. */
#ifndef DCMSEC_DICOM_RECODE_H
#define DCMSEC_DICOM_RECODE_H

#include "dicom/deflate.h"
#include "dicom/edit.h"
#include "dicom/elem.h"

#define RECODE_ROOM 64 /* free bytes that out needs before anything is done */
#define RECODE_STAGE 8192

/* About 140 KB; the parts for deflation are not touched unless needed. Not to be moved once begun. */
struct recode {
	struct err err;   /* once it failed: ERR_INPUT, or ERR_USAGE for what cannot be recoded */
	struct elem elem; /* its odd, at and err may be read */

	/* private */
	struct syntax from, to;
	struct edit *edit; /* or NULL */
	bool old_vrs;
	bool copy;                   /* the encodings are the same but for deflation */
	bool drop;                   /* the present value is left out */
	unsigned word;               /* bytes to turn around in the present value */
	unsigned held;               /* bytes in carry */
	uint8_t carry[8];            /* the begin of a word whose rest is still to come */
	struct span plain;           /* inflated and not yet read, in inflate.piece */
	size_t staged;               /* bytes in stage */
	uint8_t stage[RECODE_STAGE]; /* recoded and not yet deflated */
	struct inflate inflate;
	struct deflate deflate;
};

/* False, with r->err: one of the syntaxes is encapsulated and the other is not, or no such syntax exists. want as for
 * elem_init. */
bool recode_init(struct recode *r, struct syntax from, struct syntax to, struct elem_want *want,
	size_t wants);

/* After recode_init: where source and target differ only in deflation, or not at all, bytes do not pass
 * as they are either; lengths change as above. */
void recode_whole(struct recode *r);

/* After recode_whole: elements with a VR that was not in the standard of 1993 (UC, UN, UR, UT, OD, OF, OL, OV,
 * SV, UV) get OB, where VRs are written; their values are as little endian has them. */
void recode_old_vrs(struct recode *r);

/* The same by one declaration. level: of deflation, see deflate.h; -1: the usual one. */
struct recode_style {
	bool lengths;   /* recode_whole */
	bool known_vrs; /* UN becomes what the dictionary says of the tag, see elem.h */
	bool old_vrs;   /* recode_old_vrs */
	int level;
};
#define RECODE_AS_USUAL     \
	{                   \
		.level = -1 \
	}
void recode_style(struct recode *r, const struct recode_style *style);

/* After recode_init: the data set is changed before it is recoded. edit is borrowed, has found its places
 * and has passed nothing yet. */
void recode_edit(struct recode *r, struct edit *edit);

/* Eats from in and writes to out until in is empty or out has less than RECODE_ROOM left. False:
 * failed, r->err tells. */
bool recode_push(struct recode *r, struct span *in, struct buf *out);

/* The input is over. True: the whole data set is in out. False: failed (r->err.kind is set) or out
 * has less than RECODE_ROOM left: empty it and call again. */
bool recode_end(struct recode *r, struct buf *out);

#endif
