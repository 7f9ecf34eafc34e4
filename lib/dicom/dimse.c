/* SPDX-License-Identifier: MIT */
/* Command sets. One table says for each element what it is, where it lives in struct dimse, and in
 * which messages it must or may stand; decoding and encoding both follow it. */
#include "dicom/dimse.h"

#include <stddef.h>

#include "dicom/uid.h"

enum {
	STORE_RQ = 1,
	STORE_RSP = 2,
	ECHO_RQ = 4,
	ECHO_RSP = 8,
	CANCEL = 16,
	OTHER_RQ = 32,
	OTHER_RSP = 64
};

#define RQ (STORE_RQ | ECHO_RQ | OTHER_RQ)
#define RSP (STORE_RSP | ECHO_RSP | OTHER_RSP)
#define ALL (RQ | RSP | CANCEL)

enum vr { US, AT, UI, LO, AE };

#define IN(member) offsetof(struct dimse, member)

/* PS3.7 9.3.1, 9.3.2.3, 9.3.5, Annex E; in order of tag. */
static const struct rule {
	uint16_t element;
	uint8_t vr;
	uint8_t at;
	uint8_t must, may; /* messages */
	const char *name;
} rules[] = {
	{ 0x0002, UI, IN(sop_class), STORE_RQ | ECHO_RQ, RSP | OTHER_RQ, "Affected SOP Class UID" },
	{ 0x0100, US, IN(field), ALL, 0, "Command Field" },
	{ 0x0110, US, IN(id), RQ, 0, "Message ID" },
	{ 0x0120, US, IN(id), RSP | CANCEL, 0, "Message ID Being Responded To" },
	{ 0x0700, US, IN(priority), STORE_RQ, OTHER_RQ, "Priority" },
	{ 0x0800, US, IN(dataset), ALL, 0, "Command Data Set Type" },
	{ 0x0900, US, IN(status), RSP, 0, "Status" },
	{ 0x0901, AT, IN(offending), 0, RSP, "Offending Element" },
	{ 0x0902, LO, IN(comment), 0, RSP, "Error Comment" },
	{ 0x0903, US, IN(error_id), 0, RSP, "Error ID" },
	{ 0x1000, UI, IN(sop_instance), STORE_RQ, RSP | OTHER_RQ, "Affected SOP Instance UID" },
	{ 0x1030, AE, IN(originator), 0, STORE_RQ, "Move Originator Application Entity Title" },
	{ 0x1031, US, IN(originator_id), 0, STORE_RQ, "Move Originator Message ID" },
};

enum { RULES = sizeof rules / sizeof *rules };

static uint8_t message_of(uint16_t field)
{
	switch (field) {
	case C_STORE_RQ:
		return STORE_RQ;
	case C_STORE_RSP:
		return STORE_RSP;
	case C_ECHO_RQ:
		return ECHO_RQ;
	case C_ECHO_RSP:
		return ECHO_RSP;
	case C_CANCEL_RQ:
		return CANCEL;
	default:
		return field & DIMSE_RSP ? OTHER_RSP : OTHER_RQ;
	}
}

bool dimse_has_dataset(const struct dimse *d)
{
	return d->dataset != DIMSE_NO_DATASET;
}

/* ---- decoding */

bool dimse_gather(struct buf *store, struct span piece, struct err *e)
{
	buf_bytes(store, piece);
	return buf_ok(store) ||
		err_set(e, ERR_LIMIT, 0, "a command set of over %zu bytes; that is the limit here",
			store->cap);
}

/* Spaces at the end are not significant in LO and AE (PS3.5 6.2), nor is a NUL that some pad with. */
static struct span trimmed(struct span s)
{
	for (uint8_t c; s.n > 0; s.n--) {
		struct span last = span_at(s, s.n - 1, 1);
		if (!span_u8(&last, &c) || (c != ' ' && c != 0))
			break;
	}
	return s;
}

/* Puts a value into its member. False: it is not one of its VR. */
static bool take(const struct rule *r, struct span value, struct dimse *d)
{
	void *member = (char *)d + r->at;
	uint16_t group, element;

	switch ((enum vr)r->vr) {
	case US:
		return value.n == 2 && span_u16le(&value, member);
	case AT:
		if (!span_u16le(&value, &group) || !span_u16le(&value, &element))
			return false;
		*(uint32_t *)member = (uint32_t)group << 16 | element;
		return true;
	case UI: {
		struct span uid;
		const enum uid_form form = uid_from_value(value, &uid);
		if (form == UID_BAD)
			return false;
		d->spaced = d->spaced || form == UID_SPACED;
		*(struct span *)member = uid;
		return true;
	}
	case LO:
	case AE:
		/* A comment that is too long is still a comment. */
		*(struct span *)member = trimmed(value);
		return r->vr == LO || value.n <= 16;
	}
	return false;
}

