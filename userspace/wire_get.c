// SPDX-License-Identifier: GPL-2.0
/* A ruleset's objects, from attributes to structs; wire.c goes the other way. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "parse.h"
#include "times.h"
#include "uapi/camfence.h"
#include "wire.h"
#include "wire_attr.h"

static int get_set(const struct nlattr *nest, struct ruleset *rs)
{
	const struct nlattr *tb[CAMFENCE_SET_A_MAX + 1];
	struct set *s = ruleset_add_set(rs);

	attr_index(nest, tb, CAMFENCE_SET_A_MAX);
	if (attr_text(tb[CAMFENCE_SET_A_NAME], &s->name) || !s->name ||
	    attr_u32(tb[CAMFENCE_SET_A_COUNT4], &s->n4) ||
	    attr_u32(tb[CAMFENCE_SET_A_COUNT6], &s->n6) ||
	    attr_text(tb[CAMFENCE_SET_A_SOURCE], &s->source) ||
	    attr_text(tb[CAMFENCE_SET_A_CHECKSUM], &s->checksum))
		return -1;
	return attr_u64(tb[CAMFENCE_SET_A_DATE], &s->date);
}

static int get_name(const struct nlattr *a, struct names *names)
{
	const char *name;

	if (mnl_attr_validate(a, MNL_TYPE_NUL_STRING) < 0)
		return -1;
	name = mnl_attr_get_str(a);
	names_add(names, name, strlen(name));
	return 0;
}

static int get_names(const struct nlattr *nest, struct names *names)
{
	const struct nlattr *a;

	if (!nest)
		return 0;
	mnl_attr_for_each_nested(a, nest)
		if (mnl_attr_get_type(a) == CAMFENCE_LIST_A_NAME &&
		    get_name(a, names))
			return -1;
	return 0;
}

static int get_policy(const struct nlattr *nest, struct ruleset *rs)
{
	const struct nlattr *tb[CAMFENCE_POLICY_A_MAX + 1];
	struct policy *p = ruleset_add_policy(rs);
	const struct nlattr *a;

	attr_index(nest, tb, CAMFENCE_POLICY_A_MAX);
	a = tb[CAMFENCE_POLICY_A_DEFAULT];
	if (a && mnl_attr_validate(a, MNL_TYPE_U8) < 0)
		return -1;
	p->default_ = a ? mnl_attr_get_u8(a) : CAMFENCE_DEFAULT_PASS;
	a = tb[CAMFENCE_POLICY_A_ACTION];
	if (a && mnl_attr_validate(a, MNL_TYPE_U8) < 0)
		return -1;
	p->action = a ? mnl_attr_get_u8(a) : CAMFENCE_ACTION_DROP;
	a = tb[CAMFENCE_POLICY_A_NFLOG];
	if (a && mnl_attr_validate(a, MNL_TYPE_U16) < 0)
		return -1;
	p->nflog = a ? mnl_attr_get_u16(a) + 1 : 0;

	if (attr_text(tb[CAMFENCE_POLICY_A_NAME], &p->name) || !p->name ||
	    get_names(tb[CAMFENCE_POLICY_A_ALLOW], &p->allow) ||
	    get_names(tb[CAMFENCE_POLICY_A_BLOCK], &p->block))
		return -1;
	return attr_text(tb[CAMFENCE_POLICY_A_COMMENT], &p->comment);
}

static int get_addr(const void *data, size_t len, struct range *r)
{
	u32 addr;

	if (len == sizeof(addr)) {
		memcpy(&addr, data, len);
		r->family = 4;
		r->v4.first = ntohl(addr);
		r->v4.last = r->v4.first;
		return 0;
	}
	r->family = 6;
	r->v6.first = u128_from_bytes(data);
	r->v6.last = r->v6.first;
	return 0;
}

static int get_prefix4(const void *data, size_t len, struct range *r)
{
	struct camfence_prefix4 p;

	if (len != sizeof(p))
		return -1;
	memcpy(&p, data, len);
	if (p.len > 32)
		return -1;
	r->family = 4;
	r->v4.first = ntohl(p.addr);
	r->v4.last = r->v4.first | ((1ULL << (32 - p.len)) - 1);
	return 0;
}

static int get_prefix6(const void *data, size_t len, struct range *r)
{
	struct camfence_prefix6 p;
	struct u128 m;

	if (len != sizeof(p))
		return -1;
	memcpy(&p, data, len);
	if (p.len > 128)
		return -1;
	m = u128_hostmask(p.len);
	r->family = 6;
	r->v6.first = u128_from_bytes(p.addr);
	r->v6.last.hi = r->v6.first.hi | m.hi;
	r->v6.last.lo = r->v6.first.lo | m.lo;
	return 0;
}

static int get_oui(const void *data, size_t len, struct selector *s)
{
	struct camfence_oui oui;

	if (len != sizeof(oui))
		return -1;
	memcpy(&oui, data, len);
	if (oui.len != 24 && oui.len != 28 && oui.len != 36)
		return -1;
	s->len = oui.len;
	memcpy(s->mac, oui.oui, sizeof(oui.oui));
	return 0;
}

static int get_iface(const struct nlattr *a, struct selector *s)
{
	if (mnl_attr_validate(a, MNL_TYPE_NUL_STRING) < 0)
		return -1;
	snprintf(s->iif, sizeof(s->iif), "%s", mnl_attr_get_str(a));
	return 0;
}

/**
 * wire_get_selector() - one selector of a camera
 * @a: the attribute
 * @c: the camera, to which it is added
 *
 * Return: 0 or -1.
 */
