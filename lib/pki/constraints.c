/* SPDX-License-Identifier: MIT */
/* Every CA's constraints are held against every name below it. Where a name might be read in two
 * ways, it is refused. */
#include "pki/constraints.h"

#include "pki/der.h"
#include "pki/host.h"
#include "pki/name.h"

struct name {
	enum general_name kind;
	struct span value;
};

/* host is base or below it; a base with a leading dot means only what is below. */
static bool host_within(struct span host, struct span base)
{
	host = host_trim(host);
	base = host_trim(base);
	if (base.n == 0)
		return true;
	if (host.n < base.n)
		return false;
	const struct span tail = span_at(host, host.n - base.n, base.n);
	if (!host_same(tail, base))
		return false;
	if (base.p[0] == '.')
		return host.n > base.n;
	return host.n == base.n || host.p[host.n - base.n - 1] == '.';
}

/* As host_within for a wildcard's name, asking whether it could stand for a name within base: its star
 * may be the first label of base. */
static bool wildcard_touches(struct span host, struct span base)
{
	size_t dot;
	if (!span_eq_str(span_at(host, 0, 2), "*.") || !span_find(base, '.', &dot))
		return false;
	return host_same(
		host_trim(span_at(host, 2, host.n)), host_trim(span_at(base, dot + 1, base.n)));
}

/* RFC 5280 4.2.1.10: ".x" is every host below x, "x" is the host x alone. */
static bool host_exact(struct span host, struct span base)
{
	return base.n && base.p[0] == '.' ? host_within(host, base)
					  : host_same(host_trim(host), host_trim(base));
}

/* A mailbox, all mailboxes of a host, or all of a domain. */
static bool email_within(struct span name, struct span base)
{
	size_t at, base_at;
	if (!span_find(name, '@', &at))
		return false;
	const struct span host = span_at(name, at + 1, name.n);
	if (!span_find(base, '@', &base_at))
		return host_exact(host, base);
	return span_eq(span_at(name, 0, at), span_at(base, 0, base_at)) &&
		host_same(host, span_at(base, base_at + 1, base.n));
}

/* The host of a URI (RFC 3986 3.2.2); false where it has none, or an address. */
static bool uri_host(struct span uri, struct span *host)
{
	size_t at = 0, end = 0, user;
	uint8_t address[16];
	size_t n;
	char text[256];
	while (at + 3 <= uri.n && !span_eq_str(span_at(uri, at, 3), "://"))
		at++;
	*host = span_at(uri, at + 3, uri.n);
	while (end < host->n && host->p[end] != '/' && host->p[end] != '?' && host->p[end] != '#')
		end++;
	*host = span_at(*host, 0, end);
	while (span_find(*host, '@', &user))
		*host = span_at(*host, user + 1, host->n);
	if (host->n && host->p[0] != '[' && span_find(*host, ':', &end))
		*host = span_at(*host, 0, end);
	return host->n && host->p[0] != '[' && span_text(*host, text, sizeof text) &&
		!host_address(text, address, &n);
}

static bool ip_within(struct span address, struct span base)
{
	if (base.n != address.n * 2)
		return false;
	for (size_t i = 0; i < address.n; i++)
		if ((address.p[i] ^ base.p[i]) & base.p[address.n + i])
			return false;
	return true;
}

/* Whether a name is in a subtree of its kind. unsure is the answer where it cannot be told. */
static bool within(const struct name *name, struct span base, bool unsure)
{
	struct span host;
	size_t at;
	switch (name->kind) {
	case GN_DNS:
		return host_within(name->value, base) ||
			(unsure && wildcard_touches(name->value, base));
	case GN_EMAIL:
		return span_find(name->value, '@', &at) ? email_within(name->value, base) : unsure;
	case GN_URI:
		return uri_host(name->value, &host) ? host_exact(host, base) : unsure;
	case GN_IP:
		return ip_within(name->value, base);
	case GN_DIRECTORY:
		/* A string that is not valid for its type has no form to compare by. */
		return name_within(name->value, name->value) ? name_within(name->value, base)
							     : unsure;
	default:
		return unsure; /* kinds nobody here can compare */
	}
}

/* Walks a list of subtrees; kind_seen tells whether any is of the name's kind. False: work is up. */
static bool search(struct path *p, struct span list, const struct name *name, bool unsure,
	bool *kind_seen, bool *hit)
{
	*kind_seen = *hit = false;
	while (list.n && !*hit) {
		struct span body, base;
		enum general_name kind;
		if (!der_take(&list, DER_SEQUENCE, &body) || !general_next(&body, &kind, &base))
			return false; /* cannot be: the certificate was read */
		if (p->names == 0)
			return false;
		p->names--;
		if (kind != name->kind)
			continue;
		*kind_seen = true;
		*hit = within(name, base, unsure);
	}
	return true;
}

