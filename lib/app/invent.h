/* SPDX-License-Identifier: MIT */
/* +II, +IR, +IS and +IP of storescu: objects go out as others, with new UIDs, numbers and names, so that one
 * file makes series, studies and patients without end. */
#ifndef DCMSEC_APP_INVENT_H
#define DCMSEC_APP_INVENT_H

#include "cli/opt.h"
#include "dicom/edit.h"
#include "dicom/uid.h"
#include "rand/drbg.h"

/* How many images a series has, and so on; 0: not said, which is 100, 50 and 25. */
struct invent_opts {
	bool instance;
	int images, series, studies;
};
extern const struct opt invent_rows[]; /* for struct invent_opts */
bool invent_wanted(const struct invent_opts *o);

enum { INVENT_VALUES = 8 };

struct invent {
	unsigned image, series, study, patient; /* numbers of the next ones */
	char sop_instance[UID_TEXT], series_instance[UID_TEXT], study_instance[UID_TEXT];
	char study_id[17], patient_id[20], patient_name[40], series_number[12], image_number[12];
	uint64_t mark; /* of the last study or patient that got a name; 0: none yet */
	struct edit_value values[INVENT_VALUES]; /* in order of tag; they point into here */
};

/* The values of the next object. False with *e: no randomness. */
bool invent_next(
	struct invent *in, const struct invent_opts *o, struct drbg *random, struct err *e);

/* "PatientID" and so on, of value i. */
const char *invent_name(size_t i);

#endif
