/* SPDX-License-Identifier: MIT */
/* Association profiles in DCMTK's file format. What is expected follows from the format's description and
 * from how DCMTK 3.6.7 answers. */
#include "dicom/asconfig.h"

#include "test.h"

#include <stdlib.h>

#define CT "1.2.840.10008.5.1.4.1.1.2"
#define MR "1.2.840.10008.5.1.4.1.1.4"

#define SYNTAXES                                   \
	"[[TransferSyntaxes]]\n"                   \
	"[Plain]\n"                                \
	"TransferSyntax1 = LittleEndianExplicit\n" \
	"TransferSyntax2 = LittleEndianImplicit\n"
#define CONTEXTS                     \
	"[[PresentationContexts]]\n" \
	"[Some]\n"                   \
	"PresentationContext1 = CTImageStorage\\Plain\n"
#define PROFILE "[[Profiles]]\n[Default]\nPresentationContexts = Some\n"

static struct asconfig *config;
static struct err err;

static bool reads(const char *text, const char *profile, enum asconfig_side side)
{
	err_clear(&err);
	return asconfig_read(config, span_str(text), profile, side, &err);
}

/* The text is refused, with this in the message. */
static bool refused(const char *text, const char *why)
{
	if (reads(text, "Default", ASCONFIG_PROPOSE)) {
		TEST_NOTE("taken: %s", text);
		return false;
	}
	if (err.kind != ERR_INPUT || !strstr(err.text, why))
		TEST_NOTE("\"%s\" where \"%s\" was expected", err.text, why);
	return true;
}

static void a_profile(void)
{
	REQUIRE(reads(SYNTAXES CONTEXTS PROFILE, "Default", ASCONFIG_PROPOSE));
	CHECK_INT(config->n_contexts, 1);
	CHECK_STR(config->contexts[0].abstract, CT);
	CHECK_INT(config->contexts[0].syntax_count, 2);
	CHECK_STR(config->contexts[0].syntaxes[0], UID_EXPLICIT_LE);
	CHECK_STR(config->contexts[0].syntaxes[1], UID_IMPLICIT_LE);
	CHECK_INT(config->n_roles + config->n_extended, 0);
	CHECK_INT(config->odd.kind, ERR_NONE);
}

static void names_of_sections(void)
{
	CHECK(reads(
		"[[ transfer SYNTAXES ]]\n[p l ain]\ntransfersyntax1=1.2.840.10008.1.2\n" CONTEXTS
		"[[PROFILES]]\n[de fault]\n  presentationCONTEXTS = S o m e\n",
		" D E fault", ASCONFIG_PROPOSE));
	CHECK_STR(config->contexts[0].syntaxes[0], UID_IMPLICIT_LE);
}

static void comments_and_lines(void)
{
	CHECK(reads(
		"# a comment\r\n\r\n[[TransferSyntaxes]]\r\n[Plain]\r\n"
		"TransferSyntax1 =\r\n# between\r\n\tLittleEndianExplicit  \r\n" CONTEXTS PROFILE,
		"Default", ASCONFIG_PROPOSE));
	CHECK_STR(config->contexts[0].syntaxes[0], UID_EXPLICIT_LE);
	CHECK(reads(SYNTAXES
		"[[PresentationContexts]]\r[Some]\rPresentationContext1 = CTImageStorage\\\r"
		"  Pl\r\r  ain\r" PROFILE,
		"Default", ASCONFIG_PROPOSE));
	CHECK_INT(config->contexts[0].syntax_count, 2);
}

static void foreign_sections(void)
{
	CHECK(reads("[[General]]\n[A]\nb = c\n[A]\n" SYNTAXES CONTEXTS PROFILE, "Default",
		ASCONFIG_PROPOSE));
}

