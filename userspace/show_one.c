// SPDX-License-Identifier: GPL-2.0
/* One object, with all that is known of it and who uses it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "parse.h"
#include "show.h"
#include "times.h"
#include "words.h"

#define DAY 86400

/*
 * struct one - the object that is shown
 * @i: its place among those of its kind
 * @c: its counters
 */
struct one {
	const struct shown *s;
	enum objkind kind;
	const char *name;
	size_t i;
	const struct counter *c;
};

/* The first line has the kind and the name, the others what is known. */
static void begin(struct table *t, const struct one *one)
{
	char *name = out_text(one->name);
	const char *const heads[] = { kind_name(one->kind), name };

	table_init(t, heads, 2, 0);
	free(name);
}

static void row(struct table *t, const char *key, const char *text)
{
	if (!text || !*text)
		return;
	table_cell(t, "%s", key);
	table_text(t, text);
}

static void row_owned(struct table *t, const char *key, char *text)
{
	row(t, key, text);
	free(text);
}

static char *time_and_age(u64 time)
{
	char buf[TIME_TEXT];
	u64 now = time_now();

	if (now < time + DAY)
		return mem_strdup(time_text(time, buf));
	return mem_printf("%s (%llu days ago)", time_text(time, buf),
			  (unsigned long long)(now - time) / DAY);
}

static void row_time(struct table *t, const char *key, u64 time)
{
	if (time)
		row_owned(t, key, time_and_age(time));
}

static void row_packets(struct table *t, const char *key, u64 packets,
			u64 bytes)
{
	row_owned(t, key, mem_printf("%llu packets, %llu bytes",
				     (unsigned long long)packets,
				     (unsigned long long)bytes));
}

static void row_seen(struct table *t, const char *key, u64 seen)
{
	if (seen)
		row_time(t, key, seen);
	else
		row(t, key, "never");
}

/* Who uses a set, and as what. */
typedef void (*take_user)(void *to, enum objkind kind, const char *name,
			  const char *as);

static void each_user(const struct ruleset *rs, const char *set, take_user take,
		      void *to)
{
	size_t i, k;

	for (i = 0; i < rs->n[KIND_POLICY]; i++) {
		const struct policy *p = &rs->policy[i];

		if (names_have(&p->block, set))
			take(to, KIND_POLICY, p->name, "block");
		if (names_have(&p->allow, set))
			take(to, KIND_POLICY, p->name, "allow");
		for (k = 0; k < p->services.n; k++) {
			const char *at = strchr(p->services.v[k], '@');

			if (at && !strcmp(at + 1, set))
				take(to, KIND_POLICY, p->name, "service");
		}
	}
	for (i = 0; i < rs->n[KIND_EXEMPTION]; i++)
		if (!rs->exemption[i].is_service &&
		    names_have(&rs->exemption[i].sets, set))
			take(to, KIND_EXEMPTION, rs->exemption[i].name,
			     "remote");
}

static void text_user(void *to, enum objkind kind, const char *name,
		      const char *as)
{
	char *text = mem_printf("%s %s (%s)", kind_name(kind), name, as);

	words_add(to, text);
	free(text);
}

static void json_user(void *to, enum objkind kind, const char *name,
		      const char *as)
{
	json_t *o = json_object();

	json_object_set_new(o, "kind", json_text(kind_name(kind)));
	json_object_set_new(o, "name", json_text(name));
	json_object_set_new(o, "as", json_text(as));
	json_array_append_new(to, o);
}

static void print_set(const struct one *one)
{
	const struct set *s = &one->s->rs.set[one->i];
	struct words users = {};
	struct table t;

	begin(&t, one);
	row_owned(&t, "ranges", mem_printf("%u IPv4, %u IPv6", s->n4, s->n6));
	row(&t, "source", s->source);
	row_time(&t, "date", s->date);
	row(&t, "checksum", s->checksum);
	each_user(&one->s->rs, s->name, text_user, &users);
	row_owned(&t, "used by", words_end(&users, "nobody"));
	table_print(&t);
}

static json_t *json_users(const struct one *one)
{
	json_t *list = json_array();

	each_user(&one->s->rs, one->name, json_user, list);
	return list;
}

static const struct camera *camera_at(const struct one *one)
{
	return one->kind == KIND_CATCH ? &one->s->rs.catch[one->i] :
					 &one->s->rs.camera[one->i];
}

static const struct policy *policy_of(const struct one *one)
{
	return ruleset_find(&one->s->rs, KIND_POLICY, camera_at(one)->policy);
}

