/* SPDX-License-Identifier: MIT */
/* The association: who is let in, and what is agreed. */
#include "io/scp_inner.h"
#include "base/parts.h"
#include <string.h>

enum {
	WINDOW = 256, /* requests that may come before their answers: they wait in the transport */
};

static bool listed(const struct list *list, struct span text)
{
	for (size_t i = 0; i < list->n; i++)
		if (span_eq_str(text, list->v[i]))
			return true;
	return list->n == 0;
}

static bool takes_class(const struct scp_config *config, struct span abstract)
{
	if (span_eq_str(abstract, UID_VERIFICATION))
		return true;
	const bool storage =
		uid_is_storage(abstract) || (config->any_class && !uid_class(abstract));
	return storage && listed(&config->classes, abstract);
}

/* The first syntax of our list that is proposed. */
static bool choose_ranked(
	const struct scp_config *config, const struct pdu_context *context, uint8_t *choice)
{
	for (size_t rank = 0; rank < config->syntaxes.n; rank++) {
		struct span left = context->syntaxes, uid;
		for (uint8_t i = 0; pdu_next_syntax(&left, &uid); i++)
			if (span_eq_str(uid, config->syntaxes.v[rank])) {
				*choice = i;
				return true;
			}
	}
	return false;
}

/* The first proposed syntax that we take: the order is the sender's, who knows what it has. */
static bool choose_syntax(
	const struct scp_config *config, const struct pdu_context *context, uint8_t *choice)
{
	if (config->ranked)
		return choose_ranked(config, context, choice);
	struct span left = context->syntaxes, uid;
	for (uint8_t i = 0; pdu_next_syntax(&left, &uid); i++) {
		const struct uid_syntax *known = uid_syntax(uid);
		if (known && !(known->flags & UID_NOT_A_DATASET) &&
			listed(&config->syntaxes, uid)) {
			*choice = i;
			return true;
		}
	}
	return false;
}

/* The role that the requestor asks for with a SOP class; false: none. */
static bool asked_role(const struct pdu_assoc *rq, struct span abstract, struct pdu_role *role)
{
	struct span items = rq->user.items;
	while (pdu_next_role(&items, role))
		if (span_eq(role->abstract, abstract))
			return true;
	return false;
}

static struct pdu_choice choose(const struct scp_config *config, const struct pdu_assoc *rq,
	const struct pdu_context *context)
{
	struct pdu_role asked;
	if (FACE && config->profile)
		return asconfig_choose(config->profile, context,
			asked_role(rq, context->abstract, &asked) ? &asked : NULL);
	struct pdu_choice choice = { .result = PDU_ACCEPTED };
	if (!takes_class(config, context->abstract))
		choice.result = PDU_REFUSED_ABSTRACT;
	else if (!choose_syntax(config, context, &choice.syntax))
		choice.result = PDU_REFUSED_SYNTAXES;
	return choice;
}

/* What a profile answers beside the contexts: roles that were asked for, and extended negotiation, of SOP
 * classes that were taken. */
struct answers {
	struct pdu_role roles[PDU_CONTEXTS];
	struct pdu_extended extended[PDU_CONTEXTS];
};

/* Each SOP class once. */
static void answer_class(const struct asconfig *profile, const struct pdu_assoc *rq,
	struct span abstract, struct answers *answers, struct pdu_user *user)
{
	struct pdu_role asked;
	for (unsigned i = 0; i < user->role_count; i++)
		if (span_eq(answers->roles[i].abstract, abstract))
			return;
	for (unsigned i = 0; i < user->extended_count; i++)
		if (span_eq(answers->extended[i].abstract, abstract))
			return;
	if (asked_role(rq, abstract, &asked) &&
		asconfig_grant(profile, &asked, &answers->roles[user->role_count]))
		user->role_count++;
	for (unsigned i = 0; i < profile->n_extended; i++)
		if (span_eq(profile->extended[i].abstract, abstract))
			answers->extended[user->extended_count++] = profile->extended[i];
}

