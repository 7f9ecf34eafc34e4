/* SPDX-License-Identifier: MIT */
#include "base/hex.h"

char *hex_text(struct span s, char *text, size_t cap)
{
	size_t at = 0;
	for (size_t i = 0; i < s.n && at + 2 < cap; i++) {
		text[at++] = "0123456789abcdef"[s.p[i] >> 4];
		text[at++] = "0123456789abcdef"[s.p[i] & 15];
	}
	if (cap)
		text[at] = '\0';
	return text;
}

char *hex_colons(struct span s, char *text, size_t cap)
{
	size_t at = 0;
	for (size_t i = 0; i < s.n && at + 3 < cap; i++) {
		if (i)
			text[at++] = ':';
		text[at++] = "0123456789ABCDEF"[s.p[i] >> 4];
		text[at++] = "0123456789ABCDEF"[s.p[i] & 15];
	}
	if (cap)
		text[at] = '\0';
	return text;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool hex_bytes(const char *text, uint8_t *out, size_t cap, size_t *n)
{
	size_t count = 0;
	while (*text) {
		const int high = digit(text[0]);
		const int low = high < 0 ? -1 : digit(text[1]);
		if (low < 0 || count == cap)
			return false;
		out[count++] = (uint8_t)(high << 4 | low);
		text += 2;
		if (*text == ':' && text[1])
			text++;
	}
	*n = count;
	return true;
}
