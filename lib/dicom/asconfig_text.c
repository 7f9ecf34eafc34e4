/* SPDX-License-Identifier: MIT */
/* From the text to a list of headings and keys, and finding what is in it. What it means is asconfig.c's. */
#include "dicom/asconfig_inner.h"

bool asconfig_wrong(
	const struct asconfig_entry *at, struct err *e, const char *what, struct span name)
{
	return err_set(e, ERR_INPUT, 0, "line %u: %s \"%.*s\"", (unsigned)at->line, what,
		(int)(name.n < 80 ? name.n : 80), (const char *)name.p);
}

/* ---- names: of headings and keys only some letters count, in any case */

static bool next_letter(struct span *name, uint8_t *letter)
{
	while (span_u8(name, letter)) {
		if (*letter >= 'a' && *letter <= 'z')
			*letter = (uint8_t)(*letter - 'a' + 'A');
		if ((*letter >= 'A' && *letter <= 'Z') || (*letter >= '0' && *letter <= '9') ||
			*letter == '-' || *letter == '_')
			return true;
	}
	*letter = 0;
	return false;
}

/* Eats what both begin with; true when prefix is all eaten. */
static bool eat_name(struct span *name, struct span prefix)
{
	uint8_t a, b;
	struct span rest = *name;
	while (next_letter(&prefix, &b)) {
		if (!next_letter(&rest, &a) || a != b)
			return false;
	}
	*name = rest;
	return true;
}

bool asconfig_same(struct span a, struct span b)
{
	uint8_t more;
	return eat_name(&a, b) && !next_letter(&a, &more);
}

uint32_t asconfig_number(struct span key, const char *prefix)
{
	uint32_t number = 0;
	uint8_t digit;
	if (!eat_name(&key, span_str(prefix)))
		return 0;
	while (next_letter(&key, &digit)) {
		if (digit < '0' || digit > '9' || (number == 0 && digit == '0') || number > 99999)
			return 0;
		number = number * 10 + digit - '0';
	}
	return number;
}

/* ---- from text to entries */

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == 0;
}

struct span asconfig_trimmed(struct span s)
{
	uint8_t c;
	struct span rest = s;
	while (span_u8(&rest, &c) && is_blank(c))
		s = rest;
	while (s.n && (rest = span_at(s, s.n - 1, 1), span_u8(&rest, &c)) && is_blank(c))
		s.n--;
	return s;
}

/* A line, without its end: LF, CR or both. */
static bool next_line(struct span *text, struct span *line)
{
	struct span rest = *text;
	uint8_t c = 0;
	if (text->n == 0)
		return false;
	while (span_u8(&rest, &c) && c != '\n' && c != '\r')
		;
	const bool ended = c == '\n' || c == '\r';
	*line = span_at(*text, 0, text->n - rest.n - ended);
	*text = rest;
	if (c == '\r' && rest.n && rest.p[0] == '\n')
		span_skip(text, 1);
	return true;
}

/* The value's bytes are kept; a blank parts the lines that it came in. */
static void keep_value(struct asconfig *a, struct asconfig_entry *to, struct span value)
{
	const size_t at = a->values.n - to->value.n;
	if (to->value.n && value.n)
		buf_u8(&a->values, ' ');
	buf_bytes(&a->values, value);
	to->value = span_at(buf_span(&a->values), at, a->values.n - at);
}

static bool read_heading(struct asconfig_entry *entry, struct span line, struct err *e)
{
	uint8_t c;
	struct span rest = line;
	unsigned level = 0;
	size_t end;
	while (level < 3 && span_u8(&rest, &c) && (c == '[' || is_blank(c))) {
		level += c == '[';
		line = rest;
	}
	entry->level = (uint8_t)level;
	if (level > 2 || !span_find(line, ']', &end))
		return asconfig_wrong(entry, e, "neither [section] nor [[supersection]]:", line);
	span_take(&line, end, &entry->key);
	while (span_u8(&line, &c))
		if (c == ']')
			level--;
		else if (!is_blank(c))
			return asconfig_wrong(
				entry, e, "something stands behind the heading", entry->key);
	if (level)
		return asconfig_wrong(
			entry, e, "as many ] as [ are wanted in the heading", entry->key);
	return true;
}

