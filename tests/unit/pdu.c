/* SPDX-License-Identifier: MIT */
/* PDUs typed by hand from PS3.8 9.3 and PS3.7 D.3.3, and what DCMTK's echoscu and storescp said. */
#include "dicom/pdu_assoc.h"
#include "dicom/uid.h"
#include "test.h"

#define S(literal) span_of(literal, sizeof(literal) - 1)

/* ---- a request built here, byte by byte, so that each test can spoil one thing */

#define FIXED              \
	"\0\1\0\0"         \
	"ANY-SCP         " \
	"  MODALITY      " \
	"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define NAME "\x10\0\0\x15" UID_APPLICATION_CONTEXT
#define CT             \
	"\x30\0\0\x19" \
	"1.2.840.10008.5.1.4.1.1.2"
#define IMPLICIT       \
	"\x40\0\0\x11" \
	"1.2.840.10008.1.2"
#define EXPLICIT       \
	"\x40\0\0\x13" \
	"1.2.840.10008.1.2.1"
#define CONTEXT_1 "\x20\0\0\x4d\1\0\xff\0" CT IMPLICIT EXPLICIT
#define CONTEXT_3 "\x20\0\0\x36\3\0\0\0" CT IMPLICIT
#define LENGTH "\x51\0\0\4\0\2\0\0"
#define CLASS        \
	"\x52\0\0\5" \
	"1.2.3"
#define USER "\x50\0\0\x11" LENGTH CLASS

static struct err err;

static bool rq(struct span pdu)
{
	struct pdu_assoc a;
	err_clear(&err);
	return pdu_decode_rq(pdu, &a, &err);
}

#define REFUSED(bytes, words)                                             \
	do {                                                              \
		if (rq(S(bytes)))                                         \
			TEST_NOTE("line %d was taken", __LINE__);         \
		else if (!strstr(err.text, words))                        \
			TEST_NOTE("line %d: \"%s\"", __LINE__, err.text); \
	} while (0)

static void request_is_read(void)
{
	struct pdu_assoc a;
	struct pdu_context c;
	struct span uid;
	REQUIRE(pdu_decode_rq(S(FIXED NAME CONTEXT_1 CONTEXT_3 USER), &a, &err));
	CHECK_STR(a.called, "ANY-SCP");
	CHECK_STR(a.calling, "MODALITY");
	CHECK_INT(a.context_count, 2);
	CHECK_INT(a.user.max_pdu, 0x20000);
	CHECK(span_eq_str(a.user.class_uid, "1.2.3"));
	CHECK(!a.user.window);
	CHECK_INT(a.user.invoked, 1);
	struct span items = a.items;
	REQUIRE(pdu_next_context(&items, &c));
	CHECK_INT(c.id, 1);
	CHECK_INT(c.result, PDU_ACCEPTED);
	CHECK_INT(c.syntax_count, 2);
	CHECK(span_eq_str(c.abstract, "1.2.840.10008.5.1.4.1.1.2"));
	CHECK(pdu_next_syntax(&c.syntaxes, &uid) && span_eq_str(uid, UID_IMPLICIT_LE));
	CHECK(pdu_next_syntax(&c.syntaxes, &uid) && span_eq_str(uid, UID_EXPLICIT_LE));
	CHECK(!pdu_next_syntax(&c.syntaxes, &uid));
	CHECK(pdu_next_context(&items, &c) && c.id == 3 && c.syntax_count == 1);
	CHECK(!pdu_next_context(&items, &c));
}

static void every_cut_is_refused(void)
{
	static const char whole[] = FIXED NAME CONTEXT_1 USER;
	const size_t n = sizeof whole - 1;
	CHECK(rq(span_of(whole, n)));
	for (size_t i = 0; i < n; i++)
		if (rq(span_of(whole, i)))
			TEST_NOTE("taken with %zu of %zu bytes", i, n);
	CHECK(!rq(S(FIXED NAME CONTEXT_1 USER "\0")));
}

