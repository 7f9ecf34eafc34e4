/* SPDX-License-Identifier: MIT */
/* Reporting needs no memory but the caller's, so it works when memory is what ran out. */
#include "base/err.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 2, 0))) static void append(
	struct err *e, const char *format, va_list args)
{
	const size_t used = strlen(e->text);
	vsnprintf(e->text + used, sizeof e->text - used, format, args);
	/* A peer's bytes may stand in the text: nothing of theirs may move a terminal or break a line. */
	utf8_make_printable(e->text + used);
}

bool err_set(struct err *e, enum err_kind kind, int code, const char *format, ...)
{
	if (!e || e->kind != ERR_NONE)
		return false;
	e->kind = kind;
	e->code = code;
	e->text[0] = '\0';
	va_list args;
	va_start(args, format);
	append(e, format, args);
	va_end(args);
	return false;
}

bool err_in(struct err *e, const char *format, ...)
{
	if (!e || e->kind == ERR_NONE)
		return false;
	va_list args;
	va_start(args, format);
	append(e, format, args);
	va_end(args);
	return false;
}

void err_clear(struct err *e)
{
	e->kind = ERR_NONE;
	e->code = 0;
	e->text[0] = '\0';
}
