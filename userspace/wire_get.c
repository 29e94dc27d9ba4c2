// SPDX-License-Identifier: GPL-2.0
/*
 * From attributes to structs. The kernel is believed in what it says, not in
 * how long it is: every length is checked before anything is read.
 */
#include <arpa/inet.h>
#include <linux/genetlink.h>
#include <stdio.h>
#include <string.h>

#include "mem.h"
#include "parse.h"
#include "times.h"
#include "uapi/camfence.h"
#include "wire.h"

/* Attributes 1 to @max by number, the last of each; a newer one is skipped. */
static void index_attrs(const struct nlattr *nest, const struct nlattr **tb,
			u16 max)
{
	const struct nlattr *a;

	memset(tb, 0, (max + 1) * sizeof(*tb));
	mnl_attr_for_each_nested(a, nest)
		if (mnl_attr_get_type(a) <= max)
			tb[mnl_attr_get_type(a)] = a;
}

/**
 * wire_top() - a message's attributes by number
 * @nlh: the message
 * @tb: room for CAMFENCE_A_MAX + 1
 */
void wire_top(const struct nlmsghdr *nlh, const struct nlattr **tb)
{
	const struct nlattr *a;

	memset(tb, 0, (CAMFENCE_A_MAX + 1) * sizeof(*tb));
	mnl_attr_for_each(a, nlh, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(a) <= CAMFENCE_A_MAX)
			tb[mnl_attr_get_type(a)] = a;
}

static int get_text(const struct nlattr *a, char **text)
{
	if (!a)
		return 0;
	if (mnl_attr_validate(a, MNL_TYPE_NUL_STRING) < 0)
		return -1;
	*text = mem_strdup(mnl_attr_get_str(a));
	return 0;
}

static int get_u32(const struct nlattr *a, u32 *v)
{
	if (!a)
		return 0;
	if (mnl_attr_validate(a, MNL_TYPE_U32) < 0)
		return -1;
	*v = mnl_attr_get_u32(a);
	return 0;
}

static int get_u64(const struct nlattr *a, u64 *v)
{
	if (!a)
		return 0;
	if (mnl_attr_validate(a, MNL_TYPE_U64) < 0)
		return -1;
	*v = mnl_attr_get_u64(a);
	return 0;
}

static int get_set(const struct nlattr *nest, struct ruleset *rs)
{
	const struct nlattr *tb[CAMFENCE_SET_A_MAX + 1];
	struct set *s = ruleset_add_set(rs);

	index_attrs(nest, tb, CAMFENCE_SET_A_MAX);
	if (get_text(tb[CAMFENCE_SET_A_NAME], &s->name) || !s->name ||
	    get_u32(tb[CAMFENCE_SET_A_COUNT4], &s->n4) ||
	    get_u32(tb[CAMFENCE_SET_A_COUNT6], &s->n6) ||
	    get_text(tb[CAMFENCE_SET_A_SOURCE], &s->source) ||
	    get_text(tb[CAMFENCE_SET_A_CHECKSUM], &s->checksum))
		return -1;
	return get_u64(tb[CAMFENCE_SET_A_DATE], &s->date);
}

static int get_names(const struct nlattr *nest, struct names *names)
{
	const struct nlattr *a;
	const char *name;

	if (!nest)
		return 0;
	mnl_attr_for_each_nested(a, nest) {
		if (mnl_attr_get_type(a) != CAMFENCE_LIST_A_NAME)
			continue;
		if (mnl_attr_validate(a, MNL_TYPE_NUL_STRING) < 0)
			return -1;
		name = mnl_attr_get_str(a);
		names_add(names, name, strlen(name));
	}
	return 0;
}

