// SPDX-License-Identifier: GPL-2.0
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "engine.h"
#include "out.h"
#include "show.h"
#include "standing.h"
#include "times.h"
#include "tool.h"
#include "whys.h"
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

#define DAY 86400

#define NEW_MODULE \
	"camfence flush, modprobe -r camfence, modprobe camfence, then load the ruleset again"

/*
 * struct status - all that is told
 * @whys: of what is here
 * @from: zero for another network namespace
 */
struct status {
	struct whys whys;
	struct engine_info info;
	struct standing from;
	struct shown s;
};

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

static bool same_version(const struct engine_info *info)
{
	return info->version && !strcmp(info->version, CF_VERSION);
}

/* What has been dropped so far, whatever the reason. */
static void count_drops(const struct status *st, u64 *packets, u64 *bytes)
{
	const struct stats *stats = &st->s.stats;
	size_t i;

	*packets = 0;
	*bytes = 0;
	for (i = 0; i < stats->n_reasons; i++) {
		if (!reason_is_drop(stats->reason[i].reason))
			continue;
		*packets += stats->reason[i].packets;
		*bytes += stats->reason[i].bytes;
	}
}

static json_t *json_drops(const struct status *st)
{
	json_t *o = json_object();
	u64 packets, bytes;

	count_drops(st, &packets, &bytes);
	json_object_set_new(o, "packets", json_integer(packets));
	json_object_set_new(o, "bytes", json_integer(bytes));
	json_object_set_new(o, "since-commit", json_integer(st->info.drops));
	json_object_set_new(o, "last", st->info.dropped ?
			    json_time(st->info.dropped) : json_null());
	return o;
}

static size_t count_under(const struct camera *cameras, size_t n,
			  const char *policy)
{
	size_t under = 0, i;

	for (i = 0; i < n; i++)
		under += !strcmp(cameras[i].policy, policy);
	return under;
}

static bool is_too_old(const struct set *s, u64 max_age)
{
	return s->date && max_age && s->date + max_age < time_now();
}

static json_t *json_sets(const struct status *st)
{
	const struct filter all = { .kind = KIND_SET };
	json_t *list = json_objects(&st->s, &all), *o;
	size_t i;

	json_array_foreach(list, i, o) {
		const struct set *s = &st->s.rs.set[i];
		u64 max_age = standing_max_age(&st->from, s->name);

		json_object_set_new(o, "max-age", max_age ?
				    json_integer(max_age) : json_null());
		json_object_set_new(o, "too-old",
				    json_boolean(is_too_old(s, max_age)));
	}
	return list;
}

static json_t *json_policies(const struct ruleset *rs)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < rs->n[KIND_POLICY]; i++) {
		const char *name = rs->policy[i].name;
		json_t *o = json_object();
		size_t n;

		json_object_set_new(o, "name", json_text(name));
		n = count_under(rs->camera, rs->n[KIND_CAMERA], name);
		json_object_set_new(o, "cameras", json_integer(n));
		n = count_under(rs->catch, rs->n[KIND_CATCH], name);
		json_object_set_new(o, "catches", json_integer(n));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *json_confirm(const struct engine_info *info)
{
	json_t *o;

	if (!info->pending)
		return json_null();
	o = json_object();
	json_object_set_new(o, "left", json_integer(info->left));
	json_object_set_new(o, "before", info->before ?
			    json_integer(info->before) : json_null());
	return o;
}

static bool ends_soon(const struct exemption *e)
{
	return !e->is_service && exemption_ends_soon(e, time_now());
}

static json_t *json_ending(const struct ruleset *rs)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < rs->n[KIND_EXEMPTION]; i++) {
		const struct exemption *e = &rs->exemption[i];
		json_t *o;

		if (!ends_soon(e))
			continue;
		o = json_object();
		json_object_set_new(o, "name", json_text(e->name));
		json_object_set_new(o, "until", json_time(e->until));
		json_array_append_new(list, o);
	}
	return list;
}

