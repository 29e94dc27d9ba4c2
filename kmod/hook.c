// SPDX-License-Identifier: GPL-2.0
/*
 * The way of a packet: read it, decide, count, return the verdict. One function
 * for each hook.
 */
#include <linux/etherdevice.h>
#include <linux/netfilter_bridge.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/skbuff.h>
#include <linux/timekeeping.h>
#include <net/dst_metadata.h>
#include <net/l3mdev.h>
#include "compat.h"
#include "conntrack.h"
#include "event.h"
#include "hook.h"
#include "lockdown.h"
#include "packet.h"
#include "reject.h"
#include "route.h"
#include "ruleset.h"

/**
 * cf_hook_time() - what exemptions' dates are held against
 * @now: seconds since 1970
 *
 * Any context. A clock that shows a time before this module was built cannot be
 * right.
 *
 * Return: @now, or 0.
 */
u64 cf_hook_time(u64 now)
{
	return now < CF_BUILD_TIME ? 0 : now;
}

/* What is told of a packet; nothing of most. At egress a pass is silent. */
static enum camfence_event event_of(const struct cf_flow *f,
				    const struct cf_verdict *v, bool drop)
{
	if (drop)
		return CAMFENCE_EVENT_DROP;
	if (f->hook == CF_HOOK_EGRESS)
		return CAMFENCE_EVENT_UNSPEC;
	if (v->reason == CAMFENCE_REASON_AUDIT)
		return CAMFENCE_EVENT_AUDIT;
	if (f->flags & CF_FLOW_TUNNEL && (v->senders[0] || v->senders[1]) &&
	    (v->reason == CAMFENCE_REASON_DEFAULT_PASS ||
	     v->reason == CAMFENCE_REASON_ALLOW))
		return CAMFENCE_EVENT_TUNNEL;
	return CAMFENCE_EVENT_UNSPEC;
}

static void tell_spoof(struct cf_net *cn, const struct cf_ruleset *rs,
		       const struct cf_flow *f, const struct cf_verdict *v,
		       const struct sk_buff *skb,
		       const struct nf_hook_state *state)
{
	struct cf_verdict about = *v;

	about.camera = v->spoofed;
	about.policy = rs->rules->cameras[v->spoofed].policy;
	about.set = CF_NOTHING;
	about.exemption = CF_NOTHING;
	cf_event_packet(cn, rs, CAMFENCE_EVENT_SPOOF, f, &about, skb, state);
}

/*
 * Another device sent it in a camera's name, for it has the camera's address
 * and not its MAC: unless a router's MAC stands there, which the route tells.
 */
static void count_spoof(struct cf_net *cn, const struct cf_ruleset *rs,
			const struct cf_flow *f, const struct cf_verdict *v,
			u64 now,
			const struct sk_buff *skb,
			const struct nf_hook_state *state)
{
	if (v->spoofed == CF_NOTHING)
		return;
	if (v->spoof_if_on_link &&
	    (!cf_stats_look(rs, v->spoofed, now) ||
	     !cf_route_is_on_link(state->net, &f->src,
				  cf_packet_received_by(skb, state))))
		return;
	cf_stats_spoof(rs, v->spoofed);
	tell_spoof(cn, rs, f, v, skb, state);
}

static unsigned int judge(struct cf_net *cn, const struct cf_ruleset *rs,
			  const struct cf_flow *f, struct sk_buff *skb,
			  const struct nf_hook_state *state)
{
	u64 now = ktime_get_real_seconds();
	enum camfence_event event;
	struct cf_verdict v;
	bool drop;

	cf_decide(rs->rules, f, cf_hook_time(now), &v);
	drop = cf_reason_is_drop(v.reason);
	/* What passes at egress has been counted before. */
	if (drop || f->hook != CF_HOOK_EGRESS)
		cf_stats_count(cn, rs, &v, cf_packet_bytes(skb), now);
	event = event_of(f, &v, drop);
	if (event != CAMFENCE_EVENT_UNSPEC)
		cf_event_packet(cn, rs, event, f, &v, skb, state);
	count_spoof(cn, rs, f, &v, now, skb, state);
	if (!drop)
		return NF_ACCEPT;
	if (v.reject && cf_stats_answer(rs, v.camera))
		cf_reject_send(cn->net, skb, state);
	/* Dropped as nobody's: it may be for a camera known by its MAC. */
	if (v.camera == CF_NOTHING && f->flags & CF_FLOW_MAC_LATER)
		cf_route_resolve(skb);
	return NF_DROP;
}

