/* SPDX-License-Identifier: MIT */
/* Each supersection is checked in all its parts; then the profile is put together from what was found. */
#include "base/hex.h"
#include "dicom/asconfig_inner.h"

#include <string.h>

#define SYNTAXES "TransferSyntaxes"
#define CONTEXTS "PresentationContexts"
#define ROLES "SCPSCURoleSelection"
#define EXTENDED "ExtendedNegotiation"
#define PROFILES "Profiles"

/* ---- checking the lists */

/* One string for each UID, so that equal ones are one pointer. */
static const char *keep_uid(
	struct asconfig *a, const char *uid, const struct asconfig_entry *at, struct err *e)
{
	struct span left = buf_span(&a->names), name;
	size_t nul;
	while (span_find(left, 0, &nul)) {
		span_take(&left, nul, &name);
		if (span_eq_str(name, uid))
			return (const char *)name.p;
		span_skip(&left, 1);
	}
	const size_t from = a->names.n;
	buf_str(&a->names, uid);
	buf_u8(&a->names, 0);
	if (buf_ok(&a->names))
		return (const char *)a->names.p + from;
	err_set(e, ERR_INPUT, 0, "line %u: more than %d bytes of UIDs", (unsigned)at->line,
		ASCONFIG_NAMES);
	return NULL;
}

static bool take_syntax(struct asconfig *a, struct asconfig_entry *entry, struct err *e)
{
	char uid[UID_TEXT];
	if (!asconfig_syntax_uid(entry->value, uid))
		return asconfig_wrong(entry, e,
			"neither a UID (PS3.5 9.1) nor the name of a transfer syntax:",
			entry->value);
	entry->uid = keep_uid(a, uid, entry, e);
	return entry->uid != NULL;
}

/* SOP class, backslash, and something. */
static bool take_class(struct asconfig *a, struct asconfig_entry *entry, struct err *e)
{
	char uid[UID_TEXT];
	struct span name, rest = entry->value;
	size_t at;
	if (!span_find(rest, '\\', &at))
		return asconfig_wrong(
			entry, e, "a SOP class, a backslash and more are wanted, not", rest);
	span_take(&rest, at, &name);
	span_skip(&rest, 1);
	name = asconfig_trimmed(name);
	if (!asconfig_class_uid(name, uid))
		return asconfig_wrong(
			entry, e, "neither a UID (PS3.5 9.1) nor the name of a SOP class:", name);
	entry->value = asconfig_trimmed(rest);
	entry->uid = keep_uid(a, uid, entry, e);
	return entry->uid != NULL;
}

static bool take_context(struct asconfig *a, struct asconfig_entry *entry, struct err *e)
{
	if (!take_class(a, entry, e))
		return false;
	const struct asconfig_entry *list = asconfig_section(a, SYNTAXES, entry->value);
	if (!list || !asconfig_nth(a, list, 1))
		return asconfig_wrong(entry, e,
			"no transfer syntaxes are in [[" SYNTAXES "]] under", entry->value);
	return true;
}

enum { ROLE_NONE, ROLE_SCU, ROLE_SCP, ROLE_BOTH };

static unsigned role_of(struct span word)
{
	return asconfig_same(word, span_str("BOTH"))   ? ROLE_BOTH
		: asconfig_same(word, span_str("SCP")) ? ROLE_SCP
		: asconfig_same(word, span_str("SCU")) ? ROLE_SCU
						       : ROLE_NONE;
}

static bool take_role(struct asconfig *a, struct asconfig_entry *entry, struct err *e)
{
	return take_class(a, entry, e) &&
		(role_of(entry->value) != ROLE_NONE ||
			asconfig_wrong(entry, e, "SCU, SCP or BOTH is wanted, not", entry->value));
}

/* Twice as many digits as bytes. */
static bool from_digits(struct span digits, uint8_t info[ASCONFIG_INFO])
{
	char pair[3];
	size_t n;
	for (size_t i = 0; i < digits.n / 2; i++)
		if (!span_text(span_at(digits, 2 * i, 2), pair, sizeof pair) ||
			!hex_bytes(pair, info + i, 1, &n) || n != 1)
			return false;
	return digits.n % 2 == 0;
}

static bool take_extended(struct asconfig *a, struct asconfig_entry *entry, struct err *e)
{
	uint8_t info[ASCONFIG_INFO];
	if (!take_class(a, entry, e))
		return false;
	const struct span digits = entry->value;
	if (digits.n == 0 || digits.n > 2 * sizeof info || !from_digits(digits, info))
		return asconfig_wrong(entry, e,
			"1 to 1024 bytes in pairs of hexadecimal digits are wanted, not", digits);
	return true;
}

static const struct kind {
	const char *super, *prefix;
	bool (*take)(struct asconfig *a, struct asconfig_entry *entry, struct err *e);
	bool optional, once; /* once: each SOP class */
} kinds[] = {
	{ SYNTAXES, "TransferSyntax", take_syntax, false, false },
	{ CONTEXTS, "PresentationContext", take_context, false, false },
	{ ROLES, "Role", take_role, true, true },
	{ EXTENDED, "ExtendedNegotiation", take_extended, true, true },
};

