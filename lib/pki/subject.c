/* SPDX-License-Identifier: MIT */
/* Names as people write them. */
#include "pki/der.h"
#include "pki/derw.h"
#include "pki/host.h"
#include "pki/issue.h"
#include "pki/name.h"
#include "pki/text.h"

#include <string.h>

/* One { type, value } in a SET of its own. Values are UTF8String but where RFC 5280 A.1 fixes another. */
static bool put_part(struct buf *out, struct span type, struct span value, struct err *e)
{
	struct span oid;
	if (!name_type(type, &oid))
		return err_set(e, ERR_USAGE, 0,
			"there is no attribute \"%.*s\": CN, O, OU, C, L and ST are usual",
			(int)(type.n < 40 ? type.n : 40), (const char *)type.p);
	const bool country = span_eq_str(type, "C");
	const bool ascii =
		country || span_eq_str(type, "serialNumber") || span_eq_str(type, "dnQualifier");
	const bool ia5 = span_eq_str(type, "emailAddress") || span_eq_str(type, "DC");
	if (value.n == 0 || value.n > 128 || !text_valid(value) || (country && value.n != 2))
		return err_set(e, ERR_USAGE, 0,
			"the value of %.*s is empty, too long or not UTF-8 (C is two letters)",
			(int)type.n, (const char *)type.p);
	const size_t set = derw_open(out), pair = derw_open(out);
	derw_oid(out, oid);
	derw_put(out, ascii ? DER_PRINTABLE : ia5 ? DER_IA5 : DER_UTF8, value);
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

static bool is_dns(struct span s)
{
	bool ok = s.n > 0 && s.n < 254;
	for (size_t i = 0; ok && i < s.n; i++) {
		const uint8_t c = s.p[i];
		ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			c == '-' || c == '.' || c == '_' || (c == '*' && i == 0);
	}
	return ok;
}

static bool put_alt_name(struct span word, struct buf *out, struct err *e)
{
	char text[254];
	uint8_t address[16];
	size_t n, at;
	const struct span whole = word;
	const bool dns = eat(&word, "DNS:"), ip = !dns && eat(&word, "IP:");
	if (!dns && !ip && eat(&word, "email:")) {
		if (span_find(word, '@', &at)) {
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
	struct span in = span_str(text);
	while (in.n) {
		size_t comma = in.n;
		struct span word;
		span_find(in, ',', &comma);
		span_take(&in, comma, &word);
		span_skip(&in, 1);
		while (word.n && word.p[0] == ' ')
			span_skip(&word, 1);
		if (!put_alt_name(word, out, e))
			return false;
	}
	return buf_ok(out) || err_set(e, ERR_USAGE, 0, "the alternative names are too long");
}
