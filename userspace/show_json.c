// SPDX-License-Identifier: GPL-2.0
/* The JSON of a ruleset's objects: the schema that programs rely on. */
#include "parse.h"
#include "show.h"
#include "times.h"
#include "words.h"

static void set_text(json_t *o, const char *key, const char *text)
{
	if (text)
		json_object_set_new(o, key, json_text(text));
}

static void json_add(json_t *list, const char *text)
{
	json_array_append_new(list, json_text(text));
}

/**
 * json_names() - names in order
 * @names: the names
 *
 * Return: the array.
 */
json_t *json_names(const struct names *names)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < names->n; i++)
		json_add(list, names->v[i]);
	return list;
}

static void set_number(json_t *o, const char *key, u64 n)
{
	json_object_set_new(o, key, json_integer(n));
}

/**
 * json_counters() - the counters of one object
 * @o: where they are added
 * @kind: what kind of object
 * @c: its counters
 */
void json_counters(json_t *o, enum objkind kind, const struct counter *c)
{
	if (kind == KIND_POLICY || kind == KIND_EXEMPTION) {
		set_number(o, "packets", c->packets);
		set_number(o, "bytes", c->bytes);
	}
	if (kind != KIND_EXEMPTION) {
		set_number(o, "drops", c->drops);
		set_number(o, "drop-bytes", c->drop_bytes);
	}
	if (kind == KIND_POLICY)
		return;
	if (kind != KIND_EXEMPTION)
		set_number(o, "spoofs", c->spoofs);
	json_object_set_new(o, "seen", c->seen ? json_time(c->seen) :
						 json_null());
}

static json_t *json_set(const struct set *s)
{
	json_t *o = json_object();

	set_text(o, "name", s->name);
	json_object_set_new(o, "ranges4", json_integer(s->n4));
	json_object_set_new(o, "ranges6", json_integer(s->n6));
	set_text(o, "source", s->source);
	if (s->date)
		json_object_set_new(o, "date", json_time(s->date));
	set_text(o, "checksum", s->checksum);
	return o;
}

static json_t *json_policy(const struct policy *p)
{
	json_t *o = json_object();
	char buf[LOG_TEXT];

	set_text(o, "name", p->name);
	set_text(o, "default", default_text(p->default_));
	set_text(o, "action", action_text(p->action));
	set_text(o, "log", log_text(p->nflog, buf));
	json_object_set_new(o, "allow", json_names(&p->allow));
	json_object_set_new(o, "block", json_names(&p->block));
	json_object_set_new(o, "services", json_names(&p->services));
	set_text(o, "comment", p->comment);
	return o;
}

static json_t *json_selectors(const struct camera *c, enum selector_type type)
{
	json_t *list = json_array();
	char buf[RANGE_TEXT];
	size_t i;

	for (i = 0; i < c->n_selectors; i++)
		if (c->selector[i].type == type)
			json_add(list, selector_text(&c->selector[i], buf));
	return list;
}

static json_t *json_camera(const struct camera *c)
{
	json_t *o = json_object();
	enum selector_type type;

	set_text(o, "name", c->name);
	set_text(o, "policy", c->policy);
	for (type = 0; type < SELECTORS; type++)
		json_object_set_new(o, selector_word(type),
				    json_selectors(c, type));
	json_object_set_new(o, "shared", json_boolean(c->shared));
	set_text(o, "key", c->key);
	set_text(o, "comment", c->comment);
	return o;
}

static json_t *json_ranges(const struct range *r, size_t n)
{
	json_t *list = json_array();
	char buf[RANGE_TEXT];
	size_t i;

	for (i = 0; i < n; i++)
		json_add(list, range_text(&r[i], buf));
	return list;
}

static json_t *json_ports(const struct ports *ports)
{
	json_t *list = json_array();
	char buf[PORT_TEXT];
	size_t i;

	for (i = 0; i < ports->n; i++)
		json_add(list, port_text(&ports->v[i], buf));
	return list;
}

