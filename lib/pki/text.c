/* SPDX-License-Identifier: MIT */
#include "pki/text.h"

#include "pki/der.h"

bool text_type(uint8_t tag)
{
	return tag == DER_UTF8 || tag == DER_BMP || tag == DER_UNIVERSAL || tag == DER_PRINTABLE ||
		tag == DER_T61 || tag == DER_IA5;
}

static void put(struct buf *out, uint32_t c)
{
	if (c < 0x80) {
		buf_u8(out, (uint8_t)c);
	} else if (c < 0x800) {
		buf_u8(out, (uint8_t)(0xc0 | c >> 6));
		buf_u8(out, (uint8_t)(0x80 | (c & 0x3f)));
	} else if (c < 0x10000) {
		buf_u8(out, (uint8_t)(0xe0 | c >> 12));
		buf_u8(out, (uint8_t)(0x80 | (c >> 6 & 0x3f)));
		buf_u8(out, (uint8_t)(0x80 | (c & 0x3f)));
	} else {
		buf_u8(out, (uint8_t)(0xf0 | c >> 18));
		buf_u8(out, (uint8_t)(0x80 | (c >> 12 & 0x3f)));
		buf_u8(out, (uint8_t)(0x80 | (c >> 6 & 0x3f)));
		buf_u8(out, (uint8_t)(0x80 | (c & 0x3f)));
	}
}

static bool scalar(uint32_t c)
{
	return c <= 0x10ffff && !(c >= 0xd800 && c <= 0xdfff);
}

/* Eats one character of UTF-8. */
static bool take(struct span *s, uint32_t *c)
{
	uint8_t first;
	if (!span_u8(s, &first))
		return false;
	if (first < 0x80) {
		*c = first;
		return true;
	}
	const unsigned more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	if (first < 0xc2 || first > 0xf4)
		return false;
	uint32_t v = first & (0x3fu >> more);
	for (unsigned i = 0; i < more; i++) {
		uint8_t byte;
		if (!span_u8(s, &byte) || (byte & 0xc0) != 0x80)
			return false;
		v = v << 6 | (byte & 0x3fu);
	}
	*c = v;
	return v >= least[more] && scalar(v);
}

bool text_valid(struct span utf8)
{
	uint32_t c;
	while (utf8.n)
		if (!take(&utf8, &c))
			return false;
	return true;
}

bool text_utf8(uint8_t tag, struct span contents, struct buf *out)
{
	while (contents.n) {
		uint16_t wide;
		uint8_t byte;
		uint32_t c;
		bool ok;
		switch (tag) {
		case DER_UTF8:
			ok = take(&contents, &c);
			break;
		case DER_BMP:
			ok = span_u16be(&contents, &wide);
			c = ok ? wide : 0;
			break;
		case DER_UNIVERSAL:
			ok = span_u32be(&contents, &c);
			break;
		default:
			ok = span_u8(&contents, &byte);
			c = ok ? byte : 0;
		}
		if (!ok || !scalar(c))
			return false;
		put(out, c);
	}
	return buf_ok(out);
}

static bool white(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

size_t text_fold(uint8_t *text, size_t n)
{
	size_t to = 0;
	for (size_t i = 0; i < n; i++) {
		const uint8_t c = text[i];
		if (!white(c))
			text[to++] = c >= 'A' && c <= 'Z' ? (uint8_t)(c - 'A' + 'a') : c;
		else if (to && text[to - 1] != ' ')
			text[to++] = ' ';
	}
	return to && text[to - 1] == ' ' ? to - 1 : to;
}
