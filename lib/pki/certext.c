/* SPDX-License-Identifier: MIT */
#include "pki/certext.h"

#include "pki/der.h"

#include <limits.h>

bool extension_next(struct span *list, struct extension *x)
{
	struct span rest = *list, body;
	struct extension got = { 0 };
	if (!der_take(&rest, DER_SEQUENCE, &body) || !der_oid(&body, &got.oid))
		return false;
	/* An explicit FALSE is not DER, as it is the default, but common; it cannot mislead. */
	if (der_is(body, DER_BOOLEAN) && !der_bool(&body, &got.critical))
		return false;
	if (!der_take(&body, DER_OCTETS, &got.value) || body.n)
		return false;
	*x = got;
	*list = rest;
	return true;
}

bool extension_repeated(struct span list, const struct extension *x)
{
	struct extension other;
	unsigned seen = 0;
	while (extension_next(&list, &other))
		seen += span_eq(other.oid, x->oid);
	return seen > 1;
}

static bool basic_constraints(struct span v, struct cert *c)
{
	struct span body;
	uint64_t length = 0;
	if (!der_take(&v, DER_SEQUENCE, &body) || v.n)
		return false;
	if (der_is(body, DER_BOOLEAN) && !der_bool(&body, &c->ca))
		return false;
	if (body.n == 0)
		return true;
	if (!der_uint(&body, &length) || body.n)
		return false;
	c->path_length = length > INT_MAX ? INT_MAX : (int)length;
	return true;
}

/* Bit 0 of a named bit list is the first octet's highest. */
static bool named_bits(struct span v, unsigned *bits)
{
	struct span octets;
	unsigned unused;
	if (!der_bits(&v, &octets, &unused) || v.n)
		return false;
	*bits = 0;
	for (size_t i = 0; i < octets.n && i < 4; i++)
		for (unsigned k = 0; k < 8; k++)
			*bits |= (unsigned)(octets.p[i] >> (7 - k) & 1) << (8 * i + k);
	return true;
}

static bool key_usage(struct span v, struct cert *c)
{
	return named_bits(v, &c->usage);
}

static bool netscape_type(struct span v, struct cert *c)
{
	return named_bits(v, &c->netscape);
}

static bool ext_key_usage(struct span v, struct cert *c)
{
	static const struct {
		const char *oid;
		unsigned purpose;
	} known[] = {
		{ "\x2b\x06\x01\x05\x05\x07\x03\x01", PURPOSE_SERVER },
		{ "\x2b\x06\x01\x05\x05\x07\x03\x02", PURPOSE_CLIENT },
		{ "\x2b\x06\x01\x05\x05\x07\x03\x09", PURPOSE_OCSP },
		{ "\x55\x1d\x25\x00", PURPOSE_ANY }, /* the NUL is part of it */
	};
	struct span body, oid;
	if (!der_take(&v, DER_SEQUENCE, &body) || v.n || body.n == 0)
		return false;
	while (body.n) {
		unsigned purpose = PURPOSE_OTHER;
		if (!der_oid(&body, &oid))
			return false;
		for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
			const size_t n = known[i].purpose == PURPOSE_ANY ? 4 : 8;
			if (span_eq(oid, span_of(known[i].oid, n)))
				purpose = known[i].purpose;
		}
		c->purposes |= purpose;
	}
	return true;
}

static bool general_names(struct span names)
{
	enum general_name kind;
	struct span value;
	const bool some = names.n != 0;
	while (general_next(&names, &kind, &value))
		if (kind == GN_IP && value.n != 4 && value.n != 16)
			return false;
	return some && names.n == 0;
}

static bool subject_alt_name(struct span v, struct cert *c)
{
	return der_take(&v, DER_SEQUENCE, &c->alt_names) && v.n == 0 && general_names(c->alt_names);
}

static bool issuer_alt_name(struct span v, struct cert *c)
{
	struct span names;
	(void)c;
	return der_take(&v, DER_SEQUENCE, &names) && v.n == 0 && general_names(names);
}

/* GeneralSubtrees: each a GeneralName. minimum is 0, which DER leaves out, and there is no maximum
 * (RFC 5280 4.2.1.10). */
static bool subtrees(struct span list)
{
	enum general_name kind;
	struct span body, value;
	const bool some = list.n != 0;
	while (list.n)
		if (!der_take(&list, DER_SEQUENCE, &body) || !general_next(&body, &kind, &value) ||
			body.n)
			return false;
	return some;
}

static bool name_constraints(struct span v, struct cert *c)
{
	struct span body;
	bool permitted, excluded;
	if (!der_take(&v, DER_SEQUENCE, &body) || v.n ||
		!der_maybe(&body, DER_CONTEXT_CONS + 0, &c->permitted, &permitted) ||
		!der_maybe(&body, DER_CONTEXT_CONS + 1, &c->excluded, &excluded) || body.n)
		return false;
	return (permitted || excluded) && (!permitted || subtrees(c->permitted)) &&
		(!excluded || subtrees(c->excluded));
}

static bool subject_key_id(struct span v, struct cert *c)
{
	return der_take(&v, DER_OCTETS, &c->key_id) && v.n == 0;
}

