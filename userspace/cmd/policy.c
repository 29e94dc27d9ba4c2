// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "mem.h"
#include "out.h"
#include "parse.h"
#include "plan.h"
#include "show.h"

enum word { DEFAULT, ACTION, ALLOW, BLOCK, COMMENT, WORDS };

static const char *const keywords[WORDS] = {
	[DEFAULT] = "default", [ACTION] = "action", [ALLOW] = "allow",
	[BLOCK] = "block", [COMMENT] = "comment",
};

/*
 * struct policy_change - what "policy set" shall change
 * @wanted: the new values
 * @given: bit for each keyword that was given
 * @result: the policy as it becomes
 */
struct policy_change {
	struct policy wanted;
	unsigned int given;
	struct policy result;
};

static int parse_sets(const char *keyword, const char *list,
		      struct names *names, struct fault *f)
{
	size_t len;

	if (!strcmp(list, "none"))
		return 0;
	for (;; list += len + 1) {
		const char *wrong;
		char *name;
		bool twice;

		len = strcspn(list, ",");
		name = mem_strndup(list, len);
		wrong = parse_name(name);
		twice = names_have(names, name);
		if (wrong)
			fault_input(f, "%s \"%s\": %s; expected SET[,SET…] or none",
				    keyword, name, wrong);
		else if (twice)
			fault_input(f, "%s: set \"%s\" is given twice",
				    keyword, name);
		else
			names_add(names, name, len);
		free(name);
		if (wrong || twice)
			return CODE_INPUT;
		if (!list[len])
			return 0;
	}
}

static int parse_word(struct args *a, struct policy_change *c, size_t which,
		      struct fault *f)
{
	static const char *const defaults[] = {
		[CAMFENCE_DEFAULT_PASS] = "pass",
		[CAMFENCE_DEFAULT_DROP] = "drop",
	};
	static const char *const actions[] = {
		[CAMFENCE_ACTION_DROP] = "drop",
		[CAMFENCE_ACTION_AUDIT] = "audit",
	};
	const char *value;
	size_t choice = 0;
	int code;

	if (c->given & 1 << which)
		return fault_input(f, "\"%s\" is given twice", keywords[which]);
	c->given |= 1 << which;
	if (which == COMMENT)
		return args_text(a, "comment", &c->wanted.comment, f);
	code = args_value(a, keywords[which], &value, f);
	if (code)
		return code;

	switch (which) {
	case DEFAULT:
		code = args_match(a, value, defaults, 2, &choice, f);
		c->wanted.default_ = choice;
		return code;
	case ACTION:
		code = args_match(a, value, actions, 2, &choice, f);
		c->wanted.action = choice;
		return code;
	case ALLOW:
		return parse_sets("allow", value, &c->wanted.allow, f);
	default:
		return parse_sets("block", value, &c->wanted.block, f);
	}
}

static int parse_policy(struct args *a, struct policy_change *c,
			struct fault *f)
{
	const char *word;
	size_t which;
	int code;

	code = args_name(a, "policy", &word, f);
	if (code)
		return code;
	c->wanted.name = mem_strdup(word);
	while ((word = args_next(a))) {
		code = args_match(a, word, keywords, WORDS, &which, f);
		if (!code)
			code = parse_word(a, c, which, f);
		if (code)
			return code;
	}
	return 0;
}

static void copy_names(struct names *to, const struct names *from)
{
	size_t i;

	for (i = 0; i < from->n; i++)
		names_add(to, from->v[i], strlen(from->v[i]));
}

/* What was given goes before what is there, and that before a template. */
static int edit_set(struct plan *p, void *arg, struct fault *f)
{
	static const struct policy empty;
	struct policy_change *c = arg;
	const struct policy *w = &c->wanted, *old;
	struct policy *r = &c->result;
	int code;

	old = ruleset_find(&p->now, KIND_POLICY, w->name);
	if (!old)
		old = template_find(w->name);
	if (!old)
		old = &empty;

	policy_free(r);
	r->name = mem_strdup(w->name);
	r->default_ = c->given & 1 << DEFAULT ? w->default_ : old->default_;
	r->action = c->given & 1 << ACTION ? w->action : old->action;
	r->comment = mem_strdup(c->given & 1 << COMMENT ? w->comment :
				old->comment);
	copy_names(&r->allow, c->given & 1 << ALLOW ? &w->allow : &old->allow);
	copy_names(&r->block, c->given & 1 << BLOCK ? &w->block : &old->block);

	code = plan_need_sets(p, r->name, &r->allow, f);
	if (!code)
		code = plan_need_sets(p, r->name, &r->block, f);
	if (!code)
		plan_put(p, KIND_POLICY, r);
	return code;
}

static int run_set(const struct options *o, struct args *a, struct fault *f)
{
	struct policy_change c = {};
	struct plan p = {};
	int code;

	code = parse_policy(a, &c, f);
	if (!code)
		code = plan_run(&p, o, edit_set, &c, f);
	if (!code)
		plan_done(&p, o);
	plan_free(&p);
	policy_free(&c.wanted);
	policy_free(&c.result);
	return code;
}

static int edit_delete(struct plan *p, void *arg, struct fault *f)
{
	const char *name = arg;
	int code = plan_need(p, KIND_POLICY, name, f);
	size_t i;

	if (code)
		return code;
	for (i = 0; i < p->now.n[KIND_CAMERA]; i++) {
		const struct camera *c = &p->now.camera[i];

		if (!strcmp(c->policy, name))
			return fault_in_use(f, KIND_POLICY, name, KIND_CAMERA,
					    c->name);
	}
	for (i = 0; i < p->now.n[KIND_EXEMPTION]; i++) {
		const struct exemption *e = &p->now.exemption[i];

		if (e->policy && !strcmp(e->policy, name))
			return fault_in_use(f, KIND_POLICY, name,
					    KIND_EXEMPTION, e->name);
	}
	plan_delete(p, KIND_POLICY, name);
	return 0;
}

static int run_delete(const struct options *o, struct args *a, struct fault *f)
{
	return plan_run_delete(o, a, "policy", edit_delete, f);
}

static int run_list(const struct options *o, struct args *a, struct fault *f)
{
	return show_kind(o, a, KIND_POLICY, f);
}

static const struct command commands[] = {
	{ "set", run_set,
	  "NAME [default pass|drop] [action drop|audit] [allow SET,…] [block SET,…] [comment C]",
	  "Creates the policy, or changes what is given and keeps the rest.\n"
	  "\"allow none\" and \"block none\" empty the list. Looked at in this order:\n"
	  "exemptions, allow, block, default. \"action audit\" counts and lets pass.\n"
	  "These come with camfence and are added when first named:\n"
	  "geoblock   default pass, block cn\n"
	  "isolate    default drop; allow what you name\n"
	  "approve    default drop; exemptions only\n"
	  "audit      default pass, block cn, action audit" },
	{ "list", run_list, "", NULL },
	{ "delete", run_delete, "NAME",
	  "No camera and no exemption may use it." },
	{}
};

const struct object object_policy = {
	"policy", "what decides about a camera's packets", commands,
};
