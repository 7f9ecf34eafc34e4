/* SPDX-License-Identifier: MIT */
/* Which presentation context an object goes in, and whether it must be recoded for that. */
#include "io/scu_inner.h"

#include "dicom/syntax.h"

#include <string.h>

static uint8_t refusal(struct scu *s, const char *sop_class, const char *syntax)
{
	uint8_t found = PDU_NOT_ANSWERED;
	for (unsigned i = 0; i < s->proposal.offer_count; i++) {
		const struct pdu_offer *o = &s->proposal.offers[i];
		if (strcmp(o->abstract, sop_class) == 0 && strcmp(o->syntaxes[0], syntax) == 0)
			found = ul_result(conn_ul(s->conn), i);
	}
	return found;
}

static bool offered(const struct scu *s, const char *sop_class)
{
	for (unsigned i = 0; i < s->proposal.offer_count; i++)
		if (strcmp(s->proposal.offers[i].abstract, sop_class) == 0)
			return true;
	return false;
}

bool scu_choose(struct scu *s, const char *sop_class, const char *transfer_syntax,
	struct syntax syntax, uint8_t *context, const struct uid_syntax **recode, struct err *e)
{
	const struct span abstract = span_str(sop_class);
	*recode = NULL;
	*context = ul_find(conn_ul(s->conn), abstract, span_str(transfer_syntax));
	if (s->config.prefer && !syntax.encapsulated && (!*context || s->config.prefer_always)) {
		const struct span best = span_str(s->config.prefer);
		const uint8_t found = ul_find(conn_ul(s->conn), abstract, best);
		if (found && strcmp(s->config.prefer, transfer_syntax) != 0)
			*recode = uid_syntax(best);
		*context = found ? found : *context;
	}
	for (size_t i = 0; !*context && !syntax.encapsulated && i < SYNTAX_PLAIN; i++) {
		*context = ul_find(conn_ul(s->conn), abstract, span_str(syntax_plain[i]));
		if (*context)
			*recode = uid_syntax(span_str(syntax_plain[i]));
	}
	if (*context)
		return true;
	char class_text[UID_TEXT], syntax_text[UID_TEXT];
	if (!offered(s, sop_class))
		return err_set(e, ERR_USAGE, 0, "no presentation context was proposed for %s",
			uid_name(abstract, class_text));
	return err_set(e, ERR_PEER, 0, "the peer does not take %s in %s%s: %s",
		uid_name(abstract, class_text), uid_name(span_str(transfer_syntax), syntax_text),
		syntax.encapsulated ? "" : " or another uncompressed transfer syntax",
		pdu_result_text(refusal(s, sop_class, transfer_syntax)));
}