static void order_is_by_number(void)
{
	REQUIRE(reads("[[TransferSyntaxes]]\n[Plain]\nTransferSyntax2 = LittleEndianImplicit\n"
		      "TransferSyntax1 = BigEndianExplicit\n" CONTEXTS PROFILE,
		"Default", ASCONFIG_PROPOSE));
	CHECK_STR(config->contexts[0].syntaxes[0], UID_EXPLICIT_BE);
	CHECK_STR(config->contexts[0].syntaxes[1], UID_IMPLICIT_LE);
}

static void a_gap(void)
{
	REQUIRE(reads("[[TransferSyntaxes]]\n[Plain]\nTransferSyntax1 = LittleEndianImplicit\n"
		      "TransferSyntax3 = Nonsense\n" CONTEXTS PROFILE,
		"Default", ASCONFIG_PROPOSE));
	CHECK_INT(config->contexts[0].syntax_count, 1);
	CHECK(strstr(config->odd.text, "line 4 ") != NULL);
	REQUIRE(reads(SYNTAXES "TransferSyntax03 = Nonsense\n" CONTEXTS PROFILE, "Default",
		ASCONFIG_PROPOSE));
	CHECK_INT(config->contexts[0].syntax_count, 2);
	CHECK(strstr(config->odd.text, "line 5 ") != NULL);
}

static void names_of_uids(void)
{
	static const struct {
		const char *name, *uid;
		bool syntax;
	} known[] = {
		{ "JPEGBaseline", "1.2.840.10008.1.2.4.50", true },
		{ "=JPEGExtended:Process2+4", "1.2.840.10008.1.2.4.51", true },
		{ "JPEGLossless:Non-hierarchical-1stOrderPrediction", "1.2.840.10008.1.2.4.70",
			true },
		{ "JPEGLSLossless", "1.2.840.10008.1.2.4.80", true },
		{ "RLELossless", "1.2.840.10008.1.2.5", true },
		{ "OppositeEndianExplicit", UID_EXPLICIT_BE, true },
		{ "HEVCMain10Profile/Level5.1", "1.2.840.10008.1.2.4.108", true },
		{ "ExplicitVRLittleEndian", UID_EXPLICIT_LE, true },
		{ "1.2.3", "1.2.3", true },
		{ "VerificationSOPClass", UID_VERIFICATION, false },
		{ "NuclearMedicineImageStorage", "1.2.840.10008.5.1.4.1.1.20", false },
		{ "RETIRED_NuclearMedicineImageStorage", "1.2.840.10008.5.1.4.1.1.5", false },
		{ "RETIRED_HardcopyGrayscaleImageStorage", "1.2.840.10008.5.1.1.29", false },
		{ "TwelveLeadECGWaveformStorage", "1.2.840.10008.5.1.4.1.1.9.1.1", false },
		{ "1.2.840.113619.4.27", "1.2.840.113619.4.27", false },
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		char uid[UID_TEXT] = "";
		CHECK((known[i].syntax ? asconfig_syntax_uid : asconfig_class_uid)(
			span_str(known[i].name), uid));
		CHECK_STR(uid, known[i].uid);
	}
}

static void no_names_of_uids(void)
{
	static const char *const no[] = { "", "=", "Nonsense", "1.2.", "1..2", "01.2", "1.2.3 ",
		"RETIRED_CTImageStorage", "RETIRED_", "SOPClass", "JPEGBaseline\\",
		"1.2.3.4.5.6.7.8.9.1.2.3.4.5.6.7.8.9.1.2.3.4.5.6.7.8.9.1.2.3.4.5.6" };
	char uid[UID_TEXT];
	for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
		CHECK(!asconfig_syntax_uid(span_str(no[i]), uid));
		CHECK(!asconfig_class_uid(span_str(no[i]), uid));
	}
	CHECK(!asconfig_class_uid(span_str("JPEGBaseline"), uid));
	CHECK(!asconfig_syntax_uid(span_str("CTImageStorage"), uid));
	CHECK(!asconfig_class_uid(span_of("CTImageStorage\0x", 16), uid));
}

