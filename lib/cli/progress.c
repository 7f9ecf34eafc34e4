/* SPDX-License-Identifier: MIT */
#include "cli/progress.h"

#include "cli/text.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { EVERY = 100, WIDEST = 200 }; /* ms between two drawings; columns */

void progress_start(struct progress *p, struct log *log, uint64_t now)
{
	*p = (struct progress){ .log = log, .start = now, .drawn = now };
	p->on = log->level >= LOG_LEVEL_NORMAL && !log->json && isatty(STDERR_FILENO);
}

/* "3" or "3/10" */
static void of_all(char *text, size_t cap, uint64_t done, uint64_t all)
{
	if (all)
		snprintf(text, cap, "%llu/%llu", (unsigned long long)done, (unsigned long long)all);
	else
		snprintf(text, cap, "%llu", (unsigned long long)done);
}

char *progress_text(const struct progress *p, uint64_t now, unsigned width, char *text, size_t cap)
{
	char count[48], done[TEXT_NUMBER], all[TEXT_NUMBER], rate[TEXT_NUMBER], left[TEXT_NUMBER];
	char parts[4][120];
	const uint64_t ms = now - p->start;
	const bool known = p->bytes_all && p->bytes <= p->bytes_all;
	of_all(count, sizeof count, p->objects, p->objects_all);
	snprintf(parts[0], sizeof parts[0], "%s objects", count);
	if (known)
		snprintf(parts[1], sizeof parts[1], ", %s of %s (%u%%)", text_size(p->bytes, done),
			text_size(p->bytes_all, all),
			(unsigned)(p->bytes / ((p->bytes_all + 99) / 100)));
	else
		snprintf(parts[1], sizeof parts[1], ", %s", text_size(p->bytes, done));
	snprintf(parts[2], sizeof parts[2], ", %s", text_rate(p->bytes, ms, rate));
	parts[3][0] = '\0';
	/* A first second says little about the rest. */
	if (known && p->bytes && ms >= 1000) {
		const double share = (double)(p->bytes_all - p->bytes) / (double)p->bytes;
		snprintf(parts[3], sizeof parts[3], ", %s left",
			text_duration((uint64_t)(share * (double)ms) / 1000 * 1000, left));
	}
	/* What does not fit is left out from the end, whole. */
	size_t n = 0;
	text[0] = '\0';
	for (int i = 0; i < 4; i++) {
		const size_t length = strlen(parts[i]);
		if (n + length > width || n + length + 1 > cap)
			break;
		memcpy(text + n, parts[i], length + 1);
		n += length;
	}
	return text;
}

void progress_draw(struct progress *p, uint64_t now)
{
	if (!p->on || now - p->drawn < EVERY)
		return;
	struct winsize size;
	char text[WIDEST + 1], line[WIDEST + 8];
	unsigned width = 80;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
		width = size.ws_col;
	p->drawn = now;
	/* The last column stays free: a terminal may wrap when it is written to. */
	progress_text(p, now, width - 1, text, sizeof text);
	const int n = snprintf(line, sizeof line, "\r%s\033[K", text);
	const ssize_t written = write(STDERR_FILENO, line, (size_t)n);
	(void)written;
	p->log->line = true;
}

void progress_end(struct progress *p)
{
	if (!p->on || !p->log->line)
		return;
	static const char erase[] = "\r\033[K";
	const ssize_t written = write(STDERR_FILENO, erase, sizeof erase - 1);
	(void)written;
	p->log->line = false;
}
