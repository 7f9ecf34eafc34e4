/* SPDX-License-Identifier: MIT */
/* The head of a DICOM file (PS3.10 clause 7), read and written: preamble, file meta information,
 * and where the data set begins. Data sets without that head are recognised too. */
#ifndef DCMSEC_DICOM_PART10_H
#define DCMSEC_DICOM_PART10_H

#include "base/buf.h"
#include "dicom/check.h"

#define PART10_UID 65 /* 64 bytes (PS3.5 9.1) and a NUL */
#define PART10_AET 17

/* At most this much of a file is needed to find its data set; a longer head is refused. Nearly
 * always the first 4 KB do. */
#define PART10_HEAD 65536

enum part10_result {
	PART10_OK,
	PART10_MORE,      /* more of the file is needed: call again with more of it */
	PART10_NOT_DICOM, /* nothing says that this is DICOM */
	PART10_BAD,       /* it is DICOM, and broken: err tells */
};

struct part10 {
	bool preamble;     /* 128 bytes and "DICM" */
	bool meta;         /* file meta information (group 0002); otherwise a bare data set */
	bool length_wrong; /* (0002,0000) is missing or not where the group ends */
	uint64_t at;       /* offset of the data set */
	/* From the meta information; empty where it says nothing. Not checked for being UIDs. */
	char sop_class[PART10_UID], sop_instance[PART10_UID], transfer_syntax[PART10_UID];
	char source_aet[PART10_AET];
	/* What the first elements look like; counts only where transfer_syntax is empty. */
	struct syntax guess;
};

/* head is the file's first bytes, whole says that there are no more. A bare data set is taken for
 * one when its first header makes sense in explicit VR little endian, implicit VR little endian or
 * explicit VR big endian, tried in this order: an even group from 0008 to 0028, a tag that the
 * dictionary knows with the VR it has there, an even length that fits; and if the second, if there
 * is one, has a higher tag and any VR or, in implicit VR, makes sense like the first. With preamble or meta
 * information but without a transfer syntax, the letters of a VR at its place decide. */
enum part10_result part10_read(struct span head, bool whole, struct part10 *p, struct err *err);

/* Looks into a data set for its SOP Class and Instance UID, and stops when it has them or group
 * 0008 is over. inflate as for check_init. Not to be moved once begun. */
struct part10_scan {
	struct check check; /* check.elem.err tells what PART10_BAD was */
	struct elem_want want[2];
	uint8_t sop_class[PART10_UID + 1], sop_instance[PART10_UID + 1];
	bool over;
};

void part10_scan_init(struct part10_scan *s, struct syntax syntax, struct inflate *inflate);

/* Eats in. PART10_OK: looked far enough; the UIDs, if there, are in want[0] (SOP Class) and want[1]
 * (SOP Instance), see elem_uid. PART10_MORE: go on; when there is no more, it is
 * the whole data set, and check_end(&s->check) knows whether it is complete. PART10_BAD. */
enum part10_result part10_scan(struct part10_scan *s, struct span in);

/* File meta information to write (PS3.10 Table 7.1-1). NULL or "": left out; the first four are
 * required. */
struct part10_meta {
	const char *sop_class, *sop_instance, *transfer_syntax, *implementation_class;
	const char *implementation_version;
	const char *source_aet, *sending_aet, *receiving_aet;
};

#define PART10_META_MAX 768 /* no head that part10_write makes is longer */

/* Writes preamble, prefix and group 0002; the data set follows. What does not fit sets b->full. */
void part10_write(struct buf *b, const struct part10_meta *m);

#endif
