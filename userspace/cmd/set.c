// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "args.h"
#include "load.h"
#include "mem.h"
#include "out.h"
#include "parse.h"
#include "plan.h"
#include "show.h"
#include "times.h"

/*
 * struct set_change - a set that is loaded, added to or taken from
 * @set: what is put
 * @load: what was read, or typed
 * @ranges: what is put
 * @remove: take @load out rather than in
 * @changed: addresses came or went
 */
struct set_change {
	struct set set;
	struct load load;
	struct ranges ranges;
	bool remove;
	bool changed;
};

static void change_free(struct set_change *c)
{
	set_free(&c->set);
	load_free(&c->load);
	ranges_free(&c->ranges);
}

/* Lists of sets are separated by commas, and "none" is a list without any. */
static int set_name(struct args *a, char **name, struct fault *f)
{
	const char *word;
	int code = args_name(a, "set", &word, f);

	if (code)
		return code;
	if (strchr(word, ',') || !strcmp(word, "none"))
		return fault_input(f, "set \"%s\": no comma in a set's name, and not \"none\"",
				   word);
	*name = mem_strdup(word);
	return 0;
}

static int edit_load(struct plan *p, void *arg, struct fault *f)
{
	struct set_change *c = arg;

	(void)f;
	plan_put_set(p, &c->set, &c->load.ranges);
	return 0;
}

static void say_loaded(const struct options *o, const struct set_change *c,
		       const struct load_stats *stats, u64 generation,
		       double seconds)
{
	const struct load *l = &c->load;
	json_t *root;

	if (!o->json) {
		printf("set %s: %zu entries, %zu IPv4 and %zu IPv6 ranges",
		       c->set.name, l->entries, l->ranges.n4, l->ranges.n6);
		printf(" (%zu merged, %zu duplicate, %zu with host bits)",
		       stats->merged, stats->duplicate, l->host_bits);
		printf(", generation %llu, %.3f s\n", (unsigned long long)generation,
		       seconds);
		return;
	}
	root = json_head();
	json_object_set_new(root, "name", json_text(c->set.name));
	json_object_set_new(root, "entries", json_integer(l->entries));
	json_object_set_new(root, "ranges4", json_integer(l->ranges.n4));
	json_object_set_new(root, "ranges6", json_integer(l->ranges.n6));
	json_object_set_new(root, "merged", json_integer(stats->merged));
	json_object_set_new(root, "duplicate", json_integer(stats->duplicate));
	json_object_set_new(root, "host-bits", json_integer(l->host_bits));
	json_object_set_new(root, "generation", json_integer(generation));
	json_object_set_new(root, "seconds", json_real(seconds));
	out_json(o, root);
}

/*
 * struct load_words - the words of "set load"
 */
struct load_words {
	char **files;
	size_t n;
	const struct format *format;
};

static int load_words(struct args *a, struct load_words *w, struct load *l,
		      struct fault *f)
{
	const char *word;
	int code;

	w->files = a->word + a->at;
	for (; (word = args_peek(a)); a->at++, w->n++)
		if (!strcmp(word, "country") || !strcmp(word, "format"))
			break;
	if (!w->n)
		return args_missing(a, "the file (\"-\" is standard input)", f);

	while ((word = args_next(a))) {
		static const char *const keywords[] = { "country", "format" };
		const char *value;
		size_t which;

		code = args_match(a, word, keywords, 2, &which, f);
		if (!code)
			code = args_value(a, keywords[which], &value, f);
		if (!code && which == 0)
			code = load_countries(l, value, f);
		if (code)
			return code;
		if (which == 0)
			continue;
		w->format = format_find(value);
		if (!w->format && strcmp(value, "auto"))
			return fault_input(f, "format \"%s\": expected auto, plain or geoip",
					   value);
	}
	return 0;
}

