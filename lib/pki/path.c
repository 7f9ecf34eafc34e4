/* SPDX-License-Identifier: MIT */
/* Depth-first from the leaf: every certificate whose subject is the issuer's name is tried, those whose
 * key identifier fits first, the peer's own before those of the stores. What could be made to take long
 * is counted: signatures, and certificates looked at. */
#include "pki/path.h"

#include "pki/revoke.h"
#include "pki/rules.h"

#include <stdarg.h>
#include <stdio.h>

bool path_refuse(
	struct path *p, enum stage stage, int alert, const struct cert *c, const char *rule, ...)
{
	const unsigned rank = (unsigned)p->n * 8 + (unsigned)stage + 1;
	if (rank <= p->rank)
		return false;
	p->rank = rank;
	char text[400], about[600];
	va_list args;
	va_start(args, rule);
	vsnprintf(text, sizeof text, rule, args);
	va_end(args);
	err_clear(p->err);
	return err_set(p->err, ERR_TRUST, alert, "%s; the certificate: %s", text,
		cert_text(c, about, sizeof about));
}

bool path_source(struct path *p, enum pki_want want, struct span name, size_t *source, size_t *i,
	struct pki_found *found)
{
	for (; *source < p->rules->n_sources; (*source)++, *i = 0) {
		struct pki_source *s = p->rules->sources[*source];
		if (p->candidates == 0)
			return false;
		p->candidates--;
		if (s->find(s, want, name, (*i)++, found))
			return true;
	}
	return false;
}

/* A root is self-issued and trusted, octet for octet. */
static bool is_root(struct path *p, const struct cert *c)
{
	size_t source = 0, i = 0;
	struct pki_found found;
	if (!cert_self_issued(c))
		return false;
	while (path_source(p, PKI_CERTS, c->subject, &source, &i, &found))
		if (found.trusted && span_eq(found.der, c->der))
			return true;
	return false;
}

static bool in_path(const struct path *p, const struct cert *c)
{
	for (size_t i = 0; i < p->n; i++)
		if (span_eq(p->link[i].der, c->der))
			return true;
	return false;
}

static bool signed_by(struct path *p, const struct cert *c, const struct pubkey *key)
{
	struct sig_alg alg;
	uint8_t hash[64];
	if (p->signatures == 0) /* says more than the last signature that failed */
		return path_refuse(p, STAGE_PATH, ALERT_BAD, c,
			"the search for a path took more than %d signatures: the peer sends, or "
			"the "
			"store holds, too many certificates of one name",
			PKI_SIGNATURES);
	p->signatures--;
	if (sig_alg_read(c->algorithm, &alg, NULL) && sig_hash(alg.hash, c->tbs, hash) &&
		memo_verify(p->rules->memo, &alg, key, hash, c->signature))
		return true;
	return path_refuse(p, STAGE_SIGNATURE, ALERT_BAD, c,
		"the signature of a certificate does not verify with its issuer's key (RFC 5280 "
		"6.1.3): "
		"it was changed, or the issuer has a newer certificate of the same name");
}

static bool extend(struct path *p);

/* Tries c as the issuer of the last link. */
static bool try_issuer(struct path *p, const struct cert *c)
{
	const struct cert *last = &p->link[p->n - 1];
	struct pubkey *key = &p->key[p->n];
	if (in_path(p, c) || !rules_any(p, c, key) || !rules_issuer(p, c) ||
		!signed_by(p, last, key))
		return false;
	p->link[p->n++] = *c;
	if (extend(p))
		return true;
	p->n--;
	return false;
}

/* True for a key identifier that fits what the certificate says about its issuer's. */
static bool key_id_fits(const struct cert *c, const struct cert *issuer)
{
	return c->issuer_key_id.n && span_eq(c->issuer_key_id, issuer->key_id);
}

static bool sent_by_peer(const struct path *p, struct span der)
{
	for (size_t i = 0; i < p->n_peer; i++)
		if (span_eq(p->peer[i].der, der))
			return true;
	return false;
}

/* Candidates whose key identifier fits, or all the others. */
static bool try_all(struct path *p, bool fitting)
{
	const struct cert *last = &p->link[p->n - 1];
	size_t source = 0, at = 0;
	struct pki_found found;
	for (size_t i = 0; i < p->n_peer; i++)
		if (key_id_fits(last, &p->peer[i]) == fitting &&
			name_equal(p->peer[i].subject, last->issuer) && try_issuer(p, &p->peer[i]))
			return true;
	while (path_source(p, PKI_CERTS, last->issuer, &source, &at, &found)) {
		struct cert c;
		if (!sent_by_peer(p, found.der) && cert_read(found.der, &c, NULL) &&
			key_id_fits(last, &c) == fitting && name_equal(c.subject, last->issuer) &&
			try_issuer(p, &c))
			return true;
	}
	return false;
}

static bool extend(struct path *p)
{
	char issuer[NAME_TEXT];
	const struct cert *last = &p->link[p->n - 1];
	if (is_root(p, last))
		return rules_path(p) && revoke_path(p);
	if (!rules_issued(p, last))
		return false;
	if (p->n == PKI_PATH)
		return path_refuse(p, STAGE_SEARCH, ALERT_UNKNOWN_CA, last,
			"a path of more than %d certificates is not followed", PKI_PATH);
	if (try_all(p, true) || try_all(p, false))
		return true;
	if (cert_self_issued(last))
		return path_refuse(p, STAGE_SEARCH, ALERT_UNKNOWN_CA, last,
			"a self-signed certificate ends the path and is not trusted (RFC 5280 "
			"6.1.1 d): add it "
			"with --ca or to the directory of --ca-dir if it should be");
	return path_refuse(p, STAGE_SEARCH, ALERT_UNKNOWN_CA, last,
		"no trusted certificate of its issuer %s was found (RFC 5280 6.1): add the root "
		"with --ca or "
		"--ca-dir, or a missing intermediate to what the peer sends",
		name_text(last->issuer, issuer, 120));
}

bool path_find(struct path *p)
{
	p->link[0] = p->peer[0];
	p->n = 1;
	return rules_any(p, &p->link[0], &p->key[0]) && rules_leaf(p, &p->link[0]) && extend(p);
}
