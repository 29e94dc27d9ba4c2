// SPDX-License-Identifier: GPL-2.0
/*
 * A recorder that a policy allows, and that a subnet's camera or a catch names
 * itself because nobody registered it: what a camera sends it passes for the
 * camera, and is dropped for the recorder (semantics.md, section 7).
 */
#include <stdlib.h>
#include <string.h>

#include "guards.h"
#include "mem.h"

/* Who allows more single addresses has registered none of them. */
#define ROUTES_MOST 64

/* Is what it names dropped, unless its policy allows it? */
static bool drops(const struct guarded *g, const struct camera *c)
{
	const struct policy *p = ruleset_find(g->rs, KIND_POLICY, c->policy);

	return p->default_ == CAMFENCE_DEFAULT_DROP &&
	       p->action != CAMFENCE_ACTION_AUDIT;
}

/*
 * struct catcher - what names devices that nobody registered
 * @put: the change puts it
 */
struct catcher {
	const struct camera *camera;
	enum objkind kind;
	const struct selector *by;
	bool put;
};

/*
 * struct catchers - all that would drop what they name
 * @put: the change puts one of them
 * @registered: addresses that are cameras' own
 */
struct catchers {
	struct catcher *v;
	size_t n, cap;
	bool put;
	struct ranges registered;
};

static void add_catchers(const struct guarded *g, enum objkind kind, size_t i,
			 struct catchers *all)
{
	const struct camera *c = kind == KIND_CATCH ? &g->rs->catch[i] :
						      &g->rs->camera[i];
	size_t k;

	for (k = 0; k < c->n_selectors; k++) {
		const struct selector *s = &c->selector[k];

		if (s->type == SELECT_ADDR)
			ranges_push(&all->registered, &s->addr);
		if (s->type == SELECT_ADDR || s->type == SELECT_MAC ||
		    !drops(g, c))
			continue;
		all->v = mem_grow(all->v, &all->cap, all->n + 1,
				  sizeof(*all->v));
		all->v[all->n++] = (struct catcher){
			c, kind, s, guard_is_put(g, kind, i)
		};
		all->put |= guard_is_put(g, kind, i);
	}
}

static void find_catchers(const struct guarded *g, struct catchers *all)
{
	size_t i;

	for (i = 0; i < g->rs->n[KIND_CAMERA]; i++)
		add_catchers(g, KIND_CAMERA, i, all);
	for (i = 0; i < g->rs->n[KIND_CATCH]; i++)
		add_catchers(g, KIND_CATCH, i, all);
	ranges_merge(&all->registered);
}

static void free_catchers(struct catchers *all)
{
	free(all->v);
	ranges_free(&all->registered);
}

/*
 * struct allowed - a set that policies allow
 * @policy: the first that does
 * @put: the set is put, or one of these policies
 * @said: one of its addresses was found
 */
struct allowed {
	size_t set;
	const struct policy *policy;
	bool put, said;
};

static struct allowed *find_allowed(const struct guarded *g, size_t *n)
{
	const struct ruleset *rs = g->rs;
	struct allowed *v = mem_zalloc(rs->n[KIND_SET] * sizeof(*v));
	size_t i, k;

	for (i = 0; i < rs->n[KIND_POLICY]; i++) {
		const struct policy *p = &rs->policy[i];

		for (k = 0; k < p->allow.n; k++) {
			size_t set = ruleset_index(rs, KIND_SET,
						   p->allow.v[k]);

			if (!v[set].policy)
				v[set].policy = p;
			v[set].put |= guard_is_put(g, KIND_POLICY, i) ||
				      guard_is_put(g, KIND_SET, set);
		}
	}
	*n = 0;
	for (i = 0; i < rs->n[KIND_SET]; i++) {
		if (!v[i].policy)
			continue;
		v[*n] = v[i];
		v[(*n)++].set = i;
	}
	return v;
}

static void say_caught(struct guarded *g, struct allowed *a,
		       const struct range *r, const struct catcher *c)
{
	char buf[2][RANGE_TEXT];

	if (a->said)
		return;
	a->said = true;
	guard_found(g, GUARD_ALLOWED_BUT_CAUGHT, KIND_SET, a->set,
		    "policy \"%s\" allows %s, which %s \"%s\" takes for a camera, by %s %s: register it",
		    a->policy->name, range_text(r, buf[0]), kind_name(c->kind),
		    c->camera->name, selector_word(c->by->type),
		    selector_text(c->by, buf[1]));
}

static bool holds(const struct range *net, const struct range *r)
{
	if (net->family != r->family)
		return false;
	if (r->family == 4)
		return net->v4.first <= r->v4.first &&
		       r->v4.last <= net->v4.last;
	return u128_cmp(net->v6.first, r->v6.first) <= 0 &&
	       u128_cmp(r->v6.last, net->v6.last) <= 0;
}

