/* SPDX-License-Identifier: MIT */
/* What DCMTK calls transfer syntaxes and SOP classes, where that is not what PS3.6 calls them. */
#include "dicom/asconfig.h"

#include <stdio.h>
#include <string.h>

struct named {
	const char *name;
	const char *tail; /* of its UID, behind ROOT */
};
#define ROOT "1.2.840.10008."

static const struct named syntaxes[] = {
	{ "LittleEndianImplicit", "1.2" },
	{ "LittleEndianExplicit", "1.2.1" },
	{ "LocalEndianExplicit", "1.2.1" }, /* on every host that there is a binary for */
	{ "BigEndianExplicit", "1.2.2" },
	{ "OppositeEndianExplicit", "1.2.2" },
	{ "DeflatedLittleEndianExplicit", "1.2.1.99" },
	{ "JPEGBaseline", "1.2.4.50" },
	{ "JPEGExtended:Process2+4", "1.2.4.51" },
	{ "JPEGExtended:Process3+5", "1.2.4.52" },
	{ "JPEGSpectralSelection:Non-hierarchical:Process6+8", "1.2.4.53" },
	{ "JPEGSpectralSelection:Non-hierarchical:Process7+9", "1.2.4.54" },
	{ "JPEGFullProgression:Non-hierarchical:Process10+12", "1.2.4.55" },
	{ "JPEGFullProgression:Non-hierarchical:Process11+13", "1.2.4.56" },
	{ "JPEGLossless:Non-hierarchical:Process14", "1.2.4.57" },
	{ "JPEGLossless:Non-hierarchical:Process15", "1.2.4.58" },
	{ "JPEGExtended:Hierarchical:Process16+18", "1.2.4.59" },
	{ "JPEGExtended:Hierarchical:Process17+19", "1.2.4.60" },
	{ "JPEGSpectralSelection:Hierarchical:Process20+22", "1.2.4.61" },
	{ "JPEGSpectralSelection:Hierarchical:Process21+23", "1.2.4.62" },
	{ "JPEGFullProgression:Hierarchical:Process24+26", "1.2.4.63" },
	{ "JPEGFullProgression:Hierarchical:Process25+27", "1.2.4.64" },
	{ "JPEGLossless:Hierarchical:Process28", "1.2.4.65" },
	{ "JPEGLossless:Hierarchical:Process29", "1.2.4.66" },
	{ "JPEGLossless:Non-hierarchical-1stOrderPrediction", "1.2.4.70" },
	{ "JPEGLSLossy", "1.2.4.81" },
	{ "JPEG2000LosslessOnly", "1.2.4.90" },
	{ "JPEG2000MulticomponentLosslessOnly", "1.2.4.92" },
	{ "JPEG2000Multicomponent", "1.2.4.93" },
	{ "MPEG2MainProfile@MainLevel", "1.2.4.100" },
	{ "MPEG2MainProfile@HighLevel", "1.2.4.101" },
	{ "MPEG4HighProfile/Level4.1", "1.2.4.102" },
	{ "MPEG4BDcompatibleHighProfile/Level4.1", "1.2.4.103" },
	{ "MPEG4HighProfile/Level4.2For2DVideo", "1.2.4.104" },
	{ "MPEG4HighProfile/Level4.2For3DVideo", "1.2.4.105" },
	{ "MPEG4StereoHighProfile/Level4.2", "1.2.4.106" },
	{ "HEVCMainProfile/Level5.1", "1.2.4.107" },
	{ "HEVCMain10Profile/Level5.1", "1.2.4.108" },
	{ NULL, NULL },
};

static const struct named classes[] = {
	{ "TwelveLeadECGWaveformStorage", "5.1.4.1.1.9.1.1" },
	{ "ImplantationPlanSRDocumentStorage", "5.1.4.1.1.88.70" },
	{ "DICOS_QuadrupoleResonanceStorage", "5.1.4.1.1.501.6" },
	{ "DICONDE_EddyCurrentImageStorage", "5.1.4.1.1.601.1" },
	{ "DICONDE_EddyCurrentMultiframeImageStorage", "5.1.4.1.1.601.2" },
	{ "RETIRED_NuclearMedicineImageStorage", "5.1.4.1.1.5" },
	{ "RETIRED_UltrasoundImageStorage", "5.1.4.1.1.6" },
	{ "RETIRED_UltrasoundMultiframeImageStorage", "5.1.4.1.1.3" },
	{ "RETIRED_VLImageStorage", "5.1.4.1.1.77.1" },
	{ "RETIRED_VLMultiframeImageStorage", "5.1.4.1.1.77.2" },
	{ "DRAFT_SRTextStorage", "5.1.4.1.1.88.1" },
	{ "DRAFT_SRAudioStorage", "5.1.4.1.1.88.2" },
	{ "DRAFT_SRDetailStorage", "5.1.4.1.1.88.3" },
	{ "DRAFT_SRComprehensiveStorage", "5.1.4.1.1.88.4" },
	{ "DRAFT_WaveformStorage", "5.1.4.1.1.9.1" },
	{ "DRAFT_RTBeamsDeliveryInstructionStorage", "5.1.4.34.1" },
	{ NULL, NULL },
};

/* What stands before and behind names that are otherwise the standard's. */
#define RETIRED "RETIRED_"
#define SUFFIX "SOPClass"

static bool in_table(const struct named *row, const char *name, char uid[UID_TEXT])
{
	while (row->name && strcmp(row->name, name) != 0)
		row++;
	if (row->name)
		snprintf(uid, UID_TEXT, ROOT "%s", row->tail);
	return row->name != NULL;
}

/* The name as a string. True: it is a UID already, and *uid. False: *text is what is to be looked up;
 * empty for what nothing is called. */
static bool in_digits(struct span name, char uid[UID_TEXT], char text[UID_TEXT + 64])
{
	struct span rest = name;
	uint8_t first = 0;
	*text = 0;
	if (span_u8(&rest, &first) && first == '=') /* as DCMTK's dumps write a name */
		name = rest;
	if (uid_valid(name))
		return span_text(name, uid, UID_TEXT);
	if (!span_text(name, text, UID_TEXT + 64))
		*text = 0;
	return false;
}

bool asconfig_syntax_uid(struct span name, char uid[UID_TEXT])
{
	char text[UID_TEXT + 64];
	if (in_digits(name, uid, text))
		return true;
	if (!*text)
		return false;
	if (in_table(syntaxes, text, uid))
		return true;
	const struct uid_syntax *known = uid_syntax_named(text);
	if (known)
		snprintf(uid, UID_TEXT, "%s", known->uid);
	return known != NULL;
}

bool asconfig_class_uid(struct span name, char uid[UID_TEXT])
{
	char text[UID_TEXT + 64];
	if (in_digits(name, uid, text))
		return true;
	if (!*text)
		return false;
	if (in_table(classes, text, uid))
		return true;
	const size_t n = strlen(text), suffix = sizeof SUFFIX - 1;
	if (n > suffix && strcmp(text + n - suffix, SUFFIX) == 0)
		text[n - suffix] = 0;
	const bool old = strncmp(text, RETIRED, sizeof RETIRED - 1) == 0;
	const struct uid_class *known = uid_class_named(old ? text + sizeof RETIRED - 1 : text);
	if (!known || (old && !known->retired))
		return false;
	uid_class_uid(known, uid);
	return true;
}
