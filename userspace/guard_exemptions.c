// SPDX-License-Identifier: GPL-2.0
/* The guards of exemptions. */
#include <stdlib.h>

#include "cover.h"
#include "guard_parts.h"
#include "mem.h"
#include "parse.h"
#include "times.h"

/**
 * guard_looks_at() - does an exemption concern the guards?
 * @g: the ruleset
 * @exemption: which one
 *
 * Parts of services are the tool's own, and what is over opens nothing.
 *
 * Return: whether it does.
 */
bool guard_looks_at(const struct guarded *g, size_t exemption)
{
	const struct exemption *e = &g->rs->exemption[exemption];

	return guard_is_put(g, KIND_EXEMPTION, exemption) && !e->is_service &&
	       exemption_liveness(e, time_now()) != OVER;
}

/**
 * guard_remotes() - all remotes of an exemption but the router
 * @g: the ruleset
 * @e: the exemption
 * @r: where to; merged; to be freed in any case
 *
 * Return: whether they could be had.
 */
bool guard_remotes(struct guarded *g, const struct exemption *e,
		   struct ranges *r)
{
	size_t i;

	for (i = 0; i < e->n_remotes; i++)
		ranges_push(r, &e->remote[i]);
	for (i = 0; i < e->sets.n; i++) {
		const struct set *s = ruleset_find(g->rs, KIND_SET,
						   e->sets.v[i]);
		const struct ranges *more = g->ranges(g, s - g->rs->set);

		if (!more)
			return false;
		ranges_add(r, more);
	}
	ranges_merge(r);
	return true;
}

/**
 * guard_wide() - a hole as wide as a wall
 * @g: the ruleset
 */
void guard_wide(struct guarded *g)
{
	struct cover c;
	size_t i;

	for (i = 0; i < g->rs->n[KIND_EXEMPTION]; i++) {
		struct ranges r = {};

		if (!guard_looks_at(g, i))
			continue;
		if (guard_remotes(g, &g->rs->exemption[i], &r)) {
			c = cover_public(&r);
			if (cover_exceeds(&c, 8, 19))
				guard_found(g, GUARD_WIDE, KIND_EXEMPTION, i,
					    "is for more public addresses than a /8 has (IPv4), or a /19 (IPv6)");
		}
		ranges_free(&r);
	}
}

static bool has_all_ports(const struct exemption *e)
{
	return (e->proto < 0 || proto_has_ports(e->proto)) &&
	       !e->ports.n && !e->local_ports.n;
}

/**
 * guard_all_ports() - what one opens to the internet has a port
 * @g: the ruleset
 */
void guard_all_ports(struct guarded *g)
{
	size_t i;

	for (i = 0; i < g->rs->n[KIND_EXEMPTION]; i++) {
		const struct exemption *e = &g->rs->exemption[i];
		struct ranges r = {};
		struct cover c;

		if (!guard_looks_at(g, i) || !has_all_ports(e))
			continue;
		if (guard_remotes(g, e, &r)) {
			c = cover_public(&r);
			if (c.v4 || c.v6.hi || c.v6.lo)
				guard_found(g, GUARD_ALL_PORTS, KIND_EXEMPTION,
					    i, "is for public addresses and %s",
					    e->proto < 0 ? "every protocol" :
							   "all ports");
		}
		ranges_free(&r);
	}
}
