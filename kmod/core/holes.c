// SPDX-License-Identifier: GPL-2.0
/*
 * The remote prefixes of exemptions, found by one binary search however many
 * there are and of however many lengths.
 *
 * Those of one owner and family stand by address, the shorter first: each after
 * those that hold it, and knows the longest of these, its outer one. Of one
 * prefix the last by name comes first.
 *
 *	0	10.0.0.0/8	ntp	outer -
 *	1	10.1.0.0/16	web	outer 0
 *	2	10.1.0.0/16	dns	outer 0, more
 *	3	10.1.2.0/24	ntp	outer 2
 *	4	10.4.0.0/16	web	outer 0
 *
 * The last that does not begin above 10.1.9.9 is 3. It does not hold it, but
 * what does also holds the beginning of 3, so it is among its outer ones: 2 and
 * 1, then 0. That is the order to ask them in: the longest, then by name. No
 * walk is longer than the lengths that there are, and names of one prefix are
 * not walked through unless it holds the address.
 */
#include "holes.h"

#define NONE U32_MAX

static struct cf_in6 key_of(const struct cf_addr *a)
{
	if (a->family == CF_IPV4)
		return (struct cf_in6){ .hi = (u64)a->v4 << 32 };
	return a->v6;
}

/**
 * cf_hole_of() - a prefix of an exemption, not yet in order
 * @prefix: of either family
 * @exemption: its number, which ascends by name
 *
 * Return: the hole.
 */
struct cf_hole cf_hole_of(const struct cf_prefix *prefix, u32 exemption)
{
	return (struct cf_hole){
		.first = key_of(&prefix->addr),
		.exemption = exemption,
		.outer = NONE,
		.len = prefix->len,
	};
}

static int by_prefix(const void *a, const void *b)
{
	const struct cf_hole *x = a, *y = b;
	int cmp = cf_in6_cmp(x->first, y->first);

	if (cmp)
		return cmp;
	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	if (x->exemption != y->exemption)
		return x->exemption > y->exemption ? -1 : 1;
	return 0;
}

static bool holds(const struct cf_hole *hole, struct cf_in6 key)
{
	return !cf_in6_cmp(cf_in6_mask(key, hole->len), hole->first);
}

/* The first of a hole and its outer ones that holds an address, or NONE. */
static u32 climb(const struct cf_hole *holes, u32 i, struct cf_in6 key)
{
	while (i != NONE && !holds(&holes[i], key))
		i = holes[i].outer;
	return i;
}

/**
 * cf_holes_order() - make holes ready to be searched
 * @holes: all there are
 * @span: those of one owner and family
 *
 * Any context.
 */
void cf_holes_order(struct cf_hole *holes, struct cf_span span)
{
	struct cf_hole *before = NULL, *h;
	u32 i;

	sort(holes + span.first, span.n, sizeof(*holes), by_prefix, NULL);
	for (i = span.first; i < span.first + span.n; i++, before = h) {
		h = &holes[i];
		h->more = before && h->len == before->len &&
			  !cf_in6_cmp(h->first, before->first);
		if (h->more)
			h->outer = before->outer;
		else if (before)
			h->outer = climb(holes, i - 1, h->first);
	}
}

/**
 * cf_holes_find() - the first of an owner's holes that an address is in
 * @holes: all there are
 * @of: the owner's
 * @addr: of any family
 *
 * Any context; the caller holds what the holes belong to.
 *
 * Return: of those with the longest prefix the first by name, or NULL.
 */
const struct cf_hole *cf_holes_find(const struct cf_hole *holes,
				    const struct cf_holes *of,
				    const struct cf_addr *addr)
{
	struct cf_span span = addr->family == CF_IPV4 ? of->ipv4 : of->ipv6;
	struct cf_in6 key = key_of(addr);
	u32 i = span.first, n = span.n;

	if (addr->family == CF_NONE || !n)
		return NULL;
	while (n > 1) {
		u32 half = n / 2;

		i += cf_in6_cmp(holes[i + half].first, key) <= 0 ? half : 0;
		n -= half;
	}
	i = climb(holes, i, key);
	return i == NONE ? NULL : &holes[i];
}

/**
 * cf_holes_next() - the next that the same address is in
 * @holes: all there are
 * @hole: of cf_holes_find(), or of this
 *
 * Context as cf_holes_find().
 *
 * Return: the next by name, else of the next longest prefix, or NULL.
 */
const struct cf_hole *cf_holes_next(const struct cf_hole *holes,
				    const struct cf_hole *hole)
{
	if (hole->more)
		return hole - 1;
	return hole->outer == NONE ? NULL : &holes[hole->outer];
}