static void missing_items(void)
{
	REFUSED(FIXED CONTEXT_1 USER, "application context item is missing (PS3.8 9.3.2.1)");
	REFUSED(FIXED NAME USER, "no presentation context item (PS3.8 9.3.2.2)");
	REFUSED(FIXED NAME CONTEXT_1, "user information item is missing (PS3.8 9.3.2.3)");
	REFUSED(FIXED NAME CONTEXT_1 "\x50\0\0\x09" CLASS, "no maximum length");
	REFUSED(FIXED NAME CONTEXT_1 "\x50\0\0\0", "no maximum length sub-item (PS3.8 D.1)");
	REFUSED(FIXED NAME "\x20\0\0\x19\1\0\0\0" IMPLICIT USER, "1 has no abstract syntax");
	REFUSED(FIXED NAME "\x20\0\0\x21\1\0\0\0" CT USER, "1 has no transfer syntax");
}

static void doubled_items(void)
{
	REFUSED(FIXED NAME NAME CONTEXT_1 USER, "two application context items");
	REFUSED(FIXED NAME CONTEXT_1 USER USER, "two user information items");
	REFUSED(FIXED NAME CONTEXT_1 CONTEXT_1 USER, "number 1 comes twice (PS3.8 9.3.2.2)");
	REFUSED(FIXED NAME "\x20\0\0\x53\5\0\0\0" CT CT IMPLICIT USER, "5 has two abstract");
	REFUSED(FIXED NAME CONTEXT_1 "\x50\0\0\x10" LENGTH LENGTH, "two sub-items for the maximum");
}

static void wrong_numbers(void)
{
	REFUSED(FIXED NAME "\x20\0\0\x36\2\0\0\0" CT IMPLICIT USER, "number 2 is not odd");
	REFUSED(FIXED NAME "\x20\0\0\x36\0\0\0\0" CT IMPLICIT USER, "number 0 is not odd");
	REFUSED(FIXED NAME "\x20\0\0\3\1\0\0" USER, "context item is too short");
	REFUSED(FIXED NAME "\x20\0\0\x37\1\0\0\0" CT IMPLICIT "\0" USER, "longer than the context");
	REFUSED(FIXED NAME "\x21\0\0\x36\1\0\0\0" CT IMPLICIT USER, "item of type 21");
}

static void user_items_have_their_sizes(void)
{
	static const struct {
		const char *item;
		size_t n;
		const char *words;
	} bad[] = {
		{ "\x51\0\0\3\0\2\0", 7, "maximum length" },
		{ "\x53\0\0\3\0\1\0", 7, "window" },
		{ "\x53\0\0\5\0\1\0\1\0", 9, "window" },
		{ "\x54\0\0\6\0\3"
		  "1.2\1",
			10, "role selection" },
		{ "\x54\0\0\x08\0\3"
		  "1.2\1\0\0",
			12, "role selection" },
		{ "\x54\0\0\7\0\x0f"
		  "1.2\1\0",
			11, "role selection" },
		{ "\x56\0\0\3\0\5"
		  "1",
			7, "extended negotiation" },
		{ "\x57\0\0\1\0", 5, "common extended negotiation" },
		{ "\x58\0\0\5\1\0\0\1"
		  "u",
			9, "user identity" },
		{ "\x58\0\0\x08\1\0\0\1"
		  "u\0\0\0",
			12, "user identity" },
		{ "\x51\0\0\x09\0", 5, "longer than the item" },
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct pdu_user u;
		uint8_t room[64];
		struct buf b = buf_on(room, sizeof room);
		/* The first one replaces the good maximum length. */
		if (i)
			buf_bytes(&b, S(LENGTH));
		buf_bytes(&b, span_of(bad[i].item, bad[i].n));
		err_clear(&err);
		if (pdu_decode_user(buf_span(&b), false, &u, &err))
			TEST_NOTE("row %zu was taken", i);
		else if (!strstr(err.text, bad[i].words))
			TEST_NOTE("row %zu: \"%s\"", i, err.text);
	}
}

