// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "parse.h"
#include "plan.h"
#include "show.h"
#include "times.h"
#include "words.h"

/* Of an exemption's prefixes, those that a table has room for. */
#define MOST_REMOTES 4

static void cell_owned(struct table *t, char *text)
{
	table_text(t, text);
	free(text);
}

static void cell_time(struct table *t, u64 time, const char *none,
		      u64 is_none)
{
	char buf[TIME_TEXT];

	table_cell(t, "%s", time == is_none ? none : time_text(time, buf));
}

/**
 * shown_counter() - the counters of an object
 * @s: what is in force, counted
 * @kind: what kind of object
 * @name: its name
 * @at: where the last one was found, 0 in the beginning: objects and counters
 *	come in the same order, so that it is mostly the next
 *
 * Return: the counters; zero for what has just been added.
 */
const struct counter *shown_counter(const struct shown *s, enum objkind kind,
				    const char *name, size_t *at)
{
	static const struct counter none;
	const struct counter *c;
	size_t n, i;

	/* To the kernel a catch is a camera. */
	if (kind == KIND_CATCH)
		kind = KIND_CAMERA;
	c = s->stats.object[kind];
	n = s->stats.n[kind];
	for (i = 0; i < n; i++) {
		size_t k = (*at + i) % n;

		if (strcmp(c[k].name, name))
			continue;
		*at = k + 1;
		return &c[k];
	}
	return &none;
}

/* The counters' headings stand behind the others. */
static void begin_table(struct table *t, const struct shown *s,
			const char *const *heads, size_t n, size_t counters,
			unsigned int right)
{
	if (!s->counted)
		n -= counters;
	table_init(t, heads, n, right);
}

static void cells_counters(struct table *t, const struct shown *s,
			   enum objkind kind, const char *name, size_t *at)
{
	const struct counter *c = shown_counter(s, kind, name, at);

	if (!s->counted)
		return;
	if (kind == KIND_POLICY || kind == KIND_EXEMPTION) {
		table_count(t, c->packets);
		table_count(t, c->bytes);
	}
	if (kind != KIND_EXEMPTION) {
		table_count(t, c->drops);
		table_count(t, c->drop_bytes);
	}
	if (kind != KIND_POLICY)
		table_seen(t, c->seen);
}

static void table_sets(const struct ruleset *rs)
{
	static const char *const heads[] = {
		"SET", "IPV4", "IPV6", "DATE", "SOURCE"
	};
	struct table t;
	size_t i;

	table_init(&t, heads, 5, 1 << 1 | 1 << 2);
	for (i = 0; i < rs->n[KIND_SET]; i++) {
		const struct set *s = &rs->set[i];

		table_text(&t, s->name);
		table_cell(&t, "%u", s->n4);
		table_cell(&t, "%u", s->n6);
		cell_time(&t, s->date, "-", 0);
		table_text(&t, s->source);
	}
	table_print(&t);
}

static void table_policies(const struct shown *s)
{
	static const char *const heads[] = {
		"POLICY", "DEFAULT", "ACTION", "ALLOW", "BLOCK", "SERVICE",
		"COMMENT", "PASSED", "BYTES", "DROPPED", "BYTES"
	};
	size_t at = 0, i;
	struct table t;

	begin_table(&t, s, heads, ARRAY_SIZE(heads), 4, 0xf << 7);
	for (i = 0; i < s->rs.n[KIND_POLICY]; i++) {
		const struct policy *p = &s->rs.policy[i];

		table_text(&t, p->name);
		table_cell(&t, "%s", default_text(p->default_));
		table_cell(&t, "%s", action_text(p->action));
		cell_owned(&t, join_names(&p->allow, "none"));
		cell_owned(&t, join_names(&p->block, "none"));
		cell_owned(&t, join_names(&p->services, ""));
		table_text(&t, p->comment);
		cells_counters(&t, s, KIND_POLICY, p->name, &at);
	}
	table_print(&t);
}

static void table_cameras(const struct shown *s, const struct filter *filter,
			  const struct camera *cameras, const char *head)
{
	const char *const heads[] = {
		head, "POLICY", "MAC", "ADDRESS", "NET", "OUI", "IIF",
		"SHARED", "KEY", "COMMENT", "DROPPED", "BYTES", "SEEN"
	};
	enum selector_type type;
	size_t at = 0, i;
	struct table t;

	begin_table(&t, s, heads, ARRAY_SIZE(heads), 3, 3 << 10);
	for (i = 0; i < s->rs.n[filter->kind]; i++) {
		const struct camera *c = &cameras[i];

		if (!filter_has(filter, &s->rs, i))
			continue;
		table_text(&t, c->name);
		table_text(&t, c->policy);
		for (type = 0; type < SELECTORS; type++)
			cell_owned(&t, join_selectors(c, type));
		table_cell(&t, "%s", c->shared ? "yes" : "");
		table_text(&t, c->key);
		table_text(&t, c->comment);
		cells_counters(&t, s, filter->kind, c->name, &at);
	}
	table_print(&t);
}

