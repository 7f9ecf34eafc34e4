/* SPDX-License-Identifier: MIT */
/* Our own reader, because BearSSL's stumbles over CRLF, marks, headers and a missing last newline. It
 * works on lines: an object begins with a BEGIN line and ends with the END line of the same label. */
#include "pki/pem.h"

static bool blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v';
}

static struct span trim_end(struct span s)
{
	while (s.n && blank(s.p[s.n - 1]))
		s = span_at(s, 0, s.n - 1);
	return s;
}

/* Eats one line, with its end; LF, CRLF and CR all end one. */
static bool line(struct span *text, struct span *l)
{
	if (text->n == 0)
		return false;
	size_t n = 0;
	while (n < text->n && text->p[n] != '\n' && text->p[n] != '\r')
		n++;
	*l = trim_end(span_at(*text, 0, n));
	if (n + 1 < text->n && text->p[n] == '\r' && text->p[n + 1] == '\n')
		n++;
	span_skip(text, n < text->n ? n + 1 : n);
	return true;
}

static bool eat_str(struct span *s, const char *prefix)
{
	const struct span want = span_str(prefix);
	if (!span_eq(span_at(*s, 0, want.n), want))
		return false;
	return span_skip(s, want.n);
}

/* "-----BEGIN LABEL-----" or the same with END. */
static bool boundary(struct span l, const char *prefix, struct span *label)
{
	eat_str(&l, "\xef\xbb\xbf"); /* a byte order mark, also where files were joined */
	if (!eat_str(&l, prefix) || l.n < 5 || !span_eq_str(span_at(l, l.n - 5, 5), "-----"))
		return false;
	*label = span_at(l, 0, l.n - 5);
	return true;
}

/* RFC 1421 4.6.1.1 and 4.6.1.3, as OpenSSL writes them: "Proc-Type: 4,ENCRYPTED", then
 * "DEK-Info: AES-256-CBC,0011...". */
static bool headers(struct span *body, struct pem *p)
{
	struct span rest = *body, l;
	bool encrypted = false;
	while (line(&rest, &l)) {
		size_t colon, comma;
		if (!span_find(l, ':', &colon)) {
			if (l.n == 0)
				*body = rest;
			break; /* the base64 begins, with or without the empty line */
		}
		if (eat_str(&l, "Proc-Type:")) {
			encrypted = l.n >= 9 && span_eq_str(span_at(l, l.n - 9, 9), "ENCRYPTED");
		} else if (eat_str(&l, "DEK-Info:")) {
			while (l.n && blank(l.p[0]))
				span_skip(&l, 1);
			if (!span_find(l, ',', &comma))
				return false;
			p->cipher = span_at(l, 0, comma);
			p->iv = span_at(l, comma + 1, l.n);
		}
		*body = rest;
	}
	return encrypted == (p->cipher.n != 0);
}

bool pem_next(struct span *text, struct pem *p, struct err *e)
{
	struct span l, label, end;
	do {
		if (!line(text, &l))
			return false;
	} while (!boundary(l, "-----BEGIN ", &label));

	struct span rest = *text;
	size_t left;
	do {
		left = rest.n;
		if (!line(&rest, &l) || boundary(l, "-----BEGIN ", &end))
			return err_set(e, ERR_INPUT, 0,
				"a PEM object begins with -----BEGIN %.*s----- and has no such END "
				"line: "
				"is the file complete?",
				(int)(label.n < 64 ? label.n : 64), (const char *)label.p);
	} while (!boundary(l, "-----END ", &end) || !span_eq(label, end));

	struct pem got = { .label = label, .base64 = span_at(*text, 0, text->n - left) };
	if (!headers(&got.base64, &got))
		return err_set(e, ERR_INPUT, 0,
			"the Proc-Type and DEK-Info lines of a PEM object do not fit together (RFC "
			"1421 "
			"4.6.1)");
	*text = rest;
	*p = got;
	return true;
}

size_t pem_size(const struct pem *p)
{
	return p->base64.n / 4 * 3 + 3;
}