static void odd_names_are_no_fault(void)
{
	struct pdu_user u;
	err_clear(&err);
	CHECK(pdu_decode_user(S(LENGTH "\x52\0\0\4"
				       "1.02"
				       "\x55\0\0\x11"
				       "1234567890123456X"),
		false, &u, &err));
	CHECK_INT(u.class_uid.n, 0);
	CHECK(span_eq_str(u.version, "1234567890123456"));
	CHECK(pdu_decode_user(S(LENGTH "\x52\0\0\0"
				       "\x55\0\0\0"),
		true, &u, &err));
	CHECK_INT(u.version.n, 0);
}

static void unknown_items_are_skipped(void)
{
	struct pdu_assoc a;
	struct pdu_context c;
	REQUIRE(pdu_decode_rq(S("\0\x03\0\0"
				"A               B               "
				"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
				"\x99\0\0\2xy" NAME "\x20\0\0\x3b\7\0\0\0" CT "\x41\0\0\1z" IMPLICIT
				"\x50\0\0\x11" LENGTH "\x5a\0\0\5"
				"12345"),
		&a, &err));
	struct span items = a.items;
	CHECK(pdu_next_context(&items, &c) && c.id == 7 && c.syntax_count == 1);
	CHECK_INT(a.user.class_uid.n, 0);
}

static void titles(void)
{
	static const struct {
		const char *field;
		size_t n;
		bool good;
		const char *text;
	} known[] = {
		{ "STORE           ", 16, true, "STORE" },
		{ "  A B  C        ", 16, true, "A B  C" },
		{ "0123456789ABCDEF", 16, true, "0123456789ABCDEF" },
		{ "                ", 16, true, "" },
		{ "NULS\0\0\0\0\0\0\0\0\0\0\0\0", 16, true, "NULS" },
		{ "A\\B             ", 16, false, "A?B" },
		{ "A\x1b[2J            ", 16, false, "A?[2J" },
		{ "A\0B             ", 16, false, "A?B" },
		{ "M\xc3\xbcller         ", 16, false, "M??ller" },
		{ "A\nB             ", 16, false, "A?B" },
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		char text[PDU_TITLE];
		CHECK_INT(pdu_title(span_of(known[i].field, known[i].n), text), known[i].good);
		CHECK_STR(text, known[i].text);
	}
	CHECK(pdu_title_valid("STORE SCP"));
	CHECK(pdu_title_valid("0123456789ABCDEF"));
	CHECK(!pdu_title_valid("0123456789ABCDEFG"));
	CHECK(!pdu_title_valid(""));
	CHECK(!pdu_title_valid("   "));
	CHECK(!pdu_title_valid("A\\B"));
	CHECK(!pdu_title_valid("A\tB"));
	char raw[sizeof(FIXED NAME CONTEXT_1 USER)] = FIXED NAME CONTEXT_1 USER;
	memset(raw + 4, ' ', 16);
	CHECK(rq(span_of(raw, sizeof raw - 1)));
	memset(raw + 20, ' ', 16);
	CHECK(!rq(span_of(raw, sizeof raw - 1)));
	CHECK(strstr(err.text, "both AE titles are empty"));
	raw[21] = '\x1b';
	CHECK(!rq(span_of(raw, sizeof raw - 1)));
	CHECK(strstr(err.text, "calling AE title \"?\""));
}

static const char *const both[] = { UID_IMPLICIT_LE, UID_EXPLICIT_LE };

