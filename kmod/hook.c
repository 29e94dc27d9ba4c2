// SPDX-License-Identifier: GPL-2.0
/*
 * The way of a packet: read it, decide, count, return the verdict. One function
 * for each hook.
 */
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/skbuff.h>
#include <linux/timekeeping.h>
#include "hook.h"
#include "packet.h"
#include "ruleset.h"

/* A clock that shows a time before this module was built cannot be right. */
static u64 time_of(u64 now)
{
	return now < CF_BUILD_TIME ? 0 : now;
}

static unsigned int forward(void *priv, struct sk_buff *skb,
			    const struct nf_hook_state *state)
{
	struct cf_net *cn = priv;
	const struct cf_ruleset *rs = rcu_dereference(cn->ruleset);
	u64 now = ktime_get_real_seconds();
	struct cf_verdict v;
	struct cf_flow f;

	if (!rs)
		return NF_ACCEPT;
	cf_packet_read(&f, skb, state);
	cf_decide(rs->rules, &f, time_of(now), &v);
	cf_stats_count(cn, rs, &v, skb->len, now);
	return cf_reason_is_drop(v.reason) ? NF_DROP : NF_ACCEPT;
}

/*
 * First in FORWARD but for what asks to be: conntrack and DNAT have run in
 * PREROUTING; queues, SYNPROXY, flow offload and every other table come after.
 */
static const struct nf_hook_ops hooks[CF_HOOKS] = {
	{
		.hook = forward,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_FORWARD,
		.priority = NF_IP_PRI_FIRST + 10,
	},
	{
		.hook = forward,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_FORWARD,
		.priority = NF_IP6_PRI_FIRST + 10,
	},
};

/**
 * cf_hook_init() - make a namespace's hooks ready
 * @cn: the namespace, which travels in the hooks' priv
 *
 * Once: who lists hooks may still read them when they are unregistered.
 */
void cf_hook_init(struct cf_net *cn)
{
	unsigned int i;

	memcpy(cn->hooks, hooks, sizeof(hooks));
	for (i = 0; i < CF_HOOKS; i++)
		cn->hooks[i].priv = cn;
}

/**
 * cf_hook_register() - let packets come to us
 * @cn: the namespace
 *
 * May sleep; under the namespace's mutex.
 *
 * Return: 0 or a negative error.
 */
int cf_hook_register(struct cf_net *cn)
{
	return nf_register_net_hooks(cn->net, cn->hooks, CF_HOOKS);
}

/**
 * cf_hook_unregister() - no more packets, once a grace period is over
 * @cn: the namespace; its hooks are read until then
 *
 * May sleep; under the namespace's mutex, or in its pre_exit.
 */
void cf_hook_unregister(struct cf_net *cn)
{
	nf_unregister_net_hooks(cn->net, cn->hooks, CF_HOOKS);
}
