/* SPDX-License-Identifier: MIT */
/* User information sub-items (PS3.7 Annex D.3.3), decoded and encoded. */
#include "dicom/pdu_user.h"

#include "dicom/pdu.h"
#include "dicom/uid.h"

enum {
	USER_INFORMATION = 0x50,
	MAX_LENGTH = 0x51,
	CLASS_UID = 0x52,
	WINDOW = 0x53,
	ROLE = 0x54,
	VERSION = 0x55,
	EXTENDED = 0x56,
	COMMON_EXTENDED = 0x57,
	IDENTITY_RQ = 0x58,
	IDENTITY_AC = 0x59
};

static bool role_of(struct span s, struct pdu_role *r)
{
	struct span uid;
	uint8_t scu, scp;
	if (!span_run(&s, 2, &uid) || !span_u8(&s, &scu) || !span_u8(&s, &scp) || s.n)
		return false;
	uid_from_value(uid, &r->abstract);
	r->scu = scu == 1;
	r->scp = scp == 1;
	return true;
}

static bool extended_of(struct span s, uint8_t type, struct pdu_extended *x)
{
	struct span uid;
	if (!span_run(&s, 2, &uid))
		return false;
	uid_from_value(uid, &x->abstract);
	x->info = s;
	x->common = type == COMMON_EXTENDED;
	return true;
}

static bool identity_of(struct span s, bool accept, struct pdu_user *u)
{
	uint8_t answer = 1;
	if (!accept && (!span_u8(&s, &u->identity) || !span_u8(&s, &answer)))
		return false;
	u->identity_answer = answer == 1;
	return span_run(&s, 2, &u->primary) && (accept || span_run(&s, 2, &u->secondary)) &&
		s.n == 0;
}

/* One sub-item. False: it is malformed. */
static bool take(uint8_t type, struct span s, bool accept, struct pdu_user *u)
{
	struct pdu_role role;
	struct pdu_extended extended;

	switch (type) {
	case MAX_LENGTH:
		return span_u32be(&s, &u->max_pdu) && s.n == 0;
	/* These two serve people who look for a fault; a bad one is no reason to refuse service. */
	case CLASS_UID:
		if (uid_from_value(s, &u->class_uid) == UID_BAD)
			u->class_uid = (struct span){ 0 };
		return true;
	case WINDOW:
		u->window = true;
		return span_u16be(&s, &u->invoked) && span_u16be(&s, &u->performed) && s.n == 0;
	case ROLE:
		return role_of(s, &role);
	case VERSION:
		u->version = span_at(s, 0, 16);
		return true;
	case EXTENDED:
	case COMMON_EXTENDED:
		return extended_of(s, type, &extended);
	case IDENTITY_RQ:
	case IDENTITY_AC:
		/* The one of the other direction has no meaning here. */
		return (type == IDENTITY_AC) != accept || identity_of(s, accept, u);
	default:
		return true; /* unknown ones are skipped (PS3.8 9.3.1) */
	}
}

static const struct {
	const char *name, *clause;
	bool once;
} rules[] = {
	[MAX_LENGTH - MAX_LENGTH] = { "maximum length", "PS3.8 D.1", true },
	[CLASS_UID - MAX_LENGTH] = { "implementation class UID", "PS3.7 D.3.3.2", true },
	[WINDOW - MAX_LENGTH] = { "asynchronous operations window", "PS3.7 D.3.3.3", true },
	[ROLE - MAX_LENGTH] = { "role selection", "PS3.7 D.3.3.4", false },
	[VERSION - MAX_LENGTH] = { "implementation version name", "PS3.7 D.3.3.2", true },
	[EXTENDED - MAX_LENGTH] = { "extended negotiation", "PS3.7 D.3.3.5", false },
	[COMMON_EXTENDED - MAX_LENGTH] = { "common extended negotiation", "PS3.7 D.3.3.6", false },
	[IDENTITY_RQ - MAX_LENGTH] = { "user identity", "PS3.7 D.3.3.7", true },
	[IDENTITY_AC - MAX_LENGTH] = { "user identity answer", "PS3.7 D.3.3.7", true },
};

