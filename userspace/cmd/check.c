// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>

#include "args.h"
#include "config.h"
#include "guard.h"
#include "out.h"
#include "show.h"
#include "times.h"

static void count(const struct config *c, size_t n[KINDS])
{
	enum objkind kind;

	for (kind = 0; kind < KINDS; kind++)
		n[kind] = c->want.n[kind];
	n[KIND_EXEMPTION] -= ruleset_service_parts(&c->want);
}

static void print_summary(const struct config *c)
{
	size_t n[KINDS];
	enum objkind kind;
	char *name = out_text(c->files.v[0]);

	count(c, n);
	printf("%s: good:", name);
	for (kind = 0; kind < KINDS; kind++)
		printf("%s %zu %s", kind ? "," : "", n[kind], n[kind] == 1 ?
		       kind_name(kind) : kind_plural(kind));
	putchar('\n');
	free(name);
}

static void json_summary(const struct options *o, const struct config *c)
{
	json_t *root = json_head();
	size_t n[KINDS];
	enum objkind kind;

	count(c, n);
	for (kind = 0; kind < KINDS; kind++)
		json_object_set_new(root, kind_plural(kind),
				    json_integer(n[kind]));
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
	{ "check", run_check, "[FILE] [--force=shared,one-family]",
	  "Reads the configuration, " CONFIG_FILE " where FILE is left out,\n"
	  "and says all that is wrong with it, or what is in it. FILE \"-\" is standard\n"
	  "input. Needs no kernel module and no root; see camfence.yaml(5).", NULL },
	{}
};

const struct object object_check = {
	"check", "is the configuration right?", commands,
};
