// SPDX-License-Identifier: GPL-2.0
/*
 * Guards look at what a change would bring into force. Of what stays as it is
 * nothing is asked: it was meant when it was put. Ranges that a guard wants to
 * see, and no step brings, are the kernel's and asked for when first wanted.
 */
#include <stdlib.h>
#include <string.h>

#include "guards.h"
#include "mem.h"
#include "plan.h"

/*
 * struct watch - a plan as guards see it
 * @g: first, for its callbacks
 * @got: ranges of @g.rs's sets, those that were asked for
 * @had: of a set in force, the last that was asked for
 * @said: bit for each guard that has refused something
 * @wrongs: what they refuse, where objects have places
 * @code: what the kernel said; then the rest is not to be trusted
 */
struct watch {
	struct guarded g;
	struct plan *p;
	struct ranges *got;
	bool *has;
	struct ranges had;
	struct router router;
	bool has_router;
	unsigned int said;
	struct wrongs wrongs;
	int code;
	struct fault *f;
};

static const struct ranges *dump(struct watch *w, const char *set,
				 struct ranges *r)
{
	if (!w->code)
		w->code = engine_dump_set(w->p->engine, set,
					  w->p->now.generation, r, w->f);
	return w->code ? NULL : r;
}

static const struct plan_step *last_step(const struct plan *p,
					 enum objkind kind, const char *name)
{
	size_t i;

	for (i = p->n; i-- > 0;)
		if (p->step[i].kind == kind && !strcmp(p->step[i].name, name))
			return &p->step[i];
	return NULL;
}

static const struct ranges *ranges_of(struct guarded *g, size_t i)
{
	struct watch *w = (struct watch *)g;
	const char *name = g->rs->set[i].name;
	const struct plan_step *step;

	if (w->has[i])
		return &w->got[i];
	step = last_step(w->p, KIND_SET, name);
	if (step && step->ranges)
		return step->ranges;
	if (!dump(w, name, &w->got[i]))
		return NULL;
	w->has[i] = true;
	return &w->got[i];
}

/* The first step of an object knows whether the kernel has it. */
static const struct ranges *had(struct guarded *g, const char *set)
{
	struct watch *w = (struct watch *)g;
	const struct plan *p = w->p;
	size_t i;

	for (i = 0; i < p->n; i++)
		if (p->step[i].kind == KIND_SET &&
		    !strcmp(p->step[i].name, set))
			break;
	if (i == p->n || !p->step[i].was)
		return NULL;
	ranges_free(&w->had);
	return dump(w, set, &w->had);
}

static const struct router *router_of(struct guarded *g)
{
	struct watch *w = (struct watch *)g;

	if (!w->code && !w->has_router)
		w->code = router_read(&w->router, w->f);
	w->has_router = true;
	return w->code ? NULL : &w->router;
}

/* Where there are places, all of it is said at once; else each guard's first. */
static void found(struct guarded *g, enum guard which, enum objkind kind,
		  size_t i, struct fault *f)
{
	struct watch *w = (struct watch *)g;
	const struct plan_step *step;

	if (w->code)
		return;
	if (w->p->place) {
		wrongs_take(&w->wrongs, &w->p->place[kind][i], f);
		return;
	}
	step = last_step(w->p, kind, *(char *const *)ruleset_at(g->rs, kind,
								i));
	if (!w->said)
		w->p->line = step ? step->line : 0;
	if (!guard_forced(w->said, which))
		fault_add(w->f, "%s", f->text);
	w->said |= 1 << which;
}

static void mark_put(struct watch *w)
{
	const struct ruleset *rs = w->g.rs;
	const struct plan_step *s;
	enum objkind kind;
	size_t i;

	for (kind = 0; kind < KINDS; kind++)
		w->g.put[kind] = mem_zalloc(rs->n[kind] + 1);
	for (s = w->p->step; s < w->p->step + w->p->n; s++) {
		i = ruleset_index(rs, s->kind, s->name);
		if (i < rs->n[s->kind])
			w->g.put[s->kind][i] = true;
	}
}

static void end(struct watch *w)
{
	enum objkind kind;
	size_t i;

	for (i = 0; i < w->g.rs->n[KIND_SET]; i++)
		ranges_free(&w->got[i]);
	for (kind = 0; kind < KINDS; kind++)
		free(w->g.put[kind]);
	ranges_free(&w->had);
	router_free(&w->router);
	free(w->got);
	free(w->has);
}

/**
 * plan_guard() - is all that is planned meant?
 * @p: the plan, its steps in the order in which they were planned
 * @f: what guards refuse
 *
 * What stands in a configuration was looked at when it was read, but for what
 * only the kernel knows.
 *
 * Return: 0 or the exit code.
 */
int plan_guard(struct plan *p, struct fault *f)
{
	const struct ruleset *rs = p->want ? p->want : &p->now;
	struct watch w = {
		.g = { .rs = rs, .ranges = ranges_of, .had = had,
		       .router = router_of, .found = found,
		       .force = p->force },
		.p = p, .f = f,
		.got = mem_zalloc(rs->n[KIND_SET] * sizeof(*w.got)),
		.has = mem_zalloc(rs->n[KIND_SET]),
	};
	enum objkind kind;

	for (kind = 0; kind < KINDS && p->meant; kind++)
		w.g.for_good[kind] = p->meant[kind];
	mark_put(&w);
	if (!p->want)
		guards_find(&w.g);
	guards_ask(&w.g);
	p->passed |= w.g.passed;
	if (!w.code && w.wrongs.n)
		w.code = wrongs_end(&w.wrongs, f);
	else if (!w.code && w.said)
		w.code = CODE_INPUT;
	end(&w);
	return w.code;
}
