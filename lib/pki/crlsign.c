/* SPDX-License-Identifier: MIT */
#include "pki/crlsign.h"

#include "pki/revoke.h"

enum {
	NESTED = 2
}; /* paths within paths: a CRL's signer, and the signer of the CRL for that one */

static bool fail(enum obstacle *worst, enum obstacle o)
{
	if (o > *worst)
		*worst = o;
	return false;
}

static bool signed_with(struct path *p, const struct crl *crl, const struct pubkey *key)
{
	if (p->signatures == 0 || key->type != crl->alg.type)
		return false;
	p->signatures--;
	return crl_verify(crl, key, p->rules->memo);
}

/* A path of its own for a certificate that signs CRLs, to the root of the path in hand. What it says of
 * errors is of no use to the user, who asked about another certificate. */
static bool has_path(struct path *p, const struct cert *c)
{
	struct cert certs[PKI_PEER_CERTS + 1] = { *c };
	struct pki_rules rules = *p->rules;
	struct err ignored = { 0 };
	rules.role = PKI_ANY;
	rules.depth = -1;
	struct path q = { .rules = &rules,
		.now = p->now,
		.peer = certs,
		.n_peer = 1,
		.signatures = p->signatures,
		.candidates = p->candidates,
		.nested = p->nested + 1,
		.err = &ignored };
	for (size_t i = 0; i < p->n_peer && q.n_peer < PKI_PEER_CERTS + 1; i++)
		certs[q.n_peer++] = p->peer[i];
	const bool found = path_find(&q);
	p->signatures = q.signatures;
	p->candidates = q.candidates;
	return found && span_eq(q.link[q.n - 1].der, p->link[p->n - 1].der);
}

static bool try_signer(struct path *p, const struct crl *crl, const struct cert *c,
	const struct signer *issuer, const struct cert *about, enum obstacle *worst)
{
	struct pubkey key;
	if (span_eq(c->der, issuer->cert->der) || (about && span_eq(c->der, about->der)) ||
		!name_equal(c->subject, crl->issuer) || !pubkey_read(c->spki, &key, NULL) ||
		!signed_with(p, crl, &key))
		return false;
	if (!(c->usage & USAGE_CRL_SIGN))
		return fail(worst, OBSTACLE_SIGNER);
	for (size_t i = 0; i < p->n; i++) /* in the path already */
		if (span_eq(p->link[i].der, c->der))
			return true;
	return has_path(p, c) || fail(worst, OBSTACLE_SIGNER);
}

bool crlsign_verify(struct path *p, const struct crl *crl, const struct signer *issuer,
	const struct cert *about, enum obstacle *worst)
{
	size_t source = 0, at = 0;
	struct pki_found found;
	fail(worst, OBSTACLE_SIGNATURE);
	if (name_equal(issuer->cert->subject, crl->issuer) && signed_with(p, crl, issuer->key))
		return (issuer->cert->usage & USAGE_CRL_SIGN) || fail(worst, OBSTACLE_SIGNER);
	if (p->nested >= NESTED)
		return false;
	for (size_t i = 0; i < p->n_peer; i++)
		if (try_signer(p, crl, &p->peer[i], issuer, about, worst))
			return true;
	while (path_source(p, PKI_CERTS, crl->issuer, &source, &at, &found)) {
		struct cert c;
		if (cert_read(found.der, &c, NULL) && try_signer(p, crl, &c, issuer, about, worst))
			return true;
	}
	return false;
}