static bool read_line(struct asconfig *a, struct span line, uint32_t number, struct err *e)
{
	const struct span words = asconfig_trimmed(line);
	struct asconfig_entry *before = a->n_entries ? &a->entries[a->n_entries - 1] : NULL;
	const bool indented = words.n && is_blank(line.p[0]);
	if (words.n == 0 || (!indented && line.p[0] == '#'))
		return true;
	if (indented && before && before->level == 0) {
		keep_value(a, before, words);
		return true;
	}
	if (a->n_entries == ASCONFIG_ENTRIES)
		return err_set(e, ERR_INPUT, 0, "line %u: more than %d keys and headings",
			(unsigned)number, ASCONFIG_ENTRIES);
	struct asconfig_entry *entry = &a->entries[a->n_entries++];
	*entry = (struct asconfig_entry){ .line = number };
	if (words.p[0] == '[' && !read_heading(entry, words, e))
		return false;
	if (!before && entry->level < 2)
		return asconfig_wrong(entry, e, "a [[supersection]] comes first, not", words);
	if (entry->level)
		return true;
	size_t equals;
	struct span rest = words;
	if (!span_find(words, '=', &equals))
		return asconfig_wrong(
			entry, e, "a key, = and a value are wanted, or a [heading], not", words);
	span_take(&rest, equals, &entry->key);
	span_skip(&rest, 1);
	keep_value(a, entry, asconfig_trimmed(rest));
	return true;
}

bool asconfig_text(struct asconfig *a, struct span text, struct err *e)
{
	struct span line;
	if (text.n > ASCONFIG_TEXT)
		return err_set(
			e, ERR_INPUT, 0, "more than %d bytes are no such file", ASCONFIG_TEXT);
	for (uint32_t number = 1; next_line(&text, &line); number++)
		if (!read_line(a, line, number, e))
			return false;
	return true;
}

/* ---- the tree */

size_t asconfig_end(const struct asconfig *a, size_t i)
{
	const uint8_t level = a->entries[i].level;
	do
		i++;
	while (i < a->n_entries && a->entries[i].level < level);
	return i;
}

size_t asconfig_heading(
	const struct asconfig *a, size_t from, size_t end, uint8_t level, struct span name)
{
	while (from < end &&
		(a->entries[from].level != level || !asconfig_same(a->entries[from].key, name)))
		from++;
	return from;
}

const struct asconfig_entry *asconfig_section(
	const struct asconfig *a, const char *super, struct span name)
{
	const size_t top = asconfig_heading(a, 0, a->n_entries, 2, span_str(super));
	if (top == a->n_entries)
		return NULL;
	const size_t end = asconfig_end(a, top), at = asconfig_heading(a, top + 1, end, 1, name);
	return at < end ? &a->entries[at] : NULL;
}

const struct asconfig_entry *asconfig_nth(
	const struct asconfig *a, const struct asconfig_entry *heading, uint32_t n)
{
	const size_t at = (size_t)(heading - a->entries), end = asconfig_end(a, at);
	if (at + n < end && a->entries[at + n].number == n) /* where it usually is */
		return &a->entries[at + n];
	for (size_t i = at + 1; i < end; i++)
		if (a->entries[i].number == n)
			return &a->entries[i];
	return NULL;
}

const struct asconfig_entry *asconfig_key(
	const struct asconfig *a, const struct asconfig_entry *heading, const char *name)
{
	const size_t at = (size_t)(heading - a->entries), end = asconfig_end(a, at);
	for (size_t i = at + 1; i < end; i++)
		if (asconfig_same(a->entries[i].key, span_str(name)))
			return &a->entries[i];
	return NULL;
}