static bool authority_key_id(struct span v, struct cert *c)
{
	struct span body, other;
	bool there;
	return der_take(&v, DER_SEQUENCE, &body) && v.n == 0 &&
		der_maybe(&body, DER_CONTEXT + 0, &c->issuer_key_id, &there) &&
		der_maybe(&body, DER_CONTEXT_CONS + 1, &other, &there) &&
		der_maybe(&body, DER_CONTEXT + 2, &other, &there) && body.n == 0;
}

/* Extensions whose content matters elsewhere, or not at all, are checked to be one element. */
static bool one_element(struct span v, struct cert *c)
{
	struct der d;
	(void)c;
	return der_next(&v, &d) && v.n == 0;
}

static const struct {
	uint8_t oid[9];
	uint8_t n;
	bool (*read)(struct span value, struct cert *c);
	const char *bad;
} known[EXT_COUNT] = {
	[EXT_BASIC_CONSTRAINTS] = { { 0x55, 0x1d, 0x13 }, 3, basic_constraints,
		"its basic constraints (RFC 5280 4.2.1.9)" },
	[EXT_KEY_USAGE] = { { 0x55, 0x1d, 0x0f }, 3, key_usage,
		"its key usage (RFC 5280 4.2.1.3)" },
	[EXT_EXT_KEY_USAGE] = { { 0x55, 0x1d, 0x25 }, 3, ext_key_usage,
		"its extended key usage (RFC 5280 4.2.1.12)" },
	[EXT_SUBJECT_ALT_NAME] = { { 0x55, 0x1d, 0x11 }, 3, subject_alt_name,
		"its subject alternative name (RFC 5280 4.2.1.6)" },
	[EXT_ISSUER_ALT_NAME] = { { 0x55, 0x1d, 0x12 }, 3, issuer_alt_name,
		"its issuer alternative name (RFC 5280 4.2.1.7)" },
	[EXT_NAME_CONSTRAINTS] = { { 0x55, 0x1d, 0x1e }, 3, name_constraints,
		"its name constraints (RFC 5280 4.2.1.10)" },
	[EXT_SUBJECT_KEY_ID] = { { 0x55, 0x1d, 0x0e }, 3, subject_key_id,
		"its subject key identifier (RFC 5280 4.2.1.2)" },
	[EXT_AUTHORITY_KEY_ID] = { { 0x55, 0x1d, 0x23 }, 3, authority_key_id,
		"its authority key identifier (RFC 5280 4.2.1.1)" },
	[EXT_CRL_POINTS] = { { 0x55, 0x1d, 0x1f }, 3, one_element,
		"its CRL distribution points (RFC 5280 4.2.1.13)" },
	[EXT_FRESHEST_CRL] = { { 0x55, 0x1d, 0x2e }, 3, one_element,
		"its freshest CRL (RFC 5280 4.2.1.15)" },
	[EXT_POLICIES] = { { 0x55, 0x1d, 0x20 }, 3, one_element,
		"its policies (RFC 5280 4.2.1.4)" },
	[EXT_POLICY_MAPPINGS] = { { 0x55, 0x1d, 0x21 }, 3, one_element,
		"its policy mappings (RFC 5280 4.2.1.5)" },
	[EXT_POLICY_CONSTRAINTS] = { { 0x55, 0x1d, 0x24 }, 3, one_element,
		"its policy constraints (RFC 5280 4.2.1.11)" },
	[EXT_INHIBIT_ANY_POLICY] = { { 0x55, 0x1d, 0x36 }, 3, one_element,
		"its inhibitAnyPolicy (RFC 5280 4.2.1.14)" },
	[EXT_NETSCAPE_TYPE] = { { 0x60, 0x86, 0x48, 0x01, 0x86, 0xf8, 0x42, 0x01, 0x01 }, 9,
		netscape_type, "its Netscape certificate type" },
	[EXT_AUTHORITY_INFO] = { { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x01 }, 8, one_element,
		"its authority information access (RFC 5280 4.2.2.1)" },
};

/* What is wrong with one extension, or NULL. */
static const char *read_one(const struct extension *x, struct cert *c)
{
	for (unsigned i = 0; i < EXT_COUNT; i++) {
		if (!span_eq(x->oid, span_of(known[i].oid, known[i].n)))
			continue;
		c->ext[i] = x->value;
		c->present |= 1u << i;
		if (x->critical)
			c->critical |= 1u << i;
		return known[i].read(x->value, c) ? NULL : known[i].bad;
	}
	if (x->critical && c->unknown.n == 0)
		c->unknown = x->oid;
	return NULL;
}

const char *certext_read(struct span extensions, struct cert *c)
{
	struct span list;
	if (!der_take(&extensions, DER_SEQUENCE, &list) || extensions.n || list.n == 0)
		return "its extensions are not a list of some (RFC 5280 4.1.2.9)";
	const struct span all = list;
	for (unsigned count = 0; list.n; count++) {
		struct extension x;
		if (!extension_next(&list, &x))
			return "one of its extensions is malformed (RFC 5280 4.2)";
		if (count == CERT_EXTENSIONS)
			return "it has more than 64 extensions";
		if (extension_repeated(all, &x))
			return "it has the same extension twice (RFC 5280 4.2)";
		const char *bad = read_one(&x, c);
		if (bad)
			return bad;
	}
	return NULL;
}
