/* SPDX-License-Identifier: GPL-2.0 */
/* From what shall be to the steps that lead there: one transaction. */
#ifndef CAMFENCE_PLAN_H
#define CAMFENCE_PLAN_H

#include "engine.h"
#include "fault.h"
#include "ruleset.h"
#include "tool.h"
#include "types.h"

struct plan_step {
	enum objkind kind;
	const char *name;
	const void *object;
	const struct ranges *ranges;
};

/*
 * struct plan - changes to a ruleset
 * @engine: for what the ruleset's dump leaves out
 * @now: the ruleset that is changed
 * @step: the changes; objects are borrowed and outlive the plan
 * @settings: the new ones, borrowed as well, or NULL
 * @staged: template that was added to @step by plan_need_policy(), or NULL
 * @generation: the new one, afterwards; the old one where nothing changed
 */
struct plan {
	struct engine *engine;
	struct ruleset now;
	struct plan_step *step;
	size_t n, cap;
	const struct settings *settings;
	const char *staged;
	u64 generation;
};

typedef int (*plan_edit)(struct plan *p, void *arg, struct fault *f);

void plan_put(struct plan *p, enum objkind kind, const void *object);
void plan_put_set(struct plan *p, const struct set *s, const struct ranges *r);
void plan_delete(struct plan *p, enum objkind kind, const char *name);
void plan_put_settings(struct plan *p, const struct settings *s);
int plan_need_policy(struct plan *p, const char *name, struct fault *f);
int plan_need_pass(const struct policy *policy, struct fault *f);
int plan_need_sets(struct plan *p, const char *policy,
		   const struct names *sets, struct fault *f);
int fault_in_use(struct fault *f, enum objkind kind, const char *name,
		 enum objkind user_kind, const char *user);
int plan_need(struct plan *p, enum objkind kind, const char *name,
	      struct fault *f);
int plan_need_new(struct plan *p, enum objkind kind, const char *name,
		  struct fault *f);
void plan_count(const struct plan *p, struct counts *c);
int plan_run(struct plan *p, const struct options *o, plan_edit edit,
	     void *arg, struct fault *f);
void plan_done(struct plan *p, const struct options *o);
int plan_change(const struct options *o, plan_edit edit, void *arg,
		struct fault *f);
int plan_run_delete(const struct options *o, struct args *a, const char *what,
		    plan_edit edit, struct fault *f);
void plan_free(struct plan *p);

const struct policy *template_find(const char *name);
const struct policy *template_at(size_t i);
const char *policy_suggest(const struct ruleset *rs, const char *name,
			   char *buf);
int policy_check_site(const struct policy *p, struct fault *f);

#endif
