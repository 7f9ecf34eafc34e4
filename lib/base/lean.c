/* SPDX-License-Identifier: MIT */
/* Two functions that nothing here calls but musl's reading of names and resolv.conf, and whose own
 * versions there bring along more than 2 KB: a search that is quick in long texts, and wide characters. */
#include "base/span.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#ifdef __GLIBC__
typedef int lean_is_the_libcs_own; /* ISO C wants a translation unit not to be empty */
#else

/* Each place is tried: for lines, and for words of a table. */
char *strstr(const char *text, const char *word)
{
	const size_t n = strlen(word);
	for (; strncmp(text, word, n) != 0; text++)
		if (!*text)
			return NULL;
	return (char *)(uintptr_t)text;
}

/* Counts the characters of a UTF-8 text, as mbstowcs does when it is given no place for them. */
size_t mbstowcs(wchar_t *to, const char *text, size_t most)
{
	struct span s = span_of(text, strlen(text));
	size_t n = 0;
	if (to || most)
		abort();
	for (uint32_t c; s.n > 0; n++)
		if (!utf8_next(&s, &c))
			return (size_t)-1;
	return n;
}
#endif