static int get_policy(const struct nlattr *nest, struct ruleset *rs)
{
	const struct nlattr *tb[CAMFENCE_POLICY_A_MAX + 1];
	struct policy *p = ruleset_add_policy(rs);
	const struct nlattr *a;

	index_attrs(nest, tb, CAMFENCE_POLICY_A_MAX);
	a = tb[CAMFENCE_POLICY_A_DEFAULT];
	if (a && mnl_attr_validate(a, MNL_TYPE_U8) < 0)
		return -1;
	p->default_ = a ? mnl_attr_get_u8(a) : CAMFENCE_DEFAULT_PASS;
	a = tb[CAMFENCE_POLICY_A_ACTION];
	if (a && mnl_attr_validate(a, MNL_TYPE_U8) < 0)
		return -1;
	p->action = a ? mnl_attr_get_u8(a) : CAMFENCE_ACTION_DROP;

	if (get_text(tb[CAMFENCE_POLICY_A_NAME], &p->name) || !p->name ||
	    get_names(tb[CAMFENCE_POLICY_A_ALLOW], &p->allow) ||
	    get_names(tb[CAMFENCE_POLICY_A_BLOCK], &p->block))
		return -1;
	return get_text(tb[CAMFENCE_POLICY_A_COMMENT], &p->comment);
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
	u32 addr;

	switch (mnl_attr_get_type(a)) {
	case CAMFENCE_SELECTOR_A_MAC:
		if (len != sizeof(s->mac))
			return -1;
		s->is_mac = true;
		memcpy(s->mac, data, len);
		return 0;
	case CAMFENCE_SELECTOR_A_ADDR4:
		if (len != sizeof(addr))
			return -1;
		memcpy(&addr, data, len);
		s->addr.family = 4;
		s->addr.v4.first = ntohl(addr);
		s->addr.v4.last = s->addr.v4.first;
		return 0;
	case CAMFENCE_SELECTOR_A_ADDR6:
		if (len != 16)
			return -1;
		s->addr.family = 6;
		s->addr.v6.first = u128_from_bytes(data);
		s->addr.v6.last = s->addr.v6.first;
		return 0;
	}
	c->n_selectors--;
	return 0;
}

static int get_camera(const struct nlattr *nest, struct ruleset *rs)
{
	const struct nlattr *tb[CAMFENCE_CAMERA_A_MAX + 1];
	struct camera *c = ruleset_add_camera(rs);
	const struct nlattr *a;

	index_attrs(nest, tb, CAMFENCE_CAMERA_A_MAX);
	if (get_text(tb[CAMFENCE_CAMERA_A_NAME], &c->name) || !c->name ||
	    get_text(tb[CAMFENCE_CAMERA_A_POLICY], &c->policy) || !c->policy ||
	    get_text(tb[CAMFENCE_CAMERA_A_KEY], &c->key) ||
	    get_text(tb[CAMFENCE_CAMERA_A_COMMENT], &c->comment))
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
	struct range *r = exemption_add_remote(e);
	struct camfence_prefix4 p4;
	struct camfence_prefix6 p6;
	struct u128 m;

	switch (mnl_attr_get_type(a)) {
	case CAMFENCE_REMOTE_A_PREFIX4:
		if (len != sizeof(p4))
			return -1;
		memcpy(&p4, data, len);
		if (p4.len > 32)
			return -1;
		r->family = 4;
		r->v4.first = ntohl(p4.addr);
		r->v4.last = r->v4.first | ((1ULL << (32 - p4.len)) - 1);
		return 0;
	case CAMFENCE_REMOTE_A_PREFIX6:
		if (len != sizeof(p6))
			return -1;
		memcpy(&p6, data, len);
		if (p6.len > 128)
			return -1;
		m = u128_hostmask(p6.len);
		r->family = 6;
		r->v6.first = u128_from_bytes(p6.addr);
		r->v6.last.hi = r->v6.first.hi | m.hi;
		r->v6.last.lo = r->v6.first.lo | m.lo;
		return 0;
	}
	e->n_remotes--;
	return 0;
}

static int get_ports(const struct nlattr *a, struct exemption *e)
{
	size_t len;

	if (!a)
		return 0;
	len = mnl_attr_get_payload_len(a);
	if (len % sizeof(e->port[0]) || len > sizeof(e->port))
		return -1;
	memcpy(e->port, mnl_attr_get_payload(a), len);
	e->n_ports = len / sizeof(e->port[0]);
	return 0;
}

