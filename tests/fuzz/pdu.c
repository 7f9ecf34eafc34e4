/* SPDX-License-Identifier: MIT */
/* The PDU codec: the first byte says which PDU, the rest is its content. What is taken is walked, and
 * what was walked is written again and must be taken again. */
#include "dicom/pdu_assoc.h"
#include "dicom/uid.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static unsigned walk(const struct pdu_assoc *a)
{
	struct span items = a->items, uid;
	struct pdu_context c;
	struct pdu_role role;
	struct pdu_extended x;
	char text[UID_TEXT];
	unsigned contexts = 0;

	for (; pdu_next_context(&items, &c); contexts++) {
		assert(c.id % 2 == 1);
		unsigned count = 0;
		for (; pdu_next_syntax(&c.syntaxes, &uid); count++)
			assert(strlen(uid_name(uid, text)) < 200);
		assert(count == c.syntax_count && count <= PDU_SYNTAXES);
		assert(a->accept || count > 0);
	}
	assert(contexts == a->context_count && contexts >= 1 && contexts <= PDU_CONTEXTS);
	for (items = a->user.items; pdu_next_role(&items, &role);)
		assert(role.abstract.n < 65536);
	for (items = a->user.items; pdu_next_extended(&items, &x);)
		assert(x.info.n < 65536);
	return contexts;
}

static void answer(const struct pdu_assoc *rq)
{
	static uint8_t room[1 << 16];
	static const struct pdu_user user = { .class_uid = { (const uint8_t *)"1.2", 3 } };
	struct pdu_choice choices[PDU_CONTEXTS];
	struct pdu_assoc ac;
	struct err e = { 0 };
	struct buf b = buf_on(room, sizeof room);

	for (unsigned i = 0; i < PDU_CONTEXTS; i++)
		choices[i] = (struct pdu_choice){ i % 5 ? (uint8_t)(i % 5) : 0, 0 };
	if (!pdu_put_ac(&b, rq, choices, &user, &e))
		return;
	assert(pdu_decode_ac(span_at(buf_span(&b), PDU_HEAD, b.n), &ac, &e));
	assert(ac.context_count == rq->context_count);
	walk(&ac);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct span in = span_of(bytes, n);
	struct pdu_assoc a;
	struct err e = { 0 };
	uint8_t type;

	(void)pdu_guess_text(pdu_guess(in));
	if (!span_u8(&in, &type) || !span_skip(&in, PDU_HEAD - 1))
		return 0;
	const bool accept = type == PDU_ASSOC_AC;
	if (accept ? pdu_decode_ac(in, &a, &e) : pdu_decode_rq(in, &a, &e)) {
		assert(e.kind == ERR_NONE);
		walk(&a);
		if (!accept)
			answer(&a);
	} else {
		assert(e.kind == ERR_PEER && *e.text);
		assert(e.code == PDU_ABORT_VALUE || e.code == PDU_ABORT_PARAMETER_UNEXPECTED);
	}
	return 0;
}
