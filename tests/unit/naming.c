/* SPDX-License-Identifier: MIT */
/* File names from templates: what a user may ask for, and that no value of a peer's leaves the folder. */
#include "dicom/naming.h"
#include "test.h"

#define UID "1.2.840.113619.2.1.24680"

static struct naming_values usual(void)
{
	struct naming_values v = { 0 };
	v.v[NAMING_SOP_CLASS] = span_str("1.2.840.10008.5.1.4.1.1.2");
	v.v[NAMING_SOP_INSTANCE] = span_str(UID);
	v.v[NAMING_STUDY] = span_str("1.2.3");
	v.v[NAMING_SERIES] = span_str("1.2.3.4");
	v.v[NAMING_PATIENT_ID] = span_str("4MR1");
	v.v[NAMING_MODALITY] = span_str("CT");
	v.v[NAMING_CALLING] = span_str("CT1");
	return v;
}

static char name[NAMING_CAP];
static struct err e;

static const char *make(const char *template, const struct naming_values *v)
{
	err_clear(&e);
	memset(name, '!', sizeof name);
	return naming_make(template, v, name, &e) ? name : NULL;
}

static const char *with_patient(struct span id)
{
	struct naming_values v = usual();
	v.v[NAMING_PATIENT_ID] = id;
	return make("{PatientID}/{SOPInstanceUID}", &v);
}

static bool good(const char *template)
{
	err_clear(&e);
	return naming_check(template, &e);
}

static void templates_taken(void)
{
	const struct naming_values v = usual();
	CHECK(good("{SOPInstanceUID}") && good("{SOPInstanceUID}.dcm"));
	CHECK(good("{StudyInstanceUID}/{SeriesInstanceUID}/{SOPInstanceUID}.dcm"));
	CHECK(good("in/{PatientID}-{Modality}_{SOPInstanceUID}"));
	CHECK_STR(make("{SOPInstanceUID}.dcm", &v), UID ".dcm");
	CHECK_STR(make("{StudyInstanceUID}/{Modality}/{SOPInstanceUID}", &v), "1.2.3/CT/" UID);
	CHECK_STR(make("{CallingAETitle}.{SOPInstanceUID}x", &v), "CT1." UID "x");
}

static bool refused(const char *template, const char *because)
{
	if (good(template) || e.kind != ERR_USAGE || !strstr(e.text, because)) {
		TEST_NOTE("\"%.60s\": %d %s", template, (int)e.kind, e.text);
		return false;
	}
	return true;
}

static void templates_refused(void)
{
	char longest[NAMING_CAP + 40];
	CHECK(refused("", "SOPInstanceUID"));
	CHECK(refused("{PatientID}", "SOPInstanceUID"));
	CHECK(refused("{SOPInstanceUID", "brace"));
	CHECK(refused("SOPInstanceUID}", "brace"));
	CHECK(refused("{SOPInstanceUID}}", "brace"));
	CHECK(refused("{{SOPInstanceUID}}", "knows no"));
	CHECK(refused("{}{SOPInstanceUID}", "knows no"));
	CHECK(refused("{PatientSex}/{SOPInstanceUID}", "{PatientSex}"));
	CHECK(refused("/{SOPInstanceUID}", "empty"));
	CHECK(refused("{SOPInstanceUID}/", "empty"));
	CHECK(refused("a//{SOPInstanceUID}", "empty"));
	CHECK(refused("../{SOPInstanceUID}", "dot"));
	CHECK(refused("a/../{SOPInstanceUID}", "dot"));
	CHECK(refused("./{SOPInstanceUID}", "dot"));
	CHECK(refused(".{SOPInstanceUID}", "dot"));
	memset(longest, 'a', sizeof longest);
	strcpy(longest + NAMING_PART, "{SOPInstanceUID}");
	CHECK(refused(longest, "limit"));
	memset(longest, 'a', sizeof longest);
	for (size_t i = 100; i < NAMING_CAP; i += 100)
		longest[i] = '/';
	strcpy(longest + NAMING_CAP, "{SOPInstanceUID}");
	CHECK(refused(longest, "longer"));
}

static void uses(void)
{
	CHECK_INT(naming_uses("{SOPInstanceUID}"), 1u << NAMING_SOP_INSTANCE);
	CHECK_INT(naming_uses("{PatientID}/x{PatientID}{Modality}"),
		1u << NAMING_PATIENT_ID | 1u << NAMING_MODALITY);
	CHECK_INT(naming_uses("PatientID"), 0);
}

