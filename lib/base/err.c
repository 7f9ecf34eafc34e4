/* SPDX-License-Identifier: MIT */
/* Reporting needs no memory but the caller's, so it works when memory is what ran out. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A peer's bytes may stand in the text: nothing of theirs may move a terminal or break a log line.
 * Bytes from 80 on stay, because names are UTF-8, save the C1 controls in their two-byte form. */
static void make_printable(char *text)
{
	for (unsigned char *p = (unsigned char *)text; *p; p++) {
		if (*p < 0x20 || *p == 0x7f)
			*p = '?';
		else if (*p == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0)
			p[0] = p[1] = '?';
	}
}

__attribute__((format(printf, 2, 0))) static void append(
	struct err *e, const char *format, va_list args)
{
	const size_t used = strlen(e->text);
	vsnprintf(e->text + used, sizeof e->text - used, format, args);
	make_printable(e->text + used);
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
