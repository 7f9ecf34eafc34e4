/* SPDX-License-Identifier: MIT */
/* Names as people write them. */
#include "base/utf8.h"
#include "pki/der.h"
#include "pki/derw.h"
#include "pki/host.h"
#include "pki/issue.h"
#include "pki/name.h"

#include <string.h>

/* The attributes that are no UTF8String of at most 64 characters (RFC 5280 A.1). Letters: what a
 * PrintableString has beside letters and digits, NULL: any ASCII. */
static const struct form {
	const char *type;
	uint8_t tag;
	size_t least, most;
	const char *also;
} forms[] = { { "C", DER_PRINTABLE, 2, 2, "" },
	{ "serialNumber", DER_PRINTABLE, 1, 64, " '()+,-./:=?" },
	{ "dnQualifier", DER_PRINTABLE, 1, 64, " '()+,-./:=?" },
	{ "emailAddress", DER_IA5, 3, 255, NULL }, { "DC", DER_IA5, 1, 63, NULL },
	{ "L", DER_UTF8, 1, 128, NULL }, { "ST", DER_UTF8, 1, 128, NULL } },
  usual = { NULL, DER_UTF8, 1, 64, NULL };

static bool letter_or_digit(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool fits(const struct form *f, struct span value)
{
	size_t n = 0;
	uint32_t c;
	while (value.n) {
		if (!utf8_next(&value, &c) || utf8_is_control(c) ||
			(f->tag != DER_UTF8 && c > 0x7e) ||
			(f->tag == DER_PRINTABLE && !letter_or_digit((uint8_t)c) &&
				!strchr(f->also, (int)c)))
			return false;
		n++;
	}
	return n >= f->least && n <= f->most;
}

/* One { type, value } in a SET of its own. */
static bool put_part(struct buf *out, struct span type, struct span value, struct err *e)
{
	struct span oid;
	const struct form *f = &usual;
	if (!name_type(type, &oid))
		return err_set(e, ERR_USAGE, 0,
			"there is no attribute \"%.*s\": CN, O, OU, C, L and ST are usual",
			(int)(type.n < 40 ? type.n : 40), (const char *)type.p);
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (span_eq_str(type, forms[i].type))
			f = &forms[i];
	if (!fits(f, value))
		return err_set(e, ERR_USAGE, 0,
			"the value of %.*s is to be %zu to %zu %s (RFC 5280 A.1)", (int)type.n,
			(const char *)type.p, f->least, f->most,
			f->tag == DER_UTF8          ? "characters of UTF-8"
				: f->tag == DER_IA5 ? "characters of ASCII"
						    : "letters or digits");
	const size_t set = derw_open(out), pair = derw_open(out);
	derw_oid(out, oid);
	derw_put(out, f->tag, value);
	derw_close(out, pair, DER_SEQUENCE);
	derw_close(out, set, DER_SET);
	return true;
}

/* Eats up to a comma that has no backslash before it. */
static bool next_value(struct span *in, struct buf *value)
{
	uint8_t c;
	while (span_u8(in, &c) && c != ',') {
		if (c == '\\' && !span_u8(in, &c))
			return false;
		buf_u8(value, c);
	}
	return buf_ok(value);
}

bool name_write(const char *text, struct buf *out, struct err *e)
{
	struct span in = span_str(text), type;
	uint8_t room[256];
	size_t equals;
	const size_t name = derw_open(out);
	const bool bare = !span_find(in, '=', &equals);
	if (bare && !put_part(out, span_str("CN"), in, e))
		return false;
	while (!bare && in.n) {
		struct buf value = buf_on(room, sizeof room);
		while (in.n && in.p[0] == ' ')
			span_skip(&in, 1);
		if (!span_find(in, '=', &equals) || !span_take(&in, equals, &type) ||
			!span_skip(&in, 1) || !next_value(&in, &value))
			return err_set(e, ERR_USAGE, 0,
				"\"%.100s\" is not a name: write it as CN=ct1.local, O=St. "
				"Elsewhere",
				text);
		if (!put_part(out, type, buf_span(&value), e))
			return false;
	}
	derw_close(out, name, DER_SEQUENCE);
	return buf_ok(out) || err_set(e, ERR_USAGE, 0, "the name is too long");
}

static bool eat(struct span *s, const char *prefix)
{
	const struct span want = span_str(prefix);
	return host_same(span_at(*s, 0, want.n), want) && span_skip(s, want.n);
}

/* A label of RFC 1034 3.5, and the underscore that Windows hosts have. */
static bool is_label(struct span s)
{
	if (s.n == 0 || s.n > 63 || s.p[0] == '-' || s.p[s.n - 1] == '-')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!letter_or_digit(s.p[i]) && s.p[i] != '-' && s.p[i] != '_')
			return false;
	return true;
}

static bool is_number(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return true;
}

/* Labels with dots between, the first perhaps a wildcard. What ends in a number is a mistyped address. */
static bool is_dns(struct span s)
{
	struct span label = { 0 };
	const bool wild = span_eq_str(span_at(s, 0, 2), "*.");
	if (s.n > 253 || s.n == 0)
		return false;
	if (wild)
		span_skip(&s, 2);
	for (;;) {
		size_t dot = s.n;
		const bool more = span_find(s, '.', &dot);
		span_take(&s, dot, &label);
		if (!is_label(label))
			return false;
		if (!more)
			return !is_number(label);
		span_skip(&s, 1);
	}
}

static bool put_alt_name(struct span word, struct buf *out, struct err *e)
{
	char text[254];
	uint8_t address[16];
	size_t n, at;
	const struct span whole = word;
	const bool dns = eat(&word, "DNS:"), ip = !dns && eat(&word, "IP:");
	if (!dns && !ip && eat(&word, "email:")) {
		if (fits(&forms[3], word) && span_find(word, '@', &at) && at && at + 1 < word.n) {
			derw_put(out, DER_CONTEXT + GN_EMAIL, word);
			return true;
		}
	} else if (!dns && span_text(word, text, sizeof text) && host_address(text, address, &n)) {
		derw_put(out, DER_CONTEXT + GN_IP, span_of(address, n));
		return true;
	} else if (!ip && is_dns(word)) {
		derw_put(out, DER_CONTEXT + GN_DNS, word);
		return true;
	}
	return err_set(e, ERR_USAGE, 0,
		"\"%.*s\" is no alternative name: write DNS:ct1.local, IP:192.0.2.1 or "
		"email:a@b.example",
		(int)(whole.n < 80 ? whole.n : 80), (const char *)whole.p);
}

bool alt_names_write(const char *text, struct buf *out, struct err *e)
{
	struct span in = span_str(text), word;
	for (bool more = true; more;) {
		size_t comma = in.n;
		more = span_find(in, ',', &comma);
		span_take(&in, comma, &word);
		span_skip(&in, 1);
		while (word.n && word.p[0] == ' ')
			span_skip(&word, 1);
		if (!put_alt_name(word, out, e))
			return false;
	}
	return buf_ok(out) || err_set(e, ERR_USAGE, 0, "the alternative names are too long");
}
