/* SPDX-License-Identifier: MIT */
/* A Name is a SEQUENCE of SETs of { type, value } (X.501 9.2). */
#include "pki/name.h"

#include "pki/der.h"
#include "pki/text.h"

#include <bearssl.h>
#include <stdlib.h>
#include <string.h>

enum { SET_PARTS = 64 }; /* attributes in one SET; more are refused */

/* Eats one { type, value } from the contents of a SET. */
static bool next_attribute(struct span *set, struct span *type, struct der *value)
{
	struct span pair;
	return der_take(set, DER_SEQUENCE, &pair) && der_oid(&pair, type) &&
		der_next(&pair, value) && pair.n == 0;
}

bool name_ok(struct span name)
{
	struct span sets, set, type;
	struct der value;
	if (name.n > NAME_BYTES || !der_take(&name, DER_SEQUENCE, &sets) || name.n)
		return false;
	while (sets.n) {
		if (!der_take(&sets, DER_SET, &set) || set.n == 0)
			return false;
		while (set.n)
			if (!next_attribute(&set, &type, &value))
				return false;
	}
	return true;
}

bool name_empty(struct span name)
{
	struct span sets;
	return der_take(&name, DER_SEQUENCE, &sets) && sets.n == 0;
}

/* ---- canonical form */

static void put_header(struct buf *out, uint8_t tag, size_t n)
{
	buf_u8(out, tag);
	if (n >= 0x100) {
		buf_u8(out, 0x82);
		buf_u16be(out, (uint16_t)n);
	} else if (n >= 0x80) {
		buf_u8(out, 0x81);
		buf_u8(out, (uint8_t)n);
	} else {
		buf_u8(out, (uint8_t)n);
	}
}

static void put_element(struct buf *out, uint8_t tag, struct span body)
{
	put_header(out, tag, body.n);
	buf_bytes(out, body);
}

/* One { type, value } with its value folded when it is a string. */
static bool put_attribute(struct buf *out, struct span type, const struct der *value)
{
	uint8_t text[NAME_BYTES * 2]; /* Latin-1 doubles at worst, two octets of BMP become three */
	uint8_t pair[NAME_BYTES * 2 + 64];
	struct buf t = buf_on(text, sizeof text), p = buf_on(pair, sizeof pair);
	put_element(&p, DER_OID, type);
	if (!text_type(value->tag)) {
		buf_bytes(&p, value->whole);
	} else {
		if (!text_utf8(value->tag, value->body, &t))
			return false;
		put_element(&p, DER_UTF8, span_of(text, text_fold(text, t.n)));
	}
	put_element(out, DER_SEQUENCE, buf_span(&p));
	return buf_ok(&p) && buf_ok(out);
}

static int by_octets(const void *a, const void *b)
{
	const struct span *x = a, *y = b;
	return span_cmp(*x, *y);
}

/* One SET: its attributes in the order of their new octets (X.690 11.6). */
static bool put_set(struct buf *out, struct span set)
{
	uint8_t room[NAME_BYTES * 2];
	struct buf b = buf_on(room, sizeof room);
	struct span parts[SET_PARTS], type;
	size_t n = 0;
	while (set.n) {
		struct der value;
		const size_t at = b.n;
		if (n == SET_PARTS || !next_attribute(&set, &type, &value) ||
			!put_attribute(&b, type, &value))
			return false;
		parts[n++] = span_at(buf_span(&b), at, b.n);
	}
	qsort(parts, n, sizeof *parts, by_octets);
	put_header(out, DER_SET, b.n);
	for (size_t i = 0; i < n; i++)
		buf_bytes(out, parts[i]);
	return n && buf_ok(out);
}

bool name_canonical(struct span name, struct buf *out)
{
	struct span sets, set;
	if (!name_ok(name) || !der_take(&name, DER_SEQUENCE, &sets))
		return false;
	while (sets.n)
		if (!der_take(&sets, DER_SET, &set) || !put_set(out, set))
			return false;
	return buf_ok(out);
}

bool name_equal(struct span a, struct span b)
{
	if (span_eq(a, b))
		return true;
	uint8_t x[NAME_BYTES * 2], y[NAME_BYTES * 2];
	struct buf p = buf_on(x, sizeof x), q = buf_on(y, sizeof y);
	return name_canonical(a, &p) && name_canonical(b, &q) &&
		span_eq(buf_span(&p), buf_span(&q));
}

bool name_within(struct span name, struct span base)
{
	uint8_t x[NAME_BYTES * 2], y[NAME_BYTES * 2];
	struct buf p = buf_on(x, sizeof x), q = buf_on(y, sizeof y);
	return name_canonical(name, &p) && name_canonical(base, &q) &&
		span_eq(span_at(buf_span(&p), 0, q.n), buf_span(&q));
}

/* OpenSSL reads the first four octets of the digest as a little-endian number. */
static uint32_t first_of(const br_hash_class *class, struct span data)
{
	br_hash_compat_context hash;
	uint8_t digest[64] = { 0 };
	uint32_t v = 0;
	class->init(&hash.vtable);
	class->update(&hash.vtable, data.p, data.n);
	class->out(&hash.vtable, digest);
	struct span d = span_of(digest, 4);
	span_u32le(&d, &v);
	return v;
}

bool name_hash(struct span name, uint32_t *hash)
{
	uint8_t room[NAME_BYTES * 2];
	struct buf b = buf_on(room, sizeof room);
	if (!name_canonical(name, &b))
		return false;
	*hash = first_of(&br_sha1_vtable, buf_span(&b));
	return true;
}

bool name_hash_old(struct span name, uint32_t *hash)
{
	if (!name_ok(name))
		return false;
	*hash = first_of(&br_md5_vtable, name);
	return true;
}