/* What a peer hears when this element of its request is missing or wrong. 0: it cannot be told,
 * because without the element there is no telling what the message is. */
static uint16_t answer(const struct rule *r, uint8_t message, bool missing)
{
	const bool telling = r->at == IN(field) || r->at == IN(id) || r->at == IN(dataset);
	if (telling || !(message & RQ))
		return 0;
	if (r->at == IN(sop_instance) && !missing)
		return DIMSE_BAD_INSTANCE;
	if (r->at == IN(sop_class) && !missing)
		return DIMSE_CLASS_UNSUPPORTED;
	return DIMSE_MISTYPED;
}

struct element {
	uint16_t group, number;
	struct span value;
};

static bool next_element(struct span *set, struct element *el, struct err *e)
{
	uint32_t n;
	if (!span_u16le(set, &el->group) || !span_u16le(set, &el->number) || !span_u32le(set, &n))
		return err_set(e, ERR_PEER, 0, "a command set ends within an element (PS3.7 6.3)");
	if (n % 2)
		return err_set(e, ERR_PEER, 0,
			"command element (%04x,%04x) has the odd length %lu (PS3.7 6.3.1)",
			el->group, el->number, (unsigned long)n);
	if (!span_take(set, n, &el->value))
		return err_set(e, ERR_PEER, 0,
			"command element (%04x,%04x) of %lu bytes is longer than the command set "
			"(PS3.7 6.3.1)",
			el->group, el->number, (unsigned long)n);
	if (el->group != 0)
		return err_set(e, ERR_PEER, 0,
			"element (%04x,%04x) does not belong in a command set (PS3.7 6.3.1)",
			el->group, el->number);
	return true;
}

static bool group_length(struct span *set, struct err *e)
{
	struct element el;
	uint32_t n;
	if (!next_element(set, &el, e))
		return false;
	if (el.number != 0 || el.value.n != 4 || !span_u32le(&el.value, &n))
		return err_set(e, ERR_PEER, 0,
			"a command set does not begin with its group length (0000,0000) (PS3.7 "
			"9.3)");
	if (n != set->n)
		return err_set(e, ERR_PEER, 0,
			"the command group length is %lu, and %zu bytes follow (PS3.7 9.3)",
			(unsigned long)n, set->n);
	return true;
}

/* Fills *d; seen and wrong get a bit for each rule whose element came, and came malformed. */
static bool scan(struct span set, struct dimse *d, unsigned *seen, unsigned *wrong, struct err *e)
{
	struct element el;
	unsigned at = 0, before = 0;

	if (!group_length(&set, e))
		return false;
	while (set.n) {
		if (!next_element(&set, &el, e))
			return false;
		if (el.number <= before)
			return err_set(e, ERR_PEER, 0,
				"command element (0000,%04x) comes after (0000,%04x) (PS3.7 6.3.1)",
				el.number, before);
		before = el.number;
		while (at < RULES && rules[at].element < el.number)
			at++;
		if (at == RULES || rules[at].element != el.number)
			continue;
		/* The field has come by the time that it matters, as tags ascend. */
		const uint8_t place = rules[at].must | rules[at].may;
		if (el.number > 0x0100 && !(place & message_of(d->field)))
			continue;
		/* Some peers answer with empty UIDs where they might leave them out. */
		if (el.value.n == 0 && !(rules[at].must & message_of(d->field)))
			continue;
		*seen |= 1u << at;
		if (!take(&rules[at], el.value, d))
			*wrong |= 1u << at;
	}
	return true;
}

static bool complete(uint8_t message, unsigned seen, unsigned wrong, struct err *e)
{
	/* What makes an answer impossible comes first. */
	for (int pass = 0; pass < 2; pass++)
		for (unsigned i = 0; i < RULES; i++) {
			const struct rule *r = &rules[i];
			const bool missing = r->must & message && !(seen & 1u << i);
			const uint16_t status = answer(r, message, missing);
			if ((!missing && !(wrong & 1u << i)) || (pass == 0 && status != 0))
				continue;
			return err_set(e, ERR_PEER, status, "%s (0000,%04x) is %s (PS3.7 9.3)",
				r->name, r->element,
				missing               ? "missing"
					: r->vr == UI ? "not a UID (PS3.5 9.1)"
						      : "malformed");
		}
	return true;
}

