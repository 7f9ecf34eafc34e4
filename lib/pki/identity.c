/* SPDX-License-Identifier: MIT */
#include "pki/identity.h"

#include "pki/name.h"
#include "pki/object.h"

#include <string.h>

enum { FILE_CERTS = 64 }; /* certificates of one file that are looked at */

/* BearSSL's structures have no const, but its engines only read them. */
static unsigned char *unconst(const uint8_t *p)
{
	unsigned char *q;
	memcpy(&q, &p, sizeof q);
	return q;
}

static bool add(struct identity *i, const struct cert *c)
{
	if (i->n == IDENTITY_CERTS)
		return false;
	i->br[i->n] = (br_x509_certificate){ unconst(c->der.p), c->der.n };
	i->chain[i->n++] = c->der;
	return true;
}

/* The certificate whose key is ours. The last error of one that was unreadable is kept. */
static bool find_leaf(
	struct identity *i, const struct span *certs, size_t n, struct cert *leaf, struct err *e)
{
	struct err why = { 0 };
	for (size_t k = 0; k < n; k++) {
		struct err one = { 0 };
		if (cert_read(certs[k], leaf, &one) &&
			pubkey_read(leaf->spki, &i->leaf_key, &one) &&
			key_matches(&i->key, &i->leaf_key))
			return add(i, leaf);
		if (one.kind != ERR_NONE)
			why = one;
	}
	if (n == 0)
		return err_set(e, ERR_INPUT, 0, "there is no certificate in it");
	return err_set(e, ERR_INPUT, 0,
		"no certificate in it belongs to the private key: give the two that were made "
		"together%s%s",
		why.text[0] ? "; " : "", why.text);
}

/* Certificates of one name may stand side by side; the signature tells whose is meant. */
static bool issued_by(const struct cert *c, const struct cert *issuer)
{
	struct sig_alg alg;
	struct pubkey key;
	return name_equal(issuer->subject, c->issuer) && sig_alg_read(c->algorithm, &alg, NULL) &&
		pubkey_read(issuer->spki, &key, NULL) &&
		sig_verify(&alg, &key, c->tbs, c->signature);
}

/* The issuers, one after the other, as far as the file has them. A root ends it and is left out when
 * it is not the leaf itself: the peer has its own (RFC 5246 7.4.2). */
static void add_issuers(struct identity *i, const struct span *certs, size_t n, struct cert last)
{
	while (!cert_self_issued(&last)) {
		struct cert next;
		bool found = false;
		for (size_t k = 0; k < n && !found; k++)
			found = cert_read(certs[k], &next, NULL) && !cert_self_issued(&next) &&
				issued_by(&last, &next);
		for (size_t k = 0; found && k < i->n; k++)
			found = !span_eq(i->chain[k], next.der);
		if (!found || !add(i, &next))
			return;
		last = next;
	}
}

bool identity_certs(struct identity *i, struct span file, struct buf *store, struct err *e)
{
	struct span certs[FILE_CERTS];
	struct object o;
	struct cert leaf;
	struct sig_alg alg;
	struct err broken = { 0 };
	size_t n = 0;
	i->n = 0;
	while (n < FILE_CERTS && object_next(&file, store, &o, &broken))
		if (o.kind == OBJECT_CERT)
			certs[n++] = o.der;
	if (broken.kind != ERR_NONE) {
		if (e && e->kind == ERR_NONE)
			*e = broken;
		return false;
	}
	if (!find_leaf(i, certs, n, &leaf, e))
		return false;
	add_issuers(i, certs, n, leaf);
	i->leaf_usage = leaf.usage;
	i->leaf_issuer_key = sig_alg_read(leaf.algorithm, &alg, NULL) ? alg.type : KEY_NONE;
	return true;
}
