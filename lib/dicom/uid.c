/* SPDX-License-Identifier: MIT */
/* Unique identifiers: form and names. What they mean to a data set is in elem and recode. */
#include "dicom/uid.h"

#include <string.h>

#include "dicom/uid_table.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

bool uid_valid(struct span uid)
{
	uint8_t c, before = '.';
	bool zero = false; /* the component so far is "0" */

	if (uid.n > UID_MAX)
		return false;
	while (span_u8(&uid, &c)) {
		if (c == '.' ? before == '.' : c < '0' || c > '9' || zero)
			return false;
		zero = c == '0' && before == '.';
		before = c;
	}
	return before != '.';
}

enum uid_form uid_from_value(struct span value, struct span *uid)
{
	size_t n = value.n;
	uint8_t c = 0;
	struct span last = span_at(value, n - (n > 0), 1);

	const bool space = span_u8(&last, &c) && c == ' ';
	if (space)
		n--;
	else
		while (n > 0 && (last = span_at(value, n - 1, 1), span_u8(&last, &c)) && c == 0)
			n--;
	*uid = span_at(value, 0, n);
	if (!uid_valid(*uid))
		return UID_BAD;
	if (space)
		return UID_SPACED;
	return n == value.n || (n % 2 == 1 && n + 1 == value.n) ? UID_GOOD : UID_PADDED;
}

/* Both tables begin each row with the UID, and are sorted by it. */
static const void *row_of(const void *table, size_t rows, size_t width, struct span uid)
{
	size_t low = 0, high = rows;
	while (low < high) {
		const size_t mid = low + (high - low) / 2;
		const void *row = (const char *)table + mid * width;
		const char *const *key = row;
		const int order = span_cmp(uid, span_str(*key));
		if (order == 0)
			return row;
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

const struct uid_syntax *uid_syntax(struct span uid)
{
	return row_of(syntaxes, COUNT(syntaxes), sizeof *syntaxes, uid);
}

const struct uid_syntax *uid_syntax_at(size_t i)
{
	return i < COUNT(syntaxes) ? &syntaxes[i] : NULL;
}

static bool same_word(const char *a, const char *b)
{
	for (; *a && (*a | 32) == (*b | 32); a++, b++)
		;
	return *a == *b;
}

const struct uid_syntax *uid_syntax_named(const char *word)
{
	for (size_t i = 0; i < COUNT(syntaxes); i++)
		if (same_word(syntaxes[i].word, word))
			return &syntaxes[i];
	return uid_syntax(span_str(word));
}

const struct uid_class *uid_class(struct span uid)
{
	return row_of(classes, COUNT(classes), sizeof *classes, uid);
}

const struct uid_class *uid_class_at(size_t i)
{
	return i < COUNT(classes) ? &classes[i] : NULL;
}

bool uid_is_storage(struct span uid)
{
	const struct uid_class *c = uid_class(uid);
	return c && c->storage;
}

const char *uid_name(struct span uid, char text[UID_TEXT])
{
	const struct uid_syntax *syntax = uid_syntax(uid);
	if (syntax)
		return syntax->name;
	const struct uid_class *class = uid_class(uid);
	if (class)
		return class->name;
	if (span_eq_str(uid, UID_APPLICATION_CONTEXT))
		return "DICOM Application Context";
	size_t n = 0;
	for (uint8_t c; n < UID_MAX && span_u8(&uid, &c); n++)
		text[n] = c > ' ' && c < 127 ? (char)c : '?';
	text[n] = 0;
	return text;
}