static void request_is_written(void)
{
	const struct pdu_offer offers[] = { { "1.2.840.10008.5.1.4.1.1.2", both, 2 },
		{ "1.2.840.10008.5.1.4.1.1.2", both, 1 } };
	const struct pdu_role roles[] = { { S("1.2.840.10008.5.1.4.1.1.2"), true, false } };
	struct pdu_proposal p = { .called = "ANY-SCP",
		.calling = "MODALITY",
		.offers = offers,
		.offer_count = 2,
		.user = { .max_pdu = 0x20000,
			.class_uid = S("1.2.3"),
			.version = S("V1"),
			.window = true,
			.invoked = 8,
			.performed = 1,
			.roles = roles,
			.role_count = 1,
			.identity = PDU_IDENTITY_PASSCODE,
			.identity_answer = true,
			.primary = S("me"),
			.secondary = S("word") } };
	static const char want[] =
		"\1\0\0\0\1\x3c"
		"\0\1\0\0"
		"ANY-SCP         "
		"MODALITY        "
		"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" NAME
		"\x20\0\0\x4d\1\0\0\0" CT IMPLICIT EXPLICIT CONTEXT_3 "\x50\0\0\x50" LENGTH CLASS
		"\x53\0\0\4\0\x08\0\1"
		"\x54\0\0\x1d\0\x19"
		"1.2.840.10008.5.1.4.1.1.2"
		"\1\0"
		"\x55\0\0\2V1"
		"\x58\0\0\x0c\2\1\0\2me\0\4word";
	uint8_t room[1000];
	struct buf b = buf_on(room, sizeof room);
	err_clear(&err);
	REQUIRE(pdu_put_rq(&b, &p, &err));
	CHECK_INT(b.n, sizeof want - 1);
	CHECK_MEM(room, want, sizeof want - 1);

	struct pdu_assoc a;
	struct pdu_role role;
	REQUIRE(pdu_decode_rq(span_at(buf_span(&b), PDU_HEAD, b.n), &a, &err));
	CHECK(a.user.window && a.user.invoked == 8 && a.user.performed == 1);
	CHECK(a.user.identity == PDU_IDENTITY_PASSCODE && a.user.identity_answer);
	CHECK(span_eq_str(a.user.primary, "me") && span_eq_str(a.user.secondary, "word"));
	struct span items = a.user.items;
	CHECK(pdu_next_role(&items, &role) && role.scu && !role.scp);
	CHECK(!pdu_next_role(&items, &role));
}

static bool proposes(struct pdu_proposal p, const char *words)
{
	uint8_t room[1000];
	struct buf b = buf_on(room, sizeof room);
	err_clear(&err);
	return pdu_put_rq(&b, &p, &err) || !strstr(err.text, words);
}

