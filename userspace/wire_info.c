// SPDX-License-Identifier: GPL-2.0
/* What the module says of itself, and its counters. */
#include <linux/genetlink.h>
#include <stdio.h>
#include <string.h>

#include "mem.h"
#include "uapi/camfence.h"
#include "wire.h"
#include "wire_attr.h"

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
	attr_index(nest, tb, CAMFENCE_COUNTS_A_MAX);
	if (attr_u32(tb[CAMFENCE_COUNTS_A_SETS], &c->sets) ||
	    attr_u32(tb[CAMFENCE_COUNTS_A_RANGES], &c->ranges) ||
	    attr_u32(tb[CAMFENCE_COUNTS_A_POLICIES], &c->policies) ||
	    attr_u32(tb[CAMFENCE_COUNTS_A_CAMERAS], &c->cameras) ||
	    attr_u32(tb[CAMFENCE_COUNTS_A_EXEMPTIONS], &c->exemptions))
		return -1;
	return attr_u32(tb[CAMFENCE_COUNTS_A_PREFIXES], &c->prefixes);
}

static int get_counters(const struct nlattr *nest, struct counter *s)
{
	const struct nlattr *tb[CAMFENCE_STATS_A_MAX + 1];

	attr_index(nest, tb, CAMFENCE_STATS_A_MAX);
	if (attr_u32(tb[CAMFENCE_STATS_A_REASON], &s->reason) ||
	    attr_u64(tb[CAMFENCE_STATS_A_PACKETS], &s->packets) ||
	    attr_u64(tb[CAMFENCE_STATS_A_BYTES], &s->bytes) ||
	    attr_u64(tb[CAMFENCE_STATS_A_DROPS], &s->drops) ||
	    attr_u64(tb[CAMFENCE_STATS_A_DROP_BYTES], &s->drop_bytes) ||
	    attr_u64(tb[CAMFENCE_STATS_A_SPOOFS], &s->spoofs))
		return -1;
	return attr_u64(tb[CAMFENCE_STATS_A_SEEN], &s->seen);
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
	attr_index(top[attrs[kind].object], tb, CAMFENCE_EXEMPTION_A_MAX);
	if (attr_text(tb[attrs[kind].name], &one->name) || !one->name ||
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
	static const enum objkind kinds[] = {
		KIND_POLICY, KIND_CAMERA, KIND_EXEMPTION,
	};
	struct counter *one;
	size_t i;

	if (tb[CAMFENCE_A_REASON_STATS]) {
		one = add_stat(&s->reason, &s->n_reasons, &s->cap_reasons);
		if (get_counters(tb[CAMFENCE_A_REASON_STATS], one))
			return -1;
	}
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (get_object_stats(tb, s, kinds[i]))
			return -1;
	return 0;
}

static int get_netns(const struct nlattr *a, struct engine_info *info)
{
	u32 inode = 0;

	if (attr_u32(a, &inode))
		return -1;
	info->netns = mem_grow(info->netns, &info->cap, info->n_netns + 1,
			       sizeof(*info->netns));
	info->netns[info->n_netns++] = inode;
	return 0;
}

static int get_unhooked(const struct nlattr *a, struct engine_info *info)
{
	const char *name;

	if (mnl_attr_validate(a, MNL_TYPE_NUL_STRING) < 0)
		return -1;
	name = mnl_attr_get_str(a);
	names_add(&info->unhooked, name, strlen(name));
	return 0;
}

static int get_event_sums(const struct nlattr *nest, struct event_sums *s)
{
	const struct nlattr *tb[CAMFENCE_EVENT_STATS_A_MAX + 1];

	if (!nest)
		return 0;
	attr_index(nest, tb, CAMFENCE_EVENT_STATS_A_MAX);
	if (attr_u64(tb[CAMFENCE_EVENT_STATS_A_SENT], &s->sent) ||
	    attr_u64(tb[CAMFENCE_EVENT_STATS_A_SUPPRESSED], &s->suppressed))
		return -1;
	return attr_u64(tb[CAMFENCE_EVENT_STATS_A_LOST], &s->lost);
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
	if (attr_text(tb[CAMFENCE_A_VERSION], &info->version) ||
	    attr_u64(tb[CAMFENCE_A_GENERATION], &info->generation) ||
	    attr_u64(tb[CAMFENCE_A_MEMORY], &info->memory) ||
	    wire_get_counts(tb[CAMFENCE_A_COUNTS], &info->counts) ||
	    wire_get_counts(tb[CAMFENCE_A_LIMITS], &info->limits) ||
	    get_event_sums(tb[CAMFENCE_A_EVENT_STATS], &info->events) ||
	    attr_u32(tb[CAMFENCE_A_CONFIRM], &info->left) ||
	    attr_u64(tb[CAMFENCE_A_BEFORE], &info->before) ||
	    attr_u64(tb[CAMFENCE_A_SINCE], &info->since) ||
	    attr_u64(tb[CAMFENCE_A_DROPS], &info->drops) ||
	    attr_u64(tb[CAMFENCE_A_DROPPED], &info->dropped))
		return -1;
	info->in_force = tb[CAMFENCE_A_IN_FORCE];
	info->pending = tb[CAMFENCE_A_CONFIRM];

	mnl_attr_for_each(a, nlh, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(a) == CAMFENCE_A_NETNS &&
		    get_netns(a, info))
			return -1;
		if (mnl_attr_get_type(a) == CAMFENCE_A_UNHOOKED &&
		    get_unhooked(a, info))
			return -1;
	}
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
	if (attr_u64(tb[CAMFENCE_A_TXN], txn))
		return -1;
	return attr_u64(tb[CAMFENCE_A_GENERATION], generation);
}