int wire_get_selector(const struct nlattr *a, struct camera *c)
{
	size_t len = mnl_attr_get_payload_len(a);
	const void *data = mnl_attr_get_payload(a);
	struct selector *s = camera_add_selector(c);

	switch (mnl_attr_get_type(a)) {
	case CAMFENCE_SELECTOR_A_MAC:
		s->type = SELECT_MAC;
		if (len != sizeof(s->mac))
			return -1;
		memcpy(s->mac, data, len);
		return 0;
	case CAMFENCE_SELECTOR_A_ADDR4:
		s->type = SELECT_ADDR;
		return len == 4 ? get_addr(data, len, &s->addr) : -1;
	case CAMFENCE_SELECTOR_A_ADDR6:
		s->type = SELECT_ADDR;
		return len == 16 ? get_addr(data, len, &s->addr) : -1;
	case CAMFENCE_SELECTOR_A_PREFIX4:
		s->type = SELECT_NET;
		return get_prefix4(data, len, &s->addr);
	case CAMFENCE_SELECTOR_A_PREFIX6:
		s->type = SELECT_NET;
		return get_prefix6(data, len, &s->addr);
	case CAMFENCE_SELECTOR_A_OUI:
		s->type = SELECT_OUI;
		return get_oui(data, len, s);
	case CAMFENCE_SELECTOR_A_IFACE:
		s->type = SELECT_IIF;
		return get_iface(a, s);
	}
	c->n_selectors--;
	return 0;
}

static int get_camera(const struct nlattr *nest, struct ruleset *rs)
{
	const struct nlattr *tb[CAMFENCE_CAMERA_A_MAX + 1];
	const struct nlattr *a;
	struct camera *c;

	attr_index(nest, tb, CAMFENCE_CAMERA_A_MAX);
	c = ruleset_add_camera(rs, tb[CAMFENCE_CAMERA_A_CATCH] ? KIND_CATCH :
								 KIND_CAMERA);
	c->shared = tb[CAMFENCE_CAMERA_A_SHARED];
	if (attr_text(tb[CAMFENCE_CAMERA_A_NAME], &c->name) || !c->name ||
	    attr_text(tb[CAMFENCE_CAMERA_A_POLICY], &c->policy) || !c->policy ||
	    attr_text(tb[CAMFENCE_CAMERA_A_KEY], &c->key) ||
	    attr_text(tb[CAMFENCE_CAMERA_A_COMMENT], &c->comment))
		return -1;
	if (!tb[CAMFENCE_CAMERA_A_SELECTORS])
		return 0;
	mnl_attr_for_each_nested(a, tb[CAMFENCE_CAMERA_A_SELECTORS])
		if (wire_get_selector(a, c))
			return -1;
	return 0;
}

/**
 * wire_get_remote() - one remote of an exemption
 * @a: the attribute
 * @e: the exemption, to which it is added
 *
 * Return: 0 or -1.
 */
