// SPDX-License-Identifier: GPL-2.0
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "args.h"
#include "engine.h"
#include "out.h"
#include "show.h"
#include "tool.h"
#include "words.h"

static const struct {
	const char *name;
	size_t at;
} items[] = {
	{ "sets", offsetof(struct counts, sets) },
	{ "ranges", offsetof(struct counts, ranges) },
	{ "policies", offsetof(struct counts, policies) },
	{ "cameras", offsetof(struct counts, cameras) },
	{ "exemptions", offsetof(struct counts, exemptions) },
	{ "prefixes", offsetof(struct counts, prefixes) },
};

#define ITEMS ARRAY_SIZE(items)

static u32 count_at(const struct counts *c, size_t i)
{
	return *(const u32 *)((const char *)c + items[i].at);
}

static json_t *json_counts(const struct counts *c)
{
	json_t *o = json_object();
	size_t i;

	for (i = 0; i < ITEMS; i++)
		json_object_set_new(o, items[i].name,
				    json_integer(count_at(c, i)));
	return o;
}

static json_t *json_events(const struct event_sums *s)
{
	json_t *o = json_object();

	json_object_set_new(o, "sent", json_integer(s->sent));
	json_object_set_new(o, "suppressed", json_integer(s->suppressed));
	json_object_set_new(o, "lost", json_integer(s->lost));
	return o;
}

static json_t *json_names(const struct names *names)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < names->n; i++)
		json_array_append_new(list, json_text(names->v[i]));
	return list;
}

static void json_status(const struct options *o, const struct engine_info *info,
			const struct ruleset *rs)
{
	json_t *root = json_head(), *netns = json_array();
	size_t i;

	for (i = 0; i < info->n_netns; i++)
		json_array_append_new(netns, json_integer(info->netns[i]));
	json_object_set_new(root, "tool", json_text(CF_VERSION));
	json_object_set_new(root, "module",
			    json_text(info->version ? info->version : ""));
	json_object_set_new(root, "generation", json_integer(info->generation));
	json_object_set_new(root, "in-force", json_boolean(info->in_force));
	json_object_set_new(root, "memory", json_integer(info->memory));
	json_object_set_new(root, "counts", json_counts(&info->counts));
	json_object_set_new(root, "limits", json_counts(&info->limits));
	json_object_set_new(root, "catches", json_integer(rs->n[KIND_CATCH]));
	json_object_set_new(root, "service-exemptions",
			    json_integer(ruleset_service_parts(rs)));
	json_object_set_new(root, "options", json_settings(&rs->settings));
	json_object_set_new(root, "netns", netns);
	json_object_set_new(root, "unhooked", json_names(&info->unhooked));
	json_object_set_new(root, "events", json_events(&info->events));
	out_json(o, root);
}

/* What the counts are not said to have in them. */
static void print_parts(const struct ruleset *rs)
{
	size_t parts = ruleset_service_parts(rs);

	if (rs->n[KIND_CATCH])
		printf("of the cameras, %zu are catches\n", rs->n[KIND_CATCH]);
	if (parts)
		printf("of the exemptions, %zu stand for services\n", parts);
	print_typed_settings(&rs->settings);
}

static void print_unhooked(const struct names *names)
{
	char *list;

	if (!names->n)
		return;
	list = join_names(names, "");
	printf("NOT looked at: what is sent by %s (no egress hook; tried again each second)\n",
	       list);
	free(list);
}

static void print_events(const struct event_sums *s)
{
	if (s->sent || s->suppressed || s->lost)
		printf("events: %llu sent, %llu suppressed, %llu lost\n",
		       (unsigned long long)s->sent,
		       (unsigned long long)s->suppressed,
		       (unsigned long long)s->lost);
}

static void print_status(const struct engine_info *info,
			 const struct ruleset *rs)
{
	static const char *const heads[] = { "", "HAS", "AT MOST" };
	struct table t;
	size_t i;

	printf("%s in this network namespace, generation %llu\n",
	       info->in_force ? "in force" : "NOT in force",
	       (unsigned long long)info->generation);
	printf("tool %s, module %s\n", CF_VERSION,
	       info->version ? info->version : "unknown");
	if (info->memory >= 10 * 1024 * 1024)
		printf("memory %llu MiB\n", (unsigned long long)info->memory >> 20);
	else
		printf("memory %llu KiB\n",
		       ((unsigned long long)info->memory + 1023) >> 10);
	if (info->n_netns) {
		printf("in force in network namespaces (inode)");
		for (i = 0; i < info->n_netns; i++)
			printf(" %u", info->netns[i]);
		putchar('\n');
	}
	print_unhooked(&info->unhooked);
	print_events(&info->events);
	table_init(&t, heads, 3, 1 << 1 | 1 << 2);
	for (i = 0; i < ITEMS; i++) {
		table_cell(&t, "%s", items[i].name);
		table_cell(&t, "%u", count_at(&info->counts, i));
		table_cell(&t, "%u", count_at(&info->limits, i));
	}
	table_print(&t);
	print_parts(rs);
}

static int run_status(const struct options *o, struct args *a, struct fault *f)
{
	struct engine_info info = {};
	struct ruleset rs = {};
	struct engine *e = NULL;
	int code;

	code = args_end(a, f);
	if (!code)
		code = engine_open(&e, o->netns, f);
	if (!code)
		code = engine_info(e, &info, f);
	if (!code)
		code = engine_dump(e, &rs, f);
	if (!code && o->json)
		json_status(o, &info, &rs);
	else if (!code)
		print_status(&info, &rs);
	ruleset_free(&rs);
	engine_info_free(&info);
	engine_close(e);
	return code;
}

static const struct command commands[] = {
	{ "status", run_status, "",
	  "Whether it is in force, how much of what there is, and the options.", NULL },
	{}
};

const struct object object_status = {
	"status", "whether it is in force", commands,
};
