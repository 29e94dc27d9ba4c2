// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "apply.h"
#include "diff.h"
#include "flows.h"
#include "running.h"

static void say_diff(const struct options *o, const struct diff *d,
		     u64 generation, const struct flows *fl)
{
	json_t *root;

	if (o->json) {
		root = json_head();
		json_object_set_new(root, "generation",
				    json_integer(generation));
		json_object_set_new(root, "changes", diff_json(d));
		if (fl)
			json_object_set_new(root, "flows", flows_json(fl));
		out_json(o, root);
		return;
	}
	if (diff_is_empty(d))
		puts("no difference");
	else
		diff_print(d);
	if (fl)
		flows_print(fl);
}

static int compare(const struct options *o, const struct config *c, bool live,
		   struct fault *f)
{
	struct flows_rules running = {}, goal = { &c->want, c->ranges };
	struct ranges *have = NULL;
	struct ruleset now = {};
	struct engine *e = NULL;
	struct flows fl = {};
	struct diff d = {};
	int code;

	code = engine_open(&e, o->netns, f);
	if (!code)
		code = running_dump(e, &now, &have, f);
	running = (struct flows_rules){ &now, have };
	if (!code && live)
		code = flows_look(&fl, &running, &goal, f);
	if (!code) {
		diff_make(&d, &now, have, &c->want, c->ranges);
		say_diff(o, &d, now.generation, live ? &fl : NULL);
		code = diff_is_empty(&d) ? 0 : CODE_NO;
	}
	diff_free(&d);
	flows_free(&fl);
	running_free_ranges(&now, &have);
	ruleset_free(&now);
	engine_close(e);
	return code;
}

static int run_diff(const struct options *o, struct args *a, struct fault *f)
{
	struct options mine = *o;
	struct apply_words w = {};
	struct config c = {};
	int code;

	code = apply_parse(a, &w, false, f);
	mine.force |= w.force;
	if (!code)
		code = config_load(&c, w.word ? w.word : CONFIG_FILE, &mine, f);
	if (!code)
		code = compare(o, &c, w.live, f);
	config_free(&c);
	return code;
}

static const struct command commands[] = {
	{ "diff", run_diff, "[FILE] [--live] [--force=GUARD,…]",
	  "Says what apply would change, an object a line: + it comes, - it goes,\n"
	  "~ it becomes another. Exits with 4 if there is something.\n"
	  "--live  and which of the flows that run would end, as far as conntrack and\n"
	  "        routes tell what their packets are like", NULL },
	{}
};

const struct object object_diff = {
	"diff", "what apply would change", commands,
};
