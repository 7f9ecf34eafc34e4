/* SPDX-License-Identifier: MIT */
#include "pki/points.h"

#include "pki/der.h"
#include "pki/derw.h"
#include "pki/name.h"

bool points_name_issuer(const struct point *point, struct span issuer)
{
	struct span names = point->issuers, value;
	enum general_name kind;
	while (general_next(&names, &kind, &value))
		if (kind == GN_DIRECTORY && name_equal(value, issuer))
			return true;
	return false;
}

/* Two lists of general names have one in common. */
static bool share(struct span a, struct span b)
{
	struct span x, y;
	enum general_name kind, other;
	while (general_next(&a, &kind, &x)) {
		struct span rest = b;
		while (general_next(&rest, &other, &y))
			if (kind == other &&
				(kind == GN_DIRECTORY ? name_equal(x, y) : span_eq(x, y)))
				return true;
	}
	return false;
}

/* A DistributionPointName as general names: those of [0] as they are, the one relative to the issuer
 * ([1], one RelativeDistinguishedName) behind the issuer's name. */
static bool full_names(struct span point, struct span issuer, struct buf *room, struct span *names)
{
	struct span in = issuer, sets;
	struct der choice;
	if (!der_next(&point, &choice))
		return false;
	*names = choice.body;
	if (choice.tag == DER_CONTEXT_CONS + 0)
		return true;
	if (!der_take(&in, DER_SEQUENCE, &sets))
		return false;
	const size_t general = derw_open(room), name = derw_open(room);
	buf_bytes(room, sets);
	derw_put(room, DER_SET, choice.body);
	derw_close(room, name, DER_SEQUENCE);
	derw_close(room, general, DER_CONTEXT_CONS + GN_DIRECTORY);
	*names = buf_span(room);
	return buf_ok(room);
}

/* The names a certificate's point has, or those that stand for it. */
static bool point_names(const struct point *point, const struct crl *crl, struct span cert_issuer,
	struct buf *room, struct span *names)
{
	if (point->name.n) /* relative to the issuer of the list (RFC 5280 4.2.1.13) */
		return full_names(point->name, crl->issuer, room, names);
	if (point->issuers.n) {
		*names = point->issuers;
		return true;
	}
	derw_put(room, DER_CONTEXT_CONS + GN_DIRECTORY, cert_issuer);
	*names = buf_span(room);
	return buf_ok(room);
}

bool points_match(const struct crl *crl, const struct point *point, struct span cert_issuer)
{
	uint8_t a[NAME_BYTES * 2], b[NAME_BYTES * 2];
	struct buf x = buf_on(a, sizeof a), y = buf_on(b, sizeof b);
	struct span theirs, ours;
	return crl->point.n == 0 ||
		(full_names(crl->point, crl->issuer, &x, &theirs) &&
			point_names(point, crl, cert_issuer, &y, &ours) && share(theirs, ours));
}

int number_cmp(struct span a, struct span b)
{
	while (a.n && a.p[0] == 0)
		span_skip(&a, 1);
	while (b.n && b.p[0] == 0)
		span_skip(&b, 1);
	if (a.n != b.n)
		return a.n < b.n ? -1 : 1;
	return span_cmp(a, b);
}
