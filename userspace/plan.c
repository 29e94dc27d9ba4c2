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
	step = &p->step[p->n++];
	*step = (struct plan_step){ .kind = kind, .name = name };
	return step;
}

/**
 * plan_put() - add or replace an object that is no set
 * @p: the plan
 * @kind: what kind of object
 * @object: it begins with its name and stays until the plan has been run
 */
void plan_put(struct plan *p, enum objkind kind, const void *object)
{
	add_step(p, kind, *(const char *const *)object)->object = object;
}

/**
 * plan_put_set() - add or replace a set
 * @p: the plan
 * @s: the set; stays until the plan has been run
 * @r: its ranges, merged; likewise
 */
void plan_put_set(struct plan *p, const struct set *s, const struct ranges *r)
{
	struct plan_step *step = add_step(p, KIND_SET, s->name);

	step->object = s;
	step->ranges = r;
}

/**
 * plan_delete() - take an object out
 * @p: the plan
 * @kind: what kind of object
 * @name: its name
 */
void plan_delete(struct plan *p, enum objkind kind, const char *name)
{
	add_step(p, kind, name);
}

/**
 * plan_put_settings() - replace the settings
 * @p: the plan
 * @s: the settings; they stay until the plan has been run
 */
void plan_put_settings(struct plan *p, const struct settings *s)
{
	p->settings = s;
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
	char near[SUGGEST_TEXT];

	if (ruleset_find(&p->now, kind, name))
		return 0;
	ruleset_suggest(&p->now, kind, name, near);
	if (!p->now.n[kind])
		return fault_input(f, "there is no %s \"%s\", nor any other",
				   kind_name(kind), name);
	return fault_input(f, "there is no %s \"%s\"%s", kind_name(kind), name,
			   near);
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
	p->staged = template->name;
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

/* What an object, which may not be there, adds to the counts that vary. */
static void weigh(enum objkind kind, const void *object, u32 *ranges,
		  u32 *prefixes)
{
	const struct exemption *x = object;
	const struct set *s = object;

	*ranges = object && kind == KIND_SET ? s->n4 + s->n6 : 0;
	*prefixes = object && kind == KIND_EXEMPTION ? x->n_remotes : 0;
}

/**
 * plan_count() - how much there will be of each
 * @p: the plan
 * @c: the counts
 */
void plan_count(const struct plan *p, struct counts *c)
{
	size_t i;

	ruleset_count(&p->now, c);
	for (i = 0; i < p->n; i++) {
		const struct plan_step *step = &p->step[i];
		const void *old = ruleset_find(&p->now, step->kind, step->name);
		int more = !!step->object - !!old;
		u32 r0, r1, p0, p1;

		weigh(step->kind, old, &r0, &p0);
		weigh(step->kind, step->object, &r1, &p1);
		c->ranges += r1 - r0;
		c->prefixes += p1 - p0;
		c->sets += step->kind == KIND_SET ? more : 0;
		c->policies += step->kind == KIND_POLICY ? more : 0;
		c->cameras += step->kind == KIND_CAMERA ||
			      step->kind == KIND_CATCH ? more : 0;
		c->exemptions += step->kind == KIND_EXEMPTION ? more : 0;
	}
}

static int put(struct engine *e, const struct plan_step *step, struct fault *f)
{
	switch (step->kind) {
	case KIND_SET:
		return engine_put_set(e, step->object, step->ranges, f);
	case KIND_POLICY:
		return engine_put_policy(e, step->object, f);
	case KIND_CAMERA:
	case KIND_CATCH:
		return engine_put_camera(e, step->kind, step->object, f);
	default:
		return engine_put_exemption(e, step->object, f);
	}
}

/* What is referred to goes before what refers to it: the order of the kinds. */
static int send_steps(struct plan *p, struct fault *f)
{
	enum objkind kind;
	int code = 0;
	size_t i;

	for (i = 0; i < p->n && !code; i++)
		if (!p->step[i].object)
			code = engine_delete(p->engine, p->step[i].kind,
					     p->step[i].name, f);
	for (kind = 0; kind < KINDS; kind++)
		for (i = 0; i < p->n && !code; i++)
			if (p->step[i].object && p->step[i].kind == kind)
				code = put(p->engine, &p->step[i], f);
	if (p->settings && !code)
		code = engine_put_settings(p->engine, p->settings, f);
	return code;
}

static int apply(struct plan *p, struct fault *f)
{
	struct counts counts;
	int code;

	code = engine_begin(p->engine, p->now.generation, f);
	if (code)
		return code;
	code = send_steps(p, f);
	if (!code) {
		plan_count(p, &counts);
		code = engine_commit(p->engine, &counts, &p->generation, f);
	}
	if (code)
		engine_abort(p->engine);
	return code;
}

/**
 * plan_run() - make a change
 * @p: the plan, zeroed
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
	do {
		ruleset_free(&p->now);
		p->n = 0;
		p->settings = NULL;
		p->staged = NULL;
		fault_clear(f);
		code = engine_dump(p->engine, &p->now, f);
		p->generation = p->now.generation;
		if (!code)
			code = edit(p, arg, f);
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
void plan_done(struct plan *p, const struct options *o)
{
	json_t *root;

	if (o->json) {
		root = json_head();
		json_object_set_new(root, "generation",
				    json_integer(p->generation));
		out_json(o, root);
	} else if (p->staged) {
		printf("policy %s: added, as it comes with camfence\n",
		       p->staged);
	}
}

/**
 * plan_free() - let go of all that a plan holds
 * @p: the plan
 */
void plan_free(struct plan *p)
{
	engine_close(p->engine);
	ruleset_free(&p->now);
	free(p->step);
}

/**
 * plan_change() - a command's change, from beginning to end
 * @o: where, and how to print
 * @edit: as plan_run()
 * @arg: for @edit
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int plan_change(const struct options *o, plan_edit edit, void *arg,
		struct fault *f)
{
	struct plan p = {};
	int code = plan_run(&p, o, edit, arg, f);

	if (!code)
		plan_done(&p, o);
	plan_free(&p);
	return code;
}

/**
 * plan_run_delete() - the command that deletes one object by name
 * @o: options
 * @a: the name, and nothing behind it
 * @what: the object, for the hint that its name is missing
 * @edit: plans the deletion; its argument is the name
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int plan_run_delete(const struct options *o, struct args *a, const char *what,
		    plan_edit edit, struct fault *f)
{
	const char *name;
	int code;

	code = args_name(a, what, &name, f);
	if (!code)
		code = args_end(a, f);
	return code ? code : plan_change(o, edit, (void *)name, f);
}
