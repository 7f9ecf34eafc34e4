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

static const char *syntax_uid(size_t i, char text[UID_TEXT])
{
	(void)text;
	return syntaxes[i].uid;
}

static const char *class_uid(size_t i, char text[UID_TEXT])
{
	return uid_class_uid(&classes[i], text);
}

/* The row of uid among so many sorted ones; the number of rows when it is not there. */
static size_t row_of(
	struct span uid, size_t rows, const char *(*uid_at)(size_t i, char text[UID_TEXT]))
{
	char text[UID_TEXT];
	size_t low = 0, high = rows;
	while (low < high) {
		const size_t mid = low + (high - low) / 2;
		const int order = span_cmp(uid, span_str(uid_at(mid, text)));
		if (order == 0)
			return mid;
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return rows;
}

static char lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c);
}

static bool counts(char c)
{
	return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9');
}

/* Compares letters and digits, in any case. */
static bool same_word(const char *a, const char *b)
{
	do {
		while (*a && !counts(*a))
			a++;
		while (*b && !counts(*b))
			b++;
		if (lower(*a) != lower(*b++))
			return false;
	} while (*a++);
	return true;
}

/* ---- transfer syntaxes */

const struct uid_syntax *uid_syntax(struct span uid)
{
	return uid_syntax_at(row_of(uid, COUNT(syntaxes), syntax_uid));
}

const struct uid_syntax *uid_syntax_at(size_t i)
{
	return i < COUNT(syntaxes) ? &syntaxes[i] : NULL;
}

const struct uid_syntax *uid_syntax_named(const char *word)
{
	for (size_t i = 0; i < COUNT(syntaxes); i++)
		if (same_word(syntaxes[i].word, word))
			return &syntaxes[i];
	return uid_syntax(span_str(word));
}

/* ---- SOP classes */

const struct uid_class *uid_class(struct span uid)
{
	return uid_class_at(row_of(uid, COUNT(classes), class_uid));
}

const struct uid_class *uid_class_at(size_t i)
{
	return i < COUNT(classes) ? &classes[i] : NULL;
}

/* A byte above 127 stands for one of the parts that many UIDs and names have. */
static const char *unpacked(const char *packed, char text[UID_TEXT])
{
	size_t n = 0;
	for (; *packed; packed++) {
		const char itself[2] = { *packed }, *part = itself;
		if (*packed & 0x80) {
			part = class_parts;
			for (int skip = *packed & 0x7f; skip; skip--)
				part += strlen(part) + 1;
		}
		while (*part && n < UID_TEXT - 1)
			text[n++] = *part++;
	}
	text[n] = '\0';
	return text;
}

const char *uid_class_uid(const struct uid_class *c, char text[UID_TEXT])
{
	return unpacked(class_text + c->text, text);
}

const char *uid_class_name(const struct uid_class *c, char text[UID_TEXT])
{
	const char *uid = class_text + c->text;
	return unpacked(uid + strlen(uid) + 1, text);
}

const struct uid_class *uid_class_named(const char *name)
{
	const struct uid_class *found = NULL;
	char text[UID_TEXT];
	for (size_t i = 0; i < COUNT(classes); i++)
		if ((!found || found->retired) &&
			same_word(uid_class_name(&classes[i], text), name))
			found = &classes[i];
	return found ? found : uid_class(span_str(name));
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
		return uid_class_name(class, text);
	if (span_eq_str(uid, UID_APPLICATION_CONTEXT))
		return "DICOM Application Context";
	size_t n = 0;
	for (uint8_t c; n < UID_MAX && span_u8(&uid, &c); n++)
		text[n] = c > ' ' && c < 127 ? (char)c : '?';
	text[n] = 0;
	return text;
}