static void bad_proposals(void)
{
	static const char *const spaced[] = { "1.2.840.10008.1.2 " };
	const struct pdu_offer good = { "1.2.3", both, 2 }, no_uid = { "1.2.03", both, 2 },
			       none = { "1.2.3", both, 0 }, bad = { "1.2.3", spaced, 1 };
	const struct pdu_proposal p = { .called = "A",
		.calling = "B",
		.offers = &good,
		.offer_count = 1,
		.user = { .class_uid = S("1.2.3") } };
	struct pdu_proposal q = p;
	CHECK(proposes(p, "nothing"));
	q.called = "A\\";
	CHECK(!proposes(q, "AE title \"A\\\""));
	q = p, q.offer_count = 0;
	CHECK(!proposes(q, "1 to 128 presentation contexts"));
	q = p, q.offer_count = 129;
	CHECK(!proposes(q, "1 to 128 presentation contexts"));
	q = p, q.offers = &no_uid;
	CHECK(!proposes(q, "\"1.2.03\" is no UID"));
	q = p, q.offers = &none;
	CHECK(!proposes(q, "1 to 255 transfer syntaxes"));
	q = p, q.offers = &bad;
	CHECK(!proposes(q, "is no UID"));
	q = p, q.user.class_uid = S("");
	CHECK(!proposes(q, "implementation class UID"));
	q = p, q.user.version = S("12345678901234567");
	CHECK(!proposes(q, "over 16 characters"));
	uint8_t room[100];
	struct buf b = buf_on(room, sizeof room);
	err_clear(&err);
	CHECK(!pdu_put_rq(&b, &p, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
}

static void answer_is_written_and_read(void)
{
	struct pdu_assoc a;
	const struct pdu_choice choices[] = { { PDU_ACCEPTED, 1 }, { PDU_REFUSED_SYNTAXES, 0 } };
	const struct pdu_user user = { .max_pdu = 0, .class_uid = S("1.2.3") };
	static const char want[] = "\2\0\0\0\0\xae" FIXED NAME "\x21\0\0\x1b\1\0\0\0" EXPLICIT
				   "\x21\0\0\x19\3\0\4\0" IMPLICIT "\x50\0\0\x11"
				   "\x51\0\0\4\0\0\0\0" CLASS;
	uint8_t room[1000];
	struct buf b = buf_on(room, sizeof room);
	err_clear(&err);
	REQUIRE(pdu_decode_rq(S(FIXED NAME CONTEXT_1 CONTEXT_3 USER), &a, &err));
	REQUIRE(pdu_put_ac(&b, &a, choices, &user, &err));
	CHECK_INT(b.n, sizeof want - 1);
	CHECK_MEM(room, want, sizeof want - 1);
	struct pdu_context c;
	struct span uid;
	REQUIRE(pdu_decode_ac(span_at(buf_span(&b), PDU_HEAD, b.n), &a, &err));
	struct span items = a.items;
	CHECK(pdu_next_context(&items, &c) && c.id == 1 && c.result == 0);
	CHECK(pdu_next_syntax(&c.syntaxes, &uid) && span_eq_str(uid, UID_EXPLICIT_LE));
	CHECK(pdu_next_context(&items, &c) && c.id == 3 && c.result == 4);
	/* A syntax that was never proposed cannot be chosen. */
	const struct pdu_choice beyond[] = { { PDU_ACCEPTED, 2 }, { PDU_ACCEPTED, 0 } };
	REQUIRE(pdu_decode_rq(S(FIXED NAME CONTEXT_1 CONTEXT_3 USER), &a, &err));
	CHECK(!pdu_put_ac(&b, &a, beyond, &user, &err));
}

static void answer_without_syntax(void)
{
	struct pdu_assoc a;
	err_clear(&err);
	CHECK(pdu_decode_ac(S(FIXED NAME "\x21\0\0\4\1\0\3\0" USER), &a, &err));
	CHECK(!pdu_decode_ac(S(FIXED NAME "\x21\0\0\4\1\0\0\0" USER), &a, &err));
	CHECK(strstr(err.text, "no transfer syntax (PS3.8 9.3.3.2), in an A-ASSOCIATE-AC"));
	err_clear(&err);
	CHECK(!pdu_decode_ac(
		S(FIXED NAME "\x21\0\0\x32\1\0\0\0" IMPLICIT IMPLICIT USER), &a, &err));
	CHECK(!pdu_decode_ac(S(FIXED NAME CONTEXT_1 USER), &a, &err));
}

static size_t load(const char *path, uint8_t *to, size_t cap)
{
	FILE *f = fopen(path, "rb");
	const size_t n = f ? fread(to, 1, cap, f) : 0;
	if (f)
		fclose(f);
	return n;
}

static void dcmtk_is_understood(void)
{
	uint8_t bytes[16384];
	struct pdu_assoc a;
	err_clear(&err);
	REQUIRE(load("tests/corpus/pdu/dcmtk-echoscu-rq", bytes, sizeof bytes) > 6);
	CHECK(pdu_decode_rq(span_of(bytes + 6, 205), &a, &err));
	CHECK_STR(a.called, "STORE");
	CHECK_STR(a.calling, "ECHOER");
	CHECK_INT(a.user.max_pdu, 16384);
	CHECK(span_eq_str(a.user.version, "OFFIS_DCMTK_367"));
	REQUIRE(load("tests/corpus/pdu/dcmtk-storescp-ac", bytes, sizeof bytes) > 6);
	CHECK(pdu_decode_ac(span_of(bytes + 6, 184), &a, &err));
	CHECK_INT(a.context_count, 1);
	const size_t n = load("tests/corpus/pdu/dcmtk-storescu-rq", bytes, sizeof bytes);
	REQUIRE(n > 1000);
	CHECK(pdu_decode_rq(span_of(bytes + 6, n - 6), &a, &err));
	CHECK(a.context_count > 100);
}

static void shorts_and_heads(void)
{
	uint8_t room[64];
	struct buf b = buf_on(room, sizeof room);
	pdu_put_reject(&b, 1, 2, 3);
	pdu_put_release_rq(&b);
	pdu_put_release_rp(&b);
	pdu_put_abort(&b, 2, 6);
	pdu_put_data_head(&b, 5, false, true, 0x10000);
	pdu_put_data_head(&b, 7, true, false, 0);
	CHECK_INT(b.n, 64);
	CHECK_MEM(room,
		"\3\0\0\0\0\4\0\1\2\3"
		"\5\0\0\0\0\4\0\0\0\0"
		"\6\0\0\0\0\4\0\0\0\0"
		"\7\0\0\0\0\4\0\0\2\6"
		"\4\0\0\1\0\6\0\1\0\2\5\2"
		"\4\0\0\0\0\6\0\0\0\2\7\1",
		64);
}

static void reasons_in_words(void)
{
	char text[100];
	CHECK_STR(pdu_reject_text(1, 1, 7, text, sizeof text),
		"rejected for good by the application: called AE title not recognized");
	CHECK_STR(pdu_reject_text(2, 3, 1, text, sizeof text),
		"rejected for now by the presentation service: temporary congestion");
	CHECK_STR(pdu_reject_text(9, 9, 9, text, sizeof text),
		"rejected by an unknown source: reason 9");
	CHECK_STR(pdu_abort_text(0, 9), "its application ended it");
	CHECK_STR(pdu_abort_text(2, 2), "its upper layer met an unexpected PDU");
	CHECK_STR(pdu_abort_text(2, 200), "its upper layer gives an unknown reason");
	CHECK_STR(pdu_abort_text(1, 0), "an unknown part of it gives no reason");
	CHECK_STR(pdu_result_text(3), "SOP class not supported");
	CHECK_STR(pdu_result_text(77), "refused for an unknown reason");
	CHECK_STR(pdu_name(4), "P-DATA-TF");
	CHECK_STR(pdu_name(8), "unknown PDU");
}

static void guesses(void)
{
	CHECK_INT(pdu_guess(S("\1\0\0\0\xcd\0")), PDU_GUESS_DICOM);
	CHECK_INT(pdu_guess(S("\x16\3\1\2\0\1")), PDU_GUESS_TLS);
	CHECK_INT(pdu_guess(S("\x80\x2e\1\0\2")), PDU_GUESS_TLS);
	CHECK_INT(pdu_guess(S("\x80\x2e\1\3\1")), PDU_GUESS_TLS);
	CHECK_INT(pdu_guess(S("\x15\3\3\0\2")), PDU_GUESS_ALERT);
	CHECK_INT(pdu_guess(S("GET / HTTP/1.1")), PDU_GUESS_HTTP);
	CHECK_INT(pdu_guess(S("HTTP/1.1 400")), PDU_GUESS_HTTP);
	CHECK_INT(pdu_guess(S("SSH-2.0-x")), PDU_GUESS_SSH);
	CHECK_INT(pdu_guess(S("\x16\3\1")), PDU_GUESS_SHORT);
	CHECK_INT(pdu_guess(S("")), PDU_GUESS_SHORT);
	CHECK_INT(pdu_guess(S("\1\0\xff\0\xcd\0")), PDU_GUESS_OTHER);
	CHECK_INT(pdu_guess(S("hello")), PDU_GUESS_OTHER);
}

int main(void)
{
	test("a request is read item by item", request_is_read);
	test("a request cut anywhere, or with a byte too many, is refused", every_cut_is_refused);
	test("a missing item is named with its clause", missing_items);
	test("an item that comes twice is refused", doubled_items);
	test("even context numbers and misplaced items are refused", wrong_numbers);
	test("each user information sub-item has its size", user_items_have_their_sizes);
	test("a bad implementation UID or version name does not end an association",
		odd_names_are_no_fault);
	test("unknown items and sub-items are skipped", unknown_items_are_skipped);
	test("AE titles are stripped, and bad ones refused and shown harmlessly", titles);
	test("a request is written byte for byte as the standard has it", request_is_written);
	test("a proposal that breaks a rule is refused before it is sent", bad_proposals);
	test("an answer is written byte for byte, and read", answer_is_written_and_read);
	test("an answer needs a transfer syntax only where it accepts", answer_without_syntax);
	test("what DCMTK's tools send is understood", dcmtk_is_understood);
	test("short PDUs and data heads are written byte for byte", shorts_and_heads);
	test("reasons are given in words, unknown ones as numbers", reasons_in_words);
	test("TLS, HTTP and SSH are recognised from five bytes", guesses);
	return test_end();
}