static void json_status(const struct options *o, const struct status *st)
{
	const struct engine_info *info = &st->info;
	json_t *root = json_head(), *netns = json_array();
	const struct ruleset *rs = &st->s.rs;
	size_t i;

	for (i = 0; i < info->n_netns; i++)
		json_array_append_new(netns, json_integer(info->netns[i]));
	json_object_set_new(root, "tool", json_text(CF_VERSION));
	json_object_set_new(root, "module",
			    json_text(info->version ? info->version : ""));
	json_object_set_new(root, "same-version",
			    json_boolean(same_version(info)));
	json_object_set_new(root, "engine", json_text("module"));
	json_object_set_new(root, "generation", json_integer(info->generation));
	json_object_set_new(root, "since", info->since ?
			    json_time(info->since) : json_null());
	standing_json(root, &st->from);
	json_object_set_new(root, "in-force", json_boolean(info->in_force));
	json_object_set_new(root, "not-in-force", whys_json(&st->whys));
	json_object_set_new(root, "confirm", json_confirm(info));
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
	json_object_set_new(root, "drops", json_drops(st));
	json_object_set_new(root, "sets", json_sets(st));
	json_object_set_new(root, "policies", json_policies(rs));
	json_object_set_new(root, "ending", json_ending(rs));
	out_json(o, root);
}

static void print_version(const struct engine_info *info)
{
	char *version = out_text(info->version ? info->version : "unknown");

	printf("tool %s, engine: kernel module %s\n", CF_VERSION, version);
	if (!same_version(info))
		puts("NOT of one version: " NEW_MODULE);
	free(version);
}

static void print_memory(const struct engine_info *info)
{
	if (info->memory >= 10 * 1024 * 1024)
		printf("memory %llu MiB\n",
		       (unsigned long long)info->memory >> 20);
	else
		printf("memory %llu KiB\n",
		       ((unsigned long long)info->memory + 1023) >> 10);
}

static void print_netns(const struct engine_info *info)
{
	size_t i;

	if (!info->n_netns)
		return;
	printf("in force in network namespaces (inode)");
	for (i = 0; i < info->n_netns; i++)
		printf(" %u", info->netns[i]);
	putchar('\n');
}

