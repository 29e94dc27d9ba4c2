/* SPDX-License-Identifier: GPL-2.0 */
/* Address ranges of both families: sorted, merged, counted, looked up. */
#ifndef CAMFENCE_RANGES_H
#define CAMFENCE_RANGES_H

#include "types.h"

/* Host byte order. Routers with 32 bits have no __int128. */
struct u128 {
	u64 hi;
	u64 lo;
};

struct range4 {
	u32 first;
	u32 last;
};

struct range6 {
	struct u128 first;
	struct u128 last;
};

/*
 * struct range - one range of either family
 * @family: 4 or 6: which of the two it is
 */
struct range {
	int family;
	struct range4 v4;
	struct range6 v6;
};

/*
 * struct ranges - many ranges
 * @unsorted4: @v4 is not in ascending order, what most files are
 * @unsorted6: the same of @v6
 */
struct ranges {
	struct range4 *v4;
	struct range6 *v6;
	size_t n4, n6;
	size_t cap4, cap6;
	bool unsorted4, unsorted6;
};

/* Room for the longest text of a range: two IPv6 addresses and a dash. */
#define RANGE_TEXT 96

/* The IPv4 ranges are the first. */
static inline struct range ranges_at(const struct ranges *r, size_t i)
{
	if (i < r->n4)
		return (struct range){ .family = 4, .v4 = r->v4[i] };
	return (struct range){ .family = 6, .v6 = r->v6[i - r->n4] };
}

static inline int u128_cmp(struct u128 a, struct u128 b)
{
	if (a.hi != b.hi)
		return a.hi < b.hi ? -1 : 1;
	return (a.lo > b.lo) - (a.lo < b.lo);
}

static inline struct u128 u128_next(struct u128 a)
{
	a.lo++;
	a.hi += !a.lo;
	return a;
}

static inline struct u128 u128_prev(struct u128 a)
{
	a.hi -= !a.lo;
	a.lo--;
	return a;
}

struct u128 u128_from_bytes(const u8 bytes[16]);
void u128_to_bytes(struct u128 a, u8 bytes[16]);
struct u128 u128_hostmask(unsigned int len);

bool range_equal(const struct range *a, const struct range *b);

void ranges_push(struct ranges *r, const struct range *one);
void ranges_push4(struct ranges *r, struct range4 one);
void ranges_push6(struct ranges *r, struct range6 one);
void ranges_add(struct ranges *r, const struct ranges *more);
size_t ranges_merge(struct ranges *r);
void ranges_subtract(struct ranges *r, const struct ranges *minus);
bool ranges_find(const struct ranges *r, const struct range *what,
		 struct range *in);
bool ranges_overlap(const struct ranges *r, const struct range *what);
void ranges_free(struct ranges *r);

bool range_take_prefix(struct range *r, struct range *prefix);
const char *range_text(const struct range *r, char buf[RANGE_TEXT]);

#endif