static unsigned int inet(struct cf_net *cn, enum cf_hook hook,
			 struct sk_buff *skb,
			 const struct nf_hook_state *state)
{
	const struct cf_ruleset *rs = rcu_dereference(cn->ruleset);
	struct cf_flow f;

	if (!rs)
		return NF_ACCEPT;
	cf_packet_read(&f, hook, skb, state);
	cf_conntrack_read(&f, skb);
	cf_route_read(&f, rs->rules, skb, state);
	return judge(cn, rs, &f, skb, state);
}

static void tell_lockdown(struct cf_net *cn, enum cf_hook hook,
			  const struct sk_buff *skb,
			  const struct nf_hook_state *state)
{
	struct cf_verdict v = cf_verdict_none();
	struct cf_flow f;

	if (!cf_event_is_heard(cn))
		return;
	v.reason = CAMFENCE_REASON_LOCKDOWN;
	if (hook == CF_HOOK_BRIDGE)
		cf_packet_read_frame(&f, skb, state);
	else
		cf_packet_read(&f, hook, skb, state);
	cf_event_packet(cn, NULL, CAMFENCE_EVENT_DROP, &f, &v, skb, state);
}

/* Where no ruleset is in force. */
static unsigned int lockdown(struct cf_net *cn, enum cf_hook hook,
			     const struct sk_buff *skb,
			     const struct nf_hook_state *state)
{
	if (!cf_lockdown_on(cn->net) ||
	    !cf_lockdown_drops(state->in, state->out))
		return NF_ACCEPT;
	cf_stats_count_alone(cn, CAMFENCE_REASON_LOCKDOWN, cf_packet_bytes(skb),
			     ktime_get_real_seconds());
	tell_lockdown(cn, hook, skb, state);
	return NF_DROP;
}

#if IS_ENABLED(CONFIG_BRIDGE_NETFILTER)

/* A bridge's frame that br_netfilter shows here: the bridge's hook judges it. */
static bool is_bridged(const struct sk_buff *skb)
{
	return nf_bridge_get_physoutdev(skb);
}

#else

static bool is_bridged(const struct sk_buff *skb)
{
	return false;
}

#endif /* CONFIG_BRIDGE_NETFILTER */

/* Of a drop that somebody hears of, all is read that is told. */
static unsigned int forward(void *priv, struct sk_buff *skb,
			    const struct nf_hook_state *state)
{
	struct cf_net *cn = priv;
	const struct cf_ruleset *rs = rcu_dereference(cn->ruleset);
	struct cf_verdict v;
	bool drop;

	if (is_bridged(skb))
		return NF_ACCEPT;
	if (!rs)
		return lockdown(cn, CF_HOOK_FORWARD, skb, state);
	if (!cf_packet_decide_plainly(&v, rs->rules, skb, state))
		return inet(cn, CF_HOOK_FORWARD, skb, state);
	drop = cf_reason_is_drop(v.reason);
	if (drop && cf_event_is_heard(cn))
		return inet(cn, CF_HOOK_FORWARD, skb, state);
	cf_stats_count(cn, rs, &v, cf_packet_bytes(skb),
		       ktime_get_real_seconds());
	return drop ? NF_DROP : NF_ACCEPT;
}

static unsigned int local_in(void *priv, struct sk_buff *skb,
			     const struct nf_hook_state *state)
{
	if (state->in->flags & IFF_LOOPBACK)
		return NF_ACCEPT;
	return inet(priv, CF_HOOK_LOCAL_IN, skb, state);
}

static bool goes_to_loopback(const struct sk_buff *skb)
{
	return skb_valid_dst(skb) &&
	       cf_dst_dev(skb_dst(skb))->flags & IFF_LOOPBACK;
}

static unsigned int local_out(void *priv, struct sk_buff *skb,
			      const struct nf_hook_state *state)
{
	/* What leaves by a VRF comes here again, with the device in it. */
	if (netif_is_l3_master(state->out) || goes_to_loopback(skb) ||
	    cf_reject_is_own(skb))
		return NF_ACCEPT;
	return inet(priv, CF_HOOK_LOCAL_OUT, skb, state);
}

/* The address has named its camera before: is there none by the MAC either? */
static bool is_sent_to_stranger(const struct cf_rules *rules,
				const struct sk_buff *skb)
{
	u64 mac = ether_addr_to_u64(eth_hdr(skb)->h_dest);

	return rules->exact && !cf_cameras_by_mac(rules->table, mac);
}

/**
 * cf_hook_egress() - a packet on its way out, with its receiver's MAC
 * @priv: the namespace
 * @skb: begins with its Ethernet header, if the device has one
 * @state: of the device's hook
 *
 * Any context, under RCU.
 *
 * Return: NF_ACCEPT or NF_DROP.
 */
