/* SPDX-License-Identifier: MIT */
/* DIMSE numbers in words: statuses and command fields. The functions are declared in dimse.h. */
#include "dicom/dimse.h"

/* PS3.7 Annex C, PS3.4 B.2.3 and Table B.2-1; the first row that holds a status decides. */
static const struct {
	uint16_t from, to;
	enum dimse_class class;
	const char *text;
} statuses[] = {
	{ 0x0000, 0x0000, DIMSE_OK, "success" },
	{ 0x0001, 0x0001, DIMSE_WARNING, "requested optional attributes are not supported" },
	{ 0x0105, 0x0105, DIMSE_FAILURE, "no such attribute" },
	{ 0x0106, 0x0106, DIMSE_FAILURE, "invalid attribute value" },
	{ 0x0107, 0x0107, DIMSE_WARNING, "attribute list error" },
	{ 0x0110, 0x0110, DIMSE_FAILURE, "processing failure" },
	{ 0x0111, 0x0111, DIMSE_FAILURE, "duplicate SOP instance" },
	{ 0x0112, 0x0112, DIMSE_FAILURE, "no such SOP instance" },
	{ 0x0113, 0x0113, DIMSE_FAILURE, "no such event type" },
	{ 0x0114, 0x0114, DIMSE_FAILURE, "no such argument" },
	{ 0x0115, 0x0115, DIMSE_FAILURE, "invalid argument value" },
	{ 0x0116, 0x0116, DIMSE_WARNING, "attribute value out of range" },
	{ 0x0117, 0x0117, DIMSE_FAILURE, "invalid SOP instance UID" },
	{ 0x0118, 0x0118, DIMSE_FAILURE, "no such SOP class" },
	{ 0x0119, 0x0119, DIMSE_FAILURE, "class and instance conflict" },
	{ 0x0120, 0x0120, DIMSE_FAILURE, "missing attribute" },
	{ 0x0121, 0x0121, DIMSE_FAILURE, "missing attribute value" },
	{ 0x0122, 0x0122, DIMSE_FAILURE, "SOP class not supported" },
	{ 0x0123, 0x0123, DIMSE_FAILURE, "no such action type" },
	{ 0x0124, 0x0124, DIMSE_FAILURE, "not authorized" },
	{ 0x0210, 0x0210, DIMSE_FAILURE, "duplicate message ID" },
	{ 0x0211, 0x0211, DIMSE_FAILURE, "unrecognized operation" },
	{ 0x0212, 0x0212, DIMSE_FAILURE, "mistyped argument" },
	{ 0x0213, 0x0213, DIMSE_FAILURE, "resource limitation" },
	{ 0xA700, 0xA7FF, DIMSE_FAILURE, "out of resources" },
	{ 0xA900, 0xA9FF, DIMSE_FAILURE, "data set does not match SOP class" },
	{ 0xA000, 0xAFFF, DIMSE_FAILURE, "failure" },
	{ 0xB000, 0xB000, DIMSE_WARNING, "data elements were coerced" },
	{ 0xB006, 0xB006, DIMSE_WARNING, "elements were discarded" },
	{ 0xB007, 0xB007, DIMSE_WARNING, "data set does not match SOP class" },
	{ 0xB000, 0xBFFF, DIMSE_WARNING, "warning" },
	{ 0xC000, 0xCFFF, DIMSE_FAILURE, "data set cannot be understood" },
	{ 0xFE00, 0xFE00, DIMSE_CANCELLED, "cancelled" },
	{ 0xFF00, 0xFF01, DIMSE_PENDING, "pending" },
	/* PS3.7 Annex C has failures in 01xx and 02xx; of what no standard names nothing good is known. */
	{ 0x0000, 0xFFFF, DIMSE_FAILURE, "unknown status" },
};

static unsigned row_of(uint16_t status)
{
	unsigned i = 0;
	while (status < statuses[i].from || status > statuses[i].to)
		i++;
	return i;
}

enum dimse_class dimse_class(uint16_t status)
{
	return statuses[row_of(status)].class;
}

const char *dimse_status_text(uint16_t status)
{
	return statuses[row_of(status)].text;
}

const char *dimse_field_text(uint16_t field)
{
	static const struct {
		uint16_t field;
		const char *rq, *rsp;
	} names[] = {
		{ C_STORE_RQ, "C-STORE-RQ", "C-STORE-RSP" },
		{ C_GET_RQ, "C-GET-RQ", "C-GET-RSP" },
		{ C_FIND_RQ, "C-FIND-RQ", "C-FIND-RSP" },
		{ C_MOVE_RQ, "C-MOVE-RQ", "C-MOVE-RSP" },
		{ C_ECHO_RQ, "C-ECHO-RQ", "C-ECHO-RSP" },
		{ N_EVENT_REPORT_RQ, "N-EVENT-REPORT-RQ", "N-EVENT-REPORT-RSP" },
		{ N_GET_RQ, "N-GET-RQ", "N-GET-RSP" },
		{ N_SET_RQ, "N-SET-RQ", "N-SET-RSP" },
		{ N_ACTION_RQ, "N-ACTION-RQ", "N-ACTION-RSP" },
		{ N_CREATE_RQ, "N-CREATE-RQ", "N-CREATE-RSP" },
		{ N_DELETE_RQ, "N-DELETE-RQ", "N-DELETE-RSP" },
	};
	if (field == C_CANCEL_RQ)
		return "C-CANCEL-RQ";
	for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
		if ((field & ~DIMSE_RSP) == names[i].field)
			return field & DIMSE_RSP ? names[i].rsp : names[i].rq;
	return "unknown command";
}
