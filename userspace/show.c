// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"
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

static void table_policies(const struct ruleset *rs)
{
	static const char *const heads[] = {
		"POLICY", "DEFAULT", "ACTION", "ALLOW", "BLOCK", "SERVICE",
		"COMMENT"
	};
	struct table t;
	size_t i;

	table_init(&t, heads, ARRAY_SIZE(heads), 0);
	for (i = 0; i < rs->n[KIND_POLICY]; i++) {
		const struct policy *p = &rs->policy[i];

		table_text(&t, p->name);
		table_cell(&t, "%s", default_text(p->default_));
		table_cell(&t, "%s", action_text(p->action));
		cell_owned(&t, join_names(&p->allow, "none"));
		cell_owned(&t, join_names(&p->block, "none"));
		cell_owned(&t, join_names(&p->services, ""));
		table_text(&t, p->comment);
	}
	table_print(&t);
}

static void table_cameras(const struct camera *cameras, size_t n,
			  const char *head)
{
	const char *const heads[] = {
		head, "POLICY", "MAC", "ADDRESS", "NET", "OUI", "IIF",
		"SHARED", "KEY", "COMMENT"
	};
	enum selector_type type;
	struct table t;
	size_t i;

	table_init(&t, heads, ARRAY_SIZE(heads), 0);
	for (i = 0; i < n; i++) {
		const struct camera *c = &cameras[i];

		table_text(&t, c->name);
		table_text(&t, c->policy);
		for (type = 0; type < SELECTORS; type++)
			cell_owned(&t, join_selectors(c, type));
		table_cell(&t, "%s", c->shared ? "yes" : "");
		table_text(&t, c->key);
		table_text(&t, c->comment);
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

static void table_exemptions(const struct ruleset *rs)
{
	static const char *const heads[] = {
		"EXEMPTION", "STATE", "FOR", "REMOTE", "DIR", "PROTO", "PORT",
		"LOCAL-PORT", "ICMP-TYPE", "NOT-BEFORE", "UNTIL", "BY",
		"REASON"
	};
	struct table t;
	size_t i;

	table_init(&t, heads, ARRAY_SIZE(heads), 0);
	for (i = 0; i < rs->n[KIND_EXEMPTION]; i++)
		if (!rs->exemption[i].is_service)
			row_exemption(&t, rs, &rs->exemption[i]);
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

static void print_table(const struct ruleset *rs, enum objkind kind)
{
	switch (kind) {
	case KIND_SET:
		table_sets(rs);
		break;
	case KIND_POLICY:
		table_policies(rs);
		break;
	case KIND_CAMERA:
		table_cameras(rs->camera, rs->n[kind], "CAMERA");
		break;
	case KIND_CATCH:
		table_cameras(rs->catch, rs->n[kind], "CATCH");
		break;
	default:
		table_exemptions(rs);
	}
}

static void print_kind(const struct ruleset *rs, const void *arg)
{
	enum objkind kind = *(const enum objkind *)arg;
	size_t n = rs->n[kind];

	if (kind == KIND_EXEMPTION)
		n -= ruleset_service_parts(rs);
	if (n)
		print_table(rs, kind);
	else
		printf("no %s\n", kind_plural(kind));
	if (kind == KIND_POLICY)
		say_templates(rs);
}

static void json_kind(json_t *root, const struct ruleset *rs, const void *arg)
{
	enum objkind kind = *(const enum objkind *)arg;

	json_object_set_new(root, kind_plural(kind), json_objects(rs, kind));
	if (kind == KIND_POLICY)
		json_object_set_new(root, "templates", json_templates(rs));
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
	struct ruleset rs = {};
	struct engine *e = NULL;
	json_t *root;
	int code;

	code = args_end(a, f);
	if (!code)
		code = engine_open(&e, o->netns, f);
	if (!code)
		code = engine_dump(e, &rs, f);
	if (!code && o->json) {
		root = json_head();
		json_object_set_new(root, "generation",
				    json_integer(rs.generation));
		v->json(root, &rs, arg);
		out_json(o, root);
	} else if (!code) {
		v->print(&rs, arg);
	}
	ruleset_free(&rs);
	engine_close(e);
	return code;
}

/**
 * show_kind() - what "OBJECT list" does
 * @o: where and how
 * @a: nothing may follow
 * @kind: what kind of object
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int show_kind(const struct options *o, struct args *a, enum objkind kind,
	      struct fault *f)
{
	static const struct view view = { print_kind, json_kind };

	return show_ruleset(o, a, &view, &kind, f);
}
