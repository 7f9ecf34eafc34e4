/* SPDX-License-Identifier: MIT */
/* Names for people, and what people write about names. */
#include "pki/der.h"
#include "pki/name.h"
#include "pki/text.h"

#include <string.h>

/* The attribute types that have a short name (RFC 4519, RFC 2985, RFC 5280 A.1). */
static const struct {
	const char *name;
	const char *oid;
} types[] = {
	{ "CN", "\x55\x04\x03" },
	{ "SN", "\x55\x04\x04" },
	{ "serialNumber", "\x55\x04\x05" },
	{ "C", "\x55\x04\x06" },
	{ "L", "\x55\x04\x07" },
	{ "ST", "\x55\x04\x08" },
	{ "street", "\x55\x04\x09" },
	{ "O", "\x55\x04\x0a" },
	{ "OU", "\x55\x04\x0b" },
	{ "title", "\x55\x04\x0c" },
	{ "description", "\x55\x04\x0d" },
	{ "postalCode", "\x55\x04\x11" },
	{ "name", "\x55\x04\x29" },
	{ "GN", "\x55\x04\x2a" },
	{ "initials", "\x55\x04\x2b" },
	{ "generationQualifier", "\x55\x04\x2c" },
	{ "dnQualifier", "\x55\x04\x2e" },
	{ "pseudonym", "\x55\x04\x41" },
	{ "organizationIdentifier", "\x55\x04\x61" },
	{ "emailAddress", "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01" },
	{ "unstructuredName", "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x02" },
	{ "UID", "\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01" },
	{ "DC", "\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19" },
};

enum { TYPES = sizeof types / sizeof *types };

/* Walks the attributes of a name in order. */
struct walk {
	struct span sets, set;
	struct span type;
	struct der value;
	bool first; /* of its SET */
};

static bool walk_open(struct walk *w, struct span name)
{
	*w = (struct walk){ 0 };
	return name_ok(name) && der_take(&name, DER_SEQUENCE, &w->sets);
}

static bool walk_next(struct walk *w)
{
	struct span pair;
	w->first = w->set.n == 0;
	if (w->first && !der_take(&w->sets, DER_SET, &w->set))
		return false;
	return der_take(&w->set, DER_SEQUENCE, &pair) && der_oid(&pair, &w->type) &&
		der_next(&pair, &w->value);
}

static void put_type(struct buf *out, struct span oid)
{
	for (size_t i = 0; i < TYPES; i++)
		if (span_eq_str(oid, types[i].oid)) {
			buf_str(out, types[i].name);
			return;
		}
	char dotted[80];
	buf_str(out, der_oid_text(oid, dotted, sizeof dotted));
}

static void put_hex(struct buf *out, uint8_t byte)
{
	buf_u8(out, (uint8_t) "0123456789ABCDEF"[byte >> 4]);
	buf_u8(out, (uint8_t) "0123456789ABCDEF"[byte & 15]);
}

/* One character of valid UTF-8, whole or not at all, escaped as RFC 4514 2.4 has it; controls, C1
 * included, as hexadecimal pairs. */
static void put_character(struct buf *out, struct span c, bool first, bool last)
{
	uint8_t room[8];
	struct buf b = buf_on(room, sizeof room);
	const uint8_t lead = c.p[0];
	if (lead < 0x20 || lead == 0x7f || (lead == 0xc2 && c.p[1] < 0xa0)) {
		for (size_t i = 0; i < c.n; i++) {
			buf_u8(&b, '\\');
			put_hex(&b, c.p[i]);
		}
	} else {
		if (strchr("\"+,;<>\\", lead) || (first && (lead == '#' || lead == ' ')) ||
			(last && lead == ' '))
			buf_u8(&b, '\\');
		buf_bytes(&b, c);
	}
	buf_bytes(out, buf_span(&b));
}