int wire_get_remote(const struct nlattr *a, struct exemption *e)
{
	size_t len = mnl_attr_get_payload_len(a);
	const void *data = mnl_attr_get_payload(a);

	switch (mnl_attr_get_type(a)) {
	case CAMFENCE_REMOTE_A_PREFIX4:
		return get_prefix4(data, len, exemption_add_remote(e));
	case CAMFENCE_REMOTE_A_PREFIX6:
		return get_prefix6(data, len, exemption_add_remote(e));
	case CAMFENCE_REMOTE_A_SET:
		return get_name(a, &e->sets);
	case CAMFENCE_REMOTE_A_ROUTER:
		e->router = true;
		return 0;
	}
	return 0;
}

static int get_remotes(const struct nlattr *nest, struct exemption *e)
{
	const struct nlattr *a;

	if (!nest)
		return 0;
	mnl_attr_for_each_nested(a, nest)
		if (wire_get_remote(a, e))
			return -1;
	return 0;
}

static int get_ports(const struct nlattr *a, struct ports *ports)
{
	size_t len;

	if (!a)
		return 0;
	len = mnl_attr_get_payload_len(a);
	if (len % sizeof(ports->v[0]) || len > sizeof(ports->v))
		return -1;
	memcpy(ports->v, mnl_attr_get_payload(a), len);
	ports->n = len / sizeof(ports->v[0]);
	return 0;
}

static int get_icmp_types(const struct nlattr *a, struct exemption *e)
{
	if (!a)
		return 0;
	e->n_icmp_types = mnl_attr_get_payload_len(a);
	if (e->n_icmp_types > sizeof(e->icmp_type)) {
		e->n_icmp_types = 0;
		return -1;
	}
	memcpy(e->icmp_type, mnl_attr_get_payload(a), e->n_icmp_types);
	return 0;
}

static int get_limits(const struct nlattr **tb, struct exemption *e)
{
	const struct nlattr *proto = tb[CAMFENCE_EXEMPTION_A_PROTO];
	const struct nlattr *dir = tb[CAMFENCE_EXEMPTION_A_DIRECTION];

	if ((proto && mnl_attr_validate(proto, MNL_TYPE_U8) < 0) ||
	    (dir && mnl_attr_validate(dir, MNL_TYPE_U8) < 0))
		return -1;
	if (proto)
		e->proto = mnl_attr_get_u8(proto);
	e->dir = dir ? mnl_attr_get_u8(dir) : CAMFENCE_DIRECTION_OUT;
	if (attr_u64(tb[CAMFENCE_EXEMPTION_A_NOT_BEFORE], &e->not_before) ||
	    attr_u64(tb[CAMFENCE_EXEMPTION_A_UNTIL], &e->until) ||
	    get_ports(tb[CAMFENCE_EXEMPTION_A_PORTS], &e->ports) ||
	    get_ports(tb[CAMFENCE_EXEMPTION_A_LOCAL_PORTS], &e->local_ports))
		return -1;
	return get_icmp_types(tb[CAMFENCE_EXEMPTION_A_ICMP_TYPES], e);
}

/* The exemption that a message goes on with: the last, without its head. */
static struct exemption *continued(const struct nlattr **tb,
				   struct ruleset *rs)
{
	const struct nlattr *name = tb[CAMFENCE_EXEMPTION_A_NAME];
	struct exemption *last;

	if (!rs->n[KIND_EXEMPTION] || !name ||
	    tb[CAMFENCE_EXEMPTION_A_CAMERA] || tb[CAMFENCE_EXEMPTION_A_POLICY])
		return NULL;
	last = &rs->exemption[rs->n[KIND_EXEMPTION] - 1];
	if (!last->name || mnl_attr_validate(name, MNL_TYPE_NUL_STRING) < 0 ||
	    strcmp(mnl_attr_get_str(name), last->name))
		return NULL;
	return last;
}

static int get_exemption(const struct nlattr *nest, struct ruleset *rs)
{
	const struct nlattr *tb[CAMFENCE_EXEMPTION_A_MAX + 1];
	struct exemption *e;

	attr_index(nest, tb, CAMFENCE_EXEMPTION_A_MAX);
	e = continued(tb, rs);
	if (e)
		return get_remotes(tb[CAMFENCE_EXEMPTION_A_REMOTES], e);
	e = ruleset_add_exemption(rs);
	if (attr_text(tb[CAMFENCE_EXEMPTION_A_NAME], &e->name) || !e->name ||
	    attr_text(tb[CAMFENCE_EXEMPTION_A_CAMERA], &e->camera) ||
	    attr_text(tb[CAMFENCE_EXEMPTION_A_POLICY], &e->policy) ||
	    attr_text(tb[CAMFENCE_EXEMPTION_A_BY], &e->by) ||
	    attr_text(tb[CAMFENCE_EXEMPTION_A_REASON], &e->reason) ||
	    attr_text(tb[CAMFENCE_EXEMPTION_A_COMMENT], &e->comment) ||
	    get_limits(tb, e))
		return -1;
	return get_remotes(tb[CAMFENCE_EXEMPTION_A_REMOTES], e);
}

