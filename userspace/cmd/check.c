// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>

#include "args.h"
#include "config.h"
#include "guard.h"
#include "out.h"
#include "show.h"
#include "times.h"

/*
 * struct summary - how much there is of each
 * @n: objects, without what services stand for
 * @over: exemptions that have ended
 */
struct summary {
	size_t n[KINDS];
	size_t ranges, over;
};

static struct summary summarize(const struct ruleset *rs)
{
	struct summary s = {};
	struct counts counts;
	enum objkind kind;
	size_t i;

	ruleset_count(rs, &counts);
	s.ranges = counts.ranges;
	for (kind = 0; kind < KINDS; kind++)
		s.n[kind] = rs->n[kind];
	s.n[KIND_EXEMPTION] -= ruleset_service_parts(rs);
	for (i = 0; i < rs->n[KIND_EXEMPTION]; i++)
		s.over += exemption_liveness(&rs->exemption[i], time_now()) ==
			  OVER;
	return s;
}

static void print_summary(const struct config *c)
{
	struct summary s = summarize(&c->want);
	char *name = out_text(c->files.v[0]);
	enum objkind kind;

	printf("%s:", name);
	for (kind = 0; kind < KINDS; kind++) {
		printf("%s %zu %s", kind ? "," : "", s.n[kind],
		       s.n[kind] == 1 ? kind_name(kind) : kind_plural(kind));
		if (kind == KIND_SET)
			printf(" with %zu ranges", s.ranges);
	}
	if (s.over)
		printf(" (%zu over)", s.over);
	putchar('\n');
	free(name);
}

static void json_summary(const struct options *o, const struct config *c)
{
	struct summary s = summarize(&c->want);
	json_t *root = json_head();
	enum objkind kind;

	json_object_set_new(root, "files", json_names(&c->files));
	for (kind = 0; kind < KINDS; kind++)
		json_object_set_new(root, kind_plural(kind),
				    json_integer(s.n[kind]));
	json_object_set_new(root, "ranges", json_integer(s.ranges));
	json_object_set_new(root, "over", json_integer(s.over));
	json_object_set_new(root, "lockdown", json_names(&c->lockdown));
	json_object_set_new(root, "options", json_settings(&c->want.settings));
	out_json(o, root);
}

static int run_check(const struct options *o, struct args *a, struct fault *f)
{
	struct options mine = *o;
	const char *file = NULL, *word;
	struct config c = {};
	int code = 0;

	while (!code && (word = args_peek(a))) {
		if (guard_is_word(word))
			code = guard_word(args_next(a), &mine.force, f);
		else if (!file)
			file = args_next(a);
		else
			code = args_end(a, f);
	}
	if (!code)
		code = config_load(&c, file ? file : CONFIG_FILE, &mine, f);
	if (!code && o->json)
		json_summary(o, &c);
	else if (!code)
		print_summary(&c);
	config_free(&c);
	return code;
}

static const struct command commands[] = {
	{ "check", run_check, "[FILE] [--force=GUARD,…]",
	  "Reads the configuration, " CONFIG_FILE " where FILE is left out,\n"
	  "and says all that is wrong with it, or what is in it. FILE \"-\" is standard\n"
	  "input. Needs no kernel module and no root; see camfence.yaml(5).", NULL },
	{}
};

const struct object object_check = {
	"check", "is the configuration right?", commands,
};