/* What is not read: its number comes behind a gap, or it is no number at all. */
static void note_odd(
	struct asconfig *a, const struct kind *kind, size_t from, size_t end, uint32_t n)
{
	for (size_t i = from; i < end; i++)
		if (a->entries[i].number == 0 || a->entries[i].number >= n)
			err_set(&a->odd, ERR_INPUT, 0,
				"line %u is passed over: \"%.*s\" is not the next one after "
				"%s%u",
				(unsigned)a->entries[i].line,
				(int)(a->entries[i].key.n < 80 ? a->entries[i].key.n : 80),
				(const char *)a->entries[i].key.p, kind->prefix, (unsigned)n - 1);
}

static bool check_list(struct asconfig *a, const struct kind *kind, size_t at, struct err *e)
{
	const size_t end = asconfig_end(a, at);
	for (size_t i = at + 1; i < end; i++) {
		struct asconfig_entry *entry = &a->entries[i];
		const uint32_t number = asconfig_number(entry->key, kind->prefix);
		if (number && asconfig_nth(a, &a->entries[at], number))
			return asconfig_wrong(entry, e, "a second", entry->key);
		entry->number = number;
	}
	uint32_t n = 1;
	const struct asconfig_entry *found;
	for (; (found = asconfig_nth(a, &a->entries[at], n)); n++) {
		struct asconfig_entry *entry = &a->entries[found - a->entries];
		if (!kind->take(a, entry, e))
			return false;
		for (size_t i = at + 1; kind->once && i < end; i++)
			if (a->entries[i].uid == entry->uid && &a->entries[i] != entry)
				return asconfig_wrong(entry, e,
					"its list has the SOP class already:",
					span_str(entry->uid));
	}
	note_odd(a, kind, at + 1, end, n);
	return true;
}

/* ---- profiles */

/* The list that a profile refers to; NULL with *e, or without where it names none. */
static const struct asconfig_entry *list_of(const struct asconfig *a,
	const struct asconfig_entry *profile, const char *super, struct err *e)
{
	const struct asconfig_entry *key = asconfig_key(a, profile, super);
	if (!key)
		return NULL;
	const struct asconfig_entry *list = asconfig_section(a, super, key->value);
	if (list && asconfig_nth(a, list, 1))
		return list;
	asconfig_wrong(key, e, "there is no such list with anything in it:", key->value);
	return NULL;
}

/* Whether a list of contexts has the SOP class. */
static bool has_class(
	const struct asconfig *a, const struct asconfig_entry *contexts, const char *uid)
{
	const size_t at = (size_t)(contexts - a->entries), end = asconfig_end(a, at);
	for (size_t i = at + 1; i < end; i++)
		if (a->entries[i].uid == uid)
			return true;
	return false;
}

static bool check_profile(struct asconfig *a, size_t at, struct err *e)
{
	const struct asconfig_entry *profile = &a->entries[at];
	const struct asconfig_entry *contexts = list_of(a, profile, CONTEXTS, e);
	if (!contexts)
		return asconfig_wrong(
			profile, e, "no " CONTEXTS " are in the profile", profile->key);
	for (size_t k = 2; k < sizeof kinds / sizeof *kinds; k++) {
		const struct asconfig_entry *entry, *list = list_of(a, profile, kinds[k].super, e);
		for (uint32_t n = 1; list && (entry = asconfig_nth(a, list, n)); n++)
			if (!has_class(a, contexts, entry->uid))
				return asconfig_wrong(entry, e,
					"a profile with this list has no presentation context for",
					span_str(entry->uid));
		if (!list && e->kind != ERR_NONE)
			return false;
	}
	return true;
}

/* ---- all supersections */

static bool missing(struct err *e, const char *super)
{
	return err_set(e, ERR_INPUT, 0, "there is no [[%s]]", super);
}

/* kind NULL: of profiles. */
static bool check_super(
	struct asconfig *a, const char *super, const struct kind *kind, struct err *e)
{
	const size_t all = a->n_entries, top = asconfig_heading(a, 0, all, 2, span_str(super));
	if (top == all)
		return (kind && kind->optional) || missing(e, super);
	const size_t again = asconfig_heading(a, top + 1, all, 2, span_str(super));
	if (again < all)
		return asconfig_wrong(&a->entries[again], e, "a second", a->entries[again].key);
	const size_t end = asconfig_end(a, top);
	for (size_t at = top + 1, next; at < end; at = next) {
		const struct asconfig_entry *heading = &a->entries[at];
		if (heading->level == 0)
			return asconfig_wrong(
				heading, e, "a key outside of any [section]:", heading->key);
		next = asconfig_end(a, at);
		if (asconfig_heading(a, top + 1, at, 1, heading->key) < at)
			return asconfig_wrong(heading, e, "a second section", heading->key);
		if (kind ? !check_list(a, kind, at, e) : !check_profile(a, at, e))
			return false;
	}
	return true;
}

static bool check_all(struct asconfig *a, struct err *e)
{
	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
		if (!check_super(a, kinds[k].super, &kinds[k], e))
			return false;
	return check_super(a, PROFILES, NULL, e);
}

