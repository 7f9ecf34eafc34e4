/* SPDX-License-Identifier: MIT */
/* Short PDUs, heads, reasons in words, and guesses about streams that are no DICOM. */
#include "dicom/pdu.h"

#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

const char *pdu_name(unsigned type)
{
	static const char *const names[PDU_TYPE_END] = {
		[PDU_ASSOC_RQ] = "A-ASSOCIATE-RQ",
		[PDU_ASSOC_AC] = "A-ASSOCIATE-AC",
		[PDU_ASSOC_RJ] = "A-ASSOCIATE-RJ",
		[PDU_DATA] = "P-DATA-TF",
		[PDU_RELEASE_RQ] = "A-RELEASE-RQ",
		[PDU_RELEASE_RP] = "A-RELEASE-RP",
		[PDU_ABORT] = "A-ABORT",
	};
	return type < PDU_TYPE_END && names[type] ? names[type] : "unknown PDU";
}

/* ---- reasons */

const char *pdu_result_text(uint8_t result)
{
	static const char *const texts[] = { "accepted", "refused by the application",
		"refused without a reason", "SOP class not supported",
		"none of the transfer syntaxes supported" };
	if (result < COUNT(texts))
		return texts[result];
	return result == 255 ? "not answered" : "refused for an unknown reason";
}

char *pdu_reject_text(uint8_t result, uint8_t source, uint8_t reason, char *text, size_t cap)
{
	static const char *const sources[] = { "an unknown source", "the application",
		"the association service", "the presentation service" };
	static const char *const reasons[][8] = {
		[PDU_REJECT_USER] = { [1] = "no reason given",
			[2] = "application context name not supported",
			[3] = "calling AE title not recognized",
			[7] = "called AE title not recognized" },
		[PDU_REJECT_ACSE] = { [1] = "no reason given",
			[2] = "protocol version not supported" },
		[PDU_REJECT_PRESENTATION] = { [1] = "temporary congestion",
			[2] = "local limit exceeded" },
	};
	const bool known = source >= 1 && source < COUNT(sources);
	const char *why = known && reason < COUNT(reasons[0]) ? reasons[source][reason] : NULL;
	const char *how = result == PDU_REJECT_PERMANENT ? " for good"
		: result == PDU_REJECT_TRANSIENT         ? " for now"
							 : "";
	if (why)
		snprintf(text, cap, "rejected%s by %s: %s", how, sources[source], why);
	else
		snprintf(text, cap, "rejected%s by %s: reason %u", how, sources[known ? source : 0],
			reason);
	return text;
}

const char *pdu_abort_text(uint8_t source, uint8_t reason)
{
	static const char *const reasons[] = { "its upper layer gives no reason",
		"its upper layer met an unrecognized PDU", "its upper layer met an unexpected PDU",
		"its upper layer gives an unknown reason",
		"its upper layer met an unrecognized PDU parameter",
		"its upper layer met an unexpected PDU parameter",
		"its upper layer met an invalid PDU parameter value" };
	if (source == PDU_ABORT_USER)
		return "its application ended it";
	if (source == PDU_ABORT_PROVIDER)
		return reasons[reason < COUNT(reasons) ? reason : 3];
	return "an unknown part of it gives no reason";
}

/* ---- encoding */

static void put_short(struct buf *b, enum pdu_type type, const uint8_t tail[3])
{
	buf_u8(b, (uint8_t)type);
	buf_u8(b, 0);
	buf_u32be(b, PDU_SHORT - PDU_HEAD);
	buf_u8(b, 0);
	buf_bytes(b, span_of(tail, 3));
}

void pdu_put_reject(struct buf *b, uint8_t result, uint8_t source, uint8_t reason)
{
	put_short(b, PDU_ASSOC_RJ, (const uint8_t[]){ result, source, reason });
}

void pdu_put_release_rq(struct buf *b)
{
	put_short(b, PDU_RELEASE_RQ, (const uint8_t[]){ 0, 0, 0 });
}