#define ROLES "[[SCPSCURoleSelection]]\n[R]\nRole1 = CTImageStorage\\both\n"
#define EXTENDED \
	"[[ExtendedNegotiation]]\n[E]\nExtendedNegotiation1 = CTImageStorage\\02000300fF00\n"
#define WITH_BOTH PROFILE "SCPSCURoleSelection = R\nExtendedNegotiation = E\n"

static void roles_and_extended(void)
{
	static const uint8_t info[] = { 2, 0, 3, 0, 0xff, 0 };
	REQUIRE(reads(SYNTAXES CONTEXTS ROLES EXTENDED WITH_BOTH, "Default", ASCONFIG_ACCEPT));
	CHECK_INT(config->n_roles, 1);
	CHECK(config->roles[0].scu && config->roles[0].scp);
	CHECK(span_eq_str(config->roles[0].abstract, CT));
	CHECK_INT(config->n_extended, 1);
	CHECK(span_eq_str(config->extended[0].abstract, CT));
	CHECK(span_eq(config->extended[0].info, span_of(info, sizeof info)));
	CHECK(!config->extended[0].common);
}

/* Rows: configured none, SCU, SCP, BOTH. Columns: proposed none, SCU, SCP, both. As DCMTK's storescp
 * answers: r refuses the context, - says nothing, else the bits that it grants. */
static void granted_roles(void)
{
	static const char *const table[] = { "----", "-101", "r022", "-123" };
	static const char *const words[] = { "", "SCU", "SCP", "BOTH" };
	uint8_t syntax[] = "\x40\0\0\x13" UID_EXPLICIT_LE;
	const struct pdu_context context = { .id = 1,
		.abstract = span_str(CT),
		.syntaxes = span_of(syntax, sizeof syntax - 1),
		.syntax_count = 1 };
	for (size_t row = 0; row < 4; row++) {
		char text[2048];
		snprintf(text, sizeof text,
			SYNTAXES CONTEXTS
			"[[SCPSCURoleSelection]]\n[R]\nRole1 = CTImageStorage\\%s\n" PROFILE "%s",
			row ? words[row] : "SCU", row ? "SCPSCURoleSelection = R\n" : "");
		REQUIRE(reads(text, "Default", ASCONFIG_ACCEPT));
		for (unsigned column = 0; column < 4; column++) {
			const struct pdu_role asked = { span_str(CT), column & 1, column & 2 };
			struct pdu_role granted = { 0 };
			const struct pdu_choice choice =
				asconfig_choose(config, &context, column ? &asked : NULL);
			const bool says = column && asconfig_grant(config, &asked, &granted);
			const char got = choice.result == PDU_REFUSED_NO_REASON ? 'r'
				: !says                                         ? '-'
					: (char)('0' + granted.scu + 2 * granted.scp);
			CHECK_INT(got, table[row][column]);
		}
	}
}

static void chosen_syntaxes(void)
{
	uint8_t both[] = "\x40\0\0\x11" UID_IMPLICIT_LE "\x40\0\0\x13" UID_EXPLICIT_LE;
	uint8_t other[] = "\x40\0\0\x13" UID_EXPLICIT_BE;
	struct pdu_context context = { .abstract = span_str(CT),
		.syntaxes = span_of(both, sizeof both - 1) };
	REQUIRE(reads(SYNTAXES CONTEXTS PROFILE, "Default", ASCONFIG_ACCEPT));
	CHECK_INT(asconfig_choose(config, &context, NULL).result, PDU_ACCEPTED);
	CHECK_INT(asconfig_choose(config, &context, NULL).syntax, 1);
	context.syntaxes = span_of(other, sizeof other - 1);
	CHECK_INT(asconfig_choose(config, &context, NULL).result, PDU_REFUSED_SYNTAXES);
	context.abstract = span_str(MR);
	CHECK_INT(asconfig_choose(config, &context, NULL).result, PDU_REFUSED_ABSTRACT);
}

