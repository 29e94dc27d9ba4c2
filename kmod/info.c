// SPDX-License-Identifier: GPL-2.0
/*
 * What the module says of itself.
 */
#include <net/net_namespace.h>
#include "egress.h"
#include "event.h"
#include "netlink.h"

#define NETNS_MOST 64	/* namespaces that are named */

/* Every namespace that holds the module, told to the initial one alone. */
static int put_netns(struct sk_buff *msg, const struct net *asking)
{
	const struct net *net;
	unsigned int n = 0;
	int err = 0;

	rcu_read_lock();
	for_each_net_rcu(net) {
		if (!rcu_access_pointer(cf_net(net)->ruleset) ||
		    (!net_eq(asking, &init_net) && !net_eq(asking, net)))
			continue;
		if (err || n++ == NETNS_MOST)
			break;
		err = nla_put_u32(msg, CAMFENCE_A_NETNS, net->ns.inum);
	}
	rcu_read_unlock();
	return err;
}

static void limits(struct cf_counts *c)
{
	unsigned int kind;

	for (kind = 0; kind < CF_KINDS; kind++)
		c->of[kind] = cf_kinds[kind].most;
	c->ranges = CAMFENCE_MAX_RANGES;
	c->prefixes = CAMFENCE_MAX_PREFIXES;
}

static int put_event_stats(struct sk_buff *msg, const struct cf_net *cn)
{
	struct nlattr *nest = nla_nest_start(msg, CAMFENCE_A_EVENT_STATS);
	struct cf_event_sums s = cf_event_sums(cn);

	if (!nest ||
	    nla_put_u64_64bit(msg, CAMFENCE_EVENT_STATS_A_SENT, s.sent,
			      CAMFENCE_EVENT_STATS_A_PAD) ||
	    nla_put_u64_64bit(msg, CAMFENCE_EVENT_STATS_A_SUPPRESSED,
			      s.suppressed, CAMFENCE_EVENT_STATS_A_PAD) ||
	    nla_put_u64_64bit(msg, CAMFENCE_EVENT_STATS_A_LOST, s.lost,
			      CAMFENCE_EVENT_STATS_A_PAD))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_since(struct sk_buff *msg, const struct cf_net *cn)
{
	return nla_put_u64_64bit(msg, CAMFENCE_A_SINCE, cn->since,
				 CAMFENCE_A_PAD) ||
	       nla_put_u64_64bit(msg, CAMFENCE_A_DROPS,
				 cf_stats_drops(cn) - cn->drops_before,
				 CAMFENCE_A_PAD) ||
	       nla_put_u64_64bit(msg, CAMFENCE_A_DROPPED, cf_stats_dropped(cn),
				 CAMFENCE_A_PAD);
}

/* While a commit is to be confirmed, nothing has come after it. */
static int put_pending(struct sk_buff *msg, const struct cf_net *cn)
{
	const struct cf_pending *p = &cn->pending;

	if (!p->on)
		return 0;
	return nla_put_u32(msg, CAMFENCE_A_CONFIRM,
			   DIV_ROUND_UP(cf_pending_left(p), HZ)) ||
	       (p->before &&
		nla_put_u64_64bit(msg, CAMFENCE_A_BEFORE, cn->generation - 1,
				  CAMFENCE_A_PAD));
}

/**
 * cf_info_get() - what the module says of itself
 * @cn: the namespace, its mutex held
 * @info: of the message
 * @msg: the answer
 *
 * May sleep; may take RTNL.
 *
 * Return: 0 or -EMSGSIZE.
 */
int cf_info_get(struct cf_net *cn, struct genl_info *info, struct sk_buff *msg)
{
	const struct cf_ruleset *rs = cf_ruleset_current(cn);
	struct cf_counts most, none = { 0 };

	limits(&most);
	if (nla_put_string(msg, CAMFENCE_A_VERSION, CF_VERSION) ||
	    nla_put_u64_64bit(msg, CAMFENCE_A_GENERATION, cn->generation,
			      CAMFENCE_A_PAD) ||
	    (rs && nla_put_flag(msg, CAMFENCE_A_IN_FORCE)) ||
	    nla_put_u64_64bit(msg, CAMFENCE_A_MEMORY, rs ? rs->bytes : 0,
			      CAMFENCE_A_PAD) ||
	    cf_dump_counts(msg, CAMFENCE_A_COUNTS, rs ? &rs->counts : &none) ||
	    cf_dump_counts(msg, CAMFENCE_A_LIMITS, &most) ||
	    put_event_stats(msg, cn) || cf_egress_dump(cn, msg) ||
	    put_netns(msg, cn->net) || put_since(msg, cn) ||
	    put_pending(msg, cn))
		return -EMSGSIZE;
	return 0;
}
