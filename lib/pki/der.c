/* SPDX-License-Identifier: MIT */
/* Anything that BER allows and DER does not is refused here, so that two readings of one encoding
 * cannot differ. */
#include "pki/der.h"

#include "base/date.h"

#include <stdio.h>

/* Length octets (X.690 8.1.3, 10.1): definite, in as few octets as can be, at most four of them. */
static bool length(struct span *in, size_t *n)
{
	uint8_t first;
	if (!span_u8(in, &first))
		return false;
	if (first < 0x80) {
		*n = first;
		return true;
	}
	const unsigned count = first & 0x7f;
	if (count == 0 || count > 4)
		return false;
	size_t sum = 0;
	for (unsigned i = 0; i < count; i++) {
		uint8_t byte;
		if (!span_u8(in, &byte) || (i == 0 && byte == 0))
			return false;
		sum = sum << 8 | byte;
	}
	*n = sum;
	return sum >= 0x80;
}

bool der_head(struct span *in, uint8_t *tag, size_t *n)
{
	struct span rest = *in;
	uint8_t got;
	if (in->n >= 2 && in->p[1] < 0x80 && (in->p[0] & 0x1f) != 0x1f && in->p[0] != 0) {
		*tag = in->p[0]; /* as below, for nearly all there are */
		*n = in->p[1];
		return span_skip(in, 2);
	}
	if (!span_u8(&rest, &got) || (got & 0x1f) == 0x1f || got == 0 || !length(&rest, n))
		return false;
	*tag = got;
	*in = rest;
	return true;
}

bool der_next(struct span *in, struct der *d)
{
	struct span rest = *in;
	struct der got;
	size_t n;
	if (!der_head(&rest, &got.tag, &n) || !span_take(&rest, n, &got.body))
		return false;
	got.whole = span_at(*in, 0, in->n - rest.n);
	*in = rest;
	*d = got;
	return true;
}

bool der_is(struct span in, uint8_t tag)
{
	return in.n && in.p[0] == tag;
}

bool der_take(struct span *in, uint8_t tag, struct span *body)
{
	struct der d;
	if (!der_is(*in, tag) || !der_next(in, &d))
		return false;
	*body = d.body;
	return true;
}

bool der_whole(struct span *in, uint8_t tag, struct span *whole)
{
	struct der d;
	if (!der_is(*in, tag) || !der_next(in, &d))
		return false;
	*whole = d.whole;
	return true;
}

bool der_maybe(struct span *in, uint8_t tag, struct span *body, bool *there)
{
	*there = der_is(*in, tag);
	return !*there || der_take(in, tag, body);
}

bool der_bool(struct span *in, bool *v)
{
	struct span rest = *in, body;
	if (!der_take(&rest, DER_BOOLEAN, &body) || body.n != 1)
		return false;
	if (body.p[0] != 0 && body.p[0] != 0xff)
		return false;
	*v = body.p[0] != 0;
	*in = rest;
	return true;
}

/* X.690 8.3.2: the first nine bits are not all the same. */
static bool integer_body(struct span body)
{
	if (body.n == 0)
		return false;
	if (body.n == 1)
		return true;
	return !(body.p[0] == 0 && body.p[1] < 0x80) && !(body.p[0] == 0xff && body.p[1] >= 0x80);
}

bool der_integer(struct span *in, struct span *contents)
{
	struct span rest = *in, body;
	if (!der_take(&rest, DER_INTEGER, &body) || !integer_body(body))
		return false;
	*contents = body;
	*in = rest;
	return true;
}

bool der_unsigned(struct span *in, struct span *magnitude)
{
	struct span rest = *in, body;
	if (!der_integer(&rest, &body) || body.p[0] >= 0x80)
		return false;
	if (body.p[0] == 0)
		span_skip(&body, 1);
	*magnitude = body;
	*in = rest;
	return true;
}

