// SPDX-License-Identifier: GPL-2.0
/* The guards of sets. */
#include <stdlib.h>

#include "cover.h"
#include "guards.h"
#include "mem.h"

#define RANGES_ASKED 65536

/**
 * guard_empty() - a set protects nothing without an address
 * @g: the ruleset
 */
void guard_empty(struct guarded *g)
{
	size_t i;

	for (i = 0; i < g->rs->n[KIND_SET]; i++) {
		const struct set *s = &g->rs->set[i];

		if (guard_is_put(g, KIND_SET, i) && !s->n4 && !s->n6)
			guard_found(g, GUARD_EMPTY, KIND_SET, i,
				    "has no address, it would protect nothing");
	}
}

/**
 * guard_coverage() - half of the internet is no list
 * @g: the ruleset
 */
void guard_coverage(struct guarded *g)
{
	const struct ranges *r;
	struct cover c;
	size_t i;

	for (i = 0; i < g->rs->n[KIND_SET]; i++) {
		r = guard_is_put(g, KIND_SET, i) ? g->ranges(g, i) : NULL;
		if (!r)
			continue;
		c = cover_public(r);
		if (cover_is_most(&c))
			guard_found(g, GUARD_COVERAGE, KIND_SET, i,
				    "covers more than half of all public addresses");
	}
}

/**
 * guard_shrunk() - half a list was loaded perhaps
 * @g: the ruleset
 */
void guard_shrunk(struct guarded *g)
{
	const struct ranges *had, *r;
	struct cover before, after;
	unsigned int family;
	size_t i;

	for (i = 0; i < g->rs->n[KIND_SET]; i++) {
		if (!guard_is_put(g, KIND_SET, i))
			continue;
		had = g->had(g, g->rs->set[i].name);
		r = had ? g->ranges(g, i) : NULL;
		if (!r)
			continue;
		before = cover_all(had);
		after = cover_all(r);
		if (cover_is_less(&after, &before, &family))
			guard_found(g, GUARD_SHRUNK, KIND_SET, i,
				    "would cover less than half of the IPv%u addresses that it covers now",
				    family);
	}
}

/* ---- addresses that one would cut off oneself ---- */

/*
 * struct blocked - a set that a policy blocks
 * @policy: the first that does, NULL if none does
 * @put: the set is put, or one of these policies
 */
struct blocked {
	const struct policy *policy;
	bool put;
};

static struct blocked *find_blocked(const struct guarded *g)
{
	const struct ruleset *rs = g->rs;
	struct blocked *b = mem_zalloc(rs->n[KIND_SET] * sizeof(*b));
	size_t i, k;

	for (i = 0; i < rs->n[KIND_POLICY]; i++) {
		const struct policy *p = &rs->policy[i];

		for (k = 0; k < p->block.n; k++) {
			const struct set *s = ruleset_find(rs, KIND_SET,
							   p->block.v[k]);
			struct blocked *of = &b[s - rs->set];

			if (!of->policy)
				of->policy = p;
			of->put |= guard_is_put(g, KIND_POLICY, i) ||
				   guard_is_put(g, KIND_SET, s - rs->set);
		}
	}
	return b;
}

static const struct selector *has_own(const struct camera *c,
				      const struct ranges *r)
{
	size_t i;

	for (i = 0; i < c->n_selectors; i++) {
		const struct selector *s = &c->selector[i];

		if ((s->type == SELECT_ADDR || s->type == SELECT_NET) &&
		    ranges_overlap(r, &s->addr))
			return s;
	}
	return NULL;
}

static bool has_address(const struct camera *c)
{
	size_t i;

	for (i = 0; i < c->n_selectors; i++)
		if (c->selector[i].type == SELECT_ADDR ||
		    c->selector[i].type == SELECT_NET)
			return true;
	return false;
}

/*
 * A set that was there is looked into for the cameras that are new to it, unless
 * it is so large that asking for it would be most of what a camera takes.
 */
static void find_cameras(struct guarded *g, size_t set,
			 const struct blocked *b)
{
	const struct ruleset *rs = g->rs;
	const struct ranges *r = NULL;
	const struct selector *s;
	char buf[RANGE_TEXT];
	size_t i;

	if (!b->put && rs->set[set].n4 + rs->set[set].n6 > RANGES_ASKED)
		return;
	for (i = 0; i < rs->n[KIND_CAMERA]; i++) {
		const struct camera *c = &rs->camera[i];

		if ((!b->put && !guard_is_put(g, KIND_CAMERA, i)) ||
		    !has_address(c))
			continue;
		if (!r)
			r = g->ranges(g, set);
		s = r ? has_own(c, r) : NULL;
		if (!s)
			continue;
		guard_found(g, GUARD_OWN_ADDRESS, KIND_SET, set,
			    "has %s of camera \"%s\" in it, and policy \"%s\" blocks it",
			    selector_text(s, buf), c->name, b->policy->name);
		return;
	}
}

/**
 * guard_own_cameras() - who blocks a camera's address cuts it off
 * @g: the ruleset
 */
void guard_own_cameras(struct guarded *g)
{
	struct blocked *b = find_blocked(g);
	size_t i;

	for (i = 0; i < g->rs->n[KIND_SET]; i++)
		if (b[i].policy)
			find_cameras(g, i, &b[i]);
	free(b);
}

static void find_router(struct guarded *g, size_t set, const struct blocked *b)
{
	const struct router *router = g->router(g);
	const struct ranges *r = g->ranges(g, set);
	char buf[RANGE_TEXT];
	size_t i;

	for (i = 0; router && r && i < router->n_own; i++) {
		const struct own_address *own = &router->own[i];

		if (!ranges_overlap(r, &own->addr))
			continue;
		guard_found(g, GUARD_OWN_ADDRESS, KIND_SET, set,
			    "has %s in it, the router's own (%s), and policy \"%s\" blocks it",
			    range_text(&own->addr, buf), own->dev,
			    b->policy->name);
		return;
	}
}

/**
 * guard_own_router() - who blocks the router's address cuts cameras off from it
 * @g: the ruleset
 */
void guard_own_router(struct guarded *g)
{
	struct blocked *b = find_blocked(g);
	size_t i;

	for (i = 0; i < g->rs->n[KIND_SET]; i++)
		if (b[i].policy && b[i].put)
			find_router(g, i, &b[i]);
	free(b);
}
