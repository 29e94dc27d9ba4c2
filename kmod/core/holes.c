// SPDX-License-Identifier: GPL-2.0
#include "holes.h"

static int by_rank(const void *a, const void *b)
{
	const struct cf_hole *x = a, *y = b;
	int cmp;

	if (x->prefix.len != y->prefix.len)
		return x->prefix.len > y->prefix.len ? -1 : 1;
	if (x->prefix.addr.family != y->prefix.addr.family)
		return x->prefix.addr.family < y->prefix.addr.family ? -1 : 1;
	cmp = cf_addr_cmp(&x->prefix.addr, &y->prefix.addr);
	if (cmp)
		return cmp;
	if (x->exemption != y->exemption)
		return x->exemption < y->exemption ? -1 : 1;
	return 0;
}

/**
 * cf_holes_sort() - the longest prefixes first, then by family and address
 * @holes: of one owner
 * @n: how many
 *
 * Any context.
 */
void cf_holes_sort(struct cf_hole *holes, u32 n)
{
	sort(holes, n, sizeof(*holes), by_rank, NULL);
}

/**
 * cf_holes_group() - the groups that sorted holes fall into
 * @holes: all there are
 * @span: those of one owner, sorted
 * @groups: filled, the longest prefixes first; NULL to count them only
 *
 * Any context.
 *
 * Return: how many groups.
 */
u32 cf_holes_group(const struct cf_hole *holes, struct cf_span span,
		   struct cf_group *groups)
{
	u32 i, n = 0;

	for (i = span.first; i < span.first + span.n; i++) {
		const struct cf_prefix *p = &holes[i].prefix;

		if (i == span.first || p->len != holes[i - 1].prefix.len ||
		    p->addr.family != holes[i - 1].prefix.addr.family) {
			if (groups)
				groups[n] = (struct cf_group){
					.holes.first = i,
					.family = p->addr.family,
					.len = p->len,
				};
			n++;
		}
		if (groups)
			groups[n - 1].holes.n++;
	}
	return n;
}

/* The first of n holes that is not below an address. */
static u32 lower_bound(const struct cf_hole *hole, u32 n,
		       const struct cf_addr *addr)
{
	u32 low = 0;

	while (low < n) {
		u32 mid = low + (n - low) / 2;

		if (cf_addr_cmp(&hole[mid].prefix.addr, addr) < 0)
			low = mid + 1;
		else
			n = mid;
	}
	return low;
}

/**
 * cf_group_find() - the holes of a group that an address is in
 * @holes: all there are
 * @g: the group
 * @addr: of any family
 *
 * Any context; the caller holds what the holes belong to.
 *
 * Return: as indices of @holes.
 */
struct cf_span cf_group_find(const struct cf_hole *holes,
			     const struct cf_group *g,
			     const struct cf_addr *addr)
{
	struct cf_span found = g->holes;
	struct cf_addr first;
	u32 end = g->holes.first + g->holes.n, i;

	found.n = 0;
	if (addr->family != g->family)
		return found;
	first = cf_addr_mask(*addr, g->len);
	found.first += lower_bound(holes + g->holes.first, g->holes.n, &first);
	for (i = found.first; i < end; i++) {
		if (cf_addr_cmp(&holes[i].prefix.addr, &first))
			break;
		found.n++;
	}
	return found;
}
