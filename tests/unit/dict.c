/* SPDX-License-Identifier: MIT */
/* Expected VRs: PS3.6 chapters 6 and 7, looked up tag by tag; the whole dictionary is compared with
 * other people's in tests/interop/dataset.py. */
#include "dicom/dict.h"
#include "test.h"

static const struct dict_seen nothing = { 0 };

static void tags_of_the_standard(void)
{
	static const struct {
		uint32_t tag;
		unsigned vr;
	} known[] = {
		{ 0x00041130, VR_CS },
		{ 0x00080005, VR_CS },
		{ 0x00080018, VR_UI },
		{ 0x00081140, VR_SQ },
		{ 0x00100010, VR_PN },
		{ 0x00189074, VR_DT },
		{ 0x0020000d, VR_UI },
		{ 0x00280009, VR_AT },
		{ 0x00281201, VR_OW },
		{ 0x0040a160, VR_UT },
		{ 0x00460104, VR_FD },
		{ 0x00660016, VR_OF },
		{ 0x7fe00001, VR_OV },
		{ 0x7fe00009, VR_OD },
		{ 0xfffafffa, VR_SQ },
		{ 0xfffcfffc, VR_OB },
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (dict_entry(known[i].tag) != known[i].vr)
			TEST_NOTE("%08x", (unsigned)known[i].tag);
}

static void patterns_stand_for_many(void)
{
	CHECK_INT(dict_entry(0x60000010), VR_US);
	CHECK_INT(dict_entry(0x601e0010), VR_US);
	CHECK_INT(dict_entry(0x60ff1010), VR_UN); /* odd: private */
	CHECK_INT(dict_entry(0x60020022), VR_LO);
	CHECK_INT(dict_entry(0x50043000), DICT_OB_OW);
	CHECK_INT(dict_entry(0x00203142), VR_CS);
	CHECK_INT(dict_entry(0x00280423), VR_AT);
	CHECK_INT(dict_entry(0x61000010), VR_UN);
}

static void outside_the_dictionary(void)
{
	CHECK_INT(dict_entry(0x00080000), VR_UL);
	CHECK_INT(dict_entry(0x00090000), VR_UL);
	CHECK_INT(dict_entry(0x00090010), VR_LO);
	CHECK_INT(dict_entry(0x000900ff), VR_LO);
	CHECK_INT(dict_entry(0x0009000f), VR_UN);
	CHECK_INT(dict_entry(0x00090100), VR_UN);
	CHECK_INT(dict_entry(0x00091010), VR_UN);
	CHECK_INT(dict_entry(0x00084711), VR_UN);
	CHECK_INT(dict_entry(0x00000002), VR_UN);
	CHECK_INT(dict_entry(0x00020010), VR_UN);
	CHECK_INT(dict_entry(0xfffffffe), VR_UN);
}

static void choices(void)
{
	CHECK_INT(dict_entry(0x00280106), DICT_US_SS);
	CHECK_INT(dict_vr(0x00280106, nothing), VR_US);
	CHECK_INT(dict_vr(0x00280106, (struct dict_seen){ .pixel_representation = 1 }), VR_SS);
	CHECK_INT(dict_vr(0x7fe00010, nothing), VR_OW);
	CHECK_INT(dict_vr(0x60003000, nothing), VR_OW);
	CHECK_INT(dict_vr(0x00283006, nothing), VR_OW);
	CHECK_INT(dict_vr(0x00281200, nothing), VR_OW);
	CHECK_INT(dict_vr(0x54001010, nothing), VR_OW);
	CHECK_INT(dict_vr(0x54001010, (struct dict_seen){ .waveform_bits = 8 }), VR_OB);
	CHECK_INT(dict_vr(0x54001010, (struct dict_seen){ .waveform_bits = 16 }), VR_OW);
	CHECK_INT(dict_vr(0x7fe00010, (struct dict_seen){ .waveform_bits = 8 }), VR_OW);
}

static void representations(void)
{
	CHECK(vr_known(VR_SV) && vr_known(VR_AE) && vr_known(VR_UV));
	CHECK(!vr_known(VR_NONE) && !vr_known('Z' << 8 | 'Z') && !vr_known(0xffff));
	CHECK(!vr_known('A' << 8 | 'a') && !vr_known('@' << 8 | 'A') && !vr_known(~0U));
	CHECK(vr_long(VR_OB) && vr_long(VR_UN) && vr_long(VR_UC) && vr_long(VR_UV) &&
		vr_long(VR_SQ));
	CHECK(!vr_long(VR_UI) && !vr_long(VR_LT) && !vr_long(VR_AT));
	CHECK(vr_long('Z' << 8 | 'Z'));
	CHECK_INT(vr_word(VR_AT), 2);
	CHECK_INT(vr_word(VR_FD), 8);
	CHECK_INT(vr_word(VR_UL), 4);
	CHECK_INT(vr_word(VR_UN), 1);
	CHECK_INT(vr_word('Z' << 8 | 'Z'), 1);
}

int main(void)
{
	test("tags have the VR of the standard", tags_of_the_standard);
	test("repeating groups and elements are known by their patterns", patterns_stand_for_many);
	test("group lengths, private and unknown tags follow from their numbers",
		outside_the_dictionary);
	test("a choice of VRs is made as implicit VR has it", choices);
	test("each VR has its header form and word size, unknown ones the long form",
		representations);
	return test_end();
}