static int run_load(const struct options *o, struct args *a, struct fault *f)
{
	struct set_change c = {};
	struct load_words w = {};
	struct load_stats stats;
	struct timespec t0, t1;
	struct plan p = {};
	int code;

	clock_gettime(CLOCK_MONOTONIC, &t0);
	code = set_name(a, &c.set.name, f);
	if (!code)
		code = load_words(a, &w, &c.load, f);
	if (!code)
		code = load_files(&c.load, w.files, w.n, w.format,
				  &c.set.date, f);
	if (f->placed)
		fault_add(f, "nothing was loaded");
	if (!code)
		code = load_finish(&c.load, &stats, f);
	if (code)
		goto out;

	c.set.n4 = c.load.ranges.n4;
	c.set.n6 = c.load.ranges.n6;
	c.set.source = load_source(w.files, w.n, &c.load.countries);
	code = plan_run(&p, o, edit_load, &c, f);
	clock_gettime(CLOCK_MONOTONIC, &t1);
	if (!code)
		say_loaded(o, &c, &stats, p.generation,
			   t1.tv_sec - t0.tv_sec +
			   (t1.tv_nsec - t0.tv_nsec) / 1e9);
	plan_free(&p);
out:
	change_free(&c);
	return code;
}

/* Addresses typed: all that are wrong are told at once. */
static int typed_ranges(struct args *a, struct ranges *r, struct fault *f)
{
	struct range one;
	const char *word;
	bool wrong = false;

	if (!args_peek(a))
		return args_missing(a, "an address", f);
	while ((word = args_next(a))) {
		bool host_bits;
		const char *why = parse_range(word, strlen(word), &one,
					      &host_bits);

		if (!why && range_is_written4(&one))
			why = parse_written4;
		if (!why) {
			ranges_push(r, &one);
			continue;
		}
		fault_add(f, "\"%s\": %s", word, why);
		wrong = true;
	}
	return wrong ? CODE_INPUT : 0;
}

static int take_out(struct set_change *c, struct args *typed, struct fault *f)
{
	char buf[RANGE_TEXT];
	struct range in;
	size_t i;

	for (i = typed->at; i < typed->n; i++) {
		const char *word = typed->word[i];
		struct range one;
		bool host_bits;

		parse_range(word, strlen(word), &one, &host_bits);
		if (ranges_find(&c->ranges, &one, &in))
			continue;
		return fault_input(f, "set \"%s\": %s is not in it%s; nothing was removed",
				   c->set.name, range_text(&one, buf),
				   ranges_overlap(&c->ranges, &one) ?
				   ", only a part of it is" : "");
	}
	ranges_subtract(&c->ranges, &c->load.ranges);
	c->changed = true;
	if (c->ranges.n4 || c->ranges.n6)
		return 0;
	fault_input(f, "set \"%s\": an empty set would be left, which protects nothing",
		    c->set.name);
	fault_add(f, "delete it: camfence set delete '%s'", c->set.name);
	return CODE_INPUT;
}

static void put_in(struct set_change *c)
{
	const struct ranges *more = &c->load.ranges;
	struct range one, in;
	size_t i;

	for (i = 0; i < more->n4 + more->n6; i++) {
		if (i < more->n4)
			one = (struct range){ .family = 4, .v4 = more->v4[i] };
		else
			one = (struct range){ .family = 6,
					      .v6 = more->v6[i - more->n4] };
		if (!ranges_find(&c->ranges, &one, &in))
			c->changed = true;
	}
	if (!c->changed)
		return;
	for (i = 0; i < more->n4; i++)
		ranges_push4(&c->ranges, more->v4[i]);
	for (i = 0; i < more->n6; i++)
		ranges_push6(&c->ranges, more->v6[i]);
	ranges_merge(&c->ranges);
}

/*
 * struct change_arg - for the plan of "set add" and "set remove"
 * @typed: the addresses, as words
 */
struct change_arg {
	struct set_change c;
	struct args typed;
};

