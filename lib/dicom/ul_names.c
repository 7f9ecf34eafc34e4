/* SPDX-License-Identifier: MIT */
/* Numbers for UIDs: rows of the two tables, and places in the pool. */
#include "dicom/ul_names.h"

#include "base/buf.h"
#include "dicom/uid.h"

enum { CLASS = 1, SYNTAX = 0x4000, POOL = 0x8000 };

/* The pool is a row of counted strings: a length byte and that many characters. */
uint16_t ul_names_find(const struct ul_names *names, struct span uid)
{
	const struct uid_class *class = uid_class(uid);
	if (class)
		return (uint16_t)(CLASS + (class - uid_class_at(0)));
	const struct uid_syntax *syntax = uid_syntax(uid);
	if (syntax)
		return (uint16_t)(SYNTAX + (syntax - uid_syntax_at(0)));

	struct span left = span_of(names->pool, names->n), name;
	uint8_t n;
	for (size_t at = 0; span_u8(&left, &n) && span_take(&left, n, &name); at += n + 1u)
		if (span_eq(name, uid))
			return (uint16_t)(POOL + at);
	return 0;
}

uint16_t ul_names_add(struct ul_names *names, struct span uid)
{
	const uint16_t known = ul_names_find(names, uid);
	if (known || uid.n > UID_MAX)
		return known;
	struct buf b = buf_on(names->pool, sizeof names->pool);
	buf_filled(&b, names->n);
	buf_u8(&b, (uint8_t)uid.n);
	buf_bytes(&b, uid);
	if (!buf_ok(&b))
		return 0;
	const uint16_t number = (uint16_t)(POOL + names->n);
	names->n = (uint16_t)b.n;
	return number;
}

struct span ul_names_uid(const struct ul_names *names, uint16_t number, char text[UID_TEXT])
{
	struct span s = { 0 };
	uint8_t n;
	if (number >= POOL) {
		s = span_at(span_of(names->pool, names->n), number - POOL, names->n);
		return span_u8(&s, &n) ? span_at(s, 0, n) : s;
	}
	if (number >= SYNTAX)
		return span_str(uid_syntax_at((size_t)number - SYNTAX)->uid);
	return number ? span_str(uid_class_uid(uid_class_at((size_t)number - CLASS), text)) : s;
}
