// SPDX-License-Identifier: GPL-2.0
/*
 * The guard of exemptions that never decide: all that one is for passes anyway,
 * or another one is asked before it that lets the same through. Of those with
 * the same remotes the first by name is asked first (semantics.md, section 4).
 */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "core/decide.h"
#include "guard_parts.h"
#include "mem.h"

/* Tunnels are dropped where nothing else is, and an allow set opens none. */
static bool is_for_tunnels(const struct exemption *e)
{
	static const u16 ports[] = { 4789, 6081, 8472 };
	size_t i, k;

	if (e->proto != IPPROTO_UDP)
		return e->proto >= 0 && cf_is_tunnel(e->proto, 0);
	for (i = 0; i < e->ports.n; i++)
		for (k = 0; k < ARRAY_SIZE(ports); k++)
			if (e->ports.v[i].first <= ports[k] &&
			    ports[k] <= e->ports.v[i].last)
				return true;
	return false;
}

static bool may_be_tunnel(const struct exemption *e)
{
	return e->proto < 0 || (e->proto == IPPROTO_UDP && !e->ports.n) ||
	       is_for_tunnels(e);
}

static const struct policy *policy_of(const struct ruleset *rs,
				      const struct exemption *e)
{
	const struct camera *c;

	if (e->policy)
		return ruleset_find(rs, KIND_POLICY, e->policy);
	c = ruleset_find(rs, KIND_CAMERA, e->camera);
	if (!c)
		c = ruleset_find(rs, KIND_CATCH, e->camera);
	return ruleset_find(rs, KIND_POLICY, c->policy);
}

/* Is a range in one of the sets: as a whole, or any of it? */
static bool is_in(struct guarded *g, const struct names *sets,
		  const struct range *r, bool whole)
{
	struct range in;
	size_t i;

	for (i = 0; i < sets->n; i++) {
		const struct set *s = ruleset_find(g->rs, KIND_SET, sets->v[i]);
		const struct ranges *of = g->ranges(g, s - g->rs->set);

		/* What cannot be seen is taken for what would not refuse. */
		if (!of || (whole ? ranges_find(of, r, &in) :
				    ranges_overlap(of, r)))
			return of || !whole;
	}
	return false;
}

/* Whatever its policy drops, it is none of the remotes. */
static bool passes_anyway(struct guarded *g, const struct exemption *e,
			  const struct policy *p)
{
	bool drops = p->default_ == CAMFENCE_DEFAULT_DROP, passes = true;
	struct ranges r = {};
	size_t i;

	if (e->router || is_for_tunnels(e) ||
	    (drops && (!p->allow.n || may_be_tunnel(e))) ||
	    !guard_remotes(g, e, &r))
		passes = false;
	for (i = 0; i < r.n4 + r.n6 && passes; i++) {
		struct range one = ranges_at(&r, i);

		passes = is_in(g, &p->allow, &one, true) ||
			 (!drops && !is_in(g, &p->block, &one, false));
	}
	ranges_free(&r);
	return passes;
}

/* ---- the same again ---- */

static bool covers_ports(const struct ports *a, const struct ports *b)
{
	return !a->n || (a->n == b->n &&
			 !memcmp(a->v, b->v, a->n * sizeof(*a->v)));
}

static bool covers_icmp(const struct exemption *a, const struct exemption *b)
{
	return !a->n_icmp_types ||
	       (a->n_icmp_types == b->n_icmp_types &&
		!memcmp(a->icmp_type, b->icmp_type, a->n_icmp_types));
}

static bool same_remotes(const struct exemption *a, const struct exemption *b)
{
	size_t i;

	if (a->n_remotes != b->n_remotes || a->router != b->router)
		return false;
	for (i = 0; i < a->n_remotes; i++)
		if (!range_equal(&a->remote[i], &b->remote[i]))
			return false;
	return names_equal(&a->sets, &b->sets);
}