bool dimse_decode(struct span set, struct dimse *d, struct err *e)
{
	unsigned seen = 0, wrong = 0;

	*d = (struct dimse){ .dataset = DIMSE_NO_DATASET };
	if (!scan(set, d, &seen, &wrong, e))
		return false;
	const uint8_t message = message_of(d->field);
	/* This one comes before the field, which says whether it belongs there. */
	if (message == CANCEL)
		d->sop_class = span_of(NULL, 0);
	if (!complete(message, seen, wrong, e))
		return d->field ? err_in(e, ", in a %s", dimse_field_text(d->field)) : false;
	if (message == OTHER_RQ)
		return err_set(e, ERR_PEER, DIMSE_UNRECOGNIZED,
			"a %s (%04x) is not served here (PS3.7 Annex C)",
			dimse_field_text(d->field), d->field);
	if (message == OTHER_RSP)
		return err_set(e, ERR_PEER, 0, "a %s (%04x) answers nothing that was asked",
			dimse_field_text(d->field), d->field);
	if (dimse_has_dataset(d) != (message == STORE_RQ))
		return err_set(e, ERR_PEER, message & RQ ? DIMSE_MISTYPED : 0,
			"Command Data Set Type (0000,0800) says that %s data set follows a %s "
			"(PS3.7 "
			"9.3)",
			dimse_has_dataset(d) ? "a" : "no", dimse_field_text(d->field));
	return true;
}

/* ---- encoding */

struct dimse dimse_response(const struct dimse *rq, uint16_t status)
{
	return (struct dimse){ .field = rq->field | DIMSE_RSP,
		.id = rq->id,
		.dataset = DIMSE_NO_DATASET,
		.status = status,
		.sop_class = rq->sop_class,
		.sop_instance = rq->sop_instance };
}

/* A backslash would divide the value (PS3.5 6.2), and control characters have no place in it. */
static void put_text(struct buf *b, struct span s, size_t most)
{
	size_t n = 0;
	for (uint8_t c; n < most && span_u8(&s, &c); n++)
		buf_u8(b, c == '\\' ? '/' : c < ' ' || c > 126 ? '?' : c);
	if (n % 2)
		buf_u8(b, ' ');
}

static void put_value(struct buf *b, const struct rule *r, const void *member)
{
	const struct span *s = member;
	uint32_t tag;

	switch ((enum vr)r->vr) {
	case US:
		buf_u16le(b, *(const uint16_t *)member);
		break;
	case AT:
		tag = *(const uint32_t *)member;
		buf_u16le(b, (uint16_t)(tag >> 16));
		buf_u16le(b, (uint16_t)tag);
		break;
	case UI:
		buf_bytes(b, *s);
		buf_fill(b, 0, s->n % 2);
		break;
	case LO:
	case AE:
		put_text(b, *s, r->vr == AE ? 16 : DIMSE_COMMENT);
		break;
	}
}

static bool is_there(const struct rule *r, const struct dimse *d)
{
	const void *member = (const char *)d + r->at;
	if (r->at == IN(originator_id))
		return d->originator.n > 0;
	if (r->vr == US)
		return *(const uint16_t *)member != 0;
	if (r->vr == AT)
		return *(const uint32_t *)member != 0;
	return ((const struct span *)member)->n > 0;
}

void dimse_put(struct buf *b, const struct dimse *d)
{
	const uint8_t message = message_of(d->field);

	buf_u32le(b, 0); /* (0000,0000) */
	buf_u32le(b, 4);
	const size_t group = buf_open(b, 4);
	for (unsigned i = 0; i < RULES; i++) {
		const struct rule *r = &rules[i];
		if (!(r->must & message) && !(r->may & message && is_there(r, d)))
			continue;
		buf_u16le(b, 0);
		buf_u16le(b, r->element);
		const size_t mark = buf_open(b, 4);
		put_value(b, r, (const char *)d + r->at);
		buf_close_le(b, mark, 4);
	}
	buf_close_le(b, group, 4);
}
