/* SPDX-License-Identifier: MIT */
/* The list of headings and keys that asconfig_text.c makes and asconfig.c reads. */
#ifndef DCMSEC_DICOM_ASCONFIG_INNER_H
#define DCMSEC_DICOM_ASCONFIG_INNER_H

#include "dicom/asconfig.h"

/* Fills the entries. False with the line. */
bool asconfig_text(struct asconfig *a, struct span text, struct err *e);

/* "line N: WHAT "NAME"". Returns false. */
bool asconfig_wrong(
	const struct asconfig_entry *at, struct err *e, const char *what, struct span name);

/* Of names only letters, digits, - and _ count, in any case. */
bool asconfig_same(struct span a, struct span b);
/* The number behind the prefix, without leading zeros; 0 when the key is none of these. */
uint32_t asconfig_number(struct span key, const char *prefix);
struct span asconfig_trimmed(struct span s); /* without the blanks around it */

/* The end of what stands below entry i. */
size_t asconfig_end(const struct asconfig *a, size_t i);
/* The heading of this level among entries from to end; end when there is none. */
size_t asconfig_heading(
	const struct asconfig *a, size_t from, size_t end, uint8_t level, struct span name);
/* A section of a supersection; NULL when there is none. */
const struct asconfig_entry *asconfig_section(
	const struct asconfig *a, const char *super, struct span name);
/* Below a section's heading: entry number n of the list, and the key of a name; or NULL. */
const struct asconfig_entry *asconfig_nth(
	const struct asconfig *a, const struct asconfig_entry *heading, uint32_t n);
const struct asconfig_entry *asconfig_key(
	const struct asconfig *a, const struct asconfig_entry *heading, const char *name);

#endif