static void put_string(struct buf *out, struct span utf8)
{
	bool first = true;
	while (utf8.n) {
		const uint8_t lead = utf8.p[0];
		const size_t n = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
		struct span c;
		if (!span_take(&utf8, n, &c))
			return;
		put_character(out, c, first, utf8.n == 0);
		first = false;
	}
}

/* The value as UTF-8; false when it is not a string, or not a valid one. */
static bool value_utf8(const struct der *value, struct buf *out)
{
	const uint8_t tag = value->tag;
	if (!text_type(tag) && tag != DER_VISIBLE && tag != 0x12 /* NumericString */)
		return false;
	return text_utf8(tag, value->body, out);
}

static void put_value(struct buf *out, const struct der *value)
{
	uint8_t text[NAME_BYTES * 2];
	struct buf b = buf_on(text, sizeof text);
	if (value_utf8(value, &b)) {
		put_string(out, buf_span(&b));
		return;
	}
	buf_u8(out, '#'); /* RFC 4514 2.4: the encoding in hexadecimal */
	for (size_t i = 0; i < value->whole.n && buf_ok(out); i++)
		put_hex(out, value->whole.p[i]);
}

char *name_text(struct span name, char *text, size_t cap)
{
	static const char cut[] = "...";
	if (cap < sizeof cut) {
		if (cap)
			text[0] = '\0';
		return text;
	}
	struct buf out = buf_on(text, cap - sizeof cut);
	struct walk w;
	if (!walk_open(&w, name))
		buf_str(&out, "(malformed name)");
	else if (name_empty(name))
		buf_str(&out, "(empty name)");
	else
		while (buf_ok(&out) && walk_next(&w)) {
			if (out.n)
				buf_str(&out, w.first ? ", " : "+");
			put_type(&out, w.type);
			buf_u8(&out, '=');
			put_value(&out, &w.value);
		}
	memcpy(text + out.n, buf_ok(&out) ? "" : cut, buf_ok(&out) ? 1 : sizeof cut);
	return text;
}

/* The type that text names: a short name, or dotted numbers. */
static bool is_type(struct span oid, struct span name)
{
	char text[80];
	for (size_t i = 0; i < TYPES; i++)
		if (span_eq_str(name, types[i].name))
			return span_eq_str(oid, types[i].oid);
	return span_eq_str(name, der_oid_text(oid, text, sizeof text));
}

bool name_type(struct span type, struct span *oid)
{
	for (size_t i = 0; i < TYPES; i++)
		if (span_eq_str(type, types[i].name)) {
			*oid = span_str(types[i].oid);
			return true;
		}
	return false;
}

bool name_attribute(struct span name, const char *type, char *text, size_t cap)
{
	struct walk w;
	bool found = false;
	if (!walk_open(&w, name))
		return false;
	while (walk_next(&w)) {
		uint8_t room[NAME_BYTES * 2];
		struct buf b = buf_on(room, sizeof room);
		if (is_type(w.type, span_str(type)))
			found = value_utf8(&w.value, &b) && span_text(buf_span(&b), text, cap);
	}
	return found;
}

int name_value(struct span name, const char *type, size_t i, struct buf *out)
{
	struct walk w;
	if (!walk_open(&w, name))
		return -1;
	while (walk_next(&w))
		if (is_type(w.type, span_str(type)) && i-- == 0)
			return value_utf8(&w.value, out) ? 1 : -1;
	return 0;
}

bool name_has(struct span name, struct span type, struct span value)
{
	uint8_t want[NAME_TEXT * 4];
	struct walk w;
	if (value.n > sizeof want || !walk_open(&w, name))
		return false;
	struct buf folded = buf_on(want, sizeof want);
	buf_bytes(&folded, value);
	folded.n = text_fold(want, folded.n);
	while (walk_next(&w)) {
		uint8_t room[NAME_BYTES * 2];
		struct buf b = buf_on(room, sizeof room);
		if (!is_type(w.type, type) || !value_utf8(&w.value, &b))
			continue;
		b.n = text_fold(room, b.n);
		if (span_eq(buf_span(&b), buf_span(&folded)))
			return true;
	}
	return false;
}
