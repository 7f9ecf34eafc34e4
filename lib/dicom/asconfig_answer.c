/* SPDX-License-Identifier: MIT */
/* How an acceptor answers by a profile. */
#include "dicom/asconfig.h"

/* What is configured for a SOP class; NULL: nothing, and then the default role is (PS3.7 D.3.3.4). */
static const struct pdu_role *configured(const struct asconfig *a, struct span abstract)
{
	for (unsigned i = 0; i < a->n_roles; i++)
		if (span_eq(a->roles[i].abstract, abstract))
			return &a->roles[i];
	return NULL;
}

struct pdu_choice asconfig_choose(
	const struct asconfig *a, const struct pdu_context *context, const struct pdu_role *asked)
{
	const struct pdu_offer *ours = a->contexts;
	unsigned left = a->n_contexts;
	for (; left && !span_eq_str(context->abstract, ours->abstract); left--)
		ours++;
	if (!left)
		return (struct pdu_choice){ .result = PDU_REFUSED_ABSTRACT };
	const struct pdu_role *role = configured(a, context->abstract);
	for (unsigned rank = 0; rank < ours->syntax_count; rank++) {
		struct span syntaxes = context->syntaxes, uid;
		for (uint8_t i = 0; pdu_next_syntax(&syntaxes, &uid); i++)
			if (span_eq_str(uid, ours->syntaxes[rank]))
				return role && !role->scu && !asked
					? (struct pdu_choice){ .result = PDU_REFUSED_NO_REASON }
					: (struct pdu_choice){ .result = PDU_ACCEPTED,
						  .syntax = i };
	}
	return (struct pdu_choice){ .result = PDU_REFUSED_SYNTAXES };
}

bool asconfig_grant(
	const struct asconfig *a, const struct pdu_role *asked, struct pdu_role *granted)
{
	const struct pdu_role *role = configured(a, asked->abstract);
	if (!role)
		return false;
	*granted = (struct pdu_role){ .abstract = role->abstract,
		.scu = role->scu && asked->scu,
		.scp = role->scp && asked->scp };
	return true;
}