/* ---- the profile that is wanted */

/* The syntaxes of a context, which one before it may have had too. */
static bool put_syntaxes(struct asconfig *a, struct pdu_offer *offer,
	const struct asconfig_entry *entry, struct err *e)
{
	const struct asconfig_entry *syntax, *list = asconfig_section(a, SYNTAXES, entry->value);
	const unsigned first = a->n_syntaxes;
	for (uint32_t n = 1; (syntax = asconfig_nth(a, list, n)); n++) {
		if (a->n_syntaxes == ASCONFIG_SYNTAXES || n > PDU_SYNTAXES)
			return asconfig_wrong(
				entry, e, "too many transfer syntaxes in", entry->value);
		a->syntaxes[a->n_syntaxes++] = syntax->uid;
	}
	offer->syntaxes = a->syntaxes + first;
	offer->syntax_count = a->n_syntaxes - first;
	for (unsigned i = 0; i < a->n_contexts; i++) {
		const struct pdu_offer *before = &a->contexts[i];
		if (before->syntax_count == offer->syntax_count &&
			memcmp(before->syntaxes, offer->syntaxes,
				offer->syntax_count * sizeof *offer->syntaxes) == 0) {
			offer->syntaxes = before->syntaxes;
			a->n_syntaxes = first;
			break;
		}
	}
	return true;
}

static bool put_contexts(struct asconfig *a, const struct asconfig_entry *list,
	enum asconfig_side side, struct err *e)
{
	const struct asconfig_entry *entry;
	const unsigned most = side == ASCONFIG_PROPOSE ? PDU_CONTEXTS : ASCONFIG_CONTEXTS;
	for (uint32_t n = 1; (entry = asconfig_nth(a, list, n)); n++) {
		if (a->n_contexts == most)
			return asconfig_wrong(entry, e,
				side == ASCONFIG_PROPOSE
					? "an association has at most 128 presentation "
					  "contexts (PS3.8 9.3.2.2); this is one more:"
					: "more than 512 contexts:",
				span_str(entry->uid));
		for (unsigned i = 0; side == ASCONFIG_ACCEPT && i < a->n_contexts; i++)
			if (a->contexts[i].abstract == entry->uid)
				return asconfig_wrong(entry, e,
					"to accept by, a profile may have each SOP class once; "
					"again:",
					span_str(entry->uid));
		struct pdu_offer *offer = &a->contexts[a->n_contexts];
		offer->abstract = entry->uid;
		if (!put_syntaxes(a, offer, entry, e))
			return false;
		a->n_contexts++;
	}
	return true;
}

static bool put_role(struct asconfig *a, const struct asconfig_entry *entry, struct err *e)
{
	const unsigned role = role_of(entry->value);
	if (a->n_roles == ASCONFIG_CONTEXTS)
		return asconfig_wrong(entry, e, "more than 512 roles:", span_str(entry->uid));
	a->roles[a->n_roles++] = (struct pdu_role){
		.abstract = span_str(entry->uid), .scu = role & ROLE_SCU, .scp = role & ROLE_SCP
	};
	return true;
}

static bool put_extended(struct asconfig *a, const struct asconfig_entry *entry, struct err *e)
{
	uint8_t info[ASCONFIG_INFO];
	const size_t n = entry->value.n / 2, from = a->names.n;
	from_digits(entry->value, info);
	buf_bytes(&a->names, span_of(info, n));
	if (a->n_extended == ASCONFIG_CONTEXTS || !buf_ok(&a->names))
		return asconfig_wrong(
			entry, e, "too much extended negotiation:", span_str(entry->uid));
	a->extended[a->n_extended++] = (struct pdu_extended){ .abstract = span_str(entry->uid),
		.info = span_at(buf_span(&a->names), from, n) };
	return true;
}

bool asconfig_read(struct asconfig *a, struct span text, const char *profile,
	enum asconfig_side side, struct err *e)
{
	a->n_contexts = a->n_roles = a->n_extended = a->n_syntaxes = 0;
	a->n_entries = 0;
	a->values = buf_on(a->values_room, sizeof a->values_room);
	a->names = buf_on(a->names_room, sizeof a->names_room);
	err_clear(&a->odd);
	if (!asconfig_text(a, text, e) || !check_all(a, e))
		return false;
	const struct asconfig_entry *entry,
		*found = asconfig_section(a, PROFILES, span_str(profile));
	if (!found)
		return err_set(e, ERR_INPUT, 0, "there is no profile \"%.80s\"", profile);
	if (!put_contexts(a, list_of(a, found, CONTEXTS, e), side, e))
		return false;
	const struct asconfig_entry *roles = list_of(a, found, ROLES, e);
	for (uint32_t n = 1; roles && (entry = asconfig_nth(a, roles, n)); n++)
		if (!put_role(a, entry, e))
			return false;
	const struct asconfig_entry *extended = list_of(a, found, EXTENDED, e);
	for (uint32_t n = 1; extended && (entry = asconfig_nth(a, extended, n)); n++)
		if (!put_extended(a, entry, e))
			return false;
	return true;
}
