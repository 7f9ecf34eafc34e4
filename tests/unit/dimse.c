/* SPDX-License-Identifier: MIT */
/* Command sets typed by hand from PS3.7 9.3 and Annex E, and DCMTK's. */
#include "dicom/dimse.h"
#include "test.h"

#define S(literal) span_of(literal, sizeof(literal) - 1)

#define CLASS                \
	"\0\0\2\0\x1a\0\0\0" \
	"1.2.840.10008.5.1.4.1.1.2\0"
#define STORE "\0\0\0\1\2\0\0\0\1\0"
#define ECHO "\0\0\0\1\2\0\0\0\x30\0"
#define ID "\0\0\x10\1\2\0\0\0\x34\x12"
#define RSP_ID "\0\0\x20\1\2\0\0\0\x34\x12"
#define PRIORITY "\0\0\0\7\2\0\0\0\1\0"
#define DATA "\0\0\0\x08\2\0\0\0\0\0"
#define NO_DATA "\0\0\0\x08\2\0\0\0\1\1"
#define STATUS "\0\0\0\x09\2\0\0\0\0\xa7"
#define INSTANCE             \
	"\0\0\0\x10\6\0\0\0" \
	"1.2.3\0"
#define STORE_RQ CLASS STORE ID PRIORITY DATA INSTANCE

static struct err err;
static struct dimse got;

/* Puts the right group length before the elements. */
static bool decode(struct span elements)
{
	static uint8_t room[2000];
	struct buf b = buf_on(room, sizeof room);
	buf_u32le(&b, 0);
	buf_u32le(&b, 4);
	buf_u32le(&b, (uint32_t)elements.n);
	buf_bytes(&b, elements);
	err_clear(&err);
	return dimse_decode(buf_span(&b), &got, &err);
}

#define REFUSED(elements, status, words)                                                 \
	do {                                                                             \
		if (decode(S(elements)))                                                 \
			TEST_NOTE("line %d was taken", __LINE__);                        \
		else if (err.code != (status) || !strstr(err.text, words))               \
			TEST_NOTE("line %d: %04x \"%s\"", __LINE__, err.code, err.text); \
	} while (0)

static void store_is_read(void)
{
	REQUIRE(decode(S(STORE_RQ "\0\0\x30\x10\4\0\0\0ME  \0\0\x31\x10\2\0\0\0\5\0")));
	CHECK_INT(got.field, C_STORE_RQ);
	CHECK_INT(got.id, 0x1234);
	CHECK_INT(got.priority, DIMSE_HIGH);
	CHECK(dimse_has_dataset(&got));
	CHECK(span_eq_str(got.sop_class, "1.2.840.10008.5.1.4.1.1.2"));
	CHECK(span_eq_str(got.sop_instance, "1.2.3"));
	CHECK(span_eq_str(got.originator, "ME"));
	CHECK_INT(got.originator_id, 5);
	CHECK(!got.spaced);
}

static void others_are_read(void)
{
	CHECK(decode(S(CLASS ECHO ID NO_DATA)));
	CHECK(decode(S("\0\0\0\1\2\0\0\0\xff\x0f" RSP_ID NO_DATA)));
	CHECK_INT(got.field, C_CANCEL_RQ);
	CHECK_INT(got.id, 0x1234);
	REQUIRE(decode(S(CLASS "\0\0\0\1\2\0\0\0\1\x80" RSP_ID NO_DATA STATUS
			       "\0\0\1\x09\4\0\0\0\x08\0\x18\0"
			       "\0\0\2\x09\4\0\0\0oops" INSTANCE)));
	CHECK_INT(got.status, 0xa700);
	CHECK_INT(got.offending, 0x00080018);
	CHECK(span_eq_str(got.comment, "oops"));
	/* Empty UIDs in a response, an element that is none of ours, and one of another message. */
	CHECK(decode(S("\0\0\2\0\0\0\0\0"
		       "\0\0\0\1\2\0\0\0\1\x80" RSP_ID PRIORITY NO_DATA STATUS "\0\0\0\x10\0\0\0\0"
		       "\0\0\x99\x99\2\0\0\0xy")));
	CHECK_INT(got.priority, 0);
}

