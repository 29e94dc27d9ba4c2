// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "mem.h"
#include "parse.h"
#include "plan.h"
#include "show.h"
#include "times.h"

static const char *default_text(enum camfence_default d)
{
	return d == CAMFENCE_DEFAULT_DROP ? "drop" : "pass";
}

static const char *action_text(enum camfence_action a)
{
	return a == CAMFENCE_ACTION_AUDIT ? "audit" : "drop";
}

static const char *liveness_text(enum liveness l)
{
	static const char *const texts[] = {
		[LIVE] = "live", [OVER] = "expired", [NOT_YET] = "not-yet",
	};

	return texts[l];
}

/* Adds one more to a list that is being written; frees what it was. */
static char *join(char *list, const char *more)
{
	char *longer = list ? mem_printf("%s,%s", list, more) :
			      mem_strdup(more);

	free(list);
	return longer;
}

/**
 * join_names() - names as they are typed
 * @names: the names
 *
 * Return: the list, to be freed; "none" if there is none.
 */
char *join_names(const struct names *names)
{
	char *list = NULL;
	size_t i;

	for (i = 0; i < names->n; i++)
		list = join(list, names->v[i]);
	return list ? list : mem_strdup("none");
}

/**
 * join_remotes() - an exemption's remotes as they are typed
 * @e: the exemption
 *
 * Return: the list, to be freed.
 */
char *join_remotes(const struct exemption *e)
{
	char buf[RANGE_TEXT], *list = NULL;
	size_t i;

	for (i = 0; i < e->n_remotes; i++)
		list = join(list, range_text(&e->remote[i], buf));
	return list ? list : mem_strdup("");
}

static const char *port_text(const struct camfence_port_range *p, char buf[12])
{
	if (p->first == p->last)
		snprintf(buf, 12, "%u", p->first);
	else
		snprintf(buf, 12, "%u-%u", p->first, p->last);
	return buf;
}

/**
 * join_ports() - an exemption's ports as they are typed
 * @e: the exemption
 *
 * Return: the list, to be freed; empty if there is none.
 */
char *join_ports(const struct exemption *e)
{
	char buf[12], *list = NULL;
	size_t i;

	for (i = 0; i < e->n_ports; i++)
		list = join(list, port_text(&e->port[i], buf));
	return list ? list : mem_strdup("");
}

static char *join_selectors(const struct camera *c, bool mac)
{
	char buf[RANGE_TEXT], *list = NULL;
	size_t i;

	for (i = 0; i < c->n_selectors; i++)
		if (c->selector[i].is_mac == mac)
			list = join(list, selector_text(&c->selector[i], buf));
	return list ? list : mem_strdup("");
}

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
		"POLICY", "DEFAULT", "ACTION", "ALLOW", "BLOCK", "COMMENT"
	};
	struct table t;
	size_t i;

	table_init(&t, heads, 6, 0);
	for (i = 0; i < rs->n[KIND_POLICY]; i++) {
		const struct policy *p = &rs->policy[i];

		table_text(&t, p->name);
		table_cell(&t, "%s", default_text(p->default_));
		table_cell(&t, "%s", action_text(p->action));
		cell_owned(&t, join_names(&p->allow));
		cell_owned(&t, join_names(&p->block));
		table_text(&t, p->comment);
	}
	table_print(&t);
}

static void table_cameras(const struct ruleset *rs)
{
	static const char *const heads[] = {
		"CAMERA", "POLICY", "MAC", "ADDRESS", "KEY", "COMMENT"
	};
	struct table t;
	size_t i;

	table_init(&t, heads, 6, 0);
	for (i = 0; i < rs->n[KIND_CAMERA]; i++) {
		const struct camera *c = &rs->camera[i];

		table_text(&t, c->name);
		table_text(&t, c->policy);
		cell_owned(&t, join_selectors(c, true));
		cell_owned(&t, join_selectors(c, false));
		table_text(&t, c->key);
		table_text(&t, c->comment);
	}
	table_print(&t);
}

static void table_exemptions(const struct ruleset *rs)
{
	static const char *const heads[] = {
		"EXEMPTION", "STATE", "FOR", "REMOTE", "PROTO", "PORT",
		"NOT-BEFORE", "UNTIL", "BY", "REASON"
	};
	u64 now = time_now();
	struct table t;
	char buf[4];
	size_t i;

	table_init(&t, heads, 10, 0);
	for (i = 0; i < rs->n[KIND_EXEMPTION]; i++) {
		const struct exemption *e = &rs->exemption[i];

		table_text(&t, e->name);
		table_cell(&t, "%s",
			   liveness_text(exemption_liveness(e, now)));
		cell_owned(&t, mem_printf("%s %s",
					  e->camera ? "camera" : "policy",
					  e->camera ? e->camera :
					  e->policy ? e->policy : ""));
		cell_owned(&t, join_remotes(e));
		table_cell(&t, "%s", e->proto < 0 ? "any" :
			   proto_text(e->proto, buf));
		cell_owned(&t, join_ports(e));
		cell_time(&t, e->not_before, "-", 0);
		cell_time(&t, e->until, "permanent", TIME_FOREVER);
		table_text(&t, e->by);
		table_text(&t, e->reason);
	}
	table_print(&t);
}