static void cell_owner(struct table *t, const struct ruleset *rs,
		       const struct exemption *e)
{
	const char *kind = "policy";

	if (e->camera)
		kind = kind_name(ruleset_find(rs, KIND_CATCH, e->camera) ?
				 KIND_CATCH : KIND_CAMERA);
	cell_owned(t, mem_printf("%s %s", kind, e->camera ? e->camera :
				 e->policy ? e->policy : ""));
}

static void cell_remotes(struct table *t, const struct exemption *e)
{
	size_t n = e->n_remotes, i;
	struct words w = {};
	char *text;

	if (n > MOST_REMOTES)
		n = MOST_REMOTES - 1;
	text = join_ranges(e->remote, n);
	if (*text)
		words_add(&w, text);
	free(text);
	if (n < e->n_remotes) {
		text = mem_printf("and %zu more", e->n_remotes - n);
		words_add(&w, text);
		free(text);
	}
	for (i = 0; i < e->sets.n; i++) {
		text = mem_printf("set %s", e->sets.v[i]);
		words_add(&w, text);
		free(text);
	}
	if (e->router)
		words_add(&w, "router");
	cell_owned(t, words_end(&w, ""));
}

static void row_exemption(struct table *t, const struct ruleset *rs,
			  const struct exemption *e)
{
	char buf[4];

	table_text(t, e->name);
	table_cell(t, "%s", liveness_text(exemption_liveness(e, time_now())));
	cell_owner(t, rs, e);
	cell_remotes(t, e);
	table_cell(t, "%s", direction_text(e->dir));
	table_cell(t, "%s", e->proto < 0 ? "any" : proto_text(e->proto, buf));
	cell_owned(t, join_ports(&e->ports));
	cell_owned(t, join_ports(&e->local_ports));
	cell_owned(t, join_icmp_types(e));
	cell_time(t, e->not_before, "", 0);
	cell_time(t, e->until, "permanent", TIME_FOREVER);
	table_text(t, e->by);
	table_text(t, e->reason);
}

/**
 * table_exemptions() - exemptions, a row each
 * @s: what is in force
 * @filter: which of them
 */
void table_exemptions(const struct shown *s, const struct filter *filter)
{
	static const char *const heads[] = {
		"EXEMPTION", "STATE", "FOR", "REMOTE", "DIR", "PROTO", "PORT",
		"LOCAL-PORT", "ICMP-TYPE", "NOT-BEFORE", "UNTIL", "BY",
		"REASON", "PASSED", "BYTES", "SEEN"
	};
	size_t at = 0, i;
	struct table t;

	begin_table(&t, s, heads, ARRAY_SIZE(heads), 3, 3 << 13);
	for (i = 0; i < s->rs.n[KIND_EXEMPTION]; i++) {
		const struct exemption *e = &s->rs.exemption[i];

		if (!filter_has(filter, &s->rs, i))
			continue;
		row_exemption(&t, &s->rs, e);
		cells_counters(&t, s, KIND_EXEMPTION, e->name, &at);
	}
	table_print(&t);
}

static void table_unused(const struct shown *s, const struct filter *filter)
{
	static const char *const heads[] = {
		"EXEMPTION", "STATE", "FOR", "USED", "KNOWN-SINCE", "UNTIL",
		"BY", "REASON"
	};
	struct table t;
	size_t i;

	table_init(&t, heads, ARRAY_SIZE(heads), 0);
	for (i = 0; i < s->rs.n[KIND_EXEMPTION]; i++) {
		const struct exemption *e = &s->rs.exemption[i];
		struct use use = used_of(&filter->used, e->name);

		if (!filter_has(filter, &s->rs, i))
			continue;
		table_text(&t, e->name);
		table_cell(&t, "%s",
			   liveness_text(exemption_liveness(e, time_now())));
		cell_owner(&t, &s->rs, e);
		cell_time(&t, use.last, "never", 0);
		cell_time(&t, use.since, "", 0);
		cell_time(&t, e->until, "permanent", TIME_FOREVER);
		table_text(&t, e->by);
		table_text(&t, e->reason);
	}
	table_print(&t);
}

static void say_templates(const struct ruleset *rs)
{
	const struct policy *p;
	struct words w = {};
	size_t i;

	for (i = 0; (p = template_at(i)); i++)
		if (!ruleset_find(rs, KIND_POLICY, p->name))
			words_add(&w, p->name);
	if (w.text)
		printf("added when first named: %s\n", w.text);
	free(w.text);
}

