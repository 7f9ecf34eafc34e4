/* SPDX-License-Identifier: MIT */
/* What is taken of a file for log4cplus, under -lc of DCMTK's tools. */
#include "app/dcmtk_log.h"
#include "cli/log.h"
#include "test.h"

#include <string.h>

enum { UNTOUCHED = 99 };

static int level;
static unsigned line;

static bool read(const char *text)
{
	level = UNTOUCHED;
	return dcmtk_log_level(span_str(text), &level, &line);
}

static void levels(void)
{
	static const struct {
		const char *name;
		int level;
	} rows[] = { { "OFF", LOG_LEVEL_OFF }, { "FATAL", LOG_LEVEL_FATAL },
		{ "ERROR", LOG_LEVEL_QUIET }, { "WARN", LOG_LEVEL_NORMAL },
		{ "INFO", LOG_LEVEL_VERBOSE }, { "DEBUG", LOG_LEVEL_DEBUG },
		{ "TRACE", LOG_LEVEL_TRACE }, { "ALL", LOG_LEVEL_TRACE } };
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char text[80];
		snprintf(text, sizeof text, "log4cplus.rootLogger = %s, console\n", rows[i].name);
		CHECK(read(text));
		CHECK_INT(level, rows[i].level);
		CHECK_INT(line, 0);
	}
}

static void writings(void)
{
	static const char *const rows[] = { "log4cplus.rootLogger=DEBUG",
		"log4cplus.rootLogger=DEBUG,A,B", "\tlog4cplus.rootLogger\t=\tDEBUG\t,\tA\r\n",
		"log4cplus.rootCategory = DEBUG\r\n",
		"# log4cplus.rootLogger = OFF\n\nlog4cplus.rootLogger = DEBUG, A\n",
		"log4cplus.logger.dcmtk = OFF\nlog4cplus.rootLogger = DEBUG\n",
		"log4cplus.rootLogger = OFF\nlog4cplus.rootLogger = DEBUG\n",
		"log4cplus.appender.A = log4cplus::ConsoleAppender\nlog4cplus.rootLogger = DEBUG" };
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (!read(rows[i]) || level != LOG_LEVEL_DEBUG)
			TEST_NOTE("%s", rows[i]);
		CHECK_INT(line, 0);
	}
}

static void none(void)
{
	static const char *const rows[] = { "", "\n\n", "log4cplus.rootLogge = DEBUG\n",
		"log4cplus.rootLoggers = DEBUG\n", "rootLogger = DEBUG\n",
		"# log4cplus.rootLogger = DEBUG\n", "log4cplus.logger.x = DEBUG", "=", ",,=\n ,",
		"x log4cplus.rootLogger = DEBUG" };
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (read(rows[i]) || level != UNTOUCHED)
			TEST_NOTE("%s", rows[i]);
		CHECK_INT(line, 0);
	}
}

static void no_levels(void)
{
	static const char *const rows[] = { "#\n#\nlog4cplus.rootLogger = LOUD, A\n",
		"\n\nlog4cplus.rootLogger\n",
		"\n\nlog4cplus.rootLogger =", "\n\nlog4cplus.rootLogger DEBUG\n",
		"\n\nlog4cplus.rootLogger = , A\n", "\n\nlog4cplus.rootLogger = DEBUGGING\n",
		"\n\nlog4cplus.rootLogger == DEBUG\n", "\n\nlog4cplus.rootLogger = DEBU\nG",
		"\n\nlog4cplus.rootLogger, = DEBUG\n" };
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (read(rows[i]))
			TEST_NOTE("%s", rows[i]);
		CHECK_INT(line, 3);
	}
	static const char nul[] = "log4cplus.rootLogger = DEBUG\0, A\n";
	CHECK(!dcmtk_log_level(span_of(nul, sizeof nul - 1), &level, &line));
}

int main(void)
{
	test("each level of the root logger is taken", levels);
	test("however it is written; the last one counts, comments and other loggers do not",
		writings);
	test("a file without a root logger gives no level", none);
	test("a root logger without a level, or with none that is known, is named by its line",
		no_levels);
	return test_end();
}