/* A keyword and its value, after others. */
static void print_word(const char *keyword, const char *text)
{
	char *quoted;

	if (!text)
		return;
	quoted = out_quoted(text);
	printf(" %s %s", keyword, quoted);
	free(quoted);
}

static void print_owned(const char *keyword, char *text)
{
	if (*text)
		print_word(keyword, text);
	free(text);
}

static void print_first(enum objkind kind, const char *name)
{
	char *quoted = out_quoted(name);

	printf("%s %s", kind_name(kind), quoted);
	free(quoted);
}

static void typed_set(const struct set *s)
{
	char buf[TIME_TEXT];

	print_first(KIND_SET, s->name);
	printf(" ranges4 %u ranges6 %u", s->n4, s->n6);
	print_word("source", s->source);
	if (s->date)
		printf(" date %s", time_text(s->date, buf));
}

static void typed_policy(const struct policy *p)
{
	print_first(KIND_POLICY, p->name);
	printf(" default %s action %s", default_text(p->default_),
	       action_text(p->action));
	print_owned("allow", join_names(&p->allow));
	print_owned("block", join_names(&p->block));
	print_word("comment", p->comment);
}

static void typed_camera(const struct camera *c)
{
	char buf[RANGE_TEXT];
	size_t i;

	print_first(KIND_CAMERA, c->name);
	for (i = 0; i < c->n_selectors; i++)
		print_word(c->selector[i].is_mac ? "mac" : "addr",
			   selector_text(&c->selector[i], buf));
	print_word("policy", c->policy);
	print_word("key", c->key);
	print_word("comment", c->comment);
}

static void typed_exemption(const struct exemption *e)
{
	char buf[TIME_TEXT], proto[4];

	print_first(KIND_EXEMPTION, e->name);
	print_word("camera", e->camera);
	print_word("policy", e->policy);
	print_owned("remote", join_remotes(e));
	if (e->proto >= 0)
		print_word("proto", proto_text(e->proto, proto));
	print_owned("port", join_ports(e));
	if (e->not_before)
		print_word("not-before", time_text(e->not_before, buf));
	print_word("until", e->until == TIME_FOREVER ? "permanent" :
		   time_text(e->until, buf));
	print_word("reason", e->reason);
	print_word("by", e->by);
	print_word("comment", e->comment);
}

/**
 * print_typed() - objects as they would be typed, a line each
 * @rs: the ruleset
 * @kind: what kind of object
 */
void print_typed(const struct ruleset *rs, enum objkind kind)
{
	size_t i;

	for (i = 0; i < rs->n[kind]; i++) {
		if (kind == KIND_SET)
			typed_set(&rs->set[i]);
		else if (kind == KIND_POLICY)
			typed_policy(&rs->policy[i]);
		else if (kind == KIND_CAMERA)
			typed_camera(&rs->camera[i]);
		else
			typed_exemption(&rs->exemption[i]);
		putchar('\n');
	}
}

static void say_templates(const struct ruleset *rs)
{
	const struct policy *p;
	char *list = NULL;
	size_t i;

	for (i = 0; (p = template_at(i)); i++)
		if (!ruleset_find(rs, KIND_POLICY, p->name))
			list = join(list, p->name);
	if (list)
		printf("added when first named: %s\n", list);
	free(list);
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

static const char *plural(enum objkind kind)
{
	static const char *const words[] = {
		[KIND_SET] = "sets",
		[KIND_POLICY] = "policies",
		[KIND_CAMERA] = "cameras",
		[KIND_EXEMPTION] = "exemptions",
	};

	return words[kind];
}

static void print_kind(const struct ruleset *rs, enum objkind kind)
{
	static void (*const tables[])(const struct ruleset *) = {
		[KIND_SET] = table_sets,
		[KIND_POLICY] = table_policies,
		[KIND_CAMERA] = table_cameras,
		[KIND_EXEMPTION] = table_exemptions,
	};

	if (rs->n[kind])
		tables[kind](rs);
	else
		printf("no %s\n", plural(kind));
	if (kind == KIND_POLICY)
		say_templates(rs);
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
	struct ruleset rs = {};
	struct engine *e = NULL;
	json_t *root;
	int code;

	code = args_end(a, f);
	if (!code)
		code = engine_open(&e, o->netns, f);
	if (!code)
		code = engine_dump(e, &rs, f);
	if (code)
		goto out;
	if (!o->json) {
		print_kind(&rs, kind);
		goto out;
	}
	root = json_head();
	json_object_set_new(root, "generation", json_integer(rs.generation));
	json_object_set_new(root, plural(kind), json_objects(&rs, kind));
	if (kind == KIND_POLICY)
		json_object_set_new(root, "templates", json_templates(&rs));
	out_json(o, root);
out:
	ruleset_free(&rs);
	engine_close(e);
	return code;
}