static int edit_change(struct plan *p, void *arg, struct fault *f)
{
	struct change_arg *x = arg;
	struct set_change *c = &x->c;
	const struct set *old;
	int code;

	code = plan_need(p, KIND_SET, c->set.name, f);
	if (code) {
		if (!c->remove)
			fault_add(f, "make it from a list: camfence set load '%s' FILE…",
				  c->set.name);
		return code;
	}
	old = ruleset_find(&p->now, KIND_SET, c->set.name);
	ranges_free(&c->ranges);
	code = engine_dump_set(p->engine, old->name, p->now.generation,
			       &c->ranges, f);
	if (code)
		return code;
	c->changed = false;
	if (c->remove)
		code = take_out(c, &x->typed, f);
	else
		put_in(c);
	if (code || !c->changed)
		return code;

	free(c->set.source);
	if (old->source && strlen(old->source) < CAMFENCE_TEXT_LEN - 9 &&
	    !strstr(old->source, " (edited)"))
		c->set.source = mem_printf("%s (edited)", old->source);
	else
		c->set.source = mem_strdup(old->source);
	c->set.date = old->date;
	c->set.n4 = c->ranges.n4;
	c->set.n6 = c->ranges.n6;
	plan_put_set(p, &c->set, &c->ranges);
	return 0;
}

static int run_change(const struct options *o, struct args *a, bool remove,
		      struct fault *f)
{
	struct change_arg x = { .c.remove = remove };
	struct plan p = {};
	int code;

	code = set_name(a, &x.c.set.name, f);
	x.typed = *a;
	if (!code)
		code = typed_ranges(a, &x.c.load.ranges, f);
	if (code)
		goto out;
	ranges_merge(&x.c.load.ranges);

	code = plan_run(&p, o, edit_change, &x, f);
	if (!code && !o->json && x.c.changed)
		printf("set %s: %zu IPv4 and %zu IPv6 ranges, generation %llu\n",
		       x.c.set.name, x.c.ranges.n4, x.c.ranges.n6,
		       (unsigned long long)p.generation);
	else if (!code && !o->json)
		printf("set %s: all of it is in it already\n", x.c.set.name);
	else if (!code)
		plan_done(&p, o);
	plan_free(&p);
out:
	change_free(&x.c);
	return code;
}

static int run_add(const struct options *o, struct args *a, struct fault *f)
{
	return run_change(o, a, false, f);
}

static int run_remove(const struct options *o, struct args *a, struct fault *f)
{
	return run_change(o, a, true, f);
}

static int check_exemptions(const struct ruleset *now, const char *name,
			    struct fault *f)
{
	size_t i;

	for (i = 0; i < now->n[KIND_EXEMPTION]; i++) {
		const struct exemption *e = &now->exemption[i];

		if (!names_have(&e->sets, name))
			continue;
		if (!e->is_service)
			return fault_in_use(f, KIND_SET, name, KIND_EXEMPTION,
					    e->name);
		fault_input(f, "set \"%s\": policy \"%s\" has service %s",
			    name, e->policy, e->comment);
		fault_add(f, "take it out there first: camfence policy set '%s' service …",
			  e->policy);
		return CODE_INPUT;
	}
	return 0;
}

static int edit_delete(struct plan *p, void *arg, struct fault *f)
{
	const char *name = arg;
	int code = plan_need(p, KIND_SET, name, f);
	size_t i;

	if (code)
		return code;
	for (i = 0; i < p->now.n[KIND_POLICY]; i++) {
		const struct policy *policy = &p->now.policy[i];
		bool allow = names_have(&policy->allow, name);

		if (!allow && !names_have(&policy->block, name))
			continue;
		fault_input(f, "set \"%s\": policy \"%s\" %s it", name,
			    policy->name, allow ? "allows" : "blocks");
		fault_add(f, "take it out there first: camfence policy set '%s' %s …",
			  policy->name, allow ? "allow" : "block");
		return CODE_INPUT;
	}
	code = check_exemptions(&p->now, name, f);
	if (!code)
		plan_delete(p, KIND_SET, name);
	return code;
}

static int run_delete(const struct options *o, struct args *a, struct fault *f)
{
	return plan_run_delete(o, a, "set", edit_delete, f);
}