static void broken_framing(void)
{
	REFUSED("\0\0\0\1\2\0\0", 0, "ends within an element");
	REFUSED("\0\0\0\1\3\0\0\0\1\0\0", 0, "odd length 3");
	REFUSED("\0\0\0\1\4\0\0\0\1\0", 0, "longer than the command set");
	REFUSED("\0\0\0\1\xfe\xff\xff\xff\1\0", 0, "longer than the command set");
	REFUSED("\x08\0\x16\0\2\0\0\0"
		"1\0",
		0, "(0008,0016) does not belong");
	REFUSED(STORE CLASS, 0, "(0000,0002) comes after (0000,0100)");
	REFUSED(STORE STORE, 0, "comes after");
	REFUSED("\0\0\0\0\2\0\0\0\0\0", 0, "(0000,0000) comes after");
	REFUSED("", 0, "Command Field (0000,0100) is missing");
	err_clear(&err);
	CHECK(!dimse_decode(S(STORE_RQ), &got, &err));
	CHECK(strstr(err.text, "does not begin with its group length"));
	err_clear(&err);
	CHECK(!dimse_decode(S("\0\0\0\0\4\0\0\0\x20\0\0\0" STORE), &got, &err));
	CHECK(strstr(err.text, "group length is 32, and 10 bytes follow"));
	err_clear(&err);
	CHECK(!dimse_decode(S(""), &got, &err));
}

static void unanswerable(void)
{
	REFUSED(CLASS ID PRIORITY DATA INSTANCE, 0, "Command Field (0000,0100) is missing");
	REFUSED(CLASS STORE PRIORITY DATA INSTANCE, 0, "Message ID (0000,0110) is missing");
	REFUSED(CLASS STORE ID PRIORITY INSTANCE, 0, "Data Set Type (0000,0800) is missing");
	REFUSED(STORE "\0\0\x10\1\4\0\0\0\1\0\0\0" PRIORITY DATA, 0, "(0000,0110) is malformed");
	REFUSED("\0\0\0\1\2\0\0\0\1\x80" RSP_ID NO_DATA, 0, "Status (0000,0900) is missing");
	REFUSED("\0\0\0\1\2\0\0\0\1\x80" RSP_ID DATA STATUS, 0, "says that a data set follows");
	REFUSED("\0\0\0\1\2\0\0\0\x20\x80" RSP_ID NO_DATA STATUS, 0,
		"C-FIND-RSP (8020) answers nothing");
}

static void answerable(void)
{
	REFUSED(STORE ID PRIORITY DATA INSTANCE, 0x0212,
		"Affected SOP Class UID (0000,0002) is missing");
	REFUSED(CLASS STORE ID PRIORITY DATA, 0x0212, "SOP Instance UID (0000,1000) is missing");
	CHECK_INT(got.id, 0x1234);
	REFUSED(CLASS STORE ID DATA INSTANCE, 0x0212, "Priority (0000,0700) is missing");
	REFUSED(CLASS STORE ID PRIORITY NO_DATA INSTANCE, 0x0212, "says that no data set follows");
	REFUSED(CLASS ECHO ID DATA, 0x0212, "says that a data set follows a C-ECHO-RQ");
	REFUSED(CLASS STORE ID PRIORITY DATA "\0\0\0\x10\6\0\0\0"
					     "../etc",
		0x0117, "Instance UID (0000,1000) is not a UID (PS3.5 9.1)");
	CHECK_INT(got.sop_instance.n, 0);
	REFUSED(CLASS STORE ID PRIORITY DATA "\0\0\0\x10\6\0\0\0"
					     "1.2\0x\0",
		0x0117, "not a UID");
	REFUSED(CLASS STORE ID PRIORITY DATA "\0\0\0\x10\0\0\0\0", 0x0117, "not a UID");
	REFUSED("\0\0\2\0\4\0\0\0"
		"1.02" STORE ID PRIORITY DATA INSTANCE,
		0x0122, "(0000,0002) is not a UID");
	REFUSED("\0\0\0\1\2\0\0\0\x20\0" ID DATA, 0x0211, "C-FIND-RQ (0020) is not served");
	CHECK(dimse_has_dataset(&got));
	REFUSED("\0\0\0\1\2\0\0\0\x77\0" ID NO_DATA, 0x0211, "unknown command (0077)");
}