static void print_counts(const struct engine_info *info)
{
	static const char *const heads[] = { "", "HAS", "AT MOST" };
	struct table t;
	size_t i;

	table_init(&t, heads, 3, 1 << 1 | 1 << 2);
	for (i = 0; i < ITEMS; i++) {
		table_cell(&t, "%s", items[i].name);
		table_cell(&t, "%u", count_at(&info->counts, i));
		table_cell(&t, "%u", count_at(&info->limits, i));
	}
	table_print(&t);
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

static void cells_age(struct table *t, const struct set *s, u64 max_age)
{
	char buf[SPAN_TEXT];
	u64 now = time_now();

	if (s->date && s->date <= now)
		table_cell(t, "%llu d",
			   (unsigned long long)(now - s->date) / DAY);
	else
		table_cell(t, "%s", "-");
	table_cell(t, "%s%s", max_age ? span_text(max_age, buf) : "",
		   is_too_old(s, max_age) ? " TOO OLD" : "");
}

static void print_sets(const struct status *st)
{
	static const char *const heads[] = {
		"SET", "RANGES", "AGE", "MAX-AGE", "SOURCE"
	};
	const struct ruleset *rs = &st->s.rs;
	struct table t;
	size_t i;

	if (rs->n[KIND_SET])
		putchar('\n');
	table_init(&t, heads, ARRAY_SIZE(heads), 1 << 1 | 1 << 2);
	for (i = 0; i < rs->n[KIND_SET]; i++) {
		const struct set *s = &rs->set[i];

		table_text(&t, s->name);
		table_cell(&t, "%u", s->n4 + s->n6);
		cells_age(&t, s, standing_max_age(&st->from, s->name));
		table_text(&t, s->source);
	}
	table_print(&t);
}

static void print_policies(const struct ruleset *rs)
{
	static const char *const heads[] = { "POLICY", "CAMERAS", "CATCHES" };
	struct table t;
	size_t i;

	if (rs->n[KIND_POLICY])
		putchar('\n');
	table_init(&t, heads, 3, 1 << 1 | 1 << 2);
	for (i = 0; i < rs->n[KIND_POLICY]; i++) {
		const char *name = rs->policy[i].name;

		table_text(&t, name);
		table_count(&t, count_under(rs->camera, rs->n[KIND_CAMERA],
					    name));
		table_count(&t, count_under(rs->catch, rs->n[KIND_CATCH],
					    name));
	}
	table_print(&t);
}

static void print_drops(const struct status *st)
{
	u64 packets, bytes, last = st->info.dropped;
	char buf[TIME_TEXT];

	count_drops(st, &packets, &bytes);
	printf("dropped %llu packets in this generation; in all %llu packets, %llu bytes%s%s\n",
	       (unsigned long long)st->info.drops, (unsigned long long)packets,
	       (unsigned long long)bytes, last ? ", the last at " : "",
	       last ? time_text(last, buf) : "");
}

static void print_confirm(const struct engine_info *info)
{
	if (!info->pending)
		return;
	printf("to be confirmed within %u s (camfence confirm), or ",
	       info->left);
	if (info->before)
		printf("generation %llu comes back\n",
		       (unsigned long long)info->before);
	else
		puts("nothing is in force");
}

static void print_events(const struct event_sums *s)
{
	if (s->sent || s->suppressed || s->lost)
		printf("events: %llu sent, %llu suppressed, %llu lost\n",
		       (unsigned long long)s->sent,
		       (unsigned long long)s->suppressed,
		       (unsigned long long)s->lost);
}

static void print_ending(const struct ruleset *rs)
{
	char buf[TIME_TEXT];
	size_t i;

	for (i = 0; i < rs->n[KIND_EXEMPTION]; i++) {
		const struct exemption *e = &rs->exemption[i];
		char *name;

		if (!ends_soon(e))
			continue;
		name = out_text(e->name);
		printf("exemption %s ends at %s\n", name,
		       time_text(e->until, buf));
		free(name);
	}
}

static void print_status(const struct status *st)
{
	const struct engine_info *info = &st->info;
	const struct ruleset *rs = &st->s.rs;

	printf("%s in this network namespace, generation %llu\n",
	       info->in_force ? "in force" : "NOT in force",
	       (unsigned long long)info->generation);
	print_confirm(info);
	whys_print(&st->whys);
	standing_print(&st->from, info);
	print_version(info);
	print_memory(info);
	print_netns(info);
	print_drops(st);
	print_events(&info->events);
	print_ending(rs);
	print_counts(info);
	print_parts(rs);
	print_sets(st);
	print_policies(rs);
}

static int parse_status(struct args *a, bool *check, struct fault *f)
{
	const char *word = args_peek(a);

	*check = word && !strcmp(word, "--check");
	if (*check)
		args_next(a);
	return args_end(a, f);
}

static int say_status(const struct options *o, const struct status *st,
		      bool check)
{
	bool no = check && whys_count(&st->whys);

	if (o->json)
		json_status(o, st);
	else if (!check)
		print_status(st);
	else if (!whys_print(&st->whys))
		printf("in force, generation %llu\n",
		       (unsigned long long)st->info.generation);
	return no ? CODE_NO : CODE_DONE;
}

static int run_status(const struct options *o, struct args *a, struct fault *f)
{
	struct status st = { .whys = { &st.info, &st.s } };
	struct engine *e = NULL;
	bool check;
	int code;

	code = parse_status(a, &check, f);
	if (!code)
		code = engine_open(&e, o->netns, f);
	if (!code)
		code = engine_info(e, &st.info, f);
	if (!code && !check && !o->netns)
		code = standing_get(&st.from, e, &st.info, f);
	engine_close(e);
	if (!code)
		code = shown_get(&st.s, o, true, f);
	if (!code)
		code = say_status(o, &st, check);
	shown_free(&st.s);
	standing_free(&st.from);
	engine_info_free(&st.info);
	return code;
}

static const struct command commands[] = {
	{ "status", run_status, "[--check]",
	  "Whether it is in force, and why not: no ruleset, a device without a hook, a camera\n"
	  "that was never seen here or is under a policy that only counts. Whether it is to\n"
	  "be confirmed, who applied it when, or what was changed at run time and is not in\n"
	  "the configuration. What was dropped, how much of what there is, how old the sets\n"
	  "are and may be, who is under which policy, which exemptions end within 14 days,\n"
	  "and the options.\n"
	  "--check    only whether it is in force; exits with 4 if not, for whatever reason",
	  NULL },
	{}
};

const struct object object_status = {
	"status", "whether it is in force", commands,
};
