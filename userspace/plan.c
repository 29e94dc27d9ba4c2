// SPDX-License-Identifier: GPL-2.0
/*
 * A change is made in one transaction: read what is in force, check the change
 * against it, send the steps, commit. If somebody else was faster, all of it is
 * done again on what is in force then; checks that passed before may fail now.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "mem.h"
#include "out.h"
#include "plan.h"
#include "suggest.h"

#define TRIES 4

static const char how_to_load_cn[] =
	"camfence set load cn /usr/share/tor/geoip /usr/share/tor/geoip6 country CN,HK,MO";

static struct plan_step *add_step(struct plan *p, enum objkind kind,
				  const char *name)
{
	struct plan_step *step;

	p->step = mem_grow(p->step, &p->cap, p->n + 1, sizeof(*p->step));
	step = &p->step[p->n];
	*step = (struct plan_step){
		.kind = kind,
		.name = mem_strdup(name),
		.order = p->n++,
		.was = ruleset_find(&p->now, kind, name),
		.line = p->line,
	};
	return step;
}

/**
 * plan_put() - add or replace an object that is no set
 * @p: the plan
 * @kind: what kind of object
 * @object: copied; not one of the plan's own
 */
void plan_put(struct plan *p, enum objkind kind, const void *object)
{
	add_step(p, kind, *(const char *const *)object);
	ruleset_put(&p->now, kind, object);
}

/**
 * plan_put_set() - add or replace a set
 * @p: the plan
 * @s: the set; copied
 * @r: its ranges, merged; they stay until the plan has been run
 */
void plan_put_set(struct plan *p, const struct set *s, const struct ranges *r)
{
	add_step(p, KIND_SET, s->name)->ranges = r;
	ruleset_put(&p->now, KIND_SET, s);
}

/**
 * plan_set_ranges() - the ranges of a set as it will be
 * @p: the plan
 * @name: of the set, which is there
 * @r: where to; merged
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int plan_set_ranges(struct plan *p, const char *name, struct ranges *r,
		    struct fault *f)
{
	size_t i;

	for (i = p->n; i-- > 0;) {
		if (!p->step[i].ranges || strcmp(p->step[i].name, name))
			continue;
		*r = (struct ranges){};
		ranges_add(r, p->step[i].ranges);
		return 0;
	}
	return engine_dump_set(p->engine, name, p->now.generation, r, f);
}

/**
 * plan_delete() - take an object out
 * @p: the plan
 * @kind: what kind of object
 * @name: its name
 */
void plan_delete(struct plan *p, enum objkind kind, const char *name)
{
	struct plan_step *step = add_step(p, kind, name);

	ruleset_remove(&p->now, kind, step->name);
}

/**
 * plan_put_settings() - replace the settings
 * @p: the plan
 * @s: the settings; copied
 */
void plan_put_settings(struct plan *p, const struct settings *s)
{
	settings_copy(&p->now.settings, s);
	p->settings = true;
}

/**
 * plan_step_to() - a step towards @p->want, where that is known as a whole
 * @p: the plan
 * @kind: what kind of object
 * @name: of the object that is put, or deleted where it is not wanted
 * @r: of a set that is put: its ranges, merged; as in plan_put_set()
 */
void plan_step_to(struct plan *p, enum objkind kind, const char *name,
		  const struct ranges *r)
{
	add_step(p, kind, name)->ranges = r;
}

/**
 * fault_in_use() - something cannot be deleted because of something else
 * @f: where it is said
 * @kind: what kind of object
 * @name: its name
 * @user_kind: what kind of object refers to it
 * @user: which one
 *
 * Return: the exit code.
 */
int fault_in_use(struct fault *f, enum objkind kind, const char *name,
		 enum objkind user_kind, const char *user)
{
	fault_input(f, "%s \"%s\": %s \"%s\" is %s it", kind_name(kind), name,
		    kind_name(user_kind), user,
		    user_kind == KIND_EXEMPTION ? "for" : "under");
	fault_add(f, "delete that first: camfence %s delete '%s'",
		  kind_name(user_kind), user);
	return CODE_INPUT;
}

