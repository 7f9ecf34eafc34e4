/* SPDX-License-Identifier: MIT */
#include "app/invent.h"

#include <stdio.h>
#include <string.h>

#define AT(field) offsetof(struct invent_opts, field)
#define TAG_PATIENT_NAME 0x00100010U
#define TAG_STUDY_ID 0x00200010U
#define TAG_SERIES_NUMBER 0x00200011U
#define TAG_INSTANCE_NUMBER 0x00200013U

const struct opt invent_rows[] = {
	{ NULL, "+II --invent-instance", NULL, opt_flag, AT(instance),
		"send each object under a new SOP Instance UID" },
	{ NULL, "+IR --invent-series", "N", opt_int, AT(images),
		"likewise, with a new series after N of them (100)", .min = 1, .max = INT_MAX },
	{ NULL, "+IS --invent-study", "N", opt_int, AT(series),
		"likewise, with a new study after N series (50)", .min = 1, .max = INT_MAX },
	{ NULL, "+IP --invent-patient", "N", opt_int, AT(studies),
		"likewise, with a new patient after N studies (25)", .min = 1, .max = INT_MAX },
	{ 0 },
};

bool invent_wanted(const struct invent_opts *o)
{
	return o->instance || o->images || o->series || o->studies;
}

/* In order of tag. */
static const char *const names[INVENT_VALUES] = { "SOPInstanceUID", "PatientName", "PatientID",
	"StudyInstanceUID", "SeriesInstanceUID", "StudyID", "SeriesNumber", "InstanceNumber" };

const char *invent_name(size_t i)
{
	return names[i];
}

/* A random UUID as one number below 2.25 (PS3.5 B.2, RFC 9562 5.4). */
static bool make_uid(char uid[UID_TEXT], struct drbg *random, struct err *e)
{
	uint8_t n[16];
	char digits[40], *p = digits + sizeof digits - 1;
	bool more = true;
	if (!drbg_bytes(random, (struct mspan){ n, sizeof n }, e))
		return false;
	n[6] = (uint8_t)((n[6] & 0x0f) | 0x40);
	n[8] = (uint8_t)((n[8] & 0x3f) | 0x80);
	*p = 0;
	while (more) {
		unsigned rest = 0;
		more = false;
		for (size_t i = 0; i < sizeof n; i++) {
			rest = rest << 8 | n[i];
			n[i] = (uint8_t)(rest / 10);
			rest %= 10;
			more |= n[i] != 0;
		}
		*--p = (char)('0' + rest);
	}
	snprintf(uid, UID_TEXT, "2.25.%s", p);
	return true;
}

/* Numbers the objects of a series from 0, the series of a study, and so on, as DCMTK does. */
static void count(struct invent *in, const struct invent_opts *o)
{
	const unsigned images = o->images ? (unsigned)o->images : 100;
	const unsigned series = o->series ? (unsigned)o->series : 50;
	const unsigned studies = o->studies ? (unsigned)o->studies : 25;
	if (in->image < images)
		return;
	in->image = 0;
	*in->series_instance = 0;
	if (++in->series < series)
		return;
	in->series = 0;
	*in->study_instance = *in->study_id = 0;
	if (++in->study < studies)
		return;
	in->study = 0;
	in->patient++;
	*in->patient_id = 0;
}

/* SH has 16 characters (PS3.5 6.2), of which 12 count on from a random start: never the same within a run, and
 * hardly ever in two. */
static bool name_anew(struct invent *in, struct drbg *random, struct err *e)
{
	if (!in->mark &&
		!drbg_bytes(random, (struct mspan){ (uint8_t *)&in->mark, sizeof in->mark }, e))
		return false;
	in->mark = (in->mark + 1) & 0xffffffffffff;
	const unsigned long long mark = in->mark;
	if (!*in->study_id)
		snprintf(in->study_id, sizeof in->study_id, "SID_%012llx", mark);
	if (*in->patient_id)
		return true;
	snprintf(in->patient_id, sizeof in->patient_id, "PID_%012llx", mark);
	snprintf(in->patient_name, sizeof in->patient_name, "DCMSEC^TEST_PN_%012llx", mark);
	return true;
}

bool invent_next(struct invent *in, const struct invent_opts *o, struct drbg *random, struct err *e)
{
	count(in, o);
	if (!make_uid(in->sop_instance, random, e) ||
		(!*in->series_instance && !make_uid(in->series_instance, random, e)) ||
		(!*in->study_instance && !make_uid(in->study_instance, random, e)) ||
		((!*in->study_id || !*in->patient_id) && !name_anew(in, random, e)))
		return false;
	snprintf(in->series_number, sizeof in->series_number, "%u", in->series);
	snprintf(in->image_number, sizeof in->image_number, "%u", in->image++);
	const struct edit_value values[INVENT_VALUES] = {
		{ TAG_SOP_INSTANCE, VR_UI, in->sop_instance },
		{ TAG_PATIENT_NAME, VR_PN, in->patient_name },
		{ TAG_PATIENT_ID, VR_LO, in->patient_id },
		{ TAG_STUDY_INSTANCE, VR_UI, in->study_instance },
		{ TAG_SERIES_INSTANCE, VR_UI, in->series_instance },
		{ TAG_STUDY_ID, VR_SH, in->study_id },
		{ TAG_SERIES_NUMBER, VR_IS, in->series_number },
		{ TAG_INSTANCE_NUMBER, VR_IS, in->image_number },
	};
	memcpy(in->values, values, sizeof values);
	return true;
}
