// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "change.h"
#include "mem.h"
#include "runtime.h"

/**
 * change_plan() - make a change, and keep it if that is wanted
 * @p: the plan, as plan_run() wants it
 * @o: where
 * @edit: likewise
 * @arg: likewise
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int change_plan(struct plan *p, const struct options *o, plan_edit edit,
		void *arg, struct fault *f)
{
	int code;

	if (o->save)
		return runtime_run(p, o, edit, arg, f);
	code = plan_run(p, o, edit, arg, f);
	if (!code)
		runtime_note(p, o);
	return code;
}

/**
 * change_run() - make one change
 * @o: where, and how to print
 * @a: the words behind the command
 * @c: the change
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int change_run(const struct options *o, struct args *a,
	       const struct change *c, struct fault *f)
{
	void *arg = mem_zalloc(c->size);
	struct options forced = *o;
	struct plan p = {};
	int code;

	code = c->parse(o, a, arg, f);
	forced.force |= a->force;
	if (!code)
		code = change_plan(&p, &forced, c->edit, arg, f);
	if (!code && c->done)
		c->done(o, &p, arg);
	else if (!code)
		plan_done(&p, o);
	plan_free(&p);
	c->free(arg);
	free(arg);
	return code;
}

/**
 * parse_named() - the name of an object, and nothing behind it
 * @o: options
 * @a: the words
 * @arg: a struct named
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int parse_named(const struct options *o, struct args *a, void *arg,
		struct fault *f)
{
	struct named *n = arg;
	int code = args_name(a, a->object, &n->name, f);

	(void)o;
	return code ? code : args_end_forced(a, f);
}

/**
 * free_named() - nothing is held
 * @arg: a struct named
 */
void free_named(void *arg)
{
	(void)arg;
}