/**
 * plan_need() - an object must be there
 * @p: the plan
 * @kind: what kind of object
 * @name: its name
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int plan_need(struct plan *p, enum objkind kind, const char *name,
	      struct fault *f)
{
	return ruleset_need(&p->now, kind, name, f);
}

/**
 * plan_need_new() - an object must not be there yet
 * @p: the plan
 * @kind: what kind of object
 * @name: its name
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int plan_need_new(struct plan *p, enum objkind kind, const char *name,
		  struct fault *f)
{
	if (!ruleset_find(&p->now, kind, name))
		return 0;
	fault_input(f, "%s \"%s\" exists already", kind_name(kind), name);
	fault_add(f, "delete it first: camfence %s delete '%s'",
		  kind_name(kind), name);
	return CODE_INPUT;
}

/**
 * plan_need_sets() - all sets of a policy's list must be there
 * @p: the plan
 * @policy: the policy's name
 * @sets: the list
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int plan_need_sets(struct plan *p, const char *policy,
		   const struct names *sets, struct fault *f)
{
	char near[SUGGEST_TEXT];
	size_t i;

	for (i = 0; i < sets->n; i++) {
		const char *set = sets->v[i];

		if (ruleset_find(&p->now, KIND_SET, set))
			continue;
		fault_input(f, "policy \"%s\" needs set \"%s\", which is not loaded%s",
			    policy, set,
			    ruleset_suggest(&p->now, KIND_SET, set, near));
		if (!strcmp(set, "cn"))
			fault_add(f, "load it: %s", how_to_load_cn);
		else
			fault_add(f, "load it: camfence set load '%s' FILE…",
				  set);
		return CODE_INPUT;
	}
	return 0;
}

/**
 * plan_need_policy() - a policy must be there, or be a template
 * @p: the plan, to which the template is added
 * @name: the policy's name
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int plan_need_policy(struct plan *p, const char *name, struct fault *f)
{
	const struct policy *template = template_find(name);
	char near[SUGGEST_TEXT];
	int code;

	if (ruleset_find(&p->now, KIND_POLICY, name))
		return 0;
	if (!template)
		return fault_input(f, "there is no policy \"%s\"%s", name,
				   policy_suggest(&p->now, name, near));
	code = plan_need_sets(p, name, &template->block, f);
	if (code)
		return code;
	plan_put(p, KIND_POLICY, template);
	names_add(&p->staged, name, strlen(name));
	return 0;
}

/**
 * plan_need_pass() - a site's policy must pass what it does not block
 * @policy: the policy
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int plan_need_pass(const struct policy *policy, struct fault *f)
{
	int code = policy_check_site(policy, f);

	if (code)
		fault_add(f, "a site blocks sets: camfence policy set '%s' default pass block SET",
			  policy->name);
	return code;
}

static int put(struct engine *e, const struct plan_step *step,
	       const void *object, struct fault *f)
{
	switch (step->kind) {
	case KIND_SET:
		return engine_put_set(e, object, step->ranges, f);
	case KIND_POLICY:
		return engine_put_policy(e, object, f);
	case KIND_CAMERA:
	case KIND_CATCH:
		return engine_put_camera(e, step->kind, object, f);
	default:
		return engine_put_exemption(e, object, f);
	}
}

static int by_object(const struct plan_step *a, const struct plan_step *b)
{
	return a->kind != b->kind ? (int)a->kind - (int)b->kind :
				    strcmp(a->name, b->name);
}

static int compare_steps(const void *a, const void *b)
{
	const struct plan_step *x = a, *y = b;
	int order = by_object(x, y);

	return order ? order : (x->order > y->order) - (x->order < y->order);
}

static const struct ruleset *goal(const struct plan *p)
{
	return p->want ? p->want : &p->now;
}

/*
 * Of the steps of one object the first knows whether the kernel has it, and the
 * last what is put. What came and went again is not sent.
 */
