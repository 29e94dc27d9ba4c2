// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel's tables add to a packet: whether an address is the router's
 * own, whether the destination is a subnet's broadcast, and the receiver's MAC.
 *
 * The MAC is the next hop's, where its neighbour is known at FORWARD and
 * LOCAL_OUT. Where it is not, the packet passes there as somebody's without a
 * MAC, waits for its neighbour, and shows its MAC at egress.
 */
#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv6.h>
#include <linux/skbuff.h>
#include <net/arp.h>
#include <net/dst_metadata.h>
#include <net/ip6_route.h>
#include <net/l3mdev.h>
#include <net/ndisc.h>
#include <net/neighbour.h>
#include <net/route.h>
#include "packet.h"
#include "route.h"
#include "wire.h"

/* In a VRF: one of the VRF's. A link-local address: one of the device's. */
static bool is_own(struct net *net, const struct cf_addr *a,
		   const struct net_device *dev)
{
	struct in6_addr v6;

	if (a->family == CF_NONE)
		return false;
	if (a->family == CF_IPV4)
		return inet_addr_type_dev_table(net, dev, htonl(a->v4)) ==
		       RTN_LOCAL;
	cf_in6_write(&v6, a->v6);
	return nf_ipv6_chk_addr(net, &v6, dev, 0);
}

static bool same(const struct cf_addr *a, const struct cf_addr *b)
{
	return a->family == b->family && !cf_addr_cmp(a, b);
}

/* A flow's ends are the packet's, one way or the other. */
static bool is_own_of(const struct cf_flow *f, const struct cf_addr *a)
{
	return (f->flags & CF_FLOW_SRC_OWN && same(a, &f->src)) ||
	       (f->flags & CF_FLOW_DST_OWN && same(a, &f->dst));
}

static void read_own(struct cf_flow *f, struct net *net,
		     const struct net_device *dev)
{
	if (is_own(net, &f->src, dev))
		f->flags |= CF_FLOW_SRC_OWN;
	if (f->hook != CF_HOOK_EGRESS && !(f->flags & CF_FLOW_GROUP) &&
	    is_own(net, &f->dst, dev))
		f->flags |= CF_FLOW_DST_OWN;
	if (is_own(net, &f->before, dev))
		f->flags |= CF_FLOW_BEFORE_OWN;
	if (f->ct == CF_CT_NONE)
		return;
	if (is_own_of(f, &f->original.src))
		f->original.flags |= CF_FLOW_SRC_OWN;
	if (is_own_of(f, &f->original.dst))
		f->original.flags |= CF_FLOW_DST_OWN;
}

static bool has_macs(const struct net_device *dev)
{
	return dev->type == ARPHRD_ETHER && !(dev->flags & IFF_NOARP);
}

static struct neighbour *neighbour6(struct net_device *dev,
				    const struct in6_addr *addr)
{
	return IS_ENABLED(CONFIG_IPV6) ? __ipv6_neigh_lookup_noref(dev, addr) :
					 NULL;
}

static const struct rt6_info *rt6_of(const struct dst_entry *dst)
{
	return container_of(dst, struct rt6_info, dst);
}

static const struct rtable *rtable_of(const struct dst_entry *dst)
{
	return container_of(dst, struct rtable, dst);
}

/* Neither creates one nor takes a reference. */
static struct neighbour *next_hop(const struct dst_entry *dst,
				  const struct sk_buff *skb, bool ipv4)
{
	struct net_device *dev = cf_dst_dev(dst);
	const struct rtable *rt = rtable_of(dst);

	if (!ipv4)
		return neighbour6(dev, rt6_nexthop(rt6_of(dst),
						   &ipv6_hdr(skb)->daddr));
	if (rt->rt_gw_family == AF_INET6)
		return neighbour6(dev, &rt->rt_gw6);
	return __ipv4_neigh_lookup_noref(dev, (__force u32)
					 rt_nexthop(rt, ip_hdr(skb)->daddr));
}

/* Return: false where its neighbour is not known yet; @to is as it was. */
static bool read_mac(u64 *to, const struct dst_entry *dst,
		     const struct sk_buff *skb, bool ipv4)
{
	const struct net_device *dev = cf_dst_dev(dst);
	u8 mac[ALIGN(MAX_ADDR_LEN, sizeof(u64))];
	const struct neighbour *n;

	if (!has_macs(dev) || dst_xfrm(dst))
		return true;
	n = next_hop(dst, skb, ipv4);
	if (!n || !(READ_ONCE(n->nud_state) & NUD_VALID))
		return false;
	neigh_ha_snapshot(mac, n, dev);
	*to = ether_addr_to_u64(mac);
	return true;
}

