/* SPDX-License-Identifier: MIT */
/* RFC 5280 6.3.3. A certificate is good when lists that can be trusted cover all reasons for it and
 * none of them names it. What stands in the way of a list is remembered for the message. */
#include "pki/revoke.h"

#include "base/date.h"
#include "pki/crlsign.h"
#include "pki/der.h"
#include "pki/points.h"

#include <stdio.h>

/* Looking for the state of one certificate. */
struct search {
	struct path *p;
	const struct cert *c;
	struct signer issuer;
	bool delegated;      /* the present point names who issues its list */
	unsigned reasons;    /* covered so far */
	enum obstacle worst; /* the nearest that a list came */
	bool revoked;
	struct crl_entry entry;
};

static bool fail(struct search *s, enum obstacle o)
{
	if (o > s->worst)
		s->worst = o;
	return false;
}

/* Whether the list is for this certificate at all (RFC 5280 6.3.3 b). */
static bool in_scope(struct search *s, const struct crl *crl, const struct point *point)
{
	const bool ca = s->c->ca;
	if (crl->only_attribute || (crl->only_user && ca) || (crl->only_ca && !ca))
		return fail(s, OBSTACLE_SCOPE);
	if (point->issuers.n) {
		if (!crl->indirect || !points_name_issuer(point, crl->issuer))
			return fail(s, OBSTACLE_SCOPE);
	} else if (!name_equal(crl->issuer, s->c->issuer)) {
		return false;
	}
	if (crl->foreign && !crl->indirect)
		return fail(s, OBSTACLE_SCOPE);
	return points_match(crl, point, s->c->issuer) || fail(s, OBSTACLE_SCOPE);
}

/* Whether the list can be believed now. */
static bool believed(struct search *s, const struct crl *crl)
{
	if (crl->unknown.n)
		return fail(s, OBSTACLE_CRITICAL);
	if (s->p->now < crl->this_update)
		return fail(s, OBSTACLE_EARLY);
	if (crl->has_next && s->p->now > crl->next_update)
		return fail(s, OBSTACLE_EXPIRED);
	if (crl->alg.type == KEY_NONE || !span_eq(crl->inner, crl->algorithm) ||
		(crl->alg.hash == br_sha1_ID && !s->p->rules->sha1))
		return fail(s, OBSTACLE_ALGORITHM);
	return crlsign_verify(s->p, crl, &s->issuer, s->delegated ? NULL : s->c, &s->worst);
}

/* A delta list belongs to a complete one of the same scope and issuer (RFC 5280 5.2.4). */
static bool delta_of(const struct crl *delta, const struct crl *full)
{
	return delta->base.n && full->number.n && span_eq(delta->scope, full->scope) &&
		span_eq(delta->issuer_key_id, full->issuer_key_id) &&
		number_cmp(delta->base, full->number) <= 0 &&
		number_cmp(delta->number, full->number) > 0;
}

/* Newer news than the complete list's. */
static void look_in_deltas(struct search *s, const struct crl *full)
{
	size_t source = 0, at = 0;
	struct pki_found found;
	struct crl_entry entry;
	while (!s->revoked && path_source(s->p, PKI_CRLS, full->issuer, &source, &at, &found))
		if (found.crl && name_equal(found.crl->issuer, full->issuer) &&
			delta_of(found.crl, full) &&
			crl_find(found.crl, s->c->issuer, s->c->serial, &entry) &&
			entry.reason != CRL_REMOVE && believed(s, found.crl)) {
			s->revoked = true;
			s->entry = entry;
		}
}

