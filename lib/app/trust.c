/* SPDX-License-Identifier: MIT */
#include "app/trust.h"

#define AT(field) offsetof(struct trust_opts, field)

static bool set_at(void *field, const struct opt_use *use, struct err *e)
{
	struct trust_opts *o = field;
	o->has_at = true;
	return opt_time(&o->at, use, e);
}

static bool set_depth(void *field, const struct opt_use *use, struct err *e)
{
	int *depth = field;
	if (!opt_int(depth, use, e))
		return false;
	++*depth;
	return true;
}

/* DCMTK checks as soon as there is a list. */
static bool add_crl(void *field, const struct opt_use *use, struct err *e)
{
	struct trust_opts *o = field;
	if (o->revocation == PKI_CRL_OFF)
		o->revocation = PKI_CRL_LEAF;
	return opt_list(&o->crl, use, e);
}

const struct opt trust_rows[] = { { "--ca", "+cf --add-cert-file", "FILE", opt_list, AT(ca),
					  "trust the authorities in this file (repeats)" },
	{ "--ca-dir", "+cd --add-cert-dir", "DIR", opt_list, AT(ca_dir),
		"trust those in this hashed directory (repeats)" },
	{ "--untrusted", NULL, "FILE", opt_list, AT(untrusted),
		"certificates that may help to build a path (repeats)" },
	{ "--crl", NULL, "FILE", opt_list, AT(crl), "revocation lists (repeats)" },
	{ NULL, "+crl --add-crl-file", "FILE", add_crl, 0,
		"revocation lists (repeats); the certificate itself must not be revoked" },
	{ "--check-crl", "+crv --enable-crl-vfy", NULL, opt_const, AT(revocation),
		"the certificate itself must not be revoked", .value = PKI_CRL_LEAF },
	{ "--check-crl-all", "+cra --enable-crl-all", NULL, opt_const, AT(revocation),
		"no certificate of the path may be revoked", .value = PKI_CRL_ALL },
	{ "--verify-host", NULL, "NAME", opt_str, AT(host),
		"it must be good for this host name or address" },
	{ "--verify-depth", NULL, "N", set_depth, AT(depth),
		"at most so many intermediate certificates", .max = PKI_PATH },
	{ "--at", NULL, "TIME", set_at, 0, "judge as of this time: @EPOCH or ISO 8601" },
	{ "--allow-sha1", NULL, NULL, opt_flag, AT(sha1), "accept signatures with SHA-1" }, { 0 } };
