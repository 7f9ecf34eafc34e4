/* SPDX-License-Identifier: MIT */
/* The form of a certificate. What is malformed is refused even where a reading could be guessed. */
#include "pki/cert.h"

#include "base/date.h"
#include "base/hex.h"
#include "pki/certext.h"
#include "pki/der.h"
#include "pki/name.h"

#include <bearssl.h>
#include <stdio.h>

enum { BAD_CERTIFICATE = 42 };

static bool malformed(struct err *e, const char *what)
{
	return err_set(e, ERR_TRUST, BAD_CERTIFICATE,
		"malformed certificate: %s; is it damaged or not a certificate?", what);
}

static bool read_version(struct span *tbs, struct cert *c)
{
	struct span outer;
	bool there;
	uint64_t version = 0;
	if (!der_maybe(tbs, DER_CONTEXT_CONS + 0, &outer, &there))
		return false;
	if (there && (!der_uint(&outer, &version) || outer.n))
		return false;
	c->version = (unsigned)version + 1;
	return version <= 2;
}

static bool read_validity(struct span *tbs, struct cert *c)
{
	struct span body;
	return der_take(tbs, DER_SEQUENCE, &body) && der_time(&body, &c->not_before) &&
		der_time(&body, &c->not_after) && body.n == 0;
}

/* issuerUniqueID and subjectUniqueID: of no meaning, but not of version 1 (RFC 5280 4.1.2.8). */
static bool skip_unique_ids(struct span *tbs, const struct cert *c)
{
	struct span body;
	for (uint8_t i = 1; i <= 2; i++) {
		bool there;
		if (!der_maybe(tbs, (uint8_t)(DER_CONTEXT + i), &body, &there) ||
			(there && c->version < 2))
			return false;
	}
	return true;
}

/* One AlgorithmIdentifier (RFC 5280 4.1.1.2). */
static bool read_algorithm(struct span *in, struct span *whole)
{
	struct span body, oid, rest = *in;
	struct der parameters;
	if (!der_whole(&rest, DER_SEQUENCE, whole))
		return false;
	struct span again = *whole;
	if (!der_take(&again, DER_SEQUENCE, &body) || !der_oid(&body, &oid))
		return false;
	if (body.n && (!der_next(&body, &parameters) || body.n))
		return false;
	*in = rest;
	return true;
}

static bool read_tbs(struct span tbs, struct cert *c, struct err *e)
{
	if (!read_version(&tbs, c))
		return malformed(e, "its version is not 1, 2 or 3 (RFC 5280 4.1.2.1)");
	if (!der_integer(&tbs, &c->serial))
		return malformed(e, "its serial number is not an integer (RFC 5280 4.1.2.2)");
	if (!read_algorithm(&tbs, &c->inner))
		return malformed(e, "its signature field is no algorithm (RFC 5280 4.1.2.3)");
	if (!der_whole(&tbs, DER_SEQUENCE, &c->issuer) || !name_ok(c->issuer))
		return malformed(e, "its issuer is not a name (RFC 5280 4.1.2.4)");
	if (!read_validity(&tbs, c))
		return malformed(e, "its validity is not two dates (RFC 5280 4.1.2.5)");
	if (!der_whole(&tbs, DER_SEQUENCE, &c->subject) || !name_ok(c->subject))
		return malformed(e, "its subject is not a name (RFC 5280 4.1.2.6)");
	if (!der_whole(&tbs, DER_SEQUENCE, &c->spki))
		return malformed(e, "it has no subject public key (RFC 5280 4.1.2.7)");
	if (!skip_unique_ids(&tbs, c))
		return malformed(e, "a unique identifier is out of place (RFC 5280 4.1.2.8)");

	struct span outer;
	bool there;
	if (!der_maybe(&tbs, DER_CONTEXT_CONS + 3, &outer, &there) || tbs.n)
		return malformed(e, "something follows its fields (RFC 5280 4.1)");
	if (there && c->version != 3)
		return malformed(e, "it has extensions but is not version 3 (RFC 5280 4.1.2.9)");
	const char *bad = there ? certext_read(outer, c) : NULL;
	return bad ? malformed(e, bad) : true;
}

bool cert_read(struct span der, struct cert *c, struct err *e)
{
	struct span whole = der, body, tbs;
	*c = (struct cert){ .der = der, .path_length = -1, .usage = USAGE_ALL };
	if (der.n > CERT_BYTES)
		return malformed(e, "it is larger than 64 KB");
	if (!der_take(&whole, DER_SEQUENCE, &body) || whole.n ||
		!der_whole(&body, DER_SEQUENCE, &c->tbs) || !read_algorithm(&body, &c->algorithm) ||
		!der_octet_bits(&body, &c->signature) || body.n)
		return malformed(e, "it is not a signed structure (RFC 5280 4.1)");
	struct span again = c->tbs;
	return der_take(&again, DER_SEQUENCE, &tbs) && read_tbs(tbs, c, e);
}

bool cert_has(const struct cert *c, enum ext x)
{
	return c->present >> x & 1;
}

bool cert_self_issued(const struct cert *c)
{
	return name_equal(c->subject, c->issuer);
}

char *cert_text(const struct cert *c, char *text, size_t cap)
{
	char subject[NAME_TEXT], issuer[NAME_TEXT], serial[64], from[DATE_TEXT], to[DATE_TEXT];
	snprintf(text, cap, "subject %s, issuer %s, serial %s, valid %s to %s",
		name_text(c->subject, subject, 160), name_text(c->issuer, issuer, 160),
		hex_colons(c->serial, serial, sizeof serial), date_text(c->not_before, from),
		date_text(c->not_after, to));
	return text;
}

void cert_sha256(struct span der, uint8_t digest[32])
{
	br_sha256_context hash;
	br_sha256_init(&hash);
	br_sha256_update(&hash, der.p, der.n);
	br_sha256_out(&hash, digest);
}

bool general_next(struct span *names, enum general_name *kind, struct span *value)
{
	/* otherName, x400Address, directoryName and ediPartyName are constructed. */
	enum { CONSTRUCTED = 1 << GN_OTHER | 1 << GN_X400 | 1 << GN_DIRECTORY | 1 << GN_EDI };
	struct span rest = *names;
	struct der d;
	if (!der_next(&rest, &d) || (d.tag & 0xc0) != DER_CONTEXT)
		return false;
	const unsigned number = d.tag & 0x1f;
	if (number > GN_RID || (CONSTRUCTED >> number & 1) != (d.tag >> 5 & 1))
		return false;
	if (number == GN_DIRECTORY) {
		struct span whole;
		if (!der_whole(&d.body, DER_SEQUENCE, &whole) || d.body.n || !name_ok(whole))
			return false;
		d.body = whole;
	}
	*kind = (enum general_name)number;
	*value = d.body;
	*names = rest;
	return true;
}
