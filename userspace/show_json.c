// SPDX-License-Identifier: GPL-2.0
/* The JSON of a ruleset's objects: the schema that programs rely on. */
#include "parse.h"
#include "show.h"
#include "times.h"

static void set_text(json_t *o, const char *key, const char *text)
{
	if (text)
		json_object_set_new(o, key, json_text(text));
}

static void json_add(json_t *list, const char *text)
{
	json_array_append_new(list, json_text(text));
}

static json_t *json_names(const struct names *names)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < names->n; i++)
		json_add(list, names->v[i]);
	return list;
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

	set_text(o, "name", p->name);
	set_text(o, "default",
		 p->default_ == CAMFENCE_DEFAULT_DROP ? "drop" : "pass");
	set_text(o, "action",
		 p->action == CAMFENCE_ACTION_AUDIT ? "audit" : "drop");
	json_object_set_new(o, "allow", json_names(&p->allow));
	json_object_set_new(o, "block", json_names(&p->block));
	set_text(o, "comment", p->comment);
	return o;
}

static json_t *json_selectors(const struct camera *c, bool mac)
{
	json_t *list = json_array();
	char buf[RANGE_TEXT];
	size_t i;

	for (i = 0; i < c->n_selectors; i++)
		if (c->selector[i].is_mac == mac)
			json_add(list, selector_text(&c->selector[i], buf));
	return list;
}

static json_t *json_camera(const struct camera *c)
{
	json_t *o = json_object();

	set_text(o, "name", c->name);
	set_text(o, "policy", c->policy);
	json_object_set_new(o, "mac", json_selectors(c, true));
	json_object_set_new(o, "addr", json_selectors(c, false));
	set_text(o, "key", c->key);
	set_text(o, "comment", c->comment);
	return o;
}

static json_t *json_remotes(const struct exemption *e)
{
	json_t *list = json_array();
	char buf[RANGE_TEXT];
	size_t i;

	for (i = 0; i < e->n_remotes; i++)
		json_add(list, range_text(&e->remote[i], buf));
	return list;
}

static json_t *json_ports(const struct exemption *e)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < e->n_ports; i++) {
		const struct camfence_port_range *p = &e->port[i];

		json_array_append_new(list, p->first == p->last ?
			json_sprintf("%u", p->first) :
			json_sprintf("%u-%u", p->first, p->last));
	}
	return list;
}

static json_t *json_exemption(const struct exemption *e)
{
	static const char *const states[] = {
		[LIVE] = "live", [OVER] = "expired", [NOT_YET] = "not-yet",
	};
	json_t *o = json_object();
	char buf[4];

	set_text(o, "name", e->name);
	set_text(o, "camera", e->camera);
	set_text(o, "policy", e->policy);
	json_object_set_new(o, "remote", json_remotes(e));
	if (e->proto >= 0)
		set_text(o, "proto", proto_text(e->proto, buf));
	if (e->n_ports)
		json_object_set_new(o, "port", json_ports(e));
	if (e->not_before)
		json_object_set_new(o, "not-before", json_time(e->not_before));
	if (e->until != TIME_FOREVER)
		json_object_set_new(o, "until", json_time(e->until));
	set_text(o, "state", states[exemption_liveness(e, time_now())]);
	set_text(o, "by", e->by);
	set_text(o, "reason", e->reason);
	set_text(o, "comment", e->comment);
	return o;
}

/**
 * json_objects() - all objects of one kind
 * @rs: the ruleset
 * @kind: what kind of object
 *
 * Return: the array.
 */
json_t *json_objects(const struct ruleset *rs, enum objkind kind)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < rs->n[kind]; i++) {
		json_t *o;

		if (kind == KIND_SET)
			o = json_set(&rs->set[i]);
		else if (kind == KIND_POLICY)
			o = json_policy(&rs->policy[i]);
		else if (kind == KIND_CAMERA)
			o = json_camera(&rs->camera[i]);
		else
			o = json_exemption(&rs->exemption[i]);
		json_array_append_new(list, o);
	}
	return list;
}
