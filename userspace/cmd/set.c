// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "change.h"
#include "guard.h"
#include "load.h"
#include "mem.h"
#include "out.h"
#include "parse.h"
#include "sets.h"
#include "show.h"

/*
 * struct set_change - a set that is loaded, added to or taken from
 * @set: what is put
 * @load: what was read, or typed
 * @stats: of what was read
 * @begin: when the reading began
 * @typed: the addresses, as words
 * @ranges: what is put, where it is not all that was read
 * @changed: addresses came or went
 */
struct set_change {
	struct set set;
	struct load load;
	struct load_stats stats;
	struct timespec begin;
	struct args typed;
	struct ranges ranges;
	bool changed;
};

static void free_change(void *arg)
{
	struct set_change *c = arg;

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

static double seconds_since(const struct timespec *then)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec - then->tv_sec + (now.tv_nsec - then->tv_nsec) / 1e9;
}

static void say_loaded(const struct options *o, const struct plan *p,
		       const void *arg)
{
	const struct set_change *c = arg;
	const struct load_stats *stats = &c->stats;
	double seconds = seconds_since(&c->begin);
	const struct load *l = &c->load;
	json_t *root;

	if (!o->json) {
		printf("set %s: %zu entries, %zu IPv4 and %zu IPv6 ranges",
		       c->set.name, l->entries, l->ranges.n4, l->ranges.n6);
		printf(" (%zu merged, %zu duplicate, %zu with host bits)",
		       stats->merged, stats->duplicate, l->host_bits);
		printf(", generation %llu, %.3f s\n",
		       (unsigned long long)p->generation, seconds);
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
	json_object_set_new(root, "generation", json_integer(p->generation));
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
		if (!strcmp(word, "country") || !strcmp(word, "format") ||
		    guard_is_word(word))
			break;
	if (!w->n)
		return args_missing(a, "the file (\"-\" is standard input)", f);

	for (;;) {
		static const char *const keywords[] = { "country", "format" };
		const char *value;
		size_t which;

		code = args_keyword(a, &word, f);
		if (code || !word)
			return code;
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
}

static int parse_load(const struct options *o, struct args *a, void *arg,
		      struct fault *f)
{
	struct set_change *c = arg;
	struct load_words w = {};
	int code;

	clock_gettime(CLOCK_MONOTONIC, &c->begin);
	code = set_name(a, &c->set.name, f);
	if (!code)
		code = load_words(a, &w, &c->load, f);
	if (!code)
		code = load_files(&c->load, w.files, w.n, w.format,
				  &c->set.date, f);
	if (f->placed)
		fault_add(f, "nothing was loaded");
	if (!code)
		code = load_finish(&c->load, o->force | a->force, &c->stats,
				   f);
	if (code)
		return code;
	c->set.n4 = c->load.ranges.n4;
	c->set.n6 = c->load.ranges.n6;
	c->set.source = load_source(w.files, w.n, &c->load.countries);
	return 0;
}

static const struct change change_load = {
	.size = sizeof(struct set_change),
	.parse = parse_load,
	.edit = edit_load,
	.done = say_loaded,
	.free = free_change,
};

static int take_out(struct set_change *c, struct fault *f)
{
	const struct args *typed = &c->typed;
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
	return 0;
}

static int put_in(struct set_change *c, struct fault *f)
{
	const struct ranges *more = &c->load.ranges;
	struct range one, in;
	size_t i;

	(void)f;
	for (i = 0; i < more->n4 + more->n6; i++) {
		one = ranges_at(more, i);
		if (!ranges_find(&c->ranges, &one, &in))
			c->changed = true;
	}
	if (!c->changed)
		return 0;
	ranges_add(&c->ranges, more);
	ranges_merge(&c->ranges);
	return 0;
}

static int change_set(struct plan *p, struct set_change *c,
		      int (*change)(struct set_change *c, struct fault *f),
		      struct fault *f)
{
	const struct set *old = ruleset_find(&p->now, KIND_SET, c->set.name);
	int code;

	ranges_free(&c->ranges);
	code = plan_set_ranges(p, old->name, &c->ranges, f);
	if (code)
		return code;
	c->changed = false;
	code = change(c, f);
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

static int edit_add(struct plan *p, void *arg, struct fault *f)
{
	struct set_change *c = arg;
	int code = plan_need(p, KIND_SET, c->set.name, f);

	if (!code)
		return change_set(p, c, put_in, f);
	fault_add(f, "make it from a list: camfence set load '%s' FILE…",
		  c->set.name);
	return code;
}

static int edit_remove(struct plan *p, void *arg, struct fault *f)
{
	struct set_change *c = arg;
	int code = plan_need(p, KIND_SET, c->set.name, f);

	return code ? code : change_set(p, c, take_out, f);
}

static int parse_change(const struct options *o, struct args *a, void *arg,
			struct fault *f)
{
	struct set_change *c = arg;
	int code = set_name(a, &c->set.name, f);
	struct args *t = &c->typed, words;

	(void)o;
	*t = *a;
	while (!code && t->n > t->at && guard_is_word(t->word[t->n - 1]))
		code = guard_word(t->word[--t->n], &a->force, f);
	words = *t;
	if (!code)
		code = typed_ranges(&words, &c->load.ranges, f);
	if (!code)
		ranges_merge(&c->load.ranges);
	return code;
}

static void say_changed(const struct options *o, const struct plan *p,
			const void *arg)
{
	const struct set_change *c = arg;

	if (o->json)
		plan_done(p, o);
	else if (c->changed)
		printf("set %s: %zu IPv4 and %zu IPv6 ranges, generation %llu\n",
		       c->set.name, c->ranges.n4, c->ranges.n6,
		       (unsigned long long)p->generation);
	else
		printf("set %s: all of it is in it already\n", c->set.name);
}

static const struct change change_add = {
	.size = sizeof(struct set_change),
	.parse = parse_change,
	.edit = edit_add,
	.done = say_changed,
	.free = free_change,
};

static const struct change change_remove = {
	.size = sizeof(struct set_change),
	.parse = parse_change,
	.edit = edit_remove,
	.done = say_changed,
	.free = free_change,
};

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
	const char *name = ((const struct named *)arg)->name;
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

static const struct change change_delete = {
	.size = sizeof(struct named),
	.parse = parse_named,
	.edit = edit_delete,
	.free = free_named,
};

static int run_show(const struct options *o, struct args *a, struct fault *f)
{
	return show_one(o, a, KIND_SET, f);
}

static int run_list(const struct options *o, struct args *a, struct fault *f)
{
	return show_kind(o, a, KIND_SET, f);
}

static const struct command commands[] = {
	{ "load", NULL,
	  "NAME FILE… [country CC[,CC…]] [format auto|plain|geoip]\n"
	  "[--force=GUARD,…]",
	  "Creates the set, or replaces it as a whole. FILE \"-\" is standard input.\n"
	  "plain:  an address, a prefix or a range a-b a line; comments after # or ;\n"
	  "geoip:  FIRST,LAST,CC a line, such as Debian's tor-geoipdb has in\n"
	  "        /usr/share/tor/geoip and geoip6; \"country\" says which\n"
	  "Order, overlaps and duplicates do not matter. A line that is no address is an\n"
	  "error, and nothing is loaded. China's lists leave out HK and MO.\n"
	  "  camfence set load cn /usr/share/tor/geoip /usr/share/tor/geoip6 country CN,HK,MO",
	  &change_load },
	{ "add", NULL, "NAME ADDR… [--force=GUARD,…]",
	  "ADDR is an address, a prefix or a range a-b. The set must be there.",
	  &change_add },
	{ "remove", NULL, "NAME ADDR… [--force=GUARD,…]",
	  "All of each ADDR must be in the set.", &change_remove },
	{ "list", run_list, "", NULL, NULL },
	{ "show", run_show, "NAME",
	  "All that is known of it, and who uses it; its addresses: set export.",
	  NULL },
	{ "export", sets_export, "NAME",
	  "Its addresses as prefixes, a line each, as set load reads them:\n"
	  "  camfence set export cn >cn.txt", NULL },
	{ "test", sets_test, "NAME ADDR…",
	  "Says which range of the set each ADDR is in. Exits with 4 if one is in none.",
	  NULL },
	{ "delete", NULL, "NAME", "No policy and no exemption may use it.",
	  &change_delete },
	{}
};

const struct object object_set = {
	"set", "address sets", commands,
};
