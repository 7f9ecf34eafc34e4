/* SPDX-License-Identifier: MIT */
#include "rand/plain.h"

void plain_init(struct plain *p)
{
	*p = (struct plain){ 0 };
}

static bool is_readable(uint8_t c)
{
	return (c >= ' ' && c <= '~') || (c >= '\t' && c <= '\r');
}

/* Bytes behind the first one in a character of UTF-8 (RFC 3629 3); 0 for no such first byte. */
static unsigned behind(uint8_t first)
{
	return first >= 0xc2 && first <= 0xdf    ? 1
		: (first & 0xf0) == 0xe0         ? 2
		: first >= 0xf0 && first <= 0xf4 ? 3
						 : 0;
}

static void add(struct plain *p, uint8_t c)
{
	const unsigned odd = (unsigned)(p->n & 1);
	if (p->n < 2)
		p->first[p->n] = c;
	p->n++;
	p->zero[odd] += c == 0;
	p->low[odd] += c < 8;
	p->readable[odd] += is_readable(c);
	if (p->due > 0 && (c & 0xc0) == 0x80) {
		p->whole++;
		if (--p->due == 0)
			p->text += p->whole;
		return;
	}
	p->text += is_readable(c);
	p->due = behind(c);
	p->whole = 1;
}

void plain_add(struct plain *p, struct span bytes)
{
	for (uint8_t c; span_u8(&bytes, &c);)
		add(p, c);
}

/* Four fifths. Of random bytes 39 % are readable, and characters of UTF-8 by chance another 7 %. */
static bool most(uint64_t part, uint64_t all)
{
	return all > 0 && part >= all / 5 * 4;
}

bool plain_is_text(const struct plain *p)
{
	const uint64_t half = p->n / 2;
	if (most(p->text, p->n))
		return true;
	/* the mark (RFC 2781 3.2) alone is no proof: every 32768th seed begins with it */
	if (p->n >= 2 && (p->first[0] ^ p->first[1]) == 1 && (p->first[0] & p->first[1]) == 0xfe)
		return most(p->low[p->first[0] == 0xff], half);
	return (most(p->zero[0], half) && most(p->readable[1], half)) ||
		(most(p->zero[1], half) && most(p->readable[0], half));
}
