// SPDX-License-Identifier: GPL-2.0
/*
 * time_t has 32 bits on some routers and ends in 2038; an exemption need not.
 * So the calendar is counted here, in 64 bits, by days since 1970.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "parse.h"
#include "times.h"

#define DAY 86400ULL
#define YEAR_MAX 9999

static bool is_leap(unsigned int year)
{
	return (year % 4 == 0 && year % 100) || year % 400 == 0;
}

static unsigned int month_days(unsigned int year, unsigned int month)
{
	static const u8 days[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};

	return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days from 1970 to the first day of a year not before it. */
static u64 year_start(unsigned int year)
{
	unsigned int before = year - 1;
	unsigned int leaps = before / 4 - before / 100 + before / 400;

	return (year - 1970) * 365ULL + leaps - 477;
}

static u64 to_days(unsigned int year, unsigned int month, unsigned int day)
{
	u64 days = year_start(year) + day - 1;
	unsigned int m;

	for (m = 1; m < month; m++)
		days += month_days(year, m);
	return days;
}

/* A number of exactly @len digits at *@s, and the mark behind it. */
static bool digits(const char **s, int len, char mark, unsigned int *v)
{
	int i;

	*v = 0;
	for (i = 0; i < len; i++, ++*s) {
		if (**s < '0' || **s > '9')
			return false;
		*v = *v * 10 + (**s - '0');
	}
	if (mark && *(*s)++ != mark)
		return false;
	return true;
}

static bool parse_day(const char **s, u64 *time)
{
	unsigned int year, month, day;

	if (!digits(s, 4, '-', &year) || !digits(s, 2, '-', &month) ||
	    !digits(s, 2, 0, &day))
		return false;
	if (year < 1970 || month < 1 || month > 12 ||
	    day < 1 || day > month_days(year, month))
		return false;
	*time = to_days(year, month, day) * DAY;
	return true;
}

static bool parse_clock(const char **s, u64 *time)
{
	unsigned int hour, minute, second = 0;

	if (!digits(s, 2, ':', &hour) || !digits(s, 2, 0, &minute))
		return false;
	if (**s == ':') {
		++*s;
		if (!digits(s, 2, 0, &second))
			return false;
	}
	if (hour > 23 || minute > 59 || second > 59)
		return false;
	*time += hour * 3600 + minute * 60 + second;
	return *(*s)++ == 'Z';
}

static const struct {
	char unit;
	u32 seconds;
} units[] = {
	{ 'w', 7 * 86400 }, { 'd', 86400 }, { 'h', 3600 }, { 'm', 60 },
};

static bool is_span(const char *s, u64 *seconds)
{
	size_t len = strlen(s), i;
	u32 n;

	if (len < 2 || !parse_number(s, len - 1, 1000000, &n) || !n)
		return false;
	for (i = 0; i < ARRAY_SIZE(units); i++) {
		if (s[len - 1] == units[i].unit) {
			*seconds = (u64)n * units[i].seconds;
			return true;
		}
	}
	return false;
}

/**
 * parse_span() - how long
 * @s: the text
 * @seconds: as many
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int parse_span(const char *s, u64 *seconds, struct fault *f)
{
	if (is_span(s, seconds))
		return 0;
	return fault_input(f, "\"%s\": expected such as 120d, 2w, 12h, 45m", s);
}

/**
 * span_text() - write how long, as parse_span() reads it
 * @seconds: as that had it
 * @buf: where to
 *
 * Return: @buf.
 */
const char *span_text(u64 seconds, char buf[SPAN_TEXT])
{
	size_t i = 0;

	while (i + 1 < ARRAY_SIZE(units) && seconds % units[i].seconds)
		i++;
	snprintf(buf, SPAN_TEXT, "%llu%c",
		 (unsigned long long)(seconds / units[i].seconds),
		 units[i].unit);
	return buf;
}

/* Digits, as many as a point in time has. */
static bool parse_seconds(const char *s, u64 *time)
{
	if (!*s)
		return false;
	for (*time = 0; *s; s++) {
		unsigned int digit = *s - '0';

		if (digit > 9 || *time > (TIME_FOREVER - 1 - digit) / 10)
			return false;
		*time = *time * 10 + digit;
	}
	return true;
}

/**
 * parse_time() - a point in time
 * @s: a day, a day and time in UTC, +30d from now, or as time_text() writes
 *	what lies beyond the year 9999
 * @end_of_day: a day alone means its end, otherwise its beginning
 * @now: seconds since 1970
 * @time: seconds since 1970
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int parse_time(const char *s, bool end_of_day, u64 now, u64 *time,
	       struct fault *f)
{
	const char *at = s;
	u64 span;

	if (*s == '+') {
		if (!is_span(s + 1, &span))
			return fault_input(f, "time \"%s\": expected such as +30d, +2w, +12h, +45m",
					   s);
		*time = now + span;
		return 0;
	}
	if (*s == '@' && parse_seconds(s + 1, time))
		return 0;
	if (!parse_day(&at, time))
		return fault_input(f, "time \"%s\": expected a day such as 2031-12-31, or +30d",
				   s);
	if (!*at) {
		*time += end_of_day ? DAY : 0;
		return 0;
	}
	if (*at++ != 'T' || !parse_clock(&at, time) || *at)
		return fault_input(f, "time \"%s\": expected UTC, as in 2031-12-31T08:30Z", s);
	return 0;
}

/**
 * time_text() - write a point in time as RFC 3339 has it, in UTC
 * @time: seconds since 1970
 * @buf: where to
 *
 * Return: @buf; what lies beyond the year 9999 is written as a number of
 * seconds after an @.
 */
const char *time_text(u64 time, char buf[TIME_TEXT])
{
	u64 days = time / DAY;
	unsigned int rest = time % DAY;
	unsigned int year, month = 1;

	if (days >= year_start(YEAR_MAX + 1)) {
		snprintf(buf, TIME_TEXT, "@%llu", (unsigned long long)time);
		return buf;
	}
	year = 1970 + days / 366;
	while (days >= year_start(year + 1))
		year++;
	days -= year_start(year);
	while (days >= month_days(year, month))
		days -= month_days(year, month++);

	snprintf(buf, TIME_TEXT, "%04u-%02u-%02uT%02u:%02u:%02uZ",
		 year % 10000, month % 100, (unsigned int)days % 100 + 1,
		 rest / 3600 % 100, rest / 60 % 60, rest % 60);
	return buf;
}

/**
 * time_now() - the present
 *
 * Return: seconds since 1970.
 */
u64 time_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec;
}
