/* SPDX-License-Identifier: MIT */
/* Calendar arithmetic in UTC, proleptic Gregorian, for certificates, logs and names. It asks no
 * clock: the time is always handed in. Seconds count from 1970-01-01T00:00:00Z, without leap
 * seconds, as POSIX does. */
#ifndef DCMSEC_BASE_DATE_H
#define DCMSEC_BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

struct date {
	int year;                /* 0 to 9999 */
	unsigned month, day;     /* 1 to 12, 1 to 31 */
	unsigned hour, min, sec; /* 0 to 23, 59, 59 */
};

bool date_valid(const struct date *d); /* each field in range, the day within its month */
int64_t date_seconds(const struct date *d);
struct date date_of(int64_t seconds); /* seconds outside years 0 to 9999 are clamped to them */

#define DATE_TEXT 21 /* "2026-11-22T13:40:00Z" and the NUL */
char *date_text(int64_t seconds, char text[DATE_TEXT]);

/* Reads @EPOCH, YYYY-MM-DD, or YYYY-MM-DDTHH:MM[:SS] with an optional Z (UTC is meant either way). */
bool date_parse(const char *text, int64_t *seconds);

#endif