static int send_object(struct plan *p, const struct plan_step *first,
		       const struct plan_step *last, bool deletes,
		       struct fault *f)
{
	const void *object = ruleset_find(goal(p), last->kind, last->name);
	int code = 0;

	if (deletes && !object && first->was)
		code = engine_delete(p->engine, last->kind, last->name, f);
	else if (!deletes && object)
		code = put(p->engine, last, object, f);
	if (code)
		p->line = last->line;
	return code;
}

static int send_objects(struct plan *p, bool deletes, struct fault *f)
{
	size_t first = 0, i;
	int code = 0;

	for (i = 0; i < p->n && !code; i++) {
		if (i + 1 < p->n && !by_object(&p->step[i], &p->step[i + 1]))
			continue;
		code = send_object(p, &p->step[first], &p->step[i], deletes,
				   f);
		first = i + 1;
	}
	return code;
}

/* What is referred to goes before what refers to it: the order of the kinds. */
static int send_steps(struct plan *p, struct fault *f)
{
	int code;

	if (p->n)
		qsort(p->step, p->n, sizeof(*p->step), compare_steps);
	code = send_objects(p, true, f);
	if (!code)
		code = send_objects(p, false, f);
	if (p->settings && !code)
		code = engine_put_settings(p->engine, &goal(p)->settings, f);
	return code;
}

static int apply(struct plan *p, struct fault *f)
{
	struct counts counts;
	int code;

	p->line = 0;
	code = engine_begin(p->engine, p->now.generation, f);
	if (code)
		return code;
	code = send_steps(p, f);
	if (!code) {
		ruleset_count(goal(p), &counts);
		code = engine_commit(p->engine, &counts, p->confirm,
				     &p->generation, f);
	}
	if (code)
		engine_abort(p->engine);
	return code;
}

static void forget_steps(struct plan *p)
{
	while (p->n)
		free(p->step[--p->n].name);
	names_free(&p->staged);
	ruleset_free(&p->now);
	p->settings = false;
	p->line = 0;
}

/**
 * plan_run() - make a change
 * @p: the plan, zeroed but for @p->confirm, and @p->want and what is of it
 * @o: where
 * @edit: plans the steps that lead from @p->now to what shall be; called again
 *	where somebody else was faster
 * @arg: for @edit
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int plan_run(struct plan *p, const struct options *o, plan_edit edit,
	     void *arg, struct fault *f)
{
	int code, tries = 0;

	code = engine_open(&p->engine, o->netns, f);
	if (code)
		return code;
	p->force = o->force;
	do {
		forget_steps(p);
		fault_clear(f);
		code = engine_dump(p->engine, &p->now, f);
		p->generation = p->now.generation;
		if (!code)
			code = edit(p, arg, f);
		if (!code && (p->n || p->settings))
			code = plan_guard(p, f);
		if (!code && (p->n || p->settings))
			code = apply(p, f);
	} while (code && f->err == ESTALE && ++tries < TRIES);
	return code;
}

/**
 * plan_done() - say what a change did beyond what was asked for
 * @p: the plan that was run
 * @o: how to print
 */
void plan_done(const struct plan *p, const struct options *o)
{
	json_t *root;
	size_t i;

	if (o->json) {
		root = json_head();
		json_object_set_new(root, "generation",
				    json_integer(p->generation));
		out_json(o, root);
		return;
	}
	for (i = 0; i < p->staged.n; i++)
		printf("policy %s: added, as it comes with camfence\n",
		       p->staged.v[i]);
}

/**
 * plan_free() - let go of all that a plan holds
 * @p: the plan
 */
void plan_free(struct plan *p)
{
	engine_close(p->engine);
	forget_steps(p);
	free(p->step);
}
