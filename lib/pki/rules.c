/* SPDX-License-Identifier: MIT */
#include "pki/rules.h"

#include "base/date.h"
#include "pki/constraints.h"
#include "pki/der.h"
#include "pki/host.h"

enum { MIN_RSA = 1024, MIN_EC = 256 };

/* nsCertType, an old extension that some PKIs still write and OpenSSL obeys. */
enum { NETSCAPE_CLIENT = 1 << 0, NETSCAPE_SERVER = 1 << 1 };

static bool dates(struct path *p, const struct cert *c)
{
	char text[DATE_TEXT];
	if (p->now < c->not_before)
		return path_refuse(p, STAGE_CERT, ALERT_EXPIRED, c,
			"a certificate is not valid yet, this host's clock says %s (RFC 5280 "
			"6.1.3): "
			"correct the clock, or wait",
			date_text(p->now, text));
	/* RFC 5280 4.1.2.5: the last second still counts. */
	if (p->now > c->not_after)
		return path_refuse(p, STAGE_CERT, ALERT_EXPIRED, c,
			"a certificate has expired, this host's clock says %s (RFC 5280 6.1.3): "
			"renew "
			"it, or correct the clock",
			date_text(p->now, text));
	return true;
}

static bool key_size(struct path *p, const struct cert *c, const struct pubkey *key)
{
	const unsigned rsa = p->rules->min_rsa ? p->rules->min_rsa : MIN_RSA;
	const unsigned ec = p->rules->min_ec ? p->rules->min_ec : MIN_EC;
	const unsigned least = key->type == KEY_RSA ? rsa : ec;
	if (key->bits >= least)
		return true;
	return path_refuse(p, STAGE_CERT, ALERT_BAD, c,
		"a key of %u bits is too short, the security profile asks for %u: make a new key",
		key->bits, least);
}

static bool algorithm(struct path *p, const struct cert *c)
{
	struct sig_alg alg;
	struct err e = { 0 };
	if (!span_eq(c->inner, c->algorithm))
		return path_refuse(p, STAGE_CERT, ALERT_BAD, c,
			"the two signature algorithms of a certificate differ (RFC 5280 4.1.1.2): "
			"it "
			"was tampered with or made wrong");
	if (!sig_alg_read(c->algorithm, &alg, &e))
		return path_refuse(p, STAGE_CERT, e.code, c, "%s", e.text);
	if (alg.hash == br_sha1_ID && !p->rules->sha1)
		return path_refuse(p, STAGE_CERT, ALERT_BAD, c,
			"a certificate is signed with SHA-1, which is broken (RFC 9155): issue it "
			"anew with SHA-256, or allow SHA-1");
	return true;
}

/* A mapping from or to anyPolicy (RFC 5280 6.1.4 a) is an error even where nobody asks for policies. */
static bool mappings(const struct cert *c)
{
	static const struct span any = { (const uint8_t *)"\x55\x1d\x20\x00", 4 };
	struct span list, pair, from, to, in = c->ext[EXT_POLICY_MAPPINGS];
	if (!cert_has(c, EXT_POLICY_MAPPINGS))
		return true;
	if (!der_take(&in, DER_SEQUENCE, &list))
		return false;
	while (list.n)
		if (!der_take(&list, DER_SEQUENCE, &pair) || !der_oid(&pair, &from) ||
			!der_oid(&pair, &to) || span_eq(from, any) || span_eq(to, any))
			return false;
	return true;
}

/* Without policy constraints any set of policies is good (RFC 5280 6.1.2 d, 6.1.5 g), so policies
 * need no tree; a certificate that constrains them asks for what is not there. */
static bool extensions(struct path *p, const struct cert *c)
{
	char oid[80];
	if (c->unknown.n)
		return path_refuse(p, STAGE_CERT, ALERT_UNSUPPORTED, c,
			"a certificate has a critical extension (%s) that is not understood (RFC "
			"5280 "
			"4.2): issue it without",
			der_oid_text(c->unknown, oid, sizeof oid));
	if (cert_has(c, EXT_POLICY_CONSTRAINTS))
		return path_refuse(p, STAGE_CERT, ALERT_UNSUPPORTED, c,
			"a certificate constrains policies, which is not supported (RFC 5280 "
			"4.2.1.11): "
			"issue it without policyConstraints");
	if (!mappings(c))
		return path_refuse(p, STAGE_CERT, ALERT_BAD, c,
			"a certificate maps anyPolicy (RFC 5280 6.1.4 a): issue it without");
	return true;
}