static int run_list(const struct options *o, struct args *a, struct fault *f)
{
	return show_kind(o, a, KIND_SET, f);
}

static int dump_tested(const struct options *o, const char *name,
		       struct ranges *r, struct fault *f)
{
	struct plan p = {};
	int code, tries = 0;

	code = engine_open(&p.engine, o->netns, f);
	while (!code) {
		code = engine_dump(p.engine, &p.now, f);
		if (!code)
			code = plan_need(&p, KIND_SET, name, f);
		if (!code)
			code = engine_dump_set(p.engine, name,
					       p.now.generation, r, f);
		if (!code || f->err != ESTALE || ++tries > 3)
			break;
		ruleset_free(&p.now);
		code = 0;
	}
	plan_free(&p);
	return code;
}

static int say_tested(const struct options *o, const char *name,
		      const struct args *typed, const struct ranges *r)
{
	json_t *results = json_array(), *root = json_head();
	char buf[RANGE_TEXT];
	bool all = true;
	size_t i;

	for (i = typed->at; i < typed->n; i++) {
		const char *word = typed->word[i];
		struct range one, in;
		bool host_bits, found;
		json_t *result = json_object();

		parse_range(word, strlen(word), &one, &host_bits);
		found = ranges_find(r, &one, &in);
		all = all && found;
		json_object_set_new(result, "addr", json_text(word));
		json_object_set_new(result, "in", json_boolean(found));
		if (found)
			json_object_set_new(result, "range",
					    json_text(range_text(&in, buf)));
		json_array_append_new(results, result);
		if (o->json)
			continue;
		if (found)
			printf("%s is in set %s: %s\n", word, name,
			       range_text(&in, buf));
		else
			printf("%s is not in set %s%s\n", word, name,
			       ranges_overlap(r, &one) ?
			       ", only a part of it is" : "");
	}
	json_object_set_new(root, "name", json_text(name));
	json_object_set_new(root, "results", results);
	if (o->json)
		out_json(o, root);
	else
		json_decref(root);
	return all ? CODE_DONE : CODE_NO;
}

static int run_test(const struct options *o, struct args *a, struct fault *f)
{
	struct ranges typed = {}, in_set = {};
	struct args words;
	const char *name;
	int code;

	code = args_name(a, "set", &name, f);
	words = *a;
	if (!code)
		code = typed_ranges(a, &typed, f);
	if (!code)
		code = dump_tested(o, name, &in_set, f);
	if (!code)
		code = say_tested(o, name, &words, &in_set);
	ranges_free(&typed);
	ranges_free(&in_set);
	return code;
}

static const struct command commands[] = {
	{ "load", run_load,
	  "NAME FILE… [country CC[,CC…]] [format auto|plain|geoip]",
	  "Creates the set, or replaces it as a whole. FILE \"-\" is standard input.\n"
	  "plain:  an address, a prefix or a range a-b a line; comments after # or ;\n"
	  "geoip:  FIRST,LAST,CC a line, such as Debian's tor-geoipdb has in\n"
	  "        /usr/share/tor/geoip and geoip6; \"country\" says which\n"
	  "Order, overlaps and duplicates do not matter. A line that is no address is an\n"
	  "error, and nothing is loaded. China's lists leave out HK and MO.\n"
	  "  camfence set load cn /usr/share/tor/geoip /usr/share/tor/geoip6 country CN,HK,MO" },
	{ "add", run_add, "NAME ADDR…",
	  "ADDR is an address, a prefix or a range a-b. The set must be there." },
	{ "remove", run_remove, "NAME ADDR…",
	  "All of each ADDR must be in the set." },
	{ "list", run_list, "", NULL },
	{ "test", run_test, "NAME ADDR…",
	  "Says which range of the set each ADDR is in. Exits with 4 if one is in none." },
	{ "delete", run_delete, "NAME", "No policy and no exemption may use it." },
	{}
};

const struct object object_set = {
	"set", "address sets", commands,
};