static void bad_lines(void)
{
	CHECK(refused("", "no [[TransferSyntaxes]]"));
	CHECK(refused("a = b\n", "line 1: "));
	CHECK(refused("[Plain]\n" SYNTAXES, "line 1: "));
	CHECK(refused("[[TransferSyntaxes]]\na = b\n", "line 2: a key outside"));
	CHECK(refused("[[TransferSyntaxes]]\n[Plain]\nTransferSyntax1\n", "line 3: a key, = "));
	CHECK(refused("[[TransferSyntaxes]]\n[[[Plain]]]\n", "line 2: neither"));
	CHECK(refused("[[TransferSyntaxes]]\n[Plain\n", "line 2: neither"));
	CHECK(refused("[[TransferSyntaxes]]\n[[Plain]\n", "line 2: as many"));
	CHECK(refused("[[TransferSyntaxes]]\n[Plain]]\n", "line 2: as many"));
	CHECK(refused("[[TransferSyntaxes]]\n[Plain] # x\n", "line 2: something"));
	CHECK(refused(SYNTAXES "[plain]\n", "line 5: a second section"));
	CHECK(refused(SYNTAXES CONTEXTS PROFILE "[[Profiles]]\n", "line 11: a second"));
	CHECK(refused(SYNTAXES "transfersyntax1 = 1.2\n", "line 5: a second"));
}

static void bad_values(void)
{
	CHECK(refused("[[TransferSyntaxes]]\n[P]\nTransferSyntax1 = Nonsense\n",
		"line 3: neither a UID"));
	CHECK(refused("[[TransferSyntaxes]]\n[P]\nTransferSyntax1 =\n", "line 3: neither a UID"));
	CHECK(refused(SYNTAXES
		"[[PresentationContexts]]\n[S]\nPresentationContext1 = CTImageStorage\n",
		"line 7: a SOP class, a backslash"));
	CHECK(refused(SYNTAXES
		"[[PresentationContexts]]\n[S]\nPresentationContext1 = Nonsense\\Plain\n",
		"line 7: neither a UID"));
	CHECK(refused(SYNTAXES
		"[[PresentationContexts]]\n[S]\nPresentationContext1 = CTImageStorage\\Q\n",
		"line 7: no transfer syntaxes"));
	CHECK(refused("[[TransferSyntaxes]]\n[Plain]\n" CONTEXTS PROFILE,
		"line 5: no transfer syntaxes"));
	CHECK(refused(SYNTAXES CONTEXTS, "no [[Profiles]]"));
	CHECK(refused(SYNTAXES PROFILE, "no [[PresentationContexts]]"));
	CHECK(refused(SYNTAXES CONTEXTS "[[Profiles]]\n[Default]\n", "line 9: no Pres"));
	CHECK(refused(SYNTAXES CONTEXTS
		"[[Profiles]]\n[Other]\nPresentationContexts = Q\n[Default]\n",
		"line 10: there is no such list"));
}

static void bad_roles(void)
{
	CHECK(refused(SYNTAXES CONTEXTS ROLES "Role2 = CTImageStorage\\SCU\n" WITH_BOTH,
		"line 11: its list has the SOP class"));
	CHECK(refused(SYNTAXES CONTEXTS
		"[[SCPSCURoleSelection]]\n[R]\nRole1 = CTImageStorage\\SCX\n",
		"line 10: SCU, SCP or BOTH"));
	CHECK(refused(SYNTAXES CONTEXTS
		"[[SCPSCURoleSelection]]\n[R]\nRole1 = MRImageStorage\\SCU\n" PROFILE
		"SCPSCURoleSelection = R\n",
		"line 10: a profile with this list"));
	CHECK(refused(SYNTAXES CONTEXTS PROFILE "SCPSCURoleSelection = R\n",
		"line 11: there is no such"));
	CHECK(refused(SYNTAXES CONTEXTS
		"[[ExtendedNegotiation]]\n[E]\nExtendedNegotiation1 = CTImageStorage\\0\n",
		"line 10: 1 to 1024"));
	CHECK(refused(SYNTAXES CONTEXTS
		"[[ExtendedNegotiation]]\n[E]\nExtendedNegotiation1 = CTImageStorage\\\n",
		"line 10: 1 to 1024"));
	CHECK(refused(SYNTAXES CONTEXTS
		"[[ExtendedNegotiation]]\n[E]\nExtendedNegotiation1 = CTImageStorage\\0g\n",
		"line 10: 1 to 1024"));
}