/* All lists of one issuer against one distribution point. True: nothing more needs to be asked. */
static bool look_in_lists(struct search *s, const struct point *point, struct span issuer)
{
	size_t source = 0, at = 0;
	struct pki_found found;
	while (path_source(s->p, PKI_CRLS, issuer, &source, &at, &found)) {
		const struct crl *crl = found.crl;
		if (!crl || !name_equal(crl->issuer, issuer))
			continue;
		if (crl->base.n) {
			fail(s, OBSTACLE_DELTA);
			continue;
		}
		if (!in_scope(s, crl, point) || !believed(s, crl))
			continue;
		if (crl_find(crl, s->c->issuer, s->c->serial, &s->entry))
			s->revoked = true;
		else
			look_in_deltas(s, crl);
		if (s->revoked)
			return true;
		s->reasons |= point->reasons & crl->reasons;
		if (s->reasons == CRL_REASONS_ALL)
			return true;
	}
	return false;
}

static bool look_at_point(struct search *s, const struct point *point)
{
	struct span names = point->issuers, value;
	enum general_name kind;
	s->delegated = names.n != 0;
	if (names.n == 0)
		return look_in_lists(s, point, s->c->issuer);
	while (general_next(&names, &kind, &value))
		if (kind == GN_DIRECTORY && look_in_lists(s, point, value))
			return true;
	return false;
}

/* The points the certificate names, then the one that is always there (RFC 5280 6.3.3, last part). */
static void look(struct search *s)
{
	struct point point;
	struct span list = { 0 }, value = s->c->ext[EXT_CRL_POINTS];
	if (cert_has(s->c, EXT_CRL_POINTS))
		der_take(&value, DER_SEQUENCE, &list);
	while (point_next(&list, &point))
		if (look_at_point(s, &point))
			return;
	const struct point own = { .reasons = CRL_REASONS_ALL };
	look_at_point(s, &own);
}

static bool state_unknown(struct path *p, const struct cert *c, enum obstacle o)
{
	char issuer[NAME_TEXT];
	static const char *const why[] = {
		[OBSTACLE_NONE] = "no CRL of it was found: install one, or add it with --crl",
		[OBSTACLE_DELTA] = "only a delta CRL was found: install the complete one",
		[OBSTACLE_SCOPE] =
			"its CRL does not cover this certificate or not all reasons (issuing "
			"distribution point): install the one that does",
		[OBSTACLE_EARLY] = "its CRL is not valid yet: correct this host's clock",
		[OBSTACLE_EXPIRED] = "its CRL has expired: install a new one",
		[OBSTACLE_ALGORITHM] =
			"its CRL is signed in a way that is not accepted: issue it with "
			"SHA-256",
		[OBSTACLE_SIGNER] =
			"its CRL is signed by a key that may not sign CRLs: issue the CA's "
			"certificate with cRLSign",
		[OBSTACLE_SIGNATURE] =
			"the signature of its CRL does not verify: install the CRL anew",
		[OBSTACLE_CRITICAL] = "its CRL has a critical extension that is not understood",
	};
	return path_refuse(p, STAGE_PATH, ALERT_UNKNOWN, c,
		"whether a certificate is revoked cannot be told (RFC 5280 6.3): its issuer is %s; "
		"%s",
		name_text(c->issuer, issuer, 100), why[o]);
}

static bool certificate_good(struct path *p, size_t i)
{
	const size_t above = i + 1 < p->n ? i + 1 : i;
	char date[DATE_TEXT];
	struct search s = {
		.p = p, .c = &p->link[i], .issuer = { &p->link[above], &p->key[above] }
	};
	look(&s);
	if (s.revoked)
		return path_refuse(p, STAGE_PATH, ALERT_REVOKED, s.c,
			"a certificate is revoked since %s, reason %s (RFC 5280 6.3): issue a new "
			"one for "
			"a new key",
			date_text(s.entry.date, date), crl_reason_name(s.entry.reason));
	return s.reasons == CRL_REASONS_ALL || state_unknown(p, s.c, s.worst);
}

bool revoke_path(struct path *p)
{
	if (p->rules->revocation == PKI_CRL_OFF)
		return true;
	const size_t n = p->rules->revocation == PKI_CRL_ALL ? p->n : 1;
	for (size_t i = 0; i < n; i++)
		if (!certificate_good(p, i))
			return false;
	return true;
}