static json_t *json_templates(const struct ruleset *rs)
{
	json_t *list = json_array();
	const struct policy *p;
	size_t i;

	for (i = 0; (p = template_at(i)); i++)
		if (!ruleset_find(rs, KIND_POLICY, p->name))
			json_array_append_new(list, json_text(p->name));
	return list;
}

/**
 * kind_plural() - what several objects of a kind are called
 * @kind: the kind
 *
 * Return: the word, which is their key in JSON, too.
 */
const char *kind_plural(enum objkind kind)
{
	static const char *const words[] = {
		[KIND_SET] = "sets",
		[KIND_POLICY] = "policies",
		[KIND_CAMERA] = "cameras",
		[KIND_CATCH] = "catches",
		[KIND_EXEMPTION] = "exemptions",
	};

	return words[kind];
}

static bool has_any(const struct filter *filter, const struct ruleset *rs)
{
	size_t i;

	for (i = 0; i < rs->n[filter->kind]; i++)
		if (filter_has(filter, rs, i))
			return true;
	return false;
}

static void print_table(const struct shown *s, const struct filter *filter)
{
	switch (filter->kind) {
	case KIND_SET:
		table_sets(&s->rs);
		break;
	case KIND_POLICY:
		table_policies(s);
		break;
	case KIND_CAMERA:
		table_cameras(s, filter, s->rs.camera, "CAMERA");
		break;
	case KIND_CATCH:
		table_cameras(s, filter, s->rs.catch, "CATCH");
		break;
	default:
		if (filter->unused)
			table_unused(s, filter);
		else
			table_exemptions(s, filter);
	}
}

static void print_kind(const struct shown *s, const void *arg)
{
	const struct filter *filter = arg;
	bool filtered = filter->policy || filter->camera || filter->state ||
			filter->soon || filter->unused;
	u64 since = used_since(&filter->used);
	char buf[TIME_TEXT];

	if (has_any(filter, &s->rs))
		print_table(s, filter);
	else
		printf("no %s%s\n", kind_plural(filter->kind),
		       filtered ? " of these" : "");
	if (filter->kind == KIND_POLICY)
		say_templates(&s->rs);
	if (since)
		printf("use is known since %s\n", time_text(since, buf));
}

static void json_kind(json_t *root, const struct shown *s, const void *arg)
{
	const struct filter *filter = arg;

	json_object_set_new(root, kind_plural(filter->kind),
			    json_objects(s, filter));
	if (filter->kind == KIND_POLICY)
		json_object_set_new(root, "templates", json_templates(&s->rs));
}

/**
 * shown_get() - ask for what is in force
 * @s: where to
 * @o: where
 * @counted: with counters
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int shown_get(struct shown *s, const struct options *o, bool counted,
	      struct fault *f)
{
	struct engine *e = NULL;
	int code;

	*s = (struct shown){ .counted = counted };
	code = engine_open(&e, o->netns, f);
	if (!code)
		code = engine_dump(e, &s->rs, f);
	if (!code && counted)
		code = engine_stats(e, false, &s->stats, f);
	engine_close(e);
	return code;
}

/**
 * shown_free() - let go of it
 * @s: what shown_get() filled
 */
void shown_free(struct shown *s)
{
	engine_stats_free(&s->stats);
	ruleset_free(&s->rs);
}

static void show(const struct options *o, const struct shown *s,
		 const struct view *v, const void *arg)
{
	json_t *root;

	if (!o->json) {
		v->print(s, arg);
		return;
	}
	root = json_head();
	json_object_set_new(root, "generation",
			    json_integer(s->rs.generation));
	v->json(root, s, arg);
	out_json(o, root);
}

/**
 * show_ruleset() - a command that shows what is in force
 * @o: where and how
 * @a: nothing may follow
 * @v: what of it
 * @arg: for @v
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int show_ruleset(const struct options *o, struct args *a, const struct view *v,
		 const void *arg, struct fault *f)
{
	struct shown s = {};
	int code;

	code = args_end(a, f);
	if (!code)
		code = shown_get(&s, o, o->stats, f);
	if (!code)
		show(o, &s, v, arg);
	shown_free(&s);
	return code;
}

/**
 * show_kind() - what "OBJECT list" does
 * @o: where and how
 * @a: which of them
 * @kind: what kind of object
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int show_kind(const struct options *o, struct args *a, enum objkind kind,
	      struct fault *f)
{
	static const struct view view = { print_kind, json_kind };
	struct filter filter = { .kind = kind };
	struct shown s = {};
	int code;

	code = filter_parse(a, &filter, f);
	if (!code)
		code = shown_get(&s, o, o->stats || filter_counts(&filter), f);
	if (!code)
		code = filter_finish(&filter, &s, o, f);
	if (!code)
		show(o, &s, &view, &filter);
	used_free(&filter.used);
	shown_free(&s);
	return code;
}