static void spaced_uid(void)
{
	CHECK(decode(S(CLASS STORE ID PRIORITY DATA "\0\0\0\x10\6\0\0\0"
						    "1.2.3 ")));
	CHECK(got.spaced && span_eq_str(got.sop_instance, "1.2.3"));
}

static void requests_are_written(void)
{
	uint8_t room[300];
	struct buf b = buf_on(room, sizeof room);
	dimse_put(&b,
		&(struct dimse){ .field = C_STORE_RQ,
			.id = 0x1234,
			.priority = DIMSE_HIGH,
			.dataset = 0,
			.sop_class = S("1.2.840.10008.5.1.4.1.1.2"),
			.sop_instance = S("1.2.3") });
	static const char want[] = "\0\0\0\0\4\0\0\0\x58\0\0\0" STORE_RQ;
	CHECK_INT(b.n, sizeof want - 1);
	CHECK_MEM(room, want, sizeof want - 1);

	b = buf_on(room, sizeof room);
	dimse_put(&b,
		&(struct dimse){ .field = C_ECHO_RQ,
			.id = 1,
			.dataset = DIMSE_NO_DATASET,
			.sop_class = S("1.2.840.10008.1.1") });
	uint8_t theirs[200];
	FILE *f = fopen("tests/corpus/dimse/dcmtk-c-echo-rq", "rb");
	REQUIRE(f);
	const size_t n = fread(theirs, 1, sizeof theirs, f);
	fclose(f);
	CHECK_INT(b.n, n);
	CHECK_MEM(room, theirs, n);
}

static void responses_are_written(void)
{
	uint8_t room[400];
	struct buf b = buf_on(room, sizeof room);
	REQUIRE(decode(S(STORE_RQ)));
	struct dimse d = dimse_response(&got, 0xa700);
	d.offending = 0x00080018;
	d.comment = S("bad\\\n\xc3");
	dimse_put(&b, &d);
	static const char want[] =
		"\0\0\0\0\4\0\0\0\x72\0\0\0" CLASS "\0\0\0\1\2\0\0\0\1\x80" RSP_ID NO_DATA STATUS
		"\0\0\1\x09\4\0\0\0\x08\0\x18\0"
		"\0\0\2\x09\6\0\0\0"
		"bad/??" INSTANCE;
	CHECK_INT(b.n, sizeof want - 1);
	CHECK_MEM(room, want, sizeof want - 1);

	char longer[100];
	memset(longer, 'x', sizeof longer);
	d.comment = span_of(longer, 99);
	b = buf_on(room, sizeof room);
	dimse_put(&b, &d);
	err_clear(&err);
	CHECK(dimse_decode(buf_span(&b), &d, &err));
	CHECK_INT(d.comment.n, 64);

	/* What is not known is answered too. */
	CHECK(!decode(S("\0\0\0\1\2\0\0\0\x20\1" ID DATA)));
	d = dimse_response(&got, 0x0211);
	b = buf_on(room, sizeof room);
	dimse_put(&b, &d);
	CHECK_MEM(room,
		"\0\0\0\0\4\0\0\0\x28\0\0\0"
		"\0\0\0\1\2\0\0\0\x20\x81" RSP_ID NO_DATA "\0\0\0\x09\2\0\0\0\x11\2",
		52);
}

static void gathering_has_its_limit(void)
{
	uint8_t room[16];
	struct buf b = buf_on(room, sizeof room);
	err_clear(&err);
	CHECK(dimse_gather(&b, S("0123456789"), &err));
	CHECK(dimse_gather(&b, S(""), &err));
	CHECK(dimse_gather(&b, S("012345"), &err));
	CHECK(span_eq_str(buf_span(&b), "0123456789012345"));
	CHECK(!dimse_gather(&b, S("x"), &err));
	CHECK_INT(err.kind, ERR_LIMIT);
}