static int get_settings(const struct nlattr *nest, struct settings *s)
{
	const struct nlattr *tb[CAMFENCE_OPTIONS_A_MAX + 1], *a;

	attr_index(nest, tb, CAMFENCE_OPTIONS_A_MAX);
	free(s->site);
	*s = (struct settings){};
	if (attr_text(tb[CAMFENCE_OPTIONS_A_SITE], &s->site))
		return -1;
	if (!tb[CAMFENCE_OPTIONS_A_NAT64])
		return 0;
	mnl_attr_for_each_nested(a, tb[CAMFENCE_OPTIONS_A_NAT64]) {
		if (mnl_attr_get_type(a) != CAMFENCE_REMOTE_A_PREFIX6)
			continue;
		if (s->n_nat64 == CAMFENCE_MAX_NAT64 ||
		    get_prefix6(mnl_attr_get_payload(a),
				mnl_attr_get_payload_len(a),
				&s->nat64[s->n_nat64]))
			return -1;
		s->n_nat64++;
	}
	return 0;
}

/**
 * wire_get_object() - what one message of a ruleset's dump holds
 * @tb: its attributes
 * @rs: the ruleset, to which it is added
 *
 * Return: 0 or -1.
 */
int wire_get_object(const struct nlattr **tb, struct ruleset *rs)
{
	if (attr_u64(tb[CAMFENCE_A_GENERATION], &rs->generation))
		return -1;
	if (tb[CAMFENCE_A_SET] && get_set(tb[CAMFENCE_A_SET], rs))
		return -1;
	if (tb[CAMFENCE_A_POLICY] && get_policy(tb[CAMFENCE_A_POLICY], rs))
		return -1;
	if (tb[CAMFENCE_A_CAMERA] && get_camera(tb[CAMFENCE_A_CAMERA], rs))
		return -1;
	if (tb[CAMFENCE_A_EXEMPTION] &&
	    get_exemption(tb[CAMFENCE_A_EXEMPTION], rs))
		return -1;
	if (tb[CAMFENCE_A_OPTIONS] &&
	    get_settings(tb[CAMFENCE_A_OPTIONS], &rs->settings))
		return -1;
	return 0;
}

/**
 * wire_get_ranges() - a part of a set's ranges
 * @nest: the set
 * @r: the ranges, to which they are added
 *
 * Return: 0 or -1.
 */
int wire_get_ranges(const struct nlattr *nest, struct ranges *r)
{
	const struct nlattr *tb[CAMFENCE_SET_A_MAX + 1], *a;
	struct camfence_range4 r4;
	struct camfence_range6 r6;
	struct range4 one4;
	struct range6 one6;
	const char *data;
	size_t len, i;

	attr_index(nest, tb, CAMFENCE_SET_A_MAX);
	a = tb[CAMFENCE_SET_A_RANGES4];
	len = a ? mnl_attr_get_payload_len(a) : 0;
	data = a ? mnl_attr_get_payload(a) : NULL;
	if (len % sizeof(r4))
		return -1;
	for (i = 0; i < len; i += sizeof(r4)) {
		memcpy(&r4, data + i, sizeof(r4));
		one4.first = ntohl(r4.first);
		one4.last = ntohl(r4.last);
		ranges_push4(r, one4);
	}

	a = tb[CAMFENCE_SET_A_RANGES6];
	len = a ? mnl_attr_get_payload_len(a) : 0;
	data = a ? mnl_attr_get_payload(a) : NULL;
	if (len % sizeof(r6))
		return -1;
	for (i = 0; i < len; i += sizeof(r6)) {
		memcpy(&r6, data + i, sizeof(r6));
		one6.first = u128_from_bytes(r6.first);
		one6.last = u128_from_bytes(r6.last);
		ranges_push6(r, one6);
	}
	return 0;
}