static bool reject(
	struct scp *s, uint8_t result, uint8_t source, uint8_t reason, struct scp_news *news)
{
	char text[160];
	ul_reject(conn_ul(s->conn), result, source, reason, NULL);
	conn_push(s->conn, true);
	news->what = SCP_REJECTED;
	err_set(&news->err, ERR_PEER, reason, "%s",
		pdu_reject_text(result, source, reason, text, sizeof text));
	return true;
}

/* Because of a limit of ours, for now or for good. */
static bool reject_limit(
	struct scp *s, uint8_t result, uint8_t reason, const struct err *why, struct scp_news *news)
{
	reject(s, result, PDU_REJECT_PRESENTATION, reason, news);
	err_in(&news->err, ": %s", why->text);
	return true;
}

static unsigned count_contexts(struct span items)
{
	struct pdu_context context;
	unsigned n = 0;
	while (pdu_next_context(&items, &context))
		n++;
	return n;
}

/* Who is not let in, whatever they propose; that is told then. */
static bool turned_away(struct scp *s, const struct pdu_assoc *rq, struct scp_news *news)
{
	struct err why = { 0 };
	const struct scp_config *c = s->config;
	const unsigned contexts = count_contexts(rq->items), most = c->max_contexts;
	const uint8_t full = c->admit ? c->admit(c->admit_arg, s, &why) : 0;
	if (full)
		return reject_limit(s, PDU_REJECT_TRANSIENT, full, &why, news);
	if (most && contexts > most) {
		err_set(&why, ERR_LIMIT, 0, "%u presentation contexts; %u are the limit here",
			contexts, most);
		return reject_limit(s, PDU_REJECT_PERMANENT, PDU_REJECT_LIMIT, &why, news);
	}
	if (c->refuse || (c->want_class && !rq->user.class_uid.n))
		return reject(s, PDU_REJECT_PERMANENT, PDU_REJECT_USER, PDU_REJECT_NO_REASON, news);
	if (c->title && strcmp(s->called, c->title) != 0)
		return reject(s, PDU_REJECT_PERMANENT, PDU_REJECT_USER, PDU_REJECT_CALLED, news);
	if (!listed(&c->calling, span_str(s->calling)))
		return reject(s, PDU_REJECT_PERMANENT, PDU_REJECT_USER, PDU_REJECT_CALLING, news);
	if (peers_allow(c->peers, s->calling, conn_peer(s->conn)))
		return false;
	reject(s, PDU_REJECT_PERMANENT, PDU_REJECT_USER, PDU_REJECT_CALLING, news);
	err_in(&news->err, ": its certificate is none that this title is bound to");
	return true;
}

bool scp_associate(struct scp *s, const struct pdu_assoc *rq, struct scp_news *news)
{
	struct pdu_choice choices[PDU_CONTEXTS];
	struct pdu_context context;
	struct span items = rq->items;
	struct answers answers;
	struct pdu_user user = { .max_pdu = s->config->max_pdu,
		.class_uid = span_str(UID_IMPLEMENTATION),
		.version = span_str(UID_IMPLEMENTATION_VERSION),
		.window = true, /* answered only where it was proposed; we invoke nothing */
		.invoked = WINDOW,
		.performed = 1,
		.roles = answers.roles,
		.extended = answers.extended };
	memcpy(s->calling, rq->calling, sizeof s->calling);
	memcpy(s->called, rq->called, sizeof s->called);
	if (turned_away(s, rq, news))
		return true;
	for (unsigned i = 0; i < PDU_CONTEXTS && pdu_next_context(&items, &context); i++) {
		choices[i] = choose(s->config, rq, &context);
		if (choices[i].result != PDU_ACCEPTED) {
			news->refused++;
			continue;
		}
		news->accepted++;
		if (FACE && s->config->profile)
			answer_class(s->config->profile, rq, context.abstract, &answers, &user);
	}
	if (!ul_accept(conn_ul(s->conn), choices, &user, &news->err))
		return reject(s, PDU_REJECT_PERMANENT, PDU_REJECT_USER, PDU_REJECT_NO_REASON, news);
	conn_await(s->conn, s->config->idle, "word from the peer");
	conn_push(s->conn, true);
	s->associated = true;
	s->since = s->now;
	news->what = SCP_ASSOCIATED;
	return true;
}