unsigned int cf_hook_egress(void *priv, struct sk_buff *skb,
			    const struct nf_hook_state *state)
{
	struct cf_net *cn = priv;
	const struct cf_ruleset *rs = rcu_dereference(cn->ruleset);
	unsigned int verdict;
	struct nf_conn *ct;
	struct cf_flow f;

	if (!rs || !rs->rules->by_mac || !cf_route_sends_mac(skb, state->out) ||
	    is_sent_to_stranger(rs->rules, skb) ||
	    cf_reject_is_own(skb) || !cf_packet_read_egress(&f, skb, state))
		return NF_ACCEPT;
	ct = cf_conntrack_read_egress(&f, cn->net, skb);
	cf_route_read(&f, rs->rules, skb, state);
	verdict = judge(cn, rs, &f, skb, state);
	cf_conntrack_leave(ct, verdict == NF_DROP);
	return verdict;
}

#if IS_ENABLED(CONFIG_BRIDGE) && !defined(CONFIG_NETFILTER_FAMILY_BRIDGE)
#error "what this kernel bridges would pass unseen: it needs CONFIG_NETFILTER_FAMILY_BRIDGE"
#endif

static unsigned int __maybe_unused bridge(void *priv, struct sk_buff *skb,
					  const struct nf_hook_state *state)
{
	struct cf_net *cn = priv;
	const struct cf_ruleset *rs = rcu_dereference(cn->ruleset);
	struct cf_flow f;

	if (!rs)
		return lockdown(cn, CF_HOOK_BRIDGE, skb, state);
	if (cf_packet_read_frame(&f, skb, state))
		return judge(cn, rs, &f, skb, state);
	cf_stats_count_alone(cn, CAMFENCE_REASON_L2_CONTROL,
			     cf_packet_bytes(skb), 0);
	return NF_ACCEPT;
}

#define HOOK(_hook, _pf, _hooknum, _priority) {	\
	.hook = _hook,				\
	.pf = _pf,				\
	.hooknum = _hooknum,			\
	.priority = _priority,			\
}

#define FIRST (NF_IP_PRI_FIRST + 10)
#define LAST (NF_IP_PRI_LAST - 10)

static_assert((int)NF_IP_PRI_FIRST == (int)NF_IP6_PRI_FIRST);
static_assert((int)NF_IP_PRI_LAST == (int)NF_IP6_PRI_LAST);

/*
 * First in FORWARD and LOCAL_IN but for what asks to be: conntrack and DNAT
 * have run in PREROUTING; queues, SYNPROXY, flow offload and every other table
 * come after. Last in LOCAL_OUT: after conntrack and DNAT. The bridge's stands
 * first, and is there whenever FORWARD's passes what is bridged.
 */
static const struct nf_hook_ops hooks[CF_HOOKS] = {
#ifdef CONFIG_NETFILTER_FAMILY_BRIDGE
	HOOK(bridge, NFPROTO_BRIDGE, NF_BR_FORWARD, NF_BR_PRI_FIRST + 10),
#endif
	HOOK(forward, NFPROTO_IPV4, NF_INET_FORWARD, FIRST),
	HOOK(local_in, NFPROTO_IPV4, NF_INET_LOCAL_IN, FIRST),
	HOOK(local_out, NFPROTO_IPV4, NF_INET_LOCAL_OUT, LAST),
	HOOK(forward, NFPROTO_IPV6, NF_INET_FORWARD, FIRST),
	HOOK(local_in, NFPROTO_IPV6, NF_INET_LOCAL_IN, FIRST),
	HOOK(local_out, NFPROTO_IPV6, NF_INET_LOCAL_OUT, LAST),
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
 * cf_hook_register() - let packets come to us, but at a device's egress
 * @cn: the namespace; nothing is done where they come already
 *
 * May sleep; under the namespace's mutex, or in its init.
 *
 * Return: 0 or a negative error.
 */
int cf_hook_register(struct cf_net *cn)
{
	int err;

	if (cn->hooked)
		return 0;
	err = nf_register_net_hooks(cn->net, cn->hooks, CF_HOOKS);
	cn->hooked = !err;
	return err;
}

/**
 * cf_hook_unregister() - no more packets, once a grace period is over
 * @cn: the namespace; its hooks are read until then
 *
 * May sleep; under the namespace's mutex, or in its pre_exit.
 */
void cf_hook_unregister(struct cf_net *cn)
{
	unsigned int i;

	if (!cn->hooked)
		return;
	cn->hooked = false;
	for (i = CF_HOOKS; i; i--)
		nf_unregister_net_hook(cn->net, &cn->hooks[i - 1]);
}
