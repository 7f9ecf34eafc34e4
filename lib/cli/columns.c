/* SPDX-License-Identifier: MIT */
#include "cli/columns.h"

#include <stdio.h>
#include <string.h>

void columns_fit(struct columns *c, const char *const *cells)
{
	for (size_t i = 0; i < c->n; i++) {
		const size_t n = strlen(cells[i]);
		if (n > c->width[i])
			c->width[i] = n;
	}
}

void columns_print(const struct columns *c, const char *const *cells)
{
	size_t last = c->n;
	while (last > 0 && !*cells[last - 1]) /* no blanks at the end of a line */
		last--;
	for (size_t i = 0; i + 1 < last; i++)
		printf("%-*s  ", (int)c->width[i], cells[i]);
	printf("%s\n", last > 0 ? cells[last - 1] : "");
}