/* 0 to 63, or negative. Without a table and without branches on the value, because keys pass here. */
static int sextet(uint8_t byte)
{
	const int c = byte;
	const int upper = (('A' - 1 - c) & (c - 'Z' - 1)) >> 8;
	const int lower = (('a' - 1 - c) & (c - 'z' - 1)) >> 8;
	const int digit = (('0' - 1 - c) & (c - '9' - 1)) >> 8;
	const int plus = (('+' - 1 - c) & (c - '+' - 1)) >> 8;
	const int slash = (('/' - 1 - c) & (c - '/' - 1)) >> 8;
	return -1 + (upper & (c - 'A' + 1)) + (lower & (c - 'a' + 27)) + (digit & (c - '0' + 53)) +
		(plus & 63) + (slash & 64);
}

/* Four characters that follow one another: 24 bits, or negative. */
static int32_t quad(struct span text, size_t i)
{
	const int a = sextet(text.p[i]), b = sextet(text.p[i + 1]), c = sextet(text.p[i + 2]),
		  d = sextet(text.p[i + 3]);
	return (a | b | c | d) < 0 ? -1 : a << 18 | b << 12 | c << 6 | d;
}

bool base64_feed(struct base64 *d, struct span text, struct buf *out)
{
	for (size_t i = 0; i < text.n; i++) {
		const bool whole = d->count == 0 && d->pads == 0 && text.n - i >= 4;
		const int32_t bits = whole ? quad(text, i) : -1;
		if (bits >= 0) {
			buf_u24be(out, (uint32_t)bits);
			i += 3;
			continue;
		}
		const uint8_t c = text.p[i];
		if (blank(c))
			continue;
		if (c == '=' && d->count >= 2 && d->count + d->pads < 4) {
			d->pads++;
			continue;
		}
		const int v = sextet(c);
		if (v < 0 || d->pads)
			return false;
		d->sum = d->sum << 6 | (uint32_t)v;
		if (++d->count == 4) {
			buf_u24be(out, d->sum & 0xffffff);
			d->sum = 0;
			d->count = 0;
		}
	}
	return true;
}

bool base64_end(const struct base64 *d, struct buf *out)
{
	if (d->count == 0)
		return true;
	/* RFC 4648 3.5: the bits that padding leaves over are zero. */
	if (d->count + d->pads != 4 || (d->sum & ((1u << 2 * d->pads) - 1)))
		return false;
	if (d->pads == 1)
		buf_u16be(out, (uint16_t)(d->sum >> 2));
	else
		buf_u8(out, (uint8_t)(d->sum >> 4));
	return true;
}

bool pem_decode(const struct pem *p, struct buf *out, struct err *e)
{
	const struct buf before = *out;
	struct base64 d = { 0 };
	const bool text_ok = base64_feed(&d, p->base64, out) && base64_end(&d, out);
	if (text_ok && buf_ok(out))
		return true;
	*out = before;
	if (!text_ok)
		return err_set(e, ERR_INPUT, 0,
			"the text of a PEM object is not base64 (RFC 4648 4): is the file "
			"damaged?");
	return err_set(e, ERR_LIMIT, 0, "a PEM object is too large");
}

void pem_write(struct buf *out, const char *label, struct span der)
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	buf_str(out, "-----BEGIN ");
	buf_str(out, label);
	buf_str(out, "-----\n");
	for (size_t at = 0; at < der.n; at += 3) {
		const struct span part = span_at(der, at, 3);
		uint32_t v = 0;
		for (size_t i = 0; i < 3; i++)
			v = v << 8 | (i < part.n ? part.p[i] : 0u);
		for (unsigned i = 0; i < 4; i++)
			buf_u8(out, i <= part.n ? (uint8_t)alphabet[v >> (18 - 6 * i) & 63] : '=');
		if (at % 48 == 45 || at + 3 >= der.n)
			buf_u8(out, '\n');
	}
	buf_str(out, "-----END ");
	buf_str(out, label);
	buf_str(out, "-----\n");
}