bool pdu_decode_user(struct span item, bool accept, struct pdu_user *u, struct err *e)
{
	unsigned seen = 0;

	*u = (struct pdu_user){ .invoked = 1, .performed = 1, .items = item };
	while (item.n) {
		uint8_t type;
		struct span content;
		if (!pdu_next_item(&item, &type, &content))
			return err_set(e, ERR_PEER, PDU_ABORT_VALUE,
				"a sub-item of the user information is longer than the item "
				"(PS3.8 9.3.2.3)");
		const unsigned i = (unsigned)type - MAX_LENGTH;
		const bool known = i < sizeof rules / sizeof *rules;
		if (known && rules[i].once && seen & 1u << i)
			return err_set(e, ERR_PEER, PDU_ABORT_PARAMETER_UNEXPECTED,
				"two sub-items for the %s (%s)", rules[i].name, rules[i].clause);
		if (known)
			seen |= 1u << i;
		if (!take(type, content, accept, u))
			return err_set(e, ERR_PEER, PDU_ABORT_VALUE,
				"the %s sub-item is malformed (%s)", rules[i].name,
				rules[i].clause);
	}
	if (!(seen & 1))
		return err_set(e, ERR_PEER, PDU_ABORT_VALUE,
			"the user information has no maximum length sub-item (PS3.8 D.1)");
	return true;
}

bool pdu_next_role(struct span *items, struct pdu_role *r)
{
	uint8_t type;
	struct span content;
	while (pdu_next_item(items, &type, &content))
		if (type == ROLE && role_of(content, r))
			return true;
	return false;
}

bool pdu_next_extended(struct span *items, struct pdu_extended *x)
{
	uint8_t type;
	struct span content;
	while (pdu_next_item(items, &type, &content))
		if ((type == EXTENDED || type == COMMON_EXTENDED) && extended_of(content, type, x))
			return true;
	return false;
}

/* ---- encoding */

static void put_counted(struct buf *b, struct span s)
{
	const size_t mark = buf_open(b, 2);
	buf_bytes(b, s);
	buf_close_be(b, mark, 2);
}

static void put_bytes(struct buf *b, uint8_t type, struct span s)
{
	const size_t mark = pdu_open_item(b, type);
	buf_bytes(b, s);
	buf_close_be(b, mark, 2);
}

static void put_window(struct buf *b, const struct pdu_user *u)
{
	const size_t mark = pdu_open_item(b, WINDOW);
	buf_u16be(b, u->invoked);
	buf_u16be(b, u->performed);
	buf_close_be(b, mark, 2);
}

static void put_role(struct buf *b, const struct pdu_role *r)
{
	const size_t mark = pdu_open_item(b, ROLE);
	put_counted(b, r->abstract);
	buf_u8(b, r->scu);
	buf_u8(b, r->scp);
	buf_close_be(b, mark, 2);
}

static void put_extended(struct buf *b, const struct pdu_extended *x)
{
	const size_t mark = pdu_open_item(b, x->common ? COMMON_EXTENDED : EXTENDED);
	put_counted(b, x->abstract);
	buf_bytes(b, x->info);
	buf_close_be(b, mark, 2);
}

static void put_identity(struct buf *b, bool accept, const struct pdu_user *u)
{
	const size_t mark = pdu_open_item(b, accept ? IDENTITY_AC : IDENTITY_RQ);
	if (!accept) {
		buf_u8(b, u->identity);
		buf_u8(b, u->identity_answer);
	}
	put_counted(b, u->primary);
	if (!accept)
		put_counted(b, u->secondary);
	buf_close_be(b, mark, 2);
}

void pdu_put_user(struct buf *b, bool accept, const struct pdu_user *u)
{
	const size_t item = pdu_open_item(b, USER_INFORMATION);
	const size_t mark = pdu_open_item(b, MAX_LENGTH);
	buf_u32be(b, u->max_pdu);
	buf_close_be(b, mark, 2);
	put_bytes(b, CLASS_UID, u->class_uid);
	if (u->window)
		put_window(b, u);
	for (unsigned i = 0; i < u->role_count; i++)
		put_role(b, &u->roles[i]);
	if (u->version.n)
		put_bytes(b, VERSION, u->version);
	for (unsigned i = 0; i < u->extended_count; i++)
		put_extended(b, &u->extended[i]);
	if (accept ? u->identity_answer : u->identity != PDU_IDENTITY_NONE)
		put_identity(b, accept, u);
	buf_close_be(b, item, 2);
}
