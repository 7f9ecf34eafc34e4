/* SPDX-License-Identifier: MIT */
/* UIDs of accepted presentation contexts as small numbers: most are rows of the tables in uid.h, and
 * a small pool takes the others. So an open association keeps four bytes a context. */
#ifndef DCMSEC_DICOM_UL_NAMES_H
#define DCMSEC_DICOM_UL_NAMES_H

#include "dicom/uid.h"

enum { UL_NAMES_ROOM = 768 }; /* bytes for UIDs that are in no table: a dozen of the longest */

struct ul_names { /* zero is a good start */
	uint16_t n;
	uint8_t pool[UL_NAMES_ROOM];
};

/* The number of a UID of at most 64 characters, never 0. ul_names_add adds it where needed and gives
 * 0 when the pool is full; ul_names_find gives 0 when it was never added. */
uint16_t ul_names_add(struct ul_names *names, struct span uid);
uint16_t ul_names_find(const struct ul_names *names, struct span uid);

/* The UID of a number, borrowed from names, static, or written to text; empty for 0. */
struct span ul_names_uid(const struct ul_names *names, uint16_t number, char text[UID_TEXT]);

#endif
