/* SPDX-License-Identifier: MIT */
/* What two peers agree on: the acceptor's answer, the requestor's reading of one, and the looking up
 * of presentation contexts, window and limits afterwards. */
#include "dicom/uid.h"
#include "dicom/ul.h"
#include "dicom/ul_engine.h"

#include <string.h>

static bool limits(struct ul *ul, const struct pdu_user *peer, struct err *e)
{
	if (peer->max_pdu && peer->max_pdu < UL_PEER_MAX_LEAST)
		return err_set(e, ERR_PEER, PDU_ABORT_VALUE,
			"the peer's maximum length of %lu bytes is too small to work with; the "
			"least here is %d (PS3.8 D.1)",
			(unsigned long)peer->max_pdu, UL_PEER_MAX_LEAST);
	ul->peer_max = peer->max_pdu;
	return true;
}

/* Of two numbers of operations the smaller one, where 0 is any number (PS3.7 D.3.3.3). */
static uint16_t fewer(uint16_t a, uint16_t b)
{
	return a == 0 || (b != 0 && b < a) ? b : a;
}

/* False: no room for the names. */
static bool keep(struct ul *ul, uint8_t id, struct span abstract, struct span syntax)
{
	const uint16_t a = ul_names_add(&ul->names, abstract);
	const uint16_t s = ul_names_add(&ul->names, syntax);
	if (!a || !s)
		return false;
	ul->contexts[id / 2].abstract = a;
	ul->contexts[id / 2].syntax = s;
	return true;
}

static bool nth_syntax(struct span syntaxes, unsigned n, struct span *uid)
{
	for (unsigned i = 0; i <= n; i++)
		if (!pdu_next_syntax(&syntaxes, uid))
			return false;
	return true;
}

/* ---- acceptor */

static struct pdu_choice settled(
	struct ul *ul, const struct pdu_context *c, struct pdu_choice choice)
{
	struct span syntax;
	if (choice.result != PDU_ACCEPTED)
		return choice;
	if (!uid_valid(c->abstract))
		choice.result = PDU_REFUSED_ABSTRACT;
	else if (!nth_syntax(c->syntaxes, choice.syntax, &syntax) || !uid_valid(syntax))
		choice.result = PDU_REFUSED_SYNTAXES;
	else if (!keep(ul, c->id, c->abstract, syntax))
		choice.result = PDU_REFUSED_NO_REASON;
	return choice;
}

bool ul_accept(
	struct ul *ul, const struct pdu_choice *choices, const struct pdu_user *user, struct err *e)
{
	struct pdu_choice settle[PDU_CONTEXTS] = { 0 };
	struct pdu_user ours = *user;
	const struct pdu_user *theirs = &ul->rq.user;
	struct span items = ul->rq.items;
	struct pdu_context c;

	if (ul_cell(EV_ACCEPT, ul->state).action == 0)
		return err_set(e, ERR_USAGE, 0, "no association to accept: %s (PS3.8 Table 9-10)",
			ul_state_text(ul->state));
	if (!limits(ul, theirs, e))
		return false;
	for (unsigned i = 0; pdu_next_context(&items, &c); i++)
		settle[i] = settled(ul, &c, choices[i]);
	ours.window = user->window && theirs->window;
	ours.invoked = fewer(user->invoked, theirs->invoked);
	ours.performed = fewer(user->performed, theirs->performed);
	ours.identity_answer = user->identity_answer && theirs->identity_answer;

	ul->out = buf_on(ul->out.p, ul->out.cap);
	ul->out_sent = 0;
	if (!pdu_put_ac(&ul->out, &ul->rq, settle, &ours, e)) {
		ul->out = buf_on(ul->out.p, ul->out.cap);
		memset(ul->contexts, 0, sizeof ul->contexts);
		return false;
	}
	/* Both numbers are named from the requestor's side: what it invokes we perform. */
	if (ours.window) {
		ul->invoked = ours.performed;
		ul->performed = ours.invoked;
	}
	ul->our_max = ours.max_pdu;
	ul->rq = (struct pdu_assoc){ 0 };
	return ul_act(ul, EV_ACCEPT, (struct ul_said){ 0 }) == AE_7;
}

/* ---- requestor */

static bool offered(const struct pdu_offer *o, struct span syntax)
{
	for (unsigned i = 0; i < o->syntax_count; i++)
		if (span_eq_str(syntax, o->syntaxes[i]))
			return true;
	return false;
}

bool ul_agree(struct ul *ul, const struct pdu_assoc *ac, struct err *e)
{
	const struct pdu_proposal *p = ul->proposal;
	struct span items = ac->items;
	struct pdu_context c;

	/* The one bit that is to be tested (PS3.8 9.3.3). */
	if (!(ac->version & 1))
		return err_set(e, ERR_PEER, PDU_ABORT_VALUE,
			"the answer has protocol version %04x, which is not supported (PS3.8 "
			"9.3.3)",
			ac->version);
	if (!limits(ul, &ac->user, e))
		return false;
	while (pdu_next_context(&items, &c)) {
		struct span syntax = { 0 };
		char text[UID_TEXT];
		if (c.id / 2u >= p->offer_count)
			return err_set(e, ERR_PEER, PDU_ABORT_VALUE,
				"the answer has presentation context %u, which was not proposed "
				"(PS3.8 9.3.3.2)",
				c.id);
		const struct pdu_offer *o = &p->offers[c.id / 2];
		ul->results[c.id / 2] = c.result;
		if (c.result != PDU_ACCEPTED)
			continue;
		if (!nth_syntax(c.syntaxes, 0, &syntax) || !offered(o, syntax))
			return err_set(e, ERR_PEER, PDU_ABORT_VALUE,
				"the answer takes %s for presentation context %u, which was not "
				"proposed (PS3.8 9.3.3.2)",
				uid_name(syntax, text), c.id);
		if (!keep(ul, c.id, span_str(o->abstract), syntax))
			ul->results[c.id / 2] = PDU_REFUSED_NO_REASON;
	}
	if (p->user.window && ac->user.window) {
		ul->invoked = fewer(p->user.invoked, ac->user.invoked);
		ul->performed = fewer(p->user.performed, ac->user.performed);
	}
	ul->proposal = NULL;
	return true;
}

/* ---- afterwards */

bool ul_context(const struct ul *ul, uint8_t id, struct ul_context *c)
{
	if (id % 2 == 0 || ul->contexts[id / 2].abstract == 0)
		return false;
	c->id = id;
	c->abstract = ul_names_uid(&ul->names, ul->contexts[id / 2].abstract, c->abstract_text);
	c->syntax = ul_names_uid(&ul->names, ul->contexts[id / 2].syntax, c->syntax_text);
	return true;
}

uint8_t ul_find(const struct ul *ul, struct span abstract, struct span syntax)
{
	const uint16_t a = ul_names_find(&ul->names, abstract);
	const uint16_t s = ul_names_find(&ul->names, syntax);
	for (unsigned i = 0; a && s && i < PDU_CONTEXTS; i++)
		if (ul->contexts[i].abstract == a && ul->contexts[i].syntax == s)
			return (uint8_t)(2 * i + 1);
	return 0;
}

uint8_t ul_result(const struct ul *ul, unsigned i)
{
	return i < PDU_CONTEXTS ? ul->results[i] : PDU_NOT_ANSWERED;
}

uint16_t ul_window_invoked(const struct ul *ul)
{
	return ul->invoked;
}

uint16_t ul_window_performed(const struct ul *ul)
{
	return ul->performed;
}
