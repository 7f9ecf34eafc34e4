/* SPDX-License-Identifier: MIT */
/* The file name of a received object, from a template such as
 * "{StudyInstanceUID}/{SOPInstanceUID}.dcm". Whatever the values hold, the result stays below the folder
 * it is used in: values never make a '/', a leading '.', an empty or an overlong part. */
#ifndef DCMSEC_DICOM_NAMING_H
#define DCMSEC_DICOM_NAMING_H

#include "base/err.h"
#include "base/span.h"

enum { NAMING_CAP = 1024, NAMING_PART = 200 };

/* What {Name} may stand for: the data elements by their PS3.6 keywords, and what the association and
 * the command say. */
enum naming_key {
	NAMING_SOP_CLASS,
	NAMING_SOP_INSTANCE,
	NAMING_STUDY,
	NAMING_SERIES,
	NAMING_PATIENT_ID,
	NAMING_PATIENT_NAME,
	NAMING_MODALITY,
	NAMING_STUDY_DATE,
	NAMING_ACCESSION,
	NAMING_TRANSFER_SYNTAX,
	NAMING_CALLING,
	NAMING_CALLED,
	NAMING_KEYS
};

/* Those that say who a patient is. */
enum { NAMING_PATIENT = 1 << NAMING_PATIENT_ID | 1 << NAMING_PATIENT_NAME | 1 << NAMING_ACCESSION };

/* Values by key; empty where the object has none. UIDs without their padding. */
struct naming_values {
	struct span v[NAMING_KEYS];
};

/* Whether the template can be used; false with ERR_USAGE that names what is wrong with it. */
bool naming_check(const char *template, struct err *e);

/* Which keys the template uses, as bits (1 << key), so that only these need to be kept. */
unsigned naming_uses(const char *template);

/* The name for an object into out. False with ERR_INPUT when a UID it needs is missing or is not one
 * (PS3.5 9.1), or when the name grows too long. Other values that are missing read "UNKNOWN", and what
 * is not a letter, digit, '.', '-' or '_' in them reads '_'. */
bool naming_make(const char *template, const struct naming_values *values, char out[NAMING_CAP],
	struct err *e);

#endif
