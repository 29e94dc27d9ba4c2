// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "show.h"

static bool is_empty(const struct ruleset *rs)
{
	enum objkind kind;
	size_t n = rs->settings.n_nat64 + !!rs->settings.site;

	for (kind = 0; kind < KINDS; kind++)
		n += rs->n[kind];
	return !n;
}

static void print_all(const struct shown *s, const void *arg)
{
	const struct ruleset *rs = &s->rs;
	enum objkind kind;

	(void)arg;
	printf("generation %llu\n", (unsigned long long)rs->generation);
	for (kind = 0; kind < KINDS; kind++)
		print_typed(rs, kind);
	print_typed_settings(&rs->settings);
	if (is_empty(rs))
		puts("nothing else: no object of any kind, no option");
}

static void json_all(json_t *root, const struct shown *s, const void *arg)
{
	enum objkind kind;

	(void)arg;
	for (kind = 0; kind < KINDS; kind++) {
		struct filter all = { .kind = kind };

		json_object_set_new(root, kind_plural(kind),
				    json_objects(s, &all));
	}
	json_object_set_new(root, "options", json_settings(&s->rs.settings));
}

static int run_ruleset(const struct options *o, struct args *a,
		       struct fault *f)
{
	static const struct view view = { print_all, json_all };

	return show_ruleset(o, a, &view, NULL, f);
}

static const struct command commands[] = {
	{ "ruleset", run_ruleset, "",
	  "All that is in force, as it would be typed; a set's ranges are left out.", NULL },
	{}
};

const struct object object_list = {
	"list", "all that is in force", commands,
};
