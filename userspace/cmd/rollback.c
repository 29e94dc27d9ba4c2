// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply.h"
#include "guard.h"
#include "mem.h"
#include "out.h"
#include "parse.h"
#include "times.h"

static void print_list(const struct history *h)
{
	static const char *const heads[] = {
		"N", "GENERATION", "WHEN", "WHO", "MESSAGE"
	};
	struct table t;
	size_t i;

	if (!h->n) {
		puts("nothing was applied yet");
		return;
	}
	table_init(&t, heads, ARRAY_SIZE(heads), 1 << 0 | 1 << 1);
	for (i = 0; i < h->n; i++) {
		const struct applied *a = &h->v[i];
		char buf[TIME_TEXT];

		table_cell(&t, "%zu", i);
		table_cell(&t, "%llu", (unsigned long long)a->generation);
		table_cell(&t, "%s", time_text(a->time, buf));
		table_text(&t, a->who);
		table_text(&t, a->message);
	}
	table_print(&t);
}

static void json_list(const struct options *o, const struct history *h)
{
	json_t *root = json_head(), *list = json_array();
	size_t i;

	for (i = 0; i < h->n; i++) {
		const struct applied *a = &h->v[i];
		json_t *one = json_object();

		json_object_set_new(one, "n", json_integer(i));
		json_object_set_new(one, "generation",
				    json_integer(a->generation));
		json_object_set_new(one, "time", json_time(a->time));
		if (a->who)
			json_object_set_new(one, "who", json_text(a->who));
		if (a->message)
			json_object_set_new(one, "message",
					    json_text(a->message));
		json_array_append_new(list, one);
	}
	json_object_set_new(root, "applied", list);
	out_json(o, root);
}

static int list(const struct options *o, struct fault *f)
{
	struct history h = {};
	int code = history_read(&h, f);

	if (!code && o->json)
		json_list(o, &h);
	else if (!code)
		print_list(&h);
	history_free(&h);
	return code;
}

static int load_kept(const struct options *o, const struct applied *a,
		     struct config *c, struct fault *f)
{
	char *path = history_path(a);
	int code;

	code = config_load(c, path, o, f);
	free(path);
	return code;
}

/* What was in force was meant; but who types it may be another one now. */
static int go_back(const struct options *o, u32 n, struct apply_words *w,
		   struct fault *f)
{
	struct options forced = *o;
	struct history h = {};
	struct config c = {};
	int code;

	forced.force |= w->force | ~(1U << GUARD_CONNECTION);

	code = apply_load_module(f);
	if (!code)
		code = history_lock(&h, f);
	if (!code && n >= h.n) {
		code = fault_input(f, "rollback %u: %zu rulesets are kept, counted from 0",
				   n, h.n);
		fault_add(f, "see: camfence rollback list");
	}
	if (!code)
		code = load_kept(&forced, &h.v[n], &c, f);
	if (!code) {
		if (!w->message)
			w->message = mem_printf("rollback to generation %llu",
						(unsigned long long)
						h.v[n].generation);
		code = apply_config(&forced, &c, &h, w, f);
	}
	config_free(&c);
	history_free(&h);
	return code;
}

static int run_rollback(const struct options *o, struct args *a,
			struct fault *f)
{
	struct apply_words w = {};
	u32 n = 1;
	int code;

	code = apply_parse(a, &w, true, f);
	if (!code && o->netns)
		code = fault_input(f, "-n: what is kept is of this network namespace");
	if (!code && w.word && !strcmp(w.word, "list"))
		code = list(o, f);
	else if (!code && w.word &&
		 !parse_number(w.word, strlen(w.word), HISTORY_MOST - 1, &n))
		code = fault_input(f, "rollback \"%s\": expected a number from 0 to %d, or list",
				   w.word, HISTORY_MOST - 1);
	else if (!code)
		code = go_back(o, n, &w, f);
	free(w.message);
	return code;
}

static const struct command commands[] = {
	{ "rollback", run_rollback,
	  "[list|N] [--message M] [--confirm SECONDS] [--force=GUARD,…]",
	  "Puts a ruleset that was applied before into force again, as it was then,\n"
	  "whatever its files have become: N is 0 for the latest, 1 for the one before\n"
	  "it, which is meant without N. " HISTORY_DIR " keeps the latest 5.\n"
	  "list   which these are: who applied them, when and why", NULL },
	{}
};

const struct object object_rollback = {
	"rollback", "put an earlier ruleset into force again", commands,
};
