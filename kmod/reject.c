// SPDX-License-Identifier: GPL-2.0
/*
 * Tells a camera that its packet was refused: a TCP reset, otherwise ICMP
 * "administratively prohibited". What is answered at all the kernel decides
 * (RFC 1122, section 3.2.2; RFC 4443, section 2.4), but for fragments, none of
 * which are.
 *
 * The answer passes LOCAL_OUT and egress before nf_send_*() return. BH is off
 * meanwhile, so that no other packet does on this CPU, and the task stays on
 * it: the CPU's slot with the task in it marks the answer as ours. On
 * PREEMPT_RT another task may run and find the slot taken: it does not answer.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/netfilter.h>
#include <linux/netfilter_bridge.h>
#include <linux/percpu.h>
#include <linux/ratelimit.h>
#include <linux/sched.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/netfilter/ipv4/nf_reject.h>
#include <net/netfilter/ipv6/nf_reject.h>
#include "reject.h"

#define RESETS_PER_SECOND 1000	/* of all cameras */

static DEFINE_PER_CPU(struct task_struct *, sender);

/* ICMP has the kernel's. The flag keeps the log silent. */
static struct ratelimit_state resets =
	RATELIMIT_STATE_INIT_FLAGS(resets, HZ, RESETS_PER_SECOND,
				   RATELIMIT_MSG_ON_RELEASE);

/**
 * cf_reject_is_own() - is it an answer of ours on its way out?
 * @skb: at LOCAL_OUT or egress
 *
 * Any context. An answer that has waited for its neighbour is not recognized.
 *
 * Return: true where it is; then it is neither judged nor counted.
 */
bool cf_reject_is_own(const struct sk_buff *skb)
{
	return this_cpu_read(sender) == current;
}

#if IS_ENABLED(CONFIG_BRIDGE_NETFILTER)

/*
 * Bridged frames are not answered. Of a frame that a bridge has handed to the
 * router nf_send_reset*() would send the answer to the port it came from, past
 * LOCAL_OUT and the bridge's VLANs: it forgets the bridge, and is dropped soon.
 */
static bool is_routed(struct sk_buff *skb)
{
	if (nf_bridge_get_physoutdev(skb))
		return false;
	skb_ext_del(skb, SKB_EXT_BRIDGE_NF);
	return true;
}

#else

static bool is_routed(struct sk_buff *skb)
{
	return true;
}

#endif /* CONFIG_BRIDGE_NETFILTER */

static void send4(struct net *net, struct sk_buff *skb,
		  const struct nf_hook_state *state)
{
	if (!IS_ENABLED(CONFIG_NF_REJECT_IPV4) || ip_is_fragment(ip_hdr(skb)))
		return;
	if (ip_hdr(skb)->protocol != IPPROTO_TCP)
		nf_send_unreach(skb, ICMP_PKT_FILTERED, state->hook);
	else if (__ratelimit(&resets))
		nf_send_reset(net, state->sk, skb, state->hook);
}

static void send6(struct net *net, struct sk_buff *skb,
		  const struct nf_hook_state *state)
{
	u8 proto = ipv6_hdr(skb)->nexthdr;
	__be16 fragment;

	if (!IS_ENABLED(CONFIG_NF_REJECT_IPV6) ||
	    ipv6_skip_exthdr(skb, skb_network_offset(skb) +
			     sizeof(struct ipv6hdr), &proto, &fragment) < 0 ||
	    fragment)
		return;
	if (proto != IPPROTO_TCP)
		nf_send_unreach6(net, skb, ICMPV6_ADM_PROHIBITED, state->hook);
	else if (__ratelimit(&resets))
		nf_send_reset6(net, state->sk, skb, state->hook);
}

/**
 * cf_reject_send() - answer a packet that a camera has sent
 * @net: the namespace
 * @skb: about to be dropped; its bridge's mark goes, if it has one
 * @state: of the hook, FORWARD or LOCAL_IN of IPv4 or IPv6
 *
 * Any context, under RCU. May answer nothing: see above, and the limits.
 */
void cf_reject_send(struct net *net, struct sk_buff *skb,
		    const struct nf_hook_state *state)
{
	if (skb->pkt_type != PACKET_HOST || !is_routed(skb))
		return;
	local_bh_disable();	/* no migration either */
	if (!this_cpu_cmpxchg(sender, NULL, current)) {
		if (state->pf == NFPROTO_IPV4)
			send4(net, skb, state);
		else if (state->pf == NFPROTO_IPV6)
			send6(net, skb, state);
		this_cpu_write(sender, NULL);
	}
	local_bh_enable();
}
