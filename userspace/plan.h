/* SPDX-License-Identifier: GPL-2.0 */
/* From what shall be to the steps that lead there: one transaction. */
#ifndef CAMFENCE_PLAN_H
#define CAMFENCE_PLAN_H

#include "engine.h"
#include "fault.h"
#include "place.h"
#include "ruleset.h"
#include "tool.h"
#include "types.h"

/*
 * struct plan_step - an object that a change put or deleted
 * @order: of the steps, as they were planned
 * @was: it was there before this step
 * @ranges: of a set that was put: borrowed until the plan has been run
 * @line: what plan.line was
 */
struct plan_step {
	enum objkind kind;
	char *name;
	size_t order;
	bool was;
	const struct ranges *ranges;
	size_t line;
};

/*
 * struct plan - changes to a ruleset
 * @engine: for what the ruleset's dump leaves out
 * @now: the ruleset as it will be: what is in force with all steps taken so far
 * @want: where it is known as a whole: what shall be; borrowed. @now is what is
 *	in force then, and the steps are plan_step_to()'s
 * @place, @meant: of @want's objects of each kind: where they stand, and bit for
 *	each guard that is meant to be passed; borrowed
 * @force: guards that are to be passed
 * @passed: those of them that would have refused something
 * @step: the steps
 * @settings: they were changed, too
 * @staged: templates that plan_need_policy() added
 * @line: of a batch: which one is being planned; if something cannot be sent,
 *	the one that wanted it; 0 where there is none
 * @confirm: seconds within which it is to be confirmed, 0: it stands at once
 * @generation: the new one, afterwards; the old one where nothing changed
 */
struct plan {
	struct engine *engine;
	struct ruleset now;
	const struct ruleset *want;
	struct place *const *place;
	unsigned int *const *meant;
	unsigned int force, passed;
	struct plan_step *step;
	size_t n, cap;
	bool settings;
	struct names staged;
	size_t line;
	u32 confirm;
	u64 generation;
};

typedef int (*plan_edit)(struct plan *p, void *arg, struct fault *f);

void plan_put(struct plan *p, enum objkind kind, const void *object);
void plan_put_set(struct plan *p, const struct set *s, const struct ranges *r);
void plan_delete(struct plan *p, enum objkind kind, const char *name);
int plan_set_ranges(struct plan *p, const char *name, struct ranges *r,
		    struct fault *f);
void plan_put_settings(struct plan *p, const struct settings *s);
void plan_step_to(struct plan *p, enum objkind kind, const char *name,
		  const struct ranges *r);
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
int plan_run(struct plan *p, const struct options *o, plan_edit edit,
	     void *arg, struct fault *f);
int plan_guard(struct plan *p, struct fault *f);
void plan_done(const struct plan *p, const struct options *o);
void plan_free(struct plan *p);

const struct policy *template_find(const char *name);
const struct policy *template_at(size_t i);
const char *policy_suggest(const struct ruleset *rs, const char *name,
			   char *buf);
int policy_check_site(const struct policy *p, struct fault *f);

#endif
