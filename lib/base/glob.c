/* SPDX-License-Identifier: MIT */
/* Matching without a stack: of several stars only the last one need ever be tried again. */
#include "base/glob.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

static bool of_class(const char *name, size_t n, int c)
{
	static const struct {
		char name[8];
		int (*has)(int c);
	} classes[] = { { "alnum", isalnum }, { "alpha", isalpha }, { "blank", isblank },
		{ "cntrl", iscntrl }, { "digit", isdigit }, { "graph", isgraph },
		{ "lower", islower }, { "print", isprint }, { "punct", ispunct },
		{ "space", isspace }, { "upper", isupper }, { "xdigit", isxdigit } };
	for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
		if (strlen(classes[i].name) == n && memcmp(classes[i].name, name, n) == 0)
			return classes[i].has(c) != 0;
	return false;
}

/* p stands behind a bracket: returns what follows the closing one, or NULL when there is none. */
static const char *in_set(const char *p, unsigned char c, bool *in)
{
	const bool not = *p == '!' || *p == '^';
	bool found = false, first = true;
	for (p += not ; *p != ']' || first; first = false) {
		const char *end = p[0] == '[' && p[1] == ':' ? p + 2 : "";
		while (*end && (end[0] != ':' || end[1] != ']'))
			end++;
		if (*end) {
			found |= of_class(p + 2, (size_t)(end - p) - 2, c);
			p = end + 2;
			continue;
		}
		p += *p == '\\' && p[1];
		if (!*p)
			return NULL;
		const unsigned char low = (unsigned char)*p++;
		unsigned char high = low;
		if (p[0] == '-' && p[1] && p[1] != ']') {
			p += p[1] == '\\' && p[2] ? 2 : 1;
			high = (unsigned char)*p++;
		}
		found |= low <= c && c <= high;
	}
	*in = found != not ;
	return p + 1;
}

/* What of pattern is left when its first element takes c; NULL: it does not. */
static const char *take(const char *pattern, char c)
{
	bool in;
	if (*pattern == '?')
		return pattern + 1;
	const char *after = *pattern == '[' ? in_set(pattern + 1, (unsigned char)c, &in) : NULL;
	if (after)
		return in ? after : NULL;
	pattern += *pattern == '\\' && pattern[1];
	return *pattern && *pattern == c ? pattern + 1 : NULL;
}

bool glob_match(const char *pattern, const char *name)
{
	const char *star = NULL, *from = NULL; /* behind the last star, and what it has not taken */
	while (*name || *pattern) {
		const char *after = *name && *pattern ? take(pattern, *name) : NULL;
		if (*pattern == '*') {
			star = ++pattern;
			from = name;
		} else if (after) {
			pattern = after;
			name++;
		} else if (star && *from) {
			pattern = star;
			name = ++from;
		} else {
			return false;
		}
	}
	return true;
}
