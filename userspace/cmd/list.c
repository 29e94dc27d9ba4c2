// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "show.h"

static void print_all(const struct ruleset *rs, const void *arg)
{
	enum objkind kind;

	(void)arg;
	printf("generation %llu\n", (unsigned long long)rs->generation);
	for (kind = 0; kind < KINDS; kind++)
		print_typed(rs, kind);
	print_typed_settings(&rs->settings);
}

static void json_all(json_t *root, const struct ruleset *rs, const void *arg)
{
	enum objkind kind;

	(void)arg;
	for (kind = 0; kind < KINDS; kind++)
		json_object_set_new(root, kind_plural(kind),
				    json_objects(rs, kind));
	json_object_set_new(root, "options", json_settings(&rs->settings));
}

static int run_ruleset(const struct options *o, struct args *a,
		       struct fault *f)
{
	static const struct view view = { print_all, json_all };

	return show_ruleset(o, a, &view, NULL, f);
}

static const struct command commands[] = {
	{ "ruleset", run_ruleset, "",
	  "All that is in force, as it would be typed; a set's ranges are left out." },
	{}
};

const struct object object_list = {
	"list", "all that is in force", commands,
};