/* "geoblock: default pass, action drop, block cn" */
static char *policy_text(const struct policy *p)
{
	char *allow = join_names(&p->allow, "none");
	char *block = join_names(&p->block, "none");
	char *text = mem_printf("%s: default %s, action %s, allow %s, block %s",
				p->name, default_text(p->default_),
				action_text(p->action), allow, block);

	free(allow);
	free(block);
	return text;
}

/* Those of a camera or catch, or those of a policy. */
static void print_holes(const struct one *one, const char *camera,
			const char *policy, const char *title)
{
	struct filter filter = {
		.kind = KIND_EXEMPTION, .camera = camera, .policy = policy,
	};
	size_t n = one->s->rs.n[KIND_EXEMPTION], i;

	for (i = 0; i < n; i++)
		if (filter_has(&filter, &one->s->rs, i))
			break;
	if (i == n)
		return;
	printf("\n%s:\n", title);
	table_exemptions(one->s, &filter);
}

static void print_camera(const struct one *one)
{
	const struct camera *c = camera_at(one);
	const struct policy *p = policy_of(one);
	enum selector_type type;
	struct table t;

	begin(&t, one);
	row_owned(&t, "policy", p ? policy_text(p) : mem_strdup(c->policy));
	if (p)
		row_owned(&t, "services", join_names(&p->services, ""));
	for (type = 0; type < SELECTORS; type++)
		row_owned(&t, selector_word(type), join_selectors(c, type));
	row(&t, "shared", c->shared ? "others may have some of these" : NULL);
	row(&t, "key", c->key);
	row(&t, "comment", c->comment);
	row_packets(&t, "dropped", one->c->drops, one->c->drop_bytes);
	if (one->c->spoofs)
		row_owned(&t, "spoofed", mem_printf("%llu packets",
						    (unsigned long long)
						    one->c->spoofs));
	row_seen(&t, "last seen", one->c->seen);
	table_print(&t);
	print_holes(one, c->name, NULL, "its exemptions");
	print_holes(one, NULL, c->policy, "its policy's exemptions");
}

static json_t *json_holes(const struct one *one, const char *camera,
			  const char *policy)
{
	struct filter filter = {
		.kind = KIND_EXEMPTION, .camera = camera, .policy = policy,
	};

	return json_objects(one->s, &filter);
}

static void json_camera(json_t *root, const struct one *one)
{
	const struct ruleset *rs = &one->s->rs;
	const struct policy *p = policy_of(one);

	if (p)
		json_object_set_new(root, "policy",
				    json_object_of(rs, KIND_POLICY,
						   p - rs->policy));
	json_object_set_new(root, "exemptions",
			    json_holes(one, one->name, NULL));
	json_object_set_new(root, "policy-exemptions",
			    json_holes(one, NULL, camera_at(one)->policy));
}

static void each_under(const struct camera *cameras, size_t n,
		       const char *policy,
		       void (*take)(void *to, const char *name), void *to)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!strcmp(cameras[i].policy, policy))
			take(to, cameras[i].name);
}

static void take_some(void *to, const char *name)
{
	some_add(to, name);
}

static void row_under(struct table *t, const char *key,
		      const struct camera *cameras, size_t n,
		      const char *policy)
{
	struct some some = {};

	each_under(cameras, n, policy, take_some, &some);
	row_owned(t, key, some_end(&some, "none"));
}

static bool is_site(const struct one *one)
{
	const char *site = one->s->rs.settings.site;

	return site && !strcmp(site, one->name);
}

static void print_policy(const struct one *one)
{
	const struct ruleset *rs = &one->s->rs;
	const struct policy *p = &rs->policy[one->i];
	char buf[LOG_TEXT];
	struct table t;

	begin(&t, one);
	row(&t, "default", default_text(p->default_));
	row(&t, "action", action_text(p->action));
	row(&t, "log", log_text(p->nflog, buf));
	row_owned(&t, "allow", join_names(&p->allow, "none"));
	row_owned(&t, "block", join_names(&p->block, "none"));
	row_owned(&t, "services", join_names(&p->services, "none"));
	row(&t, "comment", p->comment);
	row_under(&t, "cameras", rs->camera, rs->n[KIND_CAMERA], p->name);
	row_under(&t, "catches", rs->catch, rs->n[KIND_CATCH], p->name);
	row(&t, "site", is_site(one) ? "it is the site's policy" : NULL);
	row_packets(&t, "passed", one->c->packets, one->c->bytes);
	row_packets(&t, "dropped", one->c->drops, one->c->drop_bytes);
	table_print(&t);
	print_holes(one, NULL, p->name, "its exemptions");
}

