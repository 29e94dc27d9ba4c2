// SPDX-License-Identifier: GPL-2.0
/*
 * Both rulesets are put in order of names and gone through side by side, the
 * ranges of a set likewise: n log n in all, and n where they are in order
 * already.
 */
#include <stdlib.h>
#include <string.h>

#include "diff.h"
#include "mem.h"

static int compare_names(const void *a, const void *b)
{
	return strcmp(**(const char *const *const *)a,
		      **(const char *const *const *)b);
}

static const void **by_name(const struct ruleset *rs, enum objkind kind)
{
	const void **objects = mem_zalloc(rs->n[kind] * sizeof(*objects));
	size_t i;

	for (i = 0; i < rs->n[kind]; i++)
		objects[i] = ruleset_at(rs, kind, i);
	/* The name is the first member of each. */
	qsort(objects, rs->n[kind], sizeof(*objects), compare_names);
	return objects;
}

static int compare4(const struct range4 *a, const struct range4 *b)
{
	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	return (a->last > b->last) - (a->last < b->last);
}

static int compare6(const struct range6 *a, const struct range6 *b)
{
	int order = u128_cmp(a->first, b->first);

	return order ? order : u128_cmp(a->last, b->last);
}

/* One side of the two goes on: -1 the old, 1 the new, 0 both. */
static void step(int order, size_t *i, size_t *k, struct difference *c)
{
	c->fewer += order < 0;
	c->more += order > 0;
	*i += order <= 0;
	*k += order >= 0;
}

static void compare_ranges(struct difference *c, const struct ranges *a,
			   const struct ranges *b)
{
	size_t i = 0, k = 0;

	while (i < a->n4 && k < b->n4)
		step(compare4(&a->v4[i], &b->v4[k]), &i, &k, c);
	c->fewer += a->n4 - i;
	c->more += b->n4 - k;
	i = 0;
	k = 0;
	while (i < a->n6 && k < b->n6)
		step(compare6(&a->v6[i], &b->v6[k]), &i, &k, c);
	c->fewer += a->n6 - i;
	c->more += b->n6 - k;
}

static bool is_same(const struct difference *c)
{
	struct fields old = {}, new = {};
	bool same;

	fields_of(&old, c->kind, c->old);
	fields_of(&new, c->kind, c->new);
	same = fields_equal(&old, &new) && !c->more && !c->fewer;
	fields_free(&old);
	fields_free(&new);
	return same;
}

static void add_change(struct diff *d, const struct difference *c)
{
	d->change = mem_grow(d->change, &d->cap, d->n + 1, sizeof(*d->change));
	d->change[d->n++] = *c;
}

/* Both rulesets' objects of a kind, side by side by name. */
struct side {
	const void **now, **want;
	size_t i, k;
};

static struct difference next_change(struct side *s, enum objkind kind,
				     const struct ruleset *now,
				     const struct ruleset *want)
{
	struct difference c = { .kind = kind };
	int order;

	if (s->i == now->n[kind])
		order = 1;
	else if (s->k == want->n[kind])
		order = -1;
	else
		order = compare_names(&s->now[s->i], &s->want[s->k]);
	if (order <= 0)
		c.old = s->now[s->i++];
	if (order >= 0)
		c.new = s->want[s->k++];
	return c;
}

static void compare_kind(struct diff *d, enum objkind kind,
			 const struct ruleset *now, const struct ranges *have,
			 const struct ruleset *want,
			 const struct ranges *ranges)
{
	struct side s = { by_name(now, kind), by_name(want, kind), 0, 0 };

	while (s.i < now->n[kind] || s.k < want->n[kind]) {
		struct difference c = next_change(&s, kind, now, want);

		if (kind == KIND_SET && c.new)
			c.ranges = &ranges[(const struct set *)c.new -
					   want->set];
		if (kind == KIND_SET && c.old && c.new)
			compare_ranges(&c, &have[(const struct set *)c.old -
						 now->set], c.ranges);
		if (!c.old || !c.new || !is_same(&c))
			add_change(d, &c);
	}
	free(s.now);
	free(s.want);
}

static void compare_settings(struct diff *d, const struct settings *old,
			     const struct settings *new)
{
	struct fields a = {}, b = {};

	fields_of_settings(&a, old);
	fields_of_settings(&b, new);
	if (!fields_equal(&a, &b)) {
		d->old = old;
		d->new = new;
	}
	fields_free(&a);
	fields_free(&b);
}

/**
 * diff_make() - what leads from one ruleset to another
 * @d: where to, zeroed
 * @now: what there is; it stays as long as @d
 * @have: of @now's sets, the ranges, merged
 * @want: what there shall be; likewise
 * @ranges: of @want's sets, the ranges, merged
 */
void diff_make(struct diff *d, const struct ruleset *now,
	       const struct ranges *have, const struct ruleset *want,
	       const struct ranges *ranges)
{
	enum objkind kind;

	for (kind = 0; kind < KINDS; kind++)
		compare_kind(d, kind, now, have, want, ranges);
	compare_settings(d, &now->settings, &want->settings);
}

/**
 * diff_is_empty() - is there no change?
 * @d: the changes
 *
 * Return: whether there is none.
 */
bool diff_is_empty(const struct diff *d)
{
	return !d->n && !d->new;
}

/**
 * diff_plan() - plan the changes
 * @d: the changes, to @p->want
 * @p: the plan
 *
 * What becomes another is put in its place, so that it keeps its counters; a
 * camera that becomes a catch goes and comes.
 */
void diff_plan(const struct diff *d, struct plan *p)
{
	const struct difference *c;

	for (c = d->change; c < d->change + d->n; c++)
		plan_step_to(p, c->kind,
			     *(char *const *)(c->new ? c->new : c->old),
			     c->ranges);
	p->settings = d->new;
}

/**
 * diff_free() - forget the changes
 * @d: the changes, none afterwards
 */
void diff_free(struct diff *d)
{
	free(d->change);
	*d = (struct diff){};
}