static int get_exemption(const struct nlattr *nest, struct ruleset *rs)
{
	const struct nlattr *tb[CAMFENCE_EXEMPTION_A_MAX + 1];
	struct exemption *e = ruleset_add_exemption(rs);
	const struct nlattr *a;

	index_attrs(nest, tb, CAMFENCE_EXEMPTION_A_MAX);
	if (get_text(tb[CAMFENCE_EXEMPTION_A_NAME], &e->name) || !e->name ||
	    get_text(tb[CAMFENCE_EXEMPTION_A_CAMERA], &e->camera) ||
	    get_text(tb[CAMFENCE_EXEMPTION_A_POLICY], &e->policy) ||
	    get_text(tb[CAMFENCE_EXEMPTION_A_BY], &e->by) ||
	    get_text(tb[CAMFENCE_EXEMPTION_A_REASON], &e->reason) ||
	    get_text(tb[CAMFENCE_EXEMPTION_A_COMMENT], &e->comment) ||
	    get_u64(tb[CAMFENCE_EXEMPTION_A_NOT_BEFORE], &e->not_before) ||
	    get_u64(tb[CAMFENCE_EXEMPTION_A_UNTIL], &e->until) ||
	    get_ports(tb[CAMFENCE_EXEMPTION_A_PORTS], e))
		return -1;
	a = tb[CAMFENCE_EXEMPTION_A_PROTO];
	if (a && mnl_attr_validate(a, MNL_TYPE_U8) < 0)
		return -1;
	if (a)
		e->proto = mnl_attr_get_u8(a);
	if (!tb[CAMFENCE_EXEMPTION_A_REMOTES])
		return 0;
	mnl_attr_for_each_nested(a, tb[CAMFENCE_EXEMPTION_A_REMOTES])
		if (wire_get_remote(a, e))
			return -1;
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
	if (get_u64(tb[CAMFENCE_A_GENERATION], &rs->generation))
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

	index_attrs(nest, tb, CAMFENCE_SET_A_MAX);
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

/**
 * wire_get_counts() - how much there is, or may be
 * @nest: the counts, or NULL
 * @c: where to
 *
 * Return: 0 or -1.
 */
int wire_get_counts(const struct nlattr *nest, struct counts *c)
{
	const struct nlattr *tb[CAMFENCE_COUNTS_A_MAX + 1];

	if (!nest)
		return 0;
	index_attrs(nest, tb, CAMFENCE_COUNTS_A_MAX);
	if (get_u32(tb[CAMFENCE_COUNTS_A_SETS], &c->sets) ||
	    get_u32(tb[CAMFENCE_COUNTS_A_RANGES], &c->ranges) ||
	    get_u32(tb[CAMFENCE_COUNTS_A_POLICIES], &c->policies) ||
	    get_u32(tb[CAMFENCE_COUNTS_A_CAMERAS], &c->cameras) ||
	    get_u32(tb[CAMFENCE_COUNTS_A_EXEMPTIONS], &c->exemptions))
		return -1;
	return get_u32(tb[CAMFENCE_COUNTS_A_PREFIXES], &c->prefixes);
}

static int get_counters(const struct nlattr *nest, struct counter *s)
{
	const struct nlattr *tb[CAMFENCE_STATS_A_MAX + 1];

	index_attrs(nest, tb, CAMFENCE_STATS_A_MAX);
	if (get_u32(tb[CAMFENCE_STATS_A_REASON], &s->reason) ||
	    get_u64(tb[CAMFENCE_STATS_A_PACKETS], &s->packets) ||
	    get_u64(tb[CAMFENCE_STATS_A_BYTES], &s->bytes) ||
	    get_u64(tb[CAMFENCE_STATS_A_DROPS], &s->drops) ||
	    get_u64(tb[CAMFENCE_STATS_A_DROP_BYTES], &s->drop_bytes))
		return -1;
	return get_u64(tb[CAMFENCE_STATS_A_SEEN], &s->seen);
}

static struct counter *add_stat(struct counter **v, size_t *n, size_t *cap)
{
	*v = mem_grow(*v, cap, *n + 1, sizeof(**v));
	(*v)[*n] = (struct counter){};
	return &(*v)[(*n)++];
}

static int get_object_stats(const struct nlattr **top, struct stats *s,
			    enum objkind kind)
{
	static const struct {
		u16 object, name, stats;
	} attrs[] = {
		[KIND_POLICY] = { CAMFENCE_A_POLICY, CAMFENCE_POLICY_A_NAME,
				  CAMFENCE_POLICY_A_STATS },
		[KIND_CAMERA] = { CAMFENCE_A_CAMERA, CAMFENCE_CAMERA_A_NAME,
				  CAMFENCE_CAMERA_A_STATS },
		[KIND_EXEMPTION] = { CAMFENCE_A_EXEMPTION,
				     CAMFENCE_EXEMPTION_A_NAME,
				     CAMFENCE_EXEMPTION_A_STATS },
	};
	const struct nlattr *tb[CAMFENCE_EXEMPTION_A_MAX + 1];
	struct counter *one;

	if (!top[attrs[kind].object])
		return 0;
	one = add_stat(&s->object[kind], &s->n[kind], &s->cap[kind]);
	index_attrs(top[attrs[kind].object], tb, CAMFENCE_EXEMPTION_A_MAX);
	if (get_text(tb[attrs[kind].name], &one->name) || !one->name ||
	    !tb[attrs[kind].stats])
		return -1;
	return get_counters(tb[attrs[kind].stats], one);
}

/**
 * wire_get_stats() - what one message of the counters' dump holds
 * @tb: its attributes
 * @s: the counters, to which it is added
 *
 * Return: 0 or -1.
 */
int wire_get_stats(const struct nlattr **tb, struct stats *s)
{
	enum objkind kind;
	struct counter *one;

	if (tb[CAMFENCE_A_REASON_STATS]) {
		one = add_stat(&s->reason, &s->n_reasons, &s->cap_reasons);
		if (get_counters(tb[CAMFENCE_A_REASON_STATS], one))
			return -1;
	}
	for (kind = KIND_POLICY; kind < KINDS; kind++)
		if (get_object_stats(tb, s, kind))
			return -1;
	return 0;
}

static int get_netns(const struct nlattr *a, struct engine_info *info)
{
	u32 inode = 0;

	if (get_u32(a, &inode))
		return -1;
	info->netns = mem_grow(info->netns, &info->cap, info->n_netns + 1,
			       sizeof(*info->netns));
	info->netns[info->n_netns++] = inode;
	return 0;
}

/**
 * wire_get_info() - what the module says of itself
 * @nlh: the message
 * @info: where to
 *
 * Return: 0 or -1.
 */
int wire_get_info(const struct nlmsghdr *nlh, struct engine_info *info)
{
	const struct nlattr *tb[CAMFENCE_A_MAX + 1], *a;

	wire_top(nlh, tb);
	if (get_text(tb[CAMFENCE_A_VERSION], &info->version) ||
	    get_u64(tb[CAMFENCE_A_GENERATION], &info->generation) ||
	    get_u64(tb[CAMFENCE_A_MEMORY], &info->memory) ||
	    wire_get_counts(tb[CAMFENCE_A_COUNTS], &info->counts) ||
	    wire_get_counts(tb[CAMFENCE_A_LIMITS], &info->limits))
		return -1;
	info->in_force = tb[CAMFENCE_A_IN_FORCE];

	mnl_attr_for_each(a, nlh, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(a) == CAMFENCE_A_NETNS &&
		    get_netns(a, info))
			return -1;
	return 0;
}

/**
 * wire_get_txn() - the answer to the beginning or the end of a transaction
 * @nlh: the message
 * @txn: its id, left alone where there is none
 * @generation: likewise
 *
 * Return: 0 or -1.
 */
int wire_get_txn(const struct nlmsghdr *nlh, u64 *txn,
		 u64 *generation)
{
	const struct nlattr *tb[CAMFENCE_A_MAX + 1];

	wire_top(nlh, tb);
	if (get_u64(tb[CAMFENCE_A_TXN], txn))
		return -1;
	return get_u64(tb[CAMFENCE_A_GENERATION], generation);
}
