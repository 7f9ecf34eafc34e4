/* SPDX-License-Identifier: MIT */
/* Our AES-GCM for a test to compare with others: reads jobs from standard input, one a line, words in
 * hexadecimal, a word of nothing as -, and answers each with a line for each way to do it.
 *     seal KEY NONCE AAD TEXT       ciphertext and tag
 *     open KEY NONCE AAD TEXT       plaintext and the tag that belongs to it */
#include "base/hex.h"
#include "tls/gcm.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS = 5, MOST = 20000, LINE = 2 * MOST + 300 };

static char line[LINE];

static struct span bytes(const char *word, uint8_t *room)
{
	size_t n = 0;
	if (!word || (strcmp(word, "-") != 0 && !hex_bytes(word, room, MOST, &n)))
		exit(2);
	return span_of(room, n);
}

int main(void)
{
	static uint8_t room[WORDS][MOST + GCM_BLOCK];
	static char text[LINE];
	while (fgets(line, sizeof line, stdin)) {
		struct span s[WORDS] = { { 0 } };
		const char *verb = strtok(line, " \n");
		for (int i = 1; i < WORDS; i++)
			s[i] = bytes(strtok(NULL, " \n"), room[i]);
		for (const struct gcm_way *way = gcm_way(); way; way = way->lesser) {
			struct gcm g;
			gcm_set(&g, way, s[1].p, s[1].n);
			gcm_run(&g, s[2].p, s[3], s[4], room[0], room[0] + s[4].n,
				strcmp(verb, "seal") == 0);
			puts(hex_text(span_of(room[0], s[4].n + GCM_BLOCK), text, sizeof text));
		}
	}
	return 0;
}
