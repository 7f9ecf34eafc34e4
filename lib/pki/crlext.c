/* SPDX-License-Identifier: MIT */
#include "pki/crlext.h"

#include "pki/certext.h"
#include "pki/der.h"
#include "pki/name.h"

static uint64_t mix(uint64_t h, struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		h = (h ^ s.p[i]) * 0x100000001b3; /* FNV-1a */
	return h;
}

uint64_t crl_seed(struct span issuer)
{
	uint8_t room[NAME_BYTES * 2];
	struct buf b = buf_on(room, sizeof room);
	const uint64_t start = 0xcbf29ce484222325;
	return mix(start, name_canonical(issuer, &b) ? buf_span(&b) : issuer);
}

uint64_t crl_key(uint64_t seed, struct span serial)
{
	uint64_t h = mix(seed, serial);
	h ^= h >> 32; /* FNV stirs its high bits little with short input */
	h *= 0x9e3779b97f4a7c15;
	return h ^ h >> 29;
}

static bool is_ce(struct span oid, uint8_t number)
{
	return oid.n == 3 && oid.p[0] == 0x55 && oid.p[1] == 0x1d && oid.p[2] == number;
}

/* ReasonFlags as a set, [tag] IMPLICIT. */
static bool reason_flags(struct span *in, uint8_t tag, unsigned *set)
{
	struct span body;
	uint8_t unused;
	bool there;
	if (!der_maybe(in, tag, &body, &there))
		return false;
	if (!there)
		return true;
	if (!span_u8(&body, &unused) || unused > 7 || body.n > 2)
		return false;
	*set = 0;
	for (size_t i = 0; i < body.n; i++)
		for (unsigned k = 0; k < 8; k++)
			*set |= (unsigned)(body.p[i] >> (7 - k) & 1) << (8 * i + k);
	*set &= CRL_REASONS_ALL;
	return true;
}

/* [tag] IMPLICIT BOOLEAN DEFAULT FALSE. */
static bool flag(struct span *in, uint8_t tag, bool *v)
{
	struct span body;
	bool there;
	if (!der_maybe(in, tag, &body, &there))
		return false;
	*v = there && body.n == 1 && body.p[0] == 0xff;
	return !there || (body.n == 1 && (body.p[0] == 0xff || body.p[0] == 0));
}

/* [0] EXPLICIT DistributionPointName: a choice, so tagged explicitly (X.680 31.2.7). */
static bool point_name(struct span *in, struct span *name)
{
	struct span body;
	struct der choice;
	bool there;
	if (!der_maybe(in, DER_CONTEXT_CONS + 0, &body, &there))
		return false;
	if (!there)
		return true;
	if (!der_next(&body, &choice) || body.n ||
		(choice.tag != DER_CONTEXT_CONS + 0 && choice.tag != DER_CONTEXT_CONS + 1))
		return false;
	*name = choice.whole;
	return true;
}

/* RFC 5280 5.2.5. */
static bool issuing_point(struct span v, struct crl *c)
{
	struct span body;
	c->scope = v;
	return der_take(&v, DER_SEQUENCE, &body) && v.n == 0 && point_name(&body, &c->point) &&
		flag(&body, DER_CONTEXT + 1, &c->only_user) &&
		flag(&body, DER_CONTEXT + 2, &c->only_ca) &&
		reason_flags(&body, DER_CONTEXT + 3, &c->reasons) &&
		flag(&body, DER_CONTEXT + 4, &c->indirect) &&
		flag(&body, DER_CONTEXT + 5, &c->only_attribute) && body.n == 0;
}

static bool key_id(struct span v, struct crl *c)
{
	struct span body;
	bool there;
	return der_take(&v, DER_SEQUENCE, &body) && v.n == 0 &&
		der_maybe(&body, DER_CONTEXT + 0, &c->issuer_key_id, &there);
}

static bool one_number(struct span v, struct span *number)
{
	return der_integer(&v, number) && v.n == 0;
}

