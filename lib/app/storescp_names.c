/* SPDX-License-Identifier: MIT */
/* The names that storescp gives to files and folders. */
#include "app/modality_table.h"
#include "app/storescp.h"

#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const char root[] = "1.2.840.10008.5.1."; /* of all rows */

const char *storescp_modality(struct span sop_class)
{
	struct span head;
	if (!span_take(&sop_class, sizeof root - 1, &head) || !span_eq_str(head, root))
		return "UNKNOWN";
	for (size_t i = 0; i < sizeof modalities / sizeof *modalities; i++)
		if (span_eq_str(sop_class, modalities[i].rest))
			return modalities[i].letters;
	return "UNKNOWN";
}

/* "20261122", between, "151507665": local time with milliseconds. */
static void stamp(const char *between, char text[32])
{
	struct timeval now;
	struct tm local;
	char day[9], second[7];
	gettimeofday(&now, NULL);
	localtime_r(&now.tv_sec, &local);
	strftime(day, sizeof day, "%Y%m%d", &local);
	strftime(second, sizeof second, "%H%M%S", &local);
	snprintf(text, 32, "%s%s%s%03d", day, between, second, (int)(now.tv_usec / 1000));
}

/* A folder's name for a study that is new. */
static bool name_folder(const struct storescp *o, struct storescp_study *study,
	const struct naming_values *values, struct err *e)
{
	char time[32], name[NAMING_CAP] = "ANONYMOUS";
	stamp("_", time);
	const char *prefix = o->sorting == STORESCP_BY_PATIENT ? name : o->prefix;
	const char *rest = o->sorting == STORESCP_BY_STUDY_UID ? study->uid : time;
	struct naming_values patient = *values;
	if (o->sorting == STORESCP_BY_PATIENT && values->v[NAMING_PATIENT_NAME].n &&
		!naming_make("{PatientName}", &patient, name, e))
		return false;
	snprintf(study->folder, sizeof study->folder, "%.200s%s%s", prefix, *prefix ? "_" : "",
		rest);
	return true;
}

static bool make(void *arg, const struct naming_values *values, char out[NAMING_CAP], struct err *e)
{
	struct storescp_run *r = arg;
	const struct storescp *o = r->o;
	const char *modality = storescp_modality(values->v[NAMING_SOP_CLASS]);
	char uid[NAMING_CAP], study_uid[NAMING_CAP], leaf[NAMING_CAP], time[32];
	struct timeval now;
	if (!naming_make("{SOPInstanceUID}", values, uid, e))
		return false;
	r->latest = NULL;
	if (o->sorting != STORESCP_FLAT) {
		if (!naming_make("{StudyInstanceUID}", values, study_uid, e))
			return false;
		struct storescp_study *study = storescp_study(r, span_str(study_uid));
		if (!*study->folder && !name_folder(o, study, values, e))
			return false;
		r->latest = study;
	}
	switch (o->naming) {
	case STORESCP_UNIQUE: /* of the family 2.25: one large number (PS3.5 B.2) */
		gettimeofday(&now, NULL);
		snprintf(leaf, sizeof leaf, "%s.X.2.25.%lld%06ld%07ld%06lu", modality,
			(long long)now.tv_sec, (long)now.tv_usec, (long)getpid() % 10000000,
			r->serial++ % 1000000);
		break;
	case STORESCP_BY_TIME:
		stamp("", time);
		snprintf(leaf, sizeof leaf, "%s.%s", time, modality);
		break;
	default:
		snprintf(leaf, sizeof leaf, "%s.%.100s", modality, uid);
	}
	const int n = snprintf(out, NAMING_CAP, "%s%s%s%s", r->latest ? r->latest->folder : "",
		r->latest ? "/" : "", leaf, o->extension);
	return n < NAMING_CAP || err_set(e, ERR_INPUT, 0, "the file name is too long");
}

void storescp_open(
	struct storescp_run *r, const struct storescp *o, struct log *log, struct outdir *out)
{
	*r = (struct storescp_run){ .o = o, .log = log, .out = out };
	r->names = (struct scp_names){ make, r };
}