static void take_json(void *to, const char *name)
{
	json_array_append_new(to, json_text(name));
}

static void json_policy(json_t *root, const struct one *one)
{
	const struct ruleset *rs = &one->s->rs;
	json_t *cameras = json_array(), *catches = json_array();

	each_under(rs->camera, rs->n[KIND_CAMERA], one->name, take_json,
		   cameras);
	each_under(rs->catch, rs->n[KIND_CATCH], one->name, take_json, catches);
	json_object_set_new(root, "cameras", cameras);
	json_object_set_new(root, "catches", catches);
	json_object_set_new(root, "site", json_boolean(is_site(one)));
	json_object_set_new(root, "exemptions",
			    json_holes(one, NULL, one->name));
}

static void print_exemption(const struct one *one)
{
	const struct exemption *e = &one->s->rs.exemption[one->i];
	char buf[TIME_TEXT];
	struct table t;

	begin(&t, one);
	row(&t, "state", liveness_text(exemption_liveness(e, time_now())));
	row(&t, "camera", e->camera);
	row(&t, "policy", e->policy);
	row_owned(&t, "remote", join_ranges(e->remote, e->n_remotes));
	row_owned(&t, "remote set", join_names(&e->sets, ""));
	row(&t, "remote", e->router ? "router" : NULL);
	row(&t, "dir", direction_text(e->dir));
	row(&t, "proto", e->proto < 0 ? "any" : proto_text(e->proto, buf));
	row_owned(&t, "port", join_ports(&e->ports));
	row_owned(&t, "local-port", join_ports(&e->local_ports));
	row_owned(&t, "icmp-type", join_icmp_types(e));
	if (e->not_before)
		row(&t, "not-before", time_text(e->not_before, buf));
	row(&t, "until", e->until == TIME_FOREVER ? "permanent" :
						    time_text(e->until, buf));
	row(&t, "reason", e->reason);
	row(&t, "by", e->by);
	row(&t, "comment", e->comment);
	row_packets(&t, "passed", one->c->packets, one->c->bytes);
	row_seen(&t, "last used", one->c->seen);
	table_print(&t);
}

static void print_one(const struct one *one)
{
	switch (one->kind) {
	case KIND_SET:
		print_set(one);
		break;
	case KIND_POLICY:
		print_policy(one);
		break;
	case KIND_CAMERA:
	case KIND_CATCH:
		print_camera(one);
		break;
	default:
		print_exemption(one);
	}
}

static void json_one(const struct options *o, const struct one *one)
{
	const struct ruleset *rs = &one->s->rs;
	json_t *root = json_head(), *counters;

	json_object_set_new(root, "generation", json_integer(rs->generation));
	json_object_set_new(root, kind_name(one->kind),
			    json_object_of(rs, one->kind, one->i));
	if (one->kind == KIND_SET)
		json_object_set_new(root, "used-by", json_users(one));
	else if (one->kind == KIND_POLICY)
		json_policy(root, one);
	else if (one->kind != KIND_EXEMPTION)
		json_camera(root, one);
	if (one->kind != KIND_SET) {
		counters = json_object();
		json_counters(counters, one->kind, one->c);
		json_object_set_new(root, "counters", counters);
	}
	out_json(o, root);
}

static int find_one(struct one *one, const char *name, struct fault *f)
{
	const struct ruleset *rs = &one->s->rs;
	int code = ruleset_need(rs, one->kind, name, f);
	size_t at = 0;

	if (code)
		return code;
	one->i = ruleset_index(rs, one->kind, name);
	one->c = shown_counter(one->s, one->kind, name, &at);
	one->name = name;
	return 0;
}

/**
 * show_one() - what "OBJECT show" does
 * @o: where and how
 * @a: the name
 * @kind: what kind of object
 * @f: what is wrong
 *
 * Return: 0 or the exit code.
 */
int show_one(const struct options *o, struct args *a, enum objkind kind,
	     struct fault *f)
{
	struct shown s = {};
	struct one one = { .s = &s, .kind = kind };
	const char *name;
	int code;

	code = args_name(a, kind_name(kind), &name, f);
	if (!code)
		code = args_end(a, f);
	if (!code)
		code = shown_get(&s, o, true, f);
	if (!code)
		code = find_one(&one, name, f);
	if (!code && o->json)
		json_one(o, &one);
	else if (!code)
		print_one(&one);
	shown_free(&s);
	return code;
}
