/* SPDX-License-Identifier: GPL-2.0 */
/* Points in time: typed in UTC, kept as seconds since 1970. */
#ifndef CAMFENCE_TIMES_H
#define CAMFENCE_TIMES_H

#include "fault.h"
#include "types.h"

#define TIME_TEXT 32
#define SPAN_TEXT 24
#define TIME_FOREVER UINT64_MAX

int parse_span(const char *s, u64 *seconds, struct fault *f);
const char *span_text(u64 seconds, char buf[SPAN_TEXT]);
int parse_time(const char *s, bool end_of_day, u64 now, u64 *time,
	       struct fault *f);
const char *time_text(u64 time, char buf[TIME_TEXT]);
u64 time_now(void);

#endif
