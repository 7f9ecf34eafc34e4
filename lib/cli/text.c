/* SPDX-License-Identifier: MIT */
#include "cli/text.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

char *text_size(uint64_t bytes, char text[TEXT_NUMBER])
{
	static const char *const units[] = { "B", "kB", "MB", "GB", "TB", "PB", "EB" };
	const bool huge = bytes > UINT64_MAX / 10;
	unsigned unit = huge ? 1 : 0;
	uint64_t tenths = huge ? bytes / 100 : bytes * 10;
	/* 999.95 kB is 1.0 MB, not 1000.0 kB: what rounds up to 1000 goes on. */
	for (; tenths >= 10000; unit++)
		tenths = tenths / 1000 + (tenths % 1000 >= 500);
	if (unit == 0)
		snprintf(text, TEXT_NUMBER, "%llu B", (unsigned long long)bytes);
	else
		snprintf(text, TEXT_NUMBER, "%llu.%llu %s", (unsigned long long)tenths / 10,
			(unsigned long long)tenths % 10, units[unit]);
	return text;
}

char *text_rate(uint64_t bytes, uint64_t ms, char text[TEXT_NUMBER])
{
	if (!ms) {
		snprintf(text, TEXT_NUMBER, "- B/s");
		return text;
	}
	const uint64_t rate = bytes > UINT64_MAX / 1000 ? bytes / ms * 1000 : bytes * 1000 / ms;
	text_size(rate, text);
	strcat(text, "/s");
	return text;
}

char *text_duration(uint64_t ms, char text[TEXT_NUMBER])
{
	const unsigned long long s = ms / 1000;
	if (ms < 1000)
		snprintf(text, TEXT_NUMBER, "%llu ms", (unsigned long long)ms);
	else if (ms < 10000)
		snprintf(text, TEXT_NUMBER, "%llu.%02llu s", s, ms % 1000ull / 10);
	else if (s < 60)
		snprintf(text, TEXT_NUMBER, "%llu s", s);
	else if (s < 3600)
		snprintf(text, TEXT_NUMBER, "%llu min %02llu s", s / 60, s % 60);
	else if (s < 172800)
		snprintf(text, TEXT_NUMBER, "%llu h %02llu min", s / 3600, s / 60 % 60);
	else
		snprintf(text, TEXT_NUMBER, "%llu days", s / 86400);
	return text;
}

char *text_count(uint64_t n, const char *noun, char text[TEXT_NUMBER])
{
	const size_t length = strlen(noun);
	const char last = length ? noun[length - 1] : '\0';
	const char *ending = n == 1 ? "" : last && strchr("sxh", last) ? "es" : "s";
	snprintf(text, TEXT_NUMBER, "%llu %.20s%s", (unsigned long long)n, noun, ending);
	return text;
}
