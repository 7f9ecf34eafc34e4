/* SPDX-License-Identifier: MIT */
/* Association PDUs. The decoder walks all items once to check them; the walkers that callers use
 * afterwards share its code and cannot fail on what it let pass. */
#include "dicom/pdu_assoc.h"

#include <string.h>

#include "dicom/uid.h"

enum {
	APPLICATION_CONTEXT = 0x10,
	CONTEXT_RQ = 0x20,
	CONTEXT_AC = 0x21,
	ABSTRACT = 0x30,
	SYNTAX = 0x40,
	USER_INFORMATION = 0x50,
	TITLES = 64 /* called and calling title, and 32 reserved bytes that an AC gives back */
};

/* Reads the content of a presentation context item. */
static bool context_of(struct span s, bool accept, struct pdu_context *c, struct err *e)
{
	const char *clause = accept ? "PS3.8 9.3.3.2" : "PS3.8 9.3.2.2";
	uint8_t type, result;
	bool named = false;

	*c = (struct pdu_context){ 0 };
	if (!span_u8(&s, &c->id) || !span_skip(&s, 1) || !span_u8(&s, &result) || !span_skip(&s, 1))
		return err_set(e, ERR_PEER, PDU_ABORT_VALUE,
			"a presentation context item is too short (%s)", clause);
	if (c->id % 2 == 0)
		return err_set(e, ERR_PEER, PDU_ABORT_VALUE,
			"presentation context number %u is not odd (%s)", c->id, clause);
	c->result = accept ? result : PDU_ACCEPTED;
	c->syntaxes = s;
	while (s.n) {
		struct span content;
		if (!pdu_next_item(&s, &type, &content))
			return err_set(e, ERR_PEER, PDU_ABORT_VALUE,
				"a sub-item of presentation context %u is longer than the context "
				"(%s)",
				c->id, clause);
		if (type == SYNTAX)
			c->syntax_count++;
		if (type == ABSTRACT && !accept) {
			if (named)
				return err_set(e, ERR_PEER, PDU_ABORT_PARAMETER_UNEXPECTED,
					"presentation context %u has two abstract syntaxes (%s)",
					c->id, clause);
			named = true;
			uid_from_value(content, &c->abstract);
		}
	}
	if (!accept && !named)
		return err_set(e, ERR_PEER, PDU_ABORT_VALUE,
			"presentation context %u has no abstract syntax (%s)", c->id, clause);
	if (c->syntax_count == 0 && c->result == PDU_ACCEPTED)
		return err_set(e, ERR_PEER, PDU_ABORT_VALUE,
			"presentation context %u has no transfer syntax (%s)", c->id, clause);
	if (c->syntax_count > (accept && c->result == PDU_ACCEPTED ? 1 : PDU_SYNTAXES))
		return err_set(e, ERR_PEER, PDU_ABORT_VALUE,
			"presentation context %u has %u transfer syntaxes; %s (%s)", c->id,
			c->syntax_count, accept ? "an answer has one" : "the limit here is 255",
			clause);
	return true;
}

/* One item of the variable part. seen: an item of each kind that may come but once was there. */
static bool take(struct pdu_assoc *a, uint8_t type, struct span content, uint8_t ids[32],
	unsigned *seen, struct err *e)
{
	struct pdu_context c;

	switch (type) {
	case APPLICATION_CONTEXT:
	case USER_INFORMATION:
		if (*seen & 1u << (type >> 4))
			return err_set(e, ERR_PEER, PDU_ABORT_PARAMETER_UNEXPECTED,
				"two %s items (PS3.8 9.3.2)",
				type == USER_INFORMATION ? "user information"
							 : "application context");
		*seen |= 1u << (type >> 4);
		if (type == USER_INFORMATION)
			return pdu_decode_user(content, a->accept, &a->user, e);
		uid_from_value(content, &a->context_name);
		return true;
	case CONTEXT_RQ:
	case CONTEXT_AC:
		if ((type == CONTEXT_AC) != a->accept)
			return err_set(e, ERR_PEER, PDU_ABORT_PARAMETER_UNEXPECTED,
				"a presentation context item of type %02x in this PDU "
				"(PS3.8 9.3.2, 9.3.3)",
				type);
		if (!context_of(content, a->accept, &c, e))
			return false;
		if (ids[c.id / 8] & 1 << c.id % 8)
			return err_set(e, ERR_PEER, PDU_ABORT_VALUE,
				"presentation context number %u comes twice (PS3.8 9.3.2.2)", c.id);
		ids[c.id / 8] |= (uint8_t)(1 << c.id % 8);
		a->context_count++;
		return true;
	default:
		return true; /* unknown items are skipped (PS3.8 9.3.1) */
	}
}

