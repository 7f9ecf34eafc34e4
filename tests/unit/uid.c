/* SPDX-License-Identifier: MIT */
#include "dicom/uid.h"
#include "test.h"

#include <stdlib.h>

#define S(literal) span_of(literal, sizeof(literal) - 1)

static const char sixty_three[] = "1.2.34567890123456789012345678901234567890123456789012345678901";

static void good_form(void)
{
	static const char *const good[] = { "1", "0", "1.2.840.10008.1.2", "2.25.0", "0.0.0",
		"1.2.100200300", sixty_three };

	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		if (!uid_valid(span_str(good[i])))
			TEST_NOTE("%s was refused", good[i]);
	char longest[65] = "1.2.3";
	memset(longest + 5, '7', 59);
	CHECK(uid_valid(span_of(longest, 64)));
}

static void bad_form(void)
{
	static const char *const bad[] = { "", ".", "1.", ".1", "1..2", "01", "1.02", "1.00",
		"1.2a", " 1.2", "1.2 ", "1,2", "1/2", "1.-2", "1.2\n", "../1", "1.2.3/../4",
		"\xb2.1" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (uid_valid(span_str(bad[i])))
			TEST_NOTE("\"%s\" was taken", bad[i]);
	char too_long[65];
	memset(too_long, '7', sizeof too_long);
	CHECK(!uid_valid(span_of(too_long, 65)));
	CHECK(!uid_valid(S("1.2.3\0x")));
	CHECK(!uid_valid(S("1.2.3\0")));
}

static void padding(void)
{
	static const struct {
		const char *value;
		size_t n;
		enum uid_form form;
		const char *uid;
	} known[] = {
		{ "1.2.3", 5, UID_GOOD, "1.2.3" },
		{ "1.2.3\0", 6, UID_GOOD, "1.2.3" },
		{ "1.2.34", 6, UID_GOOD, "1.2.34" },
		{ "1.2.3 ", 6, UID_SPACED, "1.2.3" },
		{ "1.2.34 ", 7, UID_SPACED, "1.2.34" },
		{ "1.2.34\0", 7, UID_PADDED, "1.2.34" },
		{ "1.2.3\0\0\0", 8, UID_PADDED, "1.2.3" },
		{ "1.2.3  ", 7, UID_BAD, "1.2.3 " },
		{ "1.2.3\0 ", 7, UID_BAD, NULL },
		{ "1.2.3\0x", 7, UID_BAD, NULL },
		{ "", 0, UID_BAD, "" },
		{ "\0\0", 2, UID_BAD, "" },
		{ " ", 1, UID_BAD, "" },
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		struct span uid = { 0 };
		CHECK_INT(uid_from_value(span_of(known[i].value, known[i].n), &uid), known[i].form);
		if (known[i].uid)
			CHECK(span_eq_str(uid, known[i].uid));
	}
}

/* Every row is found, so the rows are in the order that the search needs. */
static void rows_are_found(void)
{
	size_t i = 0, storage = 0;
	for (const struct uid_syntax *s; (s = uid_syntax_at(i)); i++) {
		CHECK(uid_valid(span_str(s->uid)));
		CHECK(uid_syntax(span_str(s->uid)) == s);
		CHECK(uid_syntax_named(s->word) == s);
		CHECK(uid_syntax_named(s->uid) == s);
		CHECK(*s->name && *s->word);
	}
	CHECK(i >= 63);
	i = 0;
	for (const struct uid_class *c; (c = uid_class_at(i)); i++) {
		char text[UID_TEXT], other[UID_TEXT];
		CHECK(uid_valid(span_str(uid_class_uid(c, text))));
		CHECK(uid_class(span_str(text)) == c);
		CHECK(strlen(uid_class_name(c, text)) > 5);
		const struct uid_class *named = uid_class_named(text);
		CHECK(named == c ||
			(c->retired && strcmp(text, uid_class_name(named, other)) == 0));
		storage += c->storage;
	}
	CHECK(i >= 300);
	CHECK(storage >= 200);
}

/* Properties typed from PS3.5 Annex A. */
static void properties(void)
{
	static const struct {
		const char *word;
		unsigned flags;
	} known[] = {
		{ "ImplicitVRLittleEndian", 0 },
		{ "explicitvrlittleendian", UID_EXPLICIT },
		{ "ExplicitVRBigEndian", UID_EXPLICIT | UID_BIG | UID_RETIRED },
		{ "DeflatedExplicitVRLittleEndian", UID_EXPLICIT | UID_DEFLATED },
		{ "JPEGBaseline8Bit", UID_EXPLICIT | UID_ENCAPSULATED },
		{ "RLELossless", UID_EXPLICIT | UID_ENCAPSULATED },
		{ "EncapsulatedUncompressedExplicitVRLittleEndian",
			UID_EXPLICIT | UID_ENCAPSULATED },
		{ "JPIPReferenced", UID_EXPLICIT },
		{ "JPIPReferencedDeflate", UID_EXPLICIT | UID_DEFLATED },
		{ "HTJ2KLosslessRPCL", UID_EXPLICIT | UID_ENCAPSULATED },
		{ "HEVCM10P51", UID_EXPLICIT | UID_ENCAPSULATED },
		{ "SMPTEST211030PCMDigitalAudio", UID_EXPLICIT | UID_NOT_A_DATASET },
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		const struct uid_syntax *s = uid_syntax_named(known[i].word);
		REQUIRE(s);
		if (s->flags != known[i].flags)
			TEST_NOTE("%s has flags %u", s->word, s->flags);
	}
	char text[UID_TEXT];
	CHECK_STR(uid_class_uid(uid_class_named("CTImageStorage"), text),
		"1.2.840.10008.5.1.4.1.1.2");
	CHECK_STR(uid_class_uid(uid_class_named("ultrasound image storage"), text),
		"1.2.840.10008.5.1.4.1.1.6.1");
	CHECK_STR(uid_class_uid(uid_class_named("1.2.840.10008.1.1"), text), UID_VERIFICATION);
	CHECK(!uid_class_named("CTImageStorag") && !uid_class_named("") && !uid_class_named("--"));
	CHECK(!uid_syntax_named("ImplicitVRLittleEndia"));
	CHECK(!uid_syntax_named("ImplicitVRLittleEndianX"));
	CHECK(!uid_syntax_named(""));
}

static void storage_classes(void)
{
	static const char *const storage[] = { "1.2.840.10008.5.1.4.1.1.2",
		"1.2.840.10008.5.1.4.1.1.7", "1.2.840.10008.5.1.4.1.1.6",
		"1.2.840.10008.5.1.4.1.1.104.1", "1.2.840.10008.5.1.4.38.1",
		"1.2.840.10008.5.1.4.34.7", "1.2.840.10008.5.1.4.1.1.66.8" };
	static const char *const others[] = { "1.2.840.10008.1.1", "1.2.840.10008.1.3.10",
		"1.2.840.10008.1.20.1", "1.2.840.10008.5.1.4.1.2.1.1", "1.2.840.10008.5.1.4.31",
		"1.2.840.10008.5.1.4.1.1.200.4", "1.2.840.10008.5.1.4.1.1", "1.2.3", "" };
	for (size_t i = 0; i < sizeof storage / sizeof *storage; i++)
		if (!uid_is_storage(span_str(storage[i])))
			TEST_NOTE("%s is not known", storage[i]);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (uid_is_storage(span_str(others[i])))
			TEST_NOTE("%s passes", others[i]);
}

static void names(void)
{
	char text[UID_TEXT];
	CHECK_STR(uid_name(S("1.2.840.10008.5.1.4.1.1.2"), text), "CT Image Storage");
	CHECK_STR(uid_name(S("1.2.840.10008.1.1"), text), "Verification");
	CHECK_STR(uid_name(S("1.2.840.10008.1.2.1"), text), "Explicit VR Little Endian");
	CHECK_STR(uid_name(S(UID_APPLICATION_CONTEXT), text), "DICOM Application Context");
	CHECK_STR(uid_name(S("1.2.3.4"), text), "1.2.3.4");
	CHECK_STR(uid_name(S("1.2\n\x1b[2J\0\xff"), text), "1.2??[2J??");
	char many[200];
	memset(many, '9', sizeof many);
	CHECK_INT(strlen(uid_name(span_of(many, sizeof many), text)), UID_MAX);
	CHECK(uid_valid(S(UID_IMPLEMENTATION)));
	CHECK(sizeof UID_IMPLEMENTATION_VERSION - 1 <= 16);
}

/* The committed table is what its script makes of the registry. */
static void table_is_fresh(void)
{
	CHECK_INT(system("/usr/bin/python3 -B lib/dicom/uid_gen.py | cmp - lib/dicom/uid_table.h"),
		0);
}

int main(void)
{
	test("well-formed UIDs are taken", good_form);
	test("malformed UIDs are refused, NUL and path characters included", bad_form);
	test("padding of a value is stripped and judged", padding);
	test("every row of the tables is found by its UID and keyword", rows_are_found);
	test("transfer syntaxes have the properties of PS3.5 Annex A", properties);
	test("storage SOP classes are told from others", storage_classes);
	test("names are the registry's, and unknown or hostile UIDs are shown harmlessly", names);
	if (system("/usr/bin/python3 -c 'import pydicom._uid_dict' 2>/dev/null") == 0)
		test("uid_table.h is what uid_gen.py writes", table_is_fresh);
	else
		test_skip("uid_table.h is what uid_gen.py writes", "no python3-pydicom here");
	return test_end();
}