static const char *kind_name(enum general_name kind)
{
	static const char *const names[] = { "other name", "e-mail address", "DNS name",
		"X.400 address", "subject", "EDI name", "URI", "IP address", "registered ID" };
	return names[kind];
}

static bool name_kept(
	struct path *p, const struct cert *ca, const struct cert *c, const struct name *name)
{
	bool seen, hit;
	if (!search(p, ca->excluded, name, true, &seen, &hit))
		return path_refuse(p, STAGE_PATH, ALERT_BAD, c,
			"a certificate has more names than its CAs' name constraints can be held "
			"against: issue it with fewer");
	if (hit)
		return path_refuse(p, STAGE_PATH, ALERT_BAD, c,
			"the %s of a certificate is one that a CA above it excludes (name "
			"constraints, "
			"RFC 5280 6.1.4 g): issue it with another name",
			kind_name(name->kind));
	if (!search(p, ca->permitted, name, false, &seen, &hit))
		return path_refuse(p, STAGE_PATH, ALERT_BAD, c,
			"a certificate has more names than its CAs' name constraints can be held "
			"against: issue it with fewer");
	if (seen && !hit)
		return path_refuse(p, STAGE_PATH, ALERT_BAD, c,
			"the %s of a certificate is not among those that a CA above it permits "
			"(name "
			"constraints, RFC 5280 6.1.4 g): issue it with another name",
			kind_name(name->kind));
	return true;
}

/* A common name that could be taken for a host: OpenSSL and browsers of old did. */
static bool looks_like_host(struct span text)
{
	size_t dot;
	if (!span_find(text, '.', &dot))
		return false;
	for (size_t i = 0; i < text.n; i++) {
		const uint8_t c = text.p[i];
		const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		if (!letter && !(c >= '0' && c <= '9') && c != '.' && c != '-' && c != '_' &&
			c != '*')
			return false;
	}
	return true;
}

/* All attributes of a type in the subject, as names of a kind. Of common names only those that look like
 * hosts count. */
static bool attributes_kept(struct path *p, const struct cert *ca, const struct cert *c,
	const char *type, enum general_name kind)
{
	uint8_t room[NAME_BYTES * 2];
	for (size_t i = 0;; i++) {
		struct buf b = buf_on(room, sizeof room);
		const int found = name_value(c->subject, type, i, &b);
		const struct name name = { kind, buf_span(&b) };
		if (found == 0)
			return true;
		if (found < 0)
			return path_refuse(p, STAGE_PATH, ALERT_BAD, c,
				"the %s in the subject of a certificate cannot be read, and a CA "
				"above it "
				"constrains names (RFC 5280 6.1.4 g): issue it with another name",
				kind_name(kind));
		if ((kind != GN_DNS || looks_like_host(name.value)) && !name_kept(p, ca, c, &name))
			return false;
	}
}

/* The names of c in its subject: the subject itself, mail addresses when no alternative name has one,
 * and the common names of a leaf without DNS names. */
static bool subject_kept(
	struct path *p, const struct cert *ca, const struct cert *c, bool dns, bool email)
{
	const struct name subject = { GN_DIRECTORY, c->subject };
	if (!name_empty(c->subject) && !name_kept(p, ca, c, &subject))
		return false;
	if (!email && !attributes_kept(p, ca, c, "emailAddress", GN_EMAIL))
		return false;
	return dns || c != &p->link[0] || attributes_kept(p, ca, c, "CN", GN_DNS);
}

static bool all_kept(struct path *p, const struct cert *ca, const struct cert *c)
{
	struct span names = c->alt_names;
	struct name name;
	bool dns = false, email = false;
	while (general_next(&names, &name.kind, &name.value)) {
		dns |= name.kind == GN_DNS;
		email |= name.kind == GN_EMAIL;
		if (!name_kept(p, ca, c, &name))
			return false;
	}
	return subject_kept(p, ca, c, dns, email);
}

bool constraints_kept(struct path *p)
{
	p->names = CONSTRAINTS_WORK;
	for (size_t i = 1; i < p->n; i++) {
		const struct cert *ca = &p->link[i];
		if (!cert_has(ca, EXT_NAME_CONSTRAINTS))
			continue;
		/* RFC 5280 6.1.3 b: self-issued certificates are exempt, but never the last one. */
		for (size_t j = 0; j < i; j++)
			if ((j == 0 || !cert_self_issued(&p->link[j])) &&
				!all_kept(p, ca, &p->link[j]))
				return false;
	}
	return true;
}
