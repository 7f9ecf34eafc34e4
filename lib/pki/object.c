/* SPDX-License-Identifier: MIT */
#include "pki/object.h"

#include "pki/der.h"

/* Certificates, CRLs and requests are SEQUENCE { SEQUENCE, AlgorithmIdentifier, BIT STRING } (RFC 5280
 * 4.1 and 5.1, RFC 2986 4); the inner SEQUENCE tells which. */
static enum object_kind kind_of_signed(struct span tbs)
{
	struct der d;
	struct span body;
	bool there;
	if (der_is(tbs, DER_CONTEXT_CONS))
		return OBJECT_CERT; /* version */
	/* A v1 certificate begins with serial and algorithm, a request with version and name, a CRL
	 * with an optional version, algorithm, name and a time. */
	if (!der_maybe(&tbs, DER_INTEGER, &body, &there) || !der_take(&tbs, DER_SEQUENCE, &body) ||
		!der_next(&tbs, &d))
		return OBJECT_OTHER;
	if (d.tag == DER_SEQUENCE &&
		(der_is(tbs, DER_UTC_TIME) || der_is(tbs, DER_GENERALIZED_TIME)))
		return OBJECT_CRL;
	if (d.tag == DER_SEQUENCE && der_is(tbs, DER_CONTEXT_CONS))
		return OBJECT_REQUEST;
	return d.tag == DER_SEQUENCE && der_is(tbs, DER_SEQUENCE) ? OBJECT_CERT : OBJECT_OTHER;
}

enum object_kind object_kind_of(struct span der)
{
	struct span body, inner, version;
	if (!der_take(&der, DER_SEQUENCE, &body))
		return OBJECT_OTHER;
	if (der_is(body, DER_INTEGER)) {
		if (!der_integer(&body, &version) || version.n != 1)
			return OBJECT_OTHER;
		/* PFX is version 3 and a ContentInfo (RFC 7292 4); keys are 0 or 1. */
		if (version.p[0] == 3)
			return der_is(body, DER_SEQUENCE) ? OBJECT_PKCS12 : OBJECT_OTHER;
		return OBJECT_KEY;
	}
	if (!der_take(&body, DER_SEQUENCE, &inner))
		return OBJECT_OTHER;
	if (der_is(body, DER_OCTETS))
		return OBJECT_KEY; /* EncryptedPrivateKeyInfo (RFC 5958 3) */
	return kind_of_signed(inner);
}

enum object_kind object_kind_of_label(struct span label)
{
	static const struct {
		const char *label;
		enum object_kind kind;
	} known[] = {
		{ "CERTIFICATE", OBJECT_CERT },
		{ "X509 CERTIFICATE", OBJECT_CERT },
		{ "X509 CRL", OBJECT_CRL },
		{ "PRIVATE KEY", OBJECT_KEY },
		{ "ENCRYPTED PRIVATE KEY", OBJECT_KEY },
		{ "RSA PRIVATE KEY", OBJECT_KEY },
		{ "EC PRIVATE KEY", OBJECT_KEY },
		{ "CERTIFICATE REQUEST", OBJECT_REQUEST },
		{ "NEW CERTIFICATE REQUEST", OBJECT_REQUEST },
		{ "PKCS12", OBJECT_PKCS12 },
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (span_eq_str(label, known[i].label))
			return known[i].kind;
	return OBJECT_OTHER;
}

bool object_next(struct span *file, struct buf *store, struct object *o, struct err *e)
{
	struct der d;
	/* No PEM text begins with '0' (30) and a length that fits the whole file. */
	if (der_is(*file, DER_SEQUENCE) && der_next(file, &d)) {
		*o = (struct object){ .kind = object_kind_of(d.whole), .der = d.whole };
		return true;
	}
	struct pem p;
	if (!pem_next(file, &p, e))
		return false;
	const size_t at = store->n;
	if (!pem_decode(&p, store, e))
		return false;
	*o = (struct object){ .kind = object_kind_of_label(p.label),
		.der = span_at(buf_span(store), at, store->n),
		.pem = p };
	return true;
}
