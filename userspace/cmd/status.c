// SPDX-License-Identifier: GPL-2.0
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "engine.h"
#include "out.h"
#include "show.h"
#include "times.h"
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

#define DAY 86400
#define SOON (14 * DAY)

#define NEW_MODULE \
	"camfence flush, modprobe -r camfence, modprobe camfence, then load the ruleset again"

/*
 * struct status - all that is told
 */
struct status {
	struct engine_info info;
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

static bool never_seen(const struct status *st, const struct camera *c,
		       size_t *at)
{
	return !shown_counter(&st->s, KIND_CAMERA, c->name, at)->seen;
}

static bool under_audit(const struct ruleset *rs, const struct camera *c)
{
	const struct policy *p = ruleset_find(rs, KIND_POLICY, c->policy);

	return p && p->action == CAMFENCE_ACTION_AUDIT;
}

/* Why it is not in force, @name being of a device or a camera, or NULL. */
typedef void (*take_why)(void *to, const char *why, const char *name);

/*
 * In force is what is in the kernel, with all of its hooks, and keeps something
 * apart: a camera that was never seen here may be behind another router, and
 * one under audit is only counted.
 */
static void each_why(const struct status *st, take_why take, void *to)
{
	const struct ruleset *rs = &st->s.rs;
	size_t at = 0, i;

	if (!st->info.in_force) {
		take(to, "no-ruleset", NULL);
		return;
	}
	if (!rs->n[KIND_CAMERA] && !rs->n[KIND_CATCH] && !rs->settings.site)
		take(to, "no-camera", NULL);
	for (i = 0; i < st->info.unhooked.n; i++)
		take(to, "unhooked", st->info.unhooked.v[i]);
	for (i = 0; i < rs->n[KIND_CAMERA]; i++) {
		const struct camera *c = &rs->camera[i];

		if (never_seen(st, c, &at))
			take(to, "never-seen", c->name);
		if (under_audit(rs, c))
			take(to, "audit", c->name);
	}
}

static void why_json(void *to, const char *why, const char *name)
{
	json_t *o = json_object();

	json_object_set_new(o, "why", json_text(why));
	json_object_set_new(o, "name", name ? json_text(name) : json_null());
	json_array_append_new(to, o);
}

static json_t *json_whys(const struct status *st)
{
	json_t *list = json_array();

	each_why(st, why_json, list);
	return list;
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
	u64 now = time_now();

	return !e->is_service && exemption_liveness(e, now) == LIVE &&
	       e->until != TIME_FOREVER && e->until - now <= SOON;
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
	const struct filter sets = { .kind = KIND_SET };
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
	json_object_set_new(root, "generation", json_integer(info->generation));
	json_object_set_new(root, "in-force", json_boolean(info->in_force));
	json_object_set_new(root, "not-in-force", json_whys(st));
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
	json_object_set_new(root, "sets", json_objects(&st->s, &sets));
	json_object_set_new(root, "policies", json_policies(rs));
	json_object_set_new(root, "ending", json_ending(rs));
	out_json(o, root);
}

static void print_version(const struct engine_info *info)
{
	char *version = out_text(info->version ? info->version : "unknown");

	printf("tool %s, module %s\n", CF_VERSION, version);
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

static void print_sets(const struct ruleset *rs)
{
	static const char *const heads[] = { "SET", "RANGES", "AGE", "SOURCE" };
	u64 now = time_now();
	struct table t;
	size_t i;

	if (rs->n[KIND_SET])
		putchar('\n');
	table_init(&t, heads, 4, 1 << 1 | 1 << 2);
	for (i = 0; i < rs->n[KIND_SET]; i++) {
		const struct set *s = &rs->set[i];

		table_text(&t, s->name);
		table_cell(&t, "%u", s->n4 + s->n6);
		if (s->date && s->date <= now)
			table_cell(&t, "%llu d",
				   (unsigned long long)(now - s->date) / DAY);
		else
			table_cell(&t, "%s", "-");
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
	u64 packets, bytes;

	count_drops(st, &packets, &bytes);
	printf("dropped %llu packets, %llu bytes\n",
	       (unsigned long long)packets, (unsigned long long)bytes);
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

static const struct {
	const char *why;
	const char *text;
} whys[] = {
	{ "no-ruleset", "NOT in force: there is no ruleset in this network namespace" },
	{ "no-camera", "NOT in force: no camera, no catch and no site is under a policy" },
	{ "unhooked",
	  "NOT looked at: what is sent by %s (no egress hook; tried again each second)" },
	{ "never-seen", "never seen here (behind another router? another MAC address?): %s" },
	{ "audit", "only counted, by a policy with action audit: %s" },
};

#define WHYS ARRAY_SIZE(whys)

static void why_some(void *to, const char *why, const char *name)
{
	struct some *some = to;
	size_t i;

	for (i = 0; i < WHYS; i++)
		if (!strcmp(whys[i].why, why))
			some_add(&some[i], name ? name : "");
}

/* Returns how many reasons there are. */
static size_t print_whys(const struct status *st)
{
	struct some some[WHYS] = {};
	size_t n = 0, i;

	each_why(st, why_some, some);
	for (i = 0; i < WHYS; i++) {
		char *names = some_end(&some[i], "");
		char *safe = out_text(names);
		const char *text = whys[i].text, *gap = strstr(text, "%s");

		if (some[i].n)
			printf("%.*s%s%s\n",
			       (int)(gap ? gap - text : (long)strlen(text)),
			       text, gap ? safe : "", gap ? gap + 2 : "");
		n += some[i].n;
		free(safe);
		free(names);
	}
	return n;
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
	print_whys(st);
	print_version(info);
	print_memory(info);
	print_netns(info);
	print_drops(st);
	print_events(&info->events);
	print_ending(rs);
	print_counts(info);
	print_parts(rs);
	print_sets(rs);
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

static void why_count(void *to, const char *why, const char *name)
{
	(void)why;
	(void)name;
	++*(size_t *)to;
}

static int say_status(const struct options *o, const struct status *st,
		      bool check)
{
	size_t n = 0;

	each_why(st, why_count, &n);
	if (o->json)
		json_status(o, st);
	else if (!check)
		print_status(st);
	else if (!print_whys(st))
		printf("in force, generation %llu\n",
		       (unsigned long long)st->info.generation);
	return check && n ? CODE_NO : CODE_DONE;
}

static int run_status(const struct options *o, struct args *a, struct fault *f)
{
	struct status st = {};
	struct engine *e = NULL;
	bool check;
	int code;

	code = parse_status(a, &check, f);
	if (!code)
		code = engine_open(&e, o->netns, f);
	if (!code)
		code = engine_info(e, &st.info, f);
	engine_close(e);
	if (!code)
		code = shown_get(&st.s, o, true, f);
	if (!code)
		code = say_status(o, &st, check);
	shown_free(&st.s);
	engine_info_free(&st.info);
	return code;
}

static const struct command commands[] = {
	{ "status", run_status, "[--check]",
	  "Whether it is in force, and why not: no ruleset, a device without a hook, a camera\n"
	  "that was never seen here or is under a policy that only counts. Whether it is to\n"
	  "be confirmed, what was dropped, how much of what there is, how old the sets are,\n"
	  "who is under which policy, which exemptions end within 14 days, and the options.\n"
	  "--check    only whether it is in force; exits with 4 if not, for whatever reason",
	  NULL },
	{}
};

const struct object object_status = {
	"status", "whether it is in force", commands,
};
