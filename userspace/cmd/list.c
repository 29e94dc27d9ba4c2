// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "args.h"
#include "engine.h"
#include "out.h"
#include "show.h"

static void print_ruleset(const struct ruleset *rs)
{
	enum objkind kind;

	printf("generation %llu\n", (unsigned long long)rs->generation);
	for (kind = 0; kind < KINDS; kind++)
		print_typed(rs, kind);
	print_typed_settings(&rs->settings);
}

static void json_ruleset(const struct options *o, const struct ruleset *rs)
{
	json_t *root = json_head();
	enum objkind kind;

	json_object_set_new(root, "generation", json_integer(rs->generation));
	for (kind = 0; kind < KINDS; kind++)
		json_object_set_new(root, kind_plural(kind),
				    json_objects(rs, kind));
	json_object_set_new(root, "options", json_settings(&rs->settings));
	out_json(o, root);
}

static int run_ruleset(const struct options *o, struct args *a,
		       struct fault *f)
{
	struct ruleset rs = {};
	struct engine *e = NULL;
	int code;

	code = args_end(a, f);
	if (!code)
		code = engine_open(&e, o->netns, f);
	if (!code)
		code = engine_dump(e, &rs, f);
	if (!code && o->json)
		json_ruleset(o, &rs);
	else if (!code)
		print_ruleset(&rs);
	ruleset_free(&rs);
	engine_close(e);
	return code;
}

static const struct command commands[] = {
	{ "ruleset", run_ruleset, "",
	  "All that is in force, as it would be typed; a set's ranges are left out." },
	{}
};

const struct object object_list = {
	"list", "all that is in force", commands,
};