/* What is wrong with one extension, or NULL. */
static const char *read_one(const struct extension *x, struct crl *c)
{
	if (is_ce(x->oid, 20))
		return one_number(x->value, &c->number) ? NULL : "its number (RFC 5280 5.2.3)";
	if (is_ce(x->oid, 27))
		return one_number(x->value, &c->base) ? NULL
						      : "its delta indicator (RFC 5280 5.2.4)";
	if (is_ce(x->oid, 28))
		return issuing_point(x->value, c)
			? NULL
			: "its issuing distribution point (RFC 5280 5.2.5)";
	if (is_ce(x->oid, 35))
		return key_id(x->value, c) ? NULL : "its authority key identifier (RFC 5280 5.2.1)";
	const bool harmless = is_ce(x->oid, 18) || is_ce(x->oid, 46); /* other names, newer lists */
	if (x->critical && !harmless && c->unknown.n == 0)
		c->unknown = x->oid;
	return NULL;
}

const char *crl_extensions(struct span in, struct crl *c)
{
	struct span outer, list;
	if (!der_take(&in, DER_CONTEXT_CONS + 0, &outer) || in.n ||
		!der_take(&outer, DER_SEQUENCE, &list) || outer.n || list.n == 0)
		return "its extensions (RFC 5280 5.1.2.7)";
	if (c->version != 2)
		return "it has extensions but is not version 2 (RFC 5280 5.1.2.1)";
	const struct span all = list;
	for (unsigned count = 0; list.n; count++) {
		struct extension x;
		if (count == 64 || !extension_next(&list, &x))
			return "one of its extensions (RFC 5280 5.2)";
		if (extension_repeated(all, &x))
			return "it has the same extension twice (RFC 5280 4.2)";
		const char *bad = read_one(&x, c);
		if (bad)
			return bad;
	}
	return NULL;
}

/* RFC 5280 5.3.3: holds for this entry and those behind it. */
static bool certificate_issuer(struct crl_scan *s, struct span v)
{
	struct span names, value;
	enum general_name kind;
	if (!der_take(&v, DER_SEQUENCE, &names) || v.n)
		return false;
	while (general_next(&names, &kind, &value))
		if (kind == GN_DIRECTORY) {
			s->names += value.n;
			if (s->names > CRL_NAMES)
				return false;
			s->seed = crl_seed(value);
			s->crl->foreign = true;
			return true;
		}
	return false;
}

bool crl_entry_extensions(struct crl_scan *s, struct span in, unsigned *reason)
{
	struct span list, body;
	if (!der_take(&in, DER_SEQUENCE, &list) || in.n || list.n == 0)
		return false;
	for (unsigned count = 0; list.n; count++) {
		struct extension x;
		if (count == 16 || !extension_next(&list, &x))
			return false;
		if (is_ce(x.oid, 21)) {
			if (!der_take(&x.value, DER_ENUMERATED, &body) || x.value.n ||
				body.n != 1 || body.p[0] > 10)
				return false;
			*reason = body.p[0];
		} else if (is_ce(x.oid, 29)) {
			if (!certificate_issuer(s, x.value))
				return false;
		} else if (x.critical && s->crl->unknown.n == 0) {
			static const uint8_t entry[] = { 0x55, 0x1d };
			/* The window moves on, so the number itself is not kept. */
			s->crl->unknown = span_of(entry, sizeof entry);
		}
	}
	return true;
}

bool point_next(struct span *list, struct point *p)
{
	struct span rest = *list, body;
	bool there;
	struct point got = { .reasons = CRL_REASONS_ALL };
	if (!der_take(&rest, DER_SEQUENCE, &body) || !point_name(&body, &got.name) ||
		!reason_flags(&body, DER_CONTEXT + 1, &got.reasons) ||
		!der_maybe(&body, DER_CONTEXT_CONS + 2, &got.issuers, &there) || body.n)
		return false;
	*p = got;
	*list = rest;
	return true;
}
