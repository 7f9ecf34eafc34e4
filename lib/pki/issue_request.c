/* SPDX-License-Identifier: MIT */
/* Reading requests: PKCS#10 (RFC 2986), with the extensions they ask for (RFC 2985 5.4.2). */
#include "pki/certext.h"
#include "pki/der.h"
#include "pki/issue.h"
#include "pki/name.h"
#include "pki/oid.h"

static const struct span extension_request = OID("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x0e");
static const struct span ce_alt = OID("\x55\x1d\x11");

static bool bad(struct err *e, const char *why)
{
	return err_set(e, ERR_INPUT, 0, "the certificate request cannot be used: %s", why);
}

/* Of the extensions asked for only names are of interest; the CA decides the rest. */
static bool asked_names(struct span value, struct request *r)
{
	struct span extensions, list, names;
	struct extension x;
	enum general_name kind;
	if (!der_take(&value, DER_SET, &extensions) || !der_take(&extensions, DER_SEQUENCE, &list))
		return false;
	while (list.n) {
		if (!extension_next(&list, &x))
			return false;
		if (!span_eq(x.oid, ce_alt))
			continue;
		if (!der_take(&x.value, DER_SEQUENCE, &r->alt_names) || x.value.n)
			return false;
		struct span rest = r->alt_names;
		while (general_next(&rest, &kind, &names))
			;
		if (rest.n)
			return false;
	}
	return true;
}

static bool attributes(struct span in, struct request *r)
{
	struct span attribute, oid;
	while (in.n) {
		if (!der_take(&in, DER_SEQUENCE, &attribute) || !der_oid(&attribute, &oid))
			return false;
		if (span_eq(oid, extension_request) && !asked_names(attribute, r))
			return false;
	}
	return true;
}

bool request_read(struct span der, struct request *r, struct err *e)
{
	struct span body, info, fields, algorithm, signature, list;
	struct sig_alg alg;
	struct pubkey key;
	uint64_t version;
	bool there;
	*r = (struct request){ 0 };
	if (!der_take(&der, DER_SEQUENCE, &body) || der.n ||
		!der_whole(&body, DER_SEQUENCE, &info) ||
		!der_whole(&body, DER_SEQUENCE, &algorithm) || !der_octet_bits(&body, &signature) ||
		body.n)
		return bad(e, "it is not a signed structure (RFC 2986 4.2)");
	struct span again = info;
	if (!der_take(&again, DER_SEQUENCE, &fields) || !der_uint(&fields, &version) ||
		version != 0 || !der_whole(&fields, DER_SEQUENCE, &r->subject) ||
		!name_ok(r->subject) || !der_whole(&fields, DER_SEQUENCE, &r->spki) ||
		!der_maybe(&fields, DER_CONTEXT_CONS + 0, &list, &there) || fields.n ||
		(there && !attributes(list, r)))
		return bad(e, "it is malformed (RFC 2986 4.1)");
	if (!pubkey_read(r->spki, &key, e) || !sig_alg_read(algorithm, &alg, e))
		return false;
	return sig_verify(&alg, &key, info, signature) ||
		bad(e, "it is not signed with its own key (RFC 2986 3)");
}
