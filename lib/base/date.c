/* SPDX-License-Identifier: MIT */
#include "base/date.h"

#include <stdio.h>
#include <stddef.h>

enum { DAY = 86400 };

static bool leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static unsigned month_days(int year, unsigned month)
{
	static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	return days[month - 1] + (month == 2 && leap(year) ? 1u : 0u);
}

bool date_valid(const struct date *d)
{
	return d->year >= 0 && d->year <= 9999 && d->month >= 1 && d->month <= 12 && d->day >= 1 &&
		d->day <= month_days(d->year, d->month) && d->hour < 24 && d->min < 60 &&
		d->sec < 60;
}

/* Days from 0000-01-01 to the first of January of year, for year >= 0. */
static int64_t days_before_year(int year)
{
	const int64_t y = year;
	return y * 365 + (y + 3) / 4 - (y + 99) / 100 + (y + 399) / 400;
}

int64_t date_seconds(const struct date *d)
{
	int64_t days = days_before_year(d->year) - days_before_year(1970);
	for (unsigned m = 1; m < d->month; m++)
		days += month_days(d->year, m);
	days += d->day - 1;
	return days * DAY + (int64_t)d->hour * 3600 + (int64_t)d->min * 60 + d->sec;
}

struct date date_of(int64_t seconds)
{
	const int64_t first = -days_before_year(1970) * DAY;
	const int64_t last = (days_before_year(10000) - days_before_year(1970)) * DAY - 1;
	seconds = seconds < first ? first : seconds > last ? last : seconds;

	int64_t days = (seconds - first) / DAY;
	const unsigned rest = (unsigned)((seconds - first) % DAY);
	int year = (int)(days / 366); /* never too late, at most 27 years early */
	while (days_before_year(year + 1) <= days)
		year++;
	days -= days_before_year(year);
	unsigned month = 1;
	while (days >= month_days(year, month))
		days -= month_days(year, month++);
	return (struct date){ year, month, (unsigned)days + 1, rest / 3600, rest / 60 % 60,
		rest % 60 };
}

char *date_text(int64_t seconds, char text[DATE_TEXT])
{
	const struct date d = date_of(seconds);
	snprintf(text, DATE_TEXT, "%04u-%02u-%02uT%02u:%02u:%02uZ", (unsigned)d.year % 10000,
		d.month % 100, d.day % 100, d.hour % 100, d.min % 100, d.sec % 100);
	return text;
}

/* Exactly count digits from *text. */
static bool digits(const char **text, int count, unsigned *v)
{
	*v = 0;
	for (int i = 0; i < count; i++, (*text)++) {
		if (**text < '0' || **text > '9')
			return false;
		*v = *v * 10 + (unsigned)(**text - '0');
	}
	return true;
}

static bool eat(const char **text, char c)
{
	if (**text != c)
		return false;
	(*text)++;
	return true;
}

static bool epoch(const char *text, int64_t *seconds)
{
	int64_t sum = 0;
	size_t n = 0;
	for (; text[n] >= '0' && text[n] <= '9' && n < 12; n++)
		sum = sum * 10 + (text[n] - '0');
	if (n == 0 || text[n])
		return false;
	*seconds = sum;
	return true;
}

bool date_parse(const char *text, int64_t *seconds)
{
	if (*text == '@')
		return epoch(text + 1, seconds);
	struct date d = { 0 };
	unsigned year;
	if (!digits(&text, 4, &year) || !eat(&text, '-') || !digits(&text, 2, &d.month) ||
		!eat(&text, '-') || !digits(&text, 2, &d.day))
		return false;
	d.year = (int)year;
	if (eat(&text, 'T')) {
		if (!digits(&text, 2, &d.hour) || !eat(&text, ':') || !digits(&text, 2, &d.min))
			return false;
		if (eat(&text, ':') && !digits(&text, 2, &d.sec))
			return false;
		eat(&text, 'Z');
	}
	if (*text || !date_valid(&d))
		return false;
	*seconds = date_seconds(&d);
	return true;
}