bool rules_any(struct path *p, const struct cert *c, struct pubkey *key)
{
	struct err e = { 0 };
	if (!pubkey_read(c->spki, key, &e))
		return path_refuse(p, STAGE_CERT, e.code, c, "%s", e.text);
	return extensions(p, c) && key_size(p, c, key) && dates(p, c);
}

bool rules_issued(struct path *p, const struct cert *c)
{
	return algorithm(p, c);
}

bool rules_issuer(struct path *p, const struct cert *c)
{
	/* A root of version 1 has no extensions; that it is a CA is told by whoever trusted it (RFC
	 * 5280 6.1.4 k). */
	const bool old_root = c->version < 3 && cert_self_issued(c);
	if (!c->ca && !old_root)
		return path_refuse(p, STAGE_CERT, ALERT_UNKNOWN_CA, c,
			"a certificate that is not a CA has signed another (RFC 5280 6.1.4 k): "
			"issue "
			"the CA's with basicConstraints CA");
	if (!(c->usage & USAGE_CERT_SIGN))
		return path_refuse(p, STAGE_CERT, ALERT_UNKNOWN_CA, c,
			"a CA's key usage lacks keyCertSign (RFC 5280 6.1.4 n): issue the CA's "
			"certificate with it");
	return true;
}

static bool purpose(struct path *p, const struct cert *c, const char *whose)
{
	const bool server = p->rules->role == PKI_SERVER;
	const unsigned wanted = server ? PURPOSE_SERVER : PURPOSE_CLIENT;
	if (p->rules->role == PKI_ANY || !c->purposes || (c->purposes & (wanted | PURPOSE_ANY)))
		return true;
	return path_refuse(p, STAGE_CERT, ALERT_UNSUPPORTED, c,
		"the extended key usage of %s does not allow a TLS %s (RFC 5280 4.2.1.12): issue "
		"it "
		"with %s",
		whose, server ? "server" : "client", server ? "serverAuth" : "clientAuth");
}

bool rules_leaf(struct path *p, const struct cert *c)
{
	if (p->rules->role == PKI_ANY)
		return true;
	const bool server = p->rules->role == PKI_SERVER;
	const unsigned usage =
		USAGE_SIGNATURE | USAGE_KEY_AGREEMENT | (server ? USAGE_KEY_ENCIPHERMENT : 0u);
	if (!(c->usage & usage))
		return path_refuse(p, STAGE_CERT, ALERT_UNSUPPORTED, c,
			"the key usage of the peer's certificate does not allow a TLS %s (RFC 5280 "
			"4.2.1.3, RFC 8446 4.4.2): issue it with digitalSignature",
			server ? "server" : "client");
	if (cert_has(c, EXT_NETSCAPE_TYPE) &&
		!(c->netscape & (server ? NETSCAPE_SERVER : NETSCAPE_CLIENT)))
		return path_refuse(p, STAGE_CERT, ALERT_UNSUPPORTED, c,
			"the Netscape type of the peer's certificate does not allow a TLS %s: "
			"issue it "
			"without nsCertType",
			server ? "server" : "client");
	return purpose(p, c, "the peer's certificate");
}

/* RFC 5280 6.1.4 l and m: self-issued certificates do not count. */
static bool lengths(struct path *p)
{
	unsigned between = 0;
	for (size_t i = 1; i < p->n; i++) {
		const struct cert *c = &p->link[i];
		if (c->path_length >= 0 && between > (unsigned)c->path_length)
			return path_refuse(p, STAGE_PATH, ALERT_UNKNOWN_CA, c,
				"a CA allows %d intermediate certificates below it and the path "
				"has %u "
				"(RFC 5280 6.1.4 m)",
				c->path_length, between);
		between += !cert_self_issued(c);
	}
	const size_t intermediates = p->n > 2 ? p->n - 2 : 0;
	if (p->rules->depth >= 0 && intermediates > (size_t)p->rules->depth)
		return path_refuse(p, STAGE_PATH, ALERT_UNKNOWN_CA, &p->link[0],
			"the path has %zu intermediate certificates, the verification depth allows "
			"%d",
			intermediates, p->rules->depth);
	return true;
}

bool rules_path(struct path *p)
{
	if (!lengths(p))
		return false;
	for (size_t i = 1; i < p->n; i++)
		if (!purpose(p, &p->link[i], "a CA"))
			return false;
	return constraints_kept(p) && (!p->host || host_allowed(p));
}