bool der_uint(struct span *in, uint64_t *v)
{
	struct span rest = *in, m;
	if (!der_unsigned(&rest, &m) || m.n > 8 || (m.n == 8 && m.p[0] >= 0x80))
		return false;
	uint64_t sum = 0;
	for (size_t i = 0; i < m.n; i++)
		sum = sum << 8 | m.p[i];
	*v = sum;
	*in = rest;
	return true;
}

/* X.690 8.19: each number ends, and none begins with a zero group. */
static bool oid_body(struct span body)
{
	if (body.n == 0 || body.p[body.n - 1] >= 0x80)
		return false;
	bool start = true;
	for (size_t i = 0; i < body.n; i++) {
		if (start && body.p[i] == 0x80)
			return false;
		start = body.p[i] < 0x80;
	}
	return true;
}

bool der_oid(struct span *in, struct span *oid)
{
	struct span rest = *in, body;
	if (!der_take(&rest, DER_OID, &body) || !oid_body(body))
		return false;
	*oid = body;
	*in = rest;
	return true;
}

bool der_bits(struct span *in, struct span *octets, unsigned *unused)
{
	struct span rest = *in, body;
	uint8_t n;
	if (!der_take(&rest, DER_BITS, &body) || !span_u8(&body, &n) || n > 7)
		return false;
	if (n && (body.n == 0 || (body.p[body.n - 1] & ((1u << n) - 1))))
		return false;
	*octets = body;
	*unused = n;
	*in = rest;
	return true;
}

bool der_octet_bits(struct span *in, struct span *octets)
{
	struct span rest = *in, body;
	unsigned unused;
	if (!der_bits(&rest, &body, &unused) || unused)
		return false;
	*octets = body;
	*in = rest;
	return true;
}

static bool digits(struct span *s, unsigned count, unsigned *v)
{
	*v = 0;
	for (unsigned i = 0; i < count; i++) {
		uint8_t c;
		if (!span_u8(s, &c) || c < '0' || c > '9')
			return false;
		*v = *v * 10 + (unsigned)(c - '0');
	}
	return true;
}

bool der_time(struct span *in, int64_t *seconds)
{
	struct span rest = *in;
	struct der d;
	if (!der_next(&rest, &d) || (d.tag != DER_UTC_TIME && d.tag != DER_GENERALIZED_TIME))
		return false;
	const bool utc = d.tag == DER_UTC_TIME;
	struct date date = { 0 };
	unsigned year;
	if (!digits(&d.body, utc ? 2 : 4, &year) || !digits(&d.body, 2, &date.month) ||
		!digits(&d.body, 2, &date.day) || !digits(&d.body, 2, &date.hour) ||
		!digits(&d.body, 2, &date.min) || !digits(&d.body, 2, &date.sec))
		return false;
	/* RFC 5280 4.1.2.5.1: two digits mean 1950 to 2049. */
	date.year = (int)(utc ? year + (year < 50 ? 2000 : 1900) : year);
	if (!span_eq_str(d.body, "Z") || !date_valid(&date))
		return false;
	*seconds = date_seconds(&date);
	*in = rest;
	return true;
}

char *der_oid_text(struct span oid, char *text, size_t cap)
{
	size_t at = 0;
	uint64_t v = 0;
	bool first = true;
	if (cap)
		text[0] = '\0';
	for (size_t i = 0; i < oid.n; i++) {
		if (v >> 56) /* no registered number is this large */
			break;
		v = v << 7 | (oid.p[i] & 0x7f);
		if (oid.p[i] >= 0x80)
			continue;
		char part[48];
		/* X.690 8.19.4: the first two numbers share one, 40 to the first. */
		const uint64_t top = v < 80 ? v / 40 : 2;
		const int n = first
			? snprintf(part, sizeof part, "%llu.%llu", (unsigned long long)top,
				  (unsigned long long)(v - top * 40))
			: snprintf(part, sizeof part, ".%llu", (unsigned long long)v);
		if (n < 0 || at + (size_t)n >= cap)
			break;
		for (int k = 0; k <= n; k++)
			text[at + (size_t)k] = part[k];
		at += (size_t)n;
		first = false;
		v = 0;
	}
	return text;
}
