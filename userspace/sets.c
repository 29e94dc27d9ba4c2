// SPDX-License-Identifier: GPL-2.0
/* What is asked of a set: its addresses, and whether some are in it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "mem.h"
#include "out.h"
#include "parse.h"
#include "plan.h"
#include "sets.h"
#include "times.h"

/**
 * typed_ranges() - addresses, prefixes and ranges as they are typed
 * @a: the words, to the end
 * @r: where to, not merged afterwards
 * @f: what is wrong: all of them at once
 *
 * Return: 0 or the exit code.
 */
int typed_ranges(struct args *a, struct ranges *r, struct fault *f)
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

/* A set with its ranges, of one generation. */
static int dump_set(const struct options *o, const char *name, struct plan *p,
		    struct ranges *r, struct fault *f)
{
	int code, tries = 0;

	code = engine_open(&p->engine, o->netns, f);
	while (!code) {
		code = engine_dump(p->engine, &p->now, f);
		if (!code)
			code = plan_need(p, KIND_SET, name, f);
		if (!code)
			code = engine_dump_set(p->engine, name,
					       p->now.generation, r, f);
		if (!code || f->err != ESTALE || ++tries > 3)
			break;
		ruleset_free(&p->now);
		code = 0;
	}
	return code;
}

static void export_range(struct range r)
{
	struct range prefix;
	char buf[RANGE_TEXT];
	bool more;

	do {
		more = range_take_prefix(&r, &prefix);
		puts(range_text(&prefix, buf));
	} while (more);
}

/* What is not text is a comment, so that "set load" reads it back. */
static void print_export(const struct set *s, const struct ranges *r)
{
	char *name = out_text(s->name), *source = out_text(s->source);
	char buf[TIME_TEXT];
	size_t i;

	printf("# set %s: %zu IPv4 and %zu IPv6 ranges\n", name, r->n4, r->n6);
	if (*source)
		printf("# source: %s\n", source);
	if (s->date)
		printf("# date: %s\n", time_text(s->date, buf));
	for (i = 0; i < r->n4 + r->n6; i++)
		export_range(ranges_at(r, i));
	free(source);
	free(name);
}

static void json_export(const struct options *o, const struct plan *p,
			const struct set *s, const struct ranges *r)
{
	json_t *root = json_head(), *list = json_array();
	char buf[RANGE_TEXT];
	struct range one;
	size_t i;

	for (i = 0; i < r->n4 + r->n6; i++) {
		one = ranges_at(r, i);
		json_array_append_new(list, json_text(range_text(&one, buf)));
	}
	json_object_set_new(root, "generation",
			    json_integer(p->now.generation));
	json_object_set_new(root, "name", json_text(s->name));
	json_object_set_new(root, "ranges", list);
	out_json(o, root);
}

/**
 * sets_export() - the command "set export"
 * @o: where and how
 * @a: the name
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int sets_export(const struct options *o, struct args *a, struct fault *f)
{
	struct ranges r = {};
	const struct set *s;
	struct plan p = {};
	const char *name;
	int code;

	code = args_name(a, "set", &name, f);
	if (!code)
		code = args_end(a, f);
	if (!code)
		code = dump_set(o, name, &p, &r, f);
	if (!code) {
		s = ruleset_find(&p.now, KIND_SET, name);
		if (o->json)
			json_export(o, &p, s, &r);
		else
			print_export(s, &r);
	}
	ranges_free(&r);
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

/**
 * sets_test() - the command "set test"
 * @o: where and how
 * @a: the name and addresses
 * @f: what is wrong
 *
 * Return: 0 or the exit code; CODE_NO where one is not in it.
 */
int sets_test(const struct options *o, struct args *a, struct fault *f)
{
	struct ranges typed = {}, in_set = {};
	struct plan p = {};
	struct args words;
	const char *name;
	int code;

	code = args_name(a, "set", &name, f);
	words = *a;
	if (!code)
		code = typed_ranges(a, &typed, f);
	if (!code)
		code = dump_set(o, name, &p, &in_set, f);
	if (!code)
		code = say_tested(o, name, &words, &in_set);
	plan_free(&p);
	ranges_free(&typed);
	ranges_free(&in_set);
	return code;
}
