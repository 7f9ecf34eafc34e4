/* SPDX-License-Identifier: MIT */
#include "pki/derw.h"

#include "base/date.h"
#include "pki/der.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

size_t derw_open(const struct buf *b)
{
	return b->n;
}

void derw_insert(struct buf *b, size_t mark, struct span octets)
{
	if (!buf_ok(b))
		return;
	assert(mark <= b->n);
	const size_t n = b->n - mark;
	buf_fill(b, 0, octets.n);
	if (!buf_ok(b))
		return;
	memmove(b->p + mark + octets.n, b->p + mark, n);
	memcpy(b->p + mark, octets.p, octets.n);
}

void derw_close(struct buf *b, size_t mark, uint8_t tag)
{
	if (!buf_ok(b))
		return;
	assert(mark <= b->n);
	const size_t n = b->n - mark;
	uint8_t head[6];
	struct buf h = buf_on(head, sizeof head);
	buf_u8(&h, tag);
	if (n < 0x80) {
		buf_u8(&h, (uint8_t)n);
	} else if (n < 0x100) {
		buf_u8(&h, 0x81);
		buf_u8(&h, (uint8_t)n);
	} else if (n < 0x10000) {
		buf_u8(&h, 0x82);
		buf_u16be(&h, (uint16_t)n);
	} else if (n < 0x1000000) {
		buf_u8(&h, 0x83);
		buf_u24be(&h, (uint32_t)n);
	} else {
		buf_u8(&h, 0x84);
		buf_u32be(&h, (uint32_t)n);
	}
	derw_insert(b, mark, buf_span(&h));
}

void derw_put(struct buf *b, uint8_t tag, struct span contents)
{
	const size_t mark = derw_open(b);
	buf_bytes(b, contents);
	derw_close(b, mark, tag);
}

void derw_oid(struct buf *b, struct span oid)
{
	derw_put(b, DER_OID, oid);
}

void derw_unsigned(struct buf *b, struct span magnitude)
{
	while (magnitude.n && magnitude.p[0] == 0)
		span_skip(&magnitude, 1);
	const size_t mark = derw_open(b);
	if (magnitude.n == 0 || magnitude.p[0] >= 0x80)
		buf_u8(b, 0);
	buf_bytes(b, magnitude);
	derw_close(b, mark, DER_INTEGER);
}

void derw_uint(struct buf *b, uint64_t v)
{
	uint8_t octets[8];
	struct buf o = buf_on(octets, sizeof octets);
	buf_u64be(&o, v);
	derw_unsigned(b, buf_span(&o));
}

void derw_bool(struct buf *b, bool v)
{
	derw_put(b, DER_BOOLEAN, span_of(v ? "\xff" : "", 1));
}

void derw_null(struct buf *b)
{
	derw_put(b, DER_NULL, (struct span){ 0 });
}

void derw_octet_bits(struct buf *b, struct span octets)
{
	const size_t mark = derw_open(b);
	buf_u8(b, 0);
	buf_bytes(b, octets);
	derw_close(b, mark, DER_BITS);
}

void derw_named_bits(struct buf *b, unsigned bits)
{
	uint8_t octets[4] = { 0 };
	unsigned count = 0;
	for (unsigned i = 0; i < 32; i++)
		if (bits >> i & 1) {
			octets[i / 8] |= (uint8_t)(0x80 >> i % 8);
			count = i + 1;
		}
	const size_t mark = derw_open(b);
	buf_u8(b, (uint8_t)((8 - count % 8) % 8));
	buf_bytes(b, span_of(octets, (count + 7) / 8));
	derw_close(b, mark, DER_BITS);
}

void derw_time(struct buf *b, int64_t seconds)
{
	const struct date d = date_of(seconds);
	const bool utc = d.year >= 1950 && d.year < 2050;
	char text[32];
	snprintf(text, sizeof text, "%04u%02u%02u%02u%02u%02uZ", (unsigned)d.year, d.month, d.day,
		d.hour, d.min, d.sec);
	derw_put(b, utc ? DER_UTC_TIME : DER_GENERALIZED_TIME, span_str(utc ? text + 2 : text));
}