static bool decode(struct span pdu, bool accept, struct pdu_assoc *a, struct err *e)
{
	uint8_t ids[32] = { 0 };
	unsigned seen = 0;

	*a = (struct pdu_assoc){ .accept = accept };
	if (!span_u16be(&pdu, &a->version) || !span_skip(&pdu, 2) ||
		!span_take(&pdu, TITLES, &a->titles))
		return err_set(e, ERR_PEER, PDU_ABORT_VALUE,
			"the PDU is shorter than its fixed part of 74 bytes (PS3.8 9.3.2, 9.3.3)");
	a->items = pdu;
	while (pdu.n) {
		uint8_t type;
		struct span content;
		if (!pdu_next_item(&pdu, &type, &content))
			return err_set(e, ERR_PEER, PDU_ABORT_VALUE,
				"an item is longer than the PDU (PS3.8 9.3.1)");
		if (!take(a, type, content, ids, &seen, e))
			return false;
	}
	if (!(seen & 1u << (APPLICATION_CONTEXT >> 4)))
		return err_set(e, ERR_PEER, PDU_ABORT_VALUE,
			"the application context item is missing (PS3.8 9.3.2.1)");
	if (a->context_count == 0)
		return err_set(e, ERR_PEER, PDU_ABORT_VALUE,
			"there is no presentation context item (PS3.8 9.3.2.2)");
	if (!(seen & 1u << (USER_INFORMATION >> 4)))
		return err_set(e, ERR_PEER, PDU_ABORT_VALUE,
			"the user information item is missing (PS3.8 9.3.2.3)");
	return true;
}

bool pdu_decode_rq(struct span pdu, struct pdu_assoc *a, struct err *e)
{
	if (!decode(pdu, false, a, e))
		return err_in(e, ", in an A-ASSOCIATE-RQ");
	const bool called = pdu_title(span_at(a->titles, 0, 16), a->called);
	const bool calling = pdu_title(span_at(a->titles, 16, 16), a->calling);
	if (!called || !calling)
		return err_set(e, ERR_PEER, PDU_ABORT_VALUE,
			"the %s AE title \"%s\" has a backslash, a control character or one beyond "
			"ASCII (PS3.8 9.3.2), in an A-ASSOCIATE-RQ",
			called ? "calling" : "called", called ? a->calling : a->called);
	if (!*a->called && !*a->calling)
		return err_set(e, ERR_PEER, PDU_ABORT_VALUE,
			"both AE titles are empty (PS3.8 9.3.2), in an A-ASSOCIATE-RQ");
	return true;
}

bool pdu_decode_ac(struct span pdu, struct pdu_assoc *a, struct err *e)
{
	return decode(pdu, true, a, e) || err_in(e, ", in an A-ASSOCIATE-AC");
}

bool pdu_next_context(struct span *items, struct pdu_context *c)
{
	uint8_t type;
	struct span content;
	while (pdu_next_item(items, &type, &content))
		if (type == CONTEXT_RQ || type == CONTEXT_AC)
			return context_of(content, type == CONTEXT_AC, c, NULL);
	return false;
}

bool pdu_next_syntax(struct span *syntaxes, struct span *uid)
{
	uint8_t type;
	struct span content;
	while (pdu_next_item(syntaxes, &type, &content))
		if (type == SYNTAX) {
			uid_from_value(content, uid);
			return true;
		}
	return false;
}

/* ---- encoding */

static void put_item(struct buf *b, uint8_t type, struct span s)
{
	const size_t mark = pdu_open_item(b, type);
	buf_bytes(b, s);
	buf_close_be(b, mark, 2);
}

static size_t open_pdu(struct buf *b, enum pdu_type type)
{
	buf_u8(b, (uint8_t)type);
	buf_u8(b, 0);
	const size_t mark = buf_open(b, 4);
	buf_u16be(b, 1); /* version 1 is bit 0 */
	buf_u16be(b, 0);
	return mark;
}

static void put_title(struct buf *b, const char *title)
{
	const struct span s = span_str(title);
	buf_bytes(b, s);
	buf_fill(b, ' ', 16 - s.n);
}

static bool user_valid(const struct pdu_user *u, struct err *e)
{
	if (!uid_valid(u->class_uid))
		return err_set(e, ERR_USAGE, 0,
			"the implementation class UID is no UID (PS3.7 D.3.3.2, PS3.5 9.1)");
	if (u->version.n > 16)
		return err_set(e, ERR_USAGE, 0,
			"the implementation version name has over 16 characters (PS3.7 D.3.3.2)");
	for (unsigned i = 0; i < u->role_count; i++)
		if (!uid_valid(u->roles[i].abstract))
			return err_set(e, ERR_USAGE, 0,
				"a role is selected for something that is no UID (PS3.7 D.3.3.4)");
	return true;
}

