/* SPDX-License-Identifier: MIT */
/* Unique identifiers: their form, and the standard's transfer syntaxes and SOP classes with their
 * names. The tables (uid_table.h) are generated from the standard's registry by uid_gen.py. */
#ifndef DCMSEC_DICOM_UID_H
#define DCMSEC_DICOM_UID_H

#include "base/span.h"

#define UID_MAX 64  /* characters (PS3.5 9.1) */
#define UID_TEXT 80 /* room for one as a C string, and for the longest of the standard's names */

#define UID_IMPLICIT_LE "1.2.840.10008.1.2"
#define UID_EXPLICIT_LE "1.2.840.10008.1.2.1"
#define UID_DEFLATED_LE "1.2.840.10008.1.2.1.99"
#define UID_EXPLICIT_BE "1.2.840.10008.1.2.2"
#define UID_VERIFICATION "1.2.840.10008.1.1"
#define UID_APPLICATION_CONTEXT "1.2.840.10008.3.1.1.1"
#define UID_MEDIA_DIRECTORY \
	"1.2.840.10008.1.3.10" /* DICOMDIR: a Part 10 file, not a storage class */

/* Who we are in associations and file headers (PS3.7 D.3.3.2, PS3.10 7.1): a UUID-derived UID. */
#define UID_IMPLEMENTATION "2.25.47512453012910546210141543644302964491"
#define UID_IMPLEMENTATION_VERSION "DCMSEC_" DCMSEC_VERSION

/* True when uid has the form of PS3.5 9.1: 1 to 64 characters, components of digits separated by
 * single dots, none empty, none with a leading zero unless it is "0". No padding is allowed. */
bool uid_valid(struct span uid);

enum uid_form {
	UID_GOOD,   /* as the standard wants it, after at most one NUL that makes the length even */
	UID_SPACED, /* valid, but padded with a space: PS3.5 9.1 wants a NUL */
	UID_PADDED, /* valid, but padded where nothing was to be padded, or with several NULs */
	UID_BAD,    /* not a UID */
};

/* Takes the UID out of an element's value or a PDU's item. *uid is the part of value without the
 * padding at its end (trailing NULs, or one space), whatever the answer. Use it unless UID_BAD. */
enum uid_form uid_from_value(struct span value, struct span *uid);

/* ---- transfer syntaxes (PS3.6 Table A-1, PS3.5 Annex A) */

enum {
	UID_EXPLICIT = 1,       /* VRs are written; otherwise implicit */
	UID_BIG = 2,            /* big endian; otherwise little */
	UID_DEFLATED = 4,       /* the data set is deflated (PS3.5 A.5) */
	UID_ENCAPSULATED = 8,   /* the pixel data is in fragments (PS3.5 A.4) */
	UID_RETIRED = 16,       /* no longer in the standard, but met */
	UID_NOT_A_DATASET = 32, /* RFC 2557, XML and SMPTE ST 2110: nothing that C-STORE carries */
};

struct uid_syntax {
	const char *uid, *name;
	const char *word; /* the keyword of PS3.6, for command lines: "JPEGBaseline8Bit" */
	unsigned flags;
};

const struct uid_syntax *uid_syntax(struct span uid); /* NULL: not of the standard */
const struct uid_syntax *uid_syntax_at(size_t i);     /* in order of uid; NULL behind the last */
/* By keyword, any case, or by uid. NULL when there is none. */
const struct uid_syntax *uid_syntax_named(const char *word);

/* ---- SOP classes */

struct uid_class {
	uint16_t text; /* where uid_class_uid finds its words */
	bool storage;  /* an instance of it is sent with C-STORE (PS3.4 B.5, GG.3) */
	bool retired;
};

const struct uid_class *uid_class(struct span uid); /* NULL: not of the standard */
const struct uid_class *uid_class_at(size_t i);     /* in order of uid; NULL behind the last */
/* By name, of which only letters and digits count, in any case, so that nearly every keyword of PS3.6
 * is one; or by uid. Of two classes of one name the one in use. NULL when there is none. */
const struct uid_class *uid_class_named(const char *name);
/* Both are written to text, and returned. */
const char *uid_class_uid(const struct uid_class *c, char text[UID_TEXT]);
const char *uid_class_name(const struct uid_class *c, char text[UID_TEXT]);
bool uid_is_storage(struct span uid);

/* The name of a transfer syntax, SOP class or other well-known UID, which text may be needed for. When
 * it has none, the UID itself, copied into text, cut at UID_MAX, with '?' for what is not printable ASCII. */
const char *uid_name(struct span uid, char text[UID_TEXT]);

#endif