/* PS3.7 Annex C and PS3.4 Table B.2-1 */
static void statuses(void)
{
	static const struct {
		uint16_t status;
		enum dimse_class class;
		const char *text;
	} known[] = { { 0x0000, DIMSE_OK, "success" }, { 0x0001, DIMSE_WARNING, NULL },
		{ 0x0107, DIMSE_WARNING, NULL }, { 0x0116, DIMSE_WARNING, NULL },
		{ 0x0110, DIMSE_FAILURE, "processing failure" },
		{ 0x0122, DIMSE_FAILURE, "SOP class not supported" },
		{ 0x0211, DIMSE_FAILURE, "unrecognized operation" },
		{ 0xa700, DIMSE_FAILURE, "out of resources" },
		{ 0xa7ff, DIMSE_FAILURE, "out of resources" }, { 0xa800, DIMSE_FAILURE, "failure" },
		{ 0xa901, DIMSE_FAILURE, "data set does not match SOP class" },
		{ 0xb000, DIMSE_WARNING, "data elements were coerced" },
		{ 0xb006, DIMSE_WARNING, "elements were discarded" },
		{ 0xb007, DIMSE_WARNING, "data set does not match SOP class" },
		{ 0xb123, DIMSE_WARNING, "warning" }, { 0xcfff, DIMSE_FAILURE, NULL },
		{ 0xfe00, DIMSE_CANCELLED, NULL }, { 0xff00, DIMSE_PENDING, NULL },
		{ 0xff01, DIMSE_PENDING, NULL }, { 0xff02, DIMSE_FAILURE, "unknown status" },
		{ 0x0002, DIMSE_FAILURE, "unknown status" }, { 0xd000, DIMSE_FAILURE, NULL } };
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (dimse_class(known[i].status) != known[i].class)
			TEST_NOTE("class of %04x", known[i].status);
		if (known[i].text)
			CHECK_STR(dimse_status_text(known[i].status), known[i].text);
	}
	CHECK_STR(dimse_field_text(0x8001), "C-STORE-RSP");
	CHECK_STR(dimse_field_text(0x0fff), "C-CANCEL-RQ");
	CHECK_STR(dimse_field_text(0x8fff), "unknown command");
}

static void dcmtk_is_understood(void)
{
	static const struct {
		const char *file;
		uint16_t field;
	} known[] = { { "tests/corpus/dimse/dcmtk-c-store-rq", C_STORE_RQ },
		{ "tests/corpus/dimse/dcmtk-c-echo-rq", C_ECHO_RQ },
		{ "tests/corpus/dimse/dcmtk-c-echo-rsp", C_ECHO_RSP } };
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		uint8_t bytes[500];
		FILE *f = fopen(known[i].file, "rb");
		REQUIRE(f);
		const size_t n = fread(bytes, 1, sizeof bytes, f);
		fclose(f);
		err_clear(&err);
		if (!dimse_decode(span_of(bytes, n), &got, &err))
			TEST_NOTE("%s: %s", known[i].file, err.text);
		CHECK_INT(got.field, known[i].field);
		CHECK_INT(got.id, 1);
		/* Written again it is the same. */
		uint8_t again[500];
		struct buf b = buf_on(again, sizeof again);
		dimse_put(&b, &got);
		CHECK_INT(b.n, n);
		CHECK_MEM(again, bytes, n);
	}
}

int main(void)
{
	test("a C-STORE-RQ is read with all its elements", store_is_read);
	test("C-ECHO, C-CANCEL and responses are read, with what peers add or leave empty",
		others_are_read);
	test("broken framing of a command set ends the association", broken_framing);
	test("what cannot be answered ends the association", unanswerable);
	test("what can be answered names status, element and rule", answerable);
	test("a UID padded with a space is taken and reported", spaced_uid);
	test("requests are written byte for byte", requests_are_written);
	test("responses are written byte for byte, comments cleaned and cut",
		responses_are_written);
	test("a command set is gathered up to its limit", gathering_has_its_limit);
	test("each status has its class and words", statuses);
	test("DCMTK's command sets are read, and written again the same", dcmtk_is_understood);
	return test_end();
}