static bool offer_valid(const struct pdu_offer *o, struct err *e)
{
	char text[UID_TEXT];
	if (!uid_valid(span_str(o->abstract)))
		return err_set(e, ERR_USAGE, 0, "\"%s\" is no UID (PS3.5 9.1)",
			uid_name(span_str(o->abstract), text));
	if (o->syntax_count == 0 || o->syntax_count > PDU_SYNTAXES)
		return err_set(e, ERR_USAGE, 0, "%s needs 1 to %d transfer syntaxes, not %u",
			uid_name(span_str(o->abstract), text), PDU_SYNTAXES, o->syntax_count);
	for (unsigned i = 0; i < o->syntax_count; i++)
		if (!uid_valid(span_str(o->syntaxes[i])))
			return err_set(e, ERR_USAGE, 0, "\"%s\" is no UID (PS3.5 9.1)",
				uid_name(span_str(o->syntaxes[i]), text));
	return true;
}

static bool finish(struct buf *b, size_t mark, struct err *e)
{
	buf_close_be(b, mark, 4);
	return buf_ok(b) ||
		err_set(e, ERR_LIMIT, 0,
			"the association PDU does not fit its storage of %zu bytes, or "
			"an item does not fit 65535; propose less",
			b->cap);
}

bool pdu_put_rq(struct buf *b, const struct pdu_proposal *p, struct err *e)
{
	if (!pdu_title_valid(p->called) || !pdu_title_valid(p->calling))
		return err_set(e, ERR_USAGE, 0,
			"AE title \"%s\" must have 1 to 16 ASCII characters, no backslash (PS3.5 "
			"6.2)",
			pdu_title_valid(p->called) ? p->calling : p->called);
	if (p->offer_count == 0 || p->offer_count > PDU_CONTEXTS)
		return err_set(e, ERR_USAGE, 0,
			"an association has 1 to %d presentation contexts, not %u (PS3.8 9.3.2.2)",
			PDU_CONTEXTS, p->offer_count);
	if (!user_valid(&p->user, e))
		return false;

	const size_t pdu = open_pdu(b, PDU_ASSOC_RQ);
	put_title(b, p->called);
	put_title(b, p->calling);
	buf_fill(b, 0, 32);
	put_item(b, APPLICATION_CONTEXT, span_str(UID_APPLICATION_CONTEXT));
	for (unsigned i = 0; i < p->offer_count; i++) {
		const struct pdu_offer *o = &p->offers[i];
		if (!offer_valid(o, e))
			return false;
		const size_t item = pdu_open_item(b, CONTEXT_RQ);
		buf_u8(b, (uint8_t)(2 * i + 1));
		buf_fill(b, 0, 3);
		put_item(b, ABSTRACT, span_str(o->abstract));
		for (unsigned k = 0; k < o->syntax_count; k++)
			put_item(b, SYNTAX, span_str(o->syntaxes[k]));
		buf_close_be(b, item, 2);
	}
	pdu_put_user(b, false, &p->user);
	return finish(b, pdu, e);
}

/* The transfer syntax of an answer; of a refusal it is not significant (PS3.8 9.3.3.2). */
static struct span chosen(const struct pdu_context *c, const struct pdu_choice *choice)
{
	struct span left = c->syntaxes, uid = span_str(UID_IMPLICIT_LE);
	if (choice->result == PDU_ACCEPTED)
		for (unsigned i = 0; i <= choice->syntax; i++)
			if (!pdu_next_syntax(&left, &uid))
				return (struct span){ 0 };
	return uid;
}

bool pdu_put_ac(struct buf *b, const struct pdu_assoc *rq, const struct pdu_choice *choices,
	const struct pdu_user *user, struct err *e)
{
	struct span items = rq->items;
	struct pdu_context c;

	if (!user_valid(user, e))
		return false;
	const size_t pdu = open_pdu(b, PDU_ASSOC_AC);
	buf_bytes(b, rq->titles);
	put_item(b, APPLICATION_CONTEXT, span_str(UID_APPLICATION_CONTEXT));
	for (; pdu_next_context(&items, &c); choices++) {
		const struct span syntax = chosen(&c, choices);
		if (!uid_valid(syntax))
			return err_set(e, ERR_USAGE, 0,
				"presentation context %u was not proposed with a transfer syntax "
				"%u",
				c.id, choices->syntax);
		const size_t item = pdu_open_item(b, CONTEXT_AC);
		buf_u8(b, c.id);
		buf_u8(b, 0);
		buf_u8(b, choices->result);
		buf_u8(b, 0);
		put_item(b, SYNTAX, syntax);
		buf_close_be(b, item, 2);
	}
	pdu_put_user(b, true, user);
	return finish(b, pdu, e);
}
