/* SPDX-License-Identifier: MIT */
/* Numbers as people read them. Each writes into the caller's text and returns it. */
#ifndef DCMSEC_CLI_TEXT_H
#define DCMSEC_CLI_TEXT_H

#include <stdint.h>

#define TEXT_NUMBER 48 /* room enough for any of these */

char *text_size(uint64_t bytes, char text[TEXT_NUMBER]); /* "512 B", "1.0 GB": powers of 1000 */
char *text_rate(
	uint64_t bytes, uint64_t ms, char text[TEXT_NUMBER]); /* "118.2 MB/s"; "- B/s" in no time */
char *text_duration(uint64_t ms, char text[TEXT_NUMBER]);     /* "7 ms", "4.20 s", "3 min 20 s" */
/* "1 object", "2 objects"; the noun is at most 20 bytes and takes an s, or es after s, x or h. */
char *text_count(uint64_t n, const char *noun, char text[TEXT_NUMBER]);

#endif
