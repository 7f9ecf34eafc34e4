/* SPDX-License-Identifier: MIT */
/* The first byte chooses the side; the rest is the text. */
#include "dicom/asconfig.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct span in = { bytes, n };
	uint8_t side;
	struct err e = { 0 };
	if (!span_u8(&in, &side))
		return 0;
	struct asconfig *a = malloc(sizeof *a);
	assert(a);
	if (!asconfig_read(a, in, "D", side & 1 ? ASCONFIG_ACCEPT : ASCONFIG_PROPOSE, &e)) {
		assert(e.kind == ERR_INPUT && e.text[0]);
		free(a);
		return 0;
	}
	assert(a->n_contexts && a->n_contexts <= (side & 1 ? ASCONFIG_CONTEXTS : PDU_CONTEXTS));
	for (unsigned i = 0; i < a->n_contexts; i++) {
		const struct pdu_offer *o = &a->contexts[i];
		assert(uid_valid(span_str(o->abstract)) && o->syntax_count);
		for (unsigned k = 0; k < o->syntax_count; k++)
			assert(uid_valid(span_str(o->syntaxes[k])));
		const struct pdu_context context = { .abstract = span_str(o->abstract),
			.syntaxes = in };
		asconfig_choose(a, &context, NULL);
	}
	for (unsigned i = 0; i < a->n_roles; i++) {
		struct pdu_role granted;
		assert(asconfig_grant(a, &a->roles[i], &granted));
		assert(granted.scu == a->roles[i].scu && granted.scp == a->roles[i].scp);
	}
	for (unsigned i = 0; i < a->n_extended; i++)
		assert(a->extended[i].info.n && a->extended[i].info.n <= ASCONFIG_INFO);
	free(a);
	return 0;
}
