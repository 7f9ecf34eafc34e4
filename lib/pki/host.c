/* SPDX-License-Identifier: MIT */
#include "pki/host.h"

#include "base/buf.h"
#include "pki/der.h"

struct span host_trim(struct span name)
{
	return name.n > 1 && name.p[name.n - 1] == '.' ? span_at(name, 0, name.n - 1) : name;
}

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c - 'A' + 'a') : c;
}

bool host_same(struct span a, struct span b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

static bool dns_matches(struct span pattern, struct span host)
{
	size_t dot, second;
	pattern = host_trim(pattern);
	if (pattern.n == 0)
		return false;
	if (host_same(pattern, host))
		return true;
	if (!span_eq_str(span_at(pattern, 0, 2), "*.") || !span_find(host, '.', &dot) || dot == 0)
		return false;
	/* A wildcard stands for one label, and never for what is directly below the root. */
	const struct span rest = span_at(pattern, 2, pattern.n);
	return span_find(rest, '.', &second) && host_same(rest, span_at(host, dot + 1, host.n));
}

static bool decimal(struct span *s, unsigned max, unsigned *v)
{
	size_t n = 0;
	*v = 0;
	while (s->n && s->p[0] >= '0' && s->p[0] <= '9' && n < 4) {
		*v = *v * 10 + (unsigned)(s->p[0] - '0');
		span_skip(s, 1);
		n++;
	}
	return n && *v <= max;
}

/* Writes four octets, or nothing. */
static bool ipv4(struct span s, struct buf *out)
{
	unsigned v[4];
	for (int i = 0; i < 4; i++) {
		if (i && !(s.n && s.p[0] == '.' && span_skip(&s, 1)))
			return false;
		if (!decimal(&s, 255, &v[i]))
			return false;
	}
	if (s.n)
		return false;
	for (int i = 0; i < 4; i++)
		buf_u8(out, (uint8_t)v[i]);
	return true;
}

static bool group(struct span *s, uint16_t *v)
{
	unsigned sum = 0;
	size_t n = 0;
	for (; s->n && n < 4; n++) {
		const uint8_t c = lower(s->p[0]);
		if (c >= '0' && c <= '9')
			sum = sum * 16 + (unsigned)(c - '0');
		else if (c >= 'a' && c <= 'f')
			sum = sum * 16 + (unsigned)(c - 'a' + 10);
		else
			break;
		span_skip(s, 1);
	}
	*v = (uint16_t)sum;
	return n != 0;
}

/* Groups with colons between, the last perhaps in the form of IPv4; or nothing. */
static bool ipv6_part(struct span s, struct buf *out)
{
	size_t colon;
	uint16_t v;
	while (s.n) {
		if (s.p[0] != ':' && !span_find(s, ':', &colon) && ipv4(s, out))
			return true;
		if (!group(&s, &v))
			return false;
		buf_u16be(out, v);
		if (s.n && (s.n == 1 || s.p[0] != ':' || !span_skip(&s, 1)))
			return false;
	}
	return true;
}

/* RFC 4291 2.2, all three forms: a double colon stands for at least one group of zeros. */
static bool ipv6(struct span s, struct buf *out)
{
	uint8_t room[16];
	struct buf tail = buf_on(room, sizeof room);
	size_t gap = 0, dot;
	while (gap < s.n && !span_eq_str(span_at(s, gap, 2), "::"))
		gap++;
	if (!ipv6_part(span_at(s, 0, gap), out) || !ipv6_part(span_at(s, gap + 2, s.n), &tail))
		return false;
	if (!buf_ok(out) || !buf_ok(&tail))
		return false;
	if (gap == s.n)
		return out->n == 16;
	if (out->n + tail.n > 14 || span_find(span_at(s, 0, gap), '.', &dot))
		return false;
	buf_fill(out, 0, 16 - out->n - tail.n);
	buf_bytes(out, buf_span(&tail));
	return true;
}

bool host_address(const char *text, uint8_t address[16], size_t *n)
{
	struct buf out = buf_on(address, 16);
	if (!ipv4(span_str(text), &out)) {
		out = buf_on(address, 16);
		if (!ipv6(span_str(text), &out))
			return false;
	}
	*n = out.n;
	return buf_ok(&out);
}

bool host_matches(const struct cert *c, const char *host)
{
	struct span names = c->alt_names, value;
	enum general_name kind;
	uint8_t address[16];
	size_t n = 0;
	const bool ip = host_address(host, address, &n);
	while (general_next(&names, &kind, &value)) {
		if (ip && kind == GN_IP && span_eq(value, span_of(address, n)))
			return true;
		if (!ip && kind == GN_DNS && dns_matches(value, host_trim(span_str(host))))
			return true;
	}
	return false;
}

/* The DNS names and addresses of a certificate, for the message. */
static void list_names(const struct cert *c, char *text, size_t cap)
{
	struct span names = c->alt_names, value;
	enum general_name kind;
	struct buf out = buf_on(text, cap - 1);
	while (general_next(&names, &kind, &value)) {
		if (kind != GN_DNS || value.n + 2 > buf_room(&out).n)
			continue;
		if (out.n)
			buf_str(&out, ", ");
		buf_bytes(&out, value);
	}
	if (out.n == 0)
		buf_str(&out, "no DNS name");
	text[out.n] = '\0';
}

bool host_allowed(struct path *p)
{
	char names[100];
	if (host_matches(&p->link[0], p->host))
		return true;
	list_names(&p->link[0], names, sizeof names);
	return path_refuse(p, STAGE_PATH, ALERT_BAD, &p->link[0],
		"the peer's certificate is not for the host %s but for %s (RFC 6125 6): connect by "
		"a name it "
		"has, or issue it with this one as subject alternative name",
		p->host, names);
}
