/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"

#include <string.h>

bool utf8_next(struct span *s, uint32_t *c)
{
	static const struct {
		uint8_t mask, lead, more;
		uint32_t least;
	} forms[] = { { 0x80, 0x00, 0, 0 }, { 0xe0, 0xc0, 1, 0x80 }, { 0xf0, 0xe0, 2, 0x800 },
		{ 0xf8, 0xf0, 3, 0x10000 } };
	uint8_t first = 0;
	span_u8(s, &first);
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		if ((first & forms[i].mask) != forms[i].lead)
			continue;
		uint32_t v = first & (uint8_t)~forms[i].mask;
		struct span rest = *s;
		for (unsigned more = forms[i].more; more; more--) {
			uint8_t b;
			if (!span_u8(&rest, &b) || (b & 0xc0) != 0x80)
				return false;
			v = v << 6 | (b & 0x3f);
		}
		if (v < forms[i].least || (v >= 0xd800 && v < 0xe000) || v > 0x10ffff)
			return false;
		*s = rest;
		*c = v;
		return true;
	}
	return false;
}

bool utf8_is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x061c || c == 0x200e || c == 0x200f ||
		(c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

void utf8_make_printable(char *text)
{
	struct span s = span_str(text);
	while (s.n) {
		const size_t before = s.n;
		uint32_t c;
		const bool good = utf8_next(&s, &c) && !utf8_is_control(c);
		if (!good)
			memset(text, '?', before - s.n);
		text += before - s.n;
	}
}