void pdu_put_release_rp(struct buf *b)
{
	put_short(b, PDU_RELEASE_RP, (const uint8_t[]){ 0, 0, 0 });
}

void pdu_put_abort(struct buf *b, uint8_t source, uint8_t reason)
{
	put_short(b, PDU_ABORT, (const uint8_t[]){ 0, source, reason });
}

void pdu_put_data_head(struct buf *b, uint8_t context, bool command, bool last, uint32_t n)
{
	buf_u8(b, PDU_DATA);
	buf_u8(b, 0);
	buf_u32be(b, n + PDU_PDV_HEAD);
	/* The PDV's length counts context and control header, but not itself. */
	buf_u32be(b, n + 2);
	buf_u8(b, context);
	buf_u8(b, (uint8_t)(command | last << 1));
}

/* ---- items */

bool pdu_next_item(struct span *items, uint8_t *type, struct span *content)
{
	struct span s = *items;
	if (!span_u8(&s, type) || !span_skip(&s, 1) || !span_run(&s, 2, content))
		return false;
	*items = s;
	return true;
}

size_t pdu_open_item(struct buf *b, uint8_t type)
{
	buf_u8(b, type);
	buf_u8(b, 0);
	return buf_open(b, 2);
}

/* ---- what is it that comes in */

enum pdu_guess pdu_guess(struct span first)
{
	static const char *const http[] = { "GET ", "HEAD", "POST", "PUT ", "OPTI", "CONN", "DELE",
		"PATC", "TRAC", "PRI ", "HTTP" };
	uint8_t b[5];

	if (!span_copy(&first, b, sizeof b))
		return PDU_GUESS_SHORT;
	if (b[0] == PDU_ASSOC_RQ && b[2] == 0)
		return PDU_GUESS_DICOM;
	if (b[0] == 0x16 && b[1] == 3)
		return PDU_GUESS_TLS;
	if (b[0] & 0x80 && b[2] == 1 && (b[3] == 3 || (b[3] == 0 && b[4] == 2)))
		return PDU_GUESS_TLS;
	if (b[0] == 0x15 && b[1] == 3)
		return PDU_GUESS_ALERT;
	if (memcmp(b, "SSH-", 4) == 0)
		return PDU_GUESS_SSH;
	for (size_t i = 0; i < COUNT(http); i++)
		if (memcmp(b, http[i], 4) == 0)
			return PDU_GUESS_HTTP;
	return PDU_GUESS_OTHER;
}

const char *pdu_guess_text(enum pdu_guess guess)
{
	switch (guess) {
	case PDU_GUESS_DICOM:
		return "DICOM";
	case PDU_GUESS_TLS:
		return "TLS";
	case PDU_GUESS_ALERT:
		return "a TLS alert";
	case PDU_GUESS_HTTP:
		return "HTTP";
	case PDU_GUESS_SSH:
		return "SSH";
	case PDU_GUESS_SHORT:
	case PDU_GUESS_OTHER:
		break;
	}
	return "something unknown";
}

/* ---- titles */

static bool title_character(uint8_t c)
{
	return c >= ' ' && c < 127 && c != '\\';
}

bool pdu_title(struct span field, char text[PDU_TITLE])
{
	bool good = true;
	uint8_t c;
	size_t n = 0;

	for (size_t left = field.n; left > 0; left--) {
		struct span last = span_at(field, left - 1, 1);
		if (!span_u8(&last, &c) || (c != ' ' && c != 0))
			break;
		field = span_at(field, 0, left - 1);
	}
	while (n < PDU_TITLE - 1 && span_u8(&field, &c)) {
		if (c == ' ' && n == 0)
			continue;
		good = good && title_character(c);
		text[n++] = title_character(c) ? (char)c : '?';
	}
	text[n] = 0;
	return good && field.n == 0;
}

bool pdu_title_valid(const char *text)
{
	bool seen = false;
	size_t n = 0;
	for (; text[n]; n++) {
		if (n == PDU_TITLE - 1 || !title_character((uint8_t)text[n]))
			return false;
		seen = seen || text[n] != ' ';
	}
	return seen;
}