/**
 * cf_route_mac() - the MAC of whom a packet to one receiver goes to next
 * @skb: at FORWARD
 * @state: of the hook
 *
 * Any context, under RCU.
 *
 * Return: it, or 0 where there is none or it is not known yet.
 */
u64 cf_route_mac(const struct sk_buff *skb, const struct nf_hook_state *state)
{
	u64 mac = 0;

	if (skb_valid_dst(skb))
		read_mac(&mac, skb_dst(skb), skb, state->pf == NFPROTO_IPV4);
	return mac;
}

/**
 * cf_route_read() - what routes and neighbours add to a packet
 * @f: the packet, with what conntrack says
 * @rules: what nothing in them needs is not looked up
 * @skb: unchanged
 * @state: of the hook, which is not the bridge's
 *
 * Any context, under RCU.
 */
void cf_route_read(struct cf_flow *f, const struct cf_rules *rules,
		   const struct sk_buff *skb,
		   const struct nf_hook_state *state)
{
	const struct dst_entry *dst = skb_valid_dst(skb) ? skb_dst(skb) : NULL;
	const struct net_device *dev = cf_packet_received_by(skb, state);
	bool ipv4 = state->pf == NFPROTO_IPV4;

	if (dst && f->hook != CF_HOOK_LOCAL_IN)
		dev = cf_dst_dev(dst);
	if (dst && ipv4 && (rtable_of(dst)->rt_type == RTN_BROADCAST ||
			    rtable_of(dst)->rt_type == RTN_MULTICAST))
		f->flags |= CF_FLOW_GROUP;
	if (f->hook == CF_HOOK_LOCAL_IN || f->hook == CF_HOOK_LOCAL_OUT ||
	    (f->hook == CF_HOOK_EGRESS && rules->router))
		read_own(f, state->net, dev);
	if (dst && rules->by_mac && !(f->flags & CF_FLOW_GROUP) &&
	    (f->hook == CF_HOOK_FORWARD || f->hook == CF_HOOK_LOCAL_OUT) &&
	    !read_mac(&f->dmac, dst, skb, ipv4))
		f->flags |= CF_FLOW_MAC_LATER;
}

/**
 * cf_route_sends_mac() - does a frame's MAC name whom a packet is routed to?
 * @skb: at a device's egress
 * @dev: the device
 *
 * Any context, under RCU.
 *
 * Return: true where it is unicast Ethernet of a packet that is routed or the
 * router's own, and this device the one that its route names: not a port below
 * a bridge, not what is below a VLAN.
 */
bool cf_route_sends_mac(const struct sk_buff *skb,
			const struct net_device *dev)
{
	return skb_valid_dst(skb) && cf_dst_dev(skb_dst(skb)) == dev &&
	       has_macs(dev) && !is_multicast_ether_addr(eth_hdr(skb)->h_dest);
}

/**
 * cf_route_is_on_link() - is an address without a router between it and us?
 * @net: the namespace
 * @addr: which
 * @dev: that a packet from there came in by
 *
 * Any context, under RCU. Looks up a route.
 *
 * Return: true if so.
 */
bool cf_route_is_on_link(struct net *net, const struct cf_addr *addr,
			 const struct net_device *dev)
{
	int l3mdev = l3mdev_master_ifindex_rcu(dev);
	bool ipv4 = addr->family == CF_IPV4;
	struct flowi fl = { };
	struct dst_entry *dst;
	bool direct;

	if (ipv4) {
		fl.u.ip4.daddr = htonl(addr->v4);
		fl.u.ip4.flowi4_oif = l3mdev;
	} else {
		cf_in6_write(&fl.u.ip6.daddr, addr->v6);
		if (ipv6_addr_type(&fl.u.ip6.daddr) & IPV6_ADDR_LINKLOCAL)
			return true;
		fl.u.ip6.flowi6_oif = l3mdev;
	}
	if (nf_route(net, &dst, &fl, false, ipv4 ? AF_INET : AF_INET6))
		return false;
	direct = ipv4 ? rtable_of(dst)->rt_type == RTN_UNICAST &&
			!rtable_of(dst)->rt_gw_family :
			!(rt6_of(dst)->rt6i_flags &
			  (RTF_GATEWAY | RTF_LOCAL | RTF_REJECT));
	dst_release(dst);
	return direct;
}

/**
 * cf_route_resolve() - ask for the next hop's MAC
 * @skb: a packet that is routed, about to be dropped
 *
 * Any context, under RCU. So that the next packet shows whose it is.
 */
void cf_route_resolve(struct sk_buff *skb)
{
	struct neighbour *n = dst_neigh_lookup_skb(skb_dst(skb), skb);

	if (!n)
		return;
	neigh_event_send(n, NULL);
	neigh_release(n);
}