static void no_such_profile(void)
{
	CHECK(!reads(SYNTAXES CONTEXTS PROFILE, "Other", ASCONFIG_PROPOSE));
	CHECK(strstr(err.text, "no profile \"Other\"") != NULL);
	CHECK(!reads(SYNTAXES CONTEXTS PROFILE, "", ASCONFIG_PROPOSE));
}

/* A file with n contexts, from line 7 on. */
static char *many(int n, int classes)
{
	char *text = malloc(1 << 18);
	size_t at = (size_t)sprintf(text, SYNTAXES "[[PresentationContexts]]\n[Some]\n");
	for (int i = 0; text && i < n; i++)
		at += (size_t)sprintf(
			text + at, "PresentationContext%d = 1.2.%d\\Plain\n", i + 1, i % classes);
	sprintf(text + at, PROFILE);
	return text;
}

static void limits(void)
{
	char *text = many(128, 64);
	CHECK(reads(text, "Default", ASCONFIG_PROPOSE));
	CHECK_INT(config->n_contexts, 128);
	CHECK_INT(config->n_syntaxes, 2);
	CHECK(!reads(text, "Default", ASCONFIG_ACCEPT));
	CHECK(strstr(err.text, "line 71: to accept by") != NULL);
	free(text);
	text = many(129, 129);
	CHECK(!reads(text, "Default", ASCONFIG_PROPOSE));
	CHECK(strstr(err.text, "line 135: an association has at most 128") != NULL);
	CHECK(reads(text, "Default", ASCONFIG_ACCEPT));
	free(text);
	text = many(513, 513);
	CHECK(!reads(text, "Default", ASCONFIG_ACCEPT));
	free(text);
	text = many(2100, 3);
	CHECK(!reads(text, "Default", ASCONFIG_ACCEPT));
	CHECK(strstr(err.text, "more than 2048") != NULL);
	free(text);
	text = calloc(1, ASCONFIG_TEXT + 2);
	memset(text, '\n', ASCONFIG_TEXT + 1);
	CHECK(!reads(text, "Default", ASCONFIG_ACCEPT));
	CHECK(strstr(err.text, "more than 131072 bytes") != NULL);
	free(text);
}

int main(void)
{
	config = malloc(sizeof *config);
	test("a profile gives its contexts with their syntaxes, in order", a_profile);
	test("names of sections and keys count without case and blanks", names_of_sections);
	test("comments, any end of line, and values over several lines are read",
		comments_and_lines);
	test("supersections of other programs are passed over", foreign_sections);
	test("lists go by their numbers, not by their lines", order_is_by_number);
	test("what comes behind a gap in the numbers is passed over, and told", a_gap);
	test("UIDs have DCMTK's names, those of PS3.6, and their digits", names_of_uids);
	test("what is neither a UID nor a name of one is told from it", no_names_of_uids);
	test("roles and extended negotiation are read", roles_and_extended);
	test("roles are granted as DCMTK grants them", granted_roles);
	test("an acceptor takes the first of its own syntaxes, and no other class",
		chosen_syntaxes);
	test("lines that are none are refused by number", bad_lines);
	test("values that name nothing are refused by line", bad_values);
	test("bad roles and extended negotiation are refused by line", bad_roles);
	test("a profile that is not there is refused", no_such_profile);
	test("each limit holds, and is told", limits);
	free(config);
	return test_end();
}
