/* SPDX-License-Identifier: MIT */
/* A file for log4cplus: what comes out is a level, or a line within the file, or neither. */
#include "app/dcmtk_log.h"
#include "cli/log.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const struct span text = span_of(bytes, n);
	int level = LOG_LEVEL_TRACE + 1;
	unsigned line = 0, lines = 1;
	const bool found = dcmtk_log_level(text, &level, &line);
	for (size_t i = 0; i < n; i++)
		lines += bytes[i] == '\n';
	assert(line <= lines);
	assert(!found || line == 0);
	assert(!found || (level >= LOG_LEVEL_OFF && level <= LOG_LEVEL_TRACE));
	return 0;
}
