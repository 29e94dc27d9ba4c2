/* SPDX-License-Identifier: GPL-2.0 */
/* Commands that change the ruleset: alone, or many in one transaction. */
#ifndef CAMFENCE_CHANGE_H
#define CAMFENCE_CHANGE_H

#include "args.h"
#include "fault.h"
#include "plan.h"
#include "tool.h"

/*
 * struct change - a command that changes the ruleset
 * @size: of what it parses its words into, zeroed in the beginning
 * @parse: takes the words, which stay; asks nobody
 * @edit: as plan_run() wants it; may be called again, on another ruleset
 * @done: says what was done, NULL for plan_done()
 * @free: lets go of what the words became, whatever became of them
 */
struct change {
	size_t size;
	int (*parse)(const struct options *o, struct args *a, void *arg,
		     struct fault *f);
	plan_edit edit;
	void (*done)(const struct options *o, const struct plan *p,
		     const void *arg);
	void (*free)(void *arg);
};

/*
 * struct named - of a change that needs nothing but the name of an object
 */
struct named {
	const char *name;
};

int change_plan(struct plan *p, const struct options *o, plan_edit edit,
		void *arg, struct fault *f);
int change_run(const struct options *o, struct args *a,
	       const struct change *c, struct fault *f);
int parse_named(const struct options *o, struct args *a, void *arg,
		struct fault *f);
void free_named(void *arg);

#endif
