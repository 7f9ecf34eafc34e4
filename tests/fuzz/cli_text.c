/* SPDX-License-Identifier: MIT */
/* Text from foreigners on its way out: whatever the bytes are, an event is one line of JSON within
 * ASCII and good UTF-8, a log text is printable, and a command file's words fit their room. */
#include "base/utf8.h"
#include "cli/json.h"
#include "cli/words.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void all_good(struct span s)
{
	while (s.n) {
		uint32_t c;
		assert(utf8_next(&s, &c));
		assert(!utf8_is_control(c));
	}
}

static void event(struct span bytes)
{
	static struct json j;
	json_begin(&j, "fuzz");
	json_span(&j, "text", bytes);
	const struct span line = json_end(&j);
	assert(line.n && line.p[line.n - 1] == '\n');
	all_good(span_at(line, 0, line.n - 1));
	/* Inside the string no quotation mark stands without its backslash. */
	struct span rest = line;
	uint8_t c;
	unsigned quotes = 0;
	while (span_u8(&rest, &c))
		if (c == '\\')
			span_skip(&rest, 1);
		else
			quotes += c == '"';
	assert(quotes == 8 || quotes == 6); /* the text, or too_long */
}

static void printable(struct span bytes)
{
	char *text = malloc(bytes.n + 1);
	if (!text)
		return;
	if (span_text(bytes, text, bytes.n + 1)) {
		utf8_make_printable(text);
		assert(strlen(text) == bytes.n);
		all_good(span_str(text));
	}
	free(text);
}

/* As words_expand does it: one room for all words, which must not be one byte too small. */
static void words(struct span bytes)
{
	char *room = malloc(bytes.n + 2), *at = room;
	if (!room)
		return;
	size_t n = 0;
	for (struct span rest = bytes; words_next(&rest, at); n++)
		at += strlen(at) + 1;
	assert(n <= bytes.n / 2 + 1);
	free(room);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const struct span bytes = span_of(data, n);
	event(bytes);
	printable(bytes);
	if (!memchr(data, 0, n))
		words(bytes);
	return 0;
}
