/* SPDX-License-Identifier: MIT */
/* A data set, read element by element while it streams by (PS3.5 clause 7). Memory is fixed and no
 * value is held, so objects of any size pass; large values pass as whole spans.
 *
 * The structure is checked completely: each header, each length against the item and sequence that
 * holds it, the delimiters, the end. Contents are not judged. A deflated data set must be inflated
 * first (dicom/deflate.h; dicom/check.h does both). */
#ifndef DCMSEC_DICOM_ELEM_H
#define DCMSEC_DICOM_ELEM_H

#include "base/err.h"
#include "base/span.h"
#include "dicom/dict.h"

/* What of a transfer syntax (PS3.5 clause 10, Annex A) matters to reading and writing elements. */
struct syntax {
	bool explicit_vr;
	bool big_endian;
	bool deflated;     /* PS3.5 A.5 */
	bool encapsulated; /* pixel data in fragments, PS3.5 A.4 */
};

#define ELEM_UNDEFINED 0xffffffffU /* a length that only a delimiter ends */
#define ELEM_DEPTH 64              /* sequences within sequences; more is refused */

#define TAG_SOP_CLASS 0x00080016U
#define TAG_SOP_INSTANCE 0x00080018U
#define TAG_PATIENT_ID 0x00100020U
#define TAG_STUDY_INSTANCE 0x0020000dU
#define TAG_SERIES_INSTANCE 0x0020000eU
#define TAG_PIXEL_DATA 0x7fe00010U
#define TAG_ITEM 0xfffee000U
#define TAG_ITEM_END 0xfffee00dU
#define TAG_SEQUENCE_END 0xfffee0ddU

enum elem_what {
	ELEM_HEADER,        /* an element with a value of length bytes, which follows if not 0 */
	ELEM_VALUE,         /* some bytes of the value of the last ELEM_HEADER or ELEM_FRAGMENT */
	ELEM_SEQUENCE,      /* an element that holds items */
	ELEM_ITEM,          /* a data set within the sequence */
	ELEM_ITEM_END,      /* its end, by delimiter or by its length */
	ELEM_SEQUENCE_END,  /* the end of the sequence, likewise */
	ELEM_FRAGMENTS,     /* encapsulated pixel data: an element that holds fragments */
	ELEM_FRAGMENT,      /* one of them, of length bytes; the first is the offset table */
	ELEM_FRAGMENTS_END, /* its delimiter */
};

struct elem_event {
	enum elem_what what;
	uint32_t tag;     /* 0xggggeeee: of the element; within sequence or fragments, theirs */
	unsigned vr;      /* as written or, in implicit VR, as dict_vr has it; VR_NONE for items */
	uint32_t length;  /* as written, of an end as its begin had it; may be ELEM_UNDEFINED */
	unsigned depth;   /* sequences around it: 0 for the data set's own elements */
	bool big_endian;  /* the byte order of its value */
	uint64_t at;      /* bytes before the header */
	struct span data; /* ELEM_VALUE only: points into what was handed to elem_next */
	uint32_t left;    /* ELEM_VALUE only: bytes of the value that are still to come */
};

/* Departures from the standard which real files have and which leave no doubt about the structure:
 * they are noted in elem.odd, and reading goes on. */
enum elem_odd {
	ELEM_ODD_ORDER = 1,     /* tags not ascending (PS3.5 7.1) */
	ELEM_ODD_LENGTH = 2,    /* a value of odd length (7.1.1) */
	ELEM_ODD_VR = 4,        /* two capital letters that are no VR of the standard */
	ELEM_ODD_FRAGMENTS = 8, /* fragments in a transfer syntax that has none (A.4) */
	ELEM_ODD_DELIMITER =
		16, /* a delimiter where a length ends the same, or with a length (7.5) */
};

/* A value the caller wants to see, of an element of the data set itself, not of an item. Its room
 * is the caller's and must stay. Of a repeated element the first counts. */
