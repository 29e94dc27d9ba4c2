/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The remote prefixes of all exemptions, found by one binary search for each
 * prefix length that a camera's or a policy's have.
 */
#ifndef CF_CORE_HOLES_H
#define CF_CORE_HOLES_H

#include "objects.h"

struct cf_span {
	u32 first;
	u32 n;
};

struct cf_hole {
	struct cf_prefix prefix;
	u32 exemption;
};

/* Holes of one owner, family and length, by address, then by name. */
struct cf_group {
	struct cf_span holes;
	enum cf_family family;
	u8 len;
};

void cf_holes_sort(struct cf_hole *holes, u32 n);
u32 cf_holes_group(const struct cf_hole *holes, struct cf_span span,
		   struct cf_group *groups);
struct cf_span cf_group_find(const struct cf_hole *holes,
			     const struct cf_group *g,
			     const struct cf_addr *addr);

#endif /* CF_CORE_HOLES_H */