/* Is @a asked before @b, and does it let pass whatever @b does? */
static bool goes_before(const struct exemption *a, const struct exemption *b)
{
	return strcmp(a->name, b->name) < 0 && same_remotes(a, b) &&
	       (a->dir == CAMFENCE_DIRECTION_BOTH || a->dir == b->dir) &&
	       (a->proto < 0 || a->proto == b->proto) &&
	       covers_ports(&a->ports, &b->ports) &&
	       covers_ports(&a->local_ports, &b->local_ports) &&
	       covers_icmp(a, b) && a->not_before <= b->not_before &&
	       a->until >= b->until;
}

static int compare_first(const struct exemption *a, const struct exemption *b)
{
	static const struct range none;
	const struct range *x = a->n_remotes ? a->remote : &none;
	const struct range *y = b->n_remotes ? b->remote : &none;
	int order = x->family - y->family;

	if (!order && x->v4.first != y->v4.first)
		order = x->v4.first < y->v4.first ? -1 : 1;
	return order ? order : u128_cmp(x->v6.first, y->v6.first);
}

/* By whose it is and what its first remote is. */
static int compare(const void *x, const void *y)
{
	const struct exemption *a = *(const struct exemption *const *)x;
	const struct exemption *b = *(const struct exemption *const *)y;
	int order = !a->policy - !b->policy;

	if (!order)
		order = a->policy ? strcmp(a->policy, b->policy) :
				    strcmp(a->camera, b->camera);
	return order ? order : compare_first(a, b);
}

static int compare_all(const void *x, const void *y)
{
	int order = compare(x, y);

	/* The name is the first member. */
	return order ? order : strcmp(**(const char *const *const *)x,
				      **(const char *const *const *)y);
}

/* The first of @sorted that is not before @e. */
static size_t search(const struct exemption **sorted, size_t n,
		     const struct exemption *e)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (compare(&sorted[mid], &e) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* As if @e were @policy's, for its camera's policy has exemptions, too. */
static const struct exemption *find_before(const struct exemption **sorted,
					   size_t n, const struct exemption *e,
					   char *policy)
{
	struct exemption as = *e;
	const struct exemption *key = &as;
	size_t i;

	as.policy = policy;
	for (i = search(sorted, n, key);
	     i < n && !compare(&sorted[i], &key); i++)
		if (goes_before(sorted[i], e))
			return sorted[i];
	return NULL;
}

static const struct exemption **sort_exemptions(const struct ruleset *rs)
{
	size_t n = rs->n[KIND_EXEMPTION], i;
	const struct exemption **sorted = mem_zalloc(n * sizeof(*sorted));

	for (i = 0; i < n; i++)
		sorted[i] = &rs->exemption[i];
	if (n)
		qsort(sorted, n, sizeof(*sorted), compare_all);
	return sorted;
}

/**
 * guard_unreachable() - whoever relies on an exemption should know that it is
 * another one, or none, that lets the packets pass
 * @g: the ruleset
 */
void guard_unreachable(struct guarded *g)
{
	const struct ruleset *rs = g->rs;
	const struct exemption **sorted = sort_exemptions(rs), *before;
	size_t n = rs->n[KIND_EXEMPTION], i;

	for (i = 0; i < n; i++) {
		const struct exemption *e = &rs->exemption[i];
		const struct policy *p;

		if (!guard_looks_at(g, i))
			continue;
		p = policy_of(rs, e);
		before = find_before(sorted, n, e, e->policy);
		if (!before && e->camera)
			before = find_before(sorted, n, e, p->name);
		if (before)
			guard_found(g, GUARD_UNREACHABLE, KIND_EXEMPTION, i,
				    "opens nothing: exemption \"%s\" lets the same pass, and goes before it",
				    before->name);
		else if (passes_anyway(g, e, p))
			guard_found(g, GUARD_UNREACHABLE, KIND_EXEMPTION, i,
				    "opens nothing: policy \"%s\" lets these remotes pass anyway",
				    p->name);
	}
	free(sorted);
}