static json_t *json_icmp_types(const struct exemption *e)
{
	json_t *list = json_array();
	char buf[4];
	size_t i;

	for (i = 0; i < e->n_icmp_types; i++)
		json_add(list, icmp_type_text(e->proto, e->icmp_type[i], buf));
	return list;
}

static void set_limits(json_t *o, const struct exemption *e)
{
	char buf[4];

	set_text(o, "dir", direction_text(e->dir));
	if (e->proto >= 0)
		set_text(o, "proto", proto_text(e->proto, buf));
	if (e->ports.n)
		json_object_set_new(o, "port", json_ports(&e->ports));
	if (e->local_ports.n)
		json_object_set_new(o, "local-port",
				    json_ports(&e->local_ports));
	if (e->n_icmp_types)
		json_object_set_new(o, "icmp-type", json_icmp_types(e));
}

static json_t *json_exemption(const struct exemption *e)
{
	json_t *o = json_object();

	set_text(o, "name", e->name);
	set_text(o, "camera", e->camera);
	set_text(o, "policy", e->policy);
	json_object_set_new(o, "remote", json_ranges(e->remote, e->n_remotes));
	json_object_set_new(o, "remote-set", json_names(&e->sets));
	json_object_set_new(o, "remote-router", json_boolean(e->router));
	set_limits(o, e);
	if (e->not_before)
		json_object_set_new(o, "not-before", json_time(e->not_before));
	if (e->until != TIME_FOREVER)
		json_object_set_new(o, "until", json_time(e->until));
	set_text(o, "state", liveness_text(exemption_liveness(e, time_now())));
	set_text(o, "by", e->by);
	set_text(o, "reason", e->reason);
	set_text(o, "comment", e->comment);
	return o;
}

/**
 * json_object_of() - an object
 * @rs: the ruleset
 * @kind: what kind of object
 * @i: which
 *
 * Return: the object.
 */
json_t *json_object_of(const struct ruleset *rs, enum objkind kind, size_t i)
{
	switch (kind) {
	case KIND_SET:
		return json_set(&rs->set[i]);
	case KIND_POLICY:
		return json_policy(&rs->policy[i]);
	case KIND_CAMERA:
		return json_camera(&rs->camera[i]);
	case KIND_CATCH:
		return json_camera(&rs->catch[i]);
	default:
		return json_exemption(&rs->exemption[i]);
	}
}

static void set_use(json_t *o, const struct filter *filter)
{
	const char *name = json_string_value(json_object_get(o, "name"));
	struct use use = used_of(&filter->used, name);

	json_object_set_new(o, "used", use.last ? json_time(use.last) :
						  json_null());
	json_object_set_new(o, "known-since", json_time(use.since));
}

/**
 * json_objects() - objects of one kind
 * @s: what is in force
 * @filter: which of them
 *
 * Return: the array.
 */
json_t *json_objects(const struct shown *s, const struct filter *filter)
{
	enum objkind kind = filter->kind;
	json_t *list = json_array();
	size_t at = 0, i;

	for (i = 0; i < s->rs.n[kind]; i++) {
		json_t *o, *counters;
		const char *name;

		if (!filter_has(filter, &s->rs, i))
			continue;
		o = json_object_of(&s->rs, kind, i);
		json_array_append_new(list, o);
		if (filter->unused)
			set_use(o, filter);
		if (!s->counted || kind == KIND_SET)
			continue;
		name = json_string_value(json_object_get(o, "name"));
		counters = json_object();
		json_counters(counters, kind,
			      shown_counter(s, kind, name, &at));
		json_object_set_new(o, "counters", counters);
	}
	return list;
}

/**
 * json_settings() - the ruleset's options
 * @s: the settings
 *
 * Return: the object.
 */
json_t *json_settings(const struct settings *s)
{
	json_t *o = json_object();

	json_object_set_new(o, "site", s->site ? json_text(s->site) :
					       json_null());
	json_object_set_new(o, "nat64", json_ranges(s->nat64, s->n_nat64));
	return o;
}