struct elem_want {
	uint32_t tag;
	struct mspan room;
	size_t n;  /* bytes of the value in room, set by the reader */
	bool seen; /* the element was there */
	bool cut;  /* its value is longer than room */
};

struct elem_frame {
	uint64_t limit, item_limit;   /* offsets that the sequence and its item must not pass */
	uint32_t length, item_length; /* as written */
	uint32_t tag;                 /* of the sequence */
	uint32_t item;                /* number of the present item, from 1 */
	uint32_t last;                /* last tag within the item */
	bool in_item;
	bool explicit_vr, big_endian; /* how its items are encoded */
	struct dict_seen seen;        /* items inherit it */
};

struct elem {
	struct err err; /* ERR_INPUT, with tag path and offset, once reading has failed */
	unsigned odd;   /* enum elem_odd, collected */
	uint64_t at;    /* bytes eaten so far */

	/* To be set after elem_init: a value with VR UN of a tag that the dictionary knows is taken for
	 * what it says, a sequence too. Its contents are as implicit VR little endian has them
	 * (PS3.5 6.2.2). */
	bool resolve;

	/* private */
	bool resolved; /* the present header was UN */
	bool encapsulated;
	struct elem_want *want;
	size_t wants;
	struct elem_want *filling;               /* takes the present value */
	uint16_t *noting;                        /* takes it too, as a number */
	struct elem_frame frame[ELEM_DEPTH + 1]; /* [0] is the data set itself */
	unsigned depth;
	bool fragments; /* within encapsulated pixel data */
	uint32_t tag;   /* of the element that is being read */
	uint32_t left;  /* bytes of its value to come */
	uint8_t head[12];
	size_t got;     /* bytes of head that are there */
	uint64_t begin; /* offset of the header */
};

/* Begins a data set. want (may be NULL) is borrowed until the end; its results are cleared. */
void elem_init(struct elem *e, struct syntax syntax, struct elem_want *want, size_t wants);

/* Eats from in. True: *ev is one event. False: in is all eaten, or reading failed: e->err tells.
 * How the bytes are cut makes no difference save for the cuts of ELEM_VALUE. */
bool elem_next(struct elem *e, struct span *in, struct elem_event *ev);

/* As elem_next to the end of in, for who does not care for the events. False: failed. */
bool elem_pass(struct elem *e, struct span in);

/* For who holds the data set in a file and need not read all of it: passes over as many of the next n
 * bytes as belong to a value that nobody wants to see. The count; 0 elsewhere. */
uint64_t elem_skip(struct elem *e, uint64_t n);

/* The data set is over. False, with e->err, when it is empty, breaks off within an element or item,
 * or failed before. One that was cut exactly between two of its own elements cannot be told. */
bool elem_end(struct elem *e);

/* The value as far as it was caught; of a text, without the spaces and NULs at its end (PS3.5 6.2).
 * Empty when not seen. Borrowed from the want's room. For UIDs see uid_from_value. */
struct span elem_value(const struct elem_want *w);
struct span elem_text(const struct elem_want *w);

/* "(0008,0018)" for messages. */
#define ELEM_TAG_TEXT 12
char *elem_tag_text(uint32_t tag, char text[ELEM_TAG_TEXT]);

/* One element header, for who reads a head without streaming: nothing is remembered. */
struct elem_head {
	uint32_t tag;
	unsigned vr; /* VR_NONE in implicit VR and for items and delimiters */
	uint32_t length;
};
enum elem_head_result { ELEM_HEAD_OK, ELEM_HEAD_SHORT, ELEM_HEAD_BAD };
/* Eats the header from in if the result is ELEM_HEAD_OK, otherwise nothing. ELEM_HEAD_BAD: the VR is
 * no two capital letters. */
enum elem_head_result elem_head(
	struct span *in, bool explicit_vr, bool big_endian, struct elem_head *head);

#endif