static void values_tamed(void)
{
	CHECK_STR(with_patient(span_str("../../etc/passwd")), "_._.._etc_passwd/" UID);
	CHECK_STR(with_patient(span_str("..")), "_./" UID);
	CHECK_STR(with_patient(span_str(".")), "_/" UID);
	CHECK_STR(with_patient(span_str("")), "UNKNOWN/" UID);
	CHECK_STR(with_patient(span_str("   ")), "UNKNOWN/" UID);
	CHECK_STR(with_patient(span_str("/")), "_/" UID);
	CHECK_STR(with_patient(span_str("a\nb\x1b[2J\\")), "a_b__2J_/" UID);
	CHECK_STR(with_patient(span_of("a\0b", 3)), "a_b/" UID);
	CHECK_STR(with_patient(span_str("M\xc3\xbcller  ")), "M__ller/" UID);
	CHECK_STR(with_patient(span_str("A-b_c.9")), "A-b_c.9/" UID);
	struct naming_values v = usual();
	v.v[NAMING_MODALITY] = span_str(".");
	CHECK_STR(make("{PatientID}{Modality}/{SOPInstanceUID}", &v), "4MR1./" UID);
}

static void values_refused(void)
{
	struct naming_values v = usual();
	char long_text[301];
	memset(long_text, 'x', 300);
	long_text[300] = '\0';
	CHECK(with_patient(span_of(long_text, NAMING_PART)) != NULL);
	CHECK(with_patient(span_of(long_text, NAMING_PART + 1)) == NULL);
	CHECK_INT(e.kind, ERR_INPUT);
	static const char *const bad[] = { "", "1.2.", "01.2", "1..2", "1.2/3", "../../1", "1.2 ",
		"1.2\n", "12345678901234567890123456789012345678901234567890123456789012345" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		v.v[NAMING_SOP_INSTANCE] = span_str(bad[i]);
		CHECK(make("{SOPInstanceUID}", &v) == NULL);
		CHECK_INT(e.kind, ERR_INPUT);
	}
	v.v[NAMING_SOP_INSTANCE] = span_of("1.2\0", 4);
	CHECK(make("{SOPInstanceUID}", &v) == NULL);
	v = usual();
	v.v[NAMING_STUDY] = (struct span){ 0 };
	CHECK(make("{SOPInstanceUID}", &v) != NULL);
	CHECK(make("{StudyInstanceUID}/{SOPInstanceUID}", &v) == NULL);
	CHECK(strstr(e.text, "StudyInstanceUID") != NULL && strstr(e.text, "missing") != NULL);
	v = usual();
	v.v[NAMING_PATIENT_ID] = span_of(long_text, 190);
	CHECK(make("{PatientID}/{PatientID}/{PatientID}/{PatientID}/{PatientID}/{SOPInstanceUID}",
		      &v) != NULL);
	CHECK(make("{PatientID}/{PatientID}/{PatientID}/{PatientID}/{PatientID}/{PatientID}/"
		   "{SOPInstanceUID}",
		      &v) == NULL);
	CHECK_INT(e.kind, ERR_INPUT);
}

/* Every part is 1 to NAMING_PART bytes, does not begin with a dot, and holds harmless letters only. */
static bool stays_inside(const char *path)
{
	size_t part = 0;
	for (const char *p = path;; p++) {
		if (*p == '/' || *p == '\0') {
			if (part == 0 || part > NAMING_PART)
				return false;
			part = 0;
			if (!*p)
				return (size_t)(p - path) < NAMING_CAP;
			continue;
		}
		if (part == 0 && *p == '.')
			return false;
		if (!strchr("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_.",
			    *p))
			return false;
		part++;
	}
}

static void random_values(void)
{
	static const char *const templates[] = { "{SOPInstanceUID}",
		"{PatientID}/{SOPInstanceUID}.dcm",
		"{PatientID}{AccessionNumber}/{Modality}/{StudyDate}{SOPInstanceUID}",
		"{CalledAETitle}/{CallingAETitle}/{SOPInstanceUID}" };
	static const char salt[] = "./\\.. \0\n1.2/~";
	uint8_t bytes[NAMING_KEYS][300];
	uint32_t seed = 1;
	int made = 0;
	for (int round = 0; round < 20000; round++) {
		struct naming_values v;
		for (int k = 0; k < NAMING_KEYS; k++) {
			for (size_t i = 0; i < sizeof bytes[k]; i++) {
				seed = seed * 1664525u + 1013904223u;
				const uint8_t b = (uint8_t)(seed >> 24);
				bytes[k][i] = b & 1 ? b : (uint8_t)salt[b / 2 % (sizeof salt - 1)];
			}
			seed = seed * 1664525u + 1013904223u;
			v.v[k] = span_of(bytes[k], (seed >> 16) % (round % 3 ? 20 : 300));
		}
		if (round % 4)
			v.v[NAMING_SOP_INSTANCE] = span_str(UID);
		const char *path = make(templates[round % 4], &v);
		made += path != NULL;
		if (path && !stays_inside(path)) {
			TEST_NOTE("%s", path);
			return;
		}
		if (!path && e.kind != ERR_INPUT) {
			TEST_NOTE("%s", e.text);
			return;
		}
	}
	CHECK(made > 5000);
}

int main(void)
{
	test("templates are filled with values", templates_taken);
	test("a template that cannot work is refused as wrong usage", templates_refused);
	test("the keys of a template are found", uses);
	test("values never make a separator, a hidden part or an empty one", values_tamed);
	test("what is no UID or too long makes no name", values_refused);
	test("whatever bytes the values hold, the name stays inside the folder", random_values);
	return test_end();
}