/* Who is there may all talk to each other. */
static bool allows_itself(struct guarded *g, const struct catcher *c)
{
	const struct policy *p = ruleset_find(g->rs, KIND_POLICY,
					      c->camera->policy);
	struct range in;
	size_t i;

	for (i = 0; i < p->allow.n; i++) {
		size_t set = ruleset_index(g->rs, KIND_SET, p->allow.v[i]);
		const struct ranges *r = g->ranges(g, set);

		if (r && ranges_find(r, &c->by->addr, &in))
			return true;
	}
	return false;
}

/* What reaches beyond the subnet is no recorder, but a whole network. */
static void find_in_net(struct guarded *g, struct allowed *a,
			const struct catchers *all, const struct catcher *c)
{
	const struct ranges *r = g->ranges(g, a->set);
	struct range in;
	size_t i;

	if (!r || !ranges_overlap(r, &c->by->addr) || allows_itself(g, c))
		return;
	for (i = 0; i < r->n4 + r->n6; i++) {
		struct range one = ranges_at(r, i);

		if (!holds(&c->by->addr, &one) ||
		    ranges_find(&all->registered, &one, &in))
			continue;
		say_caught(g, a, &one, c);
		return;
	}
}

/**
 * guard_caught() - allowed addresses in a subnet of cameras
 * @g: the ruleset
 */
void guard_caught(struct guarded *g)
{
	struct catchers all = {};
	struct allowed *allowed;
	size_t n, i, k;

	find_catchers(g, &all);
	allowed = find_allowed(g, &n);
	for (i = 0; i < n; i++)
		for (k = 0; k < all.n; k++)
			if (all.v[k].by->type == SELECT_NET &&
			    (allowed[i].put || all.v[k].put))
				find_in_net(g, &allowed[i], &all, &all.v[k]);
	free(allowed);
	free_catchers(&all);
}

static bool is_registered(const struct guarded *g, const u8 mac[6])
{
	struct selector s = { .type = SELECT_MAC };
	size_t i;

	memcpy(s.mac, mac, sizeof(s.mac));
	for (i = 0; i < g->rs->n[KIND_CAMERA]; i++)
		if (camera_has(&g->rs->camera[i], &s))
			return true;
	return false;
}

static bool catches(const struct selector *s, const struct neighbour *n)
{
	unsigned int bytes = s->len / 8;

	if (s->type == SELECT_IIF)
		return !strcmp(s->iif, n->dev);
	return s->type == SELECT_OUI && !memcmp(s->mac, n->mac, bytes) &&
	       (s->len % 8 == 0 ||
		!((s->mac[bytes] ^ n->mac[bytes]) >> (8 - s->len % 8)));
}

static void find_neighbour(struct guarded *g, struct allowed *a,
			   const struct catchers *all,
			   const struct neighbour *n)
{
	const struct ranges *r = g->ranges(g, a->set);
	struct range in;
	size_t k;

	if (!r || !ranges_find(r, &n->addr, &in) ||
	    ranges_find(&all->registered, &n->addr, &in) ||
	    is_registered(g, n->mac))
		return;
	for (k = 0; k < all->n; k++) {
		if (!catches(all->v[k].by, n) || !(a->put || all->v[k].put))
			continue;
		say_caught(g, a, &n->addr, &all->v[k]);
		return;
	}
}

/* Single ones that are no neighbours are looked for where packets go to. */
static void find_routed(struct guarded *g, struct allowed *a,
			const struct catchers *all,
			const struct router *router)
{
	const struct ranges *r = g->ranges(g, a->set);
	size_t asked = 0, i;

	for (i = 0; r && i < r->n4 + r->n6 && asked < ROUTES_MOST; i++) {
		struct neighbour n = { .addr = ranges_at(r, i) };
		struct way way = {};

		if (n.addr.v4.first != n.addr.v4.last ||
		    u128_cmp(n.addr.v6.first, n.addr.v6.last))
			continue;
		router_way(router, &n.addr, &way);
		memcpy(n.mac, way.mac, sizeof(n.mac));
		memcpy(n.dev, way.dev, sizeof(n.dev));
		find_neighbour(g, a, all, &n);
		asked++;
	}
}

/**
 * guard_caught_here() - allowed addresses of a caught maker or on a caught link
 * @g: the ruleset
 */
void guard_caught_here(struct guarded *g)
{
	const struct router *router;
	struct catchers all = {};
	struct allowed *allowed;
	size_t n, i, k;

	find_catchers(g, &all);
	allowed = find_allowed(g, &n);
	router = all.n && n ? g->router(g) : NULL;
	for (i = 0; i < n && router; i++) {
		if (!allowed[i].put && !all.put)
			continue;
		for (k = 0; k < router->n_neighbours; k++)
			find_neighbour(g, &allowed[i], &all,
				       &router->neighbour[k]);
		find_routed(g, &allowed[i], &all, router);
	}
	free(allowed);
	free_catchers(&all);
}
