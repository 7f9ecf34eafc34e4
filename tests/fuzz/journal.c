/* SPDX-License-Identifier: MIT */
/* Lines of a journal: cut anywhere they are found the same, a good one has one meaning, and what is
 * written is read back. */
#include "io/journal_line.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* A line from the input as key, written and read. */
static void there_and_back(struct span bytes)
{
	static uint8_t room[JOURNAL_LINE];
	char path[600], uid[70];
	uint64_t read = 0;
	if (!span_text(span_at(bytes, 0, sizeof path - 1), path, sizeof path) ||
		!span_text(span_at(bytes, 7, 60), uid, sizeof uid))
		return;
	const struct journal_key key = { .peer = "[::1]:104",
		.called = uid,
		.path = path,
		.instance = uid,
		.mark = { .size = bytes.n, .seconds = -(int64_t)bytes.n, .nanoseconds = 7 } };
	struct buf b = buf_on(room, sizeof room);
	const uint64_t hash = journal_put(&b, &key);
	struct span all = buf_span(&b), line;
	if (!buf_ok(&b) || !journal_next(&all, &line) || all.n || !journal_good(line, &read) ||
		read != hash)
		abort();
	room[b.n / 2] ^= 1;
	if (journal_good(buf_span(&b), &read))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_of(data, n), line;
	size_t lines = 0, newlines = 0;
	uint64_t hash;
	while (journal_next(&in, &line)) {
		lines++;
		if (line.n == 0 || line.p[line.n - 1] != '\n')
			abort();
		if (journal_good(line, &hash) && memcmp(line.p, "sent ", 5) != 0)
			abort();
	}
	for (size_t i = 0; i < n; i++)
		newlines += data[i] == '\n';
	if (lines != newlines)
		abort();
	there_and_back(span_of(data, n));
	return 0;
}
